"""Every way a Messages API says no, in one sentence that says what to do.

Servers, clouds and proxies word and wrap their errors differently, and some tell them under a 200 or in mid-stream.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.model import ModelError

if TYPE_CHECKING:
    import anthropic

    from agent.providers import Way

_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "timeout_error": 504,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "overloaded_error": 529,
}
"""The status that an error told under a 200 would have had."""
_TOO_LONG = re.compile(r"too long|context (size|length|window)|maximum context", re.I)
"""Anthropic's, llama.cpp's, vLLM's."""


@dataclass(frozen=True)
class Refusal:
    """What the server said."""

    status: int
    words: str
    """One line, ending in a full stop."""
    wait: float | None = None
    """Seconds that it asks to wait for the next try."""

    @classmethod
    def of(cls, error: "anthropic.APIStatusError") -> "Refusal":
        from agent.transfer import wait_asked

        if error.status_code < 300:  # told in mid-stream, after the 200
            return cls.told(error.body)
        return cls(error.status_code, _words(error.body) or _line(error.message), wait_asked(error.response.headers))

    @classmethod
    def told(cls, body: object) -> "Refusal":
        """Of an error's body that came without its status; an unknown type is taken for the server's own trouble."""
        detail = body.get("error") if isinstance(body, Mapping) else None
        kind = detail.get("type") if isinstance(detail, Mapping) else None
        return cls(_STATUS.get(str(kind), 500), _words(body) or f"{kind or 'an error without a word'}.")

    @property
    def passes(self) -> bool:
        """Another try may find the server better."""
        return self.status in (408, 409, 429) or self.status >= 500

    def explain(self, way: "Way", model: str, tries: int) -> ModelError:
        """`tries` is how often the request was sent."""
        words = self.words
        if self.wait and self.passes:
            words += f" It asks to wait {self.wait:,.0f} s." if self.wait >= 1 else ""
        after = f"after {tries} {'try' if tries == 1 else 'tries'}"
        match self.status:
            case 401:
                return ModelError("configuration", f"{way.url} refused the key; check {way.credential}. ({words})")
            case 402:
                return ModelError("configuration", f"{way.url} asks for payment first: {words}")
            case 403:
                return ModelError("configuration", f"{way.credential} may not use {model}: {words}")
            case 404:
                return ModelError("configuration", f"{way.url} knows no model {model!r}; check [model] name. ({words})")
            case 413:
                return ModelError("model", f"The conversation has grown too large for {way.url}: {words}")
            case 400 | 422 if _TOO_LONG.search(words):
                return ModelError("model", f"The conversation has grown too long for {model}: {words}")
            case 429:
                return ModelError("infrastructure", f"{way.url} still limits the rate {after}: {words}")
            case status if self.passes:
                return ModelError("infrastructure", f"{way.url} still failed with {status} {after}: {words}")
            case status:
                return ModelError("configuration", f"{way.url} refused the request ({status}): {words}")


def _words(body: object) -> str:
    """The server's own words, wherever it put them."""
    if isinstance(body, str):
        try:
            return _words(json.loads(body))
        except (ValueError, RecursionError):
            page = re.search(r"<title[^>]*>(.*?)</title>", body, re.I | re.S)  # a proxy's
            return _line(page[1] if page else re.sub(r"<[^>]*>", " ", body))
    if isinstance(body, list):
        return _words(body[0]) if body else ""
    if not isinstance(body, Mapping):
        return ""
    for key in ("error", "message", "Message", "detail"):
        match body.get(key):
            case str(said) if said.strip():
                return _line(said)
            case dict() | list() as inner if said := _words(inner):
                return said
    return _line(str(body.get("msg") or ""))


def _line(text: str) -> str:
    line = " ".join(text.split())[:300].rstrip(".")
    return f"{line}." if line else ""


def one_line(error: BaseException) -> str:
    """An exception's words, or its name where it has none."""
    return _line(str(error)) or f"{type(error).__name__}."
