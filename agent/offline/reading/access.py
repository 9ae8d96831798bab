"""Who may do what with the rows of a new table: actors, verbs and negations, clause by clause."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.offline.description import VERBS, Verb
from agent.offline.reading.ledger import Unclear
from agent.offline.words import wordset

_DO: dict[str, tuple[Verb, ...]] = {
    **dict.fromkeys(
        wordset("see sees seen seeing select selects selecting view views viewed viewing read reads reading look looks looking looked access accesses query list lists browse visible readable viewable accessible show shown"),
        ("select",),
    ),
    **dict.fromkeys(
        wordset("add adds added adding create creates created creating insert inserts inserted inserting inserting log logs post posts posting submit submits enter enters assign assigns assigning register upload uploads uploading make makes making creation insertion"),
        ("insert",),
    ),
    **dict.fromkeys(wordset("write writes written writing w"), ("insert", "update")),
    **dict.fromkeys(
        wordset("edit edits edited editing update updates updated updating change changes changed changing modify modifies modified modifying correct corrects adjust adjusts rename touch touches touched editable alter alters altered updatable"),
        ("update",),
    ),
    **dict.fromkeys(wordset("delete deletes deleted deleting remove removes removed removing deletion removal deletable withdraw withdraws withdrawing withdrawn unassign erase erases discard discards discarding"), ("delete",)),
    **dict.fromkeys(
        wordset("manage manages managed managing maintain maintains maintained administer administers control controls crud everything full all handle handles"),
        VERBS,
    ),
}  # fmt: skip
_OWNERS = "parents?|guardians?|carers?|caregivers?|mums?|moms?|dads?|mothers?|fathers?|famil(?:y|ies)|users?|members?|owners?|authors?|creators?|person|people|i|they|he|she|teammates?|team|reporters?|customers?|kid|kids|clients?"
_ROLES = "admins?|administrators?|editors?|viewers?"
_SERVERS = "systems?|backend|back-end|server|servers|service|service_role|platform|application|functions?|api|cron|jobs?|workers?"
_NOBODY = "nobody|no-one|noone|none"
_ANYONE = "everyone|everybody|anyone|anybody"
_ACTOR = rf"(?:{_OWNERS}|{_ROLES}|{_SERVERS}|{_NOBODY}|{_ANYONE})"
_STRANGERS = r"(?:anon|anonymous|anonymously|public|publicly|unauthenticated|visitors?|guests?|teachers?|internet|logged-out|world)"
_LABEL = r"(?:rls|access|permissions?|polic(?:y|ies)|security|rights|privileges|who|who can do what|who may do what|row level security)"
_APPEND = re.compile(
    r"\bappend-only\b|\bwrite-once\b|\bimmutable\b|\bonly (?:ever )?added\b|\bnothing is ever (?:edited|changed|updated)\b"
)
_VERB = "|".join(sorted(map(re.escape, _DO), key=len, reverse=True))
_SPARED = re.compile(
    rf" (?:, )?(?:except(?: for)?|apart from|other than|besides|but(?: not)?) (?:the )?(?P<verbs>(?:{_VERB})(?: (?:,|and|or|{_VERB}))*)(?: (?:it|them|rows?|the rows?|entries))?(?: (?:with|on|of|for) [^;]*)?$"
)
_LEFT_TO = (
    rf"(?<![^ ])(?:{_VERB})(?: (?:,|and|or|the|rows|it|them|{_VERB}))* (?:(?:(?:is|are|stays?|remains?|belongs?|goes|does|do|happens?|shall be|should be|must be|will be) |: )?"
    r"(?:(?:only|just|strictly|solely|always|entirely|exclusively|a|the|none \() )*(?:for|to|up to|left to|left for|with|reserved (?:for|to)|restricted to|limited to|(?:done|made|handled|managed) by|(?:job|task|matter|business|responsibility) (?:of|for))"
    rf" (?:(?:the|our|an?|only) )*(?:{_SERVERS})|(?:(?:is|are|does|do|:) )*(?:(?:none \(|only|just|the|our|an?) )*(?:{_SERVERS})(?= only| alone| exclusively|$|[ ]*[,;)])|: (?:none|nobody|no one))(?![^ ])(?: (?:only|alone|exclusively|\)))*"
)
"""What is done is the server's business."""
_NEVER = re.compile(
    rf"\b(?:not|never|cannot|nothing|no longer|nobody|no one|no-one)\b(?: (?!(?:{_VERB})\b)[a-z]+){{0,4}} (?:changed?|edit(?:ed|s)?|updated?|modif(?:y|ied)|altered?|touched)\b"
)
_STRONG = re.compile(
    r"§|\d|\b(?:if|unless|until|when|except|while|where|password|hours?|minutes?|days?|after|before|whose|approved|older|newer|published)\b|[a-z]+_(?:id|at|on)\b"
)
_STANDS = re.compile(
    r"\b(?:unless otherwise|when (?:it is |they are )?(?:done|created)|once (?:written|created|it is written|they exist|saved)|afterwards|(?:whose|where the) (?:child|row|rows|profile|they|it)(?: (?:is|are|belongs?))?(?: theirs)?|who (?:own|owns) (?:it|them)|except (?:for |by |from )?(?:the )?(?:systems?|service role|backend|server|app|platform)|where (?:they|the user|he|she) (?:is|are) (?:a )?members?)\b"
)


