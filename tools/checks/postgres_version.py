"""The migration runs on the Postgres that production has, not only on the newer one it was tried on.

The throwaway server may be newer than the project's. What it accepts is compared with a table of what came with
which major version; the project's is `[db] major_version` in supabase/config.toml. Statements, DO blocks and the
bodies of functions are read.

## postgres-version/newer
The migration uses syntax, a built-in function or a setting that the project's Postgres does not know yet.

Why: it passes here and fails in production with a syntax error or "function does not exist"; inside a function's
body even that comes only when somebody calls it.

How to fix: write it the older way, or upgrade the project first and then raise major_version.

| newer | instead |
|---|---|
| `uuidv7()` (18) | `gen_random_uuid()` |
| `generated always as (...) virtual` (18) | `generated always as (...) stored`, or a view |
| `returning old.x, new.x` (18) | an UPDATE that selects the old row in a WITH first |
| `not enforced` (18) | `not valid`, or a trigger |
| `merge ... returning` (17) | `insert ... on conflict ... returning` |
| `any_value(x)` (16) | `min(x)` |

A function of the project's own with the same name, called by its schema, is not meant.

To allow it, where the code asks for the version before it uses the feature:

    -- allow: postgres-version/newer: the block runs on Postgres 18 and later only
"""

from collections.abc import Iterator
from typing import Any

from tools.checks._statements import bodies
from tools.checks._versions import newer, newer_calls
from tools.checks.base import Outcome, Rule, finding
from tools.observe import Observed
from tools.render.plain import counted
from tools.report import Finding
from tools.sql import Statement, below

ID = "postgres-version"
PREFIX = "postgres-version"
TITLE = "Nothing newer than the project's Postgres"
RULES = (Rule("newer"),)

_INSTEAD = {
    "uuidv7": "Write gen_random_uuid().",
    "uuidv4": "Write gen_random_uuid().",
    "any_value": "Write min(), which picks one as well.",
    "virtual generated columns": "Write `generated always as (...) stored`, or compute it in a view.",
    "NOT ENFORCED": "Write NOT VALID, or leave the constraint out.",
    "MERGE ... RETURNING": "Write `insert ... on conflict ... do update ... returning`.",
    "RETURNING old and new": "Select the old row in a WITH query first.",
}


def check(seen: Observed) -> Outcome:
    if seen.migration.syntax_error:
        return Outcome([], "the file does not parse", "not-checked")
    target = seen.project.major_version
    found = [finding for statement in seen.migration.statements for finding in _statement(seen, statement, target)]
    count = len(seen.migration.statements)
    return Outcome(
        found, f"compared with what Postgres {target} knows: {counted(count, 'statement')} and what is in them"
    )


def _statement(seen: Observed, statement: Statement, target: int) -> Iterator[Finding]:
    said: set[str] = set()
    for tree in (None, *bodies(statement)):
        found = [
            (version, what) for version, what, _ in newer(_nodes(statement, tree), target, inside=tree is not None)
        ]
        for version, name, node in newer_calls(_nodes(statement, tree), target):
            if len(node.funcname) > 1 or not _is_own(seen, name):
                found.append((version, name))
        for version, what in found:
            if what not in said:
                said.add(what)
                yield _finding(statement, version, what, target)


def _nodes(statement: Statement, tree: Any) -> Iterator[Any]:
    """Of a tree inside the statement, or of itself."""
    return statement.walk() if tree is None else below(tree)


def _finding(statement: Statement, version: int, what: str, target: int) -> Finding:
    named = f"The function {what}()" if what.islower() and " " not in what else what[0].upper() + what[1:]
    return finding(
        "postgres-version/newer",
        f"{named} came with Postgres {version}; the project runs {target}.",
        hint=_INSTEAD.get(what, f"Write it without, or raise [db] major_version once the project runs {version}."),
        line=statement.line,
        column=statement.column,
    )


def _is_own(seen: Observed, name: str) -> bool:
    """The project has a function of this name, which an unqualified call may mean."""
    with seen.live.savepoint() as conn:
        row = conn.execute(
            """
            select exists (
                select from pg_catalog.pg_proc where proname = %s and pronamespace <> 'pg_catalog'::regnamespace
            )
            """,
            [name],
        ).fetchone()
    return row == (True,)
