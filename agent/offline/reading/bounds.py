"""Bounds in words: "between 3 and 200 characters", "never negative", "at most 60", "0-100"."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from agent.offline.description import Number

if TYPE_CHECKING:
    from agent.offline.reading.traits import Rest, Traits

N = r"(-?\d+(?:\.\d+)?)\b\s?%?"
_UNIT = r"(\s*-?(?:characters?|chars?|letters?|symbols?|signs|digits?|in length|long)\b(?: long| in length| each)?)?"
NOT = r"(?:cannot|never|not|no|nothing|neither)"
_VERBS = r"(?:be |go |goes |drop |drops |fall |falls |get |gets |is |are |dip |dips |sink |allowed |rise |grow |run |to |have |values? |worth |cost |costs |contain |give |award |contain |a |any )*"

_LOW = (
    (rf"{NOT} {_VERBS}(?:below|under|less than|lower than|smaller than|fewer than|shorter than|beneath) {N}{_UNIT}", False),
    (rf"(?:>=|=>|at least|no less than|no fewer than|no lower than|greater than or equal(?: to)?|more than or equal(?: to)?|(?:a )?(?:min|minimum|lower limit|lower bound)(?: length| value)?(?: of| is| be|:)?)\s*{N}{_UNIT}", False),
    (rf"{N}{_UNIT}\s*(?:\+|or (?:more|higher|above|greater|larger|over|longer|up)|and (?:up|above|over|higher)|minimum|min\b|at least)", False),
    (rf"(?:>|above|over|more than|greater than|bigger than|larger than|higher than|longer than|exceeds?|exceeding|beyond)\s*{N}{_UNIT}", True),
)  # fmt: skip
_HIGH = (
    (rf"{NOT} {_VERBS}(?:above|over|more than|greater than|larger than|bigger than|higher than|longer than|exceed(?:s|ing)?|beyond|past) {N}{_UNIT}", False),
    (rf"(?:<=|=<|at most|up to|less than or equal(?: to)?|(?:a )?(?:max|maximum|upper limit|upper bound|cap|limit)(?: length| len| value)?(?: of| is| be| to|:)?|capped(?: at| to)?|limited to|until|within|max)\s*{N}{_UNIT}", False),
    (rf"{N}{_UNIT}\s*(?:or (?:less|fewer|lower|below|under|shorter)|at most|maximum|max\b|tops|limit)", False),
    (rf"(?:<|below|under|less than|fewer than|smaller than|lower than|shorter than)\s*{N}{_UNIT}", True),
)  # fmt: skip
_BOTH = (
    rf"(?:(?:on |in )?(?:a |the )?(?:scale|range) )?between {N}{_UNIT} (?:and|to|-|or) {N}{_UNIT}",
    rf"(?:(?:on |in )?(?:a |the )?(?:scale|range) (?:of |from )?)?(?:from )?{N}{_UNIT}\s*(?:-|to|through|thru|till|until|up to|\.\.\.?)\s*{N}{_UNIT}",
    rf"[\[(]\s*{N}\s*(?:,|\.\.)\s*{N}{_UNIT}\s*[\])]",
    rf"{N}\s*<=\s*\w+\s*<=\s*{N}{_UNIT}",
)
_NON_NEGATIVE = (
    rf"non-negative|{NOT} (?:be |go |become |turn |get |contain |accept |have |hold |carry |drop |fall |allowed |allow |to |a |any |ever |in )*(?:negatives?|minus|below zero)"
    r"|0 or (?:more|positive|greater|above|higher|up)|positive or 0"
)
_POSITIVE = r"strictly positive|positive"


def read_bounds(rest: "Rest", traits: "Traits") -> None:
    """Takes the bounds out of `rest`."""
    if rest.take(
        r"(?:which |that )?(?:may|can|could|might|is allowed to) (?:also )?(?:be|go|become) negative|positive or negative|negatives? (?:values |numbers )?(?:are |is )?(?:allowed|ok|possible)|signed"
    ):
        traits.signed = True
    elif rest.take(_NON_NEGATIVE):
        traits.low = 0
    elif rest.take(_POSITIVE):
        traits.low, traits.low_open = 0, True
    for pattern in _BOTH:
        if match := rest.take(pattern):
            low, unit_low, high, unit = (
                match[1],
                (match[2] if match.re.groups == 4 else None),
                match[match.re.groups - 1],
                match[match.re.groups],
            )
            traits.low, traits.high, traits.low_open = _number(low), _number(high), False
            traits.of_length = traits.of_length or bool(unit or unit_low)
            break
    for patterns, side in ((_LOW[:1], "low"), (_HIGH, "high"), (_LOW, "low")):
        for pattern, is_open in patterns:
            if match := rest.take(pattern):
                setattr(traits, side, _number(match[1]))
                setattr(traits, f"{side}_open", is_open)
                traits.of_length = traits.of_length or bool(match[2])
                break
    if match := rest.take(rf"exactly {N}{_UNIT}"):
        traits.low = traits.high = _number(match[1])
        traits.of_length = bool(match[2])
    if match := rest.take(rf"out of {N}"):
        traits.low, traits.high = (0 if traits.low is None else traits.low), _number(match[1])
    if traits.percent and traits.low is None and traits.high is None:
        traits.low, traits.high = 0, 100


def _number(text: str) -> Number:
    return int(text) if re.fullmatch(r"-?\d+", text) else Decimal(text)
