"""How long an answer, and how long a wait for the next try, may be: what the SDK leaves open."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from anthropic import APIResponse
    from anthropic._middleware import CallNext
    from anthropic._request import APIRequest

LONGEST_WAIT = 120.0
"""Seconds that a server may ask to wait for the next try (retry-after); longer, and the run ends and says so."""
LARGEST = 64 * 1024 * 1024
"""Bytes of one answer: ten times what the longest one takes."""


class TooLargeError(Exception):
    """An answer that does not end."""


class Patience:
    """The SDK's middleware: bounds an answer in time, over all tries, and in size, and every wait; counts the tries.

    A request whose answer has taken all its time is not sent again: the server may still be at work on the first.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.tries = 0
        self._deadline = 0.0

    def __call__(self, request: "APIRequest", call_next: "CallNext") -> "APIResponse[Any]":
        import anthropic

        if request.retries_taken == 0:
            self._deadline = time.monotonic() + self.seconds
        self.tries = request.retries_taken + 1
        try:
            answered = call_next(request)
        except anthropic.APITimeoutError:
            if time.monotonic() < self._deadline:  # it did not even connect
                raise
            raise TimeoutError from None
        response = answered.http_response
        if (wait_asked(response.headers) or 0) > LONGEST_WAIT:
            response.headers["x-should-retry"] = "false"
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Bounded(response.stream, self._deadline)
        return answered


class _Bounded(httpx2.SyncByteStream):
    """Bytes until the deadline: keep-alive events and slow drips never run into a read timeout."""

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the answer takes too long")
            if size > LARGEST:
                raise TooLargeError(f"answered with more than {LARGEST >> 20} MB.")
            yield chunk

    def close(self) -> None:
        self._stream.close()


def wait_asked(headers: httpx2.Headers) -> float | None:
    """Seconds, from ``retry-after-ms`` or ``retry-after`` (seconds or a date)."""
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        try:
            return float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
    try:
        return parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time()
    except (KeyError, ValueError):
        return None
