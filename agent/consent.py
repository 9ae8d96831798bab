"""What only the person may decide: a draft's own word does not open data to everybody or destroy it.

A waiver in a draft is the model's word, and what the model reads was partly written by others. So a waiver that opens
or destroys counts only where the person's own words, the request and the answers to questions, say so; otherwise the
finding stands, and the model is told to ask.
"""

import re
from typing import Literal

from agent.digest import words
from tools.report import CheckResult, Finding, Report

Deed = Literal["opens", "destroys"]

_NEEDED: dict[str, Deed] = {
    "grants/anon": "opens",
    "grants/public-execute": "opens",
    "rls/anon": "opens",
    "safe-change/destructive": "destroys",
    "data/lost": "destroys",
}
"""Rules whose waiver needs the person's word."""
_SAID: dict[Deed, re.Pattern[str]] = {
    "opens": re.compile(
        r"\b(?:public(?:ly)?|any(?:one|body)|every(?:one|body)|anon(?:ymous(?:ly)?)?|visitors?|guests?|unauthenticated"
        r"|(?:landing|marketing) (?:page|site)|website|(?:logged|signed)[ -]?out|not (?:logged|signed)[ -]?in"
        r"|(?:without|no) (?:an? |any )?(?:account|login|logging[ -]?in|sign(?:ing)?[ -]?(?:in|up)|auth\w*))\b",
        re.IGNORECASE,
    ),
    "destroys": re.compile(
        r"\b(?:drop|delet|remov|destroy|purg|truncat|discard|eras|wip|clear|clean|retir|eliminat|prun|replac|merg"
        r"|convert|chang|mov|renam|split|shorten|narrow|reduc|dump|cut|trim|los[et]|kill|strip|de-?dup|duplicat"
        r"|get(?:ting)? rid|throw)\w*",
        re.IGNORECASE,
    ),
}
_NOT = re.compile(
    r"\b(?:not|never|nothing|nobody|no(?! longer)|nor|except|cannot|(?:do|does|must|is|are|ca|should|wo)n['’]?t)\b"
    r"[^.,;:!?\n]{0,30}$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"```.*?(?:```|\Z)|^[ \t]*>.*$|\"[^\"\n]{25,}\"|“[^”]{25,}”", re.DOTALL | re.MULTILINE)

_WHAT = {"opens": "Who may reach data", "destroys": "What is taken away"}
_ASK = (
    "{what} is for the person to decide, and their words do not say it, so an `allow` does not count. Do without it, "
    "or call ask with reason `{deed}`, naming {object}; once they agree, allow it."
)


def without_leave(report: Report, said: str) -> Report:
    """The report with every waiver taken back that needs the person's word and has none in `said`.

    Where there is no waiver yet, the finding says to ask instead of offering one.

    `said` holds the person's own words: the request, and the questions they said yes to, with their answers.
    """
    parts = [report, *report.parts]
    made = {fact.object for part in parts for fact in part.facts.added if fact.kind in ("table", "function", "view")}
    own = _QUOTED.sub(" ", said)
    first, *rest = [_withheld(part, own, made) for part in parts]
    return first.with_parts(rest)


def _withheld(report: Report, said: str, made: set[str]) -> Report:
    checks = [_reopened(check, said, made) for check in report.checks]
    failed = any(check.status == "fail" for check in checks)
    return report.model_copy(update={"checks": checks, "verdict": "fail" if failed else "pass"})


def _reopened(check: CheckResult, said: str, made: set[str]) -> CheckResult:
    findings = [finding if _may(finding, said, made) else _asked(finding) for finding in check.findings]
    if findings == check.findings:
        return check
    return CheckResult.of(check.id, check.title, findings, check.evidence).model_copy(update={"ms": check.ms})


def _may(finding: Finding, said: str, made: set[str]) -> bool:
    """Nothing that the person decides, or in their words."""
    deed = _NEEDED.get(finding.rule)
    if deed is None or (finding.waived is None and deed == "opens"):  # what was opened by accident is simply mended
        return True
    if not any(not _NOT.search(said, 0, found.start()) for found in _SAID[deed].finditer(said)):
        return False
    table = re.split(r"[/(]", finding.object)[0]
    new = deed == "opens" and any(table == name.split("(")[0] for name in made)
    return new or bool(_own_words(finding.object) & set(words(said)))


def _own_words(name: str) -> set[str]:
    """Words of a table's and column's name: those of ``public.lessons.legacy_notes`` are lesson, legacy, note."""
    return {word for part in re.split(r"[./]", name.split("(")[0])[:3] if part != "public" for word in words(part)}


def _asked(finding: Finding) -> Finding:
    deed = _NEEDED[finding.rule]
    hint = _ASK.format(what=_WHAT[deed], deed=deed, object=finding.object or "the object")
    if finding.waived is None:
        return finding.model_copy(update={"hint": f"{_OFFER.sub('', finding.hint).strip()} {hint}".strip()})
    return finding.model_copy(update={"waived": None, "severity": "error", "hint": hint, "fix": ""})


_OFFER = re.compile(r"(?:If that is what was asked for|Where the request asks for the loss), say so in the file: .*$")
"""How a hint offers a waiver."""
