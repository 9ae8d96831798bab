"""What a report says in plain words, and the text of others made harmless to show.

Messages, hints and evidence quote files, catalogs and errors, so any of them may carry what somebody put there:
terminal escapes, direction overrides, markup. `harmless` takes the first two out; each renderer escapes its own
markup.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.report import CheckResult, Finding, Report, Status

WORDS: dict[Status, str] = {
    "pass": "pass",
    "fail": "fail",
    "warn": "warn",
    "waived": "waived",
    "n/a": "n/a",
    "not-checked": "not checked",
}

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_KEPT = {"\n", "\t", "\u200c", "\u200d"}  # joiners are spelling in Persian and Hindi, and glue in emoji


def harmless(text: str) -> str:
    """The text without characters that act instead of showing; each becomes one visible sign.

    Newlines and tabs stay; a CRLF is a newline.
    """
    if text.replace("\n", "").replace("\t", "").isprintable():  # so nothing hidden is in it; and quick
        return text
    return "".join(_shown(char) for char in text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Harmless, and every run of white space is one space."""
    return harmless(" ".join(text.split()))


def counted(number: int, noun: str, several: str = "") -> str:
    """``1 error``, ``2 errors``; `several` where that takes more than an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {several or noun + 's'}"


def severities(findings: Sequence[Finding]) -> str:
    """``2 errors, 1 warning``; empty for no finding."""
    errors = sum(finding.severity == "error" for finding in findings)
    counts = [(errors, "error"), (len(findings) - errors, "warning")]
    return ", ".join(counted(number, noun) for number, noun in counts if number)


def tally(report: Report) -> str:
    """``2 errors, 1 warning, 1 waived``, over the parts too; ``no findings`` where there is none."""
    allowed = sum(len(waived(part)) for part in [report, *report.parts])
    said = [severities(report.findings()), f"{allowed} waived" if allowed else ""]
    return ", ".join(filter(None, said)) or "no findings"


def evidence(check: CheckResult) -> str:
    """The check's evidence, led by the status where that is neither a pass nor a defect."""
    said = f"{WORDS[check.status]}: " if check.status in ("waived", "n/a", "not-checked") else ""
    return said + check.evidence


def statuses(report: Report) -> str:
    """``12 pass, 2 fail, 3 n/a``, in that order, of the file's own checklist."""
    counts = Counter(check.status for check in report.checks)
    return ", ".join(f"{counts[status]} {word}" for status, word in WORDS.items() if counts[status])


def seconds(amount: float) -> str:
    """``8 ms``, ``0.21 s``, ``12 s``, ``3 min 20 s``."""
    if amount < 0.1:
        return f"{amount * 1000:.0f} ms"
    if amount < 10:
        return f"{amount:.2f} s"
    if amount < 120:
        return f"{amount:.0f} s"
    minutes, rest = divmod(round(amount), 60)
    return f"{minutes} min {rest} s"


def waived(report: Report) -> list[Finding]:
    """Findings that a waiver allows, of the file's own checklist."""
    return [finding for check in report.checks for finding in check.findings if finding.waived is not None]


def _shown(char: str) -> str:
    if char in _KEPT or unicodedata.category(char) not in _HIDDEN:
        return char
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else "\ufffd"
