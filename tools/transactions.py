"""What a statement needs of the transaction around it, told by its parse tree: none, one of its own, or a client."""

import re
from collections.abc import Sequence
from typing import Any

from postgast import pg_query_pb2

from tools.sql import Script, Statement

_ABOVE_DATABASES = {
    "CreatedbStmt",
    "DropdbStmt",
    "AlterDatabaseRefreshCollStmt",
    "CreateTableSpaceStmt",
    "DropTableSpaceStmt",
}
_WRAPPING = {pg_query_pb2.TRANS_STMT_BEGIN, pg_query_pb2.TRANS_STMT_START, pg_query_pb2.TRANS_STMT_COMMIT}


def needs_own_transactions(script: Script) -> bool:
    """Whether a rolled-back transaction cannot show what the file does: it takes a clone then.

    Raises SqlError where the text does not parse.
    """
    if re.search(r"\badd\s+value\b", script.text, re.IGNORECASE):
        return True  # a new enum label cannot be used before its transaction ends
    return any(runs_alone(s) or s.kind in ("TransactionStmt", "CallStmt") for s in unwrapped(script.statements))


def runs_alone(statement: Statement) -> bool:
    """Postgres refuses it inside a transaction block."""
    node: Any = statement.node
    match statement.kind:
        case "IndexStmt":
            return bool(node.concurrent)
        case "DropStmt":
            return bool(node.concurrent)
        case "ReindexStmt":
            return any(p.def_elem.defname == "concurrently" for p in node.params)
        case "AlterTableStmt":
            return any(
                c.alter_table_cmd.subtype == pg_query_pb2.AT_DetachPartition
                and "concurrently" in statement.text.lower()
                for c in node.cmds
            )
        case "VacuumStmt":
            return bool(node.is_vacuumcmd)
        case "AlterSystemStmt":
            return True
        case _:
            return False


def unwrapped(statements: Sequence[Statement]) -> Sequence[Statement]:
    """Without a BEGIN that opens and a COMMIT that closes the whole file: they change nothing."""
    if len(statements) >= 2 and _wraps(statements[0]) and _wraps(statements[-1]):
        inner = statements[1:-1]
        if not any(s.kind == "TransactionStmt" for s in inner):
            return inner
    return statements


def unthinkable(statement: Statement) -> str:
    """Why a statement cannot be part of any migration, if it cannot."""
    if statement.kind in _ABOVE_DATABASES:
        return "a migration changes its own database; it cannot make or drop databases and tablespaces"
    if statement.kind == "CopyStmt" and not statement.node.filename:
        return "COPY FROM STDIN and TO STDOUT need a client that sends or takes the data; a migration has none"
    return ""


def returns_rows(statement: Statement) -> bool:
    match statement.kind:
        case "SelectStmt":
            return not statement.node.HasField("into_clause")
        case "InsertStmt" | "UpdateStmt" | "DeleteStmt" | "MergeStmt":
            return bool(statement.node.HasField("returning_clause"))
        case _:
            return False


def _wraps(statement: Statement) -> bool:
    return statement.kind == "TransactionStmt" and statement.node.kind in _WRAPPING
