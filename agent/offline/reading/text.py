"""A request's text, made plain: lower case, digits for number words, snake_case for camelCase, one sentence a line.

Nothing is understood here; spelling alone is evened out, so that the patterns of the other modules stay short.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.offline.reading.layout import laid_out
from agent.offline.reading.wrapping import unwrapped

_BELOW_TWENTY = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_UNITS = {word: number for number, word in enumerate(_BELOW_TWENTY)}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_NUMBER_WORD = rf"(?:{'|'.join([*_TENS, *_UNITS, *_SCALES])})"
_NUMBER = re.compile(rf"\b(?:an? (?=hundred|thousand|million))?{_NUMBER_WORD}(?:[ -](?:and )?{_NUMBER_WORD})*\b")
_LONE_ONE = re.compile(
    r"(?<=\bbetween )one\b(?= and)|(?<=\bfrom )one\b(?= to| through| up)|\bone\b(?=(?: to | through |-)(?:\d|ten|five|"
    r"three|four|six))|(?<=at least )one\b(?= char| letter|$)|(?<=\bthan )one\b(?!$| per| each| row| record)"
    r"|(?<=below )one\b|(?<=above )one\b|(?<=over )one\b|(?<=minimum )one\b|(?<=minimum of )one\b|(?<=starts at )one\b"
    r"|(?<=starting at )one\b|(?<=default )(?<!a default )one\b(?=,)|(?<=defaults to )one\b|(?<=default of )one\b|(?<=level )one\b(?= to)"
)
_CONTRACTIONS = (
    (r"\bcan'?t\b", "cannot"),
    (r"\bcan not\b", "cannot"),
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"\b(\w+)n't\b", r"\1 not"),
    (r"\b(do|does|must|should|is|are|would|has|have|did|could)nt\b", r"\1 not"),
    (r"\b(i|you|we|they|who|that|there|it|he|she|what)'(?:d|ll|ve|re|m)\b", r"\1"),
    (r"\b(it|that|there|what|who|let|here)'s\b", r"\1 is"),
    (r"\blet is\b", "let us"),
    (r"(?<=s)'(?=\s)", ""),
    (r"(\w)'s\b", r"\1"),
)
_SIGNS = {
    **dict.fromkeys("‘’‚′ʼ", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "→": "->",
    "∈": " in ",
    "⇒": "->",
    "↔": " x ",
    "⟷": " x ",
    "×": " x ",
    "…": "...",
    " ": " ",
}
_BULLET = re.compile(r"^[ \t]*(?:[-*•+‣◦·]|\d{1,2}[.)]|\(?[a-z]\))[ \t]+")
_ABBREVIATIONS = (
    (r"\be\.\s?g\.,?", "such as"),
    (r"\bi\.\s?e\.,?", "meaning"),
    (r"\betc\.?(?=[\s,;)]|$)", ""),
    (r"\bapprox\.", "about"),
    (r"\bmax\.", "max"),
    (r"\bmin\.", "min"),
    (r"\bchars?\b\.?(?=\s+[a-z(]|[,;)])", "characters"),
    (r"\bvs\.", "versus"),
    (r"\bw/o\b", "without"),
    (r"\bif[ -]and[ -]only[ -]if\b", "iff"),
    (r"\bidx\b", "index"),
    (r"\{(\s*[a-z_][^{}:\"]*)\}", r"(\1)"),
    (r"(?<=\d) \([a-z][a-z ]*\)(?=\s*(?:to|-|through|and|,|$))", ""),
    (r"\bw/(?=\s)", "with"),
    (r"\s&\s", " and "),
    (r"\byes/no\b|\btrue/false\b", "boolean"),
    (r"\bmany[ -]?(?:to|2)[ -]?many\b|\bn:m\b|\bm:n\b|\bm2m\b", "many-to-many"),
    (r"\bread[ -]only\b", "read-only"),
    (r"\bappend[ -]only\b", "append-only"),
    (r"\bnon[ -]?negative\b", "non-negative"),
    (r"\bnon[ -]?null(?:able)?\b", "not null"),
    (r"\bup[ -]to\b", "up to"),
    (r"\bhttps?://(?=$|[\s,.;)])", lambda m: m[0].rstrip(":/")),
    (r"\bhttp\(s\)(?:://)?", "http or https"),
    (r"\bhttps\?(?:://)?", "http or https"),
    (r"\bhttp(?:://)?,? ?(?:and|or|/|&|,) ?https(?:://)?", "http or https"),
)


@dataclass(frozen=True)
class Sentence:
    text: str
    bullet: bool = False
    """It stands in a list of its own."""
    lists: bool = False
    """It ends with a colon: what follows belongs to it."""


@dataclass(frozen=True)
class Plain:
    """A request made plain."""

    sentences: tuple[Sentence, ...]
    verbatim: dict[str, str] = field(default_factory=dict)
    """Quoted texts as they were written, by their plain form."""


def plain(request: str) -> Plain:
    """Evens out spelling and cuts into sentences."""
    text = unicodedata.normalize("NFKC", "".join(_SIGNS.get(char, char) for char in unwrapped(laid_out(request))))
    text = re.sub(r"[*_]{2,}|^\s*#+\s*", "", text, flags=re.MULTILINE)
    verbatim: dict[str, str] = {}

    def unquote(match: re.Match[str]) -> str:
        inner = match[2].strip()
        word = re.sub(r"[^\w/:.]+", "_", inner.lower()).strip("_") or "empty"
        verbatim[word] = inner
        return f"{match[1]}{word}"

    text = re.sub(r"[\"'`]?\^?https\?(?::?(?:\\?/){2})?[\"'`]?", " http or https ", text)
    text = re.sub(r"(^|[\s(\[,/:=|])[\"'`]([^\"'`\n]{0,60})[\"'`](?![\w])", unquote, text, flags=re.MULTILINE)
    text = text.replace("`", "").replace('"', "")
    return Plain(tuple(_sentences(text)), verbatim)


def _sentences(text: str) -> Iterator[Sentence]:
    for line in text.splitlines():
        bullet = bool(_BULLET.match(line))
        rest = _even(_BULLET.sub("", line))
        parts = [
            part
            for part in re.split(r"(?<=[^.\d])[.!?]+(?=\s|$)|(?<=\d)[.!?]+(?=\s+[a-z]|\s*$)", rest)
            if part.strip(" ,;-")
        ]
        for part in parts:
            part = part.strip(" ,;")
            yield Sentence(part.rstrip(": -"), bullet, part.endswith(":"))


def _even(line: str) -> str:
    line = re.sub(r"\b[a-z]+(?:[A-Z][a-z0-9]*)+\b", lambda m: _snake(m[0]), line)
    line = re.sub(r"\b(?:[A-Z][a-z0-9]+){2,}\b", lambda m: _snake(m[0]), line)
    line = line.lower()
    for pattern, with_ in _CONTRACTIONS:
        line = re.sub(pattern, with_, line)
    for pattern, into in _ABBREVIATIONS:
        line = re.sub(pattern, into, line)
    line = re.sub(r"(?<=\d)[,' ](?=\d{3}\b)", "", line)
    line = re.sub(r"\b(\d+)k\b", lambda m: str(int(m[1]) * 1000), line)
    line = _LONE_ONE.sub("1", line)
    line = _NUMBER.sub(_digits, line)
    line = re.sub(r"\s-\s([^-;:]{3,80}?)\s-(?=[\s,.;]|$)", _aside, line)
    line = re.sub(r"\s*(?:->|=>)\s*", " -> ", line)
    return re.sub(r"\s+", " ", line).strip()


def _aside(match: re.Match[str]) -> str:
    """ " - like this -" in brackets; no part of a list "a - b, c - d"."""
    return match[0] if re.search(r",\s*\w+$", match[1]) else f" ({match[1]})"


def _digits(match: re.Match[str]) -> str:
    words = re.split(r"[ -]", match[0])
    if words == ["one"] or words == ["second"]:
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
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", word).lower()
