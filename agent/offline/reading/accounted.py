"""Whether what a request says is in what was read: the last look, at the description alone.

The readers strike out what they take, and what they take can still get lost. Here nothing is read again: each number
that bounds something, each value of a list, each default, kind of address, uniqueness and restriction that stands in a
wish has to be found in the typed changes. A wrong migration is worse than a refusal.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal

from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddUnique,
    Audit,
    Change,
    ChangeType,
    Column,
    Constrain,
    NewTable,
    SetDefault,
)
from agent.offline.reading.alteration.clauses import clauses, spelled_out
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import ACCESS_VERBS, FILLERS, NEVER_NAMES, NO_VALUE
from agent.offline.reading.text import Text
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset

_N = r"-?\d+(?:\.\d+)?"
_LINK = r"(?: (?:of|is|be|to|at|a|an|the|value|=|:|as|with))*"
_LIMITS = (
    r"at least|at most|no more than|no less than|more than|less than|fewer than|greater than|longer than|above|below|over|under|"
    r"up to|between|max|min|maximum|minimum|>=|<=|>|<|exceeds?|exactly|default|defaults|defaulting|starts|starting|begins|multiples"
)
_BOUND = re.compile(
    rf"(?<![^ ])(?:{_LIMITS}){_LINK} ({_N})(?: (?:and|to|-) ({_N}))?(?![^ ])|(?<![^ ])({_N})(?: (?:to|-) ({_N}))? (?:characters?|letters|or more|or less|or higher|or lower|if not|by default)(?![^ ])"
)
_UNIT = r"(?:rows?|records?|times?|entries|entry|ms|seconds?|percent|users?|families|requests?|million|[a-z_]+ (?:per|for each))"
_LIST_END = r"(?= (?:[.,;)\n/|:]|or|and|default|defaulting)|\s*$)"
_DEFAULT = re.compile(
    r"(?<![^ ])(?:default|defaults|defaulting)(?: (?:to|is|value|option|choice|one|of|:|=|being|as|the))* ([a-z_]{3,})|"
    r"(?<![^ ])([a-z_]{3,}) (?:(?:is|are|being|by|as|fine|ok|okay|the|our|a|good) )+default(?![^ ])"
)
_NO_LITERALS = {"current", "time", "true", "false", "null", "empty", "today", "now", "right", "off", "yes"}
_STAMPS = ("id", "created_at", "updated_at")
_LABELS = wordset(
    "rules access notes unique constraints key keys fields rls parents parent table name indexes index permissions"
)
_TECHNICAL = re.compile(
    r"(?:idx|uq|uniq|unique|chk|check|ck|fk|ix|pk|trg|trigger|audit)_\w+|\w+_(?:idx|key|check|fkey|trigger|unique|uq|constraint)|on_delete|service_role|read_only|auth_users|current_timestamp"
)
_SPARED = r" (?:touch|change|keep|leave|alter|unlike|like|as)(?: (?:the|existing|our|column))* $"
_ALIKE = r"unique|twice|duplicates?|only once|at most once|1 row per|1 per"
_COMPARED = r"(?<![^ ])([a-z_]+) (?:cannot|must|should|has to|have to|may|can|shall|is|are)(?: [a-z]+){1,4} -?\d"
_UNIQUE = r"unique|twice|duplicate|once|same|doubl|identical|again|differ|distinct|share|repeat|second|only (?:one|1)|(?:no|any) (?:two|2)|(?:one|1|single) |per "
_TYPES = {
    "bigint": "bigint",
    "jsonb": "jsonb",
    "uuid": "uuid",
    "smallint": "smallint",
    "timestamptz": "timestamptz",
}


def refuse_unaccounted(changes: Iterable[Change], text: Text, schema: Schema, assumed: Iterable[str] = ()) -> None:
    """Raises Unclear with the words that would have made another migration; `text` is the request."""
    made = tuple(changes)
    spelled = spelled_out(text.words)
    wishes = " ; ".join(spelled[c.low : c.high] for c in clauses(spelled) if not c.talk)
    unsaid = any("nothing was said about access" in told for told in assumed)
    if unsaid and (said := re.search(_MAY, text.words)):
        raise Unclear(said[0])
    for lost in (
        _tables(made, wishes, text.words, schema),
        _numbers(made, wishes, schema),
        _subjects(made, wishes),
        _values(made, text.words),
        _defaults(made, wishes),
        _kinds(made, wishes, text.words),
        _names(made, wishes, schema, text.quoted),
        _parts(made, wishes),
        _access(made, wishes),
    ):
        if words := next(lost, None):
            raise Unclear(words)


def _tables(made: tuple[Change, ...], wishes: str, text: str, schema: Schema) -> Iterator[str]:
    """Another table than the one that is named, a table that nothing refers to, and a kind that nobody asked for."""
    said = {mention.table for mention in mentions(wishes, schema)}
    known = " ".join(str(atom) for atom in _atoms(made))
    for change in made:
        table = getattr(change, "table", "")
        if isinstance(change, NewTable):
            tied = {c.references.table for c in change.columns if c.references}
            above = {key.table for table in tied for key in schema.foreign_keys(table)}  # "the child's profile"
            own = table.split(".")[-1].replace("_", "[ _]")
            parts = " ".join(str(atom) for atom in _atoms(change.columns))
            for mention in mentions(re.sub(rf"(?<![^ ])(?:{own}|{singular(own)})(?![^ ])", "~", wishes), schema):
                noun = singular(mention.table.split(".")[-1])
                if mention.table not in above and not re.search(
                    rf"{mention.table}|{noun}|{mention.words.replace(' ', '_')}", parts
                ):
                    yield mention.words
            moments = r" (?:date|time|datetime|timestamp|moment|when)(?: that| when)? (?:it|they|he|she|the [a-z]+) (?:(?:was|were|is|got|has been) )?((?!delet|remov|creat|updat|chang)[a-z]+)ed "
            for word in re.findall(rf"(?<![^ ])(title|description)(?![^ ])|{moments}", wishes):
                if "".join(word) not in known:
                    yield "".join(word)
        elif isinstance(change, AddColumns | Constrain | SetDefault | AddIndex | AddUnique) and said:
            loosely = said | {mention.table for mention in mentions(wishes, schema, loose=True)}
            if table not in loosely:
                yield f"{table}, as {', '.join(sorted(said))} is named"
        if isinstance(change, Constrain):
            columns = {name for other in schema.tables for name in schema.columns(other)}
            for subject in re.findall(_COMPARED, wishes):
                if subject in columns and subject not in known:
                    yield subject
        if isinstance(change, AddColumns) and re.match(r"[ \n;]*(?:please )?index ", wishes):
            yield wishes
        if isinstance(change, AddUnique):
            if not re.search(_UNIQUE, text):
                yield wishes
            span = re.search(r" (?:per|and|each|every|same|a) (day|date|week|month|year)(?= )", wishes)
            if span and span[1] not in known:
                yield span[0]


def _numbers(made: tuple[Change, ...], wishes: str, schema: Schema) -> Iterator[str]:
    if all(isinstance(change, ChangeType) for change in made):
        return
    known = {number for atom in _atoms(made) for number in _values_of(atom)}
    for table in {table for change in made if (table := getattr(change, "table", None))}:
        for name in schema.columns(table):  # what holds now may be named
            known |= {Decimal(n) for check in schema.checks(table, name) for n in re.findall(_N, check)}
            known |= {Decimal(n) for n in re.findall(_N, schema.default(table, name) or "")}
    for match in _BOUND.finditer(wishes):
        if re.match(rf" {_UNIT} ", wishes[match.end() :] + " "):
            continue
        if lost := [n for n in match.groups() if n and Decimal(n) not in known and n not in ("0", "1")]:
            yield f"{match[0]} ({', '.join(lost)})"


_CUT = re.compile(
    r"[,;:.()\n•]| (?:and|with|has|have|plus|which|that|where|who|also|is|are|in|of|for|from|by|each|every) "
)
_NO_SUBJECT = (
    FILLERS
    | NO_VALUE
    | NEVER_NAMES
    | wordset(
        "whole numbers integers decimals starting starts shorter longer bigger smaller greater larger points euros cents values"
    )
)


_ITEM = re.compile(
    r" (?:,|and|:|;|•) (?:(?:an?|the) )?([a-z]{3,}(?: [a-z]{3,})?) \( (?=(?:optional|required|mandatory|max|up to|at least|at most|date|text|int|integer|default|not null|nullable)(?![^ ]))|"
    r"(?<! not)(?<! be)(?<! is)(?<! are) optional ([a-z]{3,}(?: [a-z]{3,})?)(?= (?:,|and|\.|;|\n|\(|of|with|up|max)|$)"
)


def _subjects(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    """A bound of something that no column of the new table is called after."""
    for change in made:
        if not isinstance(change, NewTable):
            continue
        names = "_".join(column.name for column in change.columns)
        for match in _ITEM.finditer(wishes):
            words = [w for w in (match[1] or match[2]).split() if w not in _NO_SUBJECT and not re.search(r"\d", w)]
            if words and not any(word[:4] in names for word in words):
                yield match[0]
        for match in _BOUND.finditer(wishes):
            subject = _CUT.split(wishes[: match.start()])[-1].split()
            words = [w for w in subject if re.fullmatch(r"[a-z_-]{3,}", w) and w not in _NO_SUBJECT]
            if words and not any(word[:4] in names for word in words):
                yield f"{' '.join(subject)} {match[0]}"


def _values(made: tuple[Change, ...], text: str) -> Iterator[str]:
    """A list of values that no column takes, or that goes on behind those that were taken."""
    if any(isinstance(change, NewTable | AddColumns) for change in made):
        for match in re.finditer(
            r" either (?:an? )?([a-z_]+) (?:, (?:an? )?[a-z_]+ )*(?:, )?or (?:an? )?([a-z_]+) ", text
        ):
            if not any(_named(word, made) for word in match.groups()):
                yield match[0]
    for column in _columns(made):
        labels = {form for label in column.choices for form in (label.lower(), label.lower().replace("_", " "))}
        if len(column.choices) < 2:
            continue
        either = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
        listed = rf"(?<![^ ])(?:{either}) (?:,|/|\||or|and)(?: or| and)? (?:{either}) (?:,|/|\||or|, or|, and|and) ([a-z_-]+){_LIST_END}"
        for match in re.finditer(listed, text):
            if match[1] not in labels | FILLERS | NO_VALUE | ACCESS_VERBS and not _named(match[1], made):
                yield match[0]


def _defaults(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    known = {word for atom in _atoms(made) for word in re.findall(r"[a-z]+", str(atom).lower())}
    if any(isinstance(change, NewTable | AddColumns | SetDefault) for change in made):
        for match in _DEFAULT.finditer(wishes):
            said = match[1] or match[2]
            if match[2] and all(column.type == "boolean" for column in _columns(made)):
                continue  # "free by default" is no premium
            if not set(said.split("_")) <= known | NO_VALUE | FILLERS | _NO_LITERALS:
                yield match[0]


def _names(made: tuple[Change, ...], wishes: str, schema: Schema, quoted: dict[str, str]) -> Iterator[str]:
    """Names with underscores, and what stands before the colon or bracket of a list's item."""
    known = {re.sub(r"[^\w]+", "_", str(atom).lower()) for atom in _atoms(made)}
    words = {word for atom in known for word in re.findall(r"[a-z]+", atom)}
    tables = {str(getattr(change, "table", "")) for change in made}
    for match in re.finditer(r"(?<![^ ])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![^ ])", wishes):
        name = match[0]
        if " " in quoted.get(name, "") or re.search(_SPARED, wishes[: match.start()]):
            continue
        if _TECHNICAL.fullmatch(name) or any(name in atom for atom in known):
            continue
        held = schema.table(name) or any(name in schema.columns(table) for table in schema.tables)
        about = any(name in schema.columns(table) for table in tables)
        if (not held and not {singular(w) for w in name.split("_")} <= words) or (about and name not in _STAMPS):
            yield name
    for change in made:
        if isinstance(change, AddColumns) and len(change.columns) == 1:
            bare = change.table.split(".")[-1].replace("_", "[ _]")
            called = rf" (?:add|introduce) (?:(?:an?|the|new|optional|required|simple|extra) )*([a-z]+ [a-z]+) (?:to|on|for) (?:(?:the|our|all|every|each) )*(?:{bare}|{singular(bare)}) "
            for said in re.findall(called, wishes):
                if lost := {w for w in said.split() if not any(w[:4] in name for name in known)} - _KINDS_OF:
                    yield f"{said} ({', '.join(lost)})"
    if any(isinstance(change, NewTable) for change in made):
        for item in re.finditer(r" • ([a-z]+) (?=[:(])", wishes):
            if item[1] not in words | FILLERS | ACCESS_VERBS | _LABELS and singular(item[1]) not in words:
                yield item[1]


