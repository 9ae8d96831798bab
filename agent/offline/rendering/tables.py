"""A new table as a part: its statement, indexes, policies, trigger, comments and queries."""

from collections.abc import Iterator

from sqlglot import exp

from agent.draft import Query, Waiver
from agent.offline.description import Column, Differ, NewTable, Ordered, SetWhen
from agent.offline.rendering import access, sql, words
from agent.offline.rendering.parts import Part
from agent.offline.schema import Schema

STAMP = "public.update_updated_at_column"
_STAMP_FUNCTION = """create or replace function {stamp}()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at = now();
  return new;
end;
$$;

revoke all on function {stamp}() from public, anon, authenticated, service_role;"""
_TRIGGER = """drop trigger if exists {trigger} on {on};
create trigger {trigger}
  before update on {on}
  for each row
  execute function {stamp}();"""
_SOMEBODY = "'00000000-0000-4000-8000-000000000000'"


def new_table(table: NewTable, schema: Schema) -> Part:
    bare = table.table.split(".")[-1]
    on = sql.name(table.table)
    part = Part(f"add_{bare}", f"Add {words.spaced(bare)}")
    undo = [f"drop table if exists {on};"]
    for column in table.columns:
        if column.enum:
            part.tables.append(create_enum(table.table, column))
            undo.append(f"drop type if exists {sql.name(enum_name(table.table, column))};")
    part.tables.append(_statement(table, schema))
    part.indexes = [sql.create_index(index, table.table) for index in table.indexes]
    part.security = [
        f"alter table {on} enable row level security;",
        "\n".join(access.grants(table)),
        *access.policies(table, schema),
    ]
    if not table.append_only:
        if not schema.functions(STAMP):
            part.functions.append(_STAMP_FUNCTION.format(stamp=STAMP))
            undo.append(f"drop function if exists {STAMP}();")
        trigger = sql.name(sql.short(f"update_{bare}_updated_at"))
        part.functions.append(_TRIGGER.format(trigger=trigger, on=on, stamp=STAMP))
    part.comments = list(_comments(table))
    part.undo = undo
    part.allow = [signed(table.table, column) for column in table.columns if column.signed]
    part.queries = list(_queries(table))
    return part


def signed(table: str, column: Column) -> Waiver:
    """For a number that is meant to go below zero."""
    return Waiver(
        rule="constraints/range", object=f"{table}.{column.name}", reason="it may be negative, as the request says"
    )


def enum_name(table: str, column: Column) -> str:
    """``public.quest_status`` for quests.status; a column that carries the noun already keeps its name."""
    from agent.offline.words import singular

    schema, bare = table.split(".")
    noun = singular(bare)
    return f"{schema}.{column.name if column.name.startswith(noun) else f'{noun}_{column.name}'}"


def create_enum(table: str, column: Column) -> str:
    kind = sql.name(enum_name(table, column))
    labels = ", ".join(sql.text(choice) for choice in column.choices)
    return sql.guarded(f"to_regtype({sql.text(kind)}) is null", f"create type {kind} as enum ({labels});")


def type_of(table: str, column: Column) -> str:
    return enum_name(table, column) if column.enum else column.type


def _statement(table: NewTable, schema: Schema) -> str:
    lines = []
    if table.primary_key == ("id",):
        lines.append("id uuid primary key default gen_random_uuid()")
    lines += [sql.printed(sql.column_definition(c, type_of(table.table, c))) for c in table.columns]
    lines.append("created_at timestamptz not null default now()")
    if not table.append_only:
        lines.append("updated_at timestamptz not null default now()")
    if table.primary_key != ("id",):
        lines.append(f"primary key ({', '.join(map(sql.name, table.primary_key))})")
    lines += [f"unique ({', '.join(map(sql.name, unique))})" for unique in table.uniques]
    lines += list(_rules(table))
    body = ",\n".join(f"  {line}" for line in lines)
    return f"create table if not exists {sql.name(table.table)} (\n{body}\n);"