@dataclass
class Said:
    """Grants as the request words them."""

    granted: set[Verb] = field(default_factory=set)
    withheld: set[Verb] = field(default_factory=set)
    everyone: bool = False
    own: bool = False
    """It is said whose the rows are that somebody may reach."""
    append_only: bool = False
    roles: set[str] = field(default_factory=set)
    """Which members of a group may write, where that is said."""

    members: set[Verb] = field(default_factory=set)
    """What every member of a group may do, whatever the role."""
    group: bool = False
    """Members of a group are spoken of."""

    @property
    def anything(self) -> bool:
        return bool(self.granted or self.withheld or self.everyone)


_OWN = re.compile(r"(?<![^ ])(?:own|theirs?|his|hers?|my|mine|kids?|child|children)(?![^ ])")
_EVERYONE = re.compile(rf"signed-in(?: (?:users?|{_OWNERS}))? : ?(?:{_VERB})(?![^ ])")


def speaks_of_access(words: list[str], rows: frozenset[str] = frozenset()) -> bool:
    """An actor with a verb of the table's operations, such verbs refused, or rows that never change."""
    text = _spoken(words)
    if not text and re.search(rf"\b(?:{_STRANGERS}|policy|policies|access|rights|permissions)\b", " ".join(words)):
        return True
    if re.match(rf"(?:the )?{_LABEL} :", text) or _EVERYONE.match(text) or _APPEND.search(text) or re.search(_LEFT_TO, text):
        return True
    if re.search(rf"\b{_STRANGERS}\b.*\b(?:{_VERB})\b", text):
        return True
    if re.search(r"\b(?:belongs? to|owned by|linked to|references)\b", text) and not re.search(
        r"\b(?:can|may|only)\b", text
    ):
        return False
    own = r"(?:(?!§|\d|(?:has|have|with|gets?) an?\b|had\b)[^ ;]+ ){0,7}?"
    if re.search(rf"(?<![^ ]){_ACTOR} {own}(?:{_VERB})(?![^ ])", text) and not re.match(r"(?:as an? |so that )", text):
        return True
    if re.search(
        rf"(?<![^ ])(?:{_VERB})(?: [^ ;§]+){{0,6}}? (?:by|for|to|through|via|from|:|only|,) (?:[a-z-]+ ){{0,3}}?{_ACTOR}(?![^ ])",
        text,
    ):
        return True
    if re.search(
        rf"(?:^|[,;] |and |but |so )(?:no|not|never|without|cannot(?: be)?|neither|nor) (?:[a-z]+ )?(?:{_VERB})(?![^ ])(?! (?:value|null|date|time))",
        text,
    ) and not re.search(r"§|\d|_at\b", text):
        return True
    if re.search(
        rf"(?<![^ ])(?:{_VERB})(?: [a-z]+){{0,4}} (?:is|are) (?:(?:also|not|never|always|only) )*(?:possible|allowed|permitted|ok|okay|fine|forbidden|supported|wanted|needed|planned)",
        text,
    ):
        return True
    if (
        re.search(rf"^(?:only )?(?:{_VERB})(?: (?:,|and|/|\+|or|only|{_VERB}))+(?: [a-z]+){{0,3}}$", text)
        and len(words) < 9
    ):
        return True
    return bool(_NEVER.search(text)) and (
        not rows
        or re.match(r"(?:and |but )?(?:never|cannot be|no longer)\b", text) is not None
        or any(re.search(rf"\b{re.escape(row)}\b", text) for row in rows | {"rows", "they", "it", "entries", "once"})
    )


