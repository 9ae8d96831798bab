"""What only the person may decide: a draft's own word does not open data to everybody or destroy it.

A waiver in a draft is the model's word, and what the model reads was partly written by others. So a waiver that opens
or destroys counts only where the person's own words, the request and the answers to questions, say so; otherwise the
finding stands, and the model is told to ask. The same holds for what needs no waiver (`agent.deeds`).
"""

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial

from agent.deeds import Did, deeds
from agent.digest import words
from agent.words import Deed, own, speaks_of
from tools.facts import Catalog
from tools.migration import Migration
from tools.report import ALLOWED_AS, CheckResult, Finding, Report

_NEEDED: dict[str, Deed] = {
    "grants/anon": "opens",
    "grants/public-execute": "opens",
    "grants/api-settings": "opens",
    "rls/anon": "opens",
    "rls/public-read": "shares",
    "rls/always-true": "shares",
    "rls/user-metadata": "shares",
    "rls/reassign": "shares",
    "grants/excess": "shares",
    "functions/leak": "shares",
    "functions/caller": "shares",
    "safe-change/destructive": "destroys",
    "data/lost": "destroys",
    "data/changed": "changes",
}
"""Rules whose waiver needs the person's word."""
_WHOLE_NAME = ("functions/leak",)
"""Here one word of the object's name is not enough: its rows may be anybody's."""
_SMALL = frozenset(("get", "list", "find", "fetch", "count", "all", "for", "of", "by", "the", "my", "public", "view"))

_WHAT: dict[Deed, tuple[str, str]] = {
    "opens": ("Who may reach data", "Shall {} be public, also for visitors without an account?"),
    "shares": ("Who may reach data", "Shall all users reach {}, also what belongs to others?"),
    "access": ("Who may reach data", "Shall users get this access to {}?"),
    "destroys": ("What is taken away", "Shall I delete {}, or what it holds?"),
    "changes": ("What becomes of existing values", "Shall I change what {} holds?"),
    "roles": ("What a database role may do", "Shall the database role {} be changed?"),
    "outward": ("What leaves the database", "Shall the database send requests to other servers, or run jobs?"),
    "secrets": ("Who reads secrets", "Shall this read secrets such as keys, tokens or passwords?"),
}
"""What the person decides, and a question whose words cover it."""
_THEIRS = " is for the person to decide, and their words do not say it"
_ASK = (
    "{what}" + _THEIRS + "{waiver}. Do without it, or call ask with reason `{reason}`, naming {object}, for example: "
    "{question} {then}"
)
_OFFER = re.compile(r"(?:If that is what was asked for|Where the request asks for the loss), say so in the file: .*$")
"""How a hint offers a waiver."""
TITLE = "Nothing is opened, destroyed or sent away unasked"


def without_leave(
    report: Report,
    said: str,
    migrations: Sequence[Migration] = (),
    before: Catalog | None = None,
    agreed: Collection[tuple[str, str]] = (),
) -> Report:
    """The report with every waiver taken back that needs the person's word and has none in `said`, and with what
    the draft's files do unasked. Where there is no waiver yet, a loss says to ask instead of offering one.

    `said` holds the person's own words: the request, and the questions they said yes to, with their answers. `before`
    is the catalog without the draft. What is `agreed` (rule, object) needs no word.
    """
    parts = [report, *report.parts]
    made = {fact.object for part in parts for fact in part.facts.added if fact.kind in ("table", "function", "view")}
    told = own(said)
    unasked = [
        [_unasked(did) for did in deeds(part, migration, before) if not _asked(did, told, agreed)] if before else []
        for part, migration in zip(parts, migrations, strict=False)
    ] or [[] for _ in parts]
    may = partial(_may, said=told, made=made, agreed=agreed)
    first, *rest = [_held(part, may, found) for part, found in zip(parts, unasked, strict=False)]
    return first.with_parts(rest)


def explained() -> dict[str, str]:
    """What each rule of `consent` means; they hold for drafts, where a request says what was asked for."""
    return {
        f"consent/{deed}": f"## consent/{deed}\n\n{what} is for the person to decide. A draft does something of that "
        "kind, and the words of the request, and of the answers to questions, do not say it.\n\nWhy: what a model "
        "reads was partly written by others, and a migration may do only what was asked for.\n\nFix: do without it, "
        f'or let the request say so. The question to answer is: "{question.format("OBJECT")}"\n\nThis rule cannot '
        "be allowed. It is checked in `new`, `revise` and the other doors that draft, never in `check`."
        for deed, (what, question) in _WHAT.items()
    }


