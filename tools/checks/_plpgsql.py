"""The SQL inside plpgsql functions, planned by Postgres without being run.

Postgres looks at the statements of a plpgsql body only when they run. Here each of them is put behind EXPLAIN into a
temporary function with the same name, arguments and variables; what that function reports is what the real one will
run into. SQL that is built at run time (EXECUTE) stays unseen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import postgast
import psycopg

from tools.checks._statements import identifier
from tools.postgres.session import Session

CERTAIN = {
    "42P01": "undefined_table",
    "42703": "undefined_column",
    "42883": "undefined_function",
    "42704": "undefined_object",
    "42702": "ambiguous_column",
}
"""Errors that do not depend on rows or values: SQLSTATE and the name of its condition."""

ENDS_TRANSACTION = "2D000"
"""COMMIT and ROLLBACK run in procedures and DO blocks, never in functions."""

_PLANNABLE = ("select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt")
_TRIGGER_VARIABLES = {
    "tg_name": "name",
    "tg_when": "text",
    "tg_level": "text",
    "tg_op": "text",
    "tg_relid": "oid",
    "tg_relname": "name",
    "tg_table_name": "name",
    "tg_table_schema": "name",
    "tg_nargs": "integer",
    "tg_argv": "text[]",
}
_TARGET = re.compile(r'^\s*(?P<variable>"(?:[^"]|"")*"|\w+)(?P<field>\s*\.\s*\w+)?(?:\s*\[[^\]]*\])*\s*:?=(?!=)\s*')
_TABLE_NAME = re.compile(r"\btg_(table_name|relname|relid)\b", re.IGNORECASE)
_OF_ITS_TABLE = re.compile(r'record "(new|old)" has no field')
_HANDLED = ("undefined_", "ambiguous_", "syntax_error_or_access")
_DEFINITION = """
select l.lanname, p.prosrc, pg_get_functiondef(p.oid), p.prorettype::regtype::text, p.proname::text,
       coalesce(p.proargnames, '{}'), coalesce(p.proallargtypes, p.proargtypes::oid[])::regtype[]::text[],
       coalesce(p.proargmodes::text[], '{}'),
       array(select distinct t.tgrelid::regclass::text from pg_catalog.pg_trigger t where t.tgfoid = p.oid order by 1),
       array(select distinct n::text from pg_catalog.pg_trigger t, unnest(array[t.tgnewtable, t.tgoldtable]) n
             where t.tgfoid = p.oid and n is not null)
