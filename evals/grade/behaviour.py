"""What takes rows and people to tell: policies, triggers, functions and views that are not the same word for word."""

import re
from collections.abc import Iterator

import psycopg

from evals.grade import access, effects
from evals.grade.catalogs import Pair, is_exposed
from evals.grade.difference import Difference
from evals.grade.stage import Stage
from tools.facts import Catalog
from tools.postgres.server import Connection
from tools.proofs.calls import Routine, routines
from tools.proofs.cast import Cast
from tools.proofs.storage import OBJECTS
from tools.rows.filler import CannotFill

_TOLD = ("body", "security definer", "strict", "language")
_ROLES = ("anon", "authenticated", "service_role")


def compare(pair: Pair, golden: Connection, draft: Connection) -> Iterator[Difference]:
    """Nothing is tried where nothing differs."""
    functions = _functions(pair)
    guarded = [t for t in _tables(pair) if _guards(pair.g, t, functions) != _guards(pair.d, t, functions)]
    moved = [t for t in _tables(pair) if effects.trigger_forms(pair.g, t) != effects.trigger_forms(pair.d, t)]
    shown = [v for v in pair.tables if pair.g.get("view", v) and pair.g.get("view", v) != pair.d.get("view", v)]
    called = _called(pair, golden, draft, functions)
    if not (guarded or moved or shown or called):
        return
    named = _named(pair, moved)
    beneath = {t for one, other in called for t in (*one.tables, *other.tables)}
    beneath |= {t for v in shown for t in pair.g.of("table") if _says(t, pair.g.get("view", v)["definition"])}
    beneath &= pair.g.of("table").keys()

    def prepare(cast: Cast) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
        there = cast.ownership.schema.tables.keys()
        spares = {t: cast.ours.values(t) or {} for t in moved if t in there}
        calls = {
            one.signature: effects.calls(cast, one, sorted({*one.tables, *other.tables} & there))
            for one, other in called
        }
        return spares, calls

    try:
        stage = Stage.set(golden, draft, [*moved, *named, *beneath], guarded, prepare)
    except (CannotFill, psycopg.Error) as reason:
        if golden.closed or draft.closed:
            raise
        things = [*(f"policies {t}" for t in guarded), *(f"triggers {t}" for t in moved), *(f"view {v}" for v in shown)]
        for thing in [*things, *(f"function {one.signature}" for one, _ in called)]:
            yield Difference("different", thing, f"not word for word the same, and no rows to try it on: {reason}")
        return
    for table in guarded:
        yield from access.compare(stage, table)
    for table in moved:
        yield from effects.triggers(stage, table, named, (pair.g, pair.d))
    yield from effects.functions(stage, called)
    yield from effects.views(stage, shown)


def _tables(pair: Pair) -> list[str]:
    return sorted(t for t in pair.g.of("table") if pair.d.get("table", t) and not t.startswith("storage.buckets"))


def _functions(pair: Pair) -> set[str]:
    """Those that do not say the same on both sides or are not for the same people, with those on one side only."""
    granted = {name.removeprefix("function ") for kind, name in pair.apart if kind == "grant" and "(" in name}
    return granted | {
        name
        for kind, name in pair.apart
        if kind == "function" and any(pair.g.get(kind, name).get(a) != pair.d.get(kind, name).get(a) for a in _TOLD)
    }


def _guards(catalog: Catalog, table: str, functions: set[str]) -> list[tuple[str, ...]]:
    """Policies without their names, and what those of the functions say that differ."""
    found = []
    for facts in catalog.of("policy", table).values():
        text = facts.get("using", "") + facts.get("check", "")
        bodies = [
            f"{catalog.get('function', f).get('body', '')} {sorted(catalog.get('grant', f'function {f}'))}"
            for f in sorted(functions)
            if f"{f.partition('(')[0]}(" in text
        ]
        told = (facts["command"], facts["permissive"], facts["roles"], facts.get("using", ""), facts.get("check", ""))
        found.append((*told, *bodies))
    return sorted(found)


def _called(pair: Pair, golden: Connection, draft: Connection, functions: set[str]) -> list[tuple[Routine, Routine]]:
    """Functions that the API offers on both sides and that do not say the same."""
    wanted = [f for f in functions if is_exposed(pair.g, f) and pair.d.get("function", f)]
    wanted += [f for f in _callers(pair, functions) if f not in wanted]
    if not wanted:
        return []
    sides = []
    for conn in (golden, draft):
        oids = [
            oid for (oid,) in conn.execute("select to_regprocedure(s)::oid::bigint from unnest(%s::text[]) s", [wanted])
        ]
        sides.append({r.signature: r for r in routines(conn, [o for o in oids if o], _ROLES)})
    return [(sides[0][s], sides[1][s]) for s in sorted(sides[0].keys() & sides[1].keys())]


def _callers(pair: Pair, functions: set[str]) -> list[str]:
    """The API's functions by the name of those that differ: wrappers have it as a rule."""
    bare = {f.partition("(")[0].rpartition(".")[2] for f in functions}
    return [
        f
        for f in pair.g.of("function")
        if f.partition("(")[0].rpartition(".")[2] in bare and is_exposed(pair.g, f) and pair.d.get("function", f)
    ]


def _named(pair: Pair, moved: list[str]) -> list[str]:
    """Tables that triggers on these may write to: all of the project's that their functions could name."""
    if not moved:
        return []
    new = [t for t in pair.g.of("table") if t in {name for kind, name in pair.apart if kind == "table"}]
    plain = [t for t in pair.g.of("table") if not t.startswith(("auth.", "storage."))]
    return sorted({*new, *plain[:40]} - {OBJECTS})


def _says(table: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(table)}\b", text))
