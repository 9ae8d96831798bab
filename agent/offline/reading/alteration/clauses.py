"""A request cut into clauses, and what each of them is: a wish, or talk about the present, a reason, what stays.

Lines of the form ``key: value`` are put into words first, so that a form that was filled in reads like a sentence.
Talk carries no instruction. It is only asked where the wishes leave a table or a column open.
"""

import itertools
import re
from dataclasses import dataclass

from agent.offline.reading.ledger import Ledger

_YES = r"(?:yes|y|true|needed|wanted|please|on)"
_NO = r"(?:no|n|none|false|not needed|not wanted|never|off|nope|not allowed|forbidden|-)"
_KEYS: tuple[tuple[str, str, str], ...] = (
    (r"(?:data ?base )?table(?: name)?|tables? to (?:watch|audit|change)|entity|model|target table", r".*", "table {v}"),
    (r"tables? (?:/|and|&) columns?|columns? (?:/|and|&) tables?", r".*", "column {v}"),
    (r"(?:new |the )?(?:columns?|fields?|attributes?|property|names?|keys?|key columns?)(?: names?)?", r".*", "column {v}"),
    (r"set to|(?:new |fill )?value|fill with|becomes", r".*", "set to {v}"),
    (r"keep|keeps|unchanged", r".*", ""),
    (r"(?:old|current|present|existing|previous|actual)(?: [a-z]+)?|now|today|from|before|is", r".*", ""),
    (r"(?:(?:new|wanted|desired|target|future|data|column|should be) ?)*type|wanted|to|should be|desired|new", r".*", "type {v}"),
    (r"(?:the )?(?:lowest|smallest|minimum|minimal|min|lower|highest|largest|biggest|maximum|maximal|max|upper|cap|limit)(?: [a-z]+){0,3}", _NO, ""),
    (r"(?:the )?(?:lowest|smallest|minimum|minimal|min|lower|at least|not below)(?: [a-z]+){0,3}", r".*", "at least {v}"),
    (r"(?:the )?(?:highest|largest|biggest|maximum|maximal|max|upper|cap|limit|at most|not above)(?: [a-z]+){0,3}", r".*", "at most {v}"),
    (r"(?:(?:allowed|possible|valid|permitted|accepted|the) ?)*(?:values?|options?|choices?)|allowed|possible|one of|enum|can be|either", r".*", "one of {v}"),
    (r"(?:the )?default(?: values?)?|starts? (?:as|with|at)|initial(?: values?)?|if (?:empty|missing|not given|nothing given)", r".*", "default {v}"),
    (r"null(?:able|s)?(?: allowed| values?)?|optional|(?:may|can) be (?:null|empty)|allow nulls?", _YES, "optional"),
    (r"null(?:able|s)?(?: allowed| values?)?|optional|(?:may|can) be (?:null|empty)|allow nulls?", _NO, "required"),
    (r"required|mandatory|not null|obligatory", _YES, "required"),
    (r"required|mandatory|not null|obligatory", _NO, "optional"),
    (r"index(?:ed)?", _NO, "no index"),
    (r"unique|partial|composite|concurrently|where|condition|predicate|notes?", _NO, ""),
    (r"index(?:ed)?", _YES, "index it"),
    (r"unique", _YES, "unique"),
    (r"audit(?:ed)?", _YES, "audit"),
    (r"conditions?|where|predicates?|filters?|only|(?:which )?rows|limited to|restricted to", r".*", "where {v}"),
    (r"write to|target|destination|goes to|log", r".*", "to {v}"),
    (r"who|for|for whom|whom|applies to", r".*", "for {v}"),
    (r"events?|actions?|operations?|verbs?|on", r".*", "{v}"),
    (r"reason|why|background|context|motivation|impact|requested by|size|story|problem|rationale|priority|assignee|cause", r".*", ""),
    (r"out of scope|non-?goals?|not included|(?:the )?(?:existing|current|old) (?:data|rows|columns?)", r".*", ""),
    (r"ticket|issue|task|story|jira", r"#?[a-z]*[-#]?\d+.{0,3}", ""),
    (r"ticket|issue|description|summary|what|how|done(?: when| if)?|definition of done|title|task|wish|change|fix|rule|todo|goal|request|feat|chore|acceptance|expected|result", r".*", "{v}"),
)  # fmt: skip
_LACKING = r"(?:and |but )*(?:if|when|whenever|where|in case|unless) .*\b(?:not|nothing|none|no|nobody|never|empty|blank|missing|omitted|left out|unset)\b"
"""A condition that a value is not given; what follows says what it is then."""
_HEADING = (
    r"(?:(?:schema|database|db|data|column|small|new|migration) )*(?:change|feature|column|type|index|unique|audit|data|missing|limits?)?"
    r"(?: (?:request|change|rule|criteria|fix|trail|ticket|story))|acceptance(?: criteria)?|summary|details|notes?|checklist|data fix|backfill"
)

