"""The webhook server as it runs: uvicorn in a process of its own, against a GitHub that keeps what it is told."""

import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.webhook.app import LARGEST, signed
from agent.webhook.queue import KEPT, Queue
from tests.agent.command import ROOT, cli, start
from tests.agent.github.conftest import started
from tests.agent.github.server import BOT, Fault, GitHubServer, Json, no_fault
from tools.config import ProjectError

SECRET = "a secret of nobody's"
PAUSE = "0.2"
DONE = 'jobs_total{outcome="done"}'


@dataclass
class Serving:
    process: "subprocess.Popen[str]"
    http: httpx2.Client

    def deliver(self, event: Json, delivery: str, **headers: str) -> httpx2.Response:
        body = json.dumps(event).encode()
        mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        sent = {
            "content-type": "application/json",
            "x-github-event": "issue_comment",
            "x-github-delivery": delivery,
            "x-hub-signature-256": f"sha256={mac}",
        }
        return self.http.post("/webhook", content=body, headers=sent | headers)

    def get(self, path: str) -> httpx2.Response:
        return self.http.get(path)

    def metric(self, name: str) -> float:
        found = re.search(rf"^migration_agent_{re.escape(name)} (\S+)$", self.get("/metrics").text, re.MULTILINE)
        assert found, name
        return float(found[1])

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


@contextmanager
def serving(github: GitHubServer, queue: Path, *more: str) -> Iterator[Serving]:
    environment = {
        "GITHUB_API_URL": github.url,
        "GITHUB_TOKEN": "writes",
        "MIGRATION_AGENT_LOGIN": BOT,
        "MIGRATION_AGENT_WEBHOOK_SECRET": SECRET,
        "NO_PROXY": "127.0.0.1",
    }
    command = ("serve", "--port", "0", "--queue", str(queue), "--retry-after", PAUSE, "--model", "builtin", *more)
    process = start(*command, **environment)
    assert process.stderr
    line = process.stderr.readline()
    found = re.match(r"Listening on (http://\S+)/webhook", line)
    assert found, line + process.stderr.read()
    log = threading.Thread(target=process.stderr.read, daemon=True)  # or it stops when the pipe is full
    log.start()
    try:
        with httpx2.Client(base_url=found[1], trust_env=False, verify=False) as http:
            yield Serving(process, http)
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def running(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, GitHubServer, Path]]:
    """A server that has found a delivery that nobody can answer, its GitHub, and the folder of what waits."""
    folder = tmp_path_factory.mktemp("running")
    queue = Queue(folder / "queue")
    assert queue.add("broken", b"{}")
    queue.close()
    with started(folder, copied=imported) as github, serving(github, folder / "queue") as server:
        until(lambda: server.metric("queue_failed") == 1)
        yield server, github, folder / "queue" / "waiting"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"x-hub-signature-256": "sha256=" + "0" * 64}, 401),
        ({"x-hub-signature-256": ""}, 401),
        ({"x-github-event": "push"}, 202),
        ({"x-github-event": "ping"}, 202),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"x-github-delivery": "../../etc/passwd"}, 400),
        ({"x-github-delivery": ""}, 400),
    ],
)
def test_what_is_not_queued(running: tuple[Serving, GitHubServer, Path], changes: dict[str, str], status: int) -> None:
    server, github, waiting = running
    told = server.deliver(github.say("/migrate help"), "d-1", **changes)
    assert (told.status_code, list(waiting.iterdir()), github.writes) == (status, [], [])


def test_bots_edits_and_what_is_no_comment_are_passed_over(running: tuple[Serving, GitHubServer, Path]) -> None:
    server, github, waiting = running
    edited = github.say("/migrate help") | {"action": "edited"}
    for number, event in enumerate([edited, github.say("/migrate help", "evil[bot]")]):
        assert server.deliver(event, f"passed-{number}").text == "ignored\n"
    assert server.deliver({"action": "created"}, "broken").status_code == 400
    assert server.deliver({"x": "x" * LARGEST}, "large").status_code == 413
    assert list(waiting.iterdir()) == []
    assert (server.get("/healthz").status_code, server.get("/webhook").status_code) == (200, 405)
    assert server.metric('deliveries_total{result="ignored"}') >= 2


def answered(github: GitHubServer, events: list[Json]) -> list[int]:
    """How many status comments each command has."""
    return [sum(f'"comment": {event["comment"]["id"]}' in body for body in github.statuses()) for event in events]


def test_a_delivery_is_answered_once_however_often_and_at_once_it_comes(
    running: tuple[Serving, GitHubServer, Path],
) -> None:
    server, github, waiting = running
    event = github.say("/migrate help")
    done = server.metric(DONE)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: server.deliver(event, "one"), range(8)))
    assert {each.status_code for each in told} == {202}
    assert sorted(each.text for each in told) == ["known\n"] * 7 + ["queued\n"]
    until(lambda: server.metric(DONE) == done + 1)
    assert server.deliver(event, "one").text == "known\n"
    assert answered(github, [event]) == [1]
    assert list(waiting.iterdir()) == []


