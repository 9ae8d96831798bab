"""The check of a pull request, as a job of GitHub Actions runs it."""

import json
import shutil
from pathlib import Path

import pytest

from agent.github import pull_check
from agent.github.client import Write
from tests.agent.command import cli
from tests.agent.github.repository import git
from tests.agent.github.server import BOT, FULL_NAME, GitHubServer, Json, user
from tests.conftest import PROJECTS
from tools.report import Report

NAME = "20261201000000_add_things.sql"
OPEN = "create table public.things (id uuid primary key);\n"
FINE = """\
-- Migration: Say when badges were made
-- Created: 2026-12-01
-- Purpose: Nobody knew.

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================
comment on column public.badges.created_at is 'When it was made.';

-- To reverse this migration, run:
-- comment on column public.badges.created_at is null;
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Of a repository with the project in a subfolder, on a branch."""
    top = tmp_path / "monorepo"
    shutil.copytree(PROJECTS / "inner_odyssey", top / "apps" / "db")
    git("init", "--quiet", "--initial-branch=main", str(top))
    _commit(top)
    git("-C", str(top), "switch", "--quiet", "-c", "feature")
    return top


def _commit(top: Path) -> str:
    git("-C", str(top), "add", "--all")
    git("-C", str(top), "commit", "--quiet", "--allow-empty", "-m", "A change")
    return git("-C", str(top), "rev-parse", "HEAD").decode().strip()


def write(top: Path, text: str, name: str = NAME) -> None:
    (top / "apps" / "db" / "supabase" / "migrations" / name).write_text(text)


def event(top: Path, folder: Path, number: int = 12) -> Path:
    """The pull request's event, with its head at what the clone has now."""
    head = _commit(top)
    base = git("-C", str(top), "rev-parse", "main").decode().strip()
    repository = {"id": 1, "full_name": FULL_NAME, "default_branch": "main"}
    told = {"action": "synchronize", "number": number, "repository": repository}
    told["pull_request"] = {
        "number": number,
        "head": {"ref": "feature", "sha": head},
        "base": {"ref": "main", "sha": base},
    }
    path = folder / "event.json"
    path.write_text(json.dumps(told))
    return path


def check(top: Path, server: GitHubServer, folder: Path, token: str = "writes") -> tuple[int, str, Json]:
    """Exit code, what the job prints, SARIF."""
    environment = {
        "GITHUB_EVENT_PATH": str(event(top, folder)),
        "GITHUB_TOKEN": token,
        "GITHUB_API_URL": server.url,
        "GITHUB_REPOSITORY": FULL_NAME,
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    told = folder / "found.sarif"
    done = cli(
        "github", "check", "--comment", "--sarif", str(told), "--project", str(top / "apps" / "db"), **environment
    )
    return done.exit_code, done.output, json.loads(told.read_text())["runs"][0]


def test_findings_are_on_the_lines_and_one_comment_follows_the_branch(
    clone: Path, github: GitHubServer, tmp_path: Path
) -> None:
    write(clone, OPEN)
    status, printed, run = check(clone, github, tmp_path)
    path = f"apps/db/supabase/migrations/{NAME}"
    assert status == 1
    assert f"::error file={path},line=1,col=1,title=rls/disabled::" in printed
    assert {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]} == {path}
    assert "rls/disabled" in (tmp_path / "summary.md").read_text()
    (said,) = github.statuses()
    assert path in said
    assert "Fail" in said.splitlines()[1]

    write(clone, FINE)
    status, printed, run = check(clone, github, tmp_path)
    assert (status, {each["ruleId"] for each in run["results"]}) == (0, {"docs/stale"})
    assert "::error" not in printed
    (said,) = github.statuses()
    assert "Pass" in said.splitlines()[1]

    (clone / "apps" / "db" / "supabase" / "migrations" / NAME).unlink()
    assert check(clone, github, tmp_path)[0] == 0
    assert ["no migration" in body for body in github.statuses()] == [True]


def test_what_the_branch_does_not_bring_is_not_looked_at(clone: Path, github: GitHubServer, tmp_path: Path) -> None:
    status, printed, run = check(clone, github, tmp_path)
    assert (status, run["results"], github.statuses()) == (0, [], [])
    assert not github.writes
    older = sorted((clone / "apps" / "db" / "supabase" / "migrations").iterdir())[-1]
    older.write_text(older.read_text() + "\n-- as it was\n")
    write(clone, FINE, "20200101000000_too_early.sql")
    status, printed, _ = check(clone, github, tmp_path)
    assert status == 1
    assert "20200101000000_too_early.sql,line=1,title=file/order::" in printed
    (said,) = github.statuses()
    assert "does not run it again" in said


def test_a_history_that_stops_is_exit_4_at_its_place(clone: Path, github: GitHubServer, tmp_path: Path) -> None:
    git("-C", str(clone), "switch", "--quiet", "main")
    write(clone, "select 1;\n\nselect nothing;\n", "20261101000000_broken.sql")
    _commit(clone)
    git("-C", str(clone), "switch", "--quiet", "-C", "feature")
    write(clone, FINE)
    status, printed, run = check(clone, github, tmp_path)
    assert status == 4
    assert "::error file=apps/db/supabase/migrations/20261101000000_broken.sql,line=3" in printed
    assert run["invocations"][0]["executionSuccessful"] is False
    (said,) = github.statuses()
    assert "Not checked" in said


def outcome() -> pull_check.Outcome:
    return pull_check.Outcome("0" * 40, [Report.of("a.sql", [], postgres="18.6", seconds=0.1)])


def test_comments_of_others_stay_twins_go_and_a_token_that_only_reads_fails_nothing(github: GitHubServer) -> None:
    with Write("reads", FULL_NAME, github.url, 0.0) as reading:
        pull_check.comment(outcome(), reading, 12, "", "")
    assert not github.statuses()
    with Write("writes", FULL_NAME, github.url, 0.0) as client:
        pull_check.comment(outcome(), client, 12, "", "")
        (body,) = github.statuses()
        github.say(body, "maria", 12)
        pull_check.comment(outcome(), client, 12, "", "other/project")
        assert len(github.statuses()) == 2
        twin = github.comment(12, body, user(BOT))
        github.comments[twin["id"]] = twin
        writes = len(github.writes)
        pull_check.comment(outcome(), client, 12, "", "")
        assert len(github.statuses()) == 2
        assert [method for method, _ in github.writes[writes:]] == ["DELETE"]
    assert len(github.comments) == 3
