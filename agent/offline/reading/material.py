"""Whether a clause could change the migration, or only tells a story, a reason, the present or the future.

What could change it is material: bounds, lists of values, words for parts of a table (default, unique, index), new
names. A clause that gives a reason, or that says what people and screens do, is talk unless it holds material; one that
speaks of nothing in the database is talk too. What is said of rows and columns, and what is ordered, is none.
"""

import re
from functools import lru_cache

from agent.offline import regex
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

MODAL = (
    r"must|should|shall|needs? to|has to|have to|had better|please|cannot|can not|can only|may only|can be|may be|may not|let us|could you|can you|"
    r"i would like|we would like|we want|i want|we need|i need"
)
ORDERS = r"add|create|make|put|give|introduce|change|turn|convert|widen|set|fill|insert|index|audit|log|enforce|ensure|prevent|use|limit|cap|reject|refuse|allow|extend|backfill|update|store|track|call"
SLOTS = r"default|required|optional|mandatory|nullable|null|unique|index|one of|at least|at most|minimum|maximum|only|audit(?:ed)?|bigint|numeric\S*|boolean|true|false|type|column"
"""Words for what a column is, has, or gets."""
_STRONG = (
    r"defaults?|required|mandatory|obligatory|optional|nullable|not null|unique|index|indexed|audit(?:ed)?|columns?|fields?|flag|whole numbers?|"
    r"bigint|numeric\S*|boolean|jsonb?|timestamptz|enum|one of|http-or-https|https|constraint|cascade|set-null|foreign key|primary key|append-only|many-to-many|yes-no|if nothing is said"
)
_COMPARED = (
    r"at least|at most|no more than|no less than|not more than|more than|less than|fewer than|greater than|higher than|lower than|longer than|shorter than|"
    r"above|below|up to|between|max|maximum|min|minimum|exceeds?|>=|<=|>|<|="
)
_UNITS = r"(?:characters?|letters|digits|signs|symbols|chars|percent|decimals?|and|or|by|if|when|default|in|per|inclusive|unless|is)"
_BOUND = (
    rf" (?:{_COMPARED}) (?:(?:of|an?|be|to) )*-?\d+(?:\.\d+)?(?: (?:to|and) -?\d+)? (?:{_UNITS} |[,;.)]|$)",
    r" \d+ (?:characters|letters|digits|symbols|signs) | \d+ or (?:more|less|fewer|higher|lower|above|below) | \d+ to -?\d+ (?:[,;.)\d]|$)| #\d",
    r" (?:cannot|never|no|nobody|only|must|should|may) (?:[a-z_]+ )*\d+ ",
)
_VALUES = re.compile(r"^[a-z_]+(?: , [a-z_]+)+(?:(?: ,)? (?:or|and) [a-z_]+)?$|[a-z] [|/] [a-z_]+ [|/] [a-z]| § ")
_HARD = re.compile(
    "|".join(
        (
            rf" (?:{_STRONG}) ",
            r" (?:must|cannot|may not|never|should|nobody|shall)(?: [a-z_]+)* (?:twice|duplicates?|negative|same) | (?:only|just|exactly|at most) once | per [a-z]+ (?:and|per) | same [a-z]+ (?:twice|once|again) ",
            *_BOUND,
        )
    )
)
_NAMED = re.compile(r"(?<= )[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?= )")
_LISTED = re.compile(r" ([a-z_]+) , ([a-z_]+) (?:, )?(?:and|or) ([a-z_]+)(?= )")
_FORBIDS = re.compile(
    r"(?: (?:only|all|both|still|always))* (?:must(?! be able to)|may not|should not|cannot (?:be|have)|can only|may only|(?:can|may) [a-z]+ (?:it|them|this|that)(?! (?:later|themselves|already|afterwards))) "
)

