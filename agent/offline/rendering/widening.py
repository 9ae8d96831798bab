"""Another type for columns that are there: in place where that costs nothing, else by a copy that takes its place.

A large table would be written anew under a lock that keeps everybody out. So a copy of the new type is added beside
the column and kept in step by a trigger, filled in batches, proved complete, and renamed in a last file that only
changes the catalog: the app sees one column under one name before and after.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from agent.offline import regex
from agent.offline.description import ChangeType
from agent.offline.rendering import sql, words
from agent.offline.rendering.constraints import guarded, validation
from agent.offline.rendering.parts import Part
from agent.offline.schema import Schema

_LOCK = "set local lock_timeout = '5s';"
_COPY = """create or replace function {function}()
returns trigger
language plpgsql
set search_path = ''
as $function$
begin
  -- An update that only fills the copy of an old row is no change of the row.
  if tg_op = 'UPDATE'
    and to_jsonb(new) - array[{copies}, 'updated_at']
      = to_jsonb(old) - array[{copies}, 'updated_at']
    and ({unfilled})
  then
    new.updated_at = old.updated_at;
  end if;

  {assignments}
  return new;
end;
$function$;

revoke all on function {function}() from public, anon, authenticated, service_role;"""
_TRIGGER = """create or replace trigger {trigger}
  before insert or update on {on}
  for each row
  execute function {function}();"""
_FILL = """do $$
declare
  ids {kind}[];
  last_id {kind};
begin
  loop
    ids := array(
      select {key} from {on}
      where ({unfilled}) and (last_id is null or {key} > last_id)
      order by {key}
      limit 5000
      for update
    );
    exit when cardinality(ids) = 0;
    update {on} set {values} where {key} = any (ids);
    last_id := ids[cardinality(ids)];
    perform pg_sleep(0.05);
  end loop;
end;
$$;

