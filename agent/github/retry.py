"""When and how long to wait before GitHub is asked again: overload, rate limits, and changes that met another."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from agent.transfer import wait_asked

TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds; a server that asks for more ends the job, which says so."""

T = TypeVar("T")


class GitHubError(Exception):
    """GitHub said no, or nothing."""

    def __init__(self, status: int, message: str, wait: float | None = None) -> None:
        """`status` is 0 where no answer came; `wait` is in seconds, None where GitHub does not say."""
        super().__init__(message)
        self.status, self.wait = status, wait

    @property
    def untouched(self) -> bool:
        """Nothing was done, and the same request may be good a little later."""
        return self.status == 429 or (self.status == 403 and self.wait is not None)

    @property
    def passes(self) -> bool:
        """Another try may find it better, though the first may have been carried out."""
        return self.untouched or self.status == 0 or self.status >= 500

    @property
    def races(self) -> bool:
        """What was to be made is there already, or what it builds on has changed."""
        return self.status in (409, 422)


def error_of(response: httpx2.Response, what: str) -> GitHubError:
    """The answer, which is no success, as an error that says what was wanted."""
    try:
        told = response.json()
        words = str(told.get("message", "")) if isinstance(told, dict) else ""
        details = told.get("errors") if isinstance(told, dict) else None
    except ValueError:
        words, details = "", None
    if isinstance(details, list):
        more = [each.get("message") or each.get("code") if isinstance(each, dict) else each for each in details]
        words = "; ".join(str(part) for part in [words, *more] if part)
    said = " ".join(words.split())[:300] or "no reason given"
    return GitHubError(response.status_code, f"{what}: {response.status_code} {said}", _wait(response, words))


def _wait(response: httpx2.Response, words: str) -> float | None:
    """Seconds until the limit is lifted; None where the answer is of no limit."""
    headers = response.headers
    if response.status_code not in (403, 429):
        return None
    if (asked := wait_asked(headers)) is not None:
        return asked
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
        return max(1.0, float(headers["x-ratelimit-reset"]) - time.time())
    return 60.0 if "rate limit" in words.lower() or response.status_code == 429 else None


def retrying(work: Callable[[], T], again: Callable[[GitHubError], bool], pause: float) -> T:
    """`work`, tried again where `again` says so; the last error is raised. `pause` is the first wait, in seconds."""

    def may(error: BaseException) -> bool:
        return isinstance(error, GitHubError) and again(error) and (error.wait or 0) <= LONGEST_WAIT

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, GitHubError) else None
        grown: float = pause * 2 ** (state.attempt_number - 1) * random.uniform(0.8, 1.2)
        return asked if asked is not None else grown

    tries = Retrying(retry=retry_if_exception(may), stop=stop_after_attempt(TRIES), wait=wait, reraise=True)
    return tries(work)


def ensured(find: Callable[[], T | None], make: Callable[[], T], pause: float) -> T:
    """What is there, or is made now: looked for again before each try, so that it is made once.

    Whatever became of the try before: an answer that got lost, another job that was quicker.
    """

    def attempt() -> T:
        return find() or make()

    return retrying(attempt, lambda error: error.passes or error.races, pause)
