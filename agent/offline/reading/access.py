"""Who may do what with the rows of a new table: actors, verbs and negations, clause by clause."""

import itertools
import re
from dataclasses import dataclass, field

from agent.offline.description import VERBS, Verb
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear

_DO: dict[str, tuple[Verb, ...]] = {
    **dict.fromkeys(
        ("see", "seen", "select", "view", "viewed", "read", "look at", "looked at", "access", "query", "list", "browse", "visible", "readable", "viewable", "read-only", "look", "accessible"),
        ("select",),
    ),
    **dict.fromkeys(
        ("add", "added", "create", "created", "insert", "inserted", "log", "record", "post", "submit", "enter", "assign", "register", "write notes", "writes a note", "upload", "assigning"),
        ("insert",),
    ),
    **dict.fromkeys(("write", "written"), ("insert", "update")),
    **dict.fromkeys(
        ("edit", "edited", "update", "updated", "change", "changed", "modify", "modified", "correct", "adjust", "rename", "touch"),
        ("update",),
    ),
    **dict.fromkeys(("delete", "deleted", "remove", "removed"), ("delete",)),
    **dict.fromkeys(
        ("manage", "managed", "maintain", "maintained", "administer", "control", "crud", "do everything", "full access", "full control", "all access", "handle"),
        VERBS,
    ),
}  # fmt: skip
_VERB = (
    "(?:"
    + "|".join(
        sorted(
            (
                rf"(?:{verb}(?:s|es|ing)?{f'|{verb[:-1]}ing' if verb.endswith('e') else ''})"
                for verb in _DO
                if "-" not in verb and " " not in verb
            ),
            key=len,
            reverse=True,
        )
    )
    + "|look(?:s|ing)? at|looked at|do everything|(?:full|all|complete|read and write) (?:access|control|rights)|read-only|read access|viewing access)"
)
_OWNERS = "parents?|guardians?|mums?|dads?|mothers?|fathers?|famil(?:y|ies)|users?|members?|owners?|authors?|creators?|admins?|administrators?|editors?|viewers?|person|people|i|they|he|she|teammates"
_SERVERS = "systems?|backend|back-end|server|service role|service_role|platform|application|edge functions?|api|cron job|jobs?|workers?|service"
_NOBODY = "nobody|no one|no-one|noone|none"
_ANYONE = "everyone|everybody|anyone|anybody"
_ACTOR = rf"(?:{_OWNERS}|{_SERVERS}|{_NOBODY}|{_ANYONE})"
_BEFORE = r"(?:(?:and|but|that|which|only|just|the|a|an|all|any|every|each|its|their|our|own|mums|dads|no|other|rls|access|policy|policies|:|,|->|-|it|is|by|for|signed-in|registered|child|respective|so|in|please|make|sure|let|allow|to|role|select|read|insert|rows?) )*"
_STRANGERS = r"(?:anon|anonymous|anonymously|public|publicly|unauthenticated|visitors?|guests?|teachers?|internet|without signing in|logged-out|world)"
_MODAL = r"(?:can|may|could|should|shall|must|will|are|is|be|get|gets|have|has|able|allowed|only|to|just|also|:|->|want|not|cannot|never|full|complete|both|then|not|either|the|right|permission|permitted|manage|who|signed-in|see|like|would|of|in|organization|child|that|this|each|every|quest|owns?|it|created|wrote|an|and|or|child|always|organizations?|owners?|admins?|above|,|needs?|being)"
_WHOLE = (
    rf"{_BEFORE}{_ACTOR}(?: {_MODAL}| {STRUCK}+)* {_VERB}",
    rf"who (?:can|may|is allowed to) {_VERB}",
    rf"{_VERB}(?: (?!belong|:)[^ .;\n]+){{0,8}}? (?:by|for|to|through|via) {_BEFORE}{_ACTOR}",
)
_APPEND = (
    r"(?:(?:it|this|the|table|they|which|that|and|rows|entries|records|is|are|be|should|must|an?|,) )*(?:append-only|write-once|immutable)(?: (?:table|log|list|history|ledger))?",
    r"(?:rows?|records?|entries|{nouns}|they|it|once written it|once written|nothing|and|are|is|get|gets|can|may|must|should|will|be|ever|only|added|inserted|,| )*(?:never|not|cannot|nothing is ever|nothing is|no longer|nobody|no one)(?: (?:ever|be|get|being|to|allowed|can|may|must))* (?:changed?|edit(?:ed|s)?|updated?|modif(?:y|ied)|altered?|touched|rewritten)(?: (?:or|and|nor|,|{nouns}|them|it|deleted?|removed?|afterwards|later|again|once they exist|the))*",
    r"no (?:updates?|edits?|changes?|editing)(?: (?:or|and|nor|,|no|deletes?|deletions?|updates?|allowed|ever))*",
    r"(?:rows|they|{nouns}) are only ever added(?: ,)?(?: (?:never|updated|or|deleted|and|changed|not))*",
)


