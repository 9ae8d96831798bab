"""Changes of many rows at once: in one statement, or while the transaction keeps everybody else out.

A statement that picks its rows by a unique key, or with a LIMIT, is bounded; so is one in a loop that compares with
a variable, and thus picks other rows each time.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from postgast import pg_query_pb2

from tools.checks._scene import ACCESS_EXCLUSIVE, Held, Scene
from tools.checks._statements import Piece, below, identifier, inner, relation
from tools.checks.base import finding
from tools.report import Finding

_VERBS = {
    pg_query_pb2.UpdateStmt: "UPDATE",
    pg_query_pb2.DeleteStmt: "DELETE",
    pg_query_pb2.InsertStmt: "INSERT",
    pg_query_pb2.MergeStmt: "MERGE",
}
_KEYS = """
select a.attname, i.indisprimary
from pg_catalog.pg_index i
join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
where i.indrelid = to_regclass(%s) and i.indisunique and i.indnkeyatts = 1 and i.indpred is null
order by i.indisprimary desc, a.attnum
"""
_BATCHES = """do $$
declare
  changed integer;
begin
  loop
    {change}
    where {key} in (select {key} from {table} where {condition} limit 1000 for update skip locked);
    get diagnostics changed = row_count;
    exit when changed = 0;
    perform pg_sleep(0.1);
  end loop;
end;
$$;"""


def unbatched(scene: Scene) -> Iterator[Finding]:
    """safe-change/unbatched, at most once for a statement."""
    for piece in scene.pieces:
        results = (_under_lock(scene, piece, c) or _at_once(scene, piece, c) for c in _changes(piece))
        if result := next(filter(None, results), None):
            yield result
    yield from _unseen(scene)


def _unseen(scene: Scene) -> Iterator[Finding]:
    """Changes that only the run shows: by functions that are called, or SQL built at run time."""
    for index, step in scene.steps.items():
        inside = scene.of_step(index)
        lock = _lock(scene, inside[0])
        if lock is None or any(_changes(piece) for piece in inside):
            continue
        for table in filter(scene.is_large, step.written):
            yield _locked(inside[0], "It changes rows", table, lock)


def _changes(piece: Piece) -> list[Any]:
    """The statement's data changes, those in its WITH clause included."""
    if piece.kind in ("DoStmt", "CreateFunctionStmt", "RuleStmt"):
        return []
    return [node for node in piece.statement.walk() if type(node) in _VERBS]


def _under_lock(scene: Scene, piece: Piece, change: Any) -> Finding | None:
    """Long work while ACCESS EXCLUSIVE is held on a table that was there before."""
    lock = _lock(scene, piece)
    if lock is None or (not piece.looped and _is_bounded(scene, piece, change, looped=False)):
        return None
    target, verb = relation(change.relation), _VERBS[type(change)]
    if scene.is_large(target) and verb != "INSERT":
        return _locked(piece, f"{verb} changes rows", target, lock)
    for source in _sources(piece, change):
        if scene.is_large(source):
            return _locked(piece, f"{verb} reads all rows", source, lock)
    return None


def _lock(scene: Scene, piece: Piece) -> Held | None:
    """Taken by an earlier statement; also by the same DO block, where more than data changes in it."""
    held = scene.held_before.get(piece.step, ())
    if piece.nested and any(p.kind in ("AlterTableStmt", "LockStmt") for p in scene.of_step(piece.step)):
        held = scene.held_during(piece.step)
    return next((lock for lock in held if lock.mode == ACCESS_EXCLUSIVE), None)


def _locked(piece: Piece, what: str, table: str, lock: Held) -> Finding:
    return finding(
        "safe-change/unbatched",
        f"{what} of {table} while {lock.table} is out of reach for everybody, locked by line {lock.line} until the "
        "file ends.",
        hint="Put the data into a file of its own, after the one that alters the table (or before it).",
        object=table,
        **piece.at,
    )


def _at_once(scene: Scene, piece: Piece, change: Any) -> Finding | None:
    """All rows of a large table that match, in one statement."""
    target, verb = relation(change.relation), _VERBS[type(change)]
    if verb == "INSERT" or not scene.is_large(target) or _is_bounded(scene, piece, change, looped=piece.looped):
        return None
    return finding(
        "safe-change/unbatched",
        f"One {verb} changes every matching row of {target} and keeps them all locked until the file ends.",
        hint="Change a thousand rows at a time, in a loop that picks those not done yet and pauses in between.",
        fix=_batches(scene, piece, change, target),
        object=target,
        **piece.at,
    )


def _is_bounded(scene: Scene, piece: Piece, change: Any, *, looped: bool) -> bool:
    """It touches some rows only: a batch, or what a key picks."""
    picked = [getattr(change, part) for part in ("where_clause", "select_stmt") if _has(change, part)]
    if any(_has(node, "limit_count") for part in picked for node in below(part)):
        return True
    if _joins_a_batch(scene, piece, change):
        return True
    if not _has(change, "where_clause"):
        return isinstance(change, pg_query_pb2.InsertStmt) and not list(_sources(piece, change))
    if looped and any(_first(n) in piece.variables for n in below(change.where_clause)):
        return True
    keys = {name for name, _ in _keys(scene, relation(change.relation))}
    return any(_picks(part, keys, change, piece) for part in _conjuncts(change.where_clause))


