"""Runs as logs of Inspect, so that `inspect view` opens them: https://inspect.aisi.org.uk/eval-logs.html

`log` says what a model's trials are in Inspect's own words, as JSON: samples are cases, epochs trials, the target is
the golden, messages come from the transcript. `export` has Inspect's library check and write it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

from agent.model import UNREADABLE, Usage
from evals.report.statistics import Rate
from evals.report.summary import Model, summarize
from evals.trial import File, Trial
from tools.config import ProjectError

TASK = "migration-agent"
MISSING = "inspect_ai is not installed: pip install 'migration-agent[inspect]'."
Json = dict[str, Any]


def export(trials: Sequence[Trial], to: Path) -> list[Path]:
    """The logs that were written: `to` itself where it ends in ``.eval`` or ``.json``, else a file a model in it.

    Raises ProjectError where the library is missing, and for several models in one file.
    """
    models = {trial.model: [one for one in trials if one.model == trial.model] for trial in trials}
    single = to.suffix in (".eval", ".json")
    if single and len(models) > 1:
        raise ProjectError(f"{to} is one log, and there are {len(models)} models: give a folder, or --model.")
    try:
        library = import_module("inspect_ai.log")
    except ImportError:
        raise ProjectError(MISSING) from None
    written = []
    for model, own in models.items():
        told = log(own)
        path = to if single else to / _name(told["eval"]["created"], model)
        path.parent.mkdir(parents=True, exist_ok=True)
        library.write_eval_log(library.EvalLog.model_validate(told), str(path))
        written.append(path)
    return written


def log(trials: Sequence[Trial]) -> Json:
    """The trials of one model as an EvalLog. Raises ProjectError where there is none."""
    if not trials:
        raise ProjectError("There is no trial to export.")
    (model,) = summarize(trials).models
    moments = sorted(trial.started for trial in trials if trial.started) or ["1970-01-01T00:00:00Z"]
    cases = sorted({trial.case for trial in trials})
    usage = {model.model: _usage(reduce(Usage.__add__, (t.usage for t in trials), Usage()), model.spent.cost)}
    digest = hashlib.sha256("\0".join([model.model, *moments]).encode("utf-8", "replace")).hexdigest()[:22]
    done = sum(trial.outcome != "infra" for trial in trials)
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": digest,
            "run_id": digest,
            "task_id": digest,
            "task": TASK,
            "created": moments[0],
            "model": model.model,
            "dataset": {"name": "cases", "samples": len(cases), "sample_ids": cases},
            "config": {"epochs": max(trial.trial for trial in trials)},
            "scorers": [{"name": name} for name in ("grade", "score", "first draft")],
            "packages": {TASK: ", ".join(sorted({trial.setup.version for trial in trials}))},
        },
        "plan": {"steps": [{"solver": "draft, check, repair"}]},
        "results": {"total_samples": len(trials), "completed_samples": done, "scores": list(_scores(model))},
        "stats": {"started_at": moments[0], "completed_at": moments[-1], "model_usage": usage},
        "samples": [_sample(trial) for trial in trials],
    }


def _name(created: str, model: str) -> str:
    """``2026-11-23T08-00-00Z_migration-agent_claude-opus-5-5.eval``, as Inspect names its own."""
    return re.sub(r"[^\w.+-]+", "-", f"{created.replace(':', '-')}_{TASK}_{model}")[:150] + ".eval"


def _scores(model: Model) -> Iterator[Json]:
    if model.rate:
        yield _score("grade", model.rate, model.trials)
    if model.score:
        low, high = model.score.interval
        yield _metrics("score", model.trials, mean=model.score.value, low_95=low, high_95=high)
    if model.repair:
        yield _score("first draft", model.repair.first, model.repair.trials)


def _score(name: str, rate: Rate, trials: int) -> Json:
    low, high = rate.interval
    return _metrics(name, trials, accuracy=rate.value, low_95=low, high_95=high)


def _metrics(name: str, trials: int, **values: float) -> Json:
    metrics = {key: {"name": key, "value": round(value, 6)} for key, value in values.items()}
    return {"name": name, "scorer": name, "scored_samples": trials, "metrics": metrics}


def _sample(trial: Trial) -> Json:
    told: Json = {
        "id": trial.case,
        "epoch": trial.trial,
        "input": trial.request,
        "target": _text(trial.golden) or " or ".join(trial.expect),
        "messages": list(messages(trial.transcript)),
        "output": _output(trial),
        "model_usage": {trial.model: _usage(trial.usage, trial.cost)},
        "metadata": _metadata(trial),
        "total_time": trial.seconds.total,
        "working_time": trial.seconds.total,
    }
    if trial.started:
        told["started_at"] = trial.started
    if trial.outcome == "infra":
        said = "; ".join(trial.reasons) or "infra"
        return told | {"error": {"message": said, "traceback": said, "traceback_ansi": said}}
    grade = {
        "value": "C" if trial.outcome == "pass" else "I",
        "answer": " ".join(filter(None, [*(f"{file.name}:" for file in trial.answer), trial.words])),
        "explanation": _lines(trial.reasons) or "As the golden does.",
    }
    scores: Json = {"grade": grade, "score": {"value": trial.score or 0, "explanation": _lines(trial.reasons)}}
    if trial.first:
        mark, why = "C" if trial.first.outcome == "pass" else "I", _lines(trial.first.reasons)
        scores["first draft"] = {"value": mark, "explanation": why, "metadata": {"score": trial.first.score}}
    return told | {"scores": scores}


def _metadata(trial: Trial) -> Json:
    drafts = [{"number": draft.number, "verdict": draft.verdict, "rules": draft.rules} for draft in trial.drafts]
    return {
        "outcome": trial.outcome,
        "score": trial.score,
        "reasons": trial.reasons,
        "ended": trial.ended,
        "words": trial.words,
        "answer": _text(trial.answer),
        "project": trial.project,
        "tags": trial.tags,
        "expect": trial.expect,
        "drafts": drafts,
        "turns": trial.turns,
        "cost": trial.cost,
        "seconds": trial.seconds.model_dump(),
        "verdict": trial.report.verdict if trial.report else None,
        "setup": trial.setup.model_dump(),
    }


def _output(trial: Trial) -> Json:
    said = _text(trial.answer) or trial.words
    message = {"role": "assistant", "content": said, "source": "generate"}
    return {
        "model": trial.model,
        "choices": [{"message": message, "stop_reason": "stop"}],
        "completion": said,
        "usage": _usage(trial.usage, trial.cost),
    }


def messages(transcript: Sequence[Json]) -> Iterator[Json]:
    """The conversation as Inspect's chat messages: what was told, what was answered, what each call gave."""
    called: dict[str, str] = {}
    for event in transcript:
        match event.get("event"):
            case "turn":
                yield _assistant(event, called)
            case "message":
                yield from _user(event.get("content"), called)
            case "question":
                asked = "\n".join([str(event.get("question", "")), *map(str, event.get("options") or ())])
                yield {"role": "assistant", "content": asked, "metadata": {"asks": "the person"}}
            case "answer":
                yield {"role": "user", "content": str(event.get("text", ""))}