def test_kill_9_loses_no_delivery_and_doubles_none(github: GitHubServer, tmp_path: Path) -> None:
    """It dies while the first job is in the middle of making its comment, and one more waits."""
    events = [github.say("/migrate help") for _ in range(2)]
    reached, go_on = threading.Event(), threading.Event()

    def hold(method: str, path: str) -> Fault:
        if method == "POST" and path.endswith("/comments"):
            reached.set()
            go_on.wait(60)
        return ""

    github.fault = hold
    with serving(github, tmp_path / "queue") as server:
        for number, event in enumerate(events):
            assert server.deliver(event, f"d-{number}").text == "queued\n"
        assert reached.wait(60)
        assert server.end(signal.SIGKILL) == -signal.SIGKILL
    github.fault = no_fault
    go_on.set()
    with serving(github, tmp_path / "queue") as server:
        until(lambda: server.metric('jobs_total{outcome="done"}') == 2)
        for number, event in enumerate(events):
            assert server.deliver(event, f"d-{number}").text == "known\n"
        assert server.metric("queue_waiting") == 0
    assert answered(github, events) == [1, 1]


def test_what_github_refuses_for_now_is_tried_again_while_others_go_on(
    running: tuple[Serving, GitHubServer, Path],
) -> None:
    server, github, _ = running
    first, second = github.say("/migrate help"), github.say("/migrate help")
    number = first["comment"]["id"]
    done, refused = server.metric(DONE), 0

    def refuse(_method: str, path: str) -> Fault:
        nonlocal refused
        if f"comments/{number}" not in path or refused >= 7:
            return ""
        refused += 1
        return "403"  # five times in one job: the client's own tries

    github.fault = refuse
    server.deliver(first, "first")
    server.deliver(second, "second")
    until(lambda: server.metric(DONE) == done + 2)
    github.fault = no_fault
    assert server.metric('jobs_total{outcome="retried"}') == 1
    assert answered(github, [first, second]) == [1, 1]


def test_what_never_can_be_answered_is_put_aside_and_taken_again_when_it_is_sent_again(
    running: tuple[Serving, GitHubServer, Path],
) -> None:
    server, github, _ = running
    assert server.metric("queue_failed") == 1
    event, done = github.say("/migrate help"), server.metric(DONE)
    assert server.deliver(event, "broken").text == "queued\n"
    until(lambda: server.metric(DONE) == done + 1)
    assert server.metric("queue_failed") == 0
    assert answered(github, [event]) == [1]


def test_told_to_stop_it_ends_in_time_and_leaves_what_is_not_done(github: GitHubServer, tmp_path: Path) -> None:
    event = github.say("/migrate help")
    reached, go_on = threading.Event(), threading.Event()

    def hold(_method: str, _path: str) -> Fault:
        reached.set()
        go_on.wait(60)
        return ""

    github.fault = hold
    with serving(github, tmp_path / "queue", "--grace", "0.3") as server:
        server.deliver(event, "slow")
        assert reached.wait(60)
        assert server.end(signal.SIGTERM) == 0
    github.fault = no_fault
    go_on.set()
    assert [path.name for path in (tmp_path / "queue" / "waiting").iterdir()] == ["slow"]
    assert answered(github, [event]) == [0]


def test_the_queue_is_one_process_s_and_forgets_in_time(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    with pytest.raises(ProjectError, match="Another server"):
        Queue(tmp_path)
    assert [queue.add(name, name.encode()) for name in ("b", "a", "b")] == [True, True, False]
    assert queue.waiting() == ["b", "a"]
    queue.end("b", done=False)
    assert (queue.waiting(), queue.failed()) == (["a"], 1)
    assert queue.add("b", b"once more")
    assert (queue.failed(), queue.path("b").read_bytes()) == (0, b"once more")
    queue.end("a", done=True)
    old = time.time() - KEPT - 60
    os.utime(tmp_path / "done" / "a", (old, old))
    assert not queue.add("a", b"")
    (tmp_path / "taken" / "half").write_bytes(b"{")
    queue.close()
    again = Queue(tmp_path)
    assert again.waiting() == ["b"]
    assert not (tmp_path / "taken" / "half").exists()
    assert again.add("a", b"")
    again.close()


TAKING = """
import sys
from pathlib import Path
from agent.webhook.queue import Queue
queue, number = Queue(Path(sys.argv[1])), int(sys.argv[2])
while True:
    queue.add(f"d-{number}", b"x" * 50_000 + f"d-{number}".encode())
    print(f"d-{number}", flush=True)
    number += 1
"""


def test_what_was_taken_is_there_and_whole_whenever_the_process_dies(tmp_path: Path) -> None:
    told: list[str] = []
    for again in range(3):
        command = [sys.executable, "-c", TAKING, str(tmp_path), str(again * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout
            told.append(process.stdout.readline().strip())
            time.sleep(0.02 * again)
            process.kill()
            told += process.stdout.read().split("\n")[:-1]
    waiting = {path.name: path.read_bytes() for path in (tmp_path / "waiting").iterdir()}
    assert set(told) <= set(waiting)
    assert all(event == b"x" * 50_000 + name.encode() for name, event in waiting.items())


@given(st.binary(min_size=1, max_size=40), st.binary(max_size=200), st.text(max_size=80))
def test_only_the_secret_signs(secret: bytes, body: bytes, other: str) -> None:
    right = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    assert signed(secret, body, right)
    assert not signed(secret, body + b"x", right)
    assert signed(secret, body, other) == (other == right)


@pytest.mark.parametrize("missing", ["MIGRATION_AGENT_WEBHOOK_SECRET", "GITHUB_TOKEN", "MIGRATION_AGENT_LOGIN"])
def test_a_server_that_lacks_something_does_not_start(tmp_path: Path, missing: str) -> None:
    names = ("MIGRATION_AGENT_WEBHOOK_SECRET", "GITHUB_TOKEN", "MIGRATION_AGENT_LOGIN")
    result = cli("serve", "--queue", str(tmp_path), **dict.fromkeys(names, "x" * 32) | {missing: ""})
    assert (result.exit_code, missing in result.output) == (2, True)
