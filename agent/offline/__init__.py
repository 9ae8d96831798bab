"""The built-in drafter: a model without a network, for where there is no key.

It speaks the loop's protocol and nothing else sets it apart: it reads the request out of the first message, answers
with one `check_draft`, and says so when the checklist finds fault with it. It knows the plain kinds of change that the
conventions describe; what it cannot read with certainty it refuses in one paragraph, and never guesses.

    request -> reading -> Description -> rendering -> Draft
"""

from typing import Any

from agent.feedback import ACCEPTED
from agent.model import Request, Turn, Usage
from agent.offline.reading import Satisfied, Unclear, read
from agent.offline.rendering import render
from agent.offline.schema import Schema
from agent.prompt import unmarked
from tools.config import Config
from tools.facts import Catalog

__all__ = ["BuiltIn"]

_CALL = "builtin_1"
_ABILITIES = (
    "It drafts plain requests for one change: a new table with described columns, a join table, a column, a "
    "constraint, a default, an index, a wider type, default rows for those that have none, an audit trigger, a stats "
    "function. Put it in such words, one change at a time, naming tables and columns as the project does; for anything "
    "else set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a server of your own, and a model will draft it. Nothing "
    "was written."
)


class BuiltIn:
    """Drafts for the database that `catalog` describes; `config` knows how large its tables are."""

    name = "builtin"

    def __init__(self, catalog: Catalog, config: Config) -> None:
        self.schema = Schema(catalog, config)

    def reply(self, request: Request) -> Turn:
        """A draft at first, and what can be done about one that was not accepted; a refusal for what it cannot read."""
        spoken = [message for message in request.messages if message["role"] == "assistant"]
        wish = _request(request.messages[0])
        if unmarked("file", _text(request.messages[0])) or (
            spoken and unmarked("request", _text(request.messages[-1]))
        ):
            return _turn(
                "refusal", f"The built-in drafter drafts what is new; it does not change a draft. {_ABILITIES}"
            )
        if spoken and ACCEPTED in _text(request.messages[-1]):  # it passes, and only a sample row is asked for
            return _turn("end_turn", None)
        try:
            description = read(wish, self.schema)
        except Satisfied as satisfied:
            told = {"reason": f"{satisfied.reason}.", "evidence": list(satisfied.evidence)}
            return _turn("tool_use", None, {"type": "tool_use", "id": _CALL, "name": "nothing_to_do", "input": told})
        except Unclear as unclear:
            return _turn("refusal", f"{unclear.told} {_ABILITIES}")
        if not spoken:
            draft = render(description, self.schema).model_dump(mode="json", exclude_defaults=True)
            return _turn("tool_use", None, {"type": "tool_use", "id": _CALL, "name": "check_draft", "input": draft})
        return _turn(
            "end_turn",
            f"The checklist found fault with the built-in drafter's draft, and it cannot repair it. {_ABILITIES}",
        )


def _request(message: dict[str, Any]) -> str:
    """The person's words in the first message; the whole of it where nothing marks them."""
    text = _text(message)
    marked = unmarked("request", text)
    return text if marked is None else marked


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "\n".join(block.get("text", "") for block in content)


def _turn(stop_reason: str, text: str | None, *blocks: dict[str, Any]) -> Turn:
    content = [*([{"type": "text", "text": text}] if text else []), *blocks]
    return Turn(content, stop_reason, Usage(), BuiltIn.name)
