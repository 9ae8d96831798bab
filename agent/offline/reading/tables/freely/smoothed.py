"""A text whose turns of phrase are put as the readers of facts know them, before it is cut into sentences."""

import re

from agent.offline import regex

_COUNTED = (
    "texts|fields|columns|times|dates|numbers|kinds|types|values|things|rules|checks|promises|states|moments|timestamps|"
    "tables|references|sides|attributes|options|choices|levels|conditions|constraints"
)
_ADJECTIVES = "json|jsonb|text|short|date|number|numeric|time|optional|required|more|further|other|additional|extra|possible|allowed"
_JOINTS = (
    r"on top of (?:that|this|it)|in addition(?: to (?:that|this|it))?|(?:apart|aside) from (?:that|this|it)|"
    r"besides (?:that|this|it)|of course"
)
_TURNS: tuple[tuple[str, str], ...] = (
    (rf"(?:{_JOINTS})(?: ,)?", "also"),
    (r", but (?:(?:do|does|is|are) )?(?:not|without) (?:require|demand|insist|force|mandator|need)[a-z]*(?: on)? ,", "optionally"),
    (r"(may|can) or (?:may|can) ?not", r"\1 optionally"),
    (r"when (?:that|such an?|this)(?= )", "when the"),
    (r"(-?\d+) <= ((?:[a-z_]+ ){1,3})<= (\d+)", r"\2from \1 to \3"),
    (r"(each|every|a|per|the) match(?= (?!the|with|to|a ))", r"\1 row"),
    (r"(?:leav(?:e|es|ing)|mak(?:e|es|ing)|ha(?:ve|s)|there is)(?: also)? (?:some )?(?:room|space|a place) for", "has"),
    (r"describ(?:es?|ing) (?:it|each|them|every one) (?:by|with|through)", "has"),
    (r"\( ([a-z_]+) (?:by|as|the|is|is the|as the) default ,(?: or| otherwise| then)? ([a-z_]+(?: , [a-z_]+)*(?: ,)?(?: or [a-z_]+)?) \)", r"( \1 , \2 , default \1 )"),
    (r"an? point in time", "a timestamp"),
    (r"(?:between|of|for) the 2(?= (?:[.,;:)]|and|\n))", "~"),
    (r"with the exception of(?= (?:the |its |an? )?(?:[a-z]+ ){1,3}, (?:which|that) )", "with"),
    (r"(?:of|with|by|under) (?:that|this|exactly that) name", "~"),
    (r"(?:says?|tells?|states?|shows?|records?|indicates?|knows?) (?:whether|which|what) (?=the [a-z ]+ (?:is|are) )", "has "),
    (r"(when (?:the |a )?[a-z]+ (?:last |first )?[a-z]+ed) that", r"\1 the"),
    (r"as well as|along with|together with|in addition to|equally|plus(?= (?:an?|the|its|when|one|some) )", "and"),
    (r"(?:consists?|consisting|made up|composed) of", "has"),
    (rf"\d (?=(?:(?:{_ADJECTIVES}) )*(?:{_COUNTED})(?![^ ]))", ""),
    (r"(?<=the default )1(?= (?:[.,;)]|and|but)|$)", "~"),
    (r"(value|lowest|highest|minimum|maximum|default|to) , ((?:at (?:most|least) )?\d+|at most|at least) ,", r"\1 \2"),
    (r"(default|min|max|minimum|maximum|lowest|highest) :(?= \d)", r"\1"),
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
    return regex.sub(r" [~ ]+", " ", _NUMBERS.sub(_counted, text))


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
