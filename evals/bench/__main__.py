"""`make bench`: one JSON object a line; every ratio is of two medians measured in this run.

The Supabase CLI is taken from $SUPABASE_CLI or PATH; without it that line says so.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from evals.bench.generate import generate
from tools.migration import Migration
from tools.postgres.server import Server
from tools.project import Project
from tools.workbench import Workbench

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "projects" / "inner_odyssey"
FILE_NAME = "20261122081500_add_quests.sql"
QUESTS = HERE.parent / "cases" / "quests" / "golden.sql"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for measure in (full_verdict, verdict_at_size, shell_check, first_run):
            print(json.dumps(measure(Path(folder))), flush=True)


def full_verdict(folder: Path) -> dict[str, object]:
    """All checks on the quests migration, server warm, against a clone and psql -f of the same file, once."""
    with Workbench.open(Project.find(SAMPLE)) as bench:
        bench.server.copy_database(bench.database, "apart")  # who clones a database ends the connections to it
        judge = judging(bench, FILE_NAME, QUESTS.read_text())
        verdict, once = medians(15, judge, lambda: clone_and_psql(bench.server, "apart"))
    return line("full verdict / clone + psql -f", verdict, once, 3.0)


def verdict_at_size(folder: Path) -> dict[str, object]:
    """A verdict on a project of 2,000 tables in 1,000 migrations against one of 20 tables, both replayed already."""
    text = QUESTS.read_text().replace("public.children", "public.t1").replace("public.badges", "public.t2")
    text = text.replace("parent_id", "owner_id")
    medians = []
    replay = 0.0
    for tables, migrations in ((20, 10), (2000, 1000)):
        project = Project.find(generate(folder / f"of_{tables}", tables, migrations))
        started = time.perf_counter()
        with Workbench.open(project) as bench:
            replay = time.perf_counter() - started
            medians.append(median(judging(bench, "20271122081500_add_quests.sql", text), 9))
    small, large = medians
    return line("verdict at 2,000 tables / at 20", large, small, 1.5) | {"open_1000_migrations_s": round(replay, 2)}


def shell_check(folder: Path) -> dict[str, object]:
    """`migration-agent check FILE` from the shell, caches warm, server cold, against `supabase db reset` alone."""
    name = "check from the shell / supabase db reset"
    cli = os.environ.get("SUPABASE_CLI") or shutil.which("supabase")
    if not cli:
        return {"name": name, "skipped": "no Supabase CLI: set SUPABASE_CLI"}
    project = Path(shutil.copytree(SAMPLE, folder / "sample"))
    shutil.copy(QUESTS, project / "supabase" / "migrations" / FILE_NAME)
    command = [*agent(), "check", "--project", str(project), FILE_NAME]
    run(command, check=False)
    port = 55_432
    url = f"postgresql://postgres:x@127.0.0.1:{port}/postgres?sslmode=disable"
    with Server.start(port=port):
        check, reset = medians(
            7,
            lambda: run(command, check=False),
            lambda: run([cli, "db", "reset", "--db-url", url, "--yes"], cwd=project),
        )
    return line(name, check, reset, 1.0)


def first_run(folder: Path) -> dict[str, object]:
    """`migration-agent check` with an empty cache, in seconds."""
    environment = os.environ | {"MIGRATION_AGENT_CACHE": str(folder / "empty cache")}
    command = [*agent(), "check", "--project", str(SAMPLE)]
    seconds = median(lambda: run(command, env=environment, check=False), 1)
    return {"name": "first ever run, empty cache", "seconds": round(seconds, 2), "goal": "<= 5 s"}


def judging(bench: Workbench, name: str, text: str) -> Callable[[], None]:
    """A verdict, each time on a draft never seen before."""
    drafts = count(1)

    def judge() -> None:
        draft = text.replace("-- Purpose: ", f"-- Purpose: Draft {next(drafts)}. ", 1)
        report = bench.judge([Migration(name, draft)])
        assert report.verdict == "pass", report.findings()

    judge()
    return judge


def clone_and_psql(server: Server, template: str) -> None:
    psql = server.binaries.bin / "psql"
    with server.clone(template) as name:
        run([str(psql), "-q", "-h", str(server.folder), "-U", "postgres", "-d", name, "-f", str(QUESTS)])


def agent() -> list[str]:
    return [str(Path(sys.executable).with_name("migration-agent"))]


def run(command: list[str], *, check: bool = True, env: dict[str, str] | None = None, cwd: Path | None = None) -> None:
    env = {name: value for name, value in (env or os.environ).items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=check, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def median(work: Callable[[], object], times: int) -> float:
    """Seconds."""
    (only,) = medians(times, work)
    return only


def medians(times: int, *works: Callable[[], object]) -> list[float]:
    """Seconds of each, in turns: what else the machine does meanwhile falls on all alike."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, seconds in zip(works, taken, strict=True):
            started = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - started)
    return [statistics.median(seconds) for seconds in taken]


def line(name: str, ours: float, theirs: float, goal: float) -> dict[str, object]:
    return {
        "name": name,
        "ratio": round(ours / theirs, 2),
        "goal": f"<= {goal:g}",
        "ours_ms": round(ours * 1000, 1),
        "theirs_ms": round(theirs * 1000, 1),
    }


if __name__ == "__main__":
    main()
