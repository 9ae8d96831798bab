"""`eval run` from the command line: what it writes, how it ends, and that it goes on where it stopped."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evals.cli import app
from evals.run.command import FOLDER
from evals.run.crew import work
from evals.run.schedule import TRIES, Purse, Schedule
from evals.run.store import Store
from evals.trial import FILE, Key, Trial, read, rows
from tests.agent.command import ROOT
from tests.agent.messages_api import MessagesApi, say
from tests.agent.scripted import GOOD
from tests.evals.run.small import put, row, settled

FEW = ["is_premium", "skill_rename", "clean_up_children"]
"""One that the built-in drafter drafts for, two that it refuses."""
MANY = ["child_*", "emotion_*"]
"""It refuses them all, in no time."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of one's own, with no model at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)


def cases(*names: str) -> list[str]:
    return [word for name in names for word in ("--case", name)]


def run(*args: str, **environ: str) -> Result:
    result = CliRunner().invoke(app, ["eval", "run", "--workers", "1", *args], env=environ)
    assert "Traceback" not in result.output
    return result


def test_two_runs_are_alike_and_leave_nothing_else(tmp_path: Path) -> None:
    for out in ("one", "two"):
        done = run("--model", "builtin", *cases(*FEW), "--out", out, "--json", "--quiet")
        assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["trials"], told["missing"], told["models"][0]["trials"]) == (3, 0, 3)
    one, two = (read([tmp_path / out]) for out in ("one", "two"))
    assert [trial.case for trial in one] == sorted(FEW)
    assert [settled(trial) for trial in one] == [settled(trial) for trial in two]
    assert [trial.outcome for trial in one].count("pass") == told["models"][0]["passed"] > 0
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["one", FILE, FILE, "two"]


