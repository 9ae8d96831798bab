"""The cache cut short, taken away, from another time, or made by two at once: it is made again."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.conftest import HEAD, Run
from tools.migration import Migration
from tools.postgres.binaries import ServerError, find
from tools.postgres.cache import VARIABLE, Cache
from tools.postgres.server import baseline
from tools.project import Project
from tools.workbench import Workbench

FUTURE = 4_102_444_800
"""Seconds since 1970, in 2100: what a file is from whose clock was set back since."""


@pytest.fixture
def cache(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """One that has the cluster with the baseline, and nothing else."""
    stored = baseline(find(request.config.getoption("--postgres"), Cache.default()), Cache.default())
    shutil.copytree(stored, tmp_path / "cache" / stored.name)
    return tmp_path / "cache"


def test_two_at_once_then_cut_short_then_from_the_future(run: Run, cache: Path, project: Path) -> None:
    environ = {VARIABLE: str(cache)}
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda _: run(**environ), range(2))
    assert first.replayed
    assert second.replayed
    (history,) = cache.glob("history-*")
    size = (history / "cluster.tar").stat().st_size

    os.truncate(history / "cluster.tar", size // 2)
    for path in (*cache.glob("*"), *project.rglob("*")):
        os.utime(path, (FUTURE, FUTURE))
    assert run(**environ).replayed
    assert (history / "cluster.tar").stat().st_size > size // 2
    assert [path.name for path in cache.glob(".making-*")] == []


def test_what_was_cut_short_is_made_again(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path), []

    def fill(folder: Path) -> None:
        made.append(folder)
        (folder / "cluster.tar").write_text("whole")

    for text in ("whole", "who", ""):
        (cache.get_or_make("entry", fill) / "cluster.tar").write_text(text)
    assert (cache.get_or_make("entry", fill) / "cluster.tar").read_text() == "whole"
    assert len(made) == 3
    (tmp_path / "entry" / "sizes.json").write_text("{")
    assert cache.find("entry") is None


def test_taken_away_while_it_is_used(project: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(cache))
    sql = "comment on table public.notes is 'n';"
    draft = Migration("20270101000000_draft.sql", f"{HEAD}{sql}\n-- Rollback\n-- select 1;\n")
    with Workbench.open(Project.find(project)) as bench:
        before = bench.judge([draft]).checks
        shutil.rmtree(cache)
        assert [check.status for check in bench.judge([draft]).checks] == [check.status for check in before]
        with pytest.raises(ServerError, match="is not there any more"):  # as roles are put back
            bench.server.restore(bench.snapshot)
