"""Which operations an audit watches: inserts, updates, deletions, by what is said of them and of what does not matter."""

from agent.offline import regex
from agent.offline.description import VERBS, Verb
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.words import wordset

OPERATIONS: tuple[tuple[str, Verb], ...] = (
    (
        r"insert(?:s|ed|ions?|ing)?|add(?:s|ed|ing|itions?)?|creat(?:e|es|ed|ing|ions?)|(?:brand-)?new(?! (?:table|trigger|function|values?|data|contents?))|fresh",
        "insert",
    ),
    (
        r"updat\w+|edit(?:s|ed|ing)?|modif(?!ication)\w+|modifications?(?=.* (?:insert|delet|remov|add|creat))|(?<=and )modifications?|alter(?:s|ed|ing|ations?)|adjust(?:s|ed|ing|ments?)?|amend\w*|overwrit\w+|correct(?:s|ed|ing|ions?)|chang(?:es?|ing)(?= or|,| a| the| and (?:delet|remov))|changed",
        "update",
    ),
    (
        r"delet\w+|remov\w+|eras\w+|thr(?:ows?|ew|own)(?: [a-z]+)? away|wiped?|purged?|gone|vanish\w*|disappear\w*",
        "delete",
    ),
)
ACT = rf"(?:{'|'.join(pattern for pattern, _ in OPERATIONS)}|changes?|changing|modifications?|mutations?|writes?|touch(?:ed|es)?|happens?|fiddl\w+)"
KEPT = r"(?:log(?:s|ged|ging)?|record(?:s|ed|ing)?|track(?:s|ed|ing)?|captur(?:e|ed)|history|trail|journal|trace|written|writes?|writing|notes?|noted|(?:be|rows?) in|seen?|found|find|visible|prove|traceable|saved?|stored?|store|ends? up|lands?|show(?:n|s)? up|appears?|entry|entries|kept|goes|go|keep|protocol(?:s|ed)?|register(?:s|ed)?|know|gets?|receives?|hook\w*|belongs?|remembers?|cover(?:s|ed)?|leaves?|(?:inserts?|adds?|puts?|appends?)(?: (?:an?|one|row|entry|line|it))* (?:in|into|to)|->)"
STRONG = r"audit(?:s|ed|ing|able)?(?! logs?(?: |$))|(?:covered|watched|included) (?:by|in) (?:the |our )?audit[ _]logs?"
WANTED = r"changes? (?:to|of|in|on|made)|who (?:changed|edited|touched|deleted|altered|created)|log (?:must|should|shall|has to|needs to) (?:contain|include|show|have|get)"
OBLIGED = rf"{ACT}(?: [a-z_]+){{0,6}} (?:must|has to|have to|should|shall|needs? to|to)(?: always)? (?:be )?(?:traceable|traced|logged|recorded|tracked|audited|documented|leave a trace)"
LEFT_OUT = r"except(?: for)?|exempt(?:ed)?|exceptions?|excluding|excluded?|apart from|other than|skip|ignore|ignored|skipped|leave out|left out|omit|omitted|(?:(?:do|does|must|should|shall|need|may|are|is) not|never)(?: to)?(?: be)? (?:logged|recorded|tracked|audited|written|covered|log|record|track|audit|write)|no (?:entry|entries|logging|log|trace|audit)"
"""What is refused so is not watched, so it has to be known what it is."""
UNWANTED = (
    rf"{LEFT_OUT}|(?:do|does|need|needs|is|are|should|must|shall) not(?: [a-z]+){0, 3}|not|need not|no need|no (?:other|more|further|triggers?|entry|entries|logging|auditing|log|trace)|no(?= (?:(?:inserts?|insertions?|updates?|edits?|deletes?|deletions?|removals?|additions?|and|or|,|/) *)+(?:$|[.;\n]|(?:of|to|on|in|from|for) ))|never mind|(?:(?:write|get|leave|make|need|produce)s? )(?:none|nothing|no (?:rows?|entry|entries))|(?:would|is|are|just)(?: (?:be|just|only|pure|too))* (?:noise|noisy|many|much|frequent)|(?<=^ )(?:no|none|off|nope)(?= $)|cannot happen|(?:never|do not) happen|(?:are|is) impossible|"
    r"without|irrelevant|unimportant|(?:documented|handled|logged|recorded|tracked)(?: by [a-z]+)? (?:elsewhere|already)|out of scope|(?:visible|seen|known|clear|obvious|there|kept)(?: [a-z_]+){0,3} (?:anyway|already|elsewhere)|(?:(?:can|may|could|should) be )?(?:ignored|skipped|left out|omitted|disregarded)"
)
_UNTRACED = rf" (?:no|not|nobody|never|cannot|nothing|none|(?:can|could|are|is) (?:just |simply |be |get )*{ACT}) .*(?:unlogged|unrecorded|untracked|unnoticed|unaudited|without (?:[a-z_~]+ ){{0,4}}(?:trace|log|entry|entries|record|logged|recorded|audited|traced|noticing|knowing|seeing|audit)) "
"""What must not go without a trace is to leave one."""
_SO_FAR = r" (?:today|currently|so far|at the moment|right now|until now|nowadays|yet|verified|observed|actual) |^ (?:(?:changes?|they|it|[a-z]+s?|~+|to|of|in|on) )*(?:is|are|was|were) (?:being )?not (?:being )?(?:logged|recorded|audited|tracked|covered|traced) | (?:nobody|no one|cannot|never) (?:[a-z]+ )?(?:knows?|see|tell|say|find|prove) "
"""How things are, or fail to be: no wish."""
BACK = rf" (?:{LEFT_OUT}|do not (?:want|need|care about)(?: to)?(?: log| record| track)?) (?:those|them|these|that|it) | (?:those|these|they) (?:can|may|do|need|are|is|should|must) (?:not|be (?:skipped|ignored|left out|omitted)) "
"""It says so of what was named before."""
_HARMLESS = wordset(
    "anything something else other others rest reads reading nothing everything audit trigger entry noise"
)
_NEEDED = r"need|needed|want|wanted|care|care about"


