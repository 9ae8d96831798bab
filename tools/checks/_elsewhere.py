"""Decisions that come out otherwise elsewhere (the rule `file/elsewhere`): what is done there was not run here."""

from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2 as pg

from tools.checks._statements import below, bodies
from tools.checks.base import finding
from tools.migration import Migration
from tools.report import Finding
from tools.sql import Statement

_SERVER = {
    "current_database",
    "inet_client_addr",
    "inet_client_port",
    "inet_server_addr",
    "inet_server_port",
    "pg_backend_pid",
    "pg_conf_load_time",
    "pg_is_in_recovery",
    "pg_postmaster_start_time",
    "version",
}
"""Functions that tell one server from another."""
_ACTIVITY = {
    "pg_database",
    "pg_file_settings",
    "pg_hba_file_rules",
    "pg_locks",
    "pg_replication_slots",
    "pg_settings",
    "pg_stat_activity",
    "pg_stat_database",
    "pg_stat_replication",
    "pg_stat_ssl",
}
"""Views that do."""
_CLOCK = {"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday"}
_TODAY = {
    pg.SVFOP_CURRENT_DATE,
    pg.SVFOP_CURRENT_TIMESTAMP,
    pg.SVFOP_CURRENT_TIMESTAMP_N,
    pg.SVFOP_LOCALTIMESTAMP,
    pg.SVFOP_LOCALTIMESTAMP_N,
}
_SAME_FOR_ALL = {
    "is_superuser",
    "role",
    "search_path",
    "server_version",
    "server_version_num",
    "session_replication_role",
    "transaction_read_only",
}
"""Settings that are no sign of a place; those with a point in their names are the project's own."""
_COMPARES = {pg.AEXPR_OP, pg.AEXPR_IN, pg.AEXPR_BETWEEN, pg.AEXPR_NOT_BETWEEN, pg.AEXPR_LIKE, pg.AEXPR_ILIKE}
_COMPARES |= {pg.AEXPR_DISTINCT, pg.AEXPR_NOT_DISTINCT, pg.AEXPR_OP_ANY, pg.AEXPR_SIMILAR}
_OPERATORS = {"=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*"}
_STORED = ("CreateFunctionStmt", "ViewStmt")
"""What runs later, for somebody who may ask how the server does."""


def elsewhere(migration: Migration) -> Iterator[Finding]:
    """One for each statement that decides by where or when it runs."""
    if migration.syntax_error:
        return
    for statement in migration.statements:
        if sign := next(_signs(statement), ""):
            yield finding(
                "file/elsewhere",
                f"What it does depends on {sign}, so elsewhere, or later, it may do what was not run here.",
                hint="Take the condition out. What differs between projects or days is a row that one can see, or a "
                "setting of the project's own.",
                line=statement.line,
                column=statement.column,
            )


def _signs(statement: Statement) -> Iterator[str]:
    for tree in (statement.node, *bodies(statement)):
        for node in below(tree):
            if isinstance(node, pg.RangeVar) and node.relname in _ACTIVITY and statement.kind not in _STORED:
                yield node.relname
            elif (isinstance(node, pg.A_Expr) and _compares(node)) or isinstance(node, pg.NullTest):
                yield from _decided_by(list(below(node)))


def _compares(node: Any) -> bool:
    return node.kind in _COMPARES and node.name[-1].string.sval in _OPERATORS


def _decided_by(nodes: list[Any]) -> Iterator[str]:
    """What a comparison rests on that has nothing to do with rows, variables or callers."""
    if any(isinstance(node, pg.ColumnRef | pg.ParamRef) for node in nodes):
        return
    calls = [node for node in nodes if isinstance(node, pg.FuncCall)]
    names = {call.funcname[-1].string.sval for call in calls}
    yield from (f"{name}()" for name in sorted(names & _SERVER))
    for call in calls:
        if call.funcname[-1].string.sval == "current_setting" and (setting := _setting(call)):
            yield f"the setting {setting}"
    today = any(isinstance(node, pg.SQLValueFunction) and node.op in _TODAY for node in nodes)
    if (names & _CLOCK or today) and names <= _CLOCK | {"make_date", "make_timestamptz", "to_timestamp"}:
        yield "the clock"


def _setting(call: Any) -> str:
    """The name of a setting of the server's."""
    name = str(call.args[0].a_const.sval.sval).lower() if call.args else ""
    return "" if "." in name or name in _SAME_FOR_ALL else name
