"""A run on disk: read back, torn, killed, refused."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.runs import RunLog, load
from tools.config import ProjectError
from tools.migration import Migration

TURN = {"content": [{"type": "text", "text": "é \ud800"}], "stop_reason": "end_turn", "usage": {}, "model": "m"}


def write(root: Path) -> RunLog:
    log = RunLog.new(root, datetime(2026, 11, 22, 8, 15, tzinfo=UTC))
    log.write("start", request="add a table")
    log.write("message", role="user", content="add a table")
    log.write("turn", **TURN)
    log.write("turn", **TURN | {"content": []})
    return log


def test_messages_and_turns_come_back_in_order(tmp_path: Path) -> None:
    log = write(tmp_path)
    saved = load(log.path)
    assert saved.messages == [
        {"role": "user", "content": "add a table"},
        {"role": "assistant", "content": TURN["content"]},
    ]
    assert (saved.start["request"], saved.ended) == ("add a table", False)
    log.write("end", outcome="ready")
    log.close()
    assert load(log.path).ended
    assert log.id.startswith("20261122-081500-")
    assert (tmp_path / ".migration-agent" / ".gitignore").read_text() == "*\n"


def test_a_last_line_that_was_torn_is_left_out(tmp_path: Path) -> None:
    log = write(tmp_path)
    whole = log.path.read_bytes()
    lines = whole.count(b"\n")
    for cut in range(1, len(whole.splitlines(keepends=True)[-1])):
        log.path.write_bytes(whole[:-cut])
        assert len(load(log.path).events) == lines - 1


def test_a_torn_line_does_not_spoil_what_is_added(tmp_path: Path) -> None:
    log = write(tmp_path)
    log.close()
    log.path.write_bytes(log.path.read_bytes() + b'{"event": "mess')
    again = RunLog(tmp_path, log.id)
    again.write("resumed", words="")
    assert [event["event"] for event in load(log.path).events][-2:] == ["turn", "resumed"]


def test_a_run_is_at_work_in_one_process(tmp_path: Path) -> None:
    log = write(tmp_path)
    with pytest.raises(ProjectError, match="at work in another process"):
        RunLog(tmp_path, log.id)
    log.close()
    RunLog(tmp_path, log.id).close()


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    for text in ("", "[]\n", "{}\n", '{"event": "message"}\n', '{"event": "start"}\nnot json\n', "\0\n"):
        path.write_text(text)
        with pytest.raises(ProjectError):
            load(path)
    with pytest.raises(ProjectError):
        load(tmp_path / "missing.jsonl")


def test_only_the_newest_kept_draft_is_there(tmp_path: Path) -> None:
    log = write(tmp_path)
    log.keep([Migration("1_a.sql", "select 1;\n"), Migration("2_b.sql", "select 2;\n")])
    (path,) = log.keep([Migration("3_c.sql", "select 3;\n")])
    assert [p.name for p in log.drafts.iterdir()] == ["3_c.sql"]
    assert path.read_text() == "select 3;\n"


def test_kill_9_loses_nothing_that_was_written(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from agent.runs import RunLog\n"
        "log = RunLog(Path(sys.argv[1]), 'run'); log.write('start'); log.write('message', role='user', content='x')\n"
        "print('written', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    saved = load(tmp_path / ".migration-agent" / "runs" / "run.jsonl")
    assert json.dumps(saved.messages) == '[{"role": "user", "content": "x"}]'


def test_a_folder_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / ".migration-agent").write_text("in the way")
    with pytest.raises(ProjectError, match="Could not keep the run"):
        RunLog.new(tmp_path)
