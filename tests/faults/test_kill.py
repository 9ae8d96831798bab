"""kill -9, of the tool and of Postgres, wherever they are: nothing is left or half written, and the next run works."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.agent.command import start
from tests.faults.conftest import HEAD, Run
from tests.faults.machine import backends, folder_of, postmaster
from tools.migration import Migration
from tools.postgres.cache import VARIABLE
from tools.project import Project
from tools.report import Report
from tools.workbench import Workbench

STAGES = ("starting the throwaway", "replaying 1/", "loading the seed", "checking ")
WISH = "add a difficulty to notes: easy, medium or hard, default medium"


def until(process: "subprocess.Popen[str]", word: str) -> None:
    """Reads what it says, up to a line with that word."""
    assert process.stderr is not None
    while word not in (line := process.stderr.readline()):
        assert line, f"it ended before {word!r}"


def unknown(project: Path, number: int = 0) -> None:
    """Makes it one that nobody has replayed."""
    first = min((project / "supabase" / "migrations").iterdir())
    first.write_text(f"{first.read_text()}-- {project} {number}\n")


def eventually(holds: Callable[[], object], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def left(stage: str, folder: Path) -> str:
    """What there is still of a server that should be gone, and who has to do with it."""
    listing = f"ls -lan '{folder}' '{folder}/data'; tail -n 5 '{folder}/log'; ps -eo pid,ppid,user,stat,args"
    said = subprocess.run(["sh", "-c", listing], capture_output=True, text=True, check=False).stdout
    return f"killed at {stage!r}:\n{said}"


@pytest.mark.parametrize("fresh", [True, False], ids=["the first run ever", "later"])
def test_the_tool_at_every_stage(project: Path, run: Run, tmp_path: Path, fresh: bool) -> None:
    cache = {VARIABLE: str(tmp_path / "cache")} if fresh else {}
    for number, stage in enumerate(STAGES[:1] if fresh else STAGES):
        unknown(project, number)
        process = start("check", "--project", str(project), **cache)
        until(process, stage)
        time.sleep(0.3 if fresh else 0.05)  # in the middle of it
        folder = folder_of(process.pid)
        process.kill()
        process.communicate()
        assert folder is None or eventually(lambda gone=folder: not gone.exists()), left(stage, folder)
    assert run(**cache).replayed
    entries = (tmp_path / "cache").glob("[!.]*")
    assert {entry.name.partition("-")[0] for entry in entries} <= {"baseline", "binaries", "history"}


def test_the_tool_while_it_waits_to_write(project: Path, run: Run) -> None:
    """Another run holds the project; the killed one leaves no file, keeps what was drafted, and holds nothing."""
    migrations = project / "supabase" / "migrations"
    before = sorted(migrations.iterdir())
    with Project.find(project).lock():
        process = start("new", "--model", "builtin", "--project", str(project), WISH)
        runs = project / ".migration-agent" / "runs"
        assert eventually(lambda: any('"verdict"' in log.read_text() for log in runs.glob("*.jsonl")))
        time.sleep(0.2)
        assert process.poll() is None
        process.kill()
        process.communicate()
    assert sorted(migrations.iterdir()) == before
    done = run("resume", "last", "--quiet")
    assert done.code == 0, done.said
    assert "difficulty" in "".join(new.read_text() for new in set(migrations.iterdir()) - set(before))


@pytest.mark.parametrize("stage", ["replaying 1/", "checking "])
def test_postgres(project: Path, run: Run, stage: str) -> None:
    unknown(project)
    process = start("check", "--project", str(project))
    until(process, stage)
    assert eventually(lambda: (folder := folder_of(process.pid)) and backends(folder))
    folder = folder_of(process.pid)
    assert folder is not None
    os.kill(postmaster(folder), signal.SIGKILL)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert said.splitlines()[-1].startswith("error: The throwaway Postgres"), said
    assert eventually(lambda: not folder.exists())
    assert run().replayed


def told(report: Report) -> list[object]:
    return [(check.id, check.status, [(f.rule, f.object) for f in check.findings]) for check in report.checks]


def test_the_servers_processes(project: Path) -> None:
    """A verdict on its way comes nevertheless, and says what ended where that is the draft's own run."""

    def draft(sql: str) -> Migration:
        return Migration("20270101000000_draft.sql", f"{HEAD}{sql}\n-- Rollback\n-- select 1;\n")

    fine = draft("alter table public.notes add column if not exists note text;")
    slow = draft("alter table public.notes add column if not exists note text; select pg_sleep(0.2);")
    with Workbench.open(Project.find(project)) as bench:
        expected = told(bench.judge([fine]))

        def kill(seconds: float) -> None:
            time.sleep(seconds)
            for pid in backends(bench.server.folder):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

        for seconds in (0.02, 0.1, 0.3):
            killer = threading.Thread(target=kill, args=[seconds])
            killer.start()
            report = bench.judge([slow])
            killer.join()
            assert json.loads(report.model_dump_json())["checks"]
            assert told(bench.judge([fine])) == expected
