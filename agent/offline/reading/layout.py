"""Columns that a request lays out as a table or as a ``create table``, written as bullets of words.

The raw text goes in and raw text comes out; nothing but its layout changes.
"""

import re

from agent.offline import regex

_HEADER = re.compile(
    r"^(?:columns?|fields?|names?|types?|notes?|descriptions?|constraints?|rules?|comments?|details?|data types?|required|"
    r"default|nullable|optional|remarks?|attributes?|property|meaning|values?|allowed values|#|no)$",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s*(?:#+\s*(?P<title>[A-Za-z][A-Za-z ]{1,28}?)|\*\*(?P<bold>[A-Za-z][A-Za-z ]{1,28}?)\*\*):?\s*$"
)
_RULER = re.compile(r"^[\s|:+=-]*-{2,}[\s|:+=-]*$")
_OPENS = re.compile(r"^(?P<head>[^()]*\btable\b[^()]*)\($", re.IGNORECASE)
_BOLD = re.compile(
    r"(?m)^[ \t]*(?:\*\*|__)([A-Za-z][A-Za-z /-]{1,30}?):?(?:\*\*|__):?[ \t]*\n(?=[^\n]+(?:\n\s*(?:\n|\Z)|\Z))"
)
_MARKS = (
    (r"(?m)(^\s*|[,(;:]\s*|[-*•] )([a-z][a-z0-9_]*)!(?=\s*(?:,|;|\)|\n|$|[:(]))", r"\1\2 required"),
    (r"(?<![\w.])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\?(?=\s*(?:,|;|\)|\n|$|[:(]))", r"\1 optional"),
    (r"(?<=, )([a-z][a-z0-9]*)\?(?=\s*(?:,|;|\)))", r"\1 optional"),
)
_SQL = (
    (
        r"(?<!\w)id\s+(?:uuid|bigint|bigserial|serial|int)\s+(?:not null\s+)?primary key(?:\s+default\s+[\w.]+\s*\(\s*\))?\s*,?",
        "",
    ),
    (r"\bdefault\s+(?:extensions\.)?(?:gen_random_uuid|uuid_generate_v4)\s*\(\s*\)", ""),
    (r"\badd\s+constraint\s+\w+\s+(?=unique|check|foreign)", "add "),
    (r"\b(\w+)\s+\w+_\1\s+enum\b", r"\1 enum"),
    (r"'(\[\]|\{\})'(?:::jsonb?)?", r"\1"),
    (r"::[a-z]+(?:\[\])?", ""),
    (r"\breferences\s+((?:public\.)?\w+)\s*\(\s*id\s*\)", r"references \1"),
    (r"\bcheck\s*\(\s*(?:char_)?length\s*\(\s*\w+\s*\)\s*([^()]*)\)", r"length \1 characters"),
    (r"\bcheck\s*\(\s*\w+\s+in\s*(\([^()]*\))\s*\)", r"in \1"),
    (r"\b(\w+)(\b[^,;\n]*)\bcheck\s*\(\s*\1\s+(between\s[^()]*|[<>]=?\s*-?[\d.]+)\s*\)", r"\1\2\3"),
    (r"\bcheck\s*\(\s*(\w+\s+(?:between\s[^()]*|[<>]=?\s*-?[\d.]+))\s*\)", r"check that \1"),
    (r"\bcheck\s+(?=length|between|in\b|[<>\d])", ""),
    (r"\blength\s+(?=\d+\s*(?:\.\.|-|to\b)\s*\d)((\d+)\s*(?:\.\.\.?|-|to)\s*(\d+))(?!\s*char)", r"\1 characters"),
)


_VALUES = re.compile(
    r"^(?!one of)(?:(?!(?:required|optional|unique|nullable|not null|default|fk|on|max|min)\b)['\"`]?[A-Za-z_]+['\"`]?(?:, | ?[|/] ?|(?=;|$))){2,}"
)
"""A cell that lists values: ``open, paused, done; default open``."""
_OBJECT = re.compile(r"\{\s*(\w+\s*:[^{}]*,\s*\w+\s*:[^{}]*)\}")
""" ``{title: text, level: int}``."""


def _listed(match: re.Match[str]) -> str:
    fields = regex.split(r",\s*(?=\w+\s*:)", match[1].strip())
    return "".join(f"\n- {field.strip()}" for field in fields) + "\n"


_INDEXES = re.compile(
    r"(?P<before>^[ \t]*(?:[-*•][ \t]+)?|(?<=[.;!] ))(?:indexes|indices)[ \t]*:[ \t]*(?P<same>(?!none|no |only|on )[^\n.]*)\.?(?P<items>(?:\n[ \t]+[-*•][ \t]+[^\n]+|\n[-*•][ \t]+[^\n]+)*)",
    re.IGNORECASE | re.MULTILINE,
)


def _indexed(match: re.Match[str]) -> str:
    """Each of the listed indexes in a sentence of its own."""
    inside = match["before"].strip() != ""  # a bullet among others has none below it
    items = [] if inside else regex.findall(r"(?m)^[ \t]*[-*•][ \t]+(.+)$", match["items"])
    listed = regex.split(r";" if ";" in match["same"] else r",(?![^()]*\))", match["same"])
    parts = [part.strip().rstrip(".") for part in (listed if match["same"].strip() else items) if part.strip()]
    if not parts:
        return match[0]
    rest = match["items"] if match["same"].strip() else ""
    return (
        "\n"
        + "\n".join(
            f"{part if regex.match(r'(?i)(?:an? )?(?:partial |composite )?index', part) else f'index on {part}'}."
            for part in parts
        )
        + "\n"
        + rest
    )


def laid_out(request: str) -> str:
    """The request with tables and ``create table (...)`` over several lines as bullets."""
    text = _INDEXES.sub(_indexed, _OBJECT.sub(_listed, _BOLD.sub(r"\1: ", request)))
    text = regex.sub(r";[ \t]*\n(?=[a-z][a-z ]*[,;:(])", "; ", text)
    for pattern, into in _MARKS:
        text = regex.sub(pattern, into, text)
    if regex.search(r"\b(?:create|alter) table\b|\breferences\b|\bcheck\b", text, re.IGNORECASE):
        for pattern, into in _SQL:
            text = regex.sub(pattern, into, text, flags=re.IGNORECASE)
    return "\n".join(_bodies(_tables(_sections(text.splitlines()))))


def _sections(lines: list[str]) -> list[str]:
    """A heading over a single line of prose is its label: ``Which rows: only published ones``."""
    out: list[str] = []
    for place, line in enumerate(lines):
        below = [other for other in lines[place + 1 :] if other.strip()][:2]
        heading = _HEADING.match(line)
        alone = below and not _HEADING.match(below[0]) and (len(below) < 2 or _HEADING.match(below[1]))
        if heading and alone and not regex.match(r"\s*(?:[-*•|]|\d+[.)])", below[0]):
            out.append(f"{heading['title'] or heading['bold']}: ")
            continue
        if out and out[-1].endswith(": ") and out[-1] != line:
            if line.strip():
                out[-1] += line.strip()
            continue
        out.append(line)
    return out


def _cells(line: str) -> list[str]:
    """The cells of a line that has at least two: between bars, or two blanks or a tab apart."""
    if line.strip().startswith("|"):
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    return [cell.strip() for cell in regex.split(r"\t+| {2,}", line.strip())]


def _tables(lines: list[str]) -> list[str]:
    """Rows under a header of a table become ``- first: the, others``."""
    out: list[str] = []
    inside = False
    for line in lines:
        cells = _cells(line)
        if len(cells) > 1 and all(_HEADER.match(cell) for cell in cells):
            inside = True
            out.append("columns:")
            continue
        if inside and _RULER.match(line):
            continue
        inside = inside and len(cells) > 1
        if inside and regex.fullmatch(r"`?\w+(?: \w+){0,4}`?", cells[0]):
            said = [_VALUES.sub(r"one of \g<0>", cell) for cell in cells[1:] if cell not in ("", "-")]
            out.append(f"- {cells[0]}: {', '.join(said)}")
        else:
            out.append(line)
    return out


def _bodies(lines: list[str]) -> list[str]:
    """The lines between ``table x (`` and ``)`` become bullets."""
    out: list[str] = []
    inside = False
    for line in lines:
        bare = line.strip()
        if not inside and (match := _OPENS.match(bare)) and any(o.strip().startswith(")") for o in lines):
            inside = True
            out.append(f"{match['head'].strip()}:")
        elif inside and regex.fullmatch(r"\)[;,.]?", bare):
            inside = False
        elif inside and bare:
            out.append(f"- {bare.rstrip(',')}")
        else:
            out.append(regex.sub(r"^\s*\+\s+", "", line))
    return out
