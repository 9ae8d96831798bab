"""A model that says what it was given to say, and drafts for it, good and bad, on the sample project."""

import json
from collections.abc import Sequence
from typing import Any

from agent.model import ModelError, Request, Turn, Usage

GOOD: dict[str, Any] = {
    "name": "add_lesson_difficulty",
    "title": "Add lesson difficulty",
    "purpose": "Let families choose lessons by how hard they are.",
    "tables": "alter table public.lessons add column if not exists difficulty text not null default 'medium'\n"
    "  check (difficulty in ('easy', 'medium', 'hard'));",
    "comments": "comment on column public.lessons.difficulty is 'easy, medium or hard';",
    "rollback": "alter table public.lessons drop column if exists difficulty;",
}
"""A draft that passes."""

WARNED = GOOD | {"comments": ""}
"""One that passes with a warning."""

BAD = GOOD | {
    "tables": GOOD["tables"].replace("if not exists ", ""),
    "comments": "",
    "rollback": "alter table public.lessons drop column if exists dificulty;",
}
"""One that cannot run twice, is not undone and not commented: three checks."""


class Scripted:
    """Gives its answers in turn, the last one again and again, and remembers what it was asked."""

    name = "claude-haiku-5-5"

    def __init__(self, *answers: Turn | ModelError) -> None:
        self.answers = answers
        self.requests: list[str] = []
        """Each request's messages, as JSON."""

    def reply(self, request: Request) -> Turn:
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(json.dumps(request.messages))
        if isinstance(answer, ModelError):
            raise answer
        return answer

    def told(self, number: int = -1) -> Any:
        """The content of the last message of a request."""
        return json.loads(self.requests[number])[-1]["content"]


def says(text: str, stop_reason: str = "end_turn") -> Turn:
    return _turn([{"type": "text", "text": text}], stop_reason)


def uses(name: str, given: Any, stop_reason: str = "tool_use") -> Turn:
    return _turn([{"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": given}], stop_reason)


def drafts(*files: dict[str, Any]) -> Turn:
    return uses("check_draft", {"files": list(files)})


def together(turns: Sequence[Turn]) -> Turn:
    """Several tools asked for at once."""
    blocks = [block | {"id": f"toolu_{n}"} for n, block in enumerate(block for turn in turns for block in turn.content)]
    return _turn(blocks, "tool_use")


def _turn(content: list[dict[str, Any]], stop_reason: str) -> Turn:
    return Turn(content, stop_reason, Usage(input_tokens=1_000, output_tokens=100), Scripted.name)
