"""A request that is SQL: ALTER TABLE, CREATE INDEX and CREATE TABLE as somebody typed them, read by Postgres's grammar.

The Description is made of the parse tree, not of words, so bounds, defaults and nullability are what the SQL says.
What the Description cannot say is refused; names of constraints and indexes follow the conventions.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddReference,
    AddUnique,
    Change,
    Index,
    Key,
)
from agent.offline.reading import expressions as ex
from agent.offline.reading.access import Said, read_access
from agent.offline.reading.accounting import refuse_alarming, settle
from agent.offline.reading.columns import build
from agent.offline.reading.definitions import (
    TableDefinition,
    column_traits,
    define,
    finished,
    known_table,
    plain_constraint,
    referring,
    spoken,
    target,
)
from agent.offline.reading.existing import on_existing
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.naming import Named
from agent.offline.reading.prose import strike_prose
from agent.offline.reading.text import plain
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.words import singular
from tools.sql import Script, SqlError, Statement

_HEAD = re.compile(
    r"(?:^|[.:;,!?]\s+|```(?:sql)?\s*|\b(?:please|run|apply|do|execute)\s+)"
    r"(?=(?:alter\s+table|create\s+(?:unique\s+)?index|create\s+table)\b)",
    re.IGNORECASE | re.MULTILINE,
)
Found = tuple[tuple[Change, ...], tuple[str, ...]]


def read_statements(request: str, schema: Schema) -> Found | None:
    """None where the request is no SQL, or says more than its SQL does. Raises Unclear."""
    if (cut := _cut(request)) is None:
        return None
    statements, prose = cut
    script = _Script(schema)
    made = [s.node.relation.relname.lower() for s in statements if s.kind == "CreateStmt"]
    said = _prose(prose, "|".join(f"{name}|{singular(name)}" for name in made) or "rows?", schema)
    if said is None:
        return None
    script.said = said
    for statement in statements:
        script.take(statement)
    return script.found()


def _cut(request: str) -> tuple[tuple[Statement, ...], str] | None:
    """The longest piece after the first head that parses, and the text around it."""
    if not (head := _HEAD.search(request)):
        return None
    text, _, after = request[head.end() :].partition("```")
    before = re.sub(r"```(?:sql)?\s*$", "", request[: head.end()])
    ends = [match.end() for match in re.finditer(r";|[.!]?\s*\n\s*\n?|[.!](?=\s|$)", text)]
    for end in [len(text), *reversed(ends)]:
        script = Script(text[:end].rstrip(" .\n"))
        try:
            found = script.statements
        except SqlError:
            continue
        if found:
            comments = " . ".join(comment.text for comment in script.comments)
            return found, f"{before} . {text[end:]} . {after} . {comments}"
    return None


def _prose(text: str, nouns: str, schema: Schema) -> Said | None:
    """What the text around the SQL says of access; None where it says something else."""
    words = plain(text)
    refuse_alarming(words.words)
    ledger = Ledger(words.words, words.quoted)
    strike_prose(ledger)
    said = read_access(ledger, nouns)
    ledger.take_all(r"(?:run|execute|apply|sql|the|following|statements?|ddl|migration|postgres|rls)+")
    try:
        settle(ledger, schema, tables=True)
    except Unclear:
        return None
    return said


@dataclass
class _Script:
    schema: Schema
    said: Said = field(default_factory=Said)
    changes: list[Change] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    tables: dict[str, TableDefinition] = field(default_factory=dict)

    def take(self, statement: Statement) -> None:
        match statement.kind:
            case "CreateStmt":
                self._create(statement.node)
            case "AlterTableStmt":
                self._alter(statement.node)
            case "IndexStmt":
                self._index(statement.node)
            case "TransactionStmt":
                pass
            case _:
                raise Unclear(statement.text)

    def found(self) -> Found:
        """Raises Unclear where a new table cannot be what its statement says."""
        if self.said.anything and len(self.tables) != 1:
            raise Unclear("who may do what with a table that is there")
        for table in self.tables.values():
            table.body.said = self.said
            made, assumed = finished(table)
            self.changes.append(made)
            self.assumed += assumed
        if not self.changes:
            raise Unclear("statements that change nothing")
        return tuple(self.changes), tuple(dict.fromkeys(self.assumed))

    # Tables that are there

    def _there(self, table: str, column: str) -> str:
        if column not in self.schema.columns(table):
            raise Unclear(f"{table}.{column}, which is not there")
        return column

    def _alter(self, node: Any) -> None:
        ex.only(node, "relation", "cmds", "objtype", "missing_ok")
        new = self.tables.get(node.relation.relname.lower())
        for wrapped in node.cmds:
            command = ex.inner(wrapped)
            action = ex.enum(command, "subtype")
            if action == "AT_EnableRowSecurity" and (new or self._is_secured(node.relation)):
                continue
            if new:
                raise Unclear(f"a change of {node.relation.relname}, which is new")
            table = known_table(node.relation, self.schema)
            match action:
                case "AT_AddColumn":
                    self._add_column(table, ex.inner(getattr(command, "def")))
                case "AT_AlterColumnType":
                    self._change_type(table, self._there(table, command.name), ex.inner(getattr(command, "def")))
                case "AT_ColumnDefault" if command.HasField("def"):
                    column = self._there(table, command.name)
                    value = ex.default_of(
                        getattr(command, "def"),
                        self.schema.type_of(table, column),
                        self.schema.choices(table, column),
                    )
                    self._change(table, column, Traits(default=value))
                case "AT_SetNotNull":
                    self._change(table, self._there(table, command.name), Traits(required=True))
                case "AT_AddConstraint":
                    self._add_constraint(table, ex.inner(getattr(command, "def")))
                case _:
                    raise Unclear(f"{spoken(action)} {command.name}".strip())

    def _create(self, node: Any) -> None:
        table = define(node, self.schema, self.assumed)
        self.tables[table.body.name] = table

    def _is_secured(self, relation: Any) -> bool:
        facts = self.schema.catalog.get("table", known_table(relation, self.schema))
        return facts.get("rls") in (True, "true")

    def _change(self, table: str, column: str, traits: Traits) -> None:
        if traits.after:
            raise Unclear(f"a check of {column} and {traits.after}")
        self.changes += on_existing(table, column, traits, self.schema)

    def _change_type(self, table: str, column: str, definition: Any) -> None:
        ex.only(definition, "type_name", "raw_default")
        if definition.HasField("raw_default"):
            cast = ex.inner(definition.raw_default)
            if type(cast).__name__ != "TypeCast" or ex.column_of(cast.arg) != column:
                raise Unclear("a USING clause")
        traits = Traits()
        traits.type = ex.type_name(definition.type_name, traits)
        if traits != Traits(type=traits.type):
            raise Unclear(f"the length of {column}")
        self._change(table, column, traits)

    def _add_column(self, table: str, definition: Any) -> None:
        name = definition.colname
        if there := self.schema.column(table, name):
            raise Unclear(f"{table}.{there} is there already")
        traits, constraint = column_traits(definition)
        if traits.after:
            raise Unclear(f"a check of {name} and {traits.after}")
        if traits.required and traits.default is None:
            raise Unclear(f"what the rows that are there get for the required {name} (give it a default)")
        if constraint:
            column = referring(name, traits, target(constraint, self.schema, self.assumed))
        else:
            built = build(Named(name), traits, self.schema, existing=True)
            self.assumed += built.assumed
            column = replace(built.column, required=bool(traits.required), default=traits.default)
            if column.references:
                self.assumed.append(f"{name} references {column.references.table}, as its name says.")
        if column.name != name:
            raise Unclear(f"a column {name}, which would be called {column.name}")
        indexes = (Index((Key(name),)),) if column.references and not column.unique else ()
        last = self.changes[-1] if self.changes else None
        if isinstance(last, AddColumns) and last.table == table:
            self.changes[-1] = replace(last, columns=(*last.columns, column), indexes=(*last.indexes, *indexes))
        else:
            self.changes.append(AddColumns(table, (column,), indexes))

    def _add_constraint(self, table: str, constraint: Any) -> None:
        match ex.enum(constraint, "contype"):
            case "CONSTR_CHECK":
                column, traits = ex.check(constraint.raw_expr)
                self._change(table, self._there(table, column), traits)
            case "CONSTR_UNIQUE":
                plain_constraint(constraint)
                columns = tuple(self._there(table, name) for name in ex.strings(constraint.keys))
                if not columns:
                    raise Unclear("a unique constraint without columns")
                self.changes.append(AddUnique(table, columns))
            case "CONSTR_FOREIGN" if len(constraint.fk_attrs) == 1:
                column = self._there(table, ex.strings(constraint.fk_attrs)[0])
                reference = target(constraint, self.schema, self.assumed)
                if reference.on_delete == "set null" and self.schema.is_required(table, column):
                    raise Unclear(f"set null for {column}, which is required")
                self.changes.append(AddReference(table, column, reference))
            case other:
                raise Unclear(spoken(other))

    def _index(self, node: Any) -> None:
        kept = ("idxname", "relation", "access_method", "index_params", "where_clause")
        ex.only(node, *kept, "unique", "concurrent", "if_not_exists")
        new = self.tables.get(node.relation.relname.lower())
        if node.access_method not in ("btree", "gin"):
            raise Unclear(f"an index of the kind {node.access_method}")
        keys = []
        for wrapped in node.index_params:
            item = ex.inner(wrapped)
            ex.only(item, "name", "ordering", "nulls_ordering")
            if not item.name or "NULLS_LAST" in str(item) or "NULLS_FIRST" in str(item):
                raise Unclear("an index on an expression, or with an order of nulls")
            keys.append(Key(item.name, "SORTBY_DESC" in str(item)))
        where = tuple(map(ex.condition, ex.conjuncts(node.where_clause))) if node.HasField("where_clause") else ()
        names = tuple(key.column for key in keys)
        if node.unique and (where or any(key.descending for key in keys)):
            raise Unclear("a unique index on some of the rows, or in descending order")
        method: Any = node.access_method
        index = Index(tuple(keys), method, where)
        if new:
            if node.unique:
                new.body.uniques.append(names)
            else:
                new.indexes.append(index)
            return
        table = known_table(node.relation, self.schema)
        added = next((c for c in self.changes if isinstance(c, AddColumns) and c.table == table), None)
        fresh = {column.name: column for column in added.columns} if added else {}
        for name in {*names, *(c.column for c in where)} - set(fresh):
            self._there(table, name)
        for part in where:
            if part.test in ("is true", "is false"):
                of = fresh[part.column].type if part.column in fresh else self.schema.type_of(table, part.column)
                if of != "boolean":
                    raise Unclear(f"{part.column} as a condition")
        if node.unique:
            self.changes.append(AddUnique(table, names))
        elif added and set(names) & set(fresh):
            place = self.changes.index(added)
            if index not in added.indexes:
                self.changes[place] = replace(added, indexes=(*added.indexes, index))
        else:
            self.changes.append(AddIndex(table, index))