NO_STRANGERS = (
    rf"(?:^|(?<![^ ])(?:[,;.] |and |but )*)(?:(?:the|any|all|every) )*{_STRANGERS}(?: (?:users?|visitors?|people|role|clients?|callers?))*(?: (?!(?:{_OWNERS})\b)[a-z:-]+)*? (?:nothing|no|none|not|cannot|never)\b[^,;.\n]*|"
    rf"(?:^|(?<![^ ])(?:[,;.] |and |but )*)(?:nothing|none|no (?:access|rights|permissions|polic(?:y|ies)|grants?)(?: at all)?) (?:for|to) (?:the )?{_STRANGERS}[^,;.\n]*"
)
"""Strangers are kept out, as they are anyway."""
_LETTERS = {"c": "create", "r": "read", "u": "update", "d": "delete", "w": "write"}
_ROWS = r"(?:it|them|these|those|rows|the rows|entries|anything|any)"
_WORDING: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(?:no one|no-one|(?:nobody|none) (?:else|other)|(?:nobody|none) of (?:them|these|those|you|us))\b|\bno (?:parent|user|family|famil(?:y|ies)|client|member|signed-in user|app user|other (?:user|parent|person|client))s?\b(?! (?:polic|access))", "nobody"),
    (rf"\b(?:(?:all|any|every|each) )?(?:{_OWNERS}|everyone|everybody|anyone|people) (?:with (?:an?|their) (?:login|account|session)|(?:that|who) (?:has|have) (?:an account|a login))\b", "signed-in users"),
    (rf"(?<![^ ])(?:only )?we (?=(?:{_VERB})(?<!ing) (?:it|them|these|those|rows|the rows)(?= *(?:$|[,;.–]|ourselves)))", "backend "),
    (r"\b(?:anything|something|nothing) (?:we|i|you) (?:want|need|plan|offer|allow)(?: to (?:allow|offer|support))?\b", "wanted"),
    (r"\b(?:is|are) (?:not )?(?:nothing|not something|no option|not an option|off limits|out of the question|not on the table)(?: wanted)?\b", "is not possible"),
    (r"\bthere (?:is|will be) nothing to (?=[a-z])", "nobody can "),
    (r"(?<!is )(?<!are )(?<!be )(?<![^ ])not (?=(?:allowed|possible|permitted|wanted|needed)(?![^ ]))", "are not "),
    (r"\b(?:only|but|except) (?:us|we)\b", "only backend"),
    (r"\br and w\b|\brw\b", "read and write"),
    (r"(?<![^ ])(?=[crudw]{2,4}(?![^ ]))(?!crud)[crudw]+", lambda m: " and ".join(_LETTERS[c] for c in m[0])),
    (r"\bfrom (?=(?:(?:their|the|his|her|its) )?(?:own|kids?|child|children)\b)", "of "),
    (r"\b(?:hand|give|dish|throw|take|clean|toss)(ing|s)? (?:(?:it|them|these|those|rows|any|one) )?(?:out|away|back)\b", lambda m: ("add" if re.search(r"hand|give|dish", m[0]) else "delete") + (m[1] or "")),
    (r"(?<=can )(?:award|grant|give|issue|assign)(?= )|(?<=cannot )(?:award|grant|give|issue|assign)(?= |$)|(?<=not )(?:award|grant|give|issue|assign)(?= )|(?<=to )(?:award|grant|give|issue)(?= (?:it|them|any|one|themselves)\b)", "add"),
    (r"\bget(ting|s)? rid of\b", "delete"),
    (r"\b(?:new ones|more|others|rows|they|it)(?: (?:only|always|can|may))* (?:come|comes|arrive|arrives) (?:only )?(?:from|through|via)\b", "adding only by"),
    (r"\bmake it (?:so )?(?:that )?|,? *\b(?:the )?(?:service role|service_role|backend) bypasses (?:rls|policies|them|it)(?: anyway)?", ""),
    (rf", (?:while|whereas) (?=[^;]*(?<![^ ])(?:{_VERB})(?![^ ]))", " but "),
    (r"\b(?:make|making)(?= (?:new|more|any|some|it|them|one)\b)", "add"),
    (r"\b(?:full|complete|all) (?:crud|access|control|rights?|operations?|permissions?|management)\b|\bdo (?:it )?(?:all|everything|anything)\b|\bcan all\b", "crud"),
    (r", only (?:ever )?(?:be )?added\b", ""),
    (rf"\b(?:everything|anything|all|the rest|any other (?:access|operation))(?: else)?(?: (?:->|=>))? (?=(?:(?:is|goes|are|through|by|to|for|:|only|left|up|stays|with|just|the|our|done|happens|via) )*(?:{_SERVERS})\b)", "writing : "),
    (r"\bwriting : (?=is |are |goes |stays |only |happens |left |by |through )", "writing "),
    (r"\b(?:everything|all) else\b|\bthe rest\b", ""),
    (r"\bour (?:own )?(?:team|staff|people|admins?)(?: via (?:the )?backend)?\b", "backend"),
    (r"\bhave all\b", "have crud"),
    (r"\ball (?=[a-z])(?!writes|inserts|changes|updates|deletes|reads)", "every "),
    (r"\bfull\b(?! crud)", ""),
    (r"\bread-only\b|\b(?:read|viewing) access\b", "read"),
    (r"\b(?:edge functions?|cron jobs?|service role|service_role|service-role)\b", "backend"),
    (r"\bwrite notes\b", "add"),
    (r"\b(?:no|without any) (?:other|further|more|additional) (?:polic(?:y|ies)|access|rights|permissions)\b", ""),
    (r"\bmakes? sure\b|\bcan (?:be )?(?:made|able)\b|\bshow up\b", ""),
    (NO_STRANGERS, ""),
    (rf", (?:we|i|it|that|this)(?! (?:can|may|must|should|only)\b)(?:(?!(?<![^ ])(?:{_VERB})(?![^ ]))[^,;])*$", ""),
)  # fmt: skip
"""Other words for actors, verbs and refusals, and what says nothing of either."""


