"""Words around a request that ask for nothing: politeness, purpose, whose wish it is, what happened. They are struck out."""

import re

from agent.offline import regex
from agent.offline.reading.access import speaks_of_access
from agent.offline.reading.access_words import VERB
from agent.offline.reading.alteration.clauses import clauses
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.lexicon import CHOICE_NOUNS
from agent.offline.reading.material import gives_reason, holds, sets_scene, tells_story
from agent.offline.words import plural, singular

_POLITE = (
    r"if (?:possible|you can|you do not mind|that is ok|you could|it is not too much)|when you (?:get a chance|have time|can)|asap|as soon as possible|"
    r"from now on|going forward|in (?:the )?future|at the moment|right now(?= we| i)|as well(?! as)|not only|(?:no|not) (?:rush|hurry|urgent)|why not|if i remember correctly|more than happy|"
    r"(?:hi|hello|hey|dear)(?: (?:there|team|all|folks|everyone|guys))*|all the best|best regards|(?:(?<![|/] )thanks|thx|thank you|cheers|ty)(?: [a-z]+){0,4}|so much|at all|for the first time|once and for all|more and more|most of the time"
)
_PURPOSE = (
    r"(?:so that|so (?=we |that |parents? |users? |they |you |the |our |i |people |children |kids |members? |teachers? |admins? |editors? |families |everyone )|in order (?:to|that)|because|since (?=we |the |our |they |users |parents |people )|"
    r"(?:that|which) (?:tells?|shows?|explains?|helps?|reminds?|motivates?)(?! (?:us |me |you |them )?(?:whether|if|when|which|who|what|how (?:many|much|often|far|long|old|hard)))|which (?:will |would )?(?:lets?|allows?|helps?|makes? it|means)|this (?:lets?|allows?|helps?|makes?|means|will)|that way|the (?:reason|idea|goal|point|purpose) (?:is|being)|"
    r"to (?:help|let|allow|support|motivate|encourage|make (?:it|things|the (?:app|ui|dashboard|page))|enable|power|show(?! up)|prepare|improve|celebrate|reward|warn|(?<!somewhere to )(?<!place to )(?<!table to )keep (?:kids|children|users|people)))"
)
_TO_ITS_END = r"(?: (?!, (?:please |just )?(?:(?:give|let|allow|grant|permit|limit|restrict|add|create|introduce|build|make|set up) (?!,|and |or )|(?:we|i) (?:need|want) )|, (?:and |plus |with |or |then )?(?:an?|the|its|optional|required|https?|is|must|default\w*|[a-z_]+ (?:\(|is|must|defaults)) |\) )[^ .;\n:]+)*"
"""A reason ends where the list goes on."""
_SPEEDS = re.compile(r"(?<![^ ])(?:faster|find|look-ups|quickly|quick|fast|index|overflow|once|twice)(?![^ ])")
_ASKS = re.compile(
    r" (?:tables?|create|add|called|named|let us|please|could you|can you|can we|need|needs|want|store|build|introduce|model|[a-z]+_[a-z_]+) "
)
_OF_ROWS = re.compile(
    r"(?:and |but )?(?:there (?:we|it|one|they) (?:insist|need|require|demand|is|must|has|have|are)|(?:they|it|this|that|these|those|which|who|while|whereas|(?:all |none of )?(?:the )?others) |otherwise (?:[a-z]+$|[a-z ]*(?:empty|null|none|missing|absent|unset|blank|not)(?: set| there)?$))"
)
"""What is said of the rows, or of a column, is no story."""
_ASKED_FOR = re.compile(
    r"(?<= )(?:tables?|called|named|track|record|store) (?:(?:called|named|the|an?) )*([a-z][a-z_]*)|([a-z][a-z_]*)(?= tables?(?![^ ]))"
)
"""What a table is called."""
_STORED = re.compile(
    r"(?:and |also |then )*we (?:also |then |want to |need to |should |must )*(?:store|track|record|save|keep|remember|log|(?:note|know|tell|be able to (?:tell|know|say))(?= when )) (?!.*(?:today|currently|now|already) )"
)
"""What is kept, once the table is asked for, is columns."""
_REACHED = re.compile(
    rf" (?:can|may|should|must|only|able to|cannot)(?: [a-z]+){{0,2}} (?:{VERB}) | (?:{VERB}|read-only|the) (?:access|rights?|permissions?) | (?:{VERB}) (?:[a-z]+ ){{0,6}}own "
)
_CHOSEN = re.compile(
    rf" (?:{'|'.join({form for noun in CHOICE_NOUNS for form in (noun, plural(noun))})}) (?:.* )?(?:[a-z_]+ , [a-z_]+ (?:, )?(?:and|or) [a-z_]+|from [a-z_]+ to [a-z_]+ to [a-z_]+|as [a-z_]+ and) "
    rf"|^ (?:we|i) (?:[a-z]+ )*(?:know|record|track|mark|say|tell|store) (?:whether|if) (?:an?|the|each|every) [a-z]+ (?:is|was|has been) "
    rf"| (?:{'|'.join(CHOICE_NOUNS)}|score|progress|points) (?:[a-z]+ )+\d+ (?:to|and|or|,|through) "
    r"| assume (?:yes|no|true|false) | to (?:accept|reject|refuse) [a-z_]+ (?:,|and|or) "
    r"| (?:possible|valid|allowed|permitted|accepted) [a-z]+s are [a-z_]+ (?:,|and|or) "
    rf"| (?:choose|pick|select|say) (?:an?|the|which|what) (?:{'|'.join(CHOICE_NOUNS)}) "
)
"""What it may be is no story."""
_LACKING = re.compile(
    r" (?:create|save|add|store|insert|enter) (?:an?|any|the) [a-z_ ]+? without (?:an?|its|any) | do not (?:need|require) an? (?:title|description|notes?|summary|name) "
)
"""What no row may be without, is none either."""
_ROLE = r"as (?:an? )?[a-z-]+(?: [a-z-]+){0,2}(?: ,)?(?= (?:\n )?(?:i|we) )"
_LABELS = (
    r"(?:ticket|issue|task|story|bug|feature|request|jira|re|subject|pr|step|item|case) (?:no |number )?#?[a-z]*-?\d+"
)
_WHO = r"(?:(?:the|any|our|existing|current|all|table|access|security|rls) )*(?:rls|policies|policy|row level security|grants?|permissions?|access|rules|rights|visibility|who (?:can|may|is allowed to|gets to|has) (?:see|read|do|edit|change|access|write|view)(?: (?:what|it|them|which [a-z]+|the [a-z_]+|an? [a-z_]+))?)"
_CHANGES = (
    r"(?: (?:changes?|updates?|work|needed|necessary|required|in|this|ticket|here|for now|with it|involved|is|are))"
)
UNTOUCHED = (
    rf"(?:(?:so|and|but|please|it|that|this|which|just) )*(?:do not|does not|should not|must not|shall not|will not|need not|cannot|without|not|no need to|nothing to)(?: (?:need|have) to)? (?:touch|chang|alter|affect|modify|influenc|extend|adjust)(?:e|ing)? {_WHO}(?: (?:for|of|on|in) (?:the |this |it )?[a-z_]*)?|"
    rf"no (?:(?:new|other|further|additional|changes?) (?:(?:to|in|of|for|on) )?)+{_WHO}{_CHANGES}*|(?<!has )(?<!have )(?<!get )(?<!gets )(?<!: )no {_WHO}{_CHANGES}+|"
    rf"{_WHO} (?:stays?|remains?|are|is|be|does|do) (?:(?:untouched|unchanged|fine|enough|as|it|they|are|is|the same|not|change|changed|affected|touched|unaffected) ?)+|"
    r"(?:(?:it|this|that|is|just|only|purely|merely|simply) )*(?:an? )?(?:pure |mere )?(?:app-side|client-side|cosmetic|display-only|ui-only|frontend-only|label|marker|hint|(?:app|ui|display|frontend) (?:flag|thing|matter|label)) ?(?:flag|label|marker|thing)?(?: (?:only|for now|so far|for the app|for the ui))+|"
    r"(?:(?:it|this|that) is )?(?:just|only|purely|merely) an? (?:[a-z-]+ )?(?:label|marker|hint|flag for the (?:app|ui))(?: for now)?"
)
"""Who reaches what is not to change, and a flag that has nothing to do with it."""
_GLOSSES = (
    UNTOUCHED,
    r"(?:-{1,2} )?(?:(?:stored?|saved?|kept|in) )+lower ?case(?: letters)?",
    r"(?:and |but )?(?:please )?(?:leave|keep|do not touch|do not change|leaving)(?: the)? [a-z_ ⋅]+? (?:alone|as it is|as is|unchanged|untouched)",
    r"(?:please )?do not (?:touch|change|alter) [a-z_ ⋅]+",
    r"(?:[a-z_]+ ⋅ )?[a-z_]+ (?:stays?|remains?) (?:as (?:it|they) (?:is|are)|unchanged|the same)",
    r"(?:it |they |rows |entries )?(?:do not |does not )?belongs? to (?:nobody|no one|no-one|anybody|anyone)(?: in particular)?",
    r"(?:(?:that|which) )?(?:i|we) (?:(?:would like|want|need|ask) (?:you )?to (?:add|create|make|build|set up|have|see)|(?:would like|want|need) (?:to have )?(?:created|added|built|made|set up))(?: here)?(?= [.,;:\n]|$| $)",
    r"unlike the [a-z_]+ , which [^.\n]+",
    r"in (?:the |an? )?[a-z]+ own words|this time(?! zone)",
    r", (?:the|our) (?:app|backend|client|server|ui|frontend) (?:always |will |shall )*(?:sends?|sets?|fills?|passes|provides?) (?:it|one|them)(?: in)?",
    r"- the existing [^.\n]+ can stay",
    r"(?:do not|no need to) restrict (?:what )?[^.\n]+",
    r"without an? index|(?:with )?no index(?: needed)?|not indexed",
    r"(?:2|3|4|5|6|7)(?: (?:possible|allowed|different|valid))?(?= (?:values|options|levels|choices|states|kinds|types|possibilities))",
    r"(?:so that )?(?:it |they |we )?(?:never|does not|do not|will not|cannot) (?:overflows?|runs? out(?: of (?:room|space|numbers))?)",
    r"(?:because |since |as )?(?:int4|integer|int) (?:will not|is not|does not|is|was) (?:be )?(?:enough|too small|sufficient|big enough)(?: for)?",
    r"(?:should |must |shall )?(?:no longer|not) (?:be )?(?:an? )?(?:int4|integer|int|smallint)(?= (?:but|any|,))(?: any ?more)?",
    r"(?:change (?:the |of )?)?(?:column|data) type(?= \n| \.| :|$)|type change",
    r"(?:(?:the|all) )?(?:rls|row level security|rollback|down migration|migration|tests?|checks|ci|docs|documentation|type check|lint)(?: (?:script|file|block|must|should|has to|have to|still))* "
    r"(?:works?|passes|pass|is on|be on|is enabled|be enabled|green|applies|exists?|runs?|(?:is|are|be) (?:green|updated?|tested|included|reversible|idempotent|provided|there|present|in place|reviewed))(?: (?:twice|cleanly|on staging|safely|without errors?|and|again))*(?= ?\n| ?$| \.)",
    r"(?:, |and )*(?:the other way (?:a?round)|vice versa|the reverse|in both directions|both ways)",
    r"takes? (?:up to |over |about )?\d+ (?:seconds?|ms|minutes?)(?: in production)?",
)


