"""No memory disk, no room, nothing to write to, too few files: the verdict, or one sentence that says what it needs."""

import re
from pathlib import Path

import pytest

from tests.faults.conftest import Ended, Run
from tests.faults.machine import read_only

NOWHERE = {"HOME": "/nonexistent", "XDG_CACHE_HOME": None, "TMPDIR": "/nonexistent"}


def sentence(ended: Ended, words: str) -> bool:
    """It ended with exit 2 and that, in one line."""
    *before, last = ended.said.strip().splitlines()
    return (ended.code, before, ended.out) == (2, [], "") and re.search(f"^error: .*({words})", last) is not None


@pytest.mark.parametrize("options", ["size=1m", "ro"], ids=["tiny", "read-only"])
def test_without_a_memory_disk(run: Run, options: str) -> None:
    ended = run(wrong={"mounting": [f"-t tmpfs -o {options} tmpfs /dev/shm"]}, **NOWHERE if options == "ro" else {})
    assert ended.replayed


def test_a_project_that_cannot_be_written_to(run: Run, project: Path) -> None:
    wrong = read_only(project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert run(wrong=wrong).replayed
    wanted = "add a difficulty to notes: easy, medium or hard, default medium"
    ended = run("new", "--quiet", "--model", "builtin", wanted, wrong=wrong)
    assert sentence(ended, "Read-only file system|Permission denied")
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_a_cache_without_room(run: Run, tmp_path: Path) -> None:
    """Neither is anything kept that is not whole, nor does the next run miss anything."""
    cache = tmp_path / "cache"
    cache.mkdir()
    room = {"mounting": [f"-t tmpfs -o size=12m tmpfs '{cache}'"], "otherwise": "ulimit -f 4096"}
    ended = run(wrong=room, MIGRATION_AGENT_CACHE=str(cache))
    assert sentence(ended, "Is there room on the disk|initdb failed")
    assert list(cache.iterdir()) == []


def test_too_few_files(run: Run) -> None:
    assert sentence(run(wrong={"otherwise": "ulimit -n 24"}), "Too many open files|did not start")
