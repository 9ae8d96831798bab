"""Bounds: a number, what it is compared by, and whether the comparison is wished for or refused.

"at least 5", "never below 5", "5 is the smallest", "below 5 is rejected" are one fact. Which words stand between does
not matter; a comparison reaches as far as the next number, comma or bracket.
"""

import re
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.description import Number
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.traits import Traits, number

_NUMBER = re.compile(r"(?<![^ ])-?\d+(?:\.\d+)?(?![^ ])")
_OVER = r"above|over|more than|greater|bigger|larger|higher|longer|exceed(?:s|ed|ing)?|beyond|past|>|more|go over"
_BELOW = r"below|under|less|smaller|fewer|lower(?! (?:it|that|this|the|its)(?: |$))|shorter|beneath|<|before"
_LEAST = (
    r"least|minimum|minimal(?:ly)?|min|lowest|smallest|>=|= >|bottom|floor|(?:lower|bottom) (?:limit|bound|end)|from|starting at|no less than|"
    r"or (?:more|higher|above|greater|larger|over|longer|up|bigger)|and (?:up|above|over|higher)|(?:greater|more|higher|larger|bigger) (?:than )?or equal(?: to| than)?|not (?:under|below|less than)"
)
_MOST = (
    r"most|(?:can|may|could) reach|maximum|maximal(?:ly)?|max|highest|largest|biggest|up to|until|till|within|<=|= <|ceiling|(?:upper|top) (?:limit|bound|end)|capped(?: at)?|caps?(?: (?:out )?at| of)?|(?:maxes|tops) out(?: at)?|"
    r"limited to|limit(?: of| to| at| is)?|tops?|or (?:less|fewer|lower|below|under|shorter|smaller)|(?:less|lower|fewer|smaller) (?:than )?or equal(?: to| than)?|not (?:more|longer|over|above|bigger|larger)(?: than)?|no more than|no longer than|nothing (?:above|over)"
)
_REFUSED = (
    r"not|never|no|cannot|nobody|none|nothing|neither|nor|without|rejects?|rejected|refuses?|refused|forbid(?:s|den)?|disallow(?:ed|s)?|prevent(?:s|ed)?|block(?:s|ed)?|den(?:y|ies|ied)|"
    r"impossible|invalid|wrong|makes? no sense|mistake|errors?|(?<!without )(?<!without an )exceptions?|fails?|(?:turned|sent) (?:away|down|back)|avoid|illegal|nonsense|stops?|a bug|against|prohibit(?:s|ed)?|(?:rul(?:e|es|ed|ing)|(?:screen|filter|sort|shut|throw|weed|sift|cut|keep)(?:s|ed)?|thrown|kept|shutting|left|leave) out|bans?|banned|bars?|barred|outlaw(?:s|ed)?|exclud(?:e|es|ed)|veto(?:es|ed)?|declin(?:e|es|ed)|bounces?|abort(?:s|ed)?|unacceptable|inadmissible|unwanted|taboo|off limits|out of the question|guard|protect(?:s|ed)?|thwart|inhibit(?:s|ed)?|unlawful|eliminate|catch|trap|unable|no longer|so (?:should|must|is|does|are)|same (?:goes )?for|likewise"
)
_ACCEPTED = r"(?:still |also |perfectly |totally )*(?:allowed|accepted|ok|okay|fine|possible|valid|permitted|good|works?|included|inclusive|alright|legal|legit(?:imate)?|intended|wanted|expected)"
MATERIAL = rf"-?\d+ to -?\d+|(?:at |the )?(?:{_LEAST}|{_MOST}|{_OVER}|{_BELOW})|between|range|bounds?|limits?|check|constraint|negatives?|positive|multiples?|divisible|steps?|rejects?|rejected|refuses?|refused|allowed|accept\w*|exactly|bigint|numeric\S*|type|default\w*|required|unique|null"
_UNIT = r"(?:characters?|letters|symbols|signs|digits|long)"
_NEGATIVE = r"(?:negatives?|minus|below-zero)(?: (?:points|values?|numbers?|scores?|amounts?|minutes))?"
_GLOSS = r"(?: \( (?!optional|required|mandatory|nullable|not null|obligatory|default|unique|needed|voluntary)[a-z]+(?: [a-z]+)? \))?"
""" "from 0 (Sunday) to 6 (Saturday)"."""
_BOTH = (
    rf"(?:between|from|anything from|in|within)?(?: the)?(?: range)?(?: of| from)? ?(?P<low>-?\d+(?:\.\d+)?)(?: {_UNIT})?{_GLOSS} (?:and|to|through|thru|until|till|up to|-) (?P<high>-?\d+(?:\.\d+)?){_GLOSS}",
    r"[\[(] (?P<low>-?\d+(?:\.\d+)?) ?, (?P<high>-?\d+(?:\.\d+)?) [\])]",
)


