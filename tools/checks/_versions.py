"""What came with which major version of Postgres, from the release notes (appendix E of its documentation).

Only what a migration may write and an older server refuses, or reads differently: syntax, functions, settings.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from postgast import pg_query_pb2 as pg

from tools.sql import below

FUNCTIONS: dict[str, int] = {
    **dict.fromkeys(["bit_count", "date_bin", "string_to_table", "trim_array", "unistr", "range_agg"], 14),
    **dict.fromkeys(["regexp_count", "regexp_instr", "regexp_like", "regexp_substr"], 15),
    **dict.fromkeys(["any_value", "array_sample", "array_shuffle", "date_add", "date_subtract"], 16),
    **dict.fromkeys(["erf", "erfc", "random_normal", "pg_input_is_valid", "pg_input_error_info"], 16),
    **dict.fromkeys(["to_bin", "to_oct", "uuid_extract_timestamp", "uuid_extract_version", "xmltext"], 17),
    **dict.fromkeys(["unicode_assigned", "unicode_version", "icu_unicode_version"], 17),
    **dict.fromkeys(["uuidv4", "uuidv7", "casefold", "array_reverse", "array_sort", "crc32", "crc32c"], 18),
    **dict.fromkeys(["gamma", "lgamma"], 18),
}
"""Built-in functions by the version that brought them."""

SETTINGS: dict[str, int] = {"transaction_timeout": 17}

_Test = Callable[[Any], bool]


def _any(_: Any) -> bool:
    return True


def _flag(field: str) -> _Test:
    """A node whose field is set."""
    return lambda node: bool(getattr(node, field))


def _part(field: str) -> _Test:
    """A node that has this clause."""
    return lambda node: bool(node.HasField(field))


def _option(field: str, name: str) -> _Test:
    """A node whose list of options holds one of this name."""
    return lambda node: any(o.def_elem.defname == name for o in getattr(node, field))


def _returns_old_or_new(node: Any) -> bool:
    names = (part.fields for part in below(node) if isinstance(part, pg.ColumnRef))
    return bool(node.options) or any(len(f) > 1 and f[0].string.sval in ("old", "new") for f in names)


def _is_virtual(node: Any) -> bool:
    return bool(node.contype == pg.CONSTR_GENERATED and node.generated_kind == "v")


def _is_not_enforced(node: Any) -> bool:
    kinds = (pg.CONSTR_CHECK, pg.CONSTR_FOREIGN)
    return node.contype == pg.CONSTR_ATTR_NOT_ENFORCED or (node.contype in kinds and not node.is_enforced)


def _adds_not_null(node: Any) -> bool:
    """NOT NULL column, as a constraint of the table."""
    return bool(node.subtype == pg.AT_AddConstraint and getattr(node, "def").constraint.contype == pg.CONSTR_NOTNULL)


def _names_not_null(node: Any) -> bool:
    return any(element.constraint.contype == pg.CONSTR_NOTNULL for element in node.table_elts)


def _merges_by_source(node: Any) -> bool:
    return bool(node.match_kind == pg.MERGE_WHEN_NOT_MATCHED_BY_SOURCE)


def _maintains(node: Any) -> bool:
    return any(p.access_priv.priv_name == "maintain" for p in node.privileges)


def _sets_expression(node: Any) -> bool:
    return bool(node.subtype == pg.AT_SetExpression)


SYNTAX: tuple[tuple[int, str, type[Any], _Test], ...] = (
    (14, "CREATE OR REPLACE TRIGGER", pg.CreateTrigStmt, _flag("replace")),
    (14, "a function body in standard SQL", pg.CreateFunctionStmt, _part("sql_body")),
    (14, "SEARCH and CYCLE in WITH RECURSIVE", pg.CommonTableExpr, _part("search_clause")),
    (14, "SEARCH and CYCLE in WITH RECURSIVE", pg.CommonTableExpr, _part("cycle_clause")),
    (15, "MERGE", pg.MergeStmt, _any),
    (15, "NULLS NOT DISTINCT", pg.Constraint, _flag("nulls_not_distinct")),
    (15, "NULLS NOT DISTINCT", pg.IndexStmt, _flag("nulls_not_distinct")),
    (15, "security_invoker views", pg.ViewStmt, _option("options", "security_invoker")),
    (15, "ON DELETE SET NULL of some columns", pg.Constraint, _flag("fk_del_set_cols")),
    (16, "IS JSON", pg.JsonIsPredicate, _any),
    (16, "JSON_OBJECT with the standard's syntax", pg.JsonObjectConstructor, _any),
    (16, "JSON_ARRAY with the standard's syntax", pg.JsonArrayConstructor, _any),
    (16, "JSON_ARRAYAGG and JSON_OBJECTAGG", pg.JsonArrayAgg, _any),
    (16, "JSON_ARRAYAGG and JSON_OBJECTAGG", pg.JsonObjectAgg, _any),
    (17, "JSON(), JSON_SCALAR() and JSON_SERIALIZE()", pg.JsonParseExpr, _any),
    (17, "JSON(), JSON_SCALAR() and JSON_SERIALIZE()", pg.JsonScalarExpr, _any),
    (17, "JSON(), JSON_SCALAR() and JSON_SERIALIZE()", pg.JsonSerializeExpr, _any),
    (17, "JSON_TABLE", pg.JsonTable, _any),
    (17, "JSON_EXISTS, JSON_QUERY and JSON_VALUE", pg.JsonFuncExpr, _any),
    (17, "MERGE ... RETURNING", pg.MergeStmt, _part("returning_clause")),
    (17, "MERGE ... NOT MATCHED BY SOURCE", pg.MergeWhenClause, _merges_by_source),
    (17, "the MAINTAIN privilege", pg.GrantStmt, _maintains),
    (17, "ALTER COLUMN ... SET EXPRESSION", pg.AlterTableCmd, _sets_expression),
    (18, "virtual generated columns", pg.Constraint, _is_virtual),
    (18, "WITHOUT OVERLAPS", pg.Constraint, _flag("without_overlaps")),
    (18, "PERIOD in a foreign key", pg.Constraint, _flag("fk_with_period")),
    (18, "NOT ENFORCED", pg.Constraint, _is_not_enforced),
    (18, "NOT NULL as a constraint of the table", pg.AlterTableCmd, _adds_not_null),
    (18, "NOT NULL as a constraint of the table", pg.CreateStmt, _names_not_null),
    (18, "RETURNING old and new", pg.ReturningClause, _returns_old_or_new),
)
"""(version, what, kind of node, test of one)."""


def newer(nodes: Iterable[Any], target: int, *, inside: bool) -> Iterator[tuple[int, str, Any]]:
    """(version, what, node) of syntax and settings among nodes that came after the version `target`.

    `inside` a function's body, old and new are a trigger's rows.
    """
    tests = _later(target)
    for node in nodes:
        for version, what, test in tests.get(type(node), ()):
            if not (inside and test is _returns_old_or_new) and test(node):
                yield version, what, node
        if isinstance(node, pg.VariableSetStmt) and SETTINGS.get(node.name, 0) > target:
            yield SETTINGS[node.name], f"the setting {node.name}", node


def newer_calls(nodes: Iterable[Any], target: int) -> Iterator[tuple[int, str, Any]]:
    """(version, function, node) of calls of built-in functions that came after it, as far as the name tells."""
    for node in nodes:
        if not isinstance(node, pg.FuncCall):
            continue
        *schema, name = (part.string.sval for part in node.funcname)
        if FUNCTIONS.get(name, 0) > target and schema in ([], ["pg_catalog"]):
            yield FUNCTIONS[name], name, node


@cache
def _later(target: int) -> dict[type[Any], list[tuple[int, str, _Test]]]:
    """What came after a version, by kind of node."""
    found: dict[type[Any], list[tuple[int, str, _Test]]] = {}
    for version, what, kind, test in SYNTAX:
        if version > target:
            found.setdefault(kind, []).append((version, what, test))
    return found
