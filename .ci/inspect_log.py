"""`eval export` with Inspect's own library: what it writes is read back, and opened in `inspect view` in a browser.

    inspect_log.py ENVIRONMENT

ENVIRONMENT is a virtual environment in which migration-agent[inspect] is installed from a wheel, not from this folder:
so that the wheel has what a report needs is tried as well. Needs Chromium.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from chromium import Chromium

CASES = ("child_safety_index", "a_score", "lesson_likes")
READ = """
import json, sys
from inspect_ai.log import read_eval_log
log = read_eval_log(sys.argv[1])
samples = [[s.id, s.epoch, s.scores["grade"].value, s.target, [m.role for m in s.messages]] for s in log.samples]
metrics = {score.name: {name: m.value for name, m in score.metrics.items()} for score in log.results.scores}
print(json.dumps({"status": log.status, "model": log.eval.model, "samples": samples, "metrics": metrics}))
"""


def main(environment: Path) -> int:
    programs = environment / "bin"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        agent = [str(programs / "migration-agent"), "eval"]
        chosen = [word for case in CASES for word in ("--case", case)]
        models = [word for model in ("golden", "builtin") for word in ("--model", model)]
        said(folder, *agent, "run", *chosen, *models, "--trials", "2", "--out", "run", "--quiet")
        said(folder, *agent, "report", "run", "--html", "report.html")
        page = (folder / "report.html").read_text(encoding="utf-8")
        assert all(part in page for part in ("@observablehq/plot", "#trial", "--keyword")), "the wheel lacks a part"
        written = [Path(line) for line in said(folder, *agent, "export", "run", "--inspect", "logs").split()]
        assert len(written) == 2, written
        logs = [json.loads(said(folder, str(programs / "python"), "-c", READ, str(path))) for path in written]
        models_told = {told["model"]: told for told in logs}
        for model, told in models_told.items():
            assert told["status"] == "success", told
            keys = sorted((case, trial) for case, trial, *_ in told["samples"])
            assert keys == [(case, trial) for case in sorted(CASES) for trial in (1, 2)], (model, keys)
            assert any("create" in target.lower() for *_, target, _ in told["samples"]), model
        assert {grade for _, _, grade, *_ in models_told["golden"]["samples"]} == {"C"}
        assert models_told["golden"]["metrics"]["grade"]["accuracy"] == 1.0
        roles = {role for *_, own in models_told["builtin"]["samples"] for role in own}
        assert {"user", "assistant"} <= roles, roles
        print("ok: what is written is read back")
        seen(programs, folder / "logs", folder / Path(written[0]).name)
        print("ok: inspect view shows it")
    print("2 passed, 0 failed")
    return 0


def said(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.returncode}: {done.stderr[-2_000:]}"
    return done.stdout


def seen(programs: Path, logs: Path, log: Path) -> None:
    """A log's samples, and one sample's messages, as a person sees them."""
    port = free_port()
    command = [
        str(programs / "inspect"),
        "view",
        "start",
        "--log-dir",
        str(logs),
        "--host",
        "127.0.0.1",
        "--port",
        port,
    ]
    with (logs.parent / "view.txt").open("w+") as words:
        server = subprocess.Popen(command, cwd=logs.parent, stdout=words, stderr=subprocess.STDOUT)
        try:
            home = f"http://127.0.0.1:{port}"
            started(server, Path(words.name))
            with Chromium() as browser:
                browser.open(f"{home}/#/logs/{log.name}")
                browser.wait(f"{json.dumps(list(CASES))}.every((id) => document.body.innerText.includes(id))", 60)
                browser.open(f"{home}/#/logs/{log.name}/samples/sample/{CASES[0]}/1")
                browser.wait("document.body.innerText.includes('TARGET')", 60)
        finally:
            server.terminate()
            server.wait()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def started(server: "subprocess.Popen[bytes]", words: Path) -> None:
    """Until it says that it runs. Raises AssertionError."""
    for _ in range(300):
        if "Running on" in words.read_text():
            return
        assert server.poll() is None, words.read_text()
        time.sleep(0.2)
    raise AssertionError(words.read_text())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