_LINKS = re.compile(
    r"^(?:and |but |also |so |plus |well |ok |okay |yeah |therefore |hence |however |sadly |then |oh )+"
)
REASON = re.compile(
    r"(?:because|since|so that|in order to|otherwise|although|though|even (?:if|though|those|the)|as (?:we|the|it|they|our|people|users)|"
    r"which (?:is|was|are|does|do|did|has|have|makes?|means|lets|helps|allows|will|they|we|breaks?|confus\w+)|while|whereas|why|background|context|reason|"
    r"so (?:that|we|it|they|nobody|everybody|parents|users|people|kids|families|editors|teachers)|(?:this|that) way|thanks?|cheers|best|hi|hello|hey|dear)(?: |$)|for (?:people|parents|users|those|families|kids|teachers|everyone|anyone|whoever) who "
)
"""How a clause opens that gives a reason, or goes on about something else."""
PEOPLE = (
    r"(?:we|i|you|they|people|somebody|someone|anybody|anyone|nobody|no one|everybody|everyone|others|users?|parents?|kids?|famil(?:y|ies)|teachers?|therapists?|editors?|admins?|members?|customers?|schools?|visitors?|testers?|guardians?|"
    r"mums?|moms?|dads?|mothers?|fathers?|support|marketing|sales|product|legal|finance|security|compliance|management|designers?|engineering|developers?|qa|analytics|researchers?|analysts?|"
    r"colleagues?|team|teams|staff|investors?|partners?|lawyers?|auditors?|boss|clients?|reviewers?|translators?|bedtime routines)"
)
_MACHINES = r"(?:backend|server|workers?|importers?|mapper|scheduler|generator|sdk|api|script)"
_SCREENS = rf"(?:apps?|pages?|screens?|lists?|charts?|reports?|dashboards?|widgets?|jobs?|crons?|planners?|readers?|players?|cards?|banners?|quer(?:y|ies)|tabs?|buttons?|forms?|pickers?|search|catalog(?:ue)?|website|site|frontend|ui|browsers?|tickets?|etl|exports?|tools?|pipelines?|database|tablets?|onboarding|bugs?|rls|planner|sync|imports?|newsletters?|leaderboard|interviews?|banner|{_MACHINES})"
_DETERMINED = r"(?:(?:the|our|my|your|their|an?|this|that|these|those|some|many|most|several|few|more|all|every|each|half|any|of|new|younger|older|first|one|two|lots|lot|other|separated|worried|\d+) )*"
_AT_FIRST = re.compile(
    rf"^(?:if|when|whenever|every time|each time|as soon as) (?:{_DETERMINED}{PEOPLE}) (?:(?!not |nothing |no |never |it |, )[^ ]+ ){{1,8}}?(?:, )?(?={_DETERMINED}(?:{PEOPLE}|(?<=the ){_SCREENS}) (?!,))|"
    r"^(?:for|in|at|during|after|with|on|due to) (?:the|our|this|my|an?|that|these|most) (?:[a-z-]+ ){1,3}(?:, )?(?=(?:we|i|they|people|users|parents|kids|teachers|editors) )"
)
"""What may stand before whom a story is about."""
_TOLD = re.compile(
    rf"{_DETERMINED}(?:{PEOPLE}(?: (?:and|or|of|in|with|from|who|on|at) (?:[a-z]+ ){{0,4}}?{PEOPLE})?|(?:[a-z-]+ ){{0,3}}{_SCREENS}) [a-z]|(?:our|my) (?:[a-z-]+ ){{0,2}}?[a-z]+ (?=(?:is|are|was|were|has|had|says?|said|keeps?|thinks?|would|will|does|did) )[a-z]"
)
"""Who a story is about: people, and what they look at."""
_SCENE = re.compile(
    r"(?:there|it|this|that) (?:is|are|was|were|has been|happens|happened|breaks|makes|helps|confuses|lets|looks|feels|sounds|blocks|takes|would|reads|shows|lists|loads|scans|filters|sorts|groups|runs|asks)(?: |$)|"
    r"(?:no one|nobody|none of them) (?:has|have|had) |(?:these|those|they|which) (?:are|make up) (?:[a-z]+ )?\d+ percent of |"
    r"(?:right now|currently|today|at the moment|so far|until now|as of now|these days|nowadays|yesterday|recently|last (?:week|month|year|night|sprint|[a-z]+day)|this (?:morning|week)|every (?:day|night|week)|sometimes|later|one day|some day) |"
    r"(?:currently|still|already|maybe|perhaps|possibly)(?: |$)"
)
"""How a clause opens that tells how things are."""
_NOW = re.compile(
    r"(?:right now|currently|at the moment|until now|these days|nowadays|yesterday|recently|last (?:week|month|year|night|sprint)) "
)
_RULED = re.compile(
    r" (?:rows?|ones?|values?|entries|entry|records?|those|them|they|it|its|others?|rest|existing|old|new|except|excepting|unless|only|without|if|when|where|while|until|before|after|instead|whose|who|that|which|not|no|never|none|nothing|nobody|empty|blank|missing|"
    r"gets?|starts?|becomes?|begins?|counts?|true|false|off|same|than|=) "
)
"""What a rule over rows is made of, beside words that order."""
_PAST = r" (?:was|were|had|did|got|noticed|reported|asked|complained|found|saw|imported|happened|broke|wrote|typed|requested|seen|discovered|decided|agreed|promised|told|said|crashed|failed|came|went|been|removed|started|vanished) "
_FUTURE = r" (?:will|later|soon|next (?:week|month|year|sprint|quarter|release)|going to|plan to|some day|one day|bit by bit|step by step) "
_MAKES = r"(?:add|tag|store|have|set|mark|limit|save|keep|record|flag|an?|the|classify|give(?! \d)|index|audit|log|every|each|new|attach|no|only|create|build|introduce|put|remember|track|hold|connect|link|collect|make|ensure|enforce|prevent|forbid|stop|allow|let|(?:know|see) when)"
_GETS = (
    r"(?:(?:also|still|really|now|all|each|both|urgently|should|must|shall|could|can|may|would like to|would|has to|have to|to) )*"
    r"(?:gets? (?=an? |the |one |another |[a-z]+_)|(?:needs?|wants?|have(?! [a-z]+(?:ed|wn|en|ne|lt|pt|ght|nt) )|carry|store|tell|know|hold|like|requires?|keep|rejects?|refuses?|enforces?|prevents?|accepts?|allows?)(?: also)? (?!to |us |something |it to |them to |[a-z]+ing ))"
)
"""What is said of those whom the rows stand for: "parents need a nickname"."""
_WANTS = r"(?:[a-z]+ )?(?:wants?|would like|would love|needs?|likes?|loves?|asks?|asked|wishes|hopes?) (?:us )?(?:for )?(?:[a-z]+ ){0,2}?to (?:be able to )?"
_SLOW = r" (?:(?:takes?|lasts?) (?:[a-z]+ ){0,2}\d+ (?:seconds?|minutes?|hours?|days?)|slow|slowly|forever|seq scans?|takes \d+|\d+ seconds?|\d+ ms|timeouts?|timing out|too small|overflows?|runs? out|fit|large|huge|million rows|pg_stat_statements|\d+ rows|not an issue|no problem|not a problem|would help|that is all|not part of|separate ticket|out of scope|no rush|thank you|thanks|does not matter|do not matter|no idea|forget|never mind) "
_NICE = r" (?:looks?|feels?|sounds?) (?:broken|odd|weird|bad|ugly|strange|silly|wrong|annoying|confusing|stupid|useless|cheap) | would be (?:great|nice|good|cool|awesome|helpful|ideal)(?! (?:that|if|to|when)) | (?:is|are) (?:now |often |currently )?being [a-z]+ed | by mistake "
_OF_ROWS = r"(?:and |but )*(?:for )?(?:all|every|existing|the rows we|the (?:rows|ones) (?:that|which|we)|the existing|the ones|those|everything|everybody|everyone|anything|old|whatever) .*(?:are|is|be|becomes?|count|counts|get|gets|stay|have|has|starts?|:) "
_LOOSE = re.compile(
    r"\d|[,:/|<>=•]| (?:not|no|none|never|only|except|unless|until|without|empty|blank|missing|values?|rows?|ones?|entries|records|existing|new|old|others?|rest|everything|everyone|everybody|nothing|text|integer|string|number|date|link|url|"
    r"first|last|newest|oldest|latest|ascending|descending|desc|asc|order|sorted|by|both|same|together|combination|pair|per|true|false|yes|off|on|false|name|called|named|call|case|whether|delete|deleted|removed|insert|inserts|inserted|update|updates|updated|deletions|changes|edits|who|"
    r"if|when|where|instead|than|before|after|again|it|they|them|that) "
)
"""What may be said of rows and values without naming one."""