_CUT = re.compile(
    r" (?:;|-) | , (?=(?:now it|now they|now we|but|so|because|since|otherwise|then|while|which|who|whereas|no (?:other|more|one|need|index|garbage|rush|data|changes?)|not (?:every|all|more|less|the|longer|yet)|existing|everything|nothing|nobody|"
    r"right now|currently|please|make|use|others?|the others?|the rest|old|new|we|they|it|i|its|"
    r"and (?:it|we|they|the|this|that|so|not|never|no|nobody|please|make|keep|leave)) )"
    r"| (?=(?:because|since|so that|in order to|although|though|as (?:we|they|our|people|users|the (?!default|first|last|only|initial|value|standard|other|preset|fallback)|it (?!is |was |stands ))|"
    r"so (?:we|that|the|it|they|our|please|make|use|nobody|parents|users)|but|while) )"
)
_MODAL = (
    r"must|should|shall|needs? to|has to|have to|had better|please|cannot|can not|can only|may only|can be|may be|may not|let us|could you|can you|"
    r"i would like|we would like|we want|i want|we need|i need"
)
_ORDERS = r"add|create|make|put|give|introduce|change|turn|convert|widen|set|fill|insert|index|audit|log|enforce|ensure|prevent|use|limit|cap|reject|refuse|allow|extend|backfill|update|store|track|call"
_MAKES = r"(?:add|tag|store|have|set|mark|limit|save|keep track|record|flag|an?|the|classify|give(?! \d)|index|audit|log|every|each|lessons|new|attach|no|only)"
_WISHER = r"(?:(?:the|our|my|some|many|several|a few) )?(?:product|marketing|sales|support|legal|parents|families|users|teachers|editors|customers|we|i|they|people|design(?:ers)?|team|management|qa|(?:moms|mums|kids) and (?:dads|parents)|schools)"
_BROWSES = r"(?:pause|play|print|share|hide|filter|sort|search|find|see|browse|look|pick|choose|show|list|know|compare|understand|watch|discover|group|tell apart)"
_SLOTS = r"default|required|optional|mandatory|nullable|null|unique|index|one of|at least|at most|minimum|maximum|only|audit(?:ed)?|bigint|numeric\S*|boolean|true|false|type|column"
_NOW = (
    r"(?:right now|currently|today|at the moment|so far|until now|as of now|these days|nowadays|yesterday|already|recently|last (?:week|month|year|night|sprint)|"
    r"this (?:morning|week)|still|used to|every (?:day|night|week)|once in a while|time and again|again and again)"
)
_PAST = (
    r"(?:was|were|had|did|got|noticed|reported|asked|complained|found|saw|imported|happened|broke|wrote|typed|requested|seen|"
    r"discovered|decided|agreed|promised|told|said|crashed|failed|came|went|have been|has been|removed|started)"
)
_DOES = (
    r"(?:filters?|looks?|picks?|pulls?|sorts?|search(?:es)?|quer(?:y|ies)|lists?|shows?|sells?|plans?|launch(?:es)?|expects?|sees?|knows?|runs?|scans?|groups?|takes?|carr(?:y|ies)|loads?|opens?|reads?|counts?|"
    r"orders?|fetch(?:es)?|asks?|complains?|writes?|imports?|exports?|sends?|uses?|tells?|keeps? [a-z]+ing|selects?|breaks?|matters?|wants? to know|purges?|do(?:es)?|finds?|get(?:s)? lost|thinks?|hates?|loves?|likes?|works?|returns?|happens?|grows?|checks?|thanks?|hear|deal|compare|compares|browse|browses|want to (?:find|show|see|open|know|be able)|wants to (?:find|show|see|open|know|be able))"
)
_TALK = (
    r"^(?:and |but |or |bug |hi |so |ok |well )*(?:because|since|as (?:we|the|it|they|our|people|users)|so that|in order to|so (?:we|that|the (?:app|page|list|screen|planner|chart|job|report)|it loads|they|nobody|parents can|users can|people can)|although|though|while|why|background|reason|thanks?|cheers|best|hi|hello|hey|dear)\b",
    r"^(?:the |its |their )?(?:current|existing|present|old|actual) (?:type|default|value|limit|length|column|state|behaviou?r|maximum|max|version|index|query|definition) (?:is|are|was) ",
    r"\b(?:slow|slowly|forever|seq scan|seq scans|takes \d+|\d+ seconds?|\d+ ms|timeouts?|too small|overflows?|run out|runs out|not fit|no longer fit|does not fit|is large|is big|is huge|million rows|pg_stat_statements|\d+ rows|not an issue|no problem|not a problem)\b",
    r"\b(?:is|are) (?:now |often |currently )?being [a-z]+ed\b|\bby mistake\b",
    r"\b(?:looks?|feels?|sounds?) (?:broken|odd|weird|bad|ugly|strange|silly|wrong|annoying|confusing|stupid|useless|cheap)\b",
    r"\b(?:would help|would be (?:great|nice|good|cool|awesome|helpful|ideal)(?! (?:that|if|to|when))|(?:that is|that was) all|not part of|separate ticket|out of scope|no rush|thank you|thanks|of course|does not matter|do not matter|no idea|forget|never mind)\b",
)  # fmt: skip
_FUTURE = r"(?:will|later|soon|next (?:week|month|year|sprint|quarter|release)|in (?:spring|summer|autumn|winter)|going to|plan to|bit by bit|step by step)"


