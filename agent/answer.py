"""An answer put together from the events of its stream, as they were sent.

The SDK's own accumulator takes half of a tool's JSON for the whole, and loses all of it where it is wrong; what was
paid for is kept here as it came, so that the model can be told what was wrong with it.
"""

import json
from collections.abc import Mapping
from typing import Any

from agent.model import UNREADABLE, Block, Turn, Usage

KEPT = 2_000
"""Characters of a tool's input that could not be read which are kept."""
_DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}
"""What a delta adds to, in its block."""


class Answer:
    """Takes events in the order they come. `whole` once the model has stopped, whatever else was to come."""

    def __init__(self) -> None:
        self.begun = False
        self.stop_reason: str | None = None
        self.detail = ""
        self.model = ""
        self._blocks: dict[int, Block] = {}
        self._parts: dict[tuple[int, str], list[str]] = {}
        self._usage: dict[str, int] = {}

    @property
    def whole(self) -> bool:
        return self.stop_reason is not None

    @property
    def usage(self) -> Usage:
        """As told up to now; a broken answer's is what it cost as far as anybody knows."""
        return Usage(
            self._usage.get("input_tokens", 0),
            self._usage.get("output_tokens", 0),
            self._usage.get("cache_read_input_tokens", 0),
            self._usage.get("cache_creation_input_tokens", 0),
            told=not self.whole or bool(self._usage.get("input_tokens") or self._usage.get("output_tokens")),
        )

    def take(self, event: Mapping[str, Any]) -> None:
        """One event of the stream. Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
        match event["type"]:
            case "message_start":
                if self.begun:
                    raise ValueError("a second message in one answer")
                self._begin(event["message"])
            case "content_block_start":
                self._blocks[event["index"]] = dict(event["content_block"])
            case "content_block_delta":
                self._add(event["index"], event["delta"])
            case "message_delta":
                self._stop(event["delta"])
                self._count(event.get("usage"))

    def take_message(self, message: Mapping[str, Any]) -> None:
        """A whole message at once, from a server that does not stream."""
        self._begin(message)
        self._blocks = {index: dict(block) for index, block in enumerate(message["content"])}
        self._stop(message)

    def turn(self, asked: str, used: set[str]) -> Turn:
        """The answer as a turn; `asked` names the model where the server does not, `used` are ids of earlier calls."""
        content = [self._block(index) for index in sorted(self._blocks)]
        kept = [block for block in content if not _is_empty(block)]
        known = set(used)
        for block in kept:
            if block["type"] == "tool_use":
                block["id"] = _unused(block.get("id"), known)
                known.add(block["id"])
        return Turn(kept, str(self.stop_reason), self.usage, self.model or asked, detail=self.detail)

    def _begin(self, message: Mapping[str, Any]) -> None:
        self.begun = True
        self.model = str(message.get("model") or "")
        self._count(message.get("usage"))

    def _add(self, index: int, delta: Mapping[str, Any]) -> None:
        block = self._blocks[index]
        if delta["type"] == "input_json_delta":
            self._parts.setdefault((index, "input"), []).append(delta["partial_json"])
        elif key := _DELTAS.get(delta["type"]):
            self._parts.setdefault((index, key), [block.get(key) or ""]).append(delta[key])
        elif delta["type"] == "citations_delta":
            block["citations"] = [*(block.get("citations") or []), delta["citation"]]

    def _stop(self, told: Mapping[str, Any]) -> None:
        if told.get("stop_reason") is not None:
            self.stop_reason = str(told["stop_reason"])
        details = told.get("stop_details")
        if isinstance(details, Mapping):
            self.detail = str(details.get("explanation") or "")

    def _count(self, usage: Any) -> None:
        """Later figures are totals: they replace earlier ones, and say nothing where they are left out."""
        if isinstance(usage, Mapping):
            self._usage |= {key: n for key, n in usage.items() if isinstance(n, int) and not isinstance(n, bool)}

    def _block(self, index: int) -> Block:
        block = self._blocks[index]
        for (owner, key), parts in self._parts.items():
            if owner == index:
                block[key] = "".join(parts)
        if block["type"] == "tool_use":
            block["name"] = str(block.get("name"))
            block["input"] = _input(block.get("input"))
        block = _well_formed(block)
        return block if block["type"] != "text" else {**block, "text": block.get("text") or ""}


def _input(given: Any) -> Block:
    """A tool's input; as the text that it was under UNREADABLE where it is no JSON object."""
    if isinstance(given, str):
        if not given.strip():
            return {}
        try:
            read = json.loads(given, parse_constant=_no_json)
        except (ValueError, RecursionError):
            read = None
    else:
        read = given if given is not None else {}
    return read if isinstance(read, dict) else {UNREADABLE: str(given)[:KEPT]}


def _no_json(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _well_formed(value: Any) -> Any:
    """With U+FFFD for halves of characters, which can be neither written nor sent back."""
    match value:
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            return value
        case dict():
            return {_well_formed(key): _well_formed(item) for key, item in value.items()}
        case list():
            return [_well_formed(item) for item in value]
    return value


def _is_empty(block: Block) -> bool:
    """The API sends empty text blocks and refuses to get them back."""
    return bool(block["type"] == "text" and not block["text"].strip())


def _unused(given: Any, used: set[str]) -> str:
    """The id of a tool call, which must be unlike all others of the conversation."""
    base = str(given or "toolu")
    number = 2
    wanted = base if given else f"{base}_1"
    while wanted in used:
        wanted, number = f"{base}_{number}", number + 1
    return wanted
