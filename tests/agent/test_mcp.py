"""The tools as another agent's client calls them: the official package's, over standard input and output."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from tests.agent.messages_api import MessagesApi, use
from tests.agent.scripted import BAD, GOOD
from tools.report import Report

AGENT = [sys.executable, "-c", "from agent.cli import main; main()", "mcp", "--project"]
ROOT = Path(__file__).parents[2]
NEWEST = "20261005101500_detail_child_audit.sql"
BROKEN = "create table public.quests (id uuid primary key);\n"
NOTES = """-- Migration: Add lesson notes
-- Created: 2026-11-22
-- Purpose: Give lessons a remark for the family.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists remark text;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- alter table public.lessons drop column if exists remark;
"""
DEADLY = (
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' and pid <> pg_backend_pid();"
)
QUESTION = "Which levels shall there be?"
ENDLESS = "do $$ begin loop perform 1; end loop; end $$;"
HOSTILE = """
alter role authenticated bypassrls;
do $$ begin execute 'alter role anon set statement_timeout = 1'; exception when others then null; end $$;
set role postgres;
commit;
drop table public.lessons cascade;
create table public.left_over (id int);
"""


@asynccontextmanager
async def client(project: Path, mode: str = "auto", **environ: str) -> AsyncIterator[Client]:
    """Connected to the command, with no model but the one that `environ` names."""
    settings = {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **environ}
    settings |= {name: os.environ[name] for name in ("XDG_CACHE_HOME", "TMPDIR") if name in os.environ}
    server = StdioServerParameters(command=AGENT[0], args=[*AGENT[1:], str(project)], env=settings)
    async with Client(server, mode=mode) as connected:
        yield connected


def running(test: Callable[..., Coroutine[Any, Any, None]], *args: object) -> None:
    async def bounded() -> None:
        with anyio.fail_after(60):
            await test(*args)

    anyio.run(bounded)


def text(result: CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, TextContent)
    assert "Traceback" not in block.text
    return block.text


def refused(result: CallToolResult) -> str:
    assert result.is_error
    assert "\n" not in text(result)
    return text(result)


def files(project: Path) -> dict[str, bytes]:
    """What is in it, but for the runs that were kept."""
    found = (p for p in project.rglob("*") if p.is_file() and ".migration-agent" not in p.parts)
    return {str(p.relative_to(project)): p.read_bytes() for p in found}


def test_tools_are_listed_for_a_model_that_must_choose_with_or_without_a_project(tmp_path: Path) -> None:
    async def listed() -> None:
        async with client(tmp_path, "legacy") as connected:  # as most clients still speak
            assert "check_migration" in (connected.instructions or "")
            tools = {tool.name: tool for tool in (await connected.list_tools()).tools}
            assert [*tools] == ["check_migration", "describe_schema", "draft_migration", "explain_rule"]
            hints = {name: tool.annotations for name, tool in tools.items()}
            assert [name for name, hint in hints.items() if hint and not hint.read_only_hint] == ["draft_migration"]
            assert not any(hint is None or hint.destructive_hint for hint in hints.values())
            for tool in tools.values():
                assert len(tool.description or "") > 100
                assert (tool.input_schema["type"], tool.input_schema["additionalProperties"]) == ("object", False)
            assert len(json.dumps([tool.input_schema for tool in tools.values()])) < 3_000
            assert "rls/leak-read" in text(await connected.call_tool("explain_rule", {"rule": "rls"}))
            for name, given in (("check_migration", {"files": [{"sql": NOTES}]}), ("describe_schema", {})):
                assert refused(await connected.call_tool(name, given)).startswith("No supabase/ folder in ")

    running(listed)


def test_a_session_on_a_project(sample: Path) -> None:
    async def session() -> None:
        before = files(sample)
        async with client(sample) as connected:
            steps: list[str] = []

            async def hear(_: float, __: float | None, message: str | None) -> None:
                steps.append(message or "")

            async def check(*given: dict[str, str]) -> CallToolResult:
                return await connected.call_tool("check_migration", {"files": [*given]}, progress_callback=hear)

            bad = await check({"sql": BROKEN})
            report = Report.model_validate(bad.structured_content)
            assert (bad.is_error, report.verdict) == (False, "fail")
            assert {"rls/disabled", "idempotent/error"} <= {finding.rule for finding in report.findings()}
            assert re.match(r"supabase/migrations/\d{14}_draft\.sql: FAIL, \d+ errors", text(bad))
            assert "error rls/disabled on public.quests" in text(bad)
            assert steps[0] == "starting the throwaway Postgres"

            steps.clear()
            hostile = await check({"sql": HOSTILE, "name": "20270101000000_hostile.sql"})
            assert Report.model_validate(hostile.structured_content).verdict == "fail"
            deadly = await check({"sql": DEADLY})
            assert deadly.is_error or deadly.structured_content["verdict"] == "fail"
            good = await check({"sql": NOTES, "name": "20270101000000_add_notes.sql"})
            assert text(good).startswith("supabase/migrations/20270101000000_add_notes.sql: PASS")
            assert good.structured_content["verdict"] == "pass"
            two = await check({"sql": NOTES}, {"sql": NOTES.replace("remark", "aside")})
            assert (two.structured_content["verdict"], len(two.structured_content["parts"])) == ("pass", 1)
            newest = await check({"path": f"supabase/migrations/{NEWEST}"})
            assert "PASS.\n" in text(newest)

            assert "table public.children" in text(await connected.call_tool("describe_schema", {}))
            asked = {"names": ["childre"], "search": "badge"}
            found = text(await connected.call_tool("describe_schema", asked))
            assert "There is no 'childre'. Near: public.children" in found
            assert "public.badges" in found
            assert "left_over" not in found

            why = await connected.call_tool("explain_rule", {"rule": "rls/leak-read"})
            assert [rule["rule"] for rule in why.structured_content["rules"]] == ["rls/leak-read"]
            assert "Example, bad:\n```sql\n" in text(why)
            unknown = refused(await connected.call_tool("explain_rule", {"rule": "rls/leek-read"}))
            assert unknown == "No rule is called 'rls/leek-read'. Did you mean rls/leak-read?"

            for given, words in (
                ({}, "check_migration does not fit: files: Field required."),
                ({"files": [{"sql": "x", "path": "y"}]}, "files.0: give either sql or path."),
                ({"files": [{"path": "nowhere.sql"}]}, "No migration 'nowhere.sql'."),
                ({"files": [{"path": str(ROOT / "tools/facts.sql")}]}, "facts.sql is outside the project;"),
                ({"files": [{"path": NEWEST}, {"sql": NOTES}]}, "check them one by one"),
            ):
                assert words in refused(await connected.call_tool("check_migration", given))
            assert files(sample) == before

            await draft_by_the_built_in_drafter(connected, sample)

            steps.clear()
            (sample / "supabase/migrations/20270101000000_add_notes.sql").write_text(NOTES)
            changed = await connected.call_tool("describe_schema", {"names": ["lessons"]}, progress_callback=hear)
            assert "remark text" in text(changed)
            assert "starting the throwaway Postgres" in steps
            (sample / "supabase/migrations/20270101000001_stop.sql").write_text("create tabel x();")
            stopped = refused(await check({"sql": NOTES}))
            assert stopped.startswith("The project's history stops at 20270101000001_stop.sql, line 1 ")
            (sample / "supabase/migrations/20270101000001_stop.sql").unlink()
            (sample / "migration-agent.toml").write_text("smal_rows = 1")
            assert "did you mean 'small_rows'?" in refused(await check({"sql": NOTES}))

    running(session)


async def draft_by_the_built_in_drafter(connected: Client, sample: Path) -> None:
    before = files(sample)
    request = "add a difficulty to lessons: easy, medium or hard, default medium"
    made = await connected.call_tool("draft_migration", {"request": request})
    assert "Nothing is written yet" in text(made)
    (file,) = made.structured_content["files"]
    assert file["sql"].rstrip() in text(made)
    assert files(sample) == before
    written = await connected.call_tool("draft_migration", {"request": request, "write": True})
    paths = written.structured_content["written"]
    assert [re.sub(r"\d{14}", "N", path) for path in paths] == [
        "supabase/migrations/N_add_difficulty_to_lessons.sql",
        "docs/DATABASE_SCHEMA.md",
    ]
    assert (sample / paths[0]).read_text() == written.structured_content["files"][0]["sql"]
    assert files(sample).keys() - before.keys() == {paths[0]}
    again = await connected.call_tool("draft_migration", {"request": "make me a sandwich"})
    assert again.is_error
    assert text(again).startswith("Nothing was made: the drafter does not do this request.")


def test_a_cancelled_call_does_not_hold_up_the_next(sample: Path) -> None:
    async def cancelled() -> None:
        async with client(sample) as connected:
            began = time.monotonic()
            with anyio.move_on_after(1.5):
                await connected.call_tool("check_migration", {"files": [{"sql": ENDLESS}]})
            answers: list[CallToolResult] = []

            async def check() -> None:
                answers.append(await connected.call_tool("check_migration", {"files": [{"sql": NOTES}]}))

            async with anyio.create_task_group() as group:  # the second waits for the first
                group.start_soon(check)
                group.start_soon(check)
            assert [answer.structured_content["verdict"] for answer in answers] == ["pass", "pass"]
            assert time.monotonic() - began < 15

    running(cancelled)


def test_drafts_by_a_model_that_does_not_get_there_and_one_that_must_ask(sample: Path) -> None:
    with (sample / "migration-agent.toml").open("a") as config:
        config.write("\n[limits]\ndrafts = 2\n")
    before = files(sample)

    async def drafted(api: MessagesApi) -> None:
        async with client(sample, ANTHROPIC_API_KEY="test", ANTHROPIC_BASE_URL=api.url) as connected:
            made = await connected.call_tool("draft_migration", {"request": "add a difficulty", "write": True})
            assert made.structured_content["outcome"] == "stopped"
            assert text(made).startswith(
                "Nothing was made: a limit ended the run before a draft passed. The limit of 2"
            )
            assert "error idempotent/error" in text(made)
            assert made.structured_content["written"] == []
            assert files(sample) == before

            first = await connected.call_tool("draft_migration", {"request": "add a difficulty"})
            assert (first.is_error, first.structured_content["outcome"]) == (False, "asked")
            run = re.search(r"Call draft_migration with run '(\S+)'", text(first))
            assert run
            assert QUESTION in text(first)
            answer = {"request": "Easy, medium or hard.", "run": run[1]}
            made = await connected.call_tool("draft_migration", answer)
            assert made.structured_content["outcome"] == "ready"
            again = refused(await connected.call_tool("draft_migration", answer))
            assert again == f"Run {run[1]} waits for no answer; leave run out to begin a new one."

    bad, good = (use("check_draft", {"files": [draft]}) for draft in (BAD, GOOD))
    with MessagesApi([bad, bad, use("ask", {"question": QUESTION, "reason": "ambiguous"}), good]) as api:
        running(drafted, api)
        assert "Easy, medium or hard." in json.dumps(api.requests[-1]["messages"])


def test_nothing_but_protocol_is_said_and_nothing_is_left_behind(sample: Path) -> None:
    """By hand, as a client that is killed: its end of the pipe closes in the middle of a call."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    server = subprocess.Popen([*AGENT, str(sample)], stdin=pipe, stdout=pipe, stderr=pipe, env=environ, text=True)
    assert server.stdin
    assert server.stdout
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    check = {"name": "check_migration", "arguments": {"files": [{"sql": NOTES}]}}
    endless = {"name": "check_migration", "arguments": {"files": [{"sql": ENDLESS}]}}
    for message in (
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": check},
        {"id": 3, "method": "tools/call", "params": endless},
    ):
        print(json.dumps({"jsonrpc": "2.0", **message}), file=server.stdin, flush=True)
    answers = [json.loads(server.stdout.readline()) for _ in range(2)]
    assert [answer["id"] for answer in answers] == [1, 2]
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server.pid)], capture_output=True, text=True, check=True)
    children = [int(pid) for pid in listed.stdout.split()]
    assert children
    time.sleep(0.5)
    server.stdin.close()
    assert server.wait(10) == 0
    rest = [json.loads(line) for line in server.stdout]
    assert all(answer["jsonrpc"] == "2.0" for answer in rest)
    deadline = time.monotonic() + 5
    while any(map(alive, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, children))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_other_commands_do_not_pay_for_it() -> None:
    code = "import sys, agent.cli, agent.cli_check, agent.cli_new; print('mcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "False\n"
