"""Who may do what with the rows of a new table: actors, verbs and negations, clause by clause."""

import re
from dataclasses import dataclass, field

from agent.offline import regex
from agent.offline.description import VERBS, Verb
from agent.offline.reading.access_words import (
    ACTOR,
    ANYONE,
    DO,
    LEFT_TO,
    NOBODY,
    OWNERS,
    ROLES,
    SERVERS,
    STRANGERS,
    VERB,
    spoken,
)
from agent.offline.reading.ledger import Unclear
from agent.offline.words import singular, wordset

_LABEL = r"(?:rls|access|permissions?|polic(?:y|ies)|security|rights|privileges|who|who can do what|who may do what|row level security)"
_APPEND = re.compile(
    r"\bappend-only\b|\bwrite-once\b|\bimmutable\b|\bonly (?:ever )?added\b|\bnothing is ever (?:edited|changed|updated)\b"
)
_SPARED = re.compile(
    rf" (?:, )?(?:except(?: for)?|apart from|other than|besides|but(?: not)?) (?:the )?(?P<verbs>(?:{VERB})(?: (?:,|and|or|{VERB}))*)(?: (?:it|them|rows?|the rows?|entries))?(?: (?:with|on|of|for) [^;]*)?$"
)
_NEVER = re.compile(
    rf"\b(?:not|never|cannot|nothing|no longer|nobody|no one|no-one)\b(?: (?!(?:{VERB})\b)[a-z]+){{0,4}} (?:changed?|edit(?:ed|s)?|updated?|modif(?:y|ied)|altered?|touched)\b"
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
    whose: set[str] = field(default_factory=set)
    """The child, where rows are spoken of as those of somebody's own children."""
    closed: bool = False
    """There is no more to what somebody may do than what is said."""

    @property
    def anything(self) -> bool:
        return bool(self.granted or self.withheld or self.everyone or self.closed)


_DONE_BY = re.compile(
    rf"(?<![^ ])(?:{VERB}) (?:(?:only|are|is|always) )*(?:goe?s?|runs?|happens?|done|handled) (?:only )?(?:through|via|by|to) (?:(?:the|our|an?) )*+(?!{ACTOR}(?![^ ]))[a-z]+"
)
""" "Deletes go through support": somebody who is not known."""
_CLOSES = re.compile(
    r"(?<![^ ])(?:(?:other than|apart from|besides|beyond|except for) (?:that|this|these) ,? ?)?(?:(?:and|but|they|he or she|he|she|it|(?:the |a )?(?:parents?|users?)|can|may|do|does|are|is|be|able|allowed|to|that is) )*"
    r"(?:(?:not|cannot|never) (?:be )?(?:(?:able|allowed) to )?(?:do )?(?:anything|any|something)|(?:do )?nothing)"
    r"(?: (?:else|more|other|further|beyond (?:that|this))|(?<=than that , they cannot do anything)|(?<=than that they cannot do anything))(?: (?:is|are|can|be|done|possible|allowed|with|it|them|here|at|all))*(?![^ ])"
)
""" "They cannot do anything else"."""
_OF_OTHERS = re.compile(
    rf"(?<![^ ])(?:,? ?(?:and|but) )?(?:(?:they|parents?|users?|nobody|no one) )?(?:(?:can|may) )?(?:not|cannot|never) (?:(?:be able to|even|do|{VERB}|,|or|and|touch|anything|with|the|those|any|rows|tablets?|ones?) )+(?:of |from |for )?(?:(?:the|any) )?(?:others?|other (?:parents?|people|families|users?|children|kids?|profiles)|(?:anyone|anybody|someone|somebody|everyone) else|another (?:parent|family|user|child|kid))(?: s)?(?: (?:children|kids?|rows|ones))?(?= *(?:$|[;,.]))"
)
""" "They can't do anything with those of others": theirs is not spoken of."""
_OWN = re.compile(r"(?<![^ ])(?:own|theirs?|his|hers?|my|mine|kids?|child|children)(?![^ ])")
_EVERYONE = re.compile(rf"signed-in(?: (?:users?|{OWNERS}))? : ?(?:{VERB})(?![^ ])")


def speaks_of_access(words: list[str], rows: frozenset[str] = frozenset()) -> bool:
    """An actor with a verb of the table's operations, such verbs refused, or rows that never change."""
    text = spoken(words)
    if not text and regex.search(rf"\b(?:{STRANGERS}|policy|policies|access|rights|permissions)\b", " ".join(words)):
        return True
    if (
        text == "crud"
        or regex.match(rf"(?:the )?{_LABEL} :", text)
        or _EVERYONE.match(text)
        or _APPEND.search(text)
        or regex.search(LEFT_TO, text)
    ):
        return True
    if regex.search(rf"\b{STRANGERS}\b.*\b(?:{VERB})\b", text):
        return True
    if regex.search(r"\b(?:belongs? to|owned by|linked to|references)\b", text) and not regex.search(
        r"\b(?:can|may|only)\b", text
    ):
        return False
    own = r"(?:(?!§|\d|(?:has|have|with|gets?) an?\b|had\b)[^ ;]+ ){0,7}?"
    if regex.search(rf"(?<![^ ]){ACTOR} {own}(?:{VERB})(?![^ ])", text) and not regex.match(
        r"(?:as an? |so that )", text
    ):
        return True
    if regex.search(
        rf"(?<![^ ])(?:{VERB})(?: [^ ;§]+){{0,6}}? (?:by|for|to|through|via|from|:|only|,) (?:[a-z-]+ ){{0,3}}?{ACTOR}(?![^ ])",
        text,
    ):
        return True
    if regex.search(
        rf"(?:^|[,;] |and |but |so )(?:no|not|never|without|cannot(?: be)?|neither|nor) (?:[a-z]+ )?(?:{VERB})(?![^ ])(?! (?:value|null|date|time))",
        text,
    ) and not regex.search(r"§|\d|_at\b", text):
        return True
    if regex.search(
        rf"(?<![^ ])(?:{VERB})(?: [a-z]+){{0,4}} (?:is|are) (?:(?:also|not|never|always|only) )*(?:possible|allowed|permitted|ok|okay|fine|forbidden|supported|wanted|needed|planned)",
        text,
    ):
        return True
    if (
        regex.search(rf"^(?:only )?(?:{VERB})(?: (?:,|and|/|\+|or|only|{VERB}))+(?: [a-z]+){{0,3}}$", text)
        and len(words) < 9
    ):
        return True
    return bool(_NEVER.search(text)) and (
        not rows
        or regex.match(r"(?:and |but )?(?:never|cannot be|no longer)\b", text) is not None
        or any(regex.search(rf"\b{re.escape(row)}\b", text) for row in rows | {"rows", "they", "it", "entries", "once"})
    )


def take_access(words: list[str], said: Said, rows: frozenset[str] = frozenset()) -> None:
    """Adds what the words grant and withhold. Raises Unclear for conditions and for strangers."""
    told = " ".join(words)
    said.closed = said.closed or bool(_CLOSES.search(told))
    text = spoken(_OF_OTHERS.sub(" ", _CLOSES.sub(" ", told)).split())
    if regex.search(rf"(?<![^ ]){STRANGERS}(?![^ ])", text):
        raise Unclear(text)
    if spared := _SPARED.search(text):
        said.withheld |= {verb for word in regex.findall(VERB, spared["verbs"]) for verb in DO[word]}
        text = text[: spared.start()]
    if strong := _STRONG.search(_STANDS.sub(" ", text)):
        raise Unclear(f"{text} ({strong[0]})")
    if done := _DONE_BY.search(text):
        raise Unclear(done[0])
    if (origin := regex.search(r"\bfrom (?:the )?([a-z]+)", text)) and origin[1] not in _FROM:
        raise Unclear(text)
    owners = regex.search(
        rf"(?<![^ ])(?:{OWNERS})(?![^ ])[^;]*(?<![^ ])(?:not|never|cannot)(?![^ ])|(?:not|never) (?:let|have|want) (?:(?:the|an?|any) )?(?:{OWNERS})(?![^ ])",
        text,
    )
    if _APPEND.search(text) or (_NEVER.search(text) and not owners and _is_about_rows(text, rows)):
        said.append_only = True
        said.withheld |= {"update", "delete"}
    said.own = said.own or _OWN.search(text) is not None
    said.whose |= {singular(noun) for noun in regex.findall(r"(?:own|their|his|her) (?!own )([a-z]+)", " ".join(words))}
    _walk(text, said)
    if regex.search(r"\bread-only\b", " ".join(words)):
        said.granted.add("select")
        said.withheld |= {"insert", "update", "delete"}


_FROM = wordset("our client clients app backend api server frontend dashboard ui outside the service system")


def _is_about_rows(text: str, rows: frozenset[str]) -> bool:
    """ "Rows are never changed", "nobody may ever update it", not "parents cannot change it"."""
    if regex.match(r"(?:and |but )?(?:nobody|nothing)", text):
        return bool(regex.search(r"\b(?:ever|never|once)\b", text)) or any(row in text.split() for row in rows)
    if regex.match(r"(?:and |but )?(?:never|cannot be|no longer)\b", text):
        return True
    return bool(
        regex.search(r"\b(?:is|are|be|gets?|once|rows?|entries|records?|it|ever)\b", text)
    ) and not regex.search(r"(?<![^ ])(?:parents?|users?|members?|owners?)(?![^ ])", text)


def _walk(text: str, said: Said) -> None:
    """Verbs go to the actor before them, or in a clause without one to who follows with "by" or "for"."""
    actor = ""
    verbs = rf"(?<![^ ])(?:the )?(?:{VERB})(?: (?:,|and|or|nor|{VERB}))*"
    text = regex.sub(r"(?:is|are) not(?= *(?:$|;|,))", "is not possible", text)
    text = regex.sub(
        rf"(?<=[,;] )(?:but )?((?:{VERB})(?: (?:,|and|or|nor) (?:{VERB}))*) (?:not|no|never)(?= *(?:$|;|,))",
        r"; \1 is not possible",
        text,
    )
    for match in regex.finditer(
        rf"{verbs}(?: (?!(?:{VERB}|{ACTOR}|can|may|is|are|but|and)(?![^ ]))[a-z]+){{0,3}} (?:is|are|be) (?:not|never) (?:(?:going to be|be) )?(?:possible|allowed|permitted|ok|okay|supported|wanted|needed|planned|foreseen)",
        text,
    ):
        if not regex.search(rf"(?<![^ ])(?:{ACTOR}) (?:(?:can|may|only) )?$", text[: match.start()]):
            said.withheld |= {v for verb in regex.findall(rf"(?<![^ ])(?:{VERB})(?![^ ])", match[0]) for v in DO[verb]}
            text = text.replace(match[0], " ")
    passive = rf"(?<![^ ])({VERB})(?: (?:,|and|or|only|always|automatically|is|are|be|done|happens?|possible|go|goes|runs?|comes?|made|{VERB}))* (?:by|via|through) (?:the |our |an? )*(?:{SERVERS})(?![^ ])"
    for pattern in (passive, LEFT_TO):
        for match in reversed(list(regex.finditer(pattern, text))):
            # "parents may read , insert , delete stays with the backend": what is before the last comma is theirs
            led = regex.search(rf"(?<![^ ])(?:can|may|{OWNERS}|:|, (?:{VERB})) (?:, |and )*$", text[: match.start()])
            cut = (
                match[0].rfind(" , ") if led else max(match[0].rfind(f" {them} , ") for them in ("it", "them", "rows"))
            )
            start = match.start() + cut + 1
            for verb in regex.findall(rf"(?<![^ ])(?:{VERB})(?![^ ])", text[start : match.end()]):
                said.withheld |= set(DO[verb]) - {"select"}
            text = f"{text[:start]} {text[match.end() :]}"
    for clause in regex.split(r" (?:;|\.|but|except|besides|whereas|while) ", f" {text} "):
        tokens = clause.split()
        refused = _post_negated(clause)
        negated = False
        waiting: set[Verb] = set()
        here, signed, before = "", False, set(said.granted)
        for place, token in enumerate(tokens):
            if token in ("not", "cannot", "never", "no", "nothing", "neither", "nor", "without"):
                negated = not (token == "nothing" and tokens[place + 1 : place + 2] in (["else"], ["more"]))
            elif token in ("can", "may", ":") and place and tokens[place - 1] != "not":
                negated = negated and regex.fullmatch(NOBODY, here) is not None
            elif token == "signed-in":
                signed = True
            elif regex.fullmatch(ACTOR, token) and not _whose(tokens, place):
                if token in ("i", "they", "he", "she", "we") and (here or actor) and token != "we":
                    here = here or actor
                    continue
                if (
                    token in ("client", "clients", "api", "app", "application")
                    and place
                    and tokens[place - 1] in ("the", "from")
                ):
                    continue
                if regex.fullmatch(ANYONE, token) and tokens[place - 1 : place] == ["not"]:
                    continue
                if waiting and not here:
                    _grant(token, waiting, said, negated=negated)
                    waiting = set()
                here = token
                let = {"let", "have", "see"} & set(
                    tokens[max(place - 2, 0) : place]
                )  # "do not let the parents edit them"
                negated = negated and (bool(let) or tokens[place + 1 : place + 2] == ["to"])  # "want parents to edit"
                if regex.fullmatch(ANYONE, token) and regex.search(
                    r" (?:in|of) (?:the |an? |that )?(?:organi[sz]ation|team|family)", clause
                ):
                    here = "members"
            elif token in DO:
                if token in ("everything", "all") and tokens[place - 1] in DO:
                    continue  # "read everything in it"
                granted: set[Verb] = set(DO[token])
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
                if nxt and (regex.fullmatch(ACTOR, nxt[0])):
                    if negated:  # "no edits , parents may only read"
                        said.withheld |= waiting
                        waiting = set()
                    negated = False
        if waiting:
            _grant(actor or "parent", waiting, said, negated=negated)
        granted_here = said.granted != before or (here and not regex.fullmatch(SERVERS, here) and not negated)
        said.everyone = said.everyone or bool(signed and granted_here and not _OWN.search(clause))
        actor = here or actor


def _post_negated(clause: str) -> bool:
    """ "Deleting it is not possible"."""
    return bool(
        regex.search(
            r"(?:is|are|be) (?:not|never) (?:(?:going to be|be) )?(?:possible|allowed|permitted|ok|okay|supported|wanted|needed|planned|foreseen)|(?:is|are) (?:forbidden|impossible|disallowed)|(?:^| , | and ) *[a-z]+ing(?: [a-z]+)? (?:is|are) not *$",
            clause,
        )
    ) and not regex.search(rf"(?<![^ ])(?:{OWNERS})(?![^ ])", clause)


def _behind(tokens: list[str], place: int) -> bool:
    """An actor follows with "by" or "for", or behind a colon."""
    rest = " ".join(tokens[place + 1 :])
    return bool(regex.search(rf"(?:^| )(?:by|for|to|through|via|from|:|only)(?: [a-z-]+){{0,3}} {ACTOR}(?: |$)", rest))


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
        regex.search(
            r"(?:^| )(?:of(?: (?:their|the|own|a|other|all|every))?|own|other|his|her|their|my|every child)$", before
        )
    ) and not (tokens[place] in ("parents", "parent") and regex.search(r"(?:every|kids|child|children)$", before))


def _grant(actor: str, verbs: set[Verb], said: Said, *, negated: bool) -> None:
    if regex.fullmatch(NOBODY, actor):
        said.withheld |= verbs - {"select"}
    elif regex.fullmatch(SERVERS, actor):
        if not negated and (verbs != set(VERBS) or not said.granted):  # that it may do all is no news
            said.withheld |= verbs - {"select"}
    elif negated:
        said.withheld |= verbs
    else:
        if regex.fullmatch(ANYONE, actor):
            said.everyone = True
        said.granted |= verbs
        if actor.startswith("member"):
            said.group = True
            said.members |= verbs
        if (verbs - {"select"} and regex.fullmatch(rf"owners?|members?|{ROLES}", actor)) or regex.fullmatch(
            ROLES, actor
        ):
            said.roles.add(actor.rstrip("s"))