@dataclass
class Compared:
    start: int
    end: int
    traits: Traits
    implied: bool = False
    """ "Never negative", which a bound above zero says as well."""


def read_numbers(ledger: Ledger, low: int, high: int, *, apart: bool = False) -> list[Compared]:
    """The bounds of a clause, struck out; `apart` leaves the words around them. Raises Unclear for contradictions."""
    text = ledger.left
    length = bool(regex.search(rf" {_UNIT} ", text[low:high] + " "))
    found: list[Compared] = []
    for pattern in _BOTH:
        for match in re.compile(rf"(?<![^ ]){pattern}(?![^ ])").finditer(text, low, high):
            outside = ledger.find(r"(?:outside|other than|beyond)(?: of)?", max(low, match.start() - 24), match.start())
            if not outside and ledger.find(r"not|never", max(low, match.start() - 14), match.start()):
                raise Unclear(text[low:high])
            small, large = number(match["low"]), number(match["high"])
            if small > large:
                raise Unclear(match[0])
            found.append(Compared(match.start(), match.end(), Traits(low=small, high=large, of_length=length)))
            ledger.strike(match.start(), match.end())
    found += _steps(ledger, low, high)
    places = [
        n for n in _NUMBER.finditer(ledger.left, low, high) if not (apart and _BEGUN.search(ledger.left[: n.start()]))
    ]
    for n, place in enumerate(places):
        start = places[n - 1].end() if n else low
        if n and (spent := _BEHIND.match(ledger.left, start)):
            start = spent.end()  # "0 or more with 0 as default"
        end = places[n + 1].start() if n + 1 < len(places) else high
        made = _compared(ledger.left, place, start, end, (low, high), length)
        if made is not None:
            found.append(Compared(place.start(), place.end(), made))
    for one in found:
        ledger.strike(one.start, one.end)
    if not found or all(c.traits.low is None or c.traits.low < 0 for c in found):
        found += _signs(ledger, low, high)
    if found and not apart:
        ledger.take_all(rf"(?:{_OVER}|{_BELOW}|{_LEAST}|{_MOST}|between|{_UNIT}|than|equal|exactly)", low, high)
    return found


def bounds_of(ledger: Ledger) -> list[Compared]:
    """The bounds of what is said of one column, struck out with the words that compare. Raises Unclear."""
    found: list[Compared] = []
    for match in ledger.take_all(
        rf"(?:exactly|(?<!max )(?<!min )(?<!imum )length(?: of)?) (?P<size>\d+){_ENDS}(?: (?P<unit>{_UNIT}))?|(?P<all>\d+) (?P<of>{_UNIT}) exactly"
    ):
        if "digits" in match[0]:
            raise Unclear(match[0])
        size = number(match["size"] or match["all"])
        long = bool(match["unit"] or match["of"])
        found.append(Compared(match.start(), match.end(), Traits(low=size, high=size, of_length=long)))
    held = rf"(?:can|may|could) (?:only |just )?(?:be|have|contain|hold) (\d+){_ENDS} {_UNIT}(?: long)?(?: (?:and|but) not longer)?"
    for pattern, low, length in ((r"out of (\d+)", 0, False), (held, None, True)):
        found += [
            Compared(m.start(), m.end(), Traits(low=low, high=number(m[1]), of_length=length))
            for m in ledger.take_all(pattern)
        ]
    for low, high in ledger.spans(r"[,;.\n]"):
        told = read_numbers(ledger, low, high, apart=True)
        for one in told:
            _strike_beside(ledger, one)
        found += told
    return found