def withheld(report: Report) -> bool:
    """Something stands because the person's word is missing."""
    return any(_THEIRS in finding.hint for finding in report.findings())


def standing(report: Report, migrations: Sequence[Migration], before: Catalog) -> frozenset[tuple[str, str]]:
    """(rule, object) of what files that are there already allow and do: nobody needs to say it again."""
    parts = [report, *report.parts]
    findings = [finding for part in parts for check in part.checks for finding in check.findings]
    did = [each for part, file in zip(parts, migrations, strict=False) for each in deeds(part, file, before)]
    allowed = {(finding.rule, finding.object) for finding in findings if finding.waived is not None}
    return frozenset(allowed | {(f"consent/{each.deed}", each.object) for each in did})


def _held(report: Report, may: Callable[[Finding], bool], unasked: list[Finding]) -> Report:
    checks = [_reopened(check, may) for check in report.checks]
    if unasked:
        checks.append(CheckResult.of("consent", TITLE, unasked, "compared with the words of the request"))
    failed = any(check.status == "fail" for check in checks)
    return report.model_copy(update={"checks": checks, "verdict": "fail" if failed else "pass"})


def _reopened(check: CheckResult, may: Callable[[Finding], bool]) -> CheckResult:
    findings = [finding if may(finding) else _to_ask(finding) for finding in check.findings]
    if findings == check.findings:
        return check
    return CheckResult.of(check.id, check.title, findings, check.evidence).model_copy(update={"ms": check.ms})


def _may(finding: Finding, said: str, made: set[str], agreed: Collection[tuple[str, str]]) -> bool:
    """Nothing that the person decides, or in their words."""
    deed = _NEEDED.get(finding.rule)
    if deed is None or (finding.rule, finding.object) in agreed:
        return True
    if finding.waived is None and deed != "destroys":  # what was opened by accident is simply mended
        return True
    if not speaks_of(deed, said):
        return False
    target = re.split(r"[/(]", finding.object)[0]
    whole = finding.rule in _WHOLE_NAME
    new = deed in ("opens", "shares") and any(target == name.split("(")[0] for name in made)
    if new and not whole and finding.rule != "functions/caller":
        return True
    named, spoken = _own_words(finding.object), set(words(said))
    return named - _SMALL <= spoken if whole else bool(named & spoken)


def _asked(did: Did, said: str, agreed: Collection[tuple[str, str]]) -> bool:
    if (f"consent/{did.deed}", did.object) in agreed:
        return True
    if did.literal:
        return did.literal.lower() in said.lower()
    return speaks_of(did.deed, said) and (not did.named or bool(_own_words(did.object) & set(words(said))))


def _own_words(name: str) -> set[str]:
    """Words of a table's and column's name: those of ``public.lessons.legacy_notes`` are lesson, legacy, note."""
    bucket = re.fullmatch(r"storage\.objects \((.*)\)", name)
    bare = bucket[1] if bucket else name.split("(")[0]
    return {word for part in re.split(r"[./]", bare)[:3] if part != "public" for word in words(part)}


def _to_ask(finding: Finding) -> Finding:
    hint = _hint(_NEEDED[finding.rule], finding.object, ALLOWED_AS.get(finding.rule, finding.rule))
    if finding.waived is None:
        return finding.model_copy(update={"hint": f"{_OFFER.sub('', finding.hint).strip()} {hint}".strip()})
    return finding.model_copy(update={"waived": None, "severity": "error", "hint": hint, "fix": ""})


def _unasked(did: Did) -> Finding:
    hint = _hint(did.deed, did.literal or did.object)
    return Finding(rule=f"consent/{did.deed}", severity="error", message=did.message, object=did.object, hint=hint)


def _hint(deed: Deed, name: str, rule: str = "") -> str:
    """`rule`: what is allowed once they agree; empty where nothing has to be."""
    what, question = _WHAT[deed]
    return _ASK.format(
        what=what,
        waiver=", so an `allow` does not count" if rule else "",
        reason="destroys" if deed in ("destroys", "changes") else "opens",
        object=name or "it",
        question=question.format(name or "it"),
        then=f"Once they agree, allow `{rule}` on {name or 'it'}." if rule else "Once they agree, it counts.",
    )