def _parts(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    """Uniqueness, an index, and what may or has to be empty."""
    if not any(isinstance(change, NewTable | AddColumns) for change in made):
        return
    columns = tuple(_columns(made))
    tables = [change for change in made if isinstance(change, NewTable)]
    alike = any(c.unique for c in columns) or any(t.uniques or t.primary_key != ("id",) for t in tables)
    whole = any(t.uniques or len(t.primary_key) > 1 for t in tables)
    if (
        tables
        and not whole
        and (said := re.search(r" unique (?:pair|together|combination) | (?:pair|combination) [a-z ]*unique ", wishes))
    ):
        yield said[0]
    for table in tables:
        own = {singular(word) for word in table.table.split(".")[-1].split("_")} | {"row", "record", "entry"}
        for said in re.finditer(r" (?:one|1|a single) [a-z-]+ (?:per|for each|for every) ([a-z]+) ", wishes):
            if not alike and singular(said[1]) not in own:
                yield said[0]
        dates = {column.name for column in table.columns if column.type == "date"}
        for said in re.finditer(
            r" (?:one|1|once|twice|unique)(?: [a-z_-]+){0,3}? (?:per|each|every|for each)(?: [a-z_]+){0,3} (day|date|week|month|year) ",
            wishes,
        ):
            if not any(set(names) & dates for names in (table.primary_key, *table.uniques)):
                yield said[0]
    if not alike and (said := re.search(rf" (?<!not )(?<!non-)(?:{_ALIKE}) ", wishes)):
        yield said[0]
    if (
        any(isinstance(c, AddColumns) and not c.indexes for c in made)
        and not alike
        and not any(c.references for c in columns)
    ) and (said := re.search(r" (?<!no )(?<!an )(?<!not )(?:index|indexed) (?!(?:is )?not |on |of |exists )", wishes)):
        yield said[0]
    named = any(c.name.endswith("optional") for c in columns)
    if (
        all(c.required for c in columns)
        and not named
        and (said := re.search(r" (?<!not )(?:optional|nullable) ", wishes))
    ):
        yield said[0]
    if not any(c.required for c in columns) and (
        said := re.search(r" (?<!not )(?:required|mandatory|not null|obligatory) ", wishes)
    ):
        yield said[0]


_KINDS_OF = wordset(
    "a an the marker column field flag attribute property option setting value info information indicator link url uri address boolean bool text "
    "string integer date nullable timestamp optional required mandatory unique index constraint check default number enum one"
)
"""Words beside a name for what it is a name of."""
_OF_NAME = (
    (r".*_(?:url|link)|title|name|description|notes?|caption|summary|slug", r"text|varchar.*|char.*"),
    (r".*_at|time|date|.*_(?:date|time)|day", r"timestamp.*|date|time.*|int.*|smallint"),
    (r"(?:is|has|can)_.*", "boolean"),
    (r".*_(?:count|minutes|points|seconds|days)", r"int.*|bigint|smallint|numeric.*"),
)
"""What the name of a column says of its type."""


def _kinds(made: tuple[Change, ...], wishes: str, text: str) -> Iterator[str]:
    columns = tuple(_columns(made))
    for column in columns:
        if not column.choices and any(
            re.fullmatch(name, column.name) and not re.fullmatch(kind, column.type) for name, kind in _OF_NAME
        ):
            yield f"{column.name} as {column.type}"
    if any(isinstance(c, AddColumns | NewTable | Constrain) for c in made):
        if re.search(r" (?:http-or-https|https) ", text) and not any(c.format or "http" in c.choices for c in columns):
            yield "http or https"
        for word, kind in _TYPES.items():
            if f" {word} " in wishes and not any(kind in c.type for c in columns) and not _named(word, made):
                yield word
    only = re.search(
        r" (?:only|just) (?:log |record |audit |track |on |for |the |about )*(?:insert|creat|addition|updat|edit|delet|remov)[a-z]*(?! (?:and|or|/)|[a-z])",
        wishes,
    )
    for change in made:
        if isinstance(change, Audit) and only and len(change.actions) > 1:
            yield only[0]
        if isinstance(change, AddIndex) and not change.index.where and re.search(r" partial ", wishes):
            yield "partial"


_DOES = {
    "insert": r"add|create|insert",
    "update": r"edit|update|change|modify|correct",
    "delete": r"delete|remove|throw away",
}
_MAY = r" (?:parents?|famil(?:y|ies)|users?|mums?|dads?) (?:(?:can|may|should|only|to|be|able|:|also) )*(?:see|read|view|look|add|create|edit|select|insert|update|delete|manage|crud) "


def _access(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    """What those who sign in may do, and what they may not."""
    for change in made:
        if not isinstance(change, NewTable):
            continue
        for verb, does in _DOES.items():
            may = verb in change.access.verbs
            no = rf" (?:cannot|not|never|nobody|no) (?:(?!only)[a-z]+ )?(?:{does}) (?:them|it|rows|their|any|the)? ?(?=[.,;\n]|$|anything|and)"
            yes = rf" (?:parents?|users?|i|they|mums?|dads?|famil(?:y|ies)|members?) (?:can|may|should be able to|are allowed to)(?: [a-z]+ (?:,|and|or|/))* (?:{does}) (?:them|it|rows|their|the)"
            refused, granted = re.search(no, wishes), re.search(yes, wishes)
            if may and refused and not granted:
                yield refused[0]
            if not may and granted and not refused and change.access.audience == "owner":
                yield granted[0]


def _columns(made: tuple[Change, ...]) -> Iterator[Column]:
    for change in made:
        if isinstance(change, NewTable | AddColumns):
            yield from change.columns
        elif isinstance(change, Constrain):
            yield change.column


def _named(word: str, made: tuple[Change, ...]) -> bool:
    return any(word in str(atom).lower().split("_") for atom in _atoms(made))


def _atoms(value: object) -> Iterator[object]:
    if is_dataclass(value):
        for one in fields(value):
            yield from _atoms(getattr(value, one.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _atoms(item)
    elif value is not None:
        yield value


def _values_of(atom: object) -> Iterator[Decimal]:
    if isinstance(atom, int | Decimal) and not isinstance(atom, bool):
        yield Decimal(atom)
        yield Decimal(atom) + 1
        yield Decimal(atom) - 1
    elif isinstance(atom, str):
        for n in re.findall(_N, atom):
            yield Decimal(n)
