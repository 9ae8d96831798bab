"""Words of people and models, for titles, commit messages and Markdown: they show, and do nothing."""

from tools.render import gfm
from tools.render.gfm import muted
from tools.render.plain import one_line

MOST = 65_536
"""Characters that GitHub takes for a body."""


def plain(text: str, most: int) -> str:
    """One line for a title or a commit message."""
    line = muted(one_line(text).replace("&#", "&\u200b#"))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def escaped(text: str, most: int = 2_000) -> str:
    """One line of Markdown that shows the text as it is."""
    line = one_line(text)
    line = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return muted(gfm.escaped(line))


def quoted(text: str, most: int = 2_000) -> str:
    """A quotation, line by line."""
    text = text if len(text) <= most else text[: most - 1] + "…"
    return "\n".join(f"> {escaped(line)}".rstrip() for line in text.splitlines() or [""])


def folded(summary: str, content: str, *, is_open: bool = False) -> str:
    """`summary` and `content` are Markdown already."""
    return f"<details{' open' if is_open else ''}>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"


def fitted(parts: list[tuple[str, str]], most: int = MOST - 1_000) -> str:
    """The parts one below the other; from the last on, those that do not fit give way to what stands in for them.

    Each is (text, stand-in); an empty stand-in marks a part that always stays.
    """
    shown = [text for text, _ in parts]
    for number in range(len(parts) - 1, -1, -1):
        if _length("\n\n".join(filter(None, shown))) <= most:
            break
        if parts[number][1]:
            shown[number] = parts[number][1]
    whole = "\n\n".join(filter(None, shown))
    while _length(whole) > most:
        whole = whole[: len(whole) - max(1, _length(whole) - most)]
    return whole


def _length(text: str) -> int:
    """As GitHub counts: a character beyond the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