@lru_cache(maxsize=8)
def nouns_of(schema: Schema) -> frozenset[str]:
    """What the tables, their columns and the values of these are called, word by word."""
    found: set[str] = set()
    for table in schema.tables:
        found.update(regex.findall(r"[a-z]+", table.split(".")[-1]))
        found.add(table.replace(".", "_").removeprefix("public_"))
        for column in schema.columns(table):
            found.add(column)
            found.update(regex.findall(r"[a-z]{3,}", column))
            found.update(
                word for label in schema.choices(table, column) for word in regex.findall(r"[a-z]+", label.lower())
            )
    return frozenset(form for word in found for form in (word, singular(word), plural(word))) | {"kid", "kids"}


def is_wished(clause: str) -> bool:
    """It orders something: in the imperative, or by what must, should or may be."""
    bare = regex.sub(r"^[ .;,•(-]+", "", clause).strip(" ).:")
    return bool(
        regex.search(rf" (?:{MODAL}) ", f" {bare} ")
        or regex.match(rf"(?:and |then |also |so |please |just |but |now )*(?:{ORDERS}) ", bare)
    )


def is_idle(clause: str, nouns: frozenset[str]) -> bool:
    """It orders nothing, holds nothing that could change the migration, and rules no rows."""
    padded = f" {regex.sub(r'[ .;,•(-]+', ' ', clause).strip(' ).:')} "
    return not (is_wished(clause) or holds(padded, nouns) or _RULED.search(padded))