_VERBS = rf"{_VERB}(?:(?: (?:,|and|or|nor|no))+ {_VERB})*"
_REFUSED = (
    rf"(?:(?:but|and|,) )*(?:(?P<verbs>{_VERBS}) (?:is|are|will be|should be|must be) (?:not|never) (?:possible|allowed|permitted|needed|wanted|supported)"
    rf"|(?:no|without) (?P<nouns>{_VERBS})(?: (?:please|though|needed|allowed|possible))*(?= \.| ,| ;| \n| \)|$))"
)


@dataclass
class Said:
    """Grants as the request words them."""

    granted: set[Verb] = field(default_factory=set)
    withheld: set[Verb] = field(default_factory=set)
    everyone: bool = False
    append_only: bool = False
    roles: set[str] = field(default_factory=set)
    """Which members of a group may write, where that is said."""

    @property
    def anything(self) -> bool:
        return bool(self.granted or self.withheld or self.everyone)


def read_access(ledger: Ledger, nouns: str) -> Said:
    """What is said of access, struck out; `nouns` is a pattern for the table's own. Raises Unclear."""
    said = Said()
    _story(ledger, said)
    for low, high in ledger.sentences():
        for start, end in _clauses(ledger, low, high):
            _read_clause(ledger, start, end, said, nouns)
    return said


def _clauses(ledger: Ledger, low: int, high: int) -> list[tuple[int, int]]:
    cuts = [low, *(m.start() for m in re.compile(r" ; ").finditer(ledger.text, low, high)), high]
    return [(a, b) for a, b in itertools.pairwise(cuts)]


def _story(ledger: Ledger, said: Said) -> None:
    """ "As a parent I want to see ...": what the one who tells it is going to do."""
    match = ledger.find(
        rf"as an? [a-z-]+ ,? ?i (?:(?:want|would|like|need|wish|to|be|able) )+(?P<verbs>{_VERB}(?: (?:and|or|,|{_VERB}))*)"
    )
    if match:
        said.granted |= set().union(*map(_verbs, re.findall(r"[a-z-]+", match["verbs"])), set())


def _read_clause(ledger: Ledger, low: int, high: int, said: Said, nouns: str) -> None:
    for pattern in _APPEND:
        pattern = pattern.replace("{nouns}", nouns)
        match = ledger.find(pattern, low, high)
        if match and not ledger.find(rf"{_OWNERS}", low, match.start()) and "but not" not in match[0]:
            ledger.strike(match.start(), match.end())
            said.append_only = True
            said.withheld |= {"update", "delete"}
    for match in ledger.take_all(_REFUSED, low, high):
        said.withheld |= set().union(*map(_verbs, re.findall(r"[a-z-]+", match["verbs"] or match["nouns"])))
    starts = [m for m in (ledger.find(pattern, low, high) for pattern in _WHOLE) if m]
    if not starts:
        if match := ledger.take(
            r"(?:(?:strictly|it|is|are|always|the|table|parents?|for) )*read-only(?: (?:access|for|to|the|child|parents?|of))*",
            low,
            high,
        ):
            said.granted.add("select")
            said.withheld |= {"insert", "update", "delete"}
        return
    start = min(match.start() for match in starts)
    if only := re.search(r" only $", ledger.left[:start]):
        start = only.start() + 1
    text = ledger.left[start:high]
    if ":" in text and re.search(r":[^:]*[~_(]", text) and not re.match(rf".*{_ACTOR} :", text):
        text = text[: text.index(" :")]
    if cut := re.search(
        r" \( | (?:,|and) (?:(?:with|plus|has|have|columns?|fields?) |[^,;(]*(?:\d|[a-z]+_[a-z]))", text
    ):
        text = text[: cut.start()] if re.search(_VERB, text[: cut.start()]) else text
    if re.search(rf"(?<![^ ]){_STRANGERS}(?![^ ])", text):
        raise Unclear(text)
    if re.search(r"\d|(?<![^ ])(?:if|unless|until|when|except|while)(?![^ ])", text) or "password" in text:
        raise Unclear(text)
    _take_in(text, said)
    ledger.strike(start, start + len(text.rstrip()))