_BEGUN = re.compile(
    r" (?:(?:start|begin)(?:s|ing|ning|ed)? (?:out |off )?(?:at|with|from|as|on)|default(?:s|ed|ing)?(?: (?:to|is|of|value|at|as|=|:))*) $"
)
_ENDS = rf"(?![^ ])(?!(?: {_UNIT})? (?:or|and) (?:more|less|fewer|shorter|longer|lower|higher|below|above|under|over|up)(?![^ ]))"
"""No comparison stands behind the number."""
_UNKNOWN = rf" (?:{_UNIT} )*(?:(?:must|should|shall|will|has to|have to|gets?|is|are|be|to) )+(?!{_ACCEPTED}|required|needed|given|stored|saved|kept|limited|enforced|checked|counted|added|set)(?:[a-z]{{3,}}(?:ed|en|wn)|cut|put|sent) "
"""What becomes of what lies beyond, in words that may refuse it."""
_BOUND_TO = (
    r" (?:must|should|shall|has to|have to|needs? to|is to|are to|unless|otherwise|if|else|when|ensures?|enforces?) "
)
_BEHIND = re.compile(
    r" (?:or|and) (?:more|higher|above|greater|larger|up|less|fewer|lower|below)(?= )(?! (?:than|-?\d))"
)
_BESIDE = (
    rf"(?:{_OVER}|{_BELOW}|{_LEAST}|{_MOST}|between|than|or|nor|and|equal|to|{_REFUSED}|be|go|goes|drop|drops|fall|falls|get|gets|is|are|dip|dips|sink|sinks|allowed|rise|grow|run|have|has|"
    r"values?|worth|cost|contain|give|a|an|the|any|ever|length|of|with|can|may|must|should|which|that|it|become|turn|in|on|~+)"
)


def _strike_beside(ledger: Ledger, one: Compared) -> None:
    """The words of a comparison that stand next to it."""
    before = regex.search(rf"(?: {_BESIDE})+ $", ledger.left[: one.start])
    after = regex.match(
        rf"(?: (?!starting|from|until|within)(?:{_UNIT}|at|percent|stars?|each|inclusive|long|{_LEAST}|{_MOST}|~+))+(?= |$)",
        ledger.left[one.end :],
    )
    ledger.strike(before.start() + 1 if before else one.start, one.end + (after.end() if after else 0))