@dataclass(frozen=True)
class Clause:
    low: int
    high: int
    talk: bool

    def drop(self, ledger: Ledger) -> None:
        """Strikes its words out; the blanks around them go on parting other words."""
        said = ledger.left[self.low : self.high]
        ledger.strike(self.low + len(said) - len(said.lstrip(" ")), self.low + len(said.rstrip(" ")))


def spelled_out(words: str) -> str:
    """The text of a request with its ``key : value`` lines as words and its headings left out."""
    lines = [line.strip() for line in words.strip().split("\n")]
    out: list[str] = []
    gathering = False
    for place, line in enumerate(lines):
        bare = line.removeprefix("•").strip()
        follows = place + 1 < len(lines)
        if gathering and re.fullmatch(r"[a-z0-9_'-]+(?: [a-z0-9_'-]+)?(?: \( (?:the )?default \))?[ .,;]*", bare):
            out[-1] += (" , " if not out[-1].endswith("one of") else " ") + bare.rstrip(" .,;")
            continue
        gathering = False
        bare = re.sub(r"^(?:ac|criterion|step|req|requirement|[a-z]+)[ -]?#?\d+ (?::|-) ", "", bare)
        if re.fullmatch(_ANSWERS, bare):
            out += [said for pair in re.findall(_ANSWER, bare) if (said := _keyed(pair))]
            continue
        said = _keyed(bare)
        gathering = bool(re.search(r"(?:one of|values|options|choices|allowed)(?: :)?$", said or bare)) and follows
        if gathering:
            said = re.sub(r"(?: :)?$", "", said or bare)
            said = said if said.endswith("one of") else f"{said} one of"
        if said is None or said:
            out.append(bare if said is None else said)
    return " " + " \n ".join(line for line in out if line) + " "


_ANSWER = r"[a-z]+(?: [a-z]+)? : (?:yes|no|none|true|false)(?![^ ])"
_ANSWERS = rf"{_ANSWER}(?: ,? ?{_ANSWER})+"


def _keyed(line: str) -> str | None:
    """A ``key : value`` line as words; None where it is none."""
    match = re.fullmatch(r"(?P<key>[a-z][a-z /-]{0,40}?) (?::|=|->|=>)(?P<value>.*)", line)
    if not match:
        return None
    value = match["value"].strip()
    bare = value.rstrip(" .,;")
    for key, form, into in _KEYS:
        if re.fullmatch(key, match["key"]) and re.fullmatch(form, bare if form in (_YES, _NO) else value):
            return into.format(v=value)
    return None


def clauses(text: str) -> list[Clause]:
    """Of the text as `spelled_out` gives it, in order."""
    found = []
    told = re.search(r"\n (?:then|and then) ", text)  # given, when, then
    for sentence in re.finditer(r"(?:(?! \. |\n).)+", text):
        cuts = [sentence.start(), *_cuts(text, sentence.start(), sentence.end()), sentence.end()]
        lacking = False
        for low, high in itertools.pairwise(cuts):
            if said := re.sub(r"[ .;,]+", " ", text[low:high]).strip():
                scene = told and re.match(r"(?:given|when) ", said)
                follows = lacking and re.match(r"(?:then )?(?:it|we) ", said)
                heading = re.match(r"[^.;]*:$", text[low:high].strip()) and not re.search(
                    rf" (?:{_MODAL}|{_ORDERS}|{_SLOTS}) ", text[low:high]
                )
                talk = bool(scene or heading) or (not follows and is_talk(_without_asides(text[low:high])))
                found.append(Clause(low, high, talk))
                lacking = bool(not scene and re.match(_LACKING, said))
    return found