def watched(ledger: Ledger, wishes: list[Clause], *, every: bool) -> tuple[Verb, ...]:
    """What is watched: the verbs that are named, without those that do not matter; all where none is named."""
    act = "|".join(pattern for pattern, _ in OPERATIONS)
    only = rf"(?:only|just|solely|nothing but|all (?:that )?(?:we|i) (?:need|want|care about)(?: is| are)?)(?: (?:log|record|audit|track|on|for|about|the|when|it|is))* (?:{act})(?:(?: , (?:{act}))* (?:, )?(?:and|or|/) (?:{act}))?"
    if said := regex.search(rf"(?<![^ ]){only}(?![^ ])", ledger.left):
        verbs = operations(f" {said[0]} ")
        return tuple(verb for verb in VERBS if verb in verbs)
    named: set[Verb] = set()
    exclusive: set[Verb] = set()
    plainly: set[Verb] = set()
    withheld: set[Verb] = set()
    explicit: set[Verb] = set()
    general, told = every, set[Verb]()
    for clause in wishes:
        first, listed, refusing = True, set[Verb](), False
        for low, high in ledger.spans(r"[,;():]|but|so", clause.low, clause.high):
            text = regex.sub(
                r" (?:without|with no) (?:any )?exceptions? | without (?:[a-z]+ ){1,3}(?:knowing|noticing|consent|permission|asking|telling|approval) | (?:who|by whom)(?: it| was| has| have| the)* changed ",
                " ~ ",
                f" {ledger.left[low:high].strip()} ",
            )
            verbs = operations(text)
            if verbs and regex.fullmatch(
                rf" (?:(?:{act}|and|or|/|also|too|of|the|then|ones?|rows?|\.|\n|{STRUCK}+) )+", text
            ):
                if first:  # "inserts , updates and deletes need not be"
                    listed |= verbs
                else:
                    (withheld if refusing else named).update(verbs)
                    plainly |= verbs
                continue
            if regex.fullmatch(r" (?:no|none|off|nope|not needed) ", text):  # "log inserts : no"
                withheld |= listed or told
                explicit -= listed or told
                listed = set()
                continue
            if regex.search(_UNTRACED, text):
                named |= verbs
                plainly |= verbs
                general = general or not verbs
                continue
            other = regex.search(
                rf" (?:{act}) (?:[a-z~]+ ){{0,4}}?(?:or|/) (?!(?:{act}|{KEPT}) )([a-z]+(?:ed|wn)) ", text
            )
            if other and other[1] not in FILLERS:  # "edited or handed over"
                raise Unclear(other[0])
            if regex.search(_SO_FAR, text):
                continue
            refused = regex.search(rf" (?:{UNWANTED}) ", text)
            if refused and regex.search(r" other (?:columns?|fields?|attributes?|properties|values?) ", text):
                continue
            if refused and (verbs or listed):
                before, late = operations(text[: refused.start() + 1]) | listed, operations(text[refused.end() - 1 :])
                withheld |= late or before
                told = late or before
                named |= before if late else set()
                ledger.take_all(r"except(?: for)?|but not|apart from|other than", low, high)
                general = general or bool(regex.search(rf" (?:{STRONG}|all|any) ", text[: refused.start() + 1]))
                first, listed, refusing = False, set(), True
                continue
            named |= listed
            if regex.search(BACK, text):  # "inserts are noisy , skip those"
                withheld |= told
            elif refused and (left := regex.search(rf" (?:{LEFT_OUT}) ", text)):
                strange = regex.findall(r"[a-z]+", text[: left.start()] + text[left.end() :])
                if not strange or any(
                    word not in FILLERS | _HARMLESS and not regex.fullmatch(KEPT, word) for word in strange
                ):
                    raise Unclear(ledger.text[low:high])
            told = verbs
            first, listed, refusing = False, set(), bool(refused)
            apart = regex.match(
                r" ?(?:\.|\n)(?! (?:(?:the )?same|given|if|when|whenever|as soon as|each|every) )",
                ledger.text[clause.low :],
            ) and regex.search(r" (?:can|may|could|is|are) ", text)
            heard = (
                rf" (?:{KEPT}|{STRONG}|{UNWANTED}|only|just|{WANTED}|{_NEEDED}|too|also|relevant|interesting|enough) "
            )
            if (
                verbs and apart and not regex.search(heard, ledger.left[clause.low : clause.high] + " ")
            ):  # what becomes of them was not understood
                raise Unclear(ledger.text[low:high])
            if regex.search(
                rf"(?<= )(?:{act})(?: (?:of|on|to|for|the|in|{STRUCK}+))* (?:only|exclusively|will do|would do|suffices?|(?:are|is) (?:enough|sufficient)) ",
                text,
            ):
                exclusive |= verbs
            named |= verbs
            explicit |= verbs if regex.search(rf" (?:log|record|track|audit|write|{STRONG}) ", text) else set()
            plainly |= operations(regex.sub(r" changed ", "  ", text))
            wanted = (
                regex.sub(r" (?:the |any )?other changes? ", " ", text[: refused.start()] + " ") if refused else text
            )
            general = general or bool(
                regex.search(
                    r" (?:changes?|writes|(?:like|as|same) (?:for|as|with|we|in)|any|all changes) ",
                    wanted,
                )
                and not regex.search(r" (?:only|just) ", text)
            )
        named |= listed
    general = general or bool(ledger.find(r"(?:rows|ones|entries|inserts|records) (?:too|as well|also)"))
    general = general or not (plainly | withheld)  # "changed" alone means any change
    general = every or (general and named != {"update", "delete"})
    named = exclusive or named
    if not named or (general and not exclusive and len(named) < 3):
        named = {"insert", "update", "delete"}
    order: tuple[Verb, ...] = ("insert", "update", "delete")
    actions = tuple(verb for verb in order if verb in named - withheld)
    if not actions or explicit & withheld:
        raise Unclear("which changes to audit")
    return actions


def operations(text: str) -> set[Verb]:
    """Those that a text names; "add a trigger" and "create an entry" do not."""
    said = regex.sub(
        rf" inserts? into | (?:add(?:s|ing)?|creat(?:e|es|ing)|insert(?:s|ing)?|new) (?:an? |the |another |one |new |same |such |kind of |{STRUCK}+ )*(?:triggers?|audit\w*|entry|entries|log|logs|logging|history|trail|(?:row|record|line) (?:in|into|to)|function)(?= )| (?:add|include|put) (?:the |[a-z_~]+ )*(?:to|in|into|under) (?:the |our )?(?:audit\w*|log)(?= )",
        " ",
        text,
    )
    return {verb for pattern, verb in OPERATIONS if regex.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", said)}