def _take_in(text: str, said: Said) -> None:
    """Verbs go to the actor before them, or to the one that follows with "by" or "for"."""
    tokens = re.findall(rf"(?<![^ ])(?:{_VERB}|service role|no one|edge functions?|signed-in|but|[^ ]+)(?![^ ])", text)
    actor, negated = "", False
    waiting: list[tuple[set[Verb], bool]] = []
    tokens = _passive(tokens, said)
    for place, token in enumerate(tokens):
        if token in ("not", "cannot", "never", "nothing", "no"):
            negated = True
        elif token in ("but", ";"):
            negated = False
        elif token == "signed-in":
            said.everyone = True
        elif re.fullmatch(_ACTOR, token) and not (token in ("i", "they") and actor) and not _whose(tokens, place):
            behind = place and re.search(
                r"\b(?:by|for|to|through|via)(?: (?:the|a|an|all|any|every|own|their|its|only|child))*$",
                " ".join(tokens[max(0, place - 4) : place]),
            )
            if re.fullmatch(_ANYONE, token) and tokens[place - 1 : place] == ["not"]:
                continue
            if behind and waiting:
                for verbs, refused in waiting:
                    _grant(token, verbs, said, negated=refused)
                waiting = []
            actor = token
            negated = negated and bool(waiting)
        elif re.fullmatch(_VERB, token):
            verbs = _verbs(token)
            if token in ("can", "may"):
                continue
            if actor:
                _grant(actor, verbs, said, negated=negated)
            else:
                waiting.append((verbs, negated))
        elif token in ("can", "may") and place and tokens[place - 1] in ("they", ";", "it"):
            negated = False
    for verbs, refused in waiting:
        _grant("parent", verbs, said, negated=refused)
    if "read-only" in tokens:
        said.withheld |= {"insert", "update", "delete"}


def _passive(tokens: list[str], said: Said) -> list[str]:
    """ "inserted by our backend": taken in, and left out of the rest."""
    kept, place = [], 0
    while place < len(tokens):
        if re.fullmatch(rf"(?:{_VERB})", tokens[place]) and tokens[place].endswith(("ed", "en")):
            actor = next(
                (n for n in range(place + 2, min(place + 6, len(tokens))) if re.fullmatch(_ACTOR, tokens[n])), None
            )
            if tokens[place + 1 : place + 2] in (["by"], ["only"]) and actor and re.fullmatch(_SERVERS, tokens[actor]):
                _grant(tokens[actor], _verbs(tokens[place]), said, negated=False)
                place = actor + 1
                continue
        kept.append(tokens[place])
        place += 1
    return kept


def _whose(tokens: list[str], place: int) -> bool:
    """ "quests of the parents": it says whose rows they are."""
    return (
        place > 0
        and " ".join(tokens[max(0, place - 2) : place])
        in ("of their", "of the", "of own", "of a", "of other", "of all")
    ) or (place > 0 and tokens[place - 1] in ("of", "own", "other"))


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
        if verbs - {"select"} and re.fullmatch(r"owners?|admins?|administrators?|editors?|members?|viewers?", actor):
            said.roles.add(actor.rstrip("s"))


def _verbs(token: str) -> set[Verb]:
    if re.fullmatch(r"(?:full|all|complete|read and write) (?:access|control|rights)", token):
        return set(VERBS)
    if token in ("read access", "viewing access") or token.startswith("look"):
        return {"select"}
    stems = (
        token,
        token.removesuffix("s"),
        token.removesuffix("es"),
        token.removesuffix("ing"),
        token.removesuffix("ing") + "e",
    )
    return next((set(_DO[stem]) for stem in stems if stem in _DO), set())
