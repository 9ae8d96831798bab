"""A new table once all of its request is read: rules between columns, keys, access and the indexes that follow."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from agent.offline import regex
from agent.offline.description import (
    VERBS,
    Access,
    Column,
    Condition,
    Differ,
    Index,
    Key,
    NewTable,
    Ordered,
    SetWhen,
    Verb,
)
from agent.offline.reading.body import OWN_COLUMNS, Body
from agent.offline.reading.columns import build
from agent.offline.reading.conventions import Named, standard
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.traits import Traits
from agent.offline.words import plural, singular

_PERIODS = (
    (("available_at", "starts_at", "start_at", "started_at", "opens_at", "valid_from", "begins_at"), ("expires_at", "ends_at", "end_at", "ended_at", "closes_at", "valid_until")),
    (("start_date", "starts_on", "begin_date", "from_date"), ("end_date", "ends_on", "expiry_date", "to_date", "until_date")),
)  # fmt: skip
OPEN_TO_OWNERS = "Whoever a row belongs to may see and change it; nothing was said about access."
OPEN_TO_ALL = "Everyone who is signed in may read it, only the service role writes; it belongs to nobody in particular."
"""What is assumed of a table about whose access nothing was said."""


def finish(body: Body) -> tuple[NewTable, tuple[str, ...]]:
    """The table, and what was assumed. Raises Unclear where something essential is missing."""
    _own_reference(body)
    assumed: list[str] = [*body.assumed, *_mentioned(body)]
    columns: dict[str, Column] = {}
    flags = {entry.named.name.removeprefix("is_") for entry in body.entries}
    for entry in body.entries:
        silent = entry.traits.required is None and entry.traits.default is None
        if silent and entry.named.name.endswith("_at") and entry.named.name.removesuffix("_at") in flags:
            entry.traits.required = False  # achieved_at waits for what the flag says
        column = body.column(entry)
        columns.setdefault(column.name, column)
        if not entry.tied:
            assumed += build(entry.named, entry.traits, body.schema, existing=False).assumed
    if not columns:
        raise Unclear(f"which columns {body.name} has")
    _all_there(body, columns)
    _refuse_torn(body, columns)
    key, uniques = _keys(body, columns)
    untold = {body.column_name(entry) for entry in body.entries if entry.traits.required is None and not entry.tied}
    for name in untold & {name for names in uniques for name in names}:  # rows without it would never be alike
        columns[name] = replace(columns[name], required=True)
    owner = _owner(body, columns)
    access, append_only = _access(body, columns.values(), owner, assumed)
    rules = tuple(_rules(body, columns))
    indexes = tuple(_indexes(body, columns, key, uniques, owner))
    table = NewTable(f"public.{body.name}", tuple(columns.values()), access, key, uniques, rules, indexes, append_only)
    return table, tuple(assumed)


def _mentioned(body: Body) -> Iterator[str]:
    """Moments that only a rule names ("later than available_at") become columns; a sentence each."""
    for place, entry in enumerate(list(body.entries)):
        name = entry.traits.after or ""
        if regex.fullmatch(r"[a-z]+(?:_[a-z]+)*_at", name) and body.resolve(name) is None:
            body.entries.insert(place, Entry(Named(name, "timestamptz"), Traits()))
            yield f"{name} is a column, as {entry.named.name} has to be after it."


def _all_there(body: Body, columns: dict[str, Column]) -> None:
    """Raises Unclear where a list of columns names one that did not turn out to be one."""

    def there(name: str) -> str:
        found = name if name in columns else body.resolve(name)
        if found not in columns and found not in OWN_COLUMNS:
            raise Unclear(f"the column {name}")
        return found

    body.uniques = [tuple(there(name) for name in names) for names in body.uniques]
    body.indexes = [replace(i, keys=tuple(replace(k, column=there(k.column)) for k in i.keys)) for i in body.indexes]


def _own_reference(body: Body) -> None:
    """What a lesson rating is of, and whom a story is about, where no sentence tied them."""
    tied = {entry.tied for entry in body.entries if entry.tied}
    first, _, rest = body.name.partition("_")
    if rest and body.of_its_name and (table := body.schema.table(first)) and table not in tied and not body.find(first):
        body.entries.insert(0, Entry(Named(singular(first)), Traits(), table))
        tied.add(table)
    owned = any(body.schema.belongs(str(table)) for table in tied) or _built_owner(body)
    owners = list(dict.fromkeys(body.owners))
    if not owned and len(owners) == 1 and not body.said.everyone:
        body.entries.insert(0, Entry(Named(singular(owners[0].split(".")[-1])), Traits(), owners[0]))


def _built_owner(body: Body) -> bool:
    """A column that is named after somebody's table: "child"."""
    columns = [column for entry in body.entries if (column := body.built(entry))]
    return any(c.references and c.required and body.schema.belongs(c.references.table) for c in columns)


