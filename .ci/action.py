"""Runs the steps of action.yml that are ours, as GitHub's runner would, and holds SARIF against its official schema.

    python .ci/action.py SCHEMA

Steps that use other actions are passed over; what they would have given stands in `CONTEXT`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import yaml

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
BAD = "create table public.things (id uuid primary key); select '[a](b) {0} ä';\n"
NAME = "20261201000000_bad.sql"


def main() -> None:
    schema = json.loads(Path(sys.argv[1]).read_text())
    with tempfile.TemporaryDirectory(prefix="a runner ") as folder:
        work = Path(folder)
        repository, event = pull_request(work)
        status, printed, outputs = run(
            work, {"mode": "check", "project": "apps/my db", "comment": "false"}, event, repository
        )
        path = f"apps/my db/supabase/migrations/{NAME}"
        assert status == 1, printed
        assert f"::error file={path},line=1,col=1,title=rls/disabled::" in printed, printed
        assert "rls/disabled" in (work / "summary.md").read_text()
        told = json.loads(Path(outputs["sarif"]).read_text())
        validator = jsonschema.Draft4Validator(schema)
        faults = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(told)]
        assert not faults, faults
        results = told["runs"][0]["results"]
        assert results
        print(f"check: exit 1, {len(results)} results, SARIF valid by {schema['id'].rsplit('/', 1)[1]}")
        for mode in ("acknowledge", "draft", "publish", "single"):
            given = {"mode": mode, "model": "builtin", "max-drafts": "2", "max-cost": "1", "tests": "true"}
            status, printed, outputs = run(work, given, a_bot_says(work), repository)
            assert (status, outputs.get("handled", "false")) == (0, "false"), printed
            assert "Not answered: maria[bot] is no person." in printed, printed
        status, printed, _ = run(work, {"mode": "$(touch hacked)"}, event, repository)
        assert status == 2, printed
        assert not list(work.rglob("hacked"))
        print("acknowledge, draft, publish, single: a bot gets no answer")


def run(work: Path, given: dict[str, str], event: Path, repository: Path) -> tuple[int, str, dict[str, str]]:
    """Exit code, log and outputs of the action."""
    inputs = {name: str(about.get("default", "")) for name, about in ACTION["inputs"].items()} | given
    values = {f"inputs.{name}": value for name, value in inputs.items()} | {
        "github.token": "none",
        "runner.temp": str(work),
        "steps.python.outputs.python-path": sys.executable,
        "(inputs.mode == 'draft' || inputs.mode == 'single') && inputs.anthropic-api-key || ''": "",
    }

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda found: values[found[1]], str(text))

    outputs = work / "outputs"
    outputs.write_text("")
    printed = ""
    for step in ACTION["runs"]["steps"]:
        if "run" not in step or (step.get("name") == "Install" and (work / "migration-agent").exists()):
            continue
        assert "${{" not in step["run"], "a shell line is built from an expression"
        assert step["shell"] == "bash"
        environment = {name: filled(filled(value)) for name, value in step.get("env", {}).items()}
        runner = {
            "GITHUB_ACTION_PATH": str(action(work)),
            "GITHUB_EVENT_NAME": "pull_request" if event.name.startswith("pull") else "issue_comment",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_REPOSITORY": "acme/app",
            "GITHUB_STEP_SUMMARY": str(work / "summary.md"),
            "RUNNER_TEMP": str(work),
        }
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command,
            cwd=repository,
            env=os.environ | runner | environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed += done.stdout
        if done.returncode:
            break
    pairs = (line.split("=", 1) for line in outputs.read_text().splitlines())
    return done.returncode, printed, dict(pairs)


def action(work: Path) -> Path:
    """The files that GitHub would fetch: those that are committed."""
    folder = work / "action"
    if not folder.exists():
        subprocess.run(
            ["git", "-c", "advice.detachedHead=false", "clone", "--quiet", str(ROOT), str(folder)], check=True
        )
    return folder


def pull_request(work: Path) -> tuple[Path, Path]:
    """A checkout of GitHub's merge of a branch with a bad migration in a subfolder's project, and the event."""
    top = work / "repository"
    project = top / "apps" / "my db"
    shutil.copytree(ROOT / "evals" / "projects" / "inner_odyssey", project)
    base = git(top, "init", "--quiet", "--initial-branch=main") or commit(top)
    git(top, "switch", "--quiet", "-c", "feature")
    (project / "supabase" / "migrations" / NAME).write_text(BAD)
    head = commit(top)
    git(top, "switch", "--quiet", "--detach", "main")
    git(top, "merge", "--quiet", "--no-ff", "-m", "Merge", "feature")
    pull = {"number": 7, "head": {"ref": "feature", "sha": head}, "base": {"ref": "main", "sha": base}}
    about = {"id": 1, "full_name": "acme/app", "default_branch": "main"}
    told = {"action": "opened", "number": 7, "pull_request": pull, "repository": about}
    return top, saved(work / "pull.json", told)


def a_bot_says(work: Path) -> Path:
    who = {"id": 3, "login": "maria[bot]", "type": "Bot"}
    when = "2026-11-23T08:00:00Z"
    comment = {"id": 4, "user": who, "body": "/migrate add a table", "created_at": when, "updated_at": when}
    about = {"id": 1, "full_name": "acme/app"}
    told = {"action": "created", "comment": comment, "issue": {"number": 5}, "repository": about, "sender": who}
    return saved(work / "comment.json", told)


def saved(path: Path, told: dict[str, Any]) -> Path:
    path.write_text(json.dumps(told))
    return path


def commit(top: Path) -> str:
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "-m", "A change")
    return git(top, "rev-parse", "HEAD")


def git(top: Path, *args: str) -> str:
    who = ("-c", "user.name=Maria", "-c", "user.email=maria@example.org")
    return subprocess.run(["git", *who, *args], cwd=top, text=True, capture_output=True, check=True).stdout.strip()


main()
