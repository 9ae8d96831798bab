"""Bounds in words: "between 3 and 200 characters", "never negative", "at most 60", "0 to 100"."""

from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.traits import Traits, number

_N = r"(-?\d+(?:\.\d+)?)"
_UNIT = r"(?: (characters|character|letters|symbols|signs|digits|in length|long)(?: long| in length| each| ,? ?(?:but |and )?(?:not|no|never) (?:more|longer|less))*| (?:percent|stars?))?"
_NOT = r"(?:cannot|never|not|no|nothing|neither|nor)"
_GO = r"(?:(?:be|go|goes|drop|drops|fall|falls|get|gets|is|are|dip|dips|sink|sinks|allowed|rise|grow|run|to|have|has|values?|worth|cost|contain|give|a|any|ever|length|of) )*"
_MIN = r"(?:(?:a |the |with |of )*(?:min|minimum|lower limit|lower bound)(?: length| value| of| is| be| :| =)*)"
_MAX = r"(?:(?:a |the |with |of )*(?:max|maximum|upper limit|upper bound|cap|limit|length limit)(?: length| value| of| is| be| to| :| =)*)"
_ABOVE = r"(?:above|over|more than|greater than|bigger than|larger than|higher than|longer than|exceed(?:s|ing)?|beyond|past|>)"
_BELOW = r"(?:below|under|less than|lower than|smaller than|fewer than|shorter than|beneath|before|<)"
_TO = r"(?:to|through|thru|till|until|up to)"
_GLOSS = r"(?: \( (?!optional|required|mandatory|nullable|not null|obligatory|default|unique|needed|voluntary)[a-z]+(?: [a-z]+)? \))?"

_BOTH = (
    rf"(?:(?:on |in |a |the |range |scale |values? |ranges |goes |of )*)(?:between|from) {_N}{_UNIT}{_GLOSS} (?:and|{_TO}) {_N}{_UNIT}{_GLOSS}(?: inclusive| each)?",
    rf"(?:(?:on |in |a |the |range |scale |of )*)(?:from )?{_N}{_UNIT}{_GLOSS} {_TO} {_N}{_UNIT}{_GLOSS}(?: inclusive| each)?",
    rf"{_N}() <= [a-z_]+ <= {_N}{_UNIT}",
)
_NEITHER = rf"{_NOT} {_GO}{_BELOW} {_N}{_UNIT} (?:or|nor|and)(?: {_NOT})? {_GO}{_ABOVE} {_N}{_UNIT}"
_SIDES = (
    ("high", False, rf"{_NOT} {_GO}{_ABOVE} {_N}{_UNIT}"),
    ("low", False, rf"{_NOT} {_GO}{_BELOW} {_N}{_UNIT}"),
    ("low", False, rf"(?:>=|= >|at least|no less than|no fewer than|no lower than|(?:greater|more|higher) than or equal(?: to)?|{_MIN}) {_N}{_UNIT}"),
    ("high", False, rf"(?:<=|= <|at most|up to|(?:less|lower|fewer) than or equal(?: to)?|{_MAX}|(?:capped|cap|limited|limit) (?:at|to)|within|no longer than|no more than) {_N}{_UNIT}"),
    ("low", False, rf"{_N}{_UNIT} (?:\+|or (?:more|higher|above|greater|larger|over|longer|up)|and (?:up|above|over|higher)|minimum|min|at least)"),
    ("high", False, rf"{_N}{_UNIT} (?:or (?:less|fewer|lower|below|under|shorter)|at most|maximum|max|tops|limit)"),
    ("high", False, rf"(?:until|till|to) {_N} (characters|letters|symbols|signs)"),
    ("low", False, rf"from {_N}{_UNIT}(?: (?:on|up|onwards|upwards))?(?= *(?:[,;)]|$))"),
    ("low", True, rf"{_ABOVE} {_N}{_UNIT}"),
    ("high", True, rf"{_BELOW} {_N}{_UNIT}"),
    ("high", False, rf"(?:can|may|could) (?:only |just )?(?:be|have|contain|hold) (?=\d+ (?:characters|letters|symbols)){_N}{_UNIT}"),
)  # fmt: skip
_NON_NEGATIVE = (
    rf"(?:non-negative|{_NOT} {_GO}(?:(?:become|turn|accept|hold|carry|allow|in|with) )*(?:a |any )?(?:negatives?|minus)(?: values?| numbers?)?"
    r"|0 or (?:more|positive|greater|above|higher|up)(?: only)?|positive or 0)"
)
_REFUSES = r"nobody(?: (?:can|may|should|must))*|no one|forbid|reject(?:ed)?|refused?|disallow|prevent|(?:do|does) not allow(?: them| it| that)?|(?:is|are) a mistake|impossible|not allowed|forbidden"
_SIGNED = (
    r"(?:which |that )?(?:may|can|could|might|is allowed to) (?:also )?(?:be|go|become) negative|(?<!, )(?<!/ )positive or negative|"
    r"negatives? (?:values |numbers )?(?:are |is )?(?:allowed|ok|possible|fine)|signed"
)
_POSITIVE = r"(?:an? )?(?:always |strictly )?positive(?: whole)?(?: numbers?| values?| integers?)?(?! (?:,|/|\|) [a-z]+ (?:,|/|\||or|and|\.|\)))"