def _assistant(turn: Json, called: dict[str, str]) -> Json:
    content: list[Json] = []
    calls: list[Json] = []
    for block in turn.get("content") or ():
        match block.get("type"):
            case "text":
                content.append({"type": "text", "text": str(block.get("text", ""))})
            case "thinking":
                content.append({"type": "reasoning", "reasoning": str(block.get("thinking", ""))})
            case "tool_use":
                given, name, key = block.get("input"), str(block.get("name")), str(block.get("id"))
                called[key] = name
                readable = isinstance(given, dict) and UNREADABLE not in given
                calls.append(
                    {"id": key, "function": name, "arguments": given if isinstance(given, dict) else {"input": given}}
                    | ({} if readable else {"parse_error": "The call could not be read."})
                )
    told = {"role": "assistant", "content": content or "", "source": "generate", "model": str(turn.get("model", ""))}
    return told | ({"tool_calls": calls} if calls else {})


def _user(content: Any, called: dict[str, str]) -> Iterator[Json]:
    blocks = content if isinstance(content, list) else [{"type": "text", "text": str(content or "")}]
    for block in blocks:
        if block.get("type") == "tool_result":
            key, said = str(block.get("tool_use_id")), _said(block.get("content"))
            error = {"error": {"type": "parsing", "message": said}} if block.get("is_error") else {}
            yield {"role": "tool", "content": said, "tool_call_id": key, "function": called.get(key)} | error
        else:
            yield {"role": "user", "content": str(block.get("text", "")), "source": "input"}


def _said(content: Any) -> str:
    if isinstance(content, list):
        return "\n\n".join(str(block.get("text", "")) for block in content if isinstance(block, dict))
    return str(content or "")


def _usage(usage: Usage, cost: float | None) -> Json:
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.total,
        "input_tokens_cache_write": usage.cache_write_tokens,
        "input_tokens_cache_read": usage.cache_read_tokens,
        "total_cost": cost,
    }


def _text(files: Sequence[File]) -> str:
    """One text; several files with their names."""
    if len(files) == 1:
        return files[0].text
    return "\n".join(f"-- {file.name}\n{file.text}" for file in files)


def _lines(reasons: Sequence[str]) -> str:
    return "\n".join(f"- {reason}" for reason in reasons)
