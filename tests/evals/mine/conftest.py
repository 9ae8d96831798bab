"""The repository that the tests here are about."""

from pathlib import Path

import pytest

from tests.evals.mine.repository import Made


@pytest.fixture
def made(tmp_path: Path) -> Made:
    git = Made(tmp_path / "a repository")
    git.top.mkdir()
    git.git("init", "--quiet", "--initial-branch=main")
    return git
