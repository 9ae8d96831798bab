"""Changes that act: an audit trigger, a function that sums up."""

from collections.abc import Iterator

from agent.draft import Query
from agent.offline.description import Audit, Figure, Stats
from agent.offline.rendering import sql, words
from agent.offline.rendering.parts import Part
from agent.offline.schema import Schema
from agent.offline.words import singular

_AUDIT = """create or replace function {function}()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
{changed}begin
{find}  insert into {log} ({columns})
  values ({values});
  return null;
end;
$$;

revoke all on function {function}() from public, anon, authenticated, service_role;"""
_AUDIT_TRIGGER = """drop trigger if exists {trigger} on {on};
create trigger {trigger}
  after {actions} on {on}
  for each row{when}
  execute function {function}();"""
_UNCHANGED = """  if tg_op = 'UPDATE' and to_jsonb(new) - 'updated_at' = to_jsonb(old) - 'updated_at' then
    return null;
  end if;

"""
_FIND_CHANGED = """  if tg_op = 'UPDATE' then
    select coalesce(jsonb_agg(field.key order by field.key), '[]'::jsonb)
    into changed
    from jsonb_each(to_jsonb(new)) as field
    where field.key <> 'updated_at' and field.value is distinct from to_jsonb(old) -> field.key;
  end if;

"""
_STATS = """create or replace function {function}({parameter} {kind})
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  stats jsonb;
begin
  if not exists (
    select 1 from {subject} where {test}
  ) then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  select jsonb_build_object(
    {figures}
  )
  into stats
  from {source}
  where {source_alias}.{reference} = {parameter};

  return stats;
end;
$$;

revoke all on function {function}({kind}) from public, anon, authenticated, service_role;
grant execute on function {function}({kind}) to authenticated;"""


def audit(change: Audit, schema: Schema) -> Iterator[Part]:
    bare, log = change.table.split(".")[-1], change.log.split(".")[-1]
    on = sql.name(change.table)
    function = f"public.log_{singular(bare)}_change"
    trigger = sql.name(sql.short(f"audit_{bare}"))
    if change.function:
        function, trigger = change.function.removesuffix("()"), sql.name(_like_others(change, schema))
    record = sql.name(change.record)
    values = {
        "table": "tg_table_name",
        "record": f"coalesce(new.{record}, old.{record})",
        "action": "tg_op",
        "user": "(select auth.uid())",
        "moment": "now()",
        "changed": "jsonb_build_object('changed', changed)",
    }
    told = "changed" in dict(change.columns).values()
    which = words.listed(tuple(map(words.spaced, change.only)), "and") if change.only else ""
    part = Part("_".join(["audit", bare, *change.only]), f"Audit {f'{which} of ' if which else ''}{words.spaced(bare)}")
    changes = (f"old.{sql.name(c)} is distinct from new.{sql.name(c)}" for c in change.only)
    made = [
        _AUDIT.format(
            function=function,
            changed="declare\n  changed jsonb := '[]'::jsonb;\n" if told else "",
            find=(_UNCHANGED if change.quiet else "") + (_FIND_CHANGED if told else ""),
            log=sql.name(change.log),
            columns=", ".join(sql.name(name) for name, _ in change.columns),
            values=", ".join(_cast(change, name, values[role], schema) for name, role in change.columns),
        )
    ]
    part.functions = [
        *([] if change.function else made),
        _AUDIT_TRIGGER.format(
            trigger=trigger,
            on=on,
            function=function,
            actions=" or ".join(change.actions),
            when=f"\n  when ({' or '.join(changes)})" if change.only else "",
        ),
    ]
    part.undo = [f"drop trigger if exists {trigger} on {on};"]
    if change.function:
        yield part
        return
    done = words.listed(tuple(change.actions)) + (f" that changes {which}" if which else "")
    part.comments.append(sql.comment("function", f"{function}()", f"Trigger: writes every {done} on {bare} to {log}"))
    part.undo.append(f"drop function if exists {function}();")
    yield part


def _like_others(change: Audit, schema: Schema) -> str:
    """A trigger's name in the style of those that run the same function: log_document_activity."""
    bare = singular(change.table.split(".")[-1])
    _, held = schema.shared_audit(change.log) or ("", ())
    for table, name in held:
        one = singular(table.split(".")[-1])
        if one in name:
            return sql.short(name.replace(one, bare))
    return sql.short(f"audit_{bare}")


def _cast(change: Audit, column: str, value: str, schema: Schema) -> str:
    """The table's and the operation's name in the log's own type."""
    kind = schema.type_of(change.log, column)
    if value in ("tg_table_name", "tg_op") and not kind.startswith(("text", "character", "name")):
        return f"{value}::{kind}"
    if value.startswith("coalesce(") and kind.startswith(("text", "character")):
        return f"{value}::text"
    return value


def stats(change: Stats, schema: Schema) -> Iterator[Part]:
    kind = schema.type_of(change.subject, change.key)
    noun = singular(change.subject.split(".")[-1])
    parameter = f"{noun}_{change.key}_param"
    source = change.source.split(".")[-1]
    part = Part(f"add_{change.name.split('.')[-1]}", f"Add {words.spaced(change.name.split('.')[-1])}")
    part.functions.append(
        _STATS.format(
            function=sql.name(change.name),
            parameter=parameter,
            kind=kind,
            subject=sql.name(change.subject),
            test=_test(change, parameter, schema),
            figures=",\n    ".join(f"{sql.text(f.name)}, {_figure(f, source)}" for f in change.figures),
            source=sql.name(change.source),
            source_alias=sql.name(source),
            reference=sql.name(change.reference),
        )
    )
    sample = ", ".join(f'"{figure.name}": ...' for figure in change.figures)
    said = f"Figures about one {words.spaced(noun)}, for those who may see it: {{{sample}}}"
    part.comments.append(sql.comment("function", f"{sql.name(change.name)}({kind})", said))
    part.undo.append(f"drop function if exists {sql.name(change.name)}({kind});")
    part.queries.append(
        Query(
            sql=f"select count(*) from {sql.name(change.source)} where {sql.name(change.reference)} = "
            "'00000000-0000-4000-8000-000000000000'",
            why="What the function reads.",
        )
    )
    yield part


def _test(change: Stats, parameter: str, schema: Schema) -> str:
    """The row is there and within reach: by row level security, and by the owner's key where there is one."""
    bare = sql.name(change.subject.split(".")[-1])
    key = f"{bare}.{sql.name(change.key)}"
    for fk in schema.foreign_keys(change.subject):
        if schema.is_user_key(fk.table, fk.target) and schema.is_required(change.subject, fk.column):
            return f"{key} = {parameter} and {bare}.{sql.name(fk.column)} = (select auth.uid())"
    return f"{key} = {parameter}"


def _figure(figure: Figure, source: str) -> str:
    column = f"{sql.name(source)}.{sql.name(figure.column)}" if figure.column else ""
    same = f"{column} = {sql.text(figure.value)}" if figure.value else ""
    match figure.function:
        case "count":
            return f"count(*) filter (where {same})" if same else "count(*)"
        case "count distinct":
            return f"count(distinct {column})"
        case "sum":
            return f"coalesce(sum({column}), 0)"
        case "average":
            return f"round(avg({column}), 1)"
        case "share":
            return f"coalesce(round(100.0 * count(*) filter (where {same}) / nullif(count(*), 0), 1), 0)"
        case _:
            return f"max({column})"