def holds(padded: str, nouns: frozenset[str] = frozenset()) -> bool:
    """Something that could change the migration, and is not there yet."""
    return bool(
        _HARD.search(padded)
        or any(name not in nouns for name in _NAMED.findall(padded))
        or any(not nouns.issuperset(listed) for listed in _LISTED.findall(padded))
    )


def gives_reason(said: str, nouns: frozenset[str] = frozenset()) -> bool:
    """It opens as a reason, and holds nothing that could change the migration."""
    if regex.match(
        rf"so (?:we|i|they|parents|users) (?:[a-z]+ )?(?:wants?|needs?|would like|must|should)(?! to (?:be able to )?(?!{_MAKES} ))",
        said,
    ):
        return False
    if regex.match(r"which (?:is|are) ", said) and _LISTED.search(f" {said} "):
        return False
    return bool(REASON.match(said)) and not _HARD.search(f" {said} ") and len(said.split()) > 2


def goes_on(said: str, nouns: frozenset[str]) -> bool:
    """It goes on with what was told before: "but never finished the tour"."""
    return (
        bool(regex.match(r"(?:but|and|or|then) (?:never|still|later|then|also|even|often|mostly|[a-z]{3,}ed) ", said))
        and not holds(f" {said} ", nouns)
        and not is_wished(said)
    )


def sets_scene(said: str, *, today: bool = False) -> bool:
    """It opens as what tells how things are (`today`: by when), and holds nothing that could change the migration."""
    opens = (_NOW if today else _SCENE).match(_LINKS.sub("", said))
    return bool(opens) and not holds(f" {said} ")


def tells_story(said: str, nouns: frozenset[str] = frozenset()) -> bool:
    """People do something, or something on a screen is so; no order, and nothing that could change the migration."""
    body = _AT_FIRST.sub("", _LINKS.sub("", said))
    padded = f" {body} "
    if regex.match(rf"(?:{_DETERMINED}{PEOPLE}) {_WANTS}(?!{_MAKES} )", body):
        return not holds(padded, nouns)
    told = _TOLD.match(padded.lstrip())
    if not told or holds(padded, nouns):
        return False
    if regex.match(_GETS, padded[told.end() - 1 :].lstrip()) and not regex.search(
        rf" {_MACHINES} [a-z]$", padded[: told.end() + 1]
    ):
        return False
    if _FORBIDS.match(padded[told.end() - 1 :]) or regex.match(r"(?:nobody|no one|only) ", body):
        return False
    return not regex.match(
        rf"(?:we|i) (?:{_ADVERB})*(?:wants?|needs?|would like|would love|like) (?!to (?!{_MAKES} ))", body
    )


