"""Logs as the loop writes them, without a run."""

from pathlib import Path
from typing import Any

from agent.runs import RunLog, load
from agent.transcript.read import Transcript, read
from tests.agent.scripted import BAD, GOOD

Event = tuple[str, dict[str, Any]]

START: Event = ("start", {"request": "add a difficulty", "model": "claude-haiku-5-5", "created": "2026-11-22"})
FIRST: Event = ("message", {"role": "user", "content": "<schema>table public.lessons</schema>"})
SQL = "-- Migration: x\nalter table public.lessons\n  add column {}difficulty text;\n"
LEFTOVER = {"rule": "reversible/leftover", "severity": "error", "message": "Still there.", "object": "public.lessons"}
COMMENT = {"rule": "comments/column", "severity": "warning", "message": "No comment.", "hint": "Say what it means."}


def turn(*blocks: dict[str, Any], **more: Any) -> Event:
    usage = {"input_tokens": 500, "output_tokens": 100, "cache_read_tokens": 1_500, "cache_write_tokens": 0}
    return "turn", {
        "content": list(blocks),
        "stop_reason": "tool_use",
        "usage": usage,
        "model": "claude-haiku-5-5",
        "seconds": 2.5,
        **more,
    }


def says(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def uses(name: str, given: Any, use_id: str = "t1") -> dict[str, Any]:
    return {"type": "tool_use", "id": use_id, "name": name, "input": given}


def answers(text: str, use_id: str = "t1") -> Event:
    return "message", {"role": "user", "content": [{"type": "tool_result", "tool_use_id": use_id, "content": text}]}


def judged(number: int, *findings: dict[str, Any], **more: Any) -> Event:
    verdict = "fail" if any(finding["severity"] == "error" for finding in findings) else "pass"
    return "draft", {"number": number, "verdict": verdict, "findings": list(findings), "seconds": 0.5, **more}


def files(text: str) -> list[dict[str, str]]:
    return [{"name": "20261122081500_add_difficulty.sql", "text": text}]


DRAFTED: list[Event] = [
    START,
    FIRST,
    turn(says("I look first."), uses("describe", {"names": ["lessons"]})),
    answers("table public.lessons"),
    turn(uses("check_draft", {"files": [BAD]})),
    judged(
        1,
        LEFTOVER,
        files=files(SQL.format("")),
        checks=[{"id": "reversible", "status": "fail"}, {"id": "comments", "status": "pass"}],
    ),
    answers("Draft 1: FAIL, 1 error."),
    turn(uses("edit_draft", {"files": [GOOD]})),
    judged(
        2,
        COMMENT,
        files=files(SQL.format("if not exists ")),
        checks=[{"id": "reversible", "status": "pass"}, {"id": "comments", "status": "warn"}],
    ),
    answers("Draft 2: PASS, 1 warning."),
    ("message", {"role": "user", "content": "Warnings are left."}),
    turn(says("They may stay."), stop_reason="end_turn"),
]
"""Two drafts, and no end."""

END: Event = (
    "end",
    {
        "outcome": "ready",
        "summary": "Adds a difficulty.",
        "cost": 0.5,
        "usage": {"input_tokens": 2_000, "output_tokens": 400, "cache_read_tokens": 6_000, "cache_write_tokens": 0},
        "seconds_database": 1.5,
    },
)
WRITTEN: Event = ("written", {"files": ["supabase/migrations/20261122081501_add_difficulty.sql"], "draft": 2})


def keep(root: Path, *events: Event) -> Path:
    log = RunLog.new(root)
    for kind, data in events:
        log.write(kind, **data)
    log.close()
    return log.path


def told(root: Path, *events: Event) -> Transcript:
    path = keep(root, *events)
    return read(load(path), path.stem)
