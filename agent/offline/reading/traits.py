"""What was said of one column, as far as it was read."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.offline import regex
from agent.offline.description import Format, Holds, Number, Range, Shape, Special, Value
from agent.offline.reading.ledger import Unclear

_NOW = re.compile(r"(?:the[_ ])?(?:current[_ ])?(?:now|time|timestamp|datetime|moment)|time of (?:creation|insertion)")
_WORDS: dict[str, Value | None] = {
    **dict.fromkeys(("true", "yes", "on", "enabled"), True),
    **dict.fromkeys(("false", "no", "off", "disabled"), False),
    **dict.fromkeys(("today", "current_date", "current date", "the current date"), Special.TODAY),
    **dict.fromkeys(("null", "none", "nothing"), None),
    **dict.fromkeys(("empty", "empty-text", "empty string", "an empty string"), ""),
    **dict.fromkeys(("empty-object", "empty object", "an empty object"), Special.EMPTY_OBJECT),
    **dict.fromkeys(
        ("empty-list", "empty list", "an empty list", "empty array", "an empty array", "an empty jsonb array"),
        Special.EMPTY_LIST,
    ),
}


@dataclass
class Traits:
    """None and empty where nothing was said."""

    type: str | None = None
    required: bool | None = None
    default: Value | None = None
    choices: tuple[str, ...] = ()
    enum: bool = False
    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False
    of_length: bool = False
    step: int | None = None
    """Only multiples of it."""
    percent: bool = False
    format: Format | None = None
    shape: Shape | None = None
    holds: Holds | None = None
    """What its JSON must be, in so many words."""
    no_default: bool = False
    """It has none, in so many words."""
    signed: bool = False
    """It may be negative, in so many words."""
    unique: bool = False
    unique_per: str | None = None
    """The words for what it is unique within: "child"."""
    set_when: tuple[Literal["exactly", "only", "always"], str] | None = None
    """How being set hangs together with a status: ("exactly", "completed")."""
    after: str | None = None
    """The words for the moment that it must be later than."""
    before: str | None = None
    """The words for what it must be earlier or smaller than."""
    or_equal: bool = False
    """It may also be that moment."""
    on_delete: Literal["cascade", "set null", "restrict"] | None = None
    """What becomes of the row when the one that it references is deleted."""
    refers: str | None = None
    """The table it references."""

    @property
    def range(self) -> Range | None:
        if self.low is None and self.high is None and self.step is None:
            return None
        return Range(self.low, self.high, self.low_open, self.high_open, self.step)

    def __bool__(self) -> bool:
        return self != Traits()

    def merge(self, other: "Traits") -> None:
        """Adds what another part of the request said of the same column. Raises Unclear where the two differ."""
        silent = Traits()
        for side in ("low", "high"):
            ends = [(getattr(said, side), getattr(said, f"{side}_open")) for said in (self, other)]
            if None not in (ends[0][0], ends[1][0]) and ends[0][0] == ends[1][0] and ends[0] != ends[1]:
                raise Unclear(f"whether {ends[0][0]} itself is meant")
        for name, value in vars(other).items():
            unsaid = getattr(silent, name)
            if (value, type(value)) == (unsaid, type(unsaid)):
                continue
            before = getattr(self, name)
            if name == "type" and {before, value} == {"jsonb", "json list"}:
                self.type = "json list"
                continue
            if (before, type(before)) not in ((unsaid, type(unsaid)), (value, type(value))):
                raise Unclear(f"{_said(before)} and {_said(value)} as the {name.replace('_', ' ')} of one column")
            setattr(self, name, value)


def _said(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def number(text: str) -> Number:
    return int(text) if regex.fullmatch(r"-?\d+", text) else Decimal(text)


def value_of(words: str, quoted: dict[str, str] | None = None) -> Value | None:
    """Words as a value: a number, true and false, now, empty; anything else is text."""
    words = regex.sub(r"^the empty ", "an empty ", words.strip())
    if quoted and words in quoted and words not in _WORDS:
        return quoted[words]
    if regex.fullmatch(r"-?\d+(?:\.\d+)?", words):
        return number(words)
    if _NOW.fullmatch(words):
        return Special.NOW
    return _WORDS.get(words, words)
