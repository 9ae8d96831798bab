"""The model behind the Messages API: Anthropic's, a cloud's, or any server that speaks it.

An answer that came whole is never asked for again, whatever is wrong with it: the loop tells the model. One that broke
off is, and what its server said it cost is counted.
"""

import json
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agent import providers
from agent.answer import Answer
from agent.api_errors import Refusal, one_line
from agent.model import ModelError, Request, Turn, Usage
from agent.providers import available
from tools.config import ModelConfig

if TYPE_CHECKING:  # the SDK takes a second or two to import: only who uses it pays
    from agent.transfer import Patience

__all__ = ["CUT_STREAM_RETRIES", "Anthropic", "available"]

CUT_STREAM_RETRIES = 2
"""How often, at most, an answer that broke off is asked for again; the SDK's own retries do not cover that."""
CONNECT_SECONDS = 15.0
COUNT_SECONDS = 20.0
"""How long count_tokens may take."""


class _BrokenError(ModelError):
    """An answer that another try may well complete."""

    pause = 0.0
    """Seconds to wait before that."""


class Anthropic:
    """A model behind the Messages API, streamed."""

    def __init__(self, config: ModelConfig, environ: Mapping[str, str]) -> None:
        """Raises ModelError (configuration) where something is missing. Connects at the first reply."""
        self.config, self.name = config, config.name
        self.way = providers.way(config, environ)
        self.url = self.way.url
        self._client: Any = None
        self._patience: Patience | None = None
        self._caches = config.cache

    def reply(self, request: Request) -> Turn:
        """Raises ModelError."""
        lost, asked = Usage(), 0
        while True:
            asked += 1
            try:
                turn = self._ask(request)
                return replace(turn, usage=turn.usage + lost, lost=lost)
            except _BrokenError as error:
                lost += error.usage
                if asked > min(CUT_STREAM_RETRIES, self.config.max_retries):
                    paid = f"; {lost.total:,} tokens were paid for" if lost.total else ""
                    raise ModelError(error.kind, f"{error.message} (asked {asked} times{paid})", lost) from error
                time.sleep(error.pause * asked)
            except ModelError as error:
                raise ModelError(error.kind, error.message, error.usage + lost) from error

    def count_tokens(self, request: Request) -> int | None:
        """The input tokens that the server counts in `request`; None where it does not count, or not now."""
        wanted = {key: value for key, value in self._parameters(request).items() if key != "max_tokens"}
        try:
            seconds = min(COUNT_SECONDS, self.config.timeout)
            client = self._connected().with_options(max_retries=0, timeout=seconds)
            counted = client.messages.count_tokens(**wanted).input_tokens
        except Exception:  # Bedrock and most local servers cannot, each in its own way; reply() says what is wrong
            return None
        return counted if isinstance(counted, int) else None

    def _ask(self, request: Request) -> Turn:
        """One answer. Raises _BrokenError where it came in part or unreadable, which the SDK does not always tell."""
        import anthropic
        import httpx2

        from agent.transfer import TooLargeError

        answer = Answer()
        with closing(self._opened(request)) as stream:
            kind = stream.response.headers.get("content-type", "nothing that it would name")
            try:
                _read(stream, kind, answer)
            except anthropic.APIStatusError as error:
                refusal = Refusal.of(error)
                if not answer.whole:
                    raise self._broke_off(refusal, answer) from error
            except httpx2.TimeoutException:
                if not answer.whole:
                    raise ModelError("infrastructure", self._too_late(), answer.usage) from None
            except TooLargeError as error:
                raise ModelError("model", f"{self.url} {error}", answer.usage) from None
            except Exception as error:  # what cannot be read raises many things; the cause stays attached
                if not answer.whole:
                    raise self._unread(kind, answer) from error
        if not answer.whole:
            raise self._unread(kind, answer)
        return answer.turn(self.name, _ids(request))

    def _opened(self, request: Request) -> Any:
        """The SDK's stream, once the server has answered 200. Raises ModelError."""
        import anthropic

        try:
            return self._connected().messages.create(**self._parameters(request), stream=True)
        except (TimeoutError, anthropic.APITimeoutError) as error:
            raise ModelError("infrastructure", self._too_late()) from error
        except anthropic.APIConnectionError as error:
            reason = one_line(error.__cause__ or error)
            raise ModelError("infrastructure", f"Could not reach {self.url}: {reason}") from error
        except anthropic.APIStatusError as error:
            refusal = Refusal.of(error)
            if self._caches and refusal.status in (400, 422) and "cache_control" in str(error.body):
                self._caches = False  # not asked for by name, only where it can be had
                return self._opened(request)
            raise self._explain(refusal) from error
        except Exception as error:  # before anything was sent: no credentials, a URL or a key that cannot be one
            raise ModelError(
                "configuration", f"{self.url} could not be asked; check {self.way.credential}. ({one_line(error)})"
            ) from error

    def _parameters(self, request: Request) -> dict[str, Any]:
        """Only what every server understands, and the rest where it is configured."""
        extra: dict[str, Any] = {}
        if self._caches:
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

    def _connected(self) -> Any:
        import httpx2

        from agent.transfer import Patience

        if self._client is None:
            seconds = self.config.timeout
            self._patience = Patience(seconds)
            self._client = self.way.connect(
                timeout=httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
                max_retries=self.config.max_retries,
                middleware=[self._patience],
            )
        return self._client

    def _too_late(self) -> str:
        return f"{self.url} did not finish its answer within {self.config.timeout:g} s ([model] timeout)."

    def _unread(self, kind: str, answer: Answer) -> ModelError:
        if answer.begun:
            return _BrokenError("infrastructure", f"{self.url} broke off its answer.", answer.usage)
        return _BrokenError("infrastructure", f"{self.url} answered with no readable stream of messages ({kind}).")

    def _broke_off(self, refusal: Refusal, answer: Answer) -> ModelError:
        """An error that was told after the 200."""
        if not refusal.passes:
            explained = self._explain(refusal)
            return ModelError(explained.kind, explained.message, answer.usage)
        error = _BrokenError("infrastructure", f"{self.url} broke off its answer: {refusal.words}", answer.usage)
        error.pause = 0.5
        return error

    def _explain(self, refusal: Refusal) -> ModelError:
        tries = self._patience.tries if self._patience else 1
        error = refusal.explain(self.way, self.name, tries)
        for key, given in (("thinking", self.config.thinking), ("effort", self.config.effort)):
            if given and refusal.status in (400, 422) and key in refusal.words:
                return ModelError(error.kind, f"{error.message} Leave out [model] {key}.")
        return error


def _read(stream: Any, kind: str, answer: Answer) -> None:
    """All events into the answer; a server that does not stream sends one message instead."""
    if "json" in kind and "stream" not in kind:
        body = json.loads(stream.response.read())
        if isinstance(body, dict) and ("error" in body or body.get("type") == "error"):
            raise _error(stream, body)
        answer.take_message(body)
        return
    for event in stream:
        data = event.to_dict(warnings=False)
        if data.get("type") == "error":  # as data alone, without the event's name
            raise _error(stream, data)
        answer.take(data)


def _error(stream: Any, body: dict[str, Any]) -> Exception:
    import anthropic

    return anthropic.APIStatusError("", response=stream.response, body=body)


def _ids(request: Request) -> set[str]:
    """Of the tool calls so far."""
    blocks = (
        block
        for message in request.messages
        if message["role"] == "assistant" and isinstance(message["content"], list)
        for block in message["content"]
    )
    return {block["id"] for block in blocks if block["type"] == "tool_use"}
