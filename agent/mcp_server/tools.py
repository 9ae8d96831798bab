"""The four tools: what each is for, in words for a model that must choose, and who does it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agent.mcp_server.desk import Answer, Call
from agent.mcp_server.inputs import CheckMigration, DescribeSchema, DraftMigration, ExplainRule
from agent.mcp_server.outputs import Drafted, Rules
from tools.project import Project
from tools.report import Report

INSTRUCTIONS = (
    "Every migration of this Supabase project passes check_migration before it is written to supabase/migrations. "
    "Look at describe_schema, write the SQL, check it, repair all that the report names, check again, and write the "
    "file once it passes. draft_migration does the whole of that from a request. Everything runs on a throwaway "
    "Postgres; no real database is touched."
)


@dataclass(frozen=True)
class Tool:
    """One tool; `work` may block, and raises what a user can cause as ProjectError and its like."""

    name: str
    title: str
    description: str
    input: type[BaseModel]
    work: Callable[[Path, Any, Call], Answer]
    output: type[BaseModel] | None = None
    """Of the answer's data."""
    read_only: bool = True
    open_world: bool = False
    """It may reach a network: the model's."""


def _check(folder: Path, wanted: CheckMigration, call: Call) -> Answer:
    from agent.mcp_server.check import check_migration

    return check_migration(folder, wanted, call)


def _draft(folder: Path, wanted: DraftMigration, call: Call) -> Answer:
    from agent.mcp_server.draft import draft_migration

    return draft_migration(folder, wanted, call)


def _describe(folder: Path, wanted: DescribeSchema, call: Call) -> Answer:
    from agent.digest import digest
    from agent.prompt import marked
    from agent.tools import Toolbox

    bench = call.bench(Project.find(folder))
    call.step("reading the schema")
    box = Toolbox(bench, created="")
    parts = []
    if wanted.names:
        parts.append(box.call("describe", {"names": wanted.names}).text)
    if wanted.search:
        parts.append(box.call("find", {"query": wanted.search}).text)
    return Answer("\n\n".join(parts) or marked("database", digest(bench.catalog, bench.project.config, "")))


def _explain(_: Path, wanted: ExplainRule, __: Call) -> Answer:
    from agent.cli_rules import documented
    from tools import checks

    rules = documented(wanted.rule)
    text = [checks.explain(wanted.rule)]
    if len(rules) == 1:
        text += [
            f"Example, {kind}:\n```sql\n{rules[0][kind].strip()}\n```" for kind in ("bad", "good") if kind in rules[0]
        ]
    return Answer("\n\n".join(text), {"rules": rules})


TOOLS = (
    Tool(
        "check_migration",
        "Check a migration",
        "Judge a migration before it is written, or after: it is run, run again, rolled back and run once more on a "
        "throwaway Postgres that replayed this project's history, row level security is attacked as other users on "
        "generated rows, and locks, lost data, missing indexes and the rest of the checklist are looked for. Call it "
        "with the whole text of every new or changed migration; it writes nothing. Returns PASS or FAIL, and for each "
        "finding what was observed, where, and what to do. Takes seconds.",
        CheckMigration,
        _check,
        Report,
    ),
    Tool(
        "describe_schema",
        "Describe the schema",
        "What the database looks like after all migrations of this project: tables with columns, constraints, indexes, "
        "policies, triggers, grants and comments; views, functions with their source, types. Without arguments an "
        "overview; with names those objects in full; with search what has these words in a name, column or comment. "
        "Use it before writing SQL, rather than reading old migrations.",
        DescribeSchema,
        _describe,
    ),
    Tool(
        "draft_migration",
        "Draft a migration",
        "Have a migration drafted from a request in plain English, checked and repaired until the whole checklist "
        "passes. Returns the files and the report, or why none was made. With write it also writes them, and the "
        "schema document; it never overwrites a migration. Calls a language model where this server has a key, which "
        "costs money and minutes; else a built-in drafter that knows plain requests for one change. If you can write "
        "the SQL yourself, do, and use check_migration.",
        DraftMigration,
        _draft,
        Drafted,
        read_only=False,
        open_world=True,
    ),
    Tool(
        "explain_rule",
        "Explain a rule",
        "What a rule that a report names means, why it matters, how to fix it, whether and how it may be allowed, with "
        "a bad and a good example.",
        ExplainRule,
        _explain,
        Rules,
    ),
)
