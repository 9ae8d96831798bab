"""Definitions of SQL: a column's, a reference's, and a whole CREATE TABLE."""

from dataclasses import dataclass, field, replace
from typing import Any

from agent.offline.description import Column, Index, NewTable, Reference
from agent.offline.reading import expressions as ex
from agent.offline.reading.entry import Entry
from agent.offline.reading.finish import Body, finish
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.naming import Named
from agent.offline.reading.traits import Traits
from agent.offline.schema import USERS, Schema

_ACTIONS = {"c": "cascade", "n": "set null", "r": "restrict", "a": "restrict", "": "restrict"}
_STANDARD = ("created_at", "updated_at")


@dataclass
class TableDefinition:
    """A CREATE TABLE while it is read."""

    body: Body
    columns: dict[str, Traits] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    indexes: list[Index] = field(default_factory=list)


def known_table(relation: Any, schema: Schema) -> str:
    """Raises Unclear where the table is not there."""
    name = f"{relation.schemaname or 'public'}.{relation.relname}"
    if name in schema.tables:
        return name
    table = None if relation.schemaname not in ("", "public") else schema.table(relation.relname.lower())
    if table is None or table not in schema.tables:
        raise Unclear(f"the table {name}, which is not there")
    return table


def column_traits(definition: Any) -> tuple[Traits, Any]:
    """What a column's definition says, and the constraint that makes it a reference."""
    ex.only(definition, "colname", "type_name", "is_local", "constraints")
    traits, reference, default = Traits(required=False), None, None
    traits.type = ex.type_name(definition.type_name, traits)
    for wrapped in definition.constraints:
        constraint = ex.inner(wrapped)
        match ex.enum(constraint, "contype"):
            case "CONSTR_NOTNULL":
                traits.required = True
            case "CONSTR_NULL":
                pass
            case "CONSTR_DEFAULT":
                default = constraint.raw_expr
            case "CONSTR_UNIQUE":
                plain_constraint(constraint)
                traits.unique = True
            case "CONSTR_CHECK":
                column, said = ex.check(constraint.raw_expr)
                if column != definition.colname:
                    raise Unclear(f"a check of {column} with {definition.colname}")
                add_rule(traits, said)
            case "CONSTR_FOREIGN":
                reference = constraint
            case other:
                raise Unclear(f"{definition.colname} with {spoken(other)}")
    if default is not None and not (ex.kind(default) == "A_Const" and ex.inner(default).isnull):
        traits.default = ex.default_of(default, str(traits.type), traits.choices)
    return traits, reference


def add_rule(traits: Traits, said: Traits) -> None:
    """Raises Unclear where a number's bounds and a text's length, or two bounds, would be mixed."""
    low, high = said.low, said.high
    twice = (low is not None and traits.low is not None) or (high is not None and traits.high is not None)
    if (
        twice
        or (traits.range and said.range and traits.of_length != said.of_length)
        or (traits.choices and said.choices)
    ):
        raise Unclear("two rules for one column")
    if said.range and not said.of_length and traits.type == "text":
        raise Unclear("bounds of a text")
    traits.merge(said)


def plain_constraint(constraint: Any) -> None:
    """Raises Unclear where it is deferrable, built on an index, or else special."""
    special = ("deferrable", "initdeferred", "is_no_inherit", "nulls_not_distinct", "including", "indexname", "options")
    for name in special:
        if hasattr(constraint, name) and getattr(constraint, name):
            raise Unclear(f"a constraint that is {name.replace('_', ' ')}")


def referring(name: str, traits: Traits, reference: Reference) -> Column:
    """Raises Unclear where the column has bounds, choices or a default besides."""
    if traits != Traits(type=traits.type, required=traits.required, unique=traits.unique):
        raise Unclear(f"what else {name} is, beside a reference")
    if traits.required and reference.on_delete == "set null":
        raise Unclear(f"set null for {name}, which is required")
    return Column(name, str(traits.type), bool(traits.required), references=reference, unique=traits.unique)


def target(constraint: Any, schema: Schema, assumed: list[str]) -> Reference:
    """Raises Unclear."""
    relation = constraint.pktable
    plain_constraint(constraint)
    if constraint.fk_upd_action not in ("", "a") or constraint.fk_matchtype not in ("", "s"):
        raise Unclear("a reference that follows updates")
    users = relation.schemaname == "auth" and relation.relname == "users"
    table = USERS if users else known_table(relation, schema)
    key = schema.primary_key(table)
    columns = ex.strings(constraint.pk_attrs) or key
    if len(columns) != 1:
        raise Unclear(f"a reference to {table}, whose key is ({', '.join(key)})")
    if constraint.fk_del_action in ("", "a"):
        assumed.append(f"A row of {table} that is referenced cannot be deleted, since no ON DELETE was given.")
    action: Any = _ACTIONS.get(constraint.fk_del_action)
    if action is None:
        raise Unclear("on delete set default")
    return Reference(table, columns[0], action)


