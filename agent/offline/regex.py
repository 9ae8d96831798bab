"""The functions of `re` on patterns in words, each compiled once in the life of the process.

The readers ask some thousands of patterns of each request, more than the 512 that `re` itself keeps: it would compile
most of them anew each time, which took two thirds of a reading.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

__all__ = ["findall", "finditer", "fullmatch", "match", "search", "split", "sub"]

_MOST = 10_000
"""Patterns kept; some hold names of the request or of the schema."""

Match = re.Match[str]
compiled = lru_cache(maxsize=_MOST)(re.compile)


def search(pattern: str, text: str, flags: int = 0) -> Match | None:
    return compiled(pattern, flags).search(text)


def match(pattern: str, text: str, flags: int = 0) -> Match | None:
    return compiled(pattern, flags).match(text)


def fullmatch(pattern: str, text: str, flags: int = 0) -> Match | None:
    return compiled(pattern, flags).fullmatch(text)


def findall(pattern: str, text: str, flags: int = 0) -> list[Any]:
    return compiled(pattern, flags).findall(text)


def finditer(pattern: str, text: str, flags: int = 0) -> Iterator[Match]:
    return compiled(pattern, flags).finditer(text)


def split(pattern: str, text: str, maxsplit: int = 0, flags: int = 0) -> list[str | Any]:
    return compiled(pattern, flags).split(text, maxsplit)


def sub(pattern: str, into: str | Callable[[Match], str], text: str, count: int = 0, flags: int = 0) -> str:
    return compiled(pattern, flags).sub(into, text, count)
