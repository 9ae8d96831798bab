"""A text whose turns of phrase are put as this reader knows them, before it is cut into sentences."""

import re

from agent.offline import regex

_TURNS: tuple[tuple[str, str], ...] = (
    (r"an? point in time", "a timestamp"),
    (r"(?:says?|tells?|states?|shows?|records?|indicates?|knows?) (?:whether|which|what) (?=the [a-z ]+ (?:is|are) )", "has "),
    (r"as well as|along with|together with|in addition to|equally|plus(?= (?:an?|the|its|when|one|some) )", "and"),
)  # fmt: skip
_ALTERNATIVES = re.compile(r"(?<![^ ])[a-z_-]+(?: or [a-z_-]+){2,}(?![^ ])")
_NUMBERS = re.compile(r"(?<![^ ])\d+(?: , \d+)+(?: ,)? (?:and|or) \d+(?![^ ])")
_ROW = re.compile(r"(?<=\n) (?:• )?\|([^\n]*)")
_HEADS = ("field", "column", "name", "attribute")


def smoothed(text: str) -> str:
    text = _ROW.sub(_row, text)
    for turn, into in _TURNS:
        text = regex.sub(rf"(?<![^ ]){turn}(?:(?<= )|(?![^ ]))", into, text)
    text = _ALTERNATIVES.sub(lambda m: m[0].replace(" or ", " , ", m[0].count(" or ") - 1), text)
    text = regex.sub(r"\([^()]*\)", lambda m: m[0].replace(" ; ", " , "), text)
    return _NUMBERS.sub(_counted, text)


def _row(match: re.Match[str]) -> str:
    """A row of a table in markdown, as an item of a list."""
    cells = [cell.strip() for cell in match[1].split("|")]
    if not regex.search("[a-z]", match[1]) or cells[0] in _HEADS:
        return ""
    return f" • {cells[0]} : {' , '.join(cell for cell in cells[1:] if cell)}".rstrip(" :")


def _counted(match: re.Match[str]) -> str:
    """ "1, 2, 3 or 4"."""
    numbers = [int(number) for number in regex.findall(r"\d+", match[0])]
    return f"from {numbers[0]} to {numbers[-1]}" if numbers == list(range(numbers[0], numbers[-1] + 1)) else match[0]
