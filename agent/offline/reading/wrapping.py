"""Lines that were broken in mid-sentence, joined; raw text goes in and raw text comes out."""

import re

from agent.offline import regex

BULLET = re.compile(r"^[ \t]*(?:[-*•+‣◦·–—]|\d{1,2}[.)]|\(?[a-z]\))[ \t]+(?:\[[ xX]?\][ \t]+)?")
_HEADING = re.compile(r"^\s*(?:\*\*[^*]+\*\*|__[^_]+__|#+ .+)\s*:?$")
_LABEL = re.compile(r"^\w+(?: \w+){0,2}:(?:\s|$)")
_ITEM = re.compile(
    r"^\s*(?:(?:the|their|its|an?|his|her)\s+)?[\w']+(?:\s+[\w']+){0,2}\s*(?:\(|:\s|\s[-–—]\s)", re.IGNORECASE
)
"""A line of a list without bullets: what it is about, and more in brackets or behind a colon or dash."""
_NAMED = re.compile(
    r"\s*`?(?:[a-z]+_[a-z_]+\b|[a-z]+ (?:text|int|integer|uuid|bool|boolean|date|timestamptz|numeric|jsonb?)\b)"
)
"""A line that begins with a column's name."""
_OPEN = re.compile(
    r"(?:,|\b(?:a|an|the|of|to|in|on|at|by|for|from|with|and|or|but|nor|than|as|is|are|be|been|was|has|have|had|may|must|can|"
    r"should|will|would|could|that|which|whose|who|when|where|if|only|not|no|its|their|our|each|every|all|any|one|"
    r"this|these|those|between|without|into|per|table|column))$",
    re.IGNORECASE,
)
"""A line that ends so goes on in the next."""


def unwrapped(text: str) -> str:
    """Without line breaks in mid-sentence; list items, labels, tables and verse of one wish a line keep theirs."""
    blocks = regex.split(r"(\n[ \t]*\n)", text)
    return "".join("\n".join(_joined(block.split("\n"))) if block.strip() else block for block in blocks)


def _joined(lines: list[str]) -> list[str]:
    items = sum(bool(_ITEM.match(line) or _NAMED.match(line)) for line in lines)
    prose = lines[-1].rstrip().endswith((".", "!", "?")) and not any(BULLET.match(line) for line in lines) and items < 3
    out: list[str] = []
    for line in lines:
        last = out[-1].rstrip() if out else ""
        laid_out = regex.search(r"\S(?: {2,}|\t)\S|\|", f"{last}\n{line}") or last.endswith(
            (":", ".", "!", "?", ";", "(")
        )
        laid_out = laid_out or bool(_LABEL.match(line.strip()) or _HEADING.match(last))
        laid_out = laid_out or bool(_ITEM.match(line) and _ITEM.match(last) and last.endswith((")", '"', "'")))
        if not last or not line.strip() or BULLET.match(line) or laid_out:
            out.append(line)
        elif BULLET.match(last):
            deeper = len(line) - len(line.lstrip()) > len(last) - len(last.lstrip())
            named = regex.search(r"(?:^\W*|[,:] |and )(?:\w+ )?\w+ (?:at|on)$", last) and line[:1].isupper()
            goes_on = (deeper and not _LABEL.match(line.strip())) or (_OPEN.search(last) and not named)
            out[-1:] = [f"{last} {line.strip()}"] if goes_on else [last, line]
        elif (_OPEN.search(last) and not last.endswith(",") and not _NAMED.match(line)) or (
            prose and (regex.match(r"\s*[^\sA-Z]", line) or last.endswith(","))
        ):
            out[-1] = f"{last} {line.strip()}"
        else:
            out.append(line)
    return out
