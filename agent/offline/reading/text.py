"""A request's text, evened out: lower case, digits for number words, snake_case for camelCase, one blank between tokens.

Nothing is understood here. What comes out is one line of words and marks: `` . `` ends a sentence, `` \\n `` a line,
``•`` opens a bullet, ``⋅`` ties a column to its table, and brackets, commas and slashes stand alone.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from agent.offline import regex
from agent.offline.reading.asking import ASKING
from agent.offline.reading.documents import DOCUMENTS
from agent.offline.reading.layout import laid_out
from agent.offline.reading.letter import without_letter
from agent.offline.reading.notation import NOTATION
from agent.offline.reading.protection import PROTECTION
from agent.offline.reading.spelling import respelled
from agent.offline.reading.unsaid import UNSAID
from agent.offline.reading.voluntary import VOLUNTARY
from agent.offline.reading.wording import CONTRACTIONS, HTTP, WORDING
from agent.offline.reading.wrapping import BULLET, unwrapped

_BELOW_TWENTY = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_UNITS = {word: number for number, word in enumerate(_BELOW_TWENTY)}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_NUMBER_WORD = rf"(?:{'|'.join([*_TENS, *_UNITS, *_SCALES])})"
_NUMBER = re.compile(
    rf"\b(?:an? (?=hundred|thousand|million))?{_NUMBER_WORD}(?:(?:[ -]|(?<=hundred) and |(?<=thousand) and ){_NUMBER_WORD})*\b"
)
_COMPARED = (
    "between", "from", "least", "most", "than", "below", "above", "over", "under", "minimum", "maximum", "min", "max",
    "least of", "minimum of", "maximum of", "to", "up to", "at", "default", "defaults to", "default of", "default is", "with",
)  # fmt: skip
_ONE = re.compile(
    rf"\b(?:{'|'.join(_COMPARED)}) (one)\b(?! (?:of|per|row|record|entry|for|that|each|place|another|default|more|column|hundred|thousand|million))"
    r"|\b(one)(?= (?:to|through|and) (?:one|two|three|four|five|six|seven|eight|nine|ten|\d))|\b(one)(?=\s?-\s?\d)|\b(?<!receive )(?<!get )(?<!gets )(?<!have )(?<!has )(?<!given )(one)(?= if not| or more| or higher| or above| unless| by default)"
)
"""The word "one" where it is a number."""
_SIGNS = {
    **dict.fromkeys("‘’‚′ʼ", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "≤": "<=", "≥": ">=", "≠": "<>", "→": "->", "∈": " in ", "⇒": "->", "↔": "<->", "⟷": "<->", "×": " x ", "…": "...", "\u00a0": " ",
}  # fmt: skip
_MARKS = {
    "+": "plus-sign",
    "#": "hash-sign",
    "@": "at-sign",
    "-": "hyphen",
    "_": "underscore",
    ".": "dot",
    "/": "slash",
}
"""Marks in quotes."""
_COMMENT = r"\b((?:column|db|database|sql) comment(?: (?:should|must|shall|is|be|read|say|says|reads|on it|text))*|comment should (?:be|read|say)) *:? *(?![\"'`\s:])([^\n\"]{3,110}?)(?=\.?\s*$)"
"""A comment that is written out without quotes, to the end of its line."""
_OBJECT = r"""['"`]?(?P<value>\{[ ]*"[^{}\n]*\})['"`]?(?:::jsonb?)?"""
"""An object in JSON."""
_ZONE = r"""(?<![\w/])['"`]?(?P<value>(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Z]\w+(?:/[A-Z]\w+)?)['"`]?(?![\w/])"""
"""A time zone."""
_CALLED = r"((?<!table )(?<!column )(?<!index )\b(?:called|named|titled|name it|call it|with the (?:name|title)) )([A-Z][\w']*(?: (?!and |with |in |for |where |that |which )[\w']+){1,5})(?=[,.;)\n]| and | with | in | for |$)"
"""A text of several words without quotes: "a child called My first child"."""
_LETTERS = r"(?<![\w'])[A-Z](?:\s*(?:,|/|\||\bor\b|\band\b)\s*(?:or\s+|and\s+)?[A-Z](?![\w']))+"
"""Capital letters that are values: "A, B or C"."""


@dataclass(frozen=True)
class Text:
    words: str
    quoted: dict[str, str] = field(default_factory=dict)
    """Texts in quotes as they were written, by their plain form."""
    cased: dict[str, str] = field(default_factory=dict)
    """Words in capitals as they were written, by their plain form: EUR."""
    written: dict[str, str] = field(default_factory=dict)
    """Words that begin with a capital, by their plain form: Parent."""


def plain(request: str) -> Text:
    message = unwrapped(laid_out(respelled(without_letter(request))))
    text = unicodedata.normalize("NFKC", "".join(_SIGNS.get(char, char) for char in message))
    text = regex.sub(r"^\s*\[[A-Za-z][A-Za-z /-]{1,24}\]:?\s*", "", text)
    label = regex.match(r"(?i)\W*(?:feat|feature|chore|fix|db|backend|schema|migration)(?:\(([\w -]+)\))?!?:\s*", text)
    scope = (
        f"{label[1]}: "
        if label and label[1] and not regex.search(r"(?i)\btable\b|^(?:db|schema|sql)$", f"{text}\n{label[1]}")
        else ""
    )
    text = scope + text[label.end() :] if label else text
    text = regex.sub(r"(?i)^\W*(?:fwd?|re|forwarded)\b(?: from [a-z ]{2,30})?:\s*", "", text)
    text = regex.sub(
        r"^\W*(?:[A-Za-z]+ )?#?[A-Z]{2,8}-\d+\W*(?:[:.)\]–*-]+\s|\n|(?<=\s)(?=[A-Za-z`]))", "", text
    )  # its number in a tracker
    text = regex.sub(
        r"\b(?:You(?=Tube)|Git(?=Hub)|Tik(?=Tok)|Linked(?=In)|Whats(?=App)|Power(?=Point)|Sound(?=Cloud)|Pay(?=Pal))",
        lambda m: m[0].lower(),
        text,
    )
    text = regex.sub(r"(?m)^(\s*[-*+]\s+)\[[ xX]?\]\s+", r"\1", text)  # a box to tick
    text = regex.sub(r"(?i)^\W*(?:title|subject|summary|headline)\s*:\W*(?=[^\n]+\n\s*\n)", "", text)  # an issue's form
    text = regex.sub(r"[*_]{2,}|^\s*#+\s*(?=\w)", "", text, flags=re.MULTILINE)
    quoted: dict[str, str] = {}

    def whole(match: re.Match[str]) -> str:
        """A value that marks inside it would take apart."""
        word = f"literal{len(quoted)}"
        quoted[word] = match["value"]
        return word

    text = regex.sub(_OBJECT, whole, text)
    text = regex.sub(_ZONE, whole, text)

    def unquote(match: re.Match[str]) -> str:
        inner = match[2].strip()
        if regex.fullmatch(r"(?i)(?:on delete )?(?:cascade|set null)|not null|primary key", inner):
            return f"{match[1]}{inner}"  # SQL's own words, no text
        if inner in ("[]", "{}"):
            return f"{match[1]}{inner}"
        if inner in _MARKS:
            return f"{match[1]}{_MARKS[inner]}"
        parted = r"\W+" if regex.fullmatch(r"\w/\w", inner) else r"[^\w/:.]+"  # "n/a" is one word
        word = regex.sub(parted, "_", inner.lower()).strip("_") or "empty-text"
        quoted[word] = inner
        return f"{match[1]}{word}"

    for pattern in regex.findall(r"(?<![\w])\^[^\s`]*[\[\\(][^\s`]*\$(?![\w])", text):
        text = text.replace(pattern, f" regex{len(quoted)} ", 1)
        quoted[f"regex{len(quoted)}"] = pattern
    text = regex.sub(r"([\"'`/]) (regex\d+) \1", r"\2", text)
    text = _QUERY.sub(_keys_of_query, text) if regex.search(r"(?i)\bindex\b", text) else text
    for pattern, into in HTTP:
        text = regex.sub(pattern, into, text)
    text = regex.sub(r"^[ \t]*(?://|--)[ \t]+", "", text, flags=re.MULTILINE)  # a comment is a sentence
    text = regex.sub(
        r"(?<![\w`])`(?=\S)([^`\n]*(?:[<>=]| is (?:not )?null| between | in \()[^`\n]*)(?<=\S)`(?!\w)",
        r"\1",
        text,
        flags=re.IGNORECASE,
    )
    text = regex.sub(r"`(\w*) ?\(([^`()]*)\)`", r"\1 (\2)", text)
    text = regex.sub(
        r"(?i)`(\w+(?: (?:a|de)sc)?(?:, ?\w+(?: (?:a|de)sc)?)+)`", lambda m: m[1] if "_" in m[1] else m[0], text
    )  # columns, no values
    text = regex.sub(_COMMENT, r'\1 "\2"', text, flags=re.IGNORECASE | re.MULTILINE)
    text = regex.sub(_CALLED, r'\1"\2"', text)
    for mark, inside in (('"', '"'), ("`", "`"), ("'", "\"'`")):  # "Let's start" holds an apostrophe
        text = regex.sub(
            rf"(^|[\s(\[,/:=|]){mark}([^{inside}\n]{{0,120}}){mark}(?![\w])", unquote, text, flags=re.MULTILINE
        )
    text = text.replace("`", "").replace('"', "")
    for letter in sorted(set(regex.findall(r"[A-Z]", " ".join(regex.findall(_LETTERS, text))))):
        text = regex.sub(rf"(?<![\w'/])(?<!/ ){letter}(?![\w'])", f"letter{letter.lower()}", text)
        quoted[f"letter{letter.lower()}"] = letter
    urls = regex.findall(r"https?://[^\s,;)]+[^\s,;).]", text)
    for url in urls:
        text = text.replace(url, f"literal{len(quoted)}")
        quoted[f"literal{len(quoted)}"] = url
    capitals = regex.findall(r"(?<![\w.])[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*(?![\w.])", text)
    written = {word.lower(): word for word in regex.findall(r"(?<![\w.])[A-Z]\w*(?!\w|\.\w)", text)}
    words = " ".join(_line(line) for line in text.splitlines())
    words = regex.sub(r" +", " ", words)
    words = regex.sub(
        r" +: +(?=(?:(?:please|also|then) +)*(?:add|create|introduce|insert|we need|we want) (?!,|and |or |/|\+))",
        " . ",
        words,
    )
    return Text(
        f" {regex.sub(r'(?: +)', ' ', words).strip()} ", quoted, {word.lower(): word for word in capitals}, written
    )


_QUERY = re.compile(
    r"(?is)`\s*select\b[^`;]*?\bfrom\s+(?:public\.)?(?P<table>\w+)(?:\s+where\s+(?P<where>[^`;]*?))?(?:\s+order\s+by\s+(?P<order>[^`;]*?))?(?:\s+limit\s+\S+)?\s*;?\s*`"
)


def _keys_of_query(match: re.Match[str]) -> str:
    """The table and columns that an index for the query has: what is compared by equality, then what it is sorted by."""
    tests = [
        regex.fullmatch(r"(\w+)\s*(=|[<>]=?)\s*(?:\?|[$:]\w+|\.+|'[^']*'|\d+)", t.strip())
        for t in regex.split(r"(?i)\band\b", match["where"] or "")
    ]
    order = [
        regex.fullmatch(r"(?i)(\w+)(?:\s+(asc|desc))?", part.strip()) for part in (match["order"] or "").split(",")
    ]
    if (match["where"] and None in tests) or (match["order"] and None in order):
        return match[0]
    equal = [test[1] for test in tests if test and test[2] == "="]
    ranged = [test[1] for test in tests if test and test[2] != "="]
    sorted_by = [part[0] for part in order if part]
    names = {part.split()[0] for part in sorted_by}
    keys = [
        *equal,
        *(key for key in sorted_by if key.split()[0] not in equal),
        *(key for key in ranged if key not in names),
    ]
    return f"{match['table']} ({', '.join(keys)})" if keys else match[0]


def _line(line: str) -> str:
    """A line with its marks apart."""
    bullet = "\n •" if BULLET.match(line) else "\n"
    line = BULLET.sub("", line)
    line = regex.sub(r"\b[a-z]+(?:[A-Z][a-z0-9]*)+\b|\b(?:[A-Z][a-z0-9]+){2,}\b", lambda m: _snake(m[0]), line).lower()
    for pattern, into in (*CONTRACTIONS, *DOCUMENTS, *UNSAID, *VOLUNTARY, *WORDING, *PROTECTION, *ASKING):
        line = regex.sub(pattern, into, line)
    line = regex.sub(r"(?<=\d)[,' ](?=\d{3}\b)", "", line)
    line = regex.sub(r"\b(\d+)k\b", lambda m: str(int(m[1]) * 1000), line)
    line = regex.sub(r"\b(\d+) (thousand|million|billion)s?\b", lambda m: str(int(m[1]) * _SCALES[m[2]]), line)
    line = _ONE.sub(lambda m: regex.sub(r"\bone\b", "1", m[0]), line)
    line = _NUMBER.sub(_digits, line)
    line = regex.sub(r"(?<![\w.])(-?\d+)([^.\n«\d]*)«", r"\1\2\1", line).replace("«", "that")
    line = regex.sub(r"(?<=[a-z_0-9])\.(?=[a-z_])", " ⋅ ", line)
    line = regex.sub(r"(-?\d+) *(<=?) *([a-z]\w*(?: (?!and |or )[a-z]\w*){0,2}) *(<=?) *(-?\d+)", _chained, line)
    line = regex.sub(r"(?<=\d)\s*(?:\.{2,3}|-{1,2}(?!>))\s*(?=\d)", " to ", line)
    for pattern, into in NOTATION:
        line = regex.sub(pattern, into, line)
    line = regex.sub(r"(\d)%", r"\1 percent", line)
    line = regex.sub(r"[.!?]+(?=\s|$|\))", " . ", line)
    line = line.translate(str.maketrans("[]{}", "()()"))
    line = regex.sub(r"(<->|->|=>|<=|>=|<>|[(),;:/|+=<>\[\]{}])(?![:\d]*:\d)", r" \1 ", line)
    return f"{bullet} {line}"


def _chained(match: re.Match[str]) -> str:
    """ "0 <= points < 10"."""
    low, below, name, under, high = match.groups()
    if name == "length" and below == under == "<=":
        return f"{low} to {high} characters"
    return f"{name} {below.replace('<', '>')} {low} and {under} {high}"


def _digits(match: re.Match[str]) -> str:
    words = [word for word in regex.split(r"[ -]", match[0]) if word != "and"]
    if words == ["one"]:
        return match[0]
    total, current = 0, 0
    for word in words:
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0
        else:
            current += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return str(total + current)


def _snake(word: str) -> str:
    return regex.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", word).lower()
