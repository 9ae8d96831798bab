"""Changes of many rows at once: in one statement, or while the transaction keeps everybody else out."""

import re
from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2

from tools.checks._bounds import Reach, reach
from tools.checks._neighbours import other
from tools.checks._nodes import conjuncts
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
select array_agg(a.attname::text), i.indisprimary
from pg_catalog.pg_index i
join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey[0:i.indnkeyatts - 1])
where i.indrelid = to_regclass(%s) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
group by i.indexrelid, i.indisprimary
order by i.indisprimary desc, i.indexrelid
"""
_HINT = (
    "Change some thousand rows at a time, in a loop that pauses in between. What bounds a batch: `where id in (select "
    "id ... limit 5000)`, or a join with such a query, that asks for rows not done yet or begins after the last key; "
    "`= any (ids)` of an array that it filled; `id > last_id and id <= next_id`; a FOR loop over rows."
)
_BATCHES = """do $$
declare
  changed integer;
begin
  loop
    {change}
    where {key} in (select {key} from {table} where {condition} limit 5000 for update skip locked);
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
        for table in filter(scene.has_many, step.written):
            yield _locked(scene, inside[0], "It changes rows", table, lock)


def _changes(piece: Piece) -> list[Any]:
    """The statement's data changes, those in its WITH clause included."""
    if piece.kind in ("DoStmt", "CreateFunctionStmt", "RuleStmt"):
        return []
    return [node for node in piece.statement.walk() if type(node) in _VERBS]


def _under_lock(scene: Scene, piece: Piece, change: Any) -> Finding | None:
    """Long work while ACCESS EXCLUSIVE is held on a table that was there before."""
    lock = _lock(scene, piece)
    if lock is None or (not piece.looped and _reach(scene, piece, change) == "some"):
        return None
    target, verb = relation(change.relation), _VERBS[type(change)]
    if scene.has_many(target) and verb != "INSERT":
        return _locked(scene, piece, f"{verb} changes rows", target, lock)
    for source in _sources(piece, change):
        if scene.has_many(source):
            return _locked(scene, piece, f"{verb} reads all rows", source, lock)
    return None


def _lock(scene: Scene, piece: Piece) -> Held | None:
    """Taken by an earlier statement, in the same DO block too."""
    return next((lock for lock in scene.held_at(piece) if lock.mode == ACCESS_EXCLUSIVE), None)


def _locked(scene: Scene, piece: Piece, what: str, table: str, lock: Held) -> Finding:
    into = "a file of its own, after the one that alters the table (or before it)"
    if file := other(scene.seen, lambda p: any(relation(change.relation) == table for change in _changes(p))):
        into = f"{file}, which changes rows of {table} already, or a file of its own"
    return finding(
        "safe-change/unbatched",
        f"{what} of {table} while {lock.table} is out of reach for everybody, locked by line {lock.line} until the "
        "file ends.",
        hint=f"Put the data into {into}. Where both have to happen "
        f"at once and few rows match, say how many: `-- allow: safe-change/unbatched on {table}: why`.",
        object=table,
        **piece.at,
    )


def _at_once(scene: Scene, piece: Piece, change: Any) -> Finding | None:
    """All rows of a large table that match, in one statement; or the same few in each round of a loop."""
    target, verb = relation(change.relation), _VERBS[type(change)]
    if verb == "INSERT" or not scene.has_many(target):
        return None
    match _reach(scene, piece, change):
        case "some":
            return None
        case "same":
            message = (
                f"The loop's {verb} of {target} picks the same batch in each round: nothing that it changes is in the "
                "condition of the query with the LIMIT, nor does that begin after the last key."
            )
        case "all":
            message = (
                f"One {verb} changes every matching row of {target} and keeps them all locked until the file ends."
            )
    return finding(
        "safe-change/unbatched",
        message,
        hint=_HINT,
        fix=_batches(scene, piece, change, target),
        object=target,
        **piece.at,
    )


def _reach(scene: Scene, piece: Piece, change: Any) -> Reach:
    """Rows of its target that one run of the change touches."""
    keys = [columns for columns, _ in _keys(scene, relation(change.relation))]
    return reach(piece.node, change, keys, scene.blocks.get(piece.step, ()), looped=piece.looped)


def _sources(piece: Piece, change: Any) -> Iterator[str]:
    """Tables that it reads, its own target and WITH queries aside."""
    queries = {n.ctename for n in piece.statement.walk() if isinstance(n, pg_query_pb2.CommonTableExpr)}
    for node in below(change):
        if isinstance(node, pg_query_pb2.RangeVar) and node != change.relation and node.relname not in queries:
            yield relation(node)


def _keys(scene: Scene, table: str) -> list[tuple[frozenset[str], bool]]:
    """Columns of each unique key, and whether it is the primary key, which comes first."""
    with scene.seen.live.savepoint() as conn:
        return [(frozenset(names), bool(primary)) for names, primary in conn.execute(_KEYS, [table]).fetchall()]


def _batches(scene: Scene, piece: Piece, change: Any, table: str) -> str:
    """The same change in a loop; empty where its condition does not say which rows are done."""
    written = re.fullmatch(r"(?is)(.*?)\s+where\s+(.*)", piece.statement.text)
    primary = [name for names, is_primary in _keys(scene, table) if is_primary and len(names) == 1 for name in names]
    if not written or not primary or re.search(r"(?i)\b(where|returning|from|using)\b", written[2]):
        return ""
    if isinstance(change, pg_query_pb2.UpdateStmt):
        filled = {item.res_target.name for item in change.target_list}
        tests = [inner(part) for part in conjuncts(change.where_clause)]
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
