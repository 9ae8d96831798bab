"""Further values of a type, tried where none of the usual ones will do."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from tools.rows.hints import Hints
from tools.rows.schema import Type

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DAYS = 400
_INTERVALS = ("5 minutes", "10 minutes", "15 minutes", "20 minutes", "30 minutes", "45 minutes", "1 hour", "90 minutes",
              "2 hours", "4 hours", "8 hours", "12 hours", "1 day", "2 days", "3 days", "7 days", "14 days", "21 days",
              "30 days", "1 month", "60 days", "3 months", "6 months", "1 year", "1 second", "0")  # fmt: skip
_TEXTS = ("0 * * * *", "2026-01-31", "12:30", "2026-01-31T12:00:00Z", "user@example.com", "https://example.com/a",
          "/a", "a/b/c.txt", "a.b", "a-b", "a_b", "a b c", "A", "Aa1!aaaa", "AAA", "en-GB", "{}", "[]", "[1]", "true",
          "3.5", "12", "123", "1234", "12345", "123456", "12345678", "4111111111111111", "1234567890", "+15550000001",
          "#336699", "v1.0.0", "10.0.0.1", "example.com", "00000000-0000-4000-8000-000000000001", "YWJj",
          "one two three four five")  # fmt: skip


def numbered(kind: Type, hint: Hints, serial: int) -> Iterable[str]:
    """Numbers beside those that the checks name, and multiples of them, of each row its own."""
    if kind.kind == "number":
        step = serial % 1000
        least, greatest = kind.bounds or (-(10**12), 10**12)
        for number in filter(None, map(int, _integers(hint))):
            for own in (number + step, number - step, number * step):
                yield str(min(max(own, least), greatest))


def apart(kind: Type, serial: int) -> Iterable[str]:
    """Times of which no two lie in one month."""
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=31 * (serial % 300))
    if kind.kind == "timestamp":
        yield moment.isoformat(sep=" ")
    elif kind.kind == "date":
        yield moment.date().isoformat()


def wide(kind: Type, hint: Hints) -> Iterable[str]:
    """Those that conditions are made of more often come first."""
    if kind.kind == "number":
        named = sorted({float(text) for text in hint.values if _NUMBER.fullmatch(text)})
        yield from (f"{(one + other) / 2:g}" for one, other in pairwise(named))
        yield from (str(int(text) * n) for text in _integers(hint) for n in range(2, 12))
    elif kind.kind == "vector":
        yield "[" + ",".join(["1", *["0"] * ((kind.length or 3) - 1)]) + "]"
    yield from _usual(kind.kind, datetime.now(UTC).replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=16)
def _usual(kind: str, now: datetime) -> tuple[str, ...]:
    match kind:
        case "number":
            numbers = [*range(130), *(10**n for n in range(3, 12)), *(2**n for n in range(7, 31)), *range(-1, -20, -1)]
            return (*map(str, numbers), *(f"{n / 100:g}" for n in range(5, 100, 5)))
        case "date":
            days = [now.date() + timedelta(days=days) for n in range(_DAYS) for days in (-n, n)]
            return tuple(day.isoformat() for day in days)
        case "timestamp":
            midnight = now.replace(hour=0)
            moments = [now - timedelta(hours=n) for n in range(48)]
            moments += [midnight + timedelta(days=days) for n in range(32) for days in (-n, n)]
            moments += [day for n in range(_DAYS) if (day := midnight - timedelta(days=n)).day == 1]
            return tuple(moment.isoformat(sep=" ") for moment in moments)
        case "time":
            return tuple(f"{n // 4:02d}:{n % 4 * 15:02d}:00" for n in range(96))
        case "interval":
            return _INTERVALS
        case "text":
            return _TEXTS
    return ()


def _integers(hint: Hints) -> list[str]:
    return [text for text in dict.fromkeys(hint.values) if re.fullmatch(r"-?\d{1,15}", text)][:6]
