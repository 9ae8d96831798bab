"""The model: what the loop asks of it, and the one that speaks the Messages API.

`Model` is all that the loop knows; the built-in drafter and the tests' scripted models are others.
`Anthropic` reaches Anthropic's API and every server that speaks the same protocol (ANTHROPIC_BASE_URL).
"""

import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tools.project import ModelConfig

if TYPE_CHECKING:  # the SDK takes a second or two to import: only who uses it pays
    import anthropic

Block = dict[str, Any]
"""A content block, a message or a tool as the Messages API writes it in JSON."""

CUT_STREAM_RETRIES = 2
"""How often an answer that broke off is asked for again; the SDK's own retries do not cover that."""


@dataclass(frozen=True)
class Usage:
    """Tokens; `input_tokens` does not include the cached ones."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
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
    model: str
    """Who answered, as the server names it."""

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

    def __init__(self, kind: Literal["configuration", "infrastructure", "model"], message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


class _BrokenError(ModelError):
    """An answer that another try may well complete."""


def available(environ: Mapping[str, str]) -> bool:
    """There is a key, or a server that may need none."""
    return any(_given(environ, name) for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL"))


def cost(model: str, usage: Usage) -> float | None:
    """US dollars; None where the price is unknown. Nothing used costs nothing, whoever did not use it."""
    if not usage.total:
        return 0.0
    table = prices()
    known = [name for name in table["models"] if model.startswith(name)]
    if not known:
        return None
    price = table["models"][max(known, key=len)]
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


class Anthropic:
    """A model behind the Messages API, streamed."""

    def __init__(self, config: ModelConfig, environ: Mapping[str, str]) -> None:
        """Raises ModelError (configuration) where there are no credentials. Connects at the first reply."""
        if not available(environ):
            raise ModelError(
                "configuration",
                "No model is configured: set ANTHROPIC_API_KEY (or ANTHROPIC_BASE_URL for a server of your own).",
            )
        self.config = config
        self.name = config.name
        self.url = _given(environ, "BASE_URL") or "https://api.anthropic.com"
        if not self.url.startswith(("http://", "https://")):
            raise ModelError(
                "configuration", f"ANTHROPIC_BASE_URL is {self.url!r}; it must start with http:// or https://."
            )
        self._key = _given(environ, "API_KEY")
        self._token = _given(environ, "AUTH_TOKEN")
        self._client: anthropic.Anthropic | None = None

    def reply(self, request: Request) -> Turn:
        """Raises ModelError."""
        import anthropic

        tries = 0
        while True:
            tries += 1
            try:
                return self._stream(request)
            except _BrokenError as error:
                if tries > CUT_STREAM_RETRIES:
                    raise ModelError(error.kind, f"{error.message} (asked {tries} times)") from error
            except anthropic.AnthropicError as error:
                raise self._explain(error) from error

    def _stream(self, request: Request) -> Turn:
        """One answer. Raises _BrokenError where it came in part or unreadable, which the SDK does not always tell."""
        import anthropic
        import httpx2

        deadline = time.monotonic() + self.config.timeout
        try:
            with self._connected().messages.stream(**self._parameters(request)) as stream:
                for _ in stream:
                    if time.monotonic() > deadline:
                        raise ModelError("infrastructure", self._too_late())
                message = stream.get_final_message()
        except httpx2.TimeoutException:
            raise ModelError("infrastructure", self._too_late()) from None
        except anthropic.APIStatusError as error:
            if error.status_code < 400:  # told in mid-stream, after the 200
                raise _BrokenError("infrastructure", f"{self.url} broke off its answer: {_words(error)}") from error
            raise
        except ValueError:
            raise _BrokenError("model", f"{self.name} filled in a tool with text that is no JSON.") from None
        except (httpx2.TransportError, RuntimeError, AssertionError) as error:  # no event, or out of order
            raise _BrokenError("infrastructure", f"{self.url} answered with no readable stream of messages.") from error
        if message.stop_reason is None:
            raise _BrokenError("infrastructure", f"{self.url} broke off its answer.")
        used = message.usage
        usage = Usage(
            used.input_tokens or 0,
            used.output_tokens or 0,
            used.cache_read_input_tokens or 0,
            used.cache_creation_input_tokens or 0,
        )
        blocks: list[Block] = message.to_dict(warnings=False)["content"]  # type: ignore[assignment]
        return Turn(
            [_clean(block) for block in blocks if not _is_empty(block)], message.stop_reason, usage, message.model
        )

    def _parameters(self, request: Request) -> dict[str, Any]:
        """Only what every server understands, and the rest where it is configured."""
        extra: dict[str, Any] = {}
        if self.config.cache:
            extra["cache_control"] = {"type": "ephemeral"}
        if self.config.thinking:
            extra["thinking"] = {"type": "adaptive"}
        if self.config.effort:
            extra["output_config"] = {"effort": self.config.effort}
        return {
            "model": self.name,
            "max_tokens": self.config.max_tokens,
            "system": request.system,
            "messages": request.messages,
            "tools": request.tools,
            **extra,
        }

    def _connected(self) -> "anthropic.Anthropic":
        import anthropic

        if self._client is None:
            key = self._key or (None if self._token else "none")  # a local server asks for no key, the SDK does
            self._client = anthropic.Anthropic(
                api_key=key,
                auth_token=None if key else self._token,
                base_url=self.url,
                timeout=self.config.timeout,
                max_retries=self.config.max_retries,
            )
        return self._client

    def _too_late(self) -> str:
        return f"{self.url} did not finish its answer within {self.config.timeout:g} s ([model] timeout)."

    def _explain(self, error: "anthropic.AnthropicError") -> ModelError:
        """Every way the API says no, in one sentence that says what to do."""
        import anthropic

        if isinstance(error, anthropic.APITimeoutError):
            return ModelError("infrastructure", self._too_late())
        if isinstance(error, anthropic.APIConnectionError):
            reason = error.__cause__ or error
            return ModelError(
                "infrastructure", f"Could not reach {self.url}: {_line(str(reason) or type(reason).__name__)}"
            )
        if not isinstance(error, anthropic.APIStatusError):
            return ModelError("configuration", f"The model's client gave up: {error}")
        words = _words(error)
        match error.status_code:
            case 401:
                return ModelError("configuration", f"{self.url} refused the key; check ANTHROPIC_API_KEY. ({words})")
            case 402:
                return ModelError("configuration", f"{self.url} asks for payment first: {words}")
            case 403:
                return ModelError("configuration", f"The key may not use {self.name}: {words}")
            case 404:
                return ModelError(
                    "configuration", f"{self.url} knows no model {self.name!r}; check [model] name. ({words})"
                )
            case 408 | 409:
                return ModelError("infrastructure", f"{self.url} answered {error.status_code}: {words}")
            case 413:
                return ModelError("model", f"The conversation has grown too large for {self.url}: {words}")
            case 400 if "too long" in words:
                return ModelError("model", f"The conversation has grown too long for {self.name}: {words}")
            case 429:
                return ModelError("infrastructure", f"{self.url} still limits the rate after {self._tries()}: {words}")
            case status if 400 <= status < 500:
                return ModelError("configuration", f"{self.url} refused the request ({status}): {words}")
            case status:
                return ModelError(
                    "infrastructure", f"{self.url} still failed with {status} after {self._tries()}: {words}"
                )

    def _tries(self) -> str:
        return f"{1 + self.config.max_retries} tries" if self.config.max_retries else "1 try"


def _given(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(f"ANTHROPIC_{name}", "").strip() or None


def _words(error: "anthropic.APIStatusError") -> str:
    """The server's own words, on one line."""
    body = error.body if isinstance(error.body, dict) else {}
    detail = body.get("error")
    said = detail.get("message") if isinstance(detail, dict) else None
    return _line(str(said or error.message))


def _line(text: str) -> str:
    return " ".join(text.split())[:300].rstrip(".") + "."


def _is_empty(block: Block) -> bool:
    """The API sends empty text blocks and refuses to get them back."""
    return bool(block["type"] == "text" and not block.get("text", "").strip())


def _clean(block: Block) -> Block:
    """Tool input that is no object is refused when sent back; kept as the text it was, under a name no tool knows."""
    if block["type"] == "tool_use" and not isinstance(block.get("input"), dict):
        return {**block, "input": {"not_an_object": str(block.get("input"))[:2000]}}
    return block
