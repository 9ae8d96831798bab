"""The form of a statement that may run twice: what `idempotent` and `applies` suggest."""

import re
from typing import Any

from postgast import pg_query_pb2

from tools.checks._statements import identifier
from tools.sql import Statement

_IF_NOT_EXISTS = {
    "CreateStmt": r"create\s+(?:(?:global\s+|local\s+)?(?:temporary|temp)\s+|unlogged\s+)?table",
    "IndexStmt": r"create\s+(?:unique\s+)?index(?:\s+concurrently)?",
    "CreateSchemaStmt": r"create\s+schema",
    "CreateExtensionStmt": r"create\s+extension",
    "CreateSeqStmt": r"create\s+(?:(?:temporary|temp|unlogged)\s+)?sequence",
    "CreateTableAsStmt": r"create\s+(?:(?:temporary|temp|unlogged)\s+)?(?:table|materialized\s+view)",
    "AlterEnumStmt": r"add\s+value",
}
_OR_REPLACE = {
    "CreateFunctionStmt": r"create(?=\s+(?:function|procedure))",
    "ViewStmt": r"create(?=\s+(?:recursive\s+)?view)",
    "CreateTrigStmt": r"create(?=\s+trigger)",
    "RuleStmt": r"create(?=\s+rule)",
}
_CATALOG = {
    "role": "select from pg_catalog.pg_roles where rolname = {name}",
    "type": "select from pg_catalog.pg_type where oid = to_regtype({name})",
    "publication": "select from pg_catalog.pg_publication where pubname = {name}",
    "event trigger": "select from pg_catalog.pg_event_trigger where evtname = {name}",
    "constraint": "select from pg_catalog.pg_constraint where conrelid = {table}::regclass and conname = {name}",
    "column": "select from pg_catalog.pg_attribute where attrelid = {table}::regclass and attname = {name} "
    "and not attisdropped",
    "member": "select from pg_catalog.pg_publication_tables where pubname = {name} "
    "and schemaname = {schema} and tablename = {table}",
}


def guarded(statement: Statement) -> str | None:
    """The statement so that a second run does no harm; None where it is guarded already or no form is known."""
    text, kind, node = statement.text, statement.kind, statement.node
    result: str | None = None
    if kind in _IF_NOT_EXISTS:
        named = kind != "IndexStmt" or node.idxname
        if named and not re.search(r"\bif\s+not\s+exists\b", text, re.IGNORECASE):
            result = _after(_IF_NOT_EXISTS[kind], " if not exists", text)
    elif kind in _OR_REPLACE and not getattr(node, "isconstraint", False):
        if not node.replace:
            result = _after(_OR_REPLACE[kind], " or replace", text)
    elif kind == "DropStmt":
        if not node.missing_ok:
            result = _after(
                r"drop\s+(?:access\s+method|event\s+trigger|foreign\s+(?:data\s+wrapper|table)|materialized\s+view"
                r"|text\s+search\s+\w+|operator\s+\w+|\w+)(?:\s+concurrently)?",
                " if exists",
                text,
            )
    elif kind in ("CreatePolicyStmt", "CreateTrigStmt"):
        name = node.policy_name if kind == "CreatePolicyStmt" else node.trigname
        table = node.table if kind == "CreatePolicyStmt" else node.relation
        what = "policy" if kind == "CreatePolicyStmt" else "trigger"
        result = f"drop {what} if exists {identifier(name)} on {range_name(table)};\n{text}"
    elif kind == "AlterTableStmt":
        result = _alter_table(statement)
    elif kind == "InsertStmt":
        if not node.HasField("on_conflict_clause") and "not exists" not in text.lower():
            result = _insert(text)
    else:
        condition = _missing(kind, node)
        result = in_block(condition, text) if condition else None
    return f"{result};" if result and not result.endswith(";") else result