analyze {on};"""


def change_types(changes: Sequence[ChangeType], schema: Schema) -> Iterator[Part]:
    """Of columns of one table."""
    if schema.is_small(changes[0].table) or not any(change.rewrites for change in changes):
        yield from map(_in_place, changes)
        return
    copies = [_Copy(change, schema) for change in changes]
    yield from (_beside(copies), _filled(copies, schema))
    yield validation(
        copies[0].table, [check for copy in copies for check in copy.checked()], [c.column for c in copies]
    )
    yield _swapped(copies)


def _in_place(change: ChangeType) -> Part:
    on, quoted = sql.name(change.table), sql.name(change.column)
    part = Part(f"widen_{_slug([change])}_to_{_kind(change.new)}", f"Widen {_title([change])} to {change.new}")
    part.tables.append(f"alter table {on} alter column {quoted} type {change.new};")
    part.undo.append(f"alter table {on} alter column {quoted} type {change.old};")
    return part


class _Copy:
    """The column of the new type beside the old one, and what of the old one it takes over."""

    def __init__(self, change: ChangeType, schema: Schema) -> None:
        self.table, self.column, self.old, self.new = change.table, change.column, change.old, change.new
        self.name = sql.short(f"{change.column}_{_kind(change.new)}")
        self.required = schema.is_required(change.table, change.column)
        self.default = schema.default(change.table, change.column)
        self.comment = schema.columns(change.table)[change.column].get("comment")
        self.checks = schema.own_checks(change.table, change.column)
        self.on, self.this, self.copy = sql.name(change.table), sql.name(change.column), sql.name(self.name)
        self.proof = sql.short(f"{change.table.split('.')[-1]}_{self.name}_{'not_null' if self.required else 'filled'}")

    @property
    def unfilled(self) -> str:
        return f"{self.copy} is distinct from {self.this}"

    def renamed(self, check: str) -> str:
        """The name of a check on the copy until it takes its place."""
        return sql.name(sql.short(check.replace(self.column, self.name) if self.column in check else f"{check}_copy"))

    def checked(self) -> Iterator[tuple[str, str]]:
        """(name, clause): what the old column's checks demand, and that the copy is complete."""
        for check, clause in self.checks.items():
            of_copy = regex.sub(rf"(?<![\w\"']){re.escape(self.column)}(?![\w\"'])", self.name, sql.lowered(clause))
            yield self.renamed(check), of_copy
        yield self.proof, f"check ({self.copy} is {'not null' if self.required else f'not distinct from {self.this}'})"

    def told(self) -> str:
        said = f"Copy of {self.column} as {self.new}; kept by a trigger until it takes its place"
        return sql.comment("column", f"{self.on}.{self.copy}", said)

    def takes_place(self) -> Iterator[str]:
        """Reads no row: the validated checks say all that is asked."""
        if self.required:
            yield f"alter table {self.on} alter column {self.copy} set not null;"
        yield f"alter table {self.on} drop constraint if exists {sql.name(self.proof)};"
        if self.default is not None:
            yield f"alter table {self.on} alter column {self.copy} set default {self.default};"
        yield f"alter table {self.on} drop column {self.this};"
        yield f"alter table {self.on} rename column {self.copy} to {self.this};"
        for check in self.checks:
            yield f"alter table {self.on} rename constraint {self.renamed(check)} to {sql.name(check)};"

    def gives_way(self) -> Iterator[str]:
        """Back to where the copy stands beside an old column, which has no values yet."""
        for check in self.checks:
            yield f"alter table {self.on} rename constraint {sql.name(check)} to {self.renamed(check)};"
        yield f"alter table {self.on} rename column {self.this} to {self.copy};"
        if self.default is not None:
            yield f"alter table {self.on} alter column {self.copy} drop default;"
        if self.required:
            yield f"alter table {self.on} alter column {self.copy} drop not null;"
        default = "" if self.default is None else f" default {self.default}"
        yield f"alter table {self.on} add column if not exists {self.this} {self.old}{default};"

    def is_back(self) -> Iterator[str]:
        if self.required:
            yield f"alter table {self.on} alter column {self.this} set not null;"
        for check, clause in self.checks.items():
            yield f"alter table {self.on} add constraint {sql.name(check)} {sql.lowered(clause)};"
        yield f"alter table {self.on} add constraint {sql.name(self.proof)} {dict(self.checked())[self.proof]};"
        yield self.told()


def _beside(copies: Sequence[_Copy]) -> Part:
    on = copies[0].on
    part = Part(f"copy_{_slug(copies)}", f"Copy {_title(copies)} as {_kinds(copies)}", alone=True)
    part.purpose = "Adds a copy of the new type, which a trigger keeps in step; the old one is in use as before."
    part.tables = [_LOCK, *(f"alter table {on} add column if not exists {c.copy} {c.new};" for c in copies)]
    part.tables += [guarded(c.table, name, f"{clause} not valid") for c in copies for name, clause in c.checked()]
    part.functions = _in_step(copies)
    part.comments = [*(copy.told() for copy in copies), _told(copies)]
    part.undo = [_LOCK, *_no_longer_in_step(copies)]
    part.undo += [f"alter table {on} drop column if exists {copy.copy};" for copy in copies]
    return part


def _filled(copies: Sequence[_Copy], schema: Schema) -> Part:
    table, on = copies[0].table, copies[0].on
    key = schema.primary_key(table)[0]
    part = Part(f"fill_copy_{_slug(copies)}", f"Fill the copy of {_title(copies)}", alone=True)
    part.purpose = "Gives rows that were there before their copy, in batches along the primary key; row triggers fire."
    part.tables.append(
        _FILL.format(
            on=on,
            key=sql.name(key),
            kind=schema.type_of(table, key),
            unfilled=" or ".join(copy.unfilled for copy in copies),
            values=", ".join(f"{copy.copy} = {copy.this}" for copy in copies),
        )
    )
    part.undo.append("-- Irreversible: the copies stay filled; each equals its column, and goes with an earlier file.")
    return part


