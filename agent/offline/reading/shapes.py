"""The form of a text: which characters it holds and how many, how it begins and ends, or a pattern written out.

"a plus sign followed by 7 to 15 digits", "two capital letters", "lower-case letters, digits and underscores only",
"ends in .json", "no spaces" and ``^[a-z]+$`` are read alike: pieces in a row, each a mark or a class of characters with
a count, become one regular expression and the words for it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.offline import regex
from agent.offline.description import Format, Shape
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.traits import Traits

_MARKS = {
    "+": ("plus(?:-sign| sign| character)?|\\+", r"\+", "a plus sign"),
    "#": ("hash(?:-sign| sign| character|tag)?|pound sign|#", "#", "#"),
    "@": ("at-sign|at sign|@", "@", "@"),
    "-": ("(?:single )?(?:hyphen|dash|minus)(?:es|s)?(?: sign)?", "-", "hyphens"),
    "_": ("(?:single )?underscores?", "_", "underscores"),
    ".": ("dots?|periods?|full stops?", r"\.", "dots"),
    "/": ("slash(?:es)?", "/", "slashes"),
    ":": ("colons?", ":", "colons"),
    " ": ("(?:single )?(?:spaces?|blanks?)", " ", "spaces"),
}  # fmt: skip
_LATIN = r"(?:latin |english |ascii |roman )?"
_CLASSES = (
    (rf"(?:capital|upper[ -]?case|big) {_LATIN}letters?|capitals", "A-Z", "capital letters"),
    (rf"(?:lower[ -]?case|small) {_LATIN}letters?|lower[ -]?case", "a-z", "lower-case letters"),
    (r"hex(?:adecimal)?(?: digits?| characters?| numbers?)", "0-9a-fA-F", "hex digits"),
    (rf"{_LATIN}letters?", "A-Za-z", "letters"),
    (r"digits?|numerals?", "0-9", "digits"),
    (r"alphanumerics?(?: characters?)?", "A-Za-z0-9", "letters and digits"),
)  # fmt: skip
_MARK = "|".join(f"(?:{words})" for words, _, _ in _MARKS.values())
_CLASS = "|".join(f"(?:{words})" for words, _, _ in _CLASSES)
_AMONG = rf"(?:(?:{_CLASS}|numbers?|{_MARK})(?: ,)?(?: and/or| and| or| /| plus)? )+(?:{_CLASS}|numbers?|{_MARK})"
_COUNT = r"(?:(?:exactly|precisely|between|from|of|the) )*\d+(?:-| (?:(?:to|and|or|-) \d+ )?) ?"
_PIECE = rf"(?:(?:an? |one |1 )?(?:{_MARK})|{_COUNT}(?:{_CLASS}))"
_THEN = r"(?: (?:,|and|then|plus|followed by|it|is|comes?|come|by|with|directly|immediately|a|an|the|/|\())*"
_MORE = rf" (?:,|and|or|/)(?: and| or)? (?:{_CLASS}|numbers?)(?![^ ])"
_BE = r"(?:(?:it|this|that|which|value|they|is|are|must|should|shall|has to|have to|needs to|can|may|be|to|and|so|meaning|in|as|a|an|the|of|with|by|for|only|just|made up|consists?|consisting|made|contains?|containing|hold|have|match(?:es|ing)?|follows?|following|written|given|format|form|standard|pattern|style|international|e-?164|valid|true|proper|:|,|\() )*"
_NAMED: tuple[tuple[str, Format | Shape], ...] = (
    (r"(?:slugs?|url-friendly|kebab[ -]case)(?: (?:format|form|text|style))", "slug"),
    (r"(?:24[ -]hours?|24h)?(?: format| clock| time)?(?: like| as| such as| in)? ?(?:24 ?: ?00|hh ?: ?mm)(?: format)?", Shape("^([01][0-9]|2[0-3]):[0-5][0-9]$", "a time such as 07:30")),
    (r"(?:(?:iso|iso-?) ?)?3166(?:-1)?(?: alpha-2)?(?: country)?(?: codes?)?|(?:iso )?2[ -]letter (?:iso )?country codes?|(?:iso )?country codes? of 2 letters", Shape("^[A-Z]{2}$", "two capital letters")),
    (r"(?:iso )?4217(?: currency)?(?: codes?)?|(?:iso )?3[ -]letter (?:iso )?currency codes?", Shape("^[A-Z]{3}$", "three capital letters")),
    (r"(?:iso )?639-1(?: language)?(?: codes?)?|(?:iso )?2[ -]letter (?:iso )?language codes?", Shape("^[a-z]{2}$", "two lower-case letters")),
    (r"semver|semantic version(?:ing| number)?", Shape(r"^[0-9]+\.[0-9]+\.[0-9]+$", "a version such as 1.4.2")),
)  # fmt: skip
_PHONE = Shape(r"^\+[1-9][0-9]{1,14}$", "a plus sign and 2 to 15 digits, the first not 0")
_E164 = r"e\.?-?164(?: format| standard| number)?|international (?:phone |telephone |dialling )?(?:number )?(?:format|form|notation)"
_NO_ZERO = r"(?:(?:,|and|\(|with|where|the|its|of which|whose|of them|a) )*first (?:digit |one |of them |number )*(?:that )?(?:is |must |may |can |cannot |should |being |has to |be |it )*(?:(?:not|never|no|non|other than|different from|anything but|cannot be) (?:be )?(?:an? )?0|not-?0|non-?zero|(?:from )?1 to 9|1-9)|,? ?(?:(?:and|but|which|that|must|may|does|do|it) )*(?:not|never|cannot|without) (?:start|begin|lead)(?:s|ing)? (?:with )?(?:an? )?0|,? ?(?:no|without(?: an?)?) leading (?:0|zeros?|zeroes)"
_ONLY = r"only|just|nothing (?:else|but|other)(?: (?:in it|than))?|exclusively|solely|no other characters?|consists? (?:only )?of|consisting of|made (?:up )?of|limited to|restricted to|allowed|accepted"
_REFUSED = r"(?:(?:are|is|be|should|must|shall|get|to) )*(?:not (?:be )?(?:allowed|ok|okay|accepted|fine|valid|permitted|enough)|rejected|refused|forbidden|invalid|disallowed|turned away)"
_REJECT = r"(?:(?:and|but|must|should|please|to|we|it) )*(?:reject|refuse|forbid|disallow|no|not(?: be)?|never|cannot be|nor|must not be|without|prevent)(?: (?:just|only|an?|any|the|be))*"
_BLANK = r"(?:(?:blank|whitespace(?:-only)?|all-whitespace) (?:strings?|texts?|values?|comments?|notes?)|(?:only |just |pure )?(?:whitespace|spaces only|blanks only)(?:-only)?(?: strings?| texts?| values?)?|(?:only|just|all) (?:spaces|blanks))"
_VOID = r"(?:empty|zero-length|0-length) (?:strings?|texts?)|empty-text|\"\""
_EXAMPLE = r"(?:\( )?(?:such as|like|for example|for instance|example|meaning|as in)(?: :)? (?P<shown>(?:[+#@] )?[^ ,;()]+)(?: \))?"


class Shaped(NamedTuple):
    start: int
    end: int
    traits: Traits


def read_shapes(ledger: Ledger) -> list[Shaped]:
    """What is said of the form of texts, struck out with its examples. Raises Unclear for an example of another form."""
    found = [*_patterns(ledger), *_named(ledger), *_rows(ledger), *_classes(ledger), *_edges(ledger)]
    if not any(one.traits.shape or one.traits.format for one in found):
        found += _spaces(ledger)
    elif found:
        ledger.take_all(rf"{_REJECT} (?:white)?spaces?(?: in it)?|{_REJECT} {_BLANK}|{_BLANK} {_REFUSED}")
    found += [
        Shaped(m.start(), m.end(), Traits(low=1, of_length=True))
        for m in ledger.take_all(rf"{_REJECT} (?:{_VOID})|(?:{_VOID}) {_REFUSED}")
    ]
    if not found:
        return []
    found = _joined(found)
    ledger.take_all(
        r"(?:(?:and|,|with|but) )*(?:nothing else|no other characters?|no(?:thing)? more|no (?:(?:,|or|and|no|(?:white)?spaces?|blanks|dash(?:es)?|hyphens|dots|letters|brackets) )*(?:spaces?|blanks|dash(?:es)?|hyphens|dots|letters|brackets))(?: (?:in|inside) it)?"
    )
    for shape in (one.traits.shape for one in found):
        for match in ledger.take_all(_EXAMPLE) if shape else ():
            shown = ledger.quoted.get(match["shown"])
            if shown and shape and not regex.search(shape.pattern, shown):
                raise Unclear(f"{shown} as an example of {shape.said}")
    if any(one.traits.format == "slug" for one in found):
        ledger.take_all(_EXAMPLE)
    return found


def _patterns(ledger: Ledger) -> Iterator[Shaped]:
    """``^[a-z]+$``. Raises Unclear for what Postgres reads in another way, or not at all."""
    for match in ledger.take_all(
        rf"{_BE}(?:(?:regexp?|regular expression|pattern|check|~|matches) )*(?:{_BE})?(?P<word>regex\d+)(?: (?:regexp?|pattern))?"
    ):
        pattern = ledger.quoted.get(match["word"], "^.$")
        try:
            re.compile(pattern)
        except re.error:
            raise Unclear(pattern) from None
        if regex.search(r"\(\?|\\[^dsw.+*?()\[\]{}|^$/@#_-]|[*+}?]\+", pattern):
            raise Unclear(pattern)
        yield Shaped(match.start(), match.end(), Traits(shape=Shape(pattern, f"of the form {pattern}")))


def _named(ledger: Ledger) -> Iterator[Shaped]:
    for pattern, form in _NAMED:
        for match in ledger.take_all(rf"(?:{_BE})(?:{pattern})"):
            said = Traits(shape=form) if isinstance(form, Shape) else Traits(format=form)
            yield Shaped(match.start(), match.end(), said)


def _rows(ledger: Ledger) -> Iterator[Shaped]:
    """Pieces in a row: "a plus sign followed by 7 to 15 digits, the first not 0"."""
    for match in list(regex.finditer(rf"(?<![^ ]){_PIECE}(?:{_THEN} {_PIECE})*(?![^ ])(?!{_MORE})", ledger.left)):
        if made := _row(match[0], ledger, match):
            yield made
    for match in ledger.take_all(rf"{_BE}(?:{_E164})"):
        yield Shaped(match.start(), match.end(), Traits(shape=_PHONE))


def _row(said: str, ledger: Ledger, match: re.Match[str]) -> Shaped | None:
    pieces: list[tuple[str, str]] = []
    counted = qualified = False
    for part in regex.finditer(rf"(?<![^ ])(?:(?P<count>{_COUNT})(?P<class>{_CLASS})|(?P<mark>{_MARK}))(?![^ ])", said):
        if part["mark"]:
            _, pattern, words = next(m for m in _MARKS.values() if regex.fullmatch(m[0], part["mark"]))
            pieces.append((pattern, words if words in ("#", "@", "a plus sign") else f"a {words.rstrip('s')}"))
            continue
        _, kind, words = next(c for c in _CLASSES if regex.fullmatch(c[0], part["class"]))
        low, *_, high = regex.findall(r"\d+", part["count"]) * 2
        if int(high) > 255 or int(low) > int(high):
            raise Unclear(said)
        counted = True
        qualified = qualified or kind not in ("A-Za-z",)
        pieces.append(
            (
                f"[{kind}]{{{low}}}" if low == high else f"[{kind}]{{{low},{high}}}",
                f"{low if low == high else f'{low} to {high}'} {words}",
            )
        )
    bounded = regex.search(
        r" (?:at least|at most|max(?:imum)?|min(?:imum)?|up to|least|most|longer|shorter|more|less|than|limited to|limit|with|after|behind)(?: of)? $",
        ledger.left[: match.start()],
    )
    trailed = regex.match(
        r" (?:max\w*|min\w*|at most|at least|or (?:more|less|fewer)|long(?! )|after|behind|before)(?= |$)",
        ledger.left[match.end() :],
    )
    if not counted or (len(pieces) == 1 and (not qualified or bounded or trailed)):
        return None
    behind = ledger.find(_NO_ZERO, match.end() + 1, min(len(ledger.left), match.end() + 60))
    pattern, words = "".join(p for p, _ in pieces), " and ".join(w for _, w in pieces)
    digits = regex.fullmatch(r"(.*)\[0-9\]\{(\d+)(?:,(\d+))?\}", pattern)
    start, end = match.start(), match.end()
    if behind and digits and regex.fullmatch(r"[ ,()]*(?:[a-z]+ ){0,4}[ ,(]*", ledger.left[end : behind.start()]):
        low, high = int(digits[2]) - 1, int(digits[3] or digits[2]) - 1
        pattern = f"{digits[1]}[1-9][0-9]{{{low}{'' if low == high else f',{high}'}}}"
        words, end = f"{words}, the first not 0", behind.end()
    lead = regex.search(rf" (?:{_BE})(?:{_E164} )?(?:{_BE})$", ledger.left[:start])
    if "a plus sign" in words:
        ledger.take_all(_E164)
    ledger.strike(lead.start() + 1 if lead else start, end)
    return Shaped(start, end, Traits(shape=Shape(f"^{pattern}$", words)))


def _classes(ledger: Ledger) -> Iterator[Shaped]:
    """ "Lower-case letters, digits and hyphens only"."""
    for match in list(regex.finditer(rf"(?<![^ ])(?:{_AMONG}|{_CLASS})(?![^ ])", ledger.left)):
        around = regex.search(
            rf" (?:(?:{_ONLY})(?: (?:of|are|is|be|the|from|characters?|:|contain|have|hold))* )+$",
            ledger.left[: match.start()],
        )
        after = regex.match(
            rf"(?: (?:are|is|characters?|,))* (?:{_ONLY})(?: (?:allowed|accepted|ok))?(?![^ ])",
            ledger.left[match.end() :],
        )
        several = regex.search(r" (?:and|or|/|and/or|plus) | , ", match[0])
        count = (
            regex.search(rf" (?P<count>{_COUNT})$", ledger.left[: match.start()])
            if several or around or after
            else None
        )
        if not (around or after or count) or (count and not several):
            continue
        kinds = [c for c in _CLASSES if regex.search(rf"(?<![^ ])(?:{c[0]})(?![^ ])", match[0])]
        if regex.search(r"(?:lower[ -]?case|small|capital|upper[ -]?case)", match[0]):
            kinds = [c for c in kinds if c[1] != "A-Za-z"]
        if regex.search(r" numbers?(?: |$)", f" {match[0]}"):
            kinds.append(_CLASSES[4])
        marks = [m for m in _MARKS.values() if regex.search(rf"(?<![^ ])(?:{m[0]})(?![^ ])", match[0])]
        kinds = list(dict.fromkeys(kinds))
        if not kinds:
            continue
        start = around.start() + 1 if around else count.start() + 1 if count else match.start()
        end = match.end() + (after.end() if after else 0)
        ledger.strike(start, end)
        plain = {kind for _, kind, _ in kinds} == {"a-z", "0-9"} and [m[1] for m in marks] == ["-"]
        if plain:
            yield Shaped(start, end, Traits(format="slug"))
            continue
        inside = "".join(kind for _, kind, _ in kinds) + "".join(p for _, p, _ in marks if p != "-")
        inside += "-" if any(p == "-" for _, p, _ in marks) else ""
        named = [words for _, _, words in (*kinds, *marks)]
        first = ledger.take(
            r"(?:(?:and|but|must|has to|should|it|,|always) )*(?:start|begin)(?:s|ning|ing)? with an? (?:lower[ -]?case |capital )?letter"
        )
        letters = "".join(kind for _, kind, _ in kinds if kind != "0-9")
        pattern = f"^[{letters}][{inside}]*$" if first and letters else f"^[{inside}]+$"
        words = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
        long = regex.findall(r"\d+", count["count"]) if count else []
        if alone := ledger.take(r"(?<=[,:(;•] )(?:exactly |always )?\d+ characters(?: long)?(?= [,.;)\n]| ?$)"):
            long = regex.findall(r"\d+", alone[0])
        low, high = (int(long[0]), int(long[-1])) if long else (None, None)
        yield Shaped(start, end, Traits(shape=Shape(pattern, f"{words} only"), low=low, high=high, of_length=True))


def _edges(ledger: Ledger) -> Iterator[Shaped]:
    """What a text begins or ends with."""
    either = r"(?P<ends>(?:\.[a-z0-9]{2,5})(?: (?:,|or|and|/)(?: or)? \.[a-z0-9]{2,5})*)"
    for match in ledger.take_all(
        rf"{_BE}(?:end(?:s|ing)?|finish(?:es|ing)?) (?:in|with|on) (?:either )?{either}|(?:only |just )*{either.replace('ends', 'files')} (?:files?|links?|urls?|addresses)(?: only)?"
    ):
        said = regex.findall(r"\.([a-z0-9]+)", match["ends"] or match["files"])
        pattern = said[0] if len(said) == 1 else f"({'|'.join(said)})"
        yield Shaped(
            match.start(),
            match.end(),
            Traits(shape=Shape(rf"\.{pattern}$", f"ending in {' or '.join(f'.{s}' for s in said)}")),
        )
    for match in ledger.take_all(
        rf"{_BE}(?:start|begin)(?:s|ning|ing)? with (?:an? |the )?(?:(?P<mark>{_MARK})|(?P<word>[^ ]+))"
    ):
        mark = next((m for m in _MARKS.values() if match["mark"] and regex.fullmatch(m[0], match["mark"])), None)
        text = ledger.quoted.get(match["word"] or "")
        if not mark and not text:
            ledger.left = ledger.left[: match.start()] + match[0] + ledger.left[match.end() :]
            return
        pattern = mark[1] if mark else regex.sub(r"([.+*?^$()\[\]{}|\\])", r"\\\1", str(text))
        yield Shaped(
            match.start(), match.end(), Traits(shape=Shape(f"^{pattern}", f"starting with {match['mark'] or text}"))
        )


def _joined(found: list[Shaped]) -> list[Shaped]:
    """A beginning and what comes after it are one shape."""
    led = [one for one in found if one.traits.shape and regex.fullmatch(r"\^[^\[$]+", one.traits.shape.pattern)]
    rest = [one for one in found if one.traits.shape and one.traits.shape.pattern.endswith("$") and one not in led]
    if len(led) != 1 or len(rest) != 1 or not led[0].traits.shape or not rest[0].traits.shape:
        return found
    start, tail = led[0].traits.shape, rest[0].traits.shape
    if not tail.pattern.startswith("^"):
        return found
    rest[0].traits.shape = Shape(start.pattern + tail.pattern[1:], f"{start.said}, then {tail.said}")
    return [one for one in found if one is not led[0]]


def _spaces(ledger: Ledger) -> Iterator[Shaped]:
    nullable = ledger.find(r"nullable|optional|not (?:required|mandatory)")
    for match in ledger.take_all(rf"{_BE}(?:not be|cannot be|never(?: be)?|not) blank") if nullable else ():
        yield Shaped(match.start(), match.end(), Traits(shape=Shape(r"\S", "not blank")))
    for match in ledger.take_all(rf"(?:{_REJECT}) {_BLANK}|{_BLANK} {_REFUSED}"):
        yield Shaped(match.start(), match.end(), Traits(shape=Shape(r"\S", "not blank")))
    for match in ledger.take_all(
        r"(?:(?:with|and|but|must|may|can|,) )*(?:no|without|not contain(?: any)?|free of) (?:white ?)?spaces?(?: (?:in it|allowed|inside))?"
    ):
        yield Shaped(match.start(), match.end(), Traits(shape=Shape(r"^\S+$", "without spaces")))