def _rules(table: NewTable) -> Iterator[str]:
    bare = table.table.split(".")[-1]
    optional = {column.name for column in table.columns if not column.required}
    for rule in table.rules:
        match rule:
            case SetWhen():
                name = f"{bare}_{rule.column.removesuffix('_at')}_set_check"
                yield f"constraint {sql.name(sql.short(name))} check ({sql.printed(_set_when(rule))})"
            case Differ():
                name = f"{bare}_{rule.second.removesuffix('_id')}_differs_check"
                differs = exp.NEQ(this=sql.column(rule.first), expression=sql.column(rule.second))
                yield f"constraint {sql.name(sql.short(name))} check ({sql.printed(differs)})"
            case Ordered():
                word = "after" if _is_moment(rule.later, table) else "above"
                name = f"{bare}_{rule.later.removesuffix('_at')}_{word}_{rule.earlier.removesuffix('_at')}_check"
                demand = sql.ordered(rule)
                if rule.later in optional:
                    demand = exp.or_(exp.Is(this=sql.column(rule.later), expression=exp.null()), demand)
                yield f"constraint {sql.name(sql.short(name))} check ({sql.printed(demand)})"


def _set_when(rule: SetWhen) -> exp.Expr:
    status = sql.column(rule.status)
    value = None if rule.value is True else exp.Literal.string(rule.value)
    holds = exp.EQ(this=status, expression=value) if value else status
    fails = exp.NEQ(this=status, expression=value) if value else exp.Not(this=status)
    is_set = exp.Is(this=sql.column(rule.column), expression=exp.Not(this=exp.null()))
    is_empty = exp.Is(this=sql.column(rule.column), expression=exp.null())
    if rule.mode == "exactly":
        return exp.EQ(this=exp.paren(holds), expression=exp.paren(is_set))
    if rule.mode == "only":
        return exp.or_(is_empty, holds)
    return exp.or_(fails, is_set)


def _comments(table: NewTable) -> Iterator[str]:
    on = sql.name(table.table)
    for column in table.columns:
        if column.enum:
            labels = words.listed(column.choices)
            yield sql.comment(
                "type",
                sql.name(enum_name(table.table, column)),
                f"{words.capital(words.spaced(column.name))}: {labels}",
            )
    yield sql.comment("table", on, words.of_table(table))
    ties = {rule.column: rule for rule in table.rules if isinstance(rule, SetWhen)}
    for column in table.columns:
        said = words.of_column(column)
        if column.name in ties:
            rule = ties[column.name]
            how = {"exactly": "set exactly when", "only": "only set when", "always": "always set when"}[rule.mode]
            value = "true" if rule.value is True else rule.value
            said = f"{words.capital(words.spaced(column.name.removesuffix('_at')))}: {how} {rule.status} is {value}"
        for order in table.rules:
            if isinstance(order, Ordered) and order.later == column.name and said is None:
                words_for = ("not before", "after") if _is_moment(column.name, table) else ("at least", "more than")
                said = f"{_moment(column)}: {words_for[not order.or_equal]} {order.earlier}"
        if said:
            yield sql.comment("column", f"{on}.{sql.name(column.name)}", said)


def _is_moment(name: str, table: NewTable) -> bool:
    kinds = {column.name: column.type for column in table.columns}
    return kinds.get(name, "timestamptz") in ("date", "timestamptz")


def _moment(column: Column) -> str:
    return words.capital(words.spaced(column.name.removesuffix("_at")))


def _queries(table: NewTable) -> Iterator[Query]:
    """What the app will ask for most: somebody's rows, and those of a status."""
    on = sql.name(table.table)
    owner = table.access.owner or next((c.name for c in table.columns if c.references and c.required), None)
    if owner is None:
        return
    status = next((i for i in table.indexes if len(i.keys) > 1 and i.keys[0].column == owner), None)
    noun = words.spaced(owner.removesuffix("_id"))
    plain = words.spaced(table.table.split(".")[-1])
    yield Query(
        sql=f"select * from {on} where {sql.name(owner)} = {_SOMEBODY}", why=f"Lists the {plain} of one {noun}."
    )
    if status:
        column = next(c for c in table.columns if c.name == status.keys[1].column)
        if column.choices:
            wanted = sql.text(column.choices[min(1, len(column.choices) - 1)])
            yield Query(
                sql=f"select * from {on} where {sql.name(owner)} = {_SOMEBODY} and {sql.name(column.name)} = {wanted}",
                why=f"Shows the {plain} of one {noun} in a certain {words.spaced(column.name)}.",
            )