def alarming(text: str) -> str:
    """The text without the talk in which something is told that happens, and that nobody asks for."""
    kept = []
    for clause in clauses(text):
        said = text[clause.low : clause.high]
        ordered = re.search(
            r"(?:^|,|and|then|also|please|to|;|\.) (?:please )?(?:drop|truncate|delete|purge|wipe|erase|copy|rename|merge|archive|disable|make|expose|open|grant|revoke|remove|split) ",
            said.strip(" .•\n") and f" {said.strip(' .•')} ",
        )
        if not clause.talk or (ordered and not re.search(r" (?:wants?|plans?) to ", said)):
            kept.append(said)
    return " " + " . ".join(kept) + " "


def unwanted(clause: str) -> bool:
    """ "Do not add an index": what is not to be done."""
    bare = re.sub(r"^[ .;,•(-]+", "", clause)
    return bool(
        re.match(
            r"(?:and |but |please |so )*(?:never|do not|does not|no need to|not|we do not need|we do not want) (?:to )?(?:add|make|create|change|index|convert|widen|audit|an?|any) ",
            bare,
        )
    )


def _without_asides(clause: str) -> str:
    return re.sub(r" \( ([^()]+) \)", lambda m: "" if is_talk(m[1]) else m[0], clause)


def _cuts(text: str, low: int, high: int) -> list[int]:
    """Where clauses begin, outside brackets."""
    return [
        match.start()
        for match in _CUT.finditer(text, low, high)
        if match.start() > low
        and not re.search(r" (?:everything|all|anything|nothing|everybody|everyone) but $", text[: match.end() + 4])
        and text.count("( ", low, match.start()) <= text.count(" )", low, match.start())
    ]


_OTHERS = r"(?:all |any )?(?:the )?(?:others?|rest|everything else|all else|anything else)(?: (?!and|or|it|that|but)[a-z_]+){0,2}? (?:(?:should|must|shall|need|do|does|are|is|stays?|can|be) )*(?:(?:not|never)(?: be)? (?:in (?:it|there|the index)|part of (?:it|the index)|indexed|included|wanted|needed)|left out|excluded|skipped|ignored)"
IRRELEVANT = rf"{_OTHERS}|(?:no matter|regardless of|irrespective of|independent(?:ly)? of|whichever|whatever)(?! [^.;,\n]*(?:case|capital|upper|lower|accent|spelling|must|has to|have to|should))[^.;,\n]*"
_PLAYS_NO_PART = r"\b(?:plays? no (?:role|part)|(?<!rows )(?<!ones )(?<!entries )is (?:irrelevant|unimportant|of no (?:interest|importance))|has no bearing|makes? no difference)\b"


def is_wished(clause: str) -> bool:
    """It orders something: in the imperative, or by what must, should or may be."""
    bare = re.sub(r"^[ .;,•(-]+", "", clause).strip(" ).:")
    return bool(
        re.search(rf" (?:{_MODAL}) ", f" {bare} ")
        or re.match(rf"(?:and |then |also |so |please |just |but |now )*(?:{_ORDERS}) ", bare)
    )


def only_heard(ledger: Ledger, parts: list[Clause], anchor: str, material: str) -> list[Clause]:
    """The wishes, where one of them names what is wanted: what tells a fact without `material` beside it is talk."""
    wishes = [c for c in parts if not c.talk]
    if not any(ledger.find(anchor, c.low, c.high) for c in wishes):
        return wishes
    ends = [0, *(m.start() for m in re.finditer(r" (?:\.|\n) ", ledger.text)), len(ledger.text)]
    kept = []
    for clause in wishes:
        low, high = next((a, b) for a, b in itertools.pairwise(ends) if clause.low < b)
        if (
            is_wished(ledger.text[clause.low : clause.high])
            or ledger.find(anchor, min(low, clause.low), max(high, clause.high))
            or ledger.find(material, clause.low, clause.high)
        ):
            kept.append(clause)
        else:
            clause.drop(ledger)
    return kept