def _compared(
    text: str, place: re.Match[str], start: int, end: int, limits: tuple[int, int], length: bool
) -> Traits | None:
    before = " " + regex.split(r" [,(:;] | (?:and|or|but|nor) (?!equal)", " " + text[start : place.start()])[-1] + " "
    behind = " " + text[place.end() : end]
    after = regex.split(r" [,);] | \( (?![a-z]+ \))| and (?!up|above|over|higher)| (?:but|nor) ", behind)[0]
    after = (
        regex.split(
            r" or (?!more|higher|above|greater|larger|over|longer|up|bigger|less|fewer|lower|below|under|shorter|smaller)",
            after,
        )[0]
        + " "
    )
    side, is_open, by = _side(before, nearest_last=True)
    if side is None or (regex.match(r" or (?:more|higher|above|greater|less|fewer|lower|below|under) ", after)):
        told = _side(after, nearest_last=False)
        side, is_open, by = told if told[0] else (side, is_open, by)
    if side is None and (
        match := regex.match(r" , (?:and |but )?(?:not|never|no) (more|longer|higher|above|less|lower|below)", behind)
    ):
        side = "high" if match[1] in ("more", "longer", "higher", "above") else "low"
        is_open = False
        return _traits(side, is_open, number(place[0]), length)
    if side is None and (
        led := regex.match(r"(?P<what>.*) : $", text[start : place.start()])
    ):  # "minimum length of the name : 3"
        before = f" {led['what']} "
        side, is_open, by = _side(before, nearest_last=True)
    if side is None:
        return None
    before, after = before.replace(f" {by} ", " ", 1), after.replace(f" {by} ", " ", 1)
    refused = bool(regex.search(rf" (?:{_REFUSED}) ", before)) != bool(regex.search(rf" (?:{_REFUSED}) ", after))
    if not refused and is_open and _joined(text, start, place):
        refused = bool(regex.search(rf" (?:{_REFUSED}) ", " " + text[limits[0] : start]))
    if (
        not refused
        and is_open
        and regex.search(
            rf"(?:,|or|nor|and|is|are|be|will be|must be|should be) .*(?:{_REFUSED}) ",
            text[place.end() : limits[1]] + " ",
        )
        and " or " in behind[:4] + after
    ):
        refused = True
    if is_open and not refused and regex.match(_UNKNOWN, f" {after.lstrip()}"):
        raise Unclear(text[start:end])
    if refused and not is_open:
        if regex.search(r" (?:not|no|never|nobody|nothing|cannot) ", before) or side is None:
            raise Unclear(text[start:end])
        refused = False
        if regex.match(r"(?:or|and) ", by) and not regex.search(_BOUND_TO, f"{before}{after}"):
            side, is_open = ("high" if side == "low" else "low"), True  # "30 or more are refused"
    if refused:
        side, is_open = ("high" if side == "low" else "low"), False
    return _traits(side, is_open, number(place[0]), length)


def _joined(text: str, start: int, place: re.Match[str]) -> str:
    """The conjunction that a number's comparison begins with."""
    match = regex.match(r" ?(?:[\w~]+ )?(or|nor) ", text[start : place.start()])
    return f" {match[1]} " if match else ""


def _traits(side: str, is_open: bool, value: Number, length: bool) -> Traits:
    traits = Traits(of_length=length)
    setattr(traits, side, value)
    setattr(traits, f"{side}_open", is_open)
    return traits


def _side(words: str, *, nearest_last: bool) -> tuple[str | None, bool, str]:
    """(low or high, whether the number itself is outside, the words for it) of the comparison that stands nearest to the number."""
    best: tuple[int, int, str, bool, str] | None = None
    for pattern, side, is_open in (
        (_LEAST, "low", False),
        (_MOST, "high", False),
        (_OVER, "low", True),
        (_BELOW, "high", True),
    ):
        for match in regex.finditer(rf"(?<= )(?:{pattern})(?= )", words):
            place = match.end() if nearest_last else -match.start()
            if best is None or (place, len(match[0])) > best[:2]:
                best = (place, len(match[0]), side, is_open, match[0])
    return best[2:] if best else (None, False, "")


def _steps(ledger: Ledger, low: int, high: int) -> list[Compared]:
    """ "multiples of 5", "in steps of 10", "divisible by 4"; with "zero or a positive multiple" also what it starts at."""
    match = ledger.take(
        r"(?:(?:only|a|an|any|whole|in|by|is|be|are|must|should|exact) )*(?P<sign>(?:(?:zero|0) (?:or|and) )?(?:an? )?positive |(?:zero|0) or (?:an? )?)?"
        r"(?:(?:multiples?|steps?|increments?|intervals?) of|divisible by) (?P<step>[1-9]\d*)(?: points?| minutes?)?",
        low,
        high,
    )
    if match is None:
        even = ledger.take(r"(?:only |an? |always )*even(?: (?:numbers?|values?))?", low, high)
        return [Compared(even.start(), even.end(), Traits(step=2))] if even else []
    step = int(match["step"])
    if ledger.find(r"not|never|no", max(low, match.start() - 12), match.start()):
        raise Unclear(ledger.text[low:high])
    sign = (match["sign"] or "").split()
    listed = re.compile(
        r" (?:\( |: |, |such as |like |meaning |so )*((?:\d+ (?:, |and |or )*)+)(?:\.\.\. ?|and so on |, )*(?:\) )?"
    ).match(ledger.left + " ", match.end(), high + 1)  # "(0, 5, 10, ...)"
    if listed:
        if any(int(n) % step for n in regex.findall(r"\d+", listed[1])):
            raise Unclear(listed[0])
        ledger.strike(match.end() + 1, listed.end() - 1)
    traits = Traits(step=step, low=0 if sign else None, low_open=bool(sign) and sign[0] == "positive")
    return [Compared(match.start(), match.end(), traits)]


