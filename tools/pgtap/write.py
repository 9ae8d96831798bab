"""Writes the pgTAP file of a change: observes it once more, on rows that the file makes itself, and says what held.

tests = write_tests(bench, [migration])   # tests.text goes to supabase/tests/NAME.test.sql
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg

from tools.migration import Migration
from tools.pgtap.inserts import Given, correct, given_rows, insert, settled, timeless
from tools.pgtap.steps import Step, access, refusals, stamp
from tools.postgres.server import Connection
from tools.postgres.session import Session
from tools.proofs.cast import Actor
from tools.proofs.prove import gather
from tools.proofs.refusals import Refusal, refuse
from tools.proofs.standing import Standing, changed
from tools.rows.samples import SampleRow
from tools.rows.write import literal, select
from tools.workbench import Workbench

MARK = "-- Written by migration-agent from what it observed"
_TOUCHED = """
create function pg_temp.touched(statement text) returns bigint language plpgsql as $$
declare
  rows bigint;
begin
  execute statement;
  get diagnostics rows = row_count;
  return rows;
end $$;
"""
_REFUSED = ("42501", "P0001")


@dataclass(frozen=True)
class Tests:
    """A file for supabase/tests."""

    __test__ = False  # pytest would take it for a class of tests
    name: str
    text: str
    assertions: int


@dataclass(frozen=True)
class _Seen:
    """What became of a step."""

    step: Step
    state: str = ""
    """SQLSTATE of the refusal."""
    rows: int = 0

    @property
    def through(self) -> bool:
        return not self.state and (self.rows > 0 or self.step.kind == "run")


def write_tests(bench: Workbench, migrations: Sequence[Migration]) -> Tests | None:
    """None where the migrations do not apply, or change nothing that rows could show.

    Works in a clone of the history without the seed, so that nothing is taken for granted but the migrations.
    """
    with Session.cloned(bench.server, bench.unseeded, seconds=bench.project.config.postgres.seconds) as session:
        with bench.server.connect(bench.unseeded) as base:
            base.execute("begin")
            before = Standing.read(base, None, files=False)
        for migration in migrations:
            if not session.run(migration.script).ok:
                return None
        conn = session.conn
        conn.execute("begin; set local statement_timeout = '10s'")
        with session.savepoint():
            samples = (*bench.project.config.sample_rows, *(s for m in migrations for s in m.samples))
            rows, steps, now, user = _observe(conn, before, samples)
        word = migrations[0].slug
        preamble = [timeless(settled(text, rows, word), now) for text in _preamble(session, rows)]
        steps = [_settled(step, rows, word, now) for step in steps]
        user = user and replace(user, user=settled(user.user, rows, word))
        seen = list(_tried(conn, preamble, steps, user))
        conn.execute("rollback")
    if not seen:
        return None
    names = ", ".join(migration.file_name for migration in migrations)
    return Tests(f"{word}.test.sql", _render(names, f"{word}.test.sql", preamble, seen, user), len(seen))


def _observe(
    conn: Connection, before: Standing, samples: tuple[SampleRow, ...]
) -> tuple[list[Given], list[Step], datetime, Actor | None]:
    """Rows, what to try on them, when they were made, and who owns them."""
    after = Standing.read(conn, None, files=False)
    tables, ruled = changed(before, after), after.constraints - before.constraints
    wanted = sorted({*tables, *(c.table for c in ruled)})
    (now,) = conn.execute("select now()").fetchone() or (datetime.now(),)
    if not wanted:
        return [], [], now, None
    cast, found = gather(conn, wanted, samples)
    owner = cast.actors[0]
    by_table: dict[str, list[Refusal]] = {}
    for refusal in refuse(conn, cast.ours, ruled, owner.claims):
        by_table.setdefault(refusal.constraint.table, []).append(refusal)
    steps: list[Step] = []
    for table in wanted:
        if table in cast.ownership.schema.tables:
            steps += access(cast, found[table]) if table in found and table in tables else ()
            steps += refusals(by_table.get(table, ()), table)
            steps += stamp(cast, cast.ownership.schema.tables[table])
    families = (cast.ours, cast.theirs, cast.stranger)
    rows = given_rows(conn, cast.ownership.schema, [family.filler for family in families])
    depth = {given.table.name: number for number, given in enumerate(rows)}
    last = sorted((s for s in steps if s.final), key=lambda s: -depth.get(s.sql.split()[2], 0))
    return rows, [*(s for s in steps if not s.final), *last], now, owner


def _preamble(session: Session, rows: Sequence[Given]) -> Iterator[str]:
    """INSERTs, and UPDATEs where a trigger was there first."""
    with session.savepoint() as conn:
        for given in rows:
            text = insert(given)
            conn.execute(text.encode())
            yield text
            there = select(conn, given.table, given.key())
            if there and (more := correct(given, there)):
                with suppress(psycopg.Error), conn.transaction():
                    conn.execute(more.encode())
                    yield more


def _settled(step: Step, rows: Sequence[Given], word: str, now: datetime) -> Step:
    actor = step.actor and replace(step.actor, user=settled(step.actor.user, rows, word))
    return replace(step, sql=timeless(settled(step.sql, rows, word), now), actor=actor)


def _tried(conn: Connection, preamble: Sequence[str], steps: Sequence[Step], owner: Actor | None) -> Iterator[_Seen]:
    """What holds of each step, in their order, as in the file; what cannot be told is taken back and left out."""
    for text in preamble:
        conn.execute(text.encode())
    for step in steps:
        conn.execute("savepoint step")
        rows, state = 0, ""
        try:
            conn.execute(_become(step.actor, owner).encode())
            cursor = conn.execute(step.sql.encode())
            rows = int(cursor.fetchone() == (True,)) if step.kind == "true" else cursor.rowcount
            conn.execute("reset role")
        except psycopg.Error as error:
            if conn.closed:
                return
            state = error.sqlstate or "XX000"
        seen = _Seen(step, state, rows)
        if _tells(seen):
            conn.execute("rollback to step" if state else "release step")
            yield seen
        else:
            conn.execute("rollback to step")


def _tells(seen: _Seen) -> bool:
    step = seen.step
    if step.only_if is not None and seen.through is not step.only_if:
        return False
    if step.kind == "touch":
        return not seen.state
    return step.actor is None or not seen.state or seen.state in _REFUSED


def _become(actor: Actor | None, owner: Actor | None) -> str:
    """As the API would be called; None is the tables' owner."""
    who = actor or owner
    claims = {k: v for k, v in json.loads(who.claims if who else "{}").items() if v != {} and k != "session_id"}
    role = f"set local role {actor.role};" if actor else "reset role;"
    return f"{role}\nset local request.jwt.claims to {literal(json.dumps(claims))};"