_ADVERB = r"(?:also|still|really|now|just|only|therefore) "


def is_talk(clause: str, nouns: frozenset[str] = frozenset()) -> bool:
    """It tells how things are, why something is wished, or what is going to happen anyway; of nothing in `nouns`."""
    bare = regex.sub(r"^[ .;,•(-]+", "", clause).strip(" ).:")
    if _VALUES.search(bare):
        return False  # a list of values, slow and fast among them
    if story := regex.match(r"as (?:an?|the) [a-z -]+?(?: ,)? (?=i |we )", bare):
        bare = bare[story.end() :]
        if regex.match(
            rf"(?:i|we) (?:(?:want|wish|would like|need|would love|should like) (?:not )?to|can|could|may|must|never want to|do not want to) (?:be able to )?(?!{_MAKES})[a-z]+ ",
            bare,
        ):
            return True
    said = regex.sub(r"^(?:(?:and|but|bug|ok|well) )+", "", bare)
    padded = f" {bare} "
    if (
        unwanted(bare)
        or _STAYS.match(bare)
        or _PLAYS_NO_PART.search(bare)
        or (_SAME_ACCESS.search(padded) and not holds(padded, nouns))
    ):
        return True
    if REASON.match(said):
        return gives_reason(said, nouns)
    if tells_story(said, nouns):
        return True
    if is_wished(bare):
        return False
    hard = holds(padded, nouns)
    if regex.search(_SLOW, padded) or regex.search(_NICE, padded):
        return not regex.search(r" (?:index|audit|unique|add|create) ", padded) and not _LISTED.search(padded)
    if regex.match(_OF_ROWS, padded.strip() + " "):
        return False
    if not hard and (_SCENE.match(said) or regex.search(_PAST, padded) or regex.search(_FUTURE, padded)):
        return not regex.search(r" (?:without|none|never|empty|missing|unless|otherwise|if) ", padded)
    return (
        bool(nouns) and bare.count(" ") > 4 and not hard and not _LOOSE.search(padded) and not nouns & set(bare.split())
    )


def unwanted(clause: str) -> bool:
    """ "Do not add an index": what is not to be done."""
    bare = regex.sub(r"^[ .;,•(-]+", "", clause)
    return bool(
        regex.match(
            r"(?:and |but |please |so )*(?:never|do not|does not|no need to|not|we do not need|we do not want) (?:to )?(?:add|make|create|change|index|convert|widen|audit|an?|any) ",
            bare,
        )
    )


_SAME_ACCESS = re.compile(
    r" (?:no|not|never|without)(?: (?:an?|any|other|to|change|changes|changing|touch|affect|alter|influence|restrict))* (?:rls|polic(?:y|ies)|grants?|permissions?|access|who (?:can|may|gets to|is allowed to|sees?)|what (?:anyone|people|users|parents))(?! (?:for|to) [a-z]+ (?:may|can))|^ (?:an? )?(?:app|ui|client|frontend)-side [a-z]+ only "
)
"""Who reaches the rows stays as it is."""
_STAYS = re.compile(
    r"(?:the )?(?!if|when|once|rows?|it|they)[a-z_⋅]+(?: [a-z_⋅]+){0,2} (?:stays?|remains?) (?:as (?:it|they) (?:is|are)|unchanged|untouched|alone)(?: for now)?(?: ,|$)"
)
_PLAYS_NO_PART = re.compile(
    r"\b(?:plays? no (?:role|part)|(?<!rows )(?<!ones )(?<!entries )is (?:irrelevant|unimportant|of no (?:interest|importance))|has no bearing|makes? no difference)\b"
)
