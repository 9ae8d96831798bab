"""What was read, looked at once more as a whole: readings that nobody would mean are refused.

A new name that stands in the request as plain words needs something that introduces it: a verb of making or having, an
article behind one, a list, a colon, "called", the word "column". Else it is a piece of a sentence.
"""

import re
from collections.abc import Iterable

from agent.offline import regex
from agent.offline.description import AddColumns, AddUnique, Change, Column, Constrain, NewTable, SetDefault, SetNotNull
from agent.offline.reading.accounted.atoms import columns_of
from agent.offline.reading.ledger import Unclear
from agent.offline.schema import Schema
from agent.offline.words import plural, singular, wordset

_INTRODUCERS = wordset(
    "add adds added adding need needs needed want wants have has having get gets getting give gives giving with store stores "
    "storing record records recording track tracks tracking include includes including introduce introducing create creates "
    "creating make put save saves saving set sets keep keeps hold holds carry carries contain contains know knows remember "
    "call called named name table tables column columns field fields property attribute flag flags : ; - , ( / | + . and or plus for by as of "
    "up build design model to mark marks pick picks choose chooses leave enter provide is be show shows allow allows support supports attach attaches insert require requires new should which what say says lack lacks state states indicate indicates"
)
_BETWEEN = wordset(
    "enum array list bigint smallint uuid timestamptz varchar char float decimal bool time datetime a an the its their our one some any another extra new optional required nullable mandatory simple boolean text integer int "
    "numeric date json jsonb timestamp string number whole true-or-false yes-no unique short long plain own following also and "
    "additional separate column field flag attribute property named called it"
)
_FREE = wordset("title name description note notes caption summary body comment content message text")
"""Columns of free text, which seldom take one of a few values."""
_KEEPS = (
    r" (?:log|logs|record|records|recording|track|tracks|tracking|keep|keeps|keeping|store|stores|storing|save|saves|write|writes) (?:(?:all|every|each|any|the|an?|old|previous|past|earlier|former) )*"
    r"(?:changes?|edits?|updates?|deletions?|deletes|modifications?|versions?|revisions?|values?|history) (?:of|to|on|in|made to|made on|for) (?:(?:the|an?|our|all|every|each|existing) )*(?P<whose>[a-z_]+) "
)
"""A table that would have to be written by a trigger of another."""
_GETS = r"(?:needs?|gets?|has|have|wants?|add|give|introduce|store|with)"
_OF_NEW = r" (?:(?:new|own|separate|backing) (?P<a>[a-z_]+ )?table (?!of (?!that|this))|table of (?!the |our |that |its |all )(?P<b>[a-z_]+s) )"
"""A table that is not there yet."""
_ALSO_CALLED = {"children": "kids?"}