def define(node: Any, schema: Schema, assumed: list[str]) -> TableDefinition:
    """A CREATE TABLE. Raises Unclear."""
    ex.only(node, "relation", "table_elts", "oncommit", "if_not_exists")
    relation = node.relation
    if relation.schemaname not in ("", "public") or relation.relpersistence != "p":
        raise Unclear(f"a table {relation.schemaname}.{relation.relname}".replace(" .", " temporary "))
    name = relation.relname.lower()
    if known := schema.table(name):
        raise Unclear(f"a new table {name}, as {known} is there already")
    table = TableDefinition(Body(schema, name))
    rules = []
    for wrapped in node.table_elts:
        element = ex.inner(wrapped)
        if type(element).__name__ == "ColumnDef":
            _define_column(table, element, schema, assumed)
        elif type(element).__name__ == "Constraint":
            rules.append(element)
        else:
            raise Unclear("a table like another")
    for rule in rules:
        _define_rule(table, rule, schema, assumed)
    for column, traits in table.columns.items():
        tied = table.references.get(column)
        if tied and not column.endswith("_id"):
            raise Unclear(f"a reference called {column}, not {column}_id")
        entry = Entry(Named(column.removesuffix("_id")), traits, tied.table) if tied else Entry(Named(column), traits)
        table.body.entries.append(entry)
    return table


def _define_column(table: TableDefinition, definition: Any, schema: Schema, assumed: list[str]) -> None:
    name = definition.colname
    keyed = [c for c in definition.constraints if ex.enum(ex.inner(c), "contype") == "CONSTR_PRIMARY"]
    if name == "id":
        if ex.strings(definition.type_name.names)[-1] != "uuid":
            raise Unclear("an id that is no uuid")
        if keyed:
            table.key = ("id",)
        return
    if keyed:
        raise Unclear(f"{name} as the primary key")
    if name in _STANDARD:
        if not ex.strings(definition.type_name.names)[-1].startswith("timestamp"):
            raise Unclear(f"{name} that is no timestamp")
        return
    traits, constraint = column_traits(definition)
    table.columns[name] = traits
    if constraint:
        reference = target(constraint, schema, assumed)
        referring(name, traits, reference)
        table.references[name] = reference


def _define_rule(table: TableDefinition, rule: Any, schema: Schema, assumed: list[str]) -> None:
    match ex.enum(rule, "contype"):
        case "CONSTR_PRIMARY":
            table.key = ex.strings(rule.keys)
        case "CONSTR_UNIQUE":
            plain_constraint(rule)
            table.body.uniques.append(ex.strings(rule.keys))
        case "CONSTR_CHECK":
            column, traits = ex.check(rule.raw_expr)
            if column not in table.columns:
                raise Unclear(f"a check of {column}")
            add_rule(table.columns[column], traits)
        case "CONSTR_FOREIGN" if len(rule.fk_attrs) == 1:
            column = ex.strings(rule.fk_attrs)[0]
            if column not in table.columns:
                raise Unclear(f"a reference of {column}")
            table.references[column] = target(rule, schema, assumed)
        case other:
            raise Unclear(spoken(other))


def finished(table: TableDefinition) -> tuple[NewTable, tuple[str, ...]]:
    """The table as its statement says, with the access that the conventions give it. Raises Unclear."""
    table.body.junction = len(table.key) > 1
    made, assumed = finish(table.body)
    if {column.name for column in made.columns} != set(table.columns):
        raise Unclear(f"the columns of {table.body.name}")
    if len(table.key) > 1 and set(made.primary_key) != set(table.key):
        raise Unclear(f"the primary key ({', '.join(table.key)})")
    columns = tuple(_exact(column, table) for column in made.columns)
    if made.access.owner is None:
        for column in columns:
            if column.references and table.body.schema.belongs(column.references.table):
                raise Unclear(f"whose the rows of {table.body.name} are, as {column.name} may be empty")
    seen = {tuple(key.column for key in index.keys) for index in made.indexes}
    more = tuple(
        i for i in table.indexes if i.where or i.method != "btree" or tuple(k.column for k in i.keys) not in seen
    )
    for index in more:
        for key in index.keys:
            if key.column not in {*table.columns, "id", *_STANDARD}:
                raise Unclear(f"an index on {key.column}")
    return replace(
        made, columns=columns, primary_key=table.key or made.primary_key, indexes=(*made.indexes, *more)
    ), assumed


def _exact(column: Column, table: TableDefinition) -> Column:
    """Nullability, default and reference as the SQL has them, where the conventions do not need a default."""
    traits = table.columns[column.name]
    default = traits.default
    if default is None and column.type == "boolean":
        default = column.default
    reference = table.references.get(column.name, column.references)
    return replace(column, required=bool(traits.required), default=default, references=reference)


def spoken(label: str) -> str:
    """AT_DropColumn: "drop column"."""
    words = label.split("_", 1)[-1]
    return (
        "".join(f" {char.lower()}" if char.isupper() and words != words.upper() else char for char in words)
        .strip()
        .lower()
    )
