"""Who may do what with the rows of a new table, in the words of the request."""

import re
from dataclasses import dataclass, field

from agent.offline.description import VERBS, Verb
from agent.offline.reading.naming import Unclear
from agent.offline.reading.traits import Rest

_DO: dict[str, tuple[Verb, ...]] = {
    "see": ("select",), "select": ("select",), "view": ("select",), "read": ("select",), "look at": ("select",), "access": ("select",), "query": ("select",),
    "list": ("select",), "follow": ("select",), "browse": ("select",), "check": ("select",), "add": ("insert",), "create": ("insert",),
    "insert": ("insert",), "log": ("insert",), "record": ("insert",), "post": ("insert",), "submit": ("insert",), "enter": ("insert",), "give": ("insert",), "assign": ("insert",),
    "write": ("insert", "update"), "edit": ("update",), "update": ("update",), "change": ("update",), "modify": ("update",),
    "correct": ("update",), "adjust": ("update",), "complete": ("update",), "delete": ("delete",), "remove": ("delete",), "manage": VERBS, "maintain": VERBS,
    "handle": VERBS, "administer": VERBS, "control": VERBS, "organize": VERBS, "organise": VERBS, "crud": VERBS, "do everything": VERBS,
}  # fmt: skip
_VERB = "(?:" + "|".join(sorted(_DO, key=len, reverse=True)) + ")(?:s|es|ing|d)?"
_ACTOR = (
    r"(?:parents?|guardians?|mothers?|fathers?|famil(?:y|ies)|users?|members?|owners?|authors?|creators?|everyone|everybody|anyone|anybody|people|person|teammates|"
    r"admins?|administrators?|editors?|viewers?|teachers?|staff|(?:the )?(?:system|backend|server|service[ _]role|platform|app|application|edge functions?|api|cron job|job|worker)|nobody|no one|no-one|noone|they|children|kids?|learners?|students?)"
)
_SERVER = re.compile(r"system|backend|server|service|platform|app|edge|cron|job|worker|api")
_EVERYONE = re.compile(
    r"everyone|everybody|anyone|anybody|all .*users|every .*user|any .*user|signed|logged|authenticated|all famil|every famil|all (?:parents|members)"
)
_STRANGERS = re.compile(
    r"\b(?:anon|anonymous|anonymously|public(?:ly)?|unauthenticated|visitors?|guests?|without (?:login|logging in|signing in|an? account)|not (?:signed|logged)|logged[- ]out|the (?:whole )?world|internet)\b"
)
_KEPT = re.compile(
    r"\b(?:not|never|cannot)(?: be| get)? (?:deleted?|removed?) (?:when|if|with|together with|along with) [\w ]+"
)
_QUALIFIER = r"(?:(?:the|a|an|our|all|any|every|each|own|their|child's|that|this|signed-in|signed in|logged-in|logged in|authenticated|registered|only|just|respective|same|one|own|child|s|quest|row|record) )*"
_TAIL = r"(?:(?: |, ?|-)(?:the|their|own|a|an|it|them|these|those|this|that|its|of|for|to|on|in|and|rows?|records?|entries|entry|data|ones?|all|any|every|each|only|children|child|kids?|family|families|his|her|our|own|about|too|also|s|from|users?|parent|parents|belonging|others?|else|nothing else|everything|anything|there|themselves|via|through|with|app))*"


@dataclass
class Said:
    """Grants as the request words them."""

    granted: set[Verb] = field(default_factory=set)
    withheld: set[Verb] = field(default_factory=set)
    audience: str | None = None
    append_only: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.granted or self.withheld or self.audience)