from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
where p.oid = to_regprocedure(%s)
"""


@dataclass(frozen=True)
class Problem:
    sqlstate: str
    message: str
    line: int
    """In the body; its first line, where the quote opens, is 1."""


@dataclass(frozen=True)
class Routine:
    """A function as the catalog has it."""

    language: str
    body: str
    definition: str
    returns: str
    name: str
    arguments: tuple[tuple[str, str, str], ...]
    """(name, type, mode) of each, modes as in pg_proc: i, o, b, v, t."""
    tables: tuple[str, ...]
    """Whose triggers call it."""
    transitions: tuple[str, ...] = ()
    """What those triggers call their transition tables (REFERENCING NEW TABLE AS ...)."""

    @property
    def is_procedure(self) -> bool:
        return self.definition.startswith("CREATE OR REPLACE PROCEDURE")

    @property
    def is_trigger(self) -> bool:
        return self.returns == "trigger"

    @classmethod
    def read(cls, session: Session, signature: str) -> "Routine | None":
        """None for what is not there or has no source."""
        with session.savepoint() as conn:
            conn.execute("set local search_path = ''")
            row: Any = conn.execute(_DEFINITION, [signature]).fetchone()
        if row is None:
            return None
        language, body, definition, returns, name, names, types, modes, tables, transitions = row
        count = len(types)
        arguments = zip(names or [""] * count, types, modes or ["i"] * count, strict=True)
        given = tuple(arguments)
        return cls(language, body or "", definition, returns, name, given, tuple(tables), tuple(transitions))


@dataclass
class _Found:
    """What the body holds."""

    variables: dict[str, str] = field(default_factory=dict)
    queries: list[tuple[str, int]] = field(default_factory=list)
    """(SQL, line)"""
    of_a_table: set[int] = field(default_factory=set)
    """Lines that only run for some of the tables (IF tg_table_name = ...)."""
    fields: list[tuple[str, str, int]] = field(default_factory=list)
    """(variable, field, line) of assignments to NEW and OLD."""
    endings: list[int] = field(default_factory=list)
    """Lines of COMMIT and ROLLBACK."""
    label: str = ""
    clear: bool = True
    """False where two variables share a name, or tables are made on the way."""


def problems(session: Session, routine: Routine) -> list[Problem] | None:
    """What is certain to fail when the function gets there; None where it could not be looked at."""
    if routine.language == "sql":
        return _recreated(session, routine)
    if routine.language != "plpgsql" or any("any" in kind for _, kind, _ in routine.arguments):
        return None
    found = _read(routine)
    if found is None:
        return None
    ending = [
        Problem(ENDS_TRANSACTION, "it ends the transaction", n) for n in found.endings if not routine.is_procedure
    ]
    if not found.clear or (routine.is_trigger and not routine.tables):
        return ending or None
    tables: Sequence[str] = routine.tables if routine.is_trigger else ("",)
    reports = [_probe(session, routine, found, table) for table in tables]
    return ending + [p for p in reports[0] if all(any(o.line == p.line for o in other) for other in reports[1:])]


def _recreated(session: Session, routine: Routine) -> list[Problem]:
    """Postgres checks a function in SQL when it is made, so it is made again."""
    try:
        with session.savepoint() as conn:
            conn.execute("set local check_function_bodies = on")
            conn.execute(routine.definition.encode())
    except psycopg.Error as error:
        if not session.alive:
            raise
        if error.sqlstate in CERTAIN:
            return [Problem(error.sqlstate, str(error.diag.message_primary), 1)]
    return []


def _read(routine: Routine) -> _Found | None:
    """Variables and statements of a plpgsql body; None where libpg_query cannot parse it."""
    body = re.sub(r'[\w."]+%rowtype\b', "record", routine.body, flags=re.IGNORECASE)
    tag = "$_probe_$"
    if routine.is_trigger:
        given = ", ".join(["new record", "old record", *(f"{n} {kind}" for n, kind in _TRIGGER_VARIABLES.items())])
        source = f"create function f({given}) returns record language plpgsql as {tag}{body}{tag}"
    else:
        source = routine.definition.replace(routine.body, body)
    try:
        function = postgast.parse_plpgsql(source)[0]["PLpgSQL_function"]
    except (postgast.PgQueryError, ValueError, IndexError):
        return None
    found = _Found()
    given_names = {name for name, _, _ in routine.arguments}
    for datum in function.get("datums", []):
        _declare(found, datum, routine.body, given_names)
    _walk(found, function.get("action", {}), 1, handled=False)
    if re.search(
        r"\bcreate\s+(?:\w+\s+){0,2}table\b|to_reg\w+|information_schema|pg_tables|pg_extension", body, re.IGNORECASE
    ):
        found.clear = False
    return found


def _declare(found: _Found, datum: dict[str, Any], body: str, given: set[str]) -> None:
    for kind, facts in datum.items():
        name = facts.get("refname", "")
        if kind not in ("PLpgSQL_var", "PLpgSQL_rec") or name in given or name in _TRIGGER_VARIABLES:
            continue
        if name in ("found", "new", "old", "(unnamed row)"):
            continue
        if kind == "PLpgSQL_var":
            declared = facts["datatype"]["PLpgSQL_type"]["typname"]
        else:
            match = re.search(rf'\b{re.escape(name)}\s+(?:constant\s+)?([\w."]+(?:%rowtype)?)', body, re.IGNORECASE)
            declared = match[1] if match and match[1].lower() not in ("in", "record") else "record"
        if found.variables.setdefault(name, declared) != declared:
            found.clear = False


def _walk(found: _Found, node: Any, line: int, *, handled: bool) -> None:
    """Collects statements and expressions; what a handler for missing objects guards is left out."""
    if isinstance(node, list):
        for item in node:
            _walk(found, item, line, handled=handled)
        return
    if not isinstance(node, dict):
        return
    line = node.get("lineno", line)
    if label := node.get("label"):
        found.label = found.label or label
    conditions = re.findall(r"'condname': '(\w+)'", str(node.get("exceptions", "")))
    handled = handled or any(condition.startswith(_HANDLED) for condition in conditions)
    for key, value in node.items():
        if key in ("PLpgSQL_stmt_commit", "PLpgSQL_stmt_rollback"):
            found.endings.append(value.get("lineno", line))
        if key == "PLpgSQL_expr" and not handled:
            _expression(found, value, line)
        else:
            _walk(found, value, line, handled=handled)
        if key in ("PLpgSQL_stmt_if", "PLpgSQL_stmt_case") and _TABLE_NAME.search(str(_conditions(value))):
            found.of_a_table.update(int(n) for n in re.findall(r"'lineno': (\d+)", str(value)))


def _conditions(branches: dict[str, Any]) -> list[Any]:
    """What an IF or CASE decides by."""
    elsifs = [item.get("PLpgSQL_if_elsif", {}).get("cond") for item in branches.get("elsif_list", [])]
    return [branches.get("cond"), branches.get("t_expr"), *elsifs]


def _expression(found: _Found, expression: dict[str, Any], line: int) -> None:
    text, mode = expression["query"], expression.get("parseMode", 0)
    if mode >= 3 and (match := _TARGET.match(text)):
        if match["field"] and match["variable"].lower() in ("new", "old"):
            found.fields.append((match["variable"].lower(), match["field"].strip(" .\n\t"), line))
        text = text[match.end() :]
    if mode:
        text = f"select {text}"
    try:
        statements = postgast.parse(text).stmts
    except postgast.PgQueryError:
        return
    if len(statements) == 1 and statements[0].stmt.WhichOneof("node") in _PLANNABLE:
        found.queries.append((text, line))


def _probe(session: Session, routine: Routine, found: _Found, table: str) -> list[Problem]:
    """Runs the temporary function; a trigger's as for one table."""
    try:
        with session.savepoint() as conn:
            conn.execute("set local check_function_bodies = off")
            for name in routine.transitions:
                conn.execute(f"create temporary table {identifier(name)} (like {table})".encode())
            conn.execute(_function(routine, found, table).encode())
            given = [kind for _, kind, mode in routine.arguments if mode in "ibv"]
            call = f"select * from pg_temp.{identifier(routine.name)}({', '.join(f'null::{kind}' for kind in given)})"
            rows = [str(text) for (text,) in conn.execute(call.encode()).fetchall()]
    except psycopg.Error:
        if not session.alive:
            raise
        rows = []
    reported = [text.split("|", 2) for text in rows]
    problems = [Problem(state, message, found.queries[int(number)][1]) for number, state, message in reported]
    problems += _unknown_fields(session, found, table)
    return [p for p in problems if not (p.line in found.of_a_table and _OF_ITS_TABLE.match(p.message))]