def _render(names: str, file_name: str, preamble: Sequence[str], seen: Sequence[_Seen], owner: Actor | None) -> str:
    lines = [
        f"{MARK} of {names}.",
        f"-- Run it with `supabase test db`, or `pg_prove -d DATABASE supabase/tests/{file_name}`.",
        "",
        "begin;",
        "create extension if not exists pgtap with schema extensions;",
        "set local search_path to public, extensions;",
        f"select plan({len(seen)});",
    ]
    if any(one.step.kind == "touch" for one in seen):
        lines.append(_TOUCHED.rstrip())
    lines += ["", "-- Rows of two users, of what they hang on, and a user who has none", "", *preamble]
    last = ""
    for one in seen:
        become = _become(one.step.actor, owner)
        if become != last:
            lines += ["", f"-- As {one.step.actor.name if one.step.actor else 'ourselves'}", become]
            last = become
        lines.append(_assertion(one))
    lines += ["", "reset role;", "select * from finish();", "rollback;"]
    return "\n".join(lines) + "\n"


def _assertion(seen: _Seen) -> str:
    step = seen.step
    words = literal(step.words[0 if seen.through else 1])
    mark = "$try$" if "$$" in step.sql else "$$"
    sql = f"{mark}{step.sql}{mark}"
    if step.kind == "touch":
        return f"select is(pg_temp.touched({sql}), 0::bigint, {words});"
    if step.kind == "true":
        return f"select ok(({step.sql}), {words});"
    if seen.state:
        return f"select throws_ok({sql}, '{seen.state}', null, {words});"
    if step.kind == "run":
        return f"select lives_ok({sql}, {words});"
    return f"select {'isnt_empty' if seen.rows else 'is_empty'}({sql}, {words});"
