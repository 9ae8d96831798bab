"""One server for all hostile drafts, and what must be there afterwards as it was before.

`--postgres DIR` tries them on the server whose programs are in that folder instead of the embedded one.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest

from tests.hostile.corpus import HEAD, Draft, written
from tests.hostile.traces import Traces, traces
from tools.project import Project
from tools.report import Report
from tools.workbench import Workbench

FINE = written("alter table public.first add column if not exists note text;")


def told(report: Report) -> list[object]:
    return [(check.id, check.status, [(f.rule, f.object) for f in check.findings]) for check in report.checks]


@dataclass(frozen=True)
class Stand:
    """A small project on a server of its own."""

    bench: Workbench
    verdict: list[object]
    """On a harmless draft, before anything hostile came."""
    before: Traces
    judged: "count[int]" = field(default_factory=lambda: count(1))
    """Drafts so far."""

    def judge(self, draft: Draft) -> Report:
        config = self.bench.project.config
        hurried = config.model_copy(update={"postgres": config.postgres.model_copy(update={"seconds": draft.seconds})})
        return replace(self.bench, project=replace(self.bench.project, config=hurried)).judge([draft.migration])


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A small project, quick to replay."""
    root = tmp_path_factory.mktemp("a project")
    (root / "supabase" / "migrations").mkdir(parents=True)
    (root / "supabase" / "migrations" / "20260101000000_first.sql").write_text(
        HEAD + "create table if not exists public.first (id uuid primary key, n integer);\n"
        "insert into public.first select gen_random_uuid(), g from generate_series(1, 50) g;\n"
        "-- Rollback\n-- drop table if exists public.first;\n"
    )
    if programs := request.config.getoption("--postgres"):
        (root / "migration-agent.toml").write_text(f"[postgres]\nbin = '{programs}'\n")
    return root


@pytest.fixture(scope="session")
def opened(project: Path) -> Iterator[Stand]:
    with Workbench.open(Project.find(project)) as bench:
        yield Stand(bench, told(bench.judge([FINE])), traces(bench))


@pytest.fixture
def stand(opened: Stand) -> Iterator[Stand]:
    """Afterwards the server holds what it held, and after every third the harmless draft is told the same again."""
    yield opened
    if next(opened.judged) % 3 == 0:
        assert told(opened.bench.judge([FINE])) == opened.verdict
    deadline = time.monotonic() + 5
    while (after := traces(opened.bench)) != opened.before and time.monotonic() < deadline:
        time.sleep(0.05)  # a process that was ended takes a moment to go
    assert after == opened.before
