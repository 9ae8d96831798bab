"""What came with which major version of Postgres, from the release notes (appendix E of its documentation).

Only what a migration may write and an older server refuses, or reads differently: syntax, functions, settings.
"""

from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2 as pg

from tools.checks._statements import below

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


def _flag(kind: type[Any], field: str) -> _Test:
    """A node of this kind whose field is set."""
    return lambda node: isinstance(node, kind) and bool(getattr(node, field))


def _part(kind: type[Any], field: str) -> _Test:
    """A node of this kind that has this clause."""
    return lambda node: isinstance(node, kind) and node.HasField(field)


def _option(kind: type[Any], field: str, name: str) -> _Test:
    """A node of this kind whose list of options holds one of this name."""
    return lambda node: isinstance(node, kind) and any(o.def_elem.defname == name for o in getattr(node, field))


def _returns_old_or_new(node: Any) -> bool:
    if not isinstance(node, pg.ReturningClause):
        return False
    names = (part.fields for part in below(node) if isinstance(part, pg.ColumnRef))
    return bool(node.options) or any(len(f) > 1 and f[0].string.sval in ("old", "new") for f in names)


def _is_virtual(node: Any) -> bool:
    return isinstance(node, pg.Constraint) and node.contype == pg.CONSTR_GENERATED and node.generated_kind == "v"


def _is_not_enforced(node: Any) -> bool:
    kinds = (pg.CONSTR_CHECK, pg.CONSTR_FOREIGN)
    if isinstance(node, pg.Constraint):
        return node.contype == pg.CONSTR_ATTR_NOT_ENFORCED or (node.contype in kinds and not node.is_enforced)
    return False


def _names_not_null(node: Any) -> bool:
    """NOT NULL column, as a constraint of the table."""
    if isinstance(node, pg.AlterTableCmd) and node.subtype == pg.AT_AddConstraint:
        return bool(getattr(node, "def").constraint.contype == pg.CONSTR_NOTNULL)
    return isinstance(node, pg.CreateStmt) and any(
        element.constraint.contype == pg.CONSTR_NOTNULL for element in node.table_elts
    )


def _merges_by_source(node: Any) -> bool:
    return isinstance(node, pg.MergeWhenClause) and node.match_kind == pg.MERGE_WHEN_NOT_MATCHED_BY_SOURCE


def _maintains(node: Any) -> bool:
    return isinstance(node, pg.GrantStmt) and any(p.access_priv.priv_name == "maintain" for p in node.privileges)


def _sets_expression(node: Any) -> bool:
    return isinstance(node, pg.AlterTableCmd) and node.subtype == pg.AT_SetExpression


_JSON_VALUES = (pg.JsonParseExpr, pg.JsonScalarExpr, pg.JsonSerializeExpr)

SYNTAX: tuple[tuple[int, str, _Test], ...] = (
    (14, "CREATE OR REPLACE TRIGGER", _flag(pg.CreateTrigStmt, "replace")),
    (14, "a function body in standard SQL", _part(pg.CreateFunctionStmt, "sql_body")),
    (14, "SEARCH and CYCLE in WITH RECURSIVE", _part(pg.CommonTableExpr, "search_clause")),
    (14, "SEARCH and CYCLE in WITH RECURSIVE", _part(pg.CommonTableExpr, "cycle_clause")),
    (15, "MERGE", lambda node: isinstance(node, pg.MergeStmt)),
    (15, "NULLS NOT DISTINCT", _flag(pg.Constraint, "nulls_not_distinct")),
    (15, "NULLS NOT DISTINCT", _flag(pg.IndexStmt, "nulls_not_distinct")),
    (15, "security_invoker views", _option(pg.ViewStmt, "options", "security_invoker")),
    (15, "ON DELETE SET NULL of some columns", _flag(pg.Constraint, "fk_del_set_cols")),
    (16, "IS JSON", lambda node: isinstance(node, pg.JsonIsPredicate)),
    (16, "JSON_OBJECT with the standard's syntax", lambda node: isinstance(node, pg.JsonObjectConstructor)),
    (16, "JSON_ARRAY with the standard's syntax", lambda node: isinstance(node, pg.JsonArrayConstructor)),
    (16, "JSON_ARRAYAGG and JSON_OBJECTAGG", lambda node: isinstance(node, pg.JsonArrayAgg | pg.JsonObjectAgg)),
    (17, "JSON(), JSON_SCALAR() and JSON_SERIALIZE()", lambda node: isinstance(node, _JSON_VALUES)),
    (17, "JSON_TABLE", lambda node: isinstance(node, pg.JsonTable)),
    (17, "JSON_EXISTS, JSON_QUERY and JSON_VALUE", lambda node: isinstance(node, pg.JsonFuncExpr)),
    (17, "MERGE ... RETURNING", _part(pg.MergeStmt, "returning_clause")),
    (17, "MERGE ... NOT MATCHED BY SOURCE", _merges_by_source),
    (17, "the MAINTAIN privilege", _maintains),
    (17, "ALTER COLUMN ... SET EXPRESSION", _sets_expression),
    (18, "virtual generated columns", _is_virtual),
    (18, "WITHOUT OVERLAPS", _flag(pg.Constraint, "without_overlaps")),
    (18, "PERIOD in a foreign key", _flag(pg.Constraint, "fk_with_period")),
    (18, "NOT ENFORCED", _is_not_enforced),
    (18, "NOT NULL as a constraint of the table", _names_not_null),
    (18, "RETURNING old and new", _returns_old_or_new),
)
"""(version, what, test of one node)."""


def newer(tree: Any, target: int, *, inside: bool) -> Iterator[tuple[int, str, Any]]:
    """(version, what, node) of syntax and settings in a parse tree that came after the version `target`.

    `inside` a function's body, old and new are a trigger's rows.
    """
    tests = [syntax for syntax in SYNTAX if syntax[0] > target and not (inside and syntax[2] is _returns_old_or_new)]
    for node in below(tree):
        for version, what, test in tests:
            if test(node):
                yield version, what, node
        if isinstance(node, pg.VariableSetStmt) and SETTINGS.get(node.name, 0) > target:
            yield SETTINGS[node.name], f"the setting {node.name}", node


def newer_calls(tree: Any, target: int) -> Iterator[tuple[int, str, Any]]:
    """(version, function, node) of calls of built-in functions that came after it, as far as the name tells."""
    for node in below(tree):
        if not isinstance(node, pg.FuncCall):
            continue
        *schema, name = (part.string.sval for part in node.funcname)
        if FUNCTIONS.get(name, 0) > target and schema in ([], ["pg_catalog"]):
            yield FUNCTIONS[name], name, node