def _spoken(words: list[str]) -> str:
    text = " ".join("and" if word in ("+", "&", "/") else word for word in words)
    for pattern, into in _WORDING:
        text = re.sub(pattern, into, text)
    return re.sub(r" +", " ", text).strip(" ,")


def strange_words(words: list[str]) -> list[str]:
    """Those of a clause about access that are not in the language of access."""
    text = re.sub(rf"(?<![^ ])(?:{_VERB}|{_ACTOR}|signed-in|possible|wanted|owning|neither|nor)(?![^ ])", "", re.sub(_LEFT_TO, "", _spoken(words)))
    return text.split()


def take_access(words: list[str], said: Said, rows: frozenset[str] = frozenset()) -> None:
    """Adds what the words grant and withhold. Raises Unclear for conditions and for strangers."""
    text = _spoken(words)
    if re.search(rf"(?<![^ ]){_STRANGERS}(?![^ ])", text):
        raise Unclear(text)
    if spared := _SPARED.search(text):
        said.withheld |= {verb for word in re.findall(_VERB, spared["verbs"]) for verb in _DO[word]}
        text = text[: spared.start()]
    if strong := _STRONG.search(_STANDS.sub(" ", text)):
        raise Unclear(f"{text} ({strong[0]})")
    if (origin := re.search(r"\bfrom (?:the )?([a-z]+)", text)) and origin[1] not in _FROM:
        raise Unclear(text)
    owners = re.search(rf"(?<![^ ])(?:{_OWNERS})(?![^ ])[^;]*(?<![^ ])(?:not|never|cannot)(?![^ ])", text)
    if _APPEND.search(text) or (_NEVER.search(text) and not owners and _is_about_rows(text, rows)):
        said.append_only = True
        said.withheld |= {"update", "delete"}
    said.own = said.own or _OWN.search(text) is not None
    _walk(text, said)
    if re.search(r"\bread-only\b", " ".join(words)):
        said.granted.add("select")
        said.withheld |= {"insert", "update", "delete"}


