"""The model: what the loop asks of it, what it answers, and what that costs.

`Model` is all that the loop knows. `agent.client` has the one that speaks the Messages API; the built-in drafter and
the tests' scripted models are others.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Protocol

Block = dict[str, Any]
"""A content block, a message or a tool as the Messages API writes it in JSON."""

UNREADABLE = "unreadable_input"
"""The key under which the text of a tool call's input is kept where it is no JSON object; no tool has it."""


@dataclass(frozen=True)
class Usage:
    """Tokens; `input_tokens` does not include the cached ones."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    told: bool = True
    """False where an answer came without its usage: then there were more tokens than these."""

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.told and other.told,
        )

    @property
    def total(self) -> int:
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens


@dataclass(frozen=True)
class Request:
    """One call: `system` and `tools` are the same bytes in every call, `messages` only grows."""

    system: list[Block]
    tools: list[Block]
    messages: list[Block]


@dataclass(frozen=True)
class Turn:
    """One answer."""

    content: list[Block]
    stop_reason: str
    """As in the Messages API: tool_use, end_turn, max_tokens, refusal, ..."""
    usage: Usage
    """What was paid for, `lost` included."""
    model: str
    """Who answered, as the server names it."""
    lost: Usage = Usage()
    """What the tries took that broke off before this answer came, as far as the server told."""
    detail: str = ""
    """The server's words on why it stopped, where it has any (a refusal's explanation)."""

    @property
    def text(self) -> str:
        return "\n\n".join(block["text"] for block in self.content if block["type"] == "text").strip()

    @property
    def tool_uses(self) -> list[Block]:
        return [block for block in self.content if block["type"] == "tool_use"]


class Model(Protocol):
    """Answers a request, or raises ModelError; a model that will not do it answers with stop_reason refusal."""

    @property
    def name(self) -> str: ...

    def reply(self, request: Request) -> Turn: ...


class ModelError(Exception):
    """No answer was to be had; the message is one sentence for the person.

    configuration: nobody gets an answer until something is set right (key, model name, balance).
    infrastructure: not the model's fault (overload, network, time): worth another try later.
    model: the model answered what nobody can use.
    """

    def __init__(
        self, kind: Literal["configuration", "infrastructure", "model"], message: str, usage: Usage | None = None
    ) -> None:
        """`usage` is what was paid for all the same, as far as the server told."""
        super().__init__(message)
        self.kind, self.message, self.usage = kind, message, usage or Usage()


def cost(model: str, usage: Usage) -> float | None:
    """US dollars; None where the price or the usage is unknown. Nothing used costs nothing, whoever did not use it."""
    if not usage.told:
        return None
    if not usage.total:
        return 0.0
    table = prices()
    price = next((price for name, price in table["models"].items() if _is_called(model, name)), None)
    if price is None:
        return None
    entered = (
        usage.input_tokens
        + usage.cache_write_tokens * table["cache_write"]
        + usage.cache_read_tokens * table["cache_read"]
    )
    return float(entered * price["input"] + usage.output_tokens * price["output"]) / 1e6


@cache
def prices() -> dict[str, Any]:
    """`prices.toml`: per model and million tokens, with date and source."""
    return tomllib.loads(files("agent").joinpath("prices.toml").read_text(encoding="utf-8"))


def _is_called(model: str, name: str) -> bool:
    """Whether `model` is `name` as some provider writes it, dated or not.

    ``claude-opus-5-5-20261001``, ``claude-opus-5-5@20261001`` (Vertex), ``us.anthropic.claude-opus-5-5-v1:0`` (Bedrock,
    also as the end of an ARN), ``anthropic/claude-opus-5-5`` (gateways). Any other ending is another model, whose price
    nobody knows.
    """
    before = r"(?:\S*/)?(?:[a-z-]+\.)*"
    after = r"(?:-\d{8}|-latest)?(?:-v\d+(?::\d+)?)?(?:@(?:\d{8}|latest|default))?"
    return re.fullmatch(before + re.escape(name) + after, model) is not None
