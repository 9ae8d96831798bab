"""A report as the model reads it: what to repair and how, errors first, short; what passed in one line."""

from collections.abc import Iterator, Sequence

from agent.prompt import marked
from agent.schema import one_line
from tools.migration import Migration
from tools.report import Finding, Report

LIMIT = 6_000
"""Characters of findings; what does not fit is named and left for the next draft."""
FULL = 3
"""How many findings of one rule are told in full; the others are only named."""

ACCEPTED = "This draft is what will be written."
WARNED = (
    "It would pass, but warnings are repaired here too: mend them, or allow a rule that does not fit with a reason."
)
FAILED = "Repair all of it at once with edit_draft: send only what changes."


def feedback(number: int, report: Report, migrations: Sequence[Migration], last: Report | None) -> str:
    """What check_draft answers for the draft of that number; `last` is the report before."""
    head = f"Draft {number}: {outcome(report)}"
    if last and last.findings():
        head += f" (the draft before: {_count(last.findings())})"
    closing = ACCEPTED if report.clean else WARNED if report.verdict == "pass" else FAILED
    return f"{head}.\n{told(report, migrations, last)}\n{closing}"


def outcome(report: Report) -> str:
    """``FAIL, 2 errors, 1 warning``"""
    return ", ".join(filter(None, ["PASS" if report.verdict == "pass" else "FAIL", _count(report.findings())]))


def told(report: Report, migrations: Sequence[Migration], last: Report | None) -> str:
    """What must be repaired and how, as far as it fits, then what passed; `last` is the report before."""
    found = [(part, finding) for part, each in enumerate(_parts(report)) for finding in _open(each)]
    found.sort(key=lambda item: (item[1].severity, not item[1].rule.startswith("applies/"), len(item[1].hint)))
    if not found:
        return _rest(report)
    known = {finding.key for finding in last.findings()} if last else set()
    several = len(migrations) > 1
    entries: list[str] = []
    named: list[str] = []
    counts: dict[str, int] = {}
    shown: set[str] = set()
    size = 0
    for part, finding in found:
        entry = "\n".join(_entry(finding, migrations[part], several, finding.key in known, shown))
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
        if counts[finding.rule] > FULL or (entries and size + len(entry) > LIMIT):
            named.append(f"{finding.severity} {finding.rule} on {finding.object or migrations[part].file_name}")
            continue
        entries.append(entry)
        size += len(entry)
    if named:
        entries.append(f"And {len(named)} more: " + _clip("; ".join(named), 1_000))
    body = marked("report", _clip("\n\n".join(entries), LIMIT + 1_500))
    if unseen := [migration.file_name for migration in migrations[len(_parts(report)) :]]:
        body += f"\nNot judged, because a file before does not apply: {', '.join(unseen)}."
    unchanged = sum(finding.key in known for _, finding in found)
    again = f"{unchanged} of these stood in the last report too, word for word: try another way.\n" if unchanged else ""
    return f"{body}\n{again}{_rest(report)}"


def _entry(finding: Finding, migration: Migration, several: bool, known: bool, shown: set[str]) -> Iterator[str]:
    """The finding's lines; a statement that stands in `shown` is not quoted again."""
    target = f" on {finding.object}" if finding.object else ""
    file = f" in {migration.file_name}" if several else ""
    yield f"{finding.severity} {finding.rule}{target}{file}{' (unchanged)' if known else ''}"
    yield f"  observed: {one_line(finding.message, 700)}"
    if finding.line is not None and (excerpt := _excerpt(migration, finding.line)):
        yield f"  at line {finding.line}{'' if excerpt in shown else f': {one_line(excerpt, 240)}'}"
        shown.add(excerpt)
    if finding.hint:
        yield f"  do: {one_line(finding.hint, 500)}"
    if finding.fix:
        yield "  sql:\n" + "\n".join(f"    {line}" for line in _clip(finding.fix, 900).splitlines())


def _excerpt(migration: Migration, line: int) -> str:
    """The statement at a line, on one line; in the rollback, or where nothing could be parsed, the line itself."""
    if migration.syntax_error is None:
        for statement in migration.statements:
            if statement.line <= line <= statement.line + statement.text.count("\n"):
                return statement.text
    alone = migration.script.line(line).strip() if 1 <= line <= migration.text.count("\n") + 1 else ""
    return "" if alone in ("-- ROLLBACK", "-- To reverse this migration, run:") else alone


def _rest(report: Report) -> str:
    """One line each for what passed, what was allowed and what nobody looked at; others' words may be among them."""
    checks = [check for each in _parts(report) for check in each.checks]
    bad = {check.id for check in checks if check.status in ("fail", "warn")}
    passed = dict.fromkeys(check.id for check in checks if check.status in ("pass", "waived") and check.id not in bad)
    lines = [f"Passed: {', '.join(passed)}."] if passed else []
    allowed = [_allowed(f) for check in checks for f in check.findings if f.waived is not None]
    if allowed:
        lines.append(f"Allowed: {', '.join(dict.fromkeys(allowed))}.")
    blind = {check.id: check.evidence for check in checks if check.status == "not-checked"}
    if blind and report.verdict == "pass":
        lines.append("Not checked: " + "; ".join(f"{name} ({_clip(why, 100)})" for name, why in blind.items()) + ".")
    lines += [f"Note: {_clip(note, 400)}" for each in _parts(report) for note in each.notes]
    return marked("report", "\n".join(dict.fromkeys(lines))) if lines else ""


def _allowed(finding: Finding) -> str:
    """A loss is allowed by other words than its rule's name: they are shown."""
    by = f" ({_clip(one_line(finding.waived or '', 120), 120)})" if finding.rule == "data/lost" else ""
    return f"{finding.rule} on {finding.object}{by}"


def _parts(report: Report) -> list[Report]:
    return [report, *report.parts]


def _open(report: Report) -> list[Finding]:
    return [finding for check in report.checks for finding in check.findings if finding.waived is None]


def _count(findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    words = [f"{n} {word}{'s' * (n != 1)}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(words)


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