_FROM = wordset("our client clients app backend api server frontend dashboard ui outside the service system")


def _is_about_rows(text: str, rows: frozenset[str]) -> bool:
    """ "Rows are never changed", "nobody may ever update it", not "parents cannot change it"."""
    if re.match(r"(?:and |but )?(?:nobody|nothing)", text):
        return bool(re.search(r"\b(?:ever|never|once)\b", text)) or any(row in text.split() for row in rows)
    if re.match(r"(?:and |but )?(?:never|cannot be|no longer)\b", text):
        return True
    return bool(re.search(r"\b(?:is|are|be|gets?|once|rows?|entries|records?|it|ever)\b", text)) and not re.search(
        r"(?<![^ ])(?:parents?|users?|members?|owners?)(?![^ ])", text
    )


def _walk(text: str, said: Said) -> None:
    """Verbs go to the actor before them, or in a clause without one to who follows with "by" or "for"."""
    actor = ""
    verbs = rf"(?<![^ ])(?:the )?(?:{_VERB})(?: (?:,|and|or|nor|{_VERB}))*"
    text = re.sub(r"(?:is|are) not(?= *(?:$|;|,))", "is not possible", text)
    for match in re.finditer(
        rf"{verbs}(?: (?:it|them|rows?|a row|entries|[a-z]+s))? (?:is|are|be) (?:not|never) (?:(?:going to be|be) )?(?:possible|allowed|permitted|ok|okay|supported|wanted|needed|planned|foreseen)",
        text,
    ):
        if not re.search(rf"(?<![^ ])(?:{_ACTOR}) (?:(?:can|may|only) )?$", text[: match.start()]):
            said.withheld |= {v for verb in re.findall(rf"(?<![^ ])(?:{_VERB})(?![^ ])", match[0]) for v in _DO[verb]}
            text = text.replace(match[0], " ")
    passive = rf"(?<![^ ])({_VERB})(?: (?:,|and|or|only|always|automatically|is|are|be|done|happens?|possible|goes|made|{_VERB}))* (?:by|via|through) (?:the |our |an? )*(?:{_SERVERS})(?![^ ])"
    for pattern in (passive, _LEFT_TO):
        for match in re.finditer(pattern, text):
            for verb in re.findall(rf"(?<![^ ])(?:{_VERB})(?![^ ])", match[0]):
                said.withheld |= set(_DO[verb]) - {"select"}
        text = re.sub(pattern, " ", text)
    for clause in re.split(r" (?:;|\.|but|except|besides|whereas|while) ", f" {text} "):
        tokens = clause.split()
        refused = _post_negated(clause)
        negated = False
        waiting: set[Verb] = set()
        here = ""
        for place, token in enumerate(tokens):
            if token in ("not", "cannot", "never", "no", "nothing", "neither", "nor", "without"):
                negated = not (token == "nothing" and tokens[place + 1 : place + 2] in (["else"], ["more"]))
            elif token in ("can", "may", ":") and place and tokens[place - 1] != "not":
                negated = negated and re.fullmatch(_NOBODY, here) is not None
            elif token == "signed-in":
                said.everyone = said.everyone or not (negated or _OWN.search(clause))
            elif re.fullmatch(_ACTOR, token) and not _whose(tokens, place):
                if token in ("i", "they", "he", "she", "we") and (here or actor) and token != "we":
                    here = here or actor
                    continue
                if (
                    token in ("client", "clients", "api", "app", "application")
                    and place
                    and tokens[place - 1] in ("the", "from")
                ):
                    continue
                if re.fullmatch(_ANYONE, token) and tokens[place - 1 : place] == ["not"]:
                    continue
                if waiting and not here:
                    _grant(token, waiting, said, negated=negated)
                    waiting = set()
                elif waiting and here:
                    pass
                here = token
                negated = False
                if re.fullmatch(_ANYONE, token) and re.search(
                    r" (?:in|of) (?:the |an? |that )?(?:organi[sz]ation|team|family)", clause
                ):
                    here = "members"
            elif token in _DO:
                if token in ("everything", "all") and tokens[place - 1] in _DO:
                    continue  # "read everything in it"
                granted: set[Verb] = set(_DO[token])
                if token in (
                    "list",
                    "make",
                    "makes",
                    "log",
                    "show",
                    "control",
                    "all",
                    "post",
                    "access",
                    "register",
                    "look",
                    "touch",
                ) and not _is_verb(tokens, place):
                    continue
                if refused:
                    said.withheld |= granted
                elif here or (actor and not _behind(tokens, place)):
                    _grant(here or actor, granted, said, negated=negated)
                else:
                    waiting |= granted
            elif token == ",":
                nxt = tokens[place + 1 : place + 2]
                if nxt and (re.fullmatch(_ACTOR, nxt[0])):
                    negated = False
        if waiting:
            _grant(actor or "parent", waiting, said, negated=negated)
        actor = here or actor