def _joins_a_batch(scene: Scene, piece: Piece, change: Any) -> bool:
    """Its rows are those of a WITH query or subquery with a LIMIT, by a key: ``from batch where t.id = batch.id``."""
    if not _has(change, "where_clause"):
        return False
    ctes = {n.ctename: n for n in piece.statement.walk() if isinstance(n, pg_query_pb2.CommonTableExpr)}
    limited = {name for name, query in ctes.items() if any(_has(node, "limit_count") for node in below(query))}
    if any(isinstance(n, pg_query_pb2.RangeVar) and n.relname in limited for n in below(change.where_clause)):
        return True
    batches = set()
    joined = change.from_clause if hasattr(change, "from_clause") else change.using_clause
    for node in chain.from_iterable(map(below, joined)):
        if isinstance(node, pg_query_pb2.RangeVar) and node.relname in limited:
            batches.add(node.alias.aliasname or node.relname)
        elif isinstance(node, pg_query_pb2.RangeSubselect) and any(_has(n, "limit_count") for n in below(node)):
            batches.add(node.alias.aliasname)
    keys = {name for name, _ in _keys(scene, relation(change.relation))}
    return any(_equals(part, keys, batches) for part in _conjuncts(change.where_clause))


def _equals(node: Any, keys: set[str], batches: set[str]) -> bool:
    """``key = batch.column``, either way round."""
    if not isinstance(node, pg_query_pb2.A_Expr) or node.name[-1].string.sval != "=":
        return False
    sides = [inner(node.lexpr), inner(node.rexpr)]
    if not all(isinstance(side, pg_query_pb2.ColumnRef) for side in sides):
        return False
    return any(one.fields[-1].string.sval in keys and _first(other) in batches for one, other in (sides, sides[::-1]))


def _first(node: Any) -> str | None:
    """The first part of a name, which may be a variable's."""
    return node.fields[0].string.sval if isinstance(node, pg_query_pb2.ColumnRef) else None


def _has(node: Any, part: str) -> bool:
    return part in node.DESCRIPTOR.fields_by_name and node.HasField(part)


def _conjuncts(where: Any) -> Iterator[Any]:
    """What AND joins."""
    node = inner(where)
    if isinstance(node, pg_query_pb2.BoolExpr) and node.boolop == pg_query_pb2.AND_EXPR:
        for part in node.args:
            yield from _conjuncts(part)
    else:
        yield node


def _picks(node: Any, keys: set[str], change: Any, piece: Piece) -> bool:
    """``key = value``, ``key in (values)``, ``key = any (values)``, where no value comes from a table's rows."""
    if not isinstance(node, pg_query_pb2.A_Expr) or node.name[-1].string.sval != "=":
        return False
    left, right = inner(node.lexpr), inner(node.rexpr)
    if not (isinstance(left, pg_query_pb2.ColumnRef) and left.fields[-1].string.sval in keys):
        left, right = right, left
    if not (isinstance(left, pg_query_pb2.ColumnRef) and left.fields[-1].string.sval in keys):
        return False
    sides = chain(change.from_clause if hasattr(change, "from_clause") else change.using_clause)
    joined = {n.alias.aliasname or n.relname for s in sides for n in below(s) if isinstance(n, pg_query_pb2.RangeVar)}
    if isinstance(right, pg_query_pb2.SubLink):
        return bool(right.sub_link_type == pg_query_pb2.EXPR_SUBLINK)
    names = {name for n in below(right) if (name := _first(n))}
    return not joined & names and names <= piece.variables


def _sources(piece: Piece, change: Any) -> Iterator[str]:
    """Tables that it reads, its own target and WITH queries aside."""
    queries = {n.ctename for n in piece.statement.walk() if isinstance(n, pg_query_pb2.CommonTableExpr)}
    for node in below(change):
        if isinstance(node, pg_query_pb2.RangeVar) and node != change.relation and node.relname not in queries:
            yield relation(node)


def _keys(scene: Scene, table: str) -> list[tuple[str, bool]]:
    """Columns that are unique by themselves, and whether they are the primary key, which comes first."""
    with scene.seen.live.savepoint() as conn:
        return [(str(name), bool(primary)) for name, primary in conn.execute(_KEYS, [table]).fetchall()]


def _batches(scene: Scene, piece: Piece, change: Any, table: str) -> str:
    """The same change in a loop; empty where its condition does not say which rows are done."""
    written = re.fullmatch(r"(?is)(.*?)\s+where\s+(.*)", piece.statement.text)
    primary = [name for name, is_primary in _keys(scene, table) if is_primary]
    if not written or not primary or re.search(r"(?i)\b(where|returning|from|using)\b", written[2]):
        return ""
    if isinstance(change, pg_query_pb2.UpdateStmt):
        filled = {item.res_target.name for item in change.target_list}
        tests = [inner(part) for part in _conjuncts(change.where_clause)]
        missing = {
            column.fields[-1].string.sval
            for test in tests
            if isinstance(test, pg_query_pb2.NullTest)
            and test.nulltesttype == pg_query_pb2.IS_NULL
            and isinstance(column := inner(test.arg), pg_query_pb2.ColumnRef)
        }
        if not filled & missing or change.from_clause:
            return ""
    elif not isinstance(change, pg_query_pb2.DeleteStmt) or change.using_clause:
        return ""
    return _BATCHES.format(change=written[1], key=identifier(primary[0]), table=table, condition=written[2])
