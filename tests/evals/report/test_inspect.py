"""Trials in Inspect's words: samples, scores and messages. Whether its library takes them is tried where it is."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from agent.model import Usage
from evals.cli import app
from evals.report.inspect import MISSING, log, messages
from evals.trial import Graded, Trial
from tests.agent.transcript.logs import DRAFTED, answers, turn, uses
from tests.evals.report.rows import GOLDEN, RUNS, put, trial


def test_messages_follow_each_other_as_they_were_said() -> None:
    told = list(messages([{"event": kind, **data} for kind, data in DRAFTED]))
    assert [message["role"] for message in told] == [
        "user",
        *["assistant", "tool"] * 3,
        "user",
        "assistant",
    ]
    assert told[1]["content"] == [{"type": "text", "text": "I look first."}]
    assert told[1]["tool_calls"] == [{"id": "t1", "function": "describe", "arguments": {"names": ["lessons"]}}]
    assert told[2] | {"content": ""} == {"role": "tool", "content": "", "tool_call_id": "t1", "function": "describe"}
    odd = [turn(uses("check_draft", "not an object")), answers("Not readable.")]
    (called, result) = messages([{"event": kind, **data} for kind, data in odd])
    assert called["tool_calls"][0]["arguments"] == {"input": "not an object"}
    assert called["tool_calls"][0]["parse_error"]
    assert result["content"] == "Not readable."


def test_a_sample_is_a_case_and_an_epoch_a_trial() -> None:
    usage = Usage(100, 20, 300, 4)
    told = log(
        [
            trial("a", number=1, cost=0.5, usage=usage, answer=GOLDEN, words="Added."),
            trial("a", number=2, mark="fail", first=Graded(outcome="fail", score=7, reasons=["missing: x"])),
            trial("b", mark="infra", reasons=["no network"]),
        ]
    )
    samples = {(sample["id"], sample["epoch"]): sample for sample in told["samples"]}
    assert samples["a", 1]["target"] == GOLDEN[0].text
    assert samples["a", 1]["scores"]["grade"] == {
        "value": "C",
        "answer": f"{GOLDEN[0].name}: Added.",
        "explanation": "As the golden does.",
    }
    assert samples["a", 1]["model_usage"]["m"] == {
        "input_tokens": 100,
        "output_tokens": 20,
        "total_tokens": 424,
        "input_tokens_cache_write": 4,
        "input_tokens_cache_read": 300,
        "total_cost": 0.5,
    }
    assert samples["a", 2]["scores"]["grade"]["value"] == "I"
    assert samples["a", 2]["scores"]["first draft"]["explanation"] == "- missing: x"
    assert samples["b", 1]["error"]["message"] == "no network"
    assert "scores" not in samples["b", 1]
    assert told["eval"]["config"] == {"epochs": 2}
    assert told["results"]["completed_samples"] == 2
    assert told["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 0.5


@settings(max_examples=15)
@given(RUNS)
def test_any_run_is_a_log(trials: list[Trial]) -> None:
    for model in {one.model for one in trials}:
        own = [one for one in trials if one.model == model]
        assert len(json.loads(json.dumps(log(own), allow_nan=False))["samples"]) == len(own)


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inspect_ai.log", None)  # as where it is not installed
    run = str(put(tmp_path / "run", trial("a", "m"), trial("a", "n")))

    def export(*args: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["eval", "export", run, *args])
        return result.exit_code, " ".join(result.stderr.split())

    assert export("--inspect", str(tmp_path / "logs")) == (2, f"error: {MISSING}")
    assert export("--inspect", str(tmp_path / "one.eval"))[1].endswith("2 models: give a folder, or --model.")
    assert export("--inspect", str(tmp_path / "logs"), "--model", "p") == (2, "error: There is no trial of p.")