def _keys(body: Body, columns: dict[str, Column]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Primary key and further unique lists: what joins two tables is known by the pair."""
    references = [c.name for c in columns.values() if c.references and c.required]
    uniques = list(dict.fromkeys([*body.uniques, *_unique_within(body)]))
    pair = tuple(references[:2])
    wider = any(set(pair) < set(unique) for unique in uniques)  # "unique by child, skill and week"
    if len(references) == 2 and not wider and (body.junction or body.joins or _joins(body, columns)):
        return pair, tuple(unique for unique in uniques if set(unique) != set(pair))
    return ("id",), tuple(uniques)


def _unique_within(body: Body) -> Iterator[tuple[str, ...]]:
    """ "title, unique per child". Raises Unclear."""
    for entry in body.entries:
        if entry.traits.unique_per:
            within = body.resolve(entry.traits.unique_per)
            if within is None:
                raise Unclear(f"{entry.named.name} unique per {entry.traits.unique_per}")
            yield (within, body.column_name(entry))


def _joins(body: Body, columns: dict[str, Column]) -> bool:
    """The table is named after the two that it joins: child_skills."""
    tables = [c.references.table.split(".")[-1] for c in columns.values() if c.references and c.required]
    first, second = (singular(table) for table in tables[:2])
    return body.name in {f"{a}_{form}" for a, b in ((first, second), (second, first)) for form in (plural(b), b)}


def _refuse_torn(body: Body, columns: dict[str, Column]) -> None:
    """Raises Unclear where two columns may be one: "pages read", and "pages are 1 to 2000"; proficiency, and its level."""
    told = [(body.column_name(entry), entry.traits.range) for entry in body.entries if not entry.tied]
    for place, (name, bounds) in enumerate(told):
        for other, others in told[:place]:
            again = other.startswith(f"{name}_") and bounds and not others
            scale = name in (f"{other}_level", f"{other}_score", f"{other}_rating") and bounds and not others
            if (again or scale) and columns[name].type == columns[other].type:
                raise Unclear(f"whether {name} is {other}")


def _owner(body: Body, columns: dict[str, Column]) -> str | None:
    """The reference through which a row is somebody's: a user's own first."""
    found = [c for c in columns.values() if c.references and c.required and body.schema.belongs(c.references.table)]
    own = [c for c in found if c.references and body.schema.is_user_key(c.references.table, c.references.column)]
    if not found:
        loose = [c for c in columns.values() if c.references and body.schema.belongs(c.references.table)]
        return loose[0].name if len(loose) == 1 and body.said.granted else None
    shared = [c for c in found if c not in own]
    if shared and (body.said.group or any(c.name.removesuffix("_id") in body.said.whose for c in shared)):
        return shared[0].name
    return (own or found)[0].name


_PART_OF_ROW = (
    r"(?<![^ ])(?:only|nothing|except|not|cannot|never|no|everything|apart from|but the) (?:[a-z]+ ){{0,4}}?{name}(?![^ ])|"
    r"(?<![^ ]){name} (?:(?:is|are|but|and|,) )*(?:only|nothing|alone|not|cannot)(?![^ ])"
)


def _access(body: Body, columns: Iterable[Column], owner: str | None, assumed: list[str]) -> tuple[Access, bool]:
    """Raises Unclear where it is said who may do what and nothing says whose the rows are."""
    said = body.said
    append_only = said.append_only and "delete" not in said.named  # "rows never change, parents may delete them"
    granted: set[Verb] = set(said.granted)
    if both := (said.named & said.withheld) - {"select"}:
        raise Unclear(f"whether {' and '.join(sorted(both))} is allowed on {body.name}")
    if not granted:
        granted = {"select"} if append_only or said.withheld or said.closed else set(VERBS)
    granted.add("select")
    granted -= said.withheld - {"select"}
    if append_only:
        granted -= {"update", "delete"}
    verbs = tuple(verb for verb in VERBS if verb in granted)
    if said.roles & {"admin", "administrator", "editor", "viewer"} and not _has_roles(body):
        raise Unclear(f"what {' and '.join(sorted(said.roles))} may do with {body.name}")
    if said.roles and not said.roles & {"editor", "member"} and _is_shared(body, owner):
        raise Unclear(f"that {' and '.join(sorted(said.roles))} alone may change {body.name}")
    told = " ; ".join(said.told)
    if (told and not said.anything and not append_only) or "select" in said.withheld - said.granted:
        raise Unclear(f"who may do what with {body.name}")
    for column in columns:
        if not column.references and regex.search(_PART_OF_ROW.format(name=column.name.replace("_", "[ _]")), told):
            raise Unclear(f"who may do what with {column.name}")
    if owner and said.all_rows and said.own:
        raise Unclear(f"whether everyone may see all {body.name}")
    if owner and not (said.everyone and said.granted <= {"select"}):
        if not said.anything and not append_only:
            assumed.append(OPEN_TO_OWNERS)
        return Access("owner", verbs, owner, tuple(verb for verb in VERBS if verb in said.members)), append_only
    named = any(column.references for column in columns) and not said.own  # a catalogue that "parents can read"
    if said.granted - {"select"} or (said.granted and not (said.everyone or named)):
        raise Unclear(f"whose the rows of {body.name} are: it references nothing that belongs to a user")
    if not said.everyone:
        assumed.append(OPEN_TO_ALL)
    return Access("signed-in", ("select",)), append_only


def _has_roles(body: Body) -> bool:
    """Some of the tables that it references have members."""
    return any(body.schema.membership(str(entry.tied)) for entry in body.entries if entry.tied)


def _is_shared(body: Body, owner: str | None) -> bool:
    """Its rows belong to a group of users."""
    entry = next((e for e in body.entries if body.column_name(e) == owner), None)
    return bool(entry and entry.tied and body.schema.membership(entry.tied))


def _rules(body: Body, columns: dict[str, Column]) -> Iterator[SetWhen | Ordered | Differ]:
    states = [c for c in columns.values() if c.choices]
    stated: set[str | tuple[str, str]] = set()
    for entry in body.entries:
        name = body.column_name(entry)
        if entry.traits.set_when:
            mode, word = entry.traits.set_when
            if entry.traits.required and mode != "always":
                raise Unclear(f"{entry.named.name}, which is required and not set in every state")
            forms = (word, standard(f"{word}_at").removesuffix("_at"), f"{word}d", f"{word}ed")
            found: list[tuple[str, str | Literal[True]]] = []
            found += [(c.name, form) for c in states for form in forms if form in c.choices]
            own = name.removesuffix("_at") if word in ("true", "that", "so") else word
            found += [(c.name, True) for c in columns.values() if c.type == "boolean" and c.name in (own, f"is_{own}")]
            if not found:
                raise Unclear(f"when {name} is set ({word} is no value of a status)")
            yield SetWhen(name, *found[0], mode)
        for words, is_later in ((entry.traits.after, True), (entry.traits.before, False)):
            if not words:
                continue
            other = body.resolve(words)
            if other is None:
                raise Unclear(f"{name} {'after' if is_later else 'before'} {words}")
            if other == name:
                raise Unclear(f"{name} {'after' if is_later else 'before'} itself")
            earlier, later = (other, name) if is_later else (name, other)
            stated |= {later, (earlier, later)}
            yield Ordered(earlier, later, or_equal=entry.traits.or_equal)
    if body.differ:
        tied = [c for c in columns.values() if c.references]
        alike = [c.name for c in tied if sum(other.references == c.references for other in tied) == 2]
        if len(alike) != 2:
            raise Unclear(f"which two references of {body.name} differ")
        yield Differ(alike[0], alike[1])
    for starts, ends in _PERIODS:
        start = next((c for c in starts if c in columns), None)
        end = next((c for c in ends if c in columns), None)
        if start and end and end not in stated and not any({(start, other), (other, start)} & stated for other in ends):
            yield Ordered(start, end, or_equal=columns[end].type == "date")


def _indexes(
    body: Body,
    columns: dict[str, Column],
    key: tuple[str, ...],
    uniques: tuple[tuple[str, ...], ...],
    owner: str | None,
) -> Iterator[Index]:
    """For references, the owner's rows of a status, what is asked for, and what will expire."""
    wanted = list(body.indexes)
    status = next(
        (c.name for c in columns.values() if c.choices and c.name.split("_")[-1] in ("status", "state")), None
    )
    if owner and status:
        wanted.append(Index((Key(owner), Key(status))))
    wanted += [Index((Key(c.name),)) for c in columns.values() if c.references]
    led = [key, *uniques, *((c.name,) for c in columns.values() if c.unique)]
    partial = []
    for index in dict.fromkeys(wanted):
        names = tuple(k.column for k in index.keys)
        if index.where:
            partial.append(names[0])
            yield index
        elif not any(names == other[: len(names)] for other in led) or any(k.descending for k in index.keys):
            led.append(names)
            yield index
    if "expires_at" in columns and "expires_at" not in (*partial, *(names[0] for names in led if names)):
        where = () if columns["expires_at"].required else (Condition("expires_at", "is not null"),)
        yield Index((Key("expires_at"),), where=where)
