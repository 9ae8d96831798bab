"""Names of new indexes: their form, and whether CREATE INDEX IF NOT EXISTS was passed over for its name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import postgast
import psycopg
from postgast import pg_query_pb2

from tools.checks._free_names import free_name, special
from tools.checks._house_names import index_values
from tools.checks._statements import bare, identifier, pieces, relation
from tools.checks.base import finding
from tools.facts import names
from tools.observe import Observed
from tools.report import Finding

_PROBE = "_probe_index"
_HELD = """
select c.relkind::text,
       case when i.indexrelid is not null then
         case when i.indisunique then 'unique' else '' end || ' ON '
         || split_part(pg_catalog.pg_get_indexdef(c.oid), ' ON ', 2) end
from pg_catalog.pg_class c
left join pg_catalog.pg_index i on i.indexrelid = c.oid
where c.relnamespace = (select relnamespace from pg_catalog.pg_class where oid = to_regclass(%s)) and c.relname = %s
"""
_KINDS = {"r": "table", "p": "table", "v": "view", "m": "view", "S": "sequence"}
_HABIT = r"""
with latest as materialized (
  select indexrelid, indrelid from pg_catalog.pg_index order by indexrelid desc limit 500
)
select count(*) filter (where c.relname like '%%\_idx') > count(*) filter (where c.relname like 'idx\_%%')
from latest i
join pg_catalog.pg_class c on c.oid = i.indexrelid
where pg_catalog.pg_get_userbyid(c.relowner) = 'postgres' and c.relname <> all (%s)
  and not exists (select from pg_catalog.pg_constraint k where k.conrelid = i.indrelid and k.conindid = c.oid)
"""
"""How the latest of the project's indexes are named, however many it has."""


def ill_named(seen: Observed, indexes: Sequence[str]) -> Iterator[Finding]:
    """indexes/name, for indexes that have a name of another form; what they should be called is free."""
    house = seen.project.config.conventions.names.pattern("index")
    proposed: set[str] = set()
    at_the_end = bool(indexes) and house is None and _idx_ends_names(seen, indexes)
    for name in indexes:
        facts = seen.after.get("index", name)
        table, index = name.split("/", 1)
        if facts.get("constraint") or "partition bound" in seen.after.get("table", table):
            continue
        line, column = seen.line_of("index", index)
        details = {"object": name, "line": line, "column": column}
        if house is not None:
            if not house.allows(index, values := index_values(table, facts)):
                better = house.proposal(index, values)
                better = better if better and free_name(seen, table, [better], taken=proposed) == better else None
                proposed |= {better} if better else set()
                yield finding(
                    "indexes/name",
                    f"The name of the index {index} on {table} does not match `{house.text}`.",
                    hint=f"Call it {better}." if better else f"Choose a name that matches `{house.text}`.",
                    fix=_named_otherwise(seen, table, better, facts) if better else "",
                    **details,
                )
            continue
        columns = [column for column in names(facts.get("columns", "[]")) if column]
        words = _words(index.removeprefix("idx_").removesuffix("_idx"))
        known = _words(bare(table)).union(*map(_words, columns), _words(facts.get("definition", "").split(" ON ")[-1]))
        if re.fullmatch("[a-z0-9_]+_idx" if at_the_end else "idx_[a-z0-9_]+", index) and words & known:
            continue
        method = [] if facts.get("method") == "btree" else [facts.get("method", "")]
        parts = [*([] if at_the_end else ["idx"]), bare(table), *columns, *method]
        better = free_name(seen, table, parts, special(facts), "_idx" if at_the_end else "", proposed)
        proposed.add(better)
        yield finding(
            "indexes/name",
            f"The index {index} on {table} is not named {'TABLE_COLUMNS_idx' if at_the_end else 'idx_TABLE_COLUMNS'}.",
            hint=f"Call it {better}.",
            fix=_named_otherwise(seen, table, better, facts),
            **details,
        )


def passed_over(seen: Observed) -> Iterator[Finding]:
    """indexes/name, for CREATE INDEX IF NOT EXISTS that did nothing because something else has the name."""
    for piece in pieces(seen.migration):
        node = piece.node
        if piece.kind != "IndexStmt" or not (node.if_not_exists and node.idxname) or not _was_skipped(seen, node):
            continue
        table = relation(node.relation)
        holder = _holder(seen, node)
        if holder is None:
            continue
        columns = [part.index_elem.name for part in node.index_params if part.index_elem.name]
        facts = {"unique": "true"} if node.unique else {}
        words = special(facts | ({"predicate": ""} if node.HasField("where_clause") else {}))
        better = free_name(seen, table, ["idx", bare(table), *columns], words)
        yield finding(
            "indexes/name",
            f"CREATE INDEX IF NOT EXISTS {node.idxname} on {table} did nothing: {holder} has that name.",
            hint=f"Give it a name of its own, such as {better}.",
            severity="error",
            object=f"{table}/{node.idxname}",
            **piece.at,
        )


def _was_skipped(seen: Observed, node: Any) -> bool:
    """Postgres said so; it may have said more than was kept."""
    return any(f'relation "{node.idxname}" already exists' in notice for notice in seen.applied.notices)


def _holder(seen: Observed, node: Any) -> str | None:
    """What has the index's name; None where that is the same index, which may well be there already."""
    parsed = pg_query_pb2.ParseResult()
    probe = parsed.stmts.add().stmt.index_stmt
    probe.CopyFrom(node)
    probe.idxname, probe.if_not_exists, probe.concurrent = _PROBE, False, False
    table = relation(node.relation)
    try:
        with seen.live.savepoint() as conn:
            held = conn.execute(_HELD, [table, node.idxname]).fetchone()
            conn.execute(postgast.deparse(parsed).encode())
            made = conn.execute(_HELD, [table, _PROBE]).fetchone()
    except psycopg.Error:
        if not seen.live.alive:
            raise
        return None
    if held is None or made is None or held[1] == made[1]:
        return None
    return f"an index on {held[1].split(' ON ', 1)[1]}" if held[1] else f"the {_KINDS.get(held[0], 'relation')}"


def _named_otherwise(seen: Observed, table: str, name: str, facts: Mapping[str, str]) -> str:
    how = "" if table in seen.new_tables or seen.project.config.is_small(table) else "CONCURRENTLY "
    return f"CREATE {kind_of(facts)} {how}IF NOT EXISTS {identifier(name)} ON {shape(facts)};"


def _idx_ends_names(seen: Observed, new: Sequence[str]) -> bool:
    """The project's older indexes are mostly called TABLE_COLUMNS_idx."""
    with seen.live.savepoint() as conn:
        row = conn.execute(_HABIT, [[name.partition("/")[2] for name in new]]).fetchone()
    return row is not None and row[0] is True


def _words(text: str) -> set[str]:
    """Words of a name in the singular, roughly."""
    return {word.removesuffix("s") for word in re.split(r"[^a-z0-9]+", text.lower()) if word}


def kind_of(facts: Mapping[str, str]) -> str:
    return "UNIQUE INDEX" if facts.get("unique") == "true" else "INDEX"


def shape(facts: Mapping[str, str]) -> str:
    """The definition from the table on: method, columns with their order and operator class, condition."""
    return facts["definition"].split(" ON ", 1)[1].removeprefix("ONLY ")