def read_access(rest: Rest, said: Said, nouns: str) -> None:
    """Takes what is said of access out of `rest`; `nouns` is a pattern for the table's own nouns.

    Raises Unclear where strangers would be let in.
    """
    if kept := _KEPT.search(rest.text):
        raise Unclear(kept[0])
    _append_only(rest, said, nouns)
    rest.text = _turned(rest.text, nouns)
    tail = _TAIL[:-2] + rf"|(?: |, ?)(?:{nouns}))*"
    modal = r"(?: (?:can|may|could|should|shall|must|will|are|is|be|being|able|allowed|get|gets|to|also|only|just|fully|ever|have|has|the|right|permission|permitted|able to|in turn|always|still|both))*"
    negation = r"(?: (?:cannot|never|not|but not|no longer))?"
    many = rf"{_VERB}(?:{tail}(?:,? ?(?:and|or|/|,|&|as well as|but also|plus) ?(?:also |then |only |even )?(?P<x>{_VERB})\b)?)*"
    many = rf"{_VERB}\b(?:{tail}(?:,? (?:and |or |as well as |but also |plus )|, ?|/)(?:also |then |only |even |to )*{_VERB}\b)*{tail}"
    clause = rf"(?:only |just )?(?P<actor>{_QUALIFIER}{_ACTOR}(?: (?:who (?:is|are) )?(?:signed|logged)[- ]in)?(?: (?:of|in) (?:the|that|this|its|an?) \w+)?(?: (?:who|that) (?:is|are|owns?|created?|wrote|has|have|holds?)(?: (?:it|them|signed|logged|in|the|row|account|a))*)?)(?P<modal>{modal}{negation}{modal}) (?P<verbs>{many})"
    while match := rest.take(clause):
        _take_in(match, said)
    shapes: tuple[tuple[str, tuple[Verb, ...]], ...] = (
        (rf"(?:only )?(?:visible|readable|viewable|accessible|shown)(?: only)? (?:to|by|for)(?: only)? (?P<actor>{_QUALIFIER}{_ACTOR}){tail}", ("select",)),
        (rf"(?P<actor>{_QUALIFIER}{_ACTOR})(?: (?:get|gets|have|has|with|should have|need|only))* (?:read-only|read|view|viewing)(?: only)? access{tail}", ("select",)),
        (rf"(?:read-only|read|view)(?: access)? (?:for|to|by) (?P<actor>{_QUALIFIER}{_ACTOR}){tail}", ("select",)),
        (rf"(?P<actor>{_QUALIFIER}{_ACTOR})(?: (?:get|gets|have|has|with|should have|need))* (?:full|complete|read[ /-]?(?:and[ -])?write|crud|all) (?:access|control|rights|permissions){tail}", VERBS),
        (rf"(?:only )?(?:select|read)(?: access| rights?| permissions?)?(?: only)? (?:for|to|by) (?P<actor>{_QUALIFIER}{_ACTOR}){tail}", ("select",)),
        (rf"(?:full|complete|crud) (?:access|control) (?:for|to|by) (?P<actor>{_QUALIFIER}{_ACTOR}){tail}", VERBS),
        (rf"(?:managed|maintained|owned|editable|edited) by (?P<actor>{_QUALIFIER}{_ACTOR}){tail}", VERBS),
        (rf"(?:created|inserted|written|added|filled|awarded|granted)(?: only)? (?:by|through|via) (?P<actor>{_QUALIFIER}{_ACTOR}){tail}", ("insert",)),
    )  # fmt: skip
    for pattern, verbs in shapes:
        while match := rest.take(pattern):
            _grant(match["actor"], verbs, said, negated=False)
    while match := rest.take(
        rf"(?:but |and |, ?)*(?:cannot|may not|must not|never|not|nor|or)(?: be| allowed| able| to)*(?: ever)? (?P<verbs>{many})"
    ):
        said.withheld |= _verbs(match["verbs"])
    if rest.take(
        rf"(?:and |but )?(?:(?:is |are )?(?:strictly |always )?read-only)(?: (?:for|to) (?P<actor>{_QUALIFIER}{_ACTOR}))?(?: (?:in|from|through|via) the (?:app|api|client))?"
    ):
        said.granted.add("select")
        said.withheld |= {"insert", "update", "delete"}
    rest.take(
        rf"(?:but |and )*(?:nobody|no one|no-one|none|nothing|not anyone|not anybody|no other \w+|other \w+ (?:cannot|must not|may not|never))(?: else)?(?: may| can| should| must| has| have| gets?| access| be able| to| see| read| view| {_VERB})*{tail}"
    )
    if _STRANGERS.search(rest.text):
        raise Unclear(_STRANGERS.search(rest.text)[0])  # type: ignore[index]


def read_story(text: str, said: Said) -> None:
    """ "As a parent I want to see ...": what the one who tells it is going to do."""
    many = rf"{_VERB}(?:(?:,? and|,? or|,|/) {_VERB})*"
    match = re.match(
        rf"^as an? {_ACTOR},? i (?:would |should )?(?:want|like|need|wish)(?: to)?(?: be able to)? (?P<verbs>{many})\b",
        text,
    )
    if match:
        said.granted |= _verbs(match["verbs"])


def _turned(text: str, nouns: str) -> str:
    """ "rows can be read and added by parents", "parents: view only" as "parents can ..."."""
    done = (
        r"(?:seen|viewed|read|added|created|inserted|edited|updated|changed|modified|deleted|removed|managed|selected)"
    )
    rows = rf"(?:(?:the |its |their |these |those |all )*(?:{nouns}|rows?|records?|entries|it|they|which|that|and)(?: of [\w ]{{1,30}}?)? )*"
    passive = (
        rf"{rows}(?:can|may|should|must|are|is) (?:only )?(?:be )?(?P<done>{done}(?:(?:,? and|,? or|,) {done})*)"
        rf"(?: only)? by (?P<actor>{_QUALIFIER}{_ACTOR})\b(?! role)"
    )
    if (match := re.search(rf"(?<![\w-]){passive}", text)) and not _SERVER.search(match["actor"]):
        verbs = re.sub(r"\b\w+\b", lambda m: _PARTICIPLES.get(m[0], m[0]), match["done"])
        text = f"{text[: match.start()]}{match['actor']} can {verbs}{text[match.end() :]}"
    text = re.sub(rf"(?<![\w-])({_ACTOR}) ?(?::|=|->) ?(?={_VERB}\b)", r"\1 can ", text)
    text = re.sub(
        rf"(?:an? )?(?P<verbs>(?:{_VERB})(?:(?:,? and|,|/| \+) ?(?:{_VERB}))*) (?:policy|policies) for "
        rf"(?P<actor>{_QUALIFIER}{_ACTOR})",
        r"\g<actor> can \g<verbs>",
        text,
    )
    text = re.sub(
        r"\b(?:and )?no (?:other|further) (?:access|rights|permissions|policies)\b|\band nothing else\b", " ", text
    )
    return re.sub(
        r"(?<=[a-z])/(?=(?:insert|update|delete|edit|create|add|change|remove|view|read|select)\b)", ", ", text
    )