def test_a_threshold_and_a_run_of_its_own_folder(tmp_path: Path) -> None:
    own = str(put(tmp_path / "cases"))
    done = run("--model", "golden", "--model", "null", "--cases", own, "--threshold", "0.5")
    assert done.exit_code == 1
    assert re.search(r"^golden +100.0 % .* 4/4 ", done.output, re.MULTILINE)
    assert "null is below the threshold of 0.5." in done.output
    (out,) = (tmp_path / FOLDER).glob("*/trials.jsonl")
    assert f"eval report {out.parent.relative_to(tmp_path)}" in done.output
    assert (tmp_path / FOLDER.parent / ".gitignore").read_text() == "*\n"
    again = run(
        "--model", "golden", "--cases", own, "--threshold", "0.5", "--out", str(out.parent), "--max-drafts", "2"
    )
    assert (again.exit_code, "another limits. Give another --out, or --fresh" in again.output) == (2, True)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--model", "claude-opus-5-5"], 3, "No model is configured: set ANTHROPIC_API_KEY"),
        (["--model", "replay:nowhere"], 2, "No recording in nowhere"),
        (["--model", "null", "--case", "nothing"], 2, "No case is called 'nothing'"),
        (["--model", "null", "--shard", "4/3"], 2, "the second of three is 2/3"),
        (["--model", "null", "--case", "quests", "--shard", "2/2"], 2, "nothing to run"),
        (["--model", "null", "--case", "quests", "--engine", "ray"], 2, "Ray"),
        (["--case", "quests"], 2, "Missing option"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(args: list[str], code: int, said: str, tmp_path: Path) -> None:
    done = run(*args, "--out", "out")
    assert (done.exit_code, said in done.output) == (code, True), done.output


DRAFT: Any = {
    "content": [{"type": "tool_use", "name": "check_draft", "input": {"files": [GOOD]}}],
    "usage": {"input_tokens": 100_000, "output_tokens": 0},
}


class TestModels:
    """Over HTTP, with a server that plays the model."""

    def tried(self, api: MessagesApi, own: Path, *args: str) -> Result:
        words = ["--model", "claude-opus-5-5", "--cases", str(own), "--case", "hard", "--out", "out", *args]
        return run(*words, ANTHROPIC_BASE_URL=api.url)

    def test_it_passes_and_no_trial_is_begun_beyond_the_limit(self, tmp_path: Path) -> None:
        own = put(tmp_path / "cases")
        with MessagesApi([DRAFT]) as api:
            first = self.tried(api, own, "--trials", "3", "--max-cost", "1.20")
            made = read([tmp_path / "out"])
            (price,) = {trial.cost for trial in made}
            assert price
            assert len(made) == int(1.20 / price) == 2
            assert (first.exit_code, "1 of 3 trials are left" in first.output) == (1, True), first.output
            assert len(api.requests) == 2
            rest = self.tried(api, own, "--trials", "3")
            assert (rest.exit_code, len(api.requests)) == (0, 3), rest.output
        done = read([tmp_path / "out"])
        assert [trial for trial in done if trial in made] == made
        assert [trial.outcome for trial in done] == ["pass"] * 3
        assert {trial.setup.prompt for trial in done} != {""}

    def test_who_is_not_known_ends_it_at_once_and_infra_is_tried_again(self, tmp_path: Path) -> None:
        own = put(tmp_path / "cases")
        with MessagesApi([{"status": 401, "message": "invalid x-api-key"}]) as api:
            refused = self.tried(api, own, "--trials", "20")
            assert (refused.exit_code, len(api.requests)) == (3, 1), refused.output
        late = {"status": 529, "message": "busy", "headers": {"retry-after": "86400"}}
        with MessagesApi([late]) as api:
            busy = self.tried(api, own)
            assert (busy.exit_code, "1 trial came to nothing" in busy.output) == (1, True), busy.output
        assert [trial.outcome for trial in rows(tmp_path / "out" / FILE)] == ["infra"] * TRIES
        with MessagesApi([say("No.", stop_reason="refusal")]) as api:
            assert self.tried(api, own).exit_code == 0
        assert [trial.outcome for trial in read([tmp_path / "out"])] == ["fail"]


def start(*args: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", "from evals.cli import main; main()", "eval", "run", "--workers", "1", *args]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def until(process: "subprocess.Popen[str]", path: Path, rows: int) -> None:
    """It has written so many."""
    while not path.exists() or path.read_bytes().count(b"\n") < rows:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def test_what_is_killed_loses_no_trial_and_runs_none_twice(tmp_path: Path) -> None:
    args = ("--model", "builtin", "--model", "null", *cases(*MANY), "--trials", "3", "--out", "out")
    with start(*args) as process:
        until(process, tmp_path / "out" / FILE, 5)
        process.kill()
    assert process.wait() == -signal.SIGKILL
    kept = read([tmp_path / "out"])
    done = run(*args)
    assert done.exit_code == 0, done.output
    there = rows(tmp_path / "out" / FILE)
    keys = [trial.key for trial in there]
    assert len(keys) == len(set(keys)) == 2 * 3 * len({key.case for key in keys})
    assert len(keys) > len(kept) >= 5
    assert [trial for trial in read([tmp_path / "out"]) if trial in kept] == kept


def test_who_interrupts_it_is_told_how_to_go_on(tmp_path: Path) -> None:
    with start("--model", "builtin", *cases(*MANY), "--trials", "9", "--out", "out") as process:
        until(process, tmp_path / "out" / FILE, 1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert (process.returncode, "the same command with --out out goes on" in told) == (130, True), told
    assert read([tmp_path / "out"])


def test_many_hands_do_all_once(tmp_path: Path) -> None:
    class Plain:
        def ready(self, seconds: float) -> bool:
            return True

        def play(self, key: Key) -> Trial:
            return row(key.case, key.trial)

        def forget(self, case: str) -> None: ...

        def close(self) -> None: ...

    keys = [Key(f"case {n % 7}", "m", n) for n in range(1, 300)]
    told: list[Trial] = []
    with Store(tmp_path) as store:
        work(Schedule(keys, Purse()), [Plain(), Plain()], 16, store, told.append)
    assert sorted(trial.key for trial in rows(tmp_path / FILE)) == sorted(keys) == sorted(t.key for t in told)