def is_talk(clause: str) -> bool:
    """It tells how things are, why something is wished, or what is going to happen anyway."""
    bare = re.sub(r"^[ .;,•(-]+", "", clause).strip(" ).:")
    if re.fullmatch(_HEADING, bare):
        return True
    if re.search(r"[a-z] [|/] [a-z]+ [|/] [a-z]", bare):
        return False  # a list of values, slow and fast among them
    story = re.match(r"as (?:an?|the) [a-z -]+?(?: ,)? (?=i |we )", bare)
    if story:
        bare = bare[story.end() :]
        if re.match(
            rf"(?:i|we) (?:(?:want|wish|would like|need|would love|should like) (?:not )?to|can|could|may|must|never want to|do not want to) (?:be able to )?(?!{_MAKES})[a-z]+ ",
            bare,
        ):
            return True
    padded = f" {bare} "
    if re.match(
        rf"{_WISHER} (?:(?:cannot|do not|did not|does not|could not) (?:tell|see|know|find|understand) |(?:wants?|would like|would love|needs?|likes?|asks?|asked|wishes) (?:us )?(?:for )?(?:[a-z]+ ){{0,2}}to (?:be able to )?{_BROWSES} )",
        padded.lstrip(),
    ):
        return True
    wished = is_wished(bare)
    if re.match(
        r"now (?:it|they|we|the [a-z]+) (?:is|are|has|have|begins?|starts?|ends?|goes|go|accepts?|allows?|takes?|stops?)\b",
        bare,
    ):
        return True
    if unwanted(bare) or re.search(_PLAYS_NO_PART, bare):
        return True
    able = re.match(
        r"(?:parents|users|people|members|teachers|editors|admins|we|they|children|kids|everyone) (?:should|must|can|may|will|want to) be able to (?!see|read|view|edit|delete|access|only)[a-z]+ ",
        padded.strip() + " ",
    )
    if able and not re.search(rf" (?:{_SLOTS}) ", padded):
        return True
    if re.search(_TALK[0], bare):
        return not re.search(
            r" (?:index|audit|unique|http-or-https|https|negative|twice|once|duplicates?|cannot|never|(?<!these )(?<!those )\d+) ",
            padded,
        )
    if wished:
        return False
    if any(re.search(pattern, bare) for pattern in _TALK[1:]):
        return not re.search(r" (?:index|audit|unique|add|create) ", padded)
    if re.match(
        r"(?:and |but )*(?:for )?(?:all|every|existing|the rows we|the (?:rows|ones) (?:that|which|we)|the existing|the ones|those|everything|everybody|everyone|old|whatever) .*(?:are|is|be|becomes?|count|counts|get|gets|stay|have|has|starts?|:) ",
        padded.strip() + " ",
    ):
        return False
    if re.search(rf" {_NOW} ", padded) and not re.search(
        r" (?:index|audit|unique|column|default|becomes?|counts?|set to|treated) ", padded
    ):
        return True
    if re.search(rf" {_PAST} ", padded) and not re.search(
        rf" (?:{_SLOTS}|without|none|null|never|empty|missing|unless|otherwise|if) ", padded
    ):
        return True
    if re.search(rf" {_FUTURE} ", padded) and not re.search(rf" (?:{_SLOTS}) |[<>=]|\d", padded):
        return True
    if re.match(
        r"(?:somebody|someone|we|they|i|people|users?|one of [a-z]+(?: [a-z]+)?|an? (?:teacher|parent|kid|child|user|colleague|customer|editor|admin|tester)|some (?:teachers|parents|kids|users|people|editors|admins)) (?:[a-z]+ )?[a-z]{2,}ed ",
        padded.strip() + " ",
    ) and not re.search(rf" (?:{_SLOTS}) ", padded):
        return True
    subject = r"(?:we|they|i|people|users?|parents?|teachers?|support|editors?|admins?|members?|customers?|(?:the|our|a|an|my|this|that|its?|some|many|most)(?: [a-z_]+){0,3}|it|nobody|everybody|everyone|legal|marketing|security|compliance|finance|sales)"
    return bool(
        re.match(
            rf"(?:and |but |also |so |well |okay? |yeah |sometimes |often )*{subject}(?: (?:often|always|all|also|only|ever|never|mostly|usually|sometimes|frequently|constantly|just|really|do not|does not|day|long))* {_DOES}\b",
            bare,
        )
        and not re.search(rf" (?:{_SLOTS}|without|none|counts? as|treated|considered) ", padded)
    )
