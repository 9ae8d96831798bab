"""Everything that can go wrong between the loop and a model, over real HTTP.

Each run ends repaired or with its documented exit, in a line that a person can act on; it leaves a log that can be read
and nothing else; and no request that was answered whole is ever sent again.
"""

import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.client import Anthropic
from agent.model import ModelError, Request, Turn, Usage
from agent.runs import load
from tests.agent.messages_api import Json, MessagesApi, events, say, use
from tests.agent.played import check, player
from tests.agent.scripted import BAD, GOOD
from tools.config import ModelConfig
from tools.workbench import Workbench

SOON = {"retry-after-ms": "1"}
LATE = {"retry-after": "86400"}
PASSING = (408, 409, 429, 500, 502, 503, 504, 529)
"""Statuses that another try may get past."""
LASTING = {400: 3, 401: 3, 402: 3, 403: 3, 404: 3, 413: 1, 422: 3}
"""Those that it does not, and how the command exits."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def ran(bench: Workbench, tmp_path: Path) -> Any:
    return player(bench, tmp_path)


class TestRefusals:
    @pytest.mark.parametrize("headers", [{}, SOON], ids=["no word", "soon"])
    @pytest.mark.parametrize("status", LASTING)
    def test_what_lasts_is_asked_once(self, ran: Any, status: int, headers: Json) -> None:
        run = ran({"status": status, "message": "no, and why", "headers": headers}, check(GOOD))
        assert (run.exit, len(run.asked)) == (LASTING[status], 1)
        assert "no, and why" in run.result.summary
        assert run.result.usage == Usage()

    @pytest.mark.parametrize("headers", [{}, SOON], ids=["no word", "soon"])
    @pytest.mark.parametrize("status", PASSING)
    def test_what_passes_is_asked_again(self, ran: Any, status: int, headers: Json) -> None:
        busy = {"status": status, "message": "busy", "headers": headers}
        run = ran(busy, check(GOOD))
        assert (run.exit, len(run.asked), run.result.turns) == (0, 2, 1)
        if headers:
            run = ran(busy, max_retries=3)
            assert (run.exit, len(run.asked)) == (3, 4)
            assert "after 4 tries: busy." in run.result.summary

    @pytest.mark.parametrize("status", PASSING)
    def test_a_long_wait_is_not_waited_for(self, ran: Any, status: int) -> None:
        tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
        for headers in (LATE, {"retry-after": tomorrow}, {"retry-after-ms": "1e9"}):
            run = ran({"status": status, "message": "busy", "headers": headers}, check(GOOD))
            assert (run.exit, len(run.asked)) == (3, 1)
            assert "after 1 try: busy. It asks to wait" in run.result.summary

    @pytest.mark.parametrize(
        "words",
        [
            "prompt is too long: 210000 tokens",
            "exceeds the available context size",
            "the maximum context length is 4096",
        ],
    )
    def test_a_conversation_that_no_longer_fits(self, ran: Any, words: str) -> None:
        run = ran(check(BAD), {"status": 400, "message": words})
        assert (run.exit, len(run.asked), run.result.drafts) == (1, 2, 1)
        assert "grown too long" in run.result.summary

    @pytest.mark.parametrize(
        ("kind", "code", "asked"),
        [("overloaded_error", 0, 2), ("api_error", 0, 2), ("invalid_request_error", 3, 1), ("billing_error", 3, 1)],
    )
    def test_an_error_under_a_200(self, ran: Any, kind: str, code: int, asked: int) -> None:
        body = json.dumps({"type": "error", "error": {"type": kind, "message": "no"}})
        for answer in ({"error_event": kind}, {"raw": body, "kind": "application/json"}):
            run = ran(answer, check(GOOD))
            assert (run.exit, len(run.asked)) == (code, asked)

    def test_the_page_of_a_proxy(self, ran: Any) -> None:
        page = {"raw": "<html><title>Log in</title></html>"}
        assert ran(page, check(GOOD)).exit == 0
        run = ran(page)
        assert (run.exit, len(run.asked)) == (3, 2)
        assert "no readable stream of messages (text/html)" in run.result.summary
        moved = ran({"status": 302, "body": "", "headers": {}})
        assert (moved.exit, len(moved.asked)) == (3, 1)


class TestConnections:
    def test_nobody_there(self, ran: Any) -> None:
        with socket.socket() as taken:  # bound, so that nobody else gets the port, and deaf
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            run = ran(check(GOOD), url=f"http://127.0.0.1:{port}")
        assert (run.exit, run.asked) == (3, [])
        assert f"Could not reach http://127.0.0.1:{port}: " in run.result.summary

    @pytest.mark.parametrize("where", ["before", "after"])
    def test_a_connection_that_is_reset(self, ran: Any, where: str) -> None:
        broken = check(BAD, reset=where, cut=300)
        run = ran(broken, check(GOOD))
        assert (run.exit, len(run.asked)) == (0, 2)
        run = ran(broken)
        assert (run.exit, len(run.asked)) == (3, 2)

    def test_silence(self, ran: Any) -> None:
        """Whoever took all the time may still be at work on it: not asked again."""
        run = ran({"hang": 1}, check(GOOD), timeout=0.3)
        assert (run.exit, len(run.asked)) == (3, 1)
        assert "within 0.3 s" in run.result.summary

    @pytest.mark.parametrize(
        ("last", "more"),
        [
            ("event: ping\ndata: {}\n\n", {"for_ever": True, "drip": 0.05}),
            (": still here\n", {"for_ever": True, "drip": 0.05}),
            ("event: x\n", {"drip": 0.25}),
            ("event: x\n", {"drip": 1}),
        ],
        ids=["pings", "comments", "slow drip", "silence"],
    )
    def test_an_answer_that_takes_too_long(self, ran: Any, last: str, more: Json) -> None:
        """Signs of life between the bytes do not count as an answer, and what was begun is paid for."""
        begun = events(say("Let me think."))
        run = ran({"stream": [*begun[:3], *[last] * 3], **more}, timeout=0.4)
        assert (run.exit, len(run.asked)) == (3, 1)
        assert "within 0.4 s" in run.result.summary
        assert run.result.usage == (Usage() if more == {"drip": 1} else Usage(1000, 1))

    def test_a_slow_answer_in_time(self, ran: Any) -> None:
        run = ran(check(GOOD, drip=0.05), timeout=2)
        assert (run.exit, len(run.asked)) == (0, 1)

    def test_a_model_that_talks_for_ever(self, ran: Any) -> None:
        talk = events(say("la " * 100_000))[:3]
        run = ran({"stream": talk, "for_ever": True}, timeout=60)
        assert (run.exit, len(run.asked)) == (1, 1)
        assert "answered with more than 64 MB" in run.result.summary

    def test_a_huge_answer(self, ran: Any) -> None:
        run = ran({"content": [{"type": "text", "text": "la " * 1_000_000}, *check(GOOD)["content"]]})
        assert (run.exit, len(run.asked)) == (0, 1)

    @pytest.mark.parametrize("more", [{"gzip": True}, {"chunked": True}, {"gzip": True, "chunked": True}])
    def test_other_ways_to_send_it(self, ran: Any, more: Json) -> None:
        assert len(ran(check(GOOD, **more)).asked) == 1
        run = ran(check(GOOD, cut=200, **more), check(GOOD))
        assert (run.exit, len(run.asked)) == (0, 2)


REQUEST = Request([{"type": "text", "text": "s"}], [], [{"role": "user", "content": "u"}])
ANSWER: Json = {
    "content": [
        {"type": "thinking", "thinking": "Which table?", "signature": "c2lnbmF0dXJl"},
        {"type": "redacted_thinking", "data": "b3BhcXVl"},
        {"type": "text", "text": "Größer, 大きい."},
        *check(GOOD)["content"],
        *use("find", {"query": "lesson"})["content"],
    ]
}


def client(api: MessagesApi) -> Anthropic:
    return Anthropic(ModelConfig(name="claude-haiku-5-5", timeout=5), {"ANTHROPIC_BASE_URL": api.url})


class TestCutStreams:
    def reply(self, *answers: Json) -> tuple[Turn, int]:
        with MessagesApi(list(answers)) as api:
            return client(api).reply(REQUEST), len(api.requests)

    @pytest.mark.parametrize("chunked", [False, True], ids=["ends", "is missing its end"])
    def test_cut_anywhere(self, chunked: bool) -> None:
        """After every event, and inside every event: asked again until the model is known to have stopped."""
        sent = events(ANSWER, "claude-haiku-5-5")
        ends = list(accumulate(len(event.encode()) for event in sent))
        begun, stopped = ends[0], ends[-2]
        cuts = sorted({end - back for end in ends for back in (0, 1, 2, 25)} | {0, 30})
        answers = [ANSWER]
        for cut in cuts:
            answers += [{**ANSWER, "cut": cut, "chunked": chunked}, *([ANSWER] if cut < stopped else [])]
        with MessagesApi(answers) as api:
            model = client(api)
            whole = model.reply(REQUEST)
            assert [block["type"] for block in whole.content][:2] == ["thinking", "redacted_thinking"]
            for cut in cuts:
                before = len(api.requests)
                turn = model.reply(REQUEST)
                assert len(api.requests) - before == (2 if cut < stopped else 1), cut
                assert _without_ids(turn) == _without_ids(whole)
                assert turn.lost == (Usage(1000, 1) if begun <= cut < stopped else Usage())
                assert turn.usage == whole.usage + turn.lost

    def test_a_run_in_which_every_answer_is_cut_once(self, ran: Any) -> None:
        thought = {"type": "thinking", "thinking": "hm", "signature": "c2ln"}
        answers = [use("find", {"query": "lesson"}), check(BAD), {"content": [thought, *check(GOOD)["content"]]}]
        run = ran(*(part for answer in answers for part in ({**answer, "cut": 500}, answer)))
        assert (run.exit, len(run.asked), run.result.turns, run.result.drafts) == (0, 6, 3, 2)
        assert run.result.lost_tokens == 3 * 1001
        assert run.result.usage.total == 3 * 1100 + run.result.lost_tokens
        assert [event["lost"]["input_tokens"] for event in run.saved.events if event["event"] == "turn"] == [1000] * 3
        assert run.saved.messages[-2]["content"][0] == thought

    @pytest.mark.parametrize(
        "stream",
        [
            ["event: message_start\ndata: [1]\n\n"],
            ["event: message_start\ndata: {nope\n\n"],
            ['event: message_start\ndata: {"type": "message_start"}\n\n'],
            ["event: message_stop\ndata: {}\n\n"],
            [events(say("x"))[0], *events(say("x"))],
            [events(say("x"))[0], *events(say("x"))[2:]],
            ["data: \xff\n\n"],
            [],
        ],
    )
    def test_no_stream_of_messages(self, stream: list[str]) -> None:
        turn, asked = self.reply({"stream": stream}, say("whole"))
        assert (turn.text, asked) == ("whole", 2)
        with pytest.raises(ModelError) as raised:
            self.reply({"stream": stream})
        assert raised.value.kind == "infrastructure"

    def test_what_is_not_known_is_passed_over(self) -> None:
        news = 'event: telemetry\ndata: {"type": "telemetry", "x": [1]}\n\n'
        first, *rest = events(say("whole"))
        turn, asked = self.reply({"stream": [first, news, rest[0], news, *rest[1:]]})
        assert (turn.text, asked) == ("whole", 1)


def _without_ids(turn: Turn) -> list[Json]:
    return [{key: value for key, value in block.items() if key != "id"} for block in turn.content]


class TestCommand:
    """The same at the command line: exit, one line of what went wrong, nothing under supabase/."""

    @pytest.mark.parametrize(
        ("answers", "code", "said"),
        [
            ([{"status": 529, "headers": SOON}, check(GOOD, cut=400), check(GOOD)], 0, ""),
            ([{"status": 502, "body": "<html>\n<title>Bad Gateway</title>\n", "headers": LATE}], 3, "Bad Gateway."),
            ([check(BAD), {"content": []}], 1, "The model ended its turn without a word."),
        ],
    )
    def test_exit_and_words(self, sample: Path, answers: list[Json], code: int, said: str) -> None:
        before = {path for path in (sample / "supabase").rglob("*") if path.is_file()}
        with MessagesApi(answers) as api:
            environ = {"ANTHROPIC_BASE_URL": api.url, "COLUMNS": "160"}
            done = CliRunner().invoke(app, ["new", "how hard?", "--quiet", "--project", str(sample)], env=environ)
        after = {path for path in (sample / "supabase").rglob("*") if path.is_file()}
        assert (done.exit_code, len(after - before), len(api.requests)) == (
            code,
            not code,
            len(answers) + (code == 1),
        )
        assert "Traceback" not in done.output
        lines = done.stderr.splitlines()
        if code:
            assert (said in lines[0], "Nothing was written" in lines[1]) == (True, True)
            assert [line.split(" 20")[0] for line in lines[2:]] == ["Go on with: migration-agent resume"] * (code == 3)
            assert lines[0].startswith("error: ") == (code == 3)
        else:
            assert "lost in answers that broke off" in done.stdout
        [log] = (sample / ".migration-agent" / "runs").glob("*.jsonl")
        assert load(log).ended
