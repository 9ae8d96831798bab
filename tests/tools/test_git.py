"""What a branch brings, in real repositories."""

import os
import subprocess
from pathlib import Path

import pytest

from tools import git
from tools.config import ProjectError
from tools.project import Project

OLD, EDITED, GONE = "20260101000000_old.sql", "20260102000000_edited.sql", "20260103000000_gone.sql"
NEW, LOOSE = "20260201000000_new.sql", "20260202000000_loose.sql"


def run(folder: Path, *args: str) -> str:
    who = ("-c", "user.name=Maria", "-c", "user.email=maria@example.org", "-c", "init.defaultBranch=main")
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", *who, *args]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project in a folder with a space, and a branch that leaves main, which goes on."""
    top = tmp_path / "the repo"
    migrations = top / "apps" / "my db" / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    for name in (OLD, EDITED, GONE):
        (migrations / name).write_text("select 1;\n")
    run(top, "init", "--quiet")
    run(top, "add", ".")
    run(top, "commit", "--quiet", "-m", "As it is")
    run(top, "switch", "--quiet", "-c", "feature")
    (migrations / NEW).write_text("select 2;\n")
    (migrations / EDITED).write_text("select 3;\n")
    (migrations / GONE).unlink()
    (migrations / "README.md").write_text("x")
    run(top, "add", ".")
    run(top, "commit", "--quiet", "-m", "A feature")
    run(top, "switch", "--quiet", "main")
    (migrations / "20260104000000_later.sql").write_text("select 4;\n")
    run(top, "add", ".")
    run(top, "commit", "--quiet", "-m", "Main goes on")
    run(top, "switch", "--quiet", "feature")
    return top


def brought(top: Path, commit: str) -> git.Brought:
    return git.brought(Project.find(top / "apps" / "my db"), commit)


def test_new_and_changed_files_count_committed_or_not(repository: Path) -> None:
    folder = repository / "apps" / "my db"
    assert git.prefix(folder) == "apps/my db/"
    since = git.branched_from(folder, "main")
    assert brought(repository, since) == git.Brought((NEW,), (EDITED,))
    (folder / "supabase" / "migrations" / LOOSE).write_text("select 5;\n")
    assert brought(repository, since).new == (NEW, LOOSE)
    (repository / ".gitignore").write_text("*_loose.sql\n")
    assert brought(repository, since).new == (NEW,)


def test_in_github_s_merge_it_is_the_first_parent_that_counts(repository: Path) -> None:
    head, base = run(repository, "rev-parse", "feature"), run(repository, "rev-parse", "main")
    run(repository, "switch", "--quiet", "--detach", "main")
    run(repository, "merge", "--quiet", "--no-ff", "-m", "Merge", head)
    told_at_first = run(repository, "rev-parse", "main~1")
    since = git.merged_from(repository, told_at_first, head)
    assert since == base
    assert brought(repository, since) == git.Brought((NEW,), (EDITED,))
    shallow = repository.parent / "shallow"
    run(repository, "branch", "merge")
    run(repository.parent, "clone", "--quiet", "--depth=2", "--branch=merge", f"file://{repository}", str(shallow))
    assert git.merged_from(shallow, told_at_first, head) == base


def test_a_clone_without_the_commit_and_a_folder_without_git_say_so(repository: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    run(tmp_path, "clone", "--quiet", "--depth=1", "--branch=feature", f"file://{repository}", str(shallow))
    with pytest.raises(ProjectError, match="git knows no commit"):
        git.branched_from(shallow, "main")
    run(shallow, "fetch", "--quiet", "--depth=1", "origin", "main:main")
    with pytest.raises(ProjectError, match="fetch-depth: 0"):
        git.branched_from(shallow, "main")
    with pytest.raises(ProjectError, match="git knows no commit"):
        git.branched_from(repository, "--output=/tmp/x")
    (tmp_path / "plain").mkdir()
    assert git.prefix(tmp_path / "plain") == ""
    with pytest.raises(ProjectError, match="in no git repository"):
        git.branched_from(tmp_path / "plain", "main")
