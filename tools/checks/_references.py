"""Columns that look like references and have no foreign key: constraints/foreign-key."""

from collections.abc import Iterator

from tools.checks._new_columns import NewColumn, column_finding, constraint_name, words
from tools.checks._statements import identifier
from tools.facts import names
from tools.observe import Observed
from tools.report import Finding

_ELSEWHERE = words(
    "correlation request trace span idempotency external session transaction device installation anonymous "
    "tracking batch run job instance invocation message reference"
)
"""Stems of ids that other systems give."""
_ANYTHING = words("record entity object target subject resource source item row owner")
"""Stems of polymorphic references."""


def foreign_key(seen: Observed, column: NewColumn) -> Iterator[Finding]:
    if column.type != "uuid" or column.name == "id" or not column.name.endswith("_id") or _refers(column):
        return
    if "uuid" in column.facts.get("default", ""):
        return  # gen_random_uuid(): it is made here, and refers to nothing
    stem = column.name.removesuffix("_id")
    if set(stem.split("_")) & _ELSEWHERE or _is_polymorphic(column, stem):
        return
    parent = _parent(seen, stem)
    reference = f"references {parent} (id) on delete cascade" if parent else "references ... on delete ..."
    name = identifier(constraint_name(column, "fkey"))
    added = f"add constraint {name} foreign key ({identifier(column.name)}) {reference}"
    allow = f"-- allow: constraints/foreign-key on {column.table}.{column.name}: ..."
    yield column_finding(
        seen,
        column,
        "constraints/foreign-key",
        f"{column.table}.{column.name} looks like a reference and has no foreign key.",
        hint=f"Write `{reference}`, or say why not: `{allow}`.",
        fix=f"alter table {column.table} {added};" if parent else "",
    )


def _refers(column: NewColumn) -> bool:
    """A foreign key of several columns says nothing of a row in which another of them is null."""
    for constraint in column.constraints:
        others = [n for n in names(constraint.get("columns", "[]")) if n != column.name]
        if constraint.get("type") == "foreign key" and all(
            column.siblings[n].get("not null") == "true" for n in others
        ):
            return True
    return False


def _is_polymorphic(column: NewColumn, stem: str) -> bool:
    """Another column says which table the id is of."""
    own = {f"{stem}_type", f"{stem}_table", f"{stem}_kind"}
    general = {name for name in column.siblings if name in ("table_name", "table") or name.endswith("_type")}
    return bool(own & column.siblings.keys()) or (stem in _ANYTHING and bool(general))


def _parent(seen: Observed, stem: str) -> str | None:
    """The table whose rows the id is probably of, by its name."""
    last = stem.split("_")[-1]
    plural = {f"{word}s" for word in (stem, last)} | {f"{word.removesuffix('y')}ies" for word in (stem, last)}
    wanted = [*plural, stem, "children" if last == "child" else "people" if last == "person" else f"{last}es"]
    with seen.live.savepoint() as conn:
        row = conn.execute(
            """
            select format('%%I.%%I', n.nspname, c.relname)
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and c.relname = any (%s)
              and (n.nspname = 'public' or n.nspname = 'auth' and c.relname = 'users')
            order by length(c.relname) desc, n.nspname desc
            limit 1
            """,
            [wanted],
        ).fetchone()
    return str(row[0]) if row else None