def strike_prose(ledger: Ledger) -> None:
    for pattern in (_LABELS, *_GLOSSES, _POLITE):
        ledger.take_all(pattern)
    for word, said in ledger.quoted.items():
        if len(said.split()) > 5 and not ledger.find("comments?|notes?|message|text|body|called|named"):
            ledger.take_all(re.escape(word))
    for match in ledger.take_all(
        r"(?:why|background|context|motivation|reason|purpose|note|problem|rationale|impact) : (?!optional|required|text|mandatory|compulsory|obligatory|voluntary|not null|nullable|max|at most|may|string|up to|varchar)[^\n.]+"
    ):
        if holds(f" {match[0]} "):
            ledger.left = ledger.left[: match.start()] + match[0] + ledger.left[match.end() :]
            break
    for match in list(regex.finditer(rf"(?<![^ ])(?:{_PURPOSE}){_TO_ITS_END}(?![^ ])", ledger.left)):
        if not (holds(f" {match[0]} ") or _SPEEDS.search(match[0]) or speaks_of_access(_granted(match[0]))):
            ledger.strike(match.start(), match.end())
    ledger.take_all(_ROLE)
    _strike_stories(ledger)


def _granted(purpose: str) -> list[str]:
    """ "So that parents can see those of their own children" grants it, "so that parents can see how it went" does not."""
    return (regex.sub(r"^so that ", "", purpose) if regex.search(r" own ", purpose) else purpose).split()