def _post_negated(clause: str) -> bool:
    """ "Deleting it is not possible"."""
    return bool(
        re.search(
            r"(?:is|are|be) (?:not|never) (?:(?:going to be|be) )?(?:possible|allowed|permitted|ok|okay|supported|wanted|needed|planned|foreseen)|(?:is|are) (?:forbidden|impossible|disallowed)|(?:^| , | and ) *[a-z]+ing(?: [a-z]+)? (?:is|are) not *$",
            clause,
        )
    ) and not re.search(rf"(?<![^ ])(?:{_OWNERS})(?![^ ])", clause)


def _behind(tokens: list[str], place: int) -> bool:
    """An actor follows with "by" or "for", or behind a colon."""
    rest = " ".join(tokens[place + 1 :])
    return bool(re.search(rf"(?:^| )(?:by|for|to|through|via|from|:|only)(?: [a-z-]+){{0,3}} {_ACTOR}(?: |$)", rest))


def _is_verb(tokens: list[str], place: int) -> bool:
    before = tokens[place - 1] if place else ""
    return (
        before
        in wordset(
            "can may to and or , : / only also not cannot never could should parents parent users user members + &"
        )
        or not before
    )


def _whose(tokens: list[str], place: int) -> bool:
    """ "quests of the parents": it says whose rows they are."""
    before = " ".join(tokens[max(0, place - 2) : place])
    return bool(
        re.search(
            r"(?:^| )(?:of(?: (?:their|the|own|a|other|all|every))?|own|other|his|her|their|my|every child)$", before
        )
    ) and not (tokens[place] in ("parents", "parent") and re.search(r"(?:every|kids|child|children)$", before))


def _grant(actor: str, verbs: set[Verb], said: Said, *, negated: bool) -> None:
    if re.fullmatch(_NOBODY, actor):
        said.withheld |= verbs - {"select"}
    elif re.fullmatch(_SERVERS, actor):
        if not negated:
            said.withheld |= verbs - {"select"}
    elif negated:
        said.withheld |= verbs
    else:
        if re.fullmatch(_ANYONE, actor):
            said.everyone = True
        said.granted |= verbs
        if actor.startswith("member"):
            said.group = True
            said.members |= verbs
        if (verbs - {"select"} and re.fullmatch(rf"owners?|members?|{_ROLES}", actor)) or re.fullmatch(_ROLES, actor):
            said.roles.add(actor.rstrip("s"))