def _signs(ledger: Ledger, low: int, high: int) -> list[Compared]:
    """ "never negative", "must be positive"."""
    if match := ledger.find(
        rf"non-negative|{_NEGATIVE}",
        low,
        high,
    ):
        refused = match[0].startswith("non-") or ledger.find(rf"{_REFUSED}|non|check|constraint", low, high)
        meant = ledger.find(rf"{_ACCEPTED}|(?:may|can|could) (?:also )?(?:be|go|become) {_NEGATIVE}", low, high)
        if not (refused or meant):
            raise Unclear(ledger.text[low:high])
        ledger.strike(match.start(), match.end())
        forbidden = refused and regex.search(rf" (?:{_REFUSED}) ", ledger.text[low : match.end()])
        return [
            Compared(
                match.start(), match.end(), Traits(signed=True) if meant and not forbidden else Traits(low=0), not meant
            )
        ]
    if match := ledger.find(r"(?:strictly |always )*positive(?: (?:numbers?|values?|integers?))?", low, high):
        if ledger.find(r"not|never|no|cannot", low, match.start()):
            raise Unclear(ledger.text[low:high])
        ledger.strike(match.start(), match.end())
        return [Compared(match.start(), match.end(), Traits(low=0, low_open=True))]
    return []


def confirmed(ledger: Ledger, low: int, high: int, bounds: Traits) -> bool:
    """The clause says of a number only that it is inside, or the bound once more; a number that it shuts out narrows the bound.

    Struck out then. Raises Unclear where the number is on the other side.
    """
    numbers = [number(m[0]) for m in _NUMBER.finditer(ledger.left, low, high)]
    if not numbers:
        return False
    clause = ledger.left[low:high]
    edge = [n for n in numbers if n in (bounds.low, bounds.high)]
    inside = all((bounds.low is None or n >= bounds.low) and (bounds.high is None or n <= bounds.high) for n in numbers)
    place = _NUMBER.search(ledger.left, low, high)
    beside = regex.split(r" (?:[,;:(]|and|but) ", clause[: place.start() - low])[-1] if place else ""
    beside += " " + regex.split(r" (?:[,;:)]|but) ", clause[place.start() - low :])[0] if place else ""
    shut = regex.search(r" (?:not|never|no|cannot) ", f" {beside} ") and regex.search(
        rf" (?:{_ACCEPTED}|either) ", clause
    )
    outside = all(
        (bounds.low is not None and n < bounds.low) or (bounds.high is not None and n > bounds.high) for n in numbers
    )
    if (
        outside
        and regex.search(rf" (?:{_REFUSED}) ", clause)
        and not regex.search(rf" (?:not|never|no) (?:{_REFUSED}) ", clause)
    ):
        ledger.strike(low, high)  # "0 makes no sense"
        return True
    if shut and len(numbers) == len(edge) == 1:
        if numbers[0] == bounds.low:
            bounds.low_open = True
        else:
            bounds.high_open = True
    elif regex.search(rf" {_ACCEPTED} ", clause) and not shut:
        if not inside:
            raise Unclear(clause)
    elif not (inside and edge):
        return False
    ledger.strike(low, high)
    return True