def in_block(condition: str, text: str) -> str:
    """A DO block that runs the statement where the condition's query finds nothing."""
    body = "\n".join(f"    {line}" if line else line for line in text.splitlines())
    tag = "$$" if "$$" not in text else "$guard$"
    return f"do {tag}\nbegin\n  if not exists ({condition}) then\n{body};\n  end if;\nend;\n{tag}"


def range_name(relation: Any) -> str:
    """A RangeVar as it would be written."""
    parts = [part for part in (relation.schemaname, relation.relname) if part]
    return ".".join(identifier(part) for part in parts)


def _after(pattern: str, words: str, text: str) -> str | None:
    """Words put behind what the pattern finds, in capitals where that is."""
    match = re.search(pattern, text, re.IGNORECASE)
    if not match:
        return None
    return text[: match.end()] + (words.upper() if match[0].isupper() else words) + text[match.end() :]


def _insert(text: str) -> str:
    """ON CONFLICT DO NOTHING before a RETURNING clause, or at the end."""
    match = re.search(r"\s+returning\b[^;]*\Z", text, re.IGNORECASE)
    end = match.start() if match else len(text)
    return f"{text[:end]}\non conflict do nothing{text[end:]}"


def _alter_table(statement: Statement) -> str | None:
    """Each subcommand that is not guarded, in the form that is; the others as they stand."""
    node = statement.node
    commands = [c.alter_table_cmd for c in node.cmds]
    kinds = {c.subtype for c in commands}
    if kinds <= {pg_query_pb2.AT_AddColumn, pg_query_pb2.AT_DropColumn} and any(not c.missing_ok for c in commands):
        text = re.sub(
            r"\b(add)\s+(?:column\s+)?(?!column\b|constraint\b|if\b|check\b|primary\b|unique\b|foreign\b|exclude\b)",
            r"\1 column if not exists ",
            statement.text,
            flags=re.IGNORECASE,
        )
        return re.sub(
            r"\b(drop)\s+(?:column\s+)?(?!column\b|constraint\b|if\b|default\b|not\b|identity\b|expression\b)",
            r"\1 column if exists ",
            text,
            flags=re.IGNORECASE,
        )
    if pg_query_pb2.AT_DropConstraint in kinds and len(commands) == 1 and not commands[0].missing_ok:
        return _after(r"\bdrop\s+constraint", " if exists", statement.text)
    if pg_query_pb2.AT_AddConstraint in kinds and len(commands) == 1:
        name = getattr(commands[0], "def").constraint.conname
        if name:
            return in_block(_where("constraint", name, table=range_name(node.relation)), statement.text)
    return None


def _missing(kind: str, node: Any) -> str | None:
    """A query that finds the object which the statement would make."""
    if kind in ("CreateEnumStmt", "CompositeTypeStmt", "CreateDomainStmt", "CreateRangeStmt"):
        if kind == "CompositeTypeStmt":
            return _where("type", range_name(node.typevar))
        parts = node.domainname if kind == "CreateDomainStmt" else node.type_name
        return _where("type", ".".join(identifier(p.string.sval) for p in parts))
    if kind == "CreateRoleStmt":
        return _where("role", node.role)
    if kind == "CreatePublicationStmt":
        return _where("publication", node.pubname)
    if kind == "CreateEventTrigStmt":
        return _where("event trigger", node.trigname)
    if kind == "RenameStmt" and node.rename_type == pg_query_pb2.OBJECT_COLUMN:
        return _where("column", node.newname, table=range_name(node.relation))
    if kind == "AlterPublicationStmt" and node.action == pg_query_pb2.AP_AddObjects and len(node.pubobjects) == 1:
        table = node.pubobjects[0].publication_obj_spec.pubtable.relation
        return _where("member", node.pubname, table=table.relname, schema=table.schemaname or "public")
    return None


def _where(what: str, name: str, **more: str) -> str:
    literals = {key: "'" + value.replace("'", "''") + "'" for key, value in {"name": name, **more}.items()}
    return _CATALOG[what].format(**literals)