_PARTICIPLES = {
    "seen": "see", "viewed": "view", "read": "read", "added": "add", "created": "create", "inserted": "insert",
    "edited": "edit", "updated": "update", "changed": "change", "modified": "modify", "deleted": "delete",
    "removed": "remove", "managed": "manage", "selected": "select",
}  # fmt: skip


def _append_only(rest: Rest, said: Said, nouns: str) -> None:
    rows = rf"(?:(?:the |its |these |those |existing |each |every |all |a |an |once |once written )*(?:rows?|records?|entries|entry|they|it|{nouns})(?: in it| themselves)? )?"
    never = r"(?:(?:are|is|be|get|gets|can|may|should|must|will|being|do|does) )*(?:never|not|cannot|no longer)(?: ever| be| get| being| to be| allowed)*"
    verbs = r"(?:changed?|edit(?:ed)?|updated?|modified|modify|altered|alter|touched|deleted?|removed?|overwritten|rewritten)"
    patterns = (
        r"(?:(?:it|this|the table|they|which|that|and|rows|entries|records) )*(?:(?:is|are|be|should be|must be) )?(?:an? )?(?:append-only|insert-only|write-once|immutable|add-only)(?: (?:table|log|list|history|ledger|record|data))?",
        rf"(?<!but )(?<!but also ){rows}{never} {verbs}(?! (?:when|if|with|together|along)\b)(?:(?:,| or| and| nor)+ {verbs})*(?: (?:afterwards|later|again|after that|once \w+(?: \w+)?|after (?:being |they are )?\w+))?",
        rf"(?:nobody|no one|no-one|nothing|none) (?:can |may |should |must |ever |is |gets |to |be |will )*{verbs}(?:(?:,| or| and| nor)+ {verbs})*(?: (?:them|it|the {nouns}|an? {nouns}|rows?|{nouns}|afterwards|later|again))*",
        r"no (?:updates?|edits?|changes?|editing|deletes?)(?:(?:,| or| and| nor)+ (?:no )?(?:updates?|edits?|deletes?|deletions?|changes?|deleting))*(?: (?:allowed|ever|afterwards|possible))*",
        rf"(?:{rows}(?:are|is|get|can be|may be) )?only (?:ever )?(?:be )?(?:added|inserted|appended|written)(?: to)?(?: once)?(?:,? (?:and |but )?(?:never|not) {verbs}(?:(?:,| or| and| nor)+ {verbs})*)?",
    )
    for pattern in patterns:
        if match := rest.take(pattern):
            if not re.search("chang|edit|updat|modif|alter|touch|writ|append|immut|insert|once|add", match[0]):
                said.withheld.add("delete")
                continue
            said.append_only = True
            said.withheld.add("update")
            if re.search("delet|remov|append|immut|insert|once|touch|add", match[0]):
                said.withheld.add("delete")


def _take_in(match: re.Match[str], said: Said) -> None:
    negated = bool(re.search(r"\b(?:cannot|never|not)\b", match["modal"]))
    text = match["verbs"]
    but = re.split(r"\bbut (?:not|never|cannot)\b", text)
    _grant(match["actor"], tuple(_verbs(but[0])), said, negated=negated)


def _grant(actor: str, verbs: tuple[Verb, ...], said: Said, *, negated: bool) -> None:
    if _STRANGERS.search(actor):
        raise Unclear(actor)
    if re.search(r"nobody|no one|no-one|noone", actor):
        said.withheld |= set(verbs)
        return
    if _SERVER.search(actor):
        if not negated:
            said.withheld |= set(verbs) - {"select"}
        return
    if negated:
        said.withheld |= set(verbs)
        return
    if _EVERYONE.search(actor):
        said.audience = "signed-in"
    said.granted |= set(verbs)


def _verbs(text: str) -> set[Verb]:
    found: set[Verb] = set()
    for word, verbs in _DO.items():
        if re.search(rf"\b{word}(?:s|es|d)?\b|\b{word.removesuffix('e')}ing\b", text):
            found |= set(verbs)
    return found
