"""Changes of what is in use: locks, rewrites, scans, and data that is lost on the way."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Mutant, Original, below, expression, inner, operator, relation
from evals.mutants.tables import DEFAULT, columns, drop, type_of
from tools.checks._statements import Piece, do_body, pieces

UNBATCHED = "safe-change/unbatched"

INJECTED = {
    "inner_odyssey": {
        "drop-column": "alter table public.lessons drop column if exists tags",
        "rename-column": "alter table public.lessons rename column description to teaser",
        "delete-rows": "delete from public.lessons where not is_published",
        "delete-in-a-loop": "do $$ declare r record; begin for r in select id from public.lessons where points < 0 "
        "loop delete from public.lessons where id = r.id; end loop; end $$",
        "truncate": "truncate table public.emotion_logs",
        "overwrite": "update public.lessons set estimated_minutes = 15 where true",
        "null-out": "update public.lessons set description = null where length(description) > 0",
        "cut-text": "update public.lessons set description = left(description, 10) where length(description) > 10",
        "rewrite": "alter table public.user_progress alter column points_earned type bigint",
        "lock": "lock table public.user_progress in access exclusive mode",
        "update-all": "update public.user_progress set score = 0 where score is null",
        "narrow": "alter table public.badges alter column name type varchar(12)",
    },
    "team_docs": {
        "drop-column": "alter table public.documents drop column if exists metadata",
        "rename-column": "alter table public.organizations rename column slug to handle",
        "delete-rows": "delete from public.organizations where plan = 'free'",
        "delete-in-a-loop": "do $$ declare r record; begin for r in select id from public.organizations "
        "where plan = 'free' loop delete from public.organizations where id = r.id; end loop; end $$",
        "truncate": "truncate table public.document_versions",
        "overwrite": "update public.organizations set plan = 'free' where true",
        "null-out": "update public.organizations set settings = '{}' where settings <> '{}'",
        "cut-text": "update public.organizations set name = left(name, 6) where length(name) > 6",
        "rewrite": "alter table public.document_versions alter column version_number type bigint",
        "lock": "lock table public.documents in access exclusive mode",
        "update-all": "update public.documents set body = body || ' ' where body = ''",
        "narrow": "alter table public.organizations alter column name type varchar(12)",
    },
}
"""A statement that has no place in the migration, by project."""

SLIPPED = {
    "drop-column": ("safe-change/destructive data/lost", "A column is dropped by the way."),
    "rename-column": ("safe-change/destructive applies/error", "A column that clients name is renamed by the way."),
    "delete-rows": ("data/lost safe-change/destructive", "Rows are deleted by the way."),
    "delete-in-a-loop": ("data/lost safe-change/destructive", "Rows are deleted one by one, where there are such."),
    "truncate": ("data/lost safe-change/destructive", "A table is emptied by the way."),
    "overwrite": ("data/changed data/lost", "A column is overwritten in all rows by the way."),
    "null-out": ("data/lost data/changed applies/error", "Values are emptied by the way."),
    "cut-text": ("data/lost data/changed", "Texts are cut by the way."),
    "rewrite": ("safe-change/rewrite", "A large table is written anew by the way."),
    "lock": ("safe-change/lock", "A large table is locked by the way."),
    "update-all": (UNBATCHED, "Many rows of a large table change in one statement."),
    "narrow": ("safe-change/destructive data/lost applies/error", "A type is made narrower by the way."),
}


def _fits(good: Original, sql: str) -> bool:
    """What the statement names is there already."""
    table, dropped = re.search(r"public\.\w+", sql), re.search(r"drop column if exists (\w+)", sql)
    return table is not None and good.is_old(table[0], dropped[1] if dropped else "")


def _slip(slipped: str) -> Callable[[Original], Iterator[Mutant]]:
    def mutate(good: Original) -> Iterator[Mutant]:
        first = [p for p in good.pieces("AlterTableStmt", "InsertStmt") if not p.nested]
        alone = good.pieces("CreateStmt") or any(w.rule.startswith("safe-change/") for w in good.migration.waivers)
        sql = INJECTED[good.project][slipped]
        if first and not alone and _fits(good, sql):
            yield good.after(first[0], sql)

    return mutate


for slipped, (rules, breaks) in SLIPPED.items():
    operator(rules, name=f"slip-in-{slipped}", breaks=breaks, samples=True)(_slip(slipped))


def _adding(good: Original) -> list[Piece]:
    """ALTER TABLE ... ADD COLUMN on large tables."""
    found = good.pieces("AlterTableStmt")
    return [p for p in found if columns(p.node) and good.is_large(relation(p.node.relation))]


VOLATILE = {"date": "clock_timestamp()::date", "uuid": "gen_random_uuid()", "text": "gen_random_uuid()::text",
            "timestamptz": "clock_timestamp()", "int4": "(random() * 10)::int"}  # fmt: skip


@operator("safe-change/rewrite")
def default_volatile(good: Original) -> Iterator[Mutant]:
    """A default that differs from row to row, so that all of them are written."""

    def change(column: Any) -> None:
        drop(column, DEFAULT)
        added = column.constraints.add().constraint
        added.contype = DEFAULT
        added.raw_expr.CopyFrom(expression(VOLATILE[type_of(column)]))

    for piece in _adding(good):
        yield from good.each(piece, lambda node: [c for c in columns(node) if type_of(c) in VOLATILE], change)


@operator("safe-change/rewrite")
def generated_column(good: Original) -> Iterator[Mutant]:
    """A stored generated column, for which all rows are written."""
    for piece in _adding(good):
        table = relation(piece.node.relation)
        yield good.after(
            piece, f"alter table {table} add column if not exists id_text text generated always as (id::text) stored"
        )


@operator("safe-change/scan applies/error")
def validated_at_once(good: Original) -> Iterator[Mutant]:
    """A constraint on a large table is checked while writes wait."""
    for piece in good.pieces("AlterTableStmt"):
        text = piece.statement.text
        if text.endswith(" not valid"):
            yield good.put(piece, text.removesuffix(" not valid"))


@operator("safe-change/scan")
def required_unproved(good: Original) -> Iterator[Mutant]:
    """SET NOT NULL on a large table after the constraint that proved it is gone."""
    for piece in good.pieces("AlterTableStmt"):
        if not good.is_large(relation(piece.node.relation)):
            continue
        if inner(piece.node.cmds[0]).subtype == pg_query_pb2.AT_SetNotNull:
            rest = [p for p in good.pieces("AlterTableStmt") if p.step > piece.step]
            if rest:
                again = good.now(good.without(piece))
                last = again.pieces("AlterTableStmt")[-1]
                yield good.at(piece, again.after(last, piece.statement.text).text)


@operator("safe-change/scan")
def validated_under_lock(good: Original) -> Iterator[Mutant]:
    """VALIDATE in a transaction that has locked the table before."""
    for piece in good.pieces("AlterTableStmt"):
        if inner(piece.node.cmds[0]).subtype == pg_query_pb2.AT_ValidateConstraint:
            table = relation(piece.node.relation)
            yield good.put(piece, f"alter table {table} add column if not exists note text;\n{piece.statement.text}")


def _loops(good: Original) -> list[Piece]:
    return [p for p in good.pieces("DoStmt") if "loop" in do_body(p.statement)]


@operator(UNBATCHED)
def batch_without_limit(good: Original) -> Iterator[Mutant]:
    """A loop whose first round does everything."""
    for piece in _loops(good):
        yield good.put(piece, re.sub(r"\s+limit \d+", "", piece.statement.text))


@operator(UNBATCHED)
def backfill_in_one(good: Original) -> Iterator[Mutant]:
    """One UPDATE of everything instead of a loop over batches."""
    for piece in _loops(good):
        updates = [p for p in pieces(good.migration) if p.nested and p.step == piece.step]
        for update in updates[:1]:
            batched = r"\s+limit \d+|\s+for update(?: [^)]*skip locked)?|\s+and id > \w+|\s+into [\w, ]+(?=\s+from)"
            yield good.put(piece, re.sub(batched, "", update.statement.text))


@operator(UNBATCHED, samples=True)
def batches_under_lock(good: Original) -> Iterator[Mutant]:
    """Batches in a transaction that keeps everybody else out from the beginning."""
    table = {"inner_odyssey": "public.user_progress", "team_docs": "public.documents"}[good.project]
    for piece in _loops(good):
        for update in [p for p in pieces(good.migration) if p.nested and p.step == piece.step][:1]:
            held = relation(update.node.relation) if update.kind == "UpdateStmt" else table
            yield good.put(piece, f"alter table {held} add column if not exists note text;\n\n{piece.statement.text}")


@operator("safe-change/destructive data/lost applies/error")
def type_narrowed(good: Original) -> Iterator[Mutant]:
    """A type change to one that holds less."""

    def commands(node: Any) -> list[Any]:
        return [inner(cmd) for cmd in node.cmds if inner(cmd).subtype == pg_query_pb2.AT_AlterColumnType]

    def change(command: Any) -> None:
        names = inner(getattr(command, "def")).type_name.names
        names[-1].string.sval = "int2"

    for piece in good.pieces("AlterTableStmt"):
        if piece.nested and commands(piece.node):
            yield good.put(piece, piece.statement.text.replace("bigint", "smallint"))
        elif not piece.nested:
            yield from good.each(piece, commands, change)


@operator("data/lost applies/error")
def mapping_with_gaps(good: Original) -> Iterator[Mutant]:
    """A mapping that knows some of the values and makes NULL of the others."""
    for piece in good.pieces("UpdateStmt"):
        yield from good.each(
            piece,
            lambda node: [n for n in below(node) if isinstance(n, pg_query_pb2.CaseExpr) and n.HasField("defresult")],
            lambda case: case.ClearField("defresult"),
        )


@operator("data/changed data/lost")
def backfill_overwrites(good: Original) -> Iterator[Mutant]:
    """A backfill that also touches a column that it has no business with."""
    for piece in good.pieces("UpdateStmt"):
        sets = {target.res_target.name for target in piece.node.target_list}
        if not piece.nested and piece.node.relation.relname == "lessons" and "description" not in sets:
            yield good.put(piece, re.sub(r"\bset ", "set description = 'none', ", piece.statement.text, count=1))


@operator("safe-change/enum", samples=True)
def value_in_company(good: Original) -> Iterator[Mutant]:
    """A value is added to an enum beside other things."""
    other = {
        "inner_odyssey": "alter table public.lessons add column if not exists mood text",
        "team_docs": "alter table public.organizations add column if not exists mood text",
    }
    for piece in good.pieces("AlterEnumStmt"):
        yield good.after(piece, other[good.project])


@operator("safe-change/destructive columns/id columns/created-at rls/anon grants/anon")
def allowance_missing(good: Original) -> Iterator[Mutant]:
    """What was allowed with a reason is not."""
    for waiver in good.migration.waivers:
        start = good.migration.script.start_of(waiver.line)
        end = good.text.index("\n", start) + 1
        text = good.text[:start] + good.text[end:]
        yield Mutant(f"line {waiver.line}: allow {waiver.rule}", text, rules=frozenset({waiver.rule}))