def _unknown_fields(session: Session, found: _Found, table: str) -> Iterator[Problem]:
    """NEW.column := ... for a column that the table does not have."""
    if not table:
        return
    with session.savepoint() as conn:
        rows = conn.execute(
            "select attname::text from pg_catalog.pg_attribute where attrelid = to_regclass(%s) and attnum > 0 "
            "and not attisdropped",
            [table],
        ).fetchall()
    columns = {str(name) for (name,) in rows}
    for variable, name, line in found.fields:
        if name.lower() not in columns and name not in columns:
            yield Problem("42703", f'record "{variable}" has no field "{name}"', line)


def _function(routine: Routine, found: _Found, table: str) -> str:
    header = routine.definition.partition("\nAS ")[0]
    settings = re.findall(r"^ SET .*$", header, re.MULTILINE)
    directive = re.search(r"^\s*#variable_conflict\s+\w+", routine.body, re.MULTILINE)
    given = [(n, kind) for n, kind, mode in routine.arguments if mode in "ibv"]
    out = {n: kind for n, kind, mode in routine.arguments if mode in "ot" and n}
    variables = dict(found.variables) | out
    if table:
        variables |= _TRIGGER_VARIABLES | {"new": table, "old": table}
    declared = "\n".join(f"  {identifier(name)} {kind};" for name, kind in variables.items())
    probes = "\n".join(_one(number, query) for number, (query, _) in enumerate(found.queries))
    arguments = ", ".join(f"{identifier(n)} {kind}" if n else kind for n, kind in given)
    tag = "$_probe_$"
    return "\n".join(
        [
            f"create function pg_temp.{identifier(routine.name)}({arguments}) returns setof text language plpgsql",
            *settings,
            f"as {tag}",
            directive[0] if directive else "",
            f"<<{found.label or '_probe_block'}>>",
            f"declare\n{declared}\n  _probe_plan record;",
            f"begin\n{probes}\nend {tag}",
        ]
    )


def _one(number: int, query: str) -> str:
    states = " or ".join(CERTAIN.values())
    return (
        f"begin for _probe_plan in explain {query}\nloop null; end loop;\n"
        f"exception when {states} then return next '{number}|' || sqlstate || '|' || sqlerrm;\n"
        "when others then null; end;"
    )
