"""GitHub-flavoured Markdown of text that others wrote: it shows as it is and can become nothing else.

No markup, HTML, table cell or end of a fence can come of a comment, a default or a name.
"""

import re
from collections.abc import Iterable, Sequence

from tools.render.plain import harmless, one_line

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_ACTS = re.compile(r"@|(?<!&)#(?=\d)|(?<=GH)-(?=\d)|:(?=//)|www(?=\.)", re.IGNORECASE)
_MARKUP = re.compile(r"[\\`*\[\]~$]|(?<!\w)_|_(?!\w)|^[#+=-]")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?= |$)", re.ASCII)
"""What begins a numbered list."""


def escaped(text: str) -> str:
    """One line of text, for a paragraph, a list item or a table cell."""
    text = _NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", one_line(text)))
    return re.sub(r"[&<>|]", lambda found: _ENTITIES[found[0]], text)


def muted(text: str) -> str:
    """Markdown of `escaped` with nothing that GitHub takes for a mention, a reference or an address; it looks the same.

    ``@name`` notifies; ``#12`` or an issue's address refers to it, and behind "fixes" closes it.
    """
    return _ACTS.sub(lambda found: found[0] + "\u200b", text)


def code(text: str) -> str:
    """One line of code; works in table cells too, where a pipe in back ticks would split the cell."""
    text = one_line(text)
    if not text or "|" in text:
        return f"<code>{muted(escaped(text))}</code>"
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str) -> str:
    """One line of `escaped` and `muted`, where what stands between two back ticks is code."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0 or not all(part.strip() for part in parts[1::2]):
        return muted(escaped(text))
    return "".join(code(part) if number % 2 else _between(part) for number, part in enumerate(parts))


def block(text: str, language: str) -> str:
    """A fenced block that its text cannot close."""
    text = harmless(text).strip("\n")
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already, of `escaped` or `code`."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _between(text: str) -> str:
    """`escaped` and `muted`, with the spaces at its ends."""
    head, tail = " " * text.startswith(" "), " " * (text.endswith(" ") and bool(text.strip()))
    return f"{head}{muted(escaped(text))}{tail}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