Found = list[tuple[int, int, Traits]]


def _is_refused(ledger: Ledger, place: int) -> bool:
    """ "Nobody should be able to save less than 0": what is told is what must not be. The words for it are struck out."""
    for low, high in ledger.sentences():
        if low <= place < high:
            return bool(ledger.take_all(_REFUSES, low, high))
    return False


def read_bounds(ledger: Ledger) -> Found:
    """(start, end, traits) of each bound, struck out. Raises Unclear for ranges that nothing lies in."""
    found: Found = []
    for match in ledger.take_all(rf"[\[(] {_N} ?, {_N} [\])]"):
        found.append((match.start(), match.end(), Traits(low=number(match[1]), high=number(match[2]))))
    for pattern in _BOTH:
        for match in ledger.take_all(pattern):
            low, unit_low, high, unit = match.groups()
            if number(low) > number(high):
                raise Unclear(match[0])
            length = bool(unit or unit_low)
            found.append((match.start(), match.end(), Traits(low=number(low), high=number(high), of_length=length)))
    for match in ledger.take_all(_NEITHER):
        traits = Traits(low=number(match[1]), high=number(match[3]), of_length=bool(match[2] or match[4]))
        found.append((match.start(), match.end(), traits))
    for match in ledger.take_all(_SIGNED):
        found.append((match.start(), match.end(), Traits(signed=True)))
    for match in ledger.take_all(_NON_NEGATIVE):
        found.append((match.start(), match.end(), Traits(low=0)))
    if capped := ledger.find(
        rf"(?:cap|capped|limit|restrict) (?P<what>[^.;\n]{{3,60}}?) (?:at|to) {_N}(?! (?:to|and))"
    ):
        ledger.strike(capped.start(), capped.start("what") - 1)
        ledger.strike(capped.end("what") + 1, capped.end())
        found.append((capped.end("what") + 1, capped.end(), Traits(high=number(capped[2]))))
    for match in ledger.take_all(r"negatives?(?: values?| numbers?)?(?: (?:for|of))?"):
        low, high = next(s for s in ledger.sentences() if s[0] <= match.start() < s[1])
        if ledger.take_all(rf"{_REFUSES}|{_NOT}|block|avoid|deny", low, high):
            found.append((match.start(), match.end(), Traits(low=0)))
        else:
            ledger.left = ledger.left[: match.start()] + match[0] + ledger.left[match.end() :]
            break
    for side, is_open, pattern in _SIDES:
        for match in ledger.take_all(pattern):
            traits = Traits(of_length=bool(match[2]))
            if is_open and _is_refused(ledger, match.start()):
                setattr(traits, "low" if side == "high" else "high", number(match[1]))
            else:
                setattr(traits, side, number(match[1]))
                setattr(traits, f"{side}_open", is_open)
            found.append((match.start(), match.end(), traits))
    for match in ledger.take_all(rf"exactly {_N}{_UNIT}|{_N}{_UNIT} exactly"):
        size, unit = number(match[1] or match[3]), match[2] or match[4]
        if unit in ("digits", "digit"):
            raise Unclear(match[0])
        found.append((match.start(), match.end(), Traits(low=size, high=size, of_length=bool(unit))))
    for match in ledger.take_all(rf"out of {_N}"):
        found.append((match.start(), match.end(), Traits(low=0, high=number(match[1]))))
    for match in ledger.take_all(_POSITIVE):
        kind = "integer" if "integer" in match[0] or "whole" in match[0] else None
        found.append((match.start(), match.end(), Traits(low=0, low_open=True, type=kind)))
    return found