def _swapped(copies: Sequence[_Copy]) -> Part:
    on, first = copies[0].on, copies[0].name
    part = Part(f"widen_{_slug(copies)}_to_{_kinds(copies)}", f"Widen {_title(copies)} to {_kinds(copies)}", alone=True)
    part.purpose = "The copy takes the place of the column: changes the catalog only, so the lock lasts an instant."
    drop_trigger, drop_function = _no_longer_in_step(copies)
    there = (
        "exists (\n    select 1\n    from pg_catalog.pg_attribute\n"
        f"    where attrelid = {sql.text(on)}::regclass and attname = {sql.text(first)} and not attisdropped\n  )"
    )
    steps = [drop_trigger, *(step for copy in copies for step in copy.takes_place())]
    part.tables = [_LOCK, sql.guarded(there, "\n".join(steps))]
    part.functions = [drop_function]
    part.comments = [sql.comment("column", f"{on}.{c.this}", c.comment) for c in copies if c.comment]
    rounds = any(copy.new.startswith("numeric") for copy in copies)
    ends = "rounds to whole numbers" if rounds else "stops where one no longer fits"
    part.undo = [
        f"-- Copies every value back under the table's lock, and {ends}: for a quiet hour.",
        *(step for copy in copies for step in copy.gives_way()),
        f"alter table {on} disable trigger user;",
        f"update {on} set {', '.join(f'{copy.this} = {copy.copy}' for copy in copies)}",
        f"where {' or '.join(copy.unfilled for copy in copies)};",
        f"alter table {on} enable trigger user;",
        *(step for copy in copies for step in copy.is_back()),
        *part.comments,
        *_in_step(copies),
        _told(copies),
    ]
    return part


def _in_step(copies: Sequence[_Copy]) -> list[str]:
    """The trigger's name sorts behind update_..., so it has the last word on updated_at."""
    names = ", ".join(sql.text(copy.name) for copy in copies)
    return [
        _COPY.format(
            function=_function(copies),
            copies=names,
            unfilled=" or ".join(f"old.{c.copy} is distinct from old.{c.this}" for c in copies),
            assignments="\n  ".join(f"new.{copy.copy} = new.{copy.this};" for copy in copies),
        ),
        _TRIGGER.format(trigger=_trigger(copies), on=copies[0].on, function=_function(copies)),
    ]


def _no_longer_in_step(copies: Sequence[_Copy]) -> list[str]:
    return [
        f"drop trigger if exists {_trigger(copies)} on {copies[0].on};",
        f"drop function if exists {_function(copies)}();",
    ]


def _told(copies: Sequence[_Copy]) -> str:
    told = f"Trigger: keeps {_listed(c.name for c in copies)} in step with {_listed(c.column for c in copies)}"
    return sql.comment("function", f"{_function(copies)}()", f"{told} until they are swapped")


def _function(copies: Sequence[_Copy]) -> str:
    return f"public.{sql.name(sql.short(f'copy_{_slug(copies)}'))}"


def _trigger(copies: Sequence[_Copy]) -> str:
    return sql.name(sql.short(f"widen_{_slug(copies)}"))


def _slug(of: Sequence[ChangeType | _Copy]) -> str:
    return f"{of[0].table.split('.')[-1]}_{'_and_'.join(one.column for one in of)}"


def _title(of: Sequence[ChangeType | _Copy]) -> str:
    return f"{_listed(words.spaced(one.column) for one in of)} of {words.spaced(of[0].table.split('.')[-1])}"


def _kinds(copies: Sequence[_Copy]) -> str:
    return _listed(dict.fromkeys(copy.new for copy in copies))


def _kind(new: str) -> str:
    return new.replace(" ", "_").split("(")[0]


def _listed(names: Iterable[str]) -> str:
    return words.listed(tuple(names), "and")