def _strike_stories(ledger: Ledger) -> None:
    """What people do and why, clause by clause; before the table is asked for, whose rows they reach is a story too."""
    asked = False
    named = {singular(name.split("_")[-1]) for found in _ASKED_FOR.findall(ledger.left) for name in found if name}
    own = re.compile(
        rf"(?:an?|the|each|every|one) (?:[a-z]+ )?(?:{'|'.join(map(re.escape, sorted(named))) or '(?!)'})(?![^ ])"
    )
    for clause in clauses(ledger.left):
        said = regex.sub(r"[ ~•\n.;,()]+", " ", ledger.left[clause.low : clause.high]).strip()
        if asked and _STORED.match(said):
            continue
        whole = regex.sub(r"[ ~•\n.;()]+", " ", ledger.left[clause.low : clause.high]).strip()
        asked = asked or bool(_ASKS.search(f" {said} "))
        told = tells_story(said) or gives_reason(said) or sets_scene(said, today=asked)
        told = told and not (_LACKING.search(f" {said} ") or _CHOSEN.search(f" {whole} ") or " a new table" in said)
        reached = speaks_of_access(said.split()) if asked else _REACHED.search(f" {said} ")
        if (
            told
            and not reached
            and not own.match(said)
            and not (_OF_ROWS.match(said) and (asked or len(said.split()) < 4))
        ):
            clause.drop(ledger)
        elif opener := regex.match(
            r"[ ~,.;\n]*((?:so|and so|therefore|hence)(?= (?:the|each|every|parents|we|it|i) ))",
            ledger.left[clause.low : clause.high],
        ):
            ledger.strike(clause.low + opener.start(1), clause.low + opener.end(1))