def refuse_doubtful(changes: Iterable[Change], text: str, schema: Schema) -> None:
    """Raises Unclear for a value that was taken for a column, and for half of a pair that is to be unique."""
    changes = tuple(changes)
    for column in columns_of(changes):
        bounds = column.range
        if bounds and bounds.low is not None and bounds.low == bounds.high and (bounds.low_open or bounds.high_open):
            raise Unclear(f"whether {column.name} has a value at all")
        if column.choices and regex.search(
            rf"(?<!column)(?<!field) {column.name} (?:,(?! [a-z_]+ [|/])|/|\|) {re.escape(column.choices[0].lower())} ",
            text,
        ):
            raise Unclear(f"whether {column.name} is a value")
        if column.name in ("takes", "lasts", "enum", "boolean", "integer", "column", "field", "constraint", "partial"):
            raise Unclear(f"what {column.name} is to be called")
        if regex.search(r"(?:^|_)(?:date|at|on)$", column.name) and column.type in ("integer", "boolean"):
            raise Unclear(f"what {column.name} is")
        if column.name in _FREE and column.choices and not regex.search(rf" {column.name} (?:[(:]|is |one of)", text):
            raise Unclear(f"{column.name} as one of {', '.join(column.choices)}")
        if column.unique and column.type in ("boolean", "timestamptz"):
            raise Unclear(f"whether {column.name} is unique")
    for change in changes:
        for made in regex.finditer(_OF_NEW, text) if isinstance(change, AddColumns | Constrain) else ():
            if not schema.table((made["a"] or made["b"] or "").strip()):
                raise Unclear(made[0])
        if isinstance(change, AddColumns):
            for column in change.columns:
                if not (
                    column.name.startswith(("is_", "has_"))
                    or _introduced(column.name, text)
                    or _headed(column, change.table, text)
                ):
                    raise Unclear(f"whether {column.name.replace('_', ' ')} is a new column")
        if isinstance(change, Constrain | SetDefault | SetNotNull):
            name = change.column.name if isinstance(change, Constrain) else change.column
            own = (
                wordset(
                    "existing current real minimum maximum min max positive negative non-negative default higher lower"
                )
                | _BETWEEN
                | {"of", singular(change.table[7:])}
            )
            for said in regex.finditer(rf" {_GETS} an? ([a-z]+) {name.replace('_', '[ _]')} ", text):
                if said[1] not in own and not schema.table(said[1]):
                    raise Unclear(said[0])
        if isinstance(change, NewTable):
            if many := next((c.name for c in change.columns if _is_many(c, change)), None):
                raise Unclear(f"what {many} is")
            name = change.table.removeprefix("public.")
            kept = [match["whose"] for match in regex.finditer(_KEEPS, text)]
            if told := next((noun for noun in kept if schema.table(noun)), None):
                raise Unclear(f"how {name} comes to hold what becomes of {told}")
            columns = {column.name for column in change.columns}
            if measured := next((name for name in columns if f"{name}_length" in columns), None):
                raise Unclear(f"whether {measured}_length is a column or how long {measured} is")
            if taken := next(
                (c.name for c in change.columns if schema.table(c.name) and plural(c.name) == c.name), None
            ):
                raise Unclear(f"whether {taken} is a column of {name}")
            if part := next((column.name for column in change.columns if column.name.endswith(f"_{name}")), None):
                raise Unclear(f"whether {part} is a column or the table")
            one = singular(name).replace("_", " ")  # "each trophy has ..." says what a row of trophies is
            lone = (
                plural(name) != name
                and "_" not in name
                and not regex.search(r"\b(?:tables?|model|entity|join\w*|linking)\b", text)
            )
            bare = regex.sub(
                rf" [a-z]+(?= {re.escape(name)} )", lambda m: "" if schema.table(m[0].strip()) else m[0], text
            )
            spoken = regex.search(r" (?:table|place) for (?:that|this|them|it|these|those) ", text)
            if lone or not (spoken or _introduced(name, bare) or regex.search(rf"\b{re.escape(one)}\b", text)):
                raise Unclear(f"whether {name} is a new table")
        if isinstance(change, NewTable | AddColumns):
            values = {value for column in change.columns for value in column.choices}
            if taken := next(
                (
                    column.name
                    for column in change.columns
                    if column.name in values and not regex.search(rf" {column.name} [(:]", text)
                ),
                None,
            ):
                raise Unclear(f"whether {taken} is a column or a value of one")
        if isinstance(change, AddUnique) and any(
            c.test == "equals" and c.column in change.columns for c in change.where
        ):
            raise Unclear(f"which rows of {change.table} shall differ")
        if isinstance(change, AddUnique) and {schema.type_of(change.table, c) for c in change.columns} == {"boolean"}:
            raise Unclear(f"whether {change.columns[0]} of {change.table} is unique")
        if isinstance(change, AddUnique) and len(change.columns) == 1 and not change.where:
            keys = schema.foreign_keys(change.table)
            named = [key.column for key in keys if regex.search(_words(key.table), text)]
            if change.columns[0] in named and len(named) > 1:
                raise Unclear(f"which columns of {change.table} shall be unique together")


def _is_many(column: Column, table: NewTable) -> bool:
    """A text in the plural that is to be unique, of which nothing else is said: "titles are unique per child"."""
    plain = column == Column(column.name, "text", unique=column.unique) and "_" not in column.name
    told_apart = column.unique or any(column.name in unique for unique in table.uniques)
    return plain and told_apart and plural(column.name) == column.name != singular(column.name)


def _headed(column: Column, table: str, text: str) -> bool:
    """ "Badge rarity": the heading of a list of values."""
    return bool(column.choices and regex.search(rf"{_words(table)} {column.name.replace('_', '[ _]')}\b", text))


def _words(table: str) -> str:
    noun = table.rpartition(".")[2].replace("_", "[ _]")
    names = {singular(noun), plural(noun), noun, _ALSO_CALLED.get(noun, noun)}
    return rf"\b(?:{'|'.join(sorted(names))})\b"


def _introduced(name: str, text: str) -> bool:
    """True also where the name is not in the text as plain words: as one word with underscores, or not at all."""
    tokens = regex.findall(r"[a-z0-9_'-]+|[^\sa-z0-9]", text)
    words = name.split("_")
    places = [n for n in range(len(tokens)) if tokens[n : n + len(words)] == words]
    if not places or (name in tokens and len(words) > 1):
        return True
    return any(_leads(tokens[:place]) or _follows(tokens[place + len(words) :]) for place in places)


def _leads(before: list[str]) -> bool:
    while before and before[-1] in _BETWEEN - _INTRODUCERS:
        before = before[:-1]
    given = bool({"give", "gives", "giving", "add"} & set(before[-4:]))
    return not before or given or before[-1] in _INTRODUCERS or not before[-1].isalpha()


def _follows(after: list[str]) -> bool:
    return bool(after) and (
        after[0] in ("table", "column", "field", "flag", "attribute", "property") or after[0] in ":(="
    )
