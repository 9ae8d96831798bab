"""Branches that comments on GitHub became, drafted without a key and by replayed model turns: each is cloned with git,
must pass `check`, and is judged by the real Supabase CLI.

    branches.py PATH_OF_THE_CLI
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supabase_cli import AGENT, ROOT, Refused, advisors, run

sys.path.insert(0, str(ROOT))

from agent.github.settings import Settings
from evals.recorded import recordings
from tests.agent.github.conftest import handle, started
from tests.agent.github.server import GitHubServer
from tests.agent.messages_api import MessagesApi

PROJECTS = ROOT / "evals" / "projects"
DEMO = " ".join((ROOT / "evals" / "demo.txt").read_text().split())
REPLAYED = ("weekly_goals", "drop_label_color")


def main(cli: str) -> int:
    os.environ["NO_PROXY"] = "127.0.0.1"
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("built-in", *REPLAYED):
            problem = judge(cli, Path(folder, name), name)
            passed, failed = (passed, failed + 1) if problem else (passed + 1, failed)
            print(f"FAILED: {name}: {problem}" if problem else f"ok: {name}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def judge(cli: str, folder: Path, name: str) -> str:
    """What is wrong with the branch that the request became; empty where nothing is."""
    folder.mkdir()
    recording = recordings().get(name)
    project = PROJECTS / (recording.project if recording else "inner_odyssey")
    asked = " ".join(recording.request.split()) if recording else DEMO
    with started(folder, project) as github, replaying(name) as model:
        command = github.say(f"/migrate {asked}")
        if handle(github, command, Settings(model=model)):
            return github.statuses()[-1]
        clone = cloned(github, folder / "clone")
    checked = run([AGENT, "check", "--base", "origin/main", "--quiet", "--project", str(clone)])
    if checked.returncode:
        return f"check ended with {checked.returncode}: {checked.stdout}{checked.stderr}"
    known = advisors(cli, Path(shutil.copytree(project, folder / "as it was")))
    try:
        fresh = advisors(cli, clone) - known
    except Refused as refused:
        return str(refused)
    return f"the CLI reports {sorted(fresh)}" if fresh else ""


@contextmanager
def replaying(name: str) -> Iterator[str]:
    """A Messages API with the recording's turns; the model to ask for."""
    if name not in recordings():
        yield "builtin"
        return
    turns = [{"content": list(turn.content), "stop_reason": turn.stop_reason} for turn in recordings()[name].turns]
    with MessagesApi(turns) as api:
        os.environ["ANTHROPIC_BASE_URL"] = api.url
        yield "claude-haiku-5-5"


def cloned(github: GitHubServer, target: Path) -> Path:
    """The branch of the one pull request, as anybody would get it."""
    (pull,) = github.pulls.values()
    clone = ["git", "clone", "--quiet", "--branch", pull["head_ref"], str(github.repository.folder), str(target)]
    subprocess.run(clone, check=True)
    return target


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
