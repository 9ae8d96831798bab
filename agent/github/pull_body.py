"""The pull request's text: what a reviewer needs to judge the change in a minute, and folded below it the evidence.

Everything is from the publisher's own check; words of people and models are escaped (`agent.github.text`).
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from agent.github import text
from agent.github.artefact import Figures, Manifest
from agent.github.changes import changes, touched
from agent.github.text import escaped, folded, plain, quoted
from agent.github.verify import Lock, Verified
from tools.document_diagram import Diagrams
from tools.facts import Catalog
from tools.migration import Migration
from tools.render import gfm, markdown
from tools.render.gfm import block, code
from tools.render.plain import counted, seconds, severities, statuses, tally, waived
from tools.report import Report

LONGEST_TITLE = 120
_MODES = {
    "AccessExclusiveLock": "nobody reads or writes",
    "ExclusiveLock": "nobody writes",
    "ShareRowExclusiveLock": "nobody writes",
    "ShareLock": "nobody writes",
    "ShareUpdateExclusiveLock": "reads and writes go on",
    "RowExclusiveLock": "reads and writes go on",
    "RowShareLock": "reads and writes go on",
    "AccessShareLock": "reads and writes go on",
}
"""What others can do meanwhile (Postgres's documentation, "Explicit Locking")."""
_HARMLESS = ("AccessShareLock", "RowShareLock")
_MOST_LOCKS = 30


@dataclass(frozen=True)
class Origin:
    """Where the change comes from."""

    issue: int
    """Or the pull request that the command was given on."""
    login: str
    request: str
    changes: tuple[str, ...] = ()
    """What was asked for on the pull request since."""


def title(verified: Verified) -> str:
    """The first file's headline."""
    first = verified.migrations[0]
    return plain(first.header.get("migration") or first.slug.replace("_", " "), LONGEST_TITLE)


def render(
    verified: Verified, origin: Origin, mark: str, manifest: Manifest | None = None, seeds: Sequence[str] = ()
) -> str:
    """The whole text, `mark` first; what does not fit gives way from the end."""
    report = verified.report
    gone = "_Left out here, for a pull request's text has an end; `migration-agent check` shows it._"
    parts = [
        (mark, ""),
        (_why(verified, origin, manifest.summary if manifest else ""), ""),
        (_noted(manifest.notes) if manifest else "", ""),
        (_allowed(report), ""),
        (_warned(report), f"**{severities(report.findings())}**"),
        (_done(verified, seeds), "### What changes\n\n" + gone),
        (_locks(verified), "### Locks on tables that are there\n\n" + gone),
        (_access(report), "### Who reaches what\n\n" + gone),
        (_rollback(verified.migrations), "### How to roll back\n\n" + gone),
        (_checklist(verified), "### Checklist\n\n" + gone),
        (_diagram(verified.after, touched(verified.changes)), "### Tables\n\n" + gone),
        (_closing(verified, manifest.figures if manifest else None), ""),
    ]
    return text.fitted(parts)


def _why(verified: Verified, origin: Origin, summary: str) -> str:
    purposes = [escaped(_purpose(migration)) for migration in verified.migrations]
    said = [f"For #{origin.issue}, where {code(origin.login)} asked:\n\n{quoted(origin.request)}"]
    said += [f"Then:\n\n{quoted(change)}" for change in origin.changes]
    what = purposes if len(purposes) < 2 else [f"{number}. {each}" for number, each in enumerate(purposes, start=1)]
    if summary and not any(summary.strip() in migration.text for migration in verified.migrations):
        said.append(f"The drafter's own words:\n\n{quoted(summary, 1_000)}")
    return "\n\n".join(["\n".join(what), *said])


def _purpose(migration: Migration) -> str:
    return migration.header.get("purpose") or migration.slug.replace("_", " ")


def _noted(notes: Sequence[str]) -> str:
    """What reads like an instruction to the model, as an alert of GitHub's."""
    return "\n".join(["> [!NOTE]", *(f"> - {escaped(note.removeprefix('note: '))}" for note in notes)]) if notes else ""


def _allowed(report: Report) -> str:
    found = [finding for part in [report, *report.parts] for finding in waived(part)]
    if not found:
        return ""
    return "### Allowed, against a rule\n\n" + "\n".join(markdown.allowance(finding) for finding in found)


def _warned(report: Report) -> str:
    found = report.findings()
    if not found:
        return ""
    items = "\n".join(f"- {code(finding.rule)}: {escaped(finding.message)}" for finding in found)
    return f"### Left to look at: {severities(found)}\n\n{items}"


def _done(verified: Verified, seeds: Sequence[str]) -> str:
    lines = changes(verified.changes)
    lines += [f"edited seed {code(path)}, whose rows would not fit any more" for path in seeds]
    nothing = "see the checklist" if verified.changes else "rows only, nothing in the catalog"
    return "### What changes\n\n" + "\n".join(f"- {line}" for line in lines or [nothing])


def _locks(verified: Verified) -> str:
    held, several = _strongest(verified.locks), len(verified.migrations) > 1
    check = next((c for c in verified.report.checks if c.id == "safe-change"), None)
    seen = f"Observed: {escaped(check.evidence)}." if check and check.status != "waived" and not several else ""
    if not held:
        return f"### Locks on tables that are there\n\nNone beyond those of a reader. {seen}".rstrip()
    numbers = {migration.file_name: str(number) for number, migration in enumerate(verified.migrations, start=1)}
    rows = [
        [*([numbers[lock.file]] if several else []), code(lock.table), code(_mode(lock)), _MODES.get(lock.mode, ""),
         code(_short(lock.statement))]
        for lock in held
    ]  # fmt: skip
    header = [*(["File"] if several else []), "Table", "Lock", "Meanwhile", "First taken by"]
    more = f"\n\n… and {len(rows) - _MOST_LOCKS} more." if len(rows) > _MOST_LOCKS else ""
    until = f"Held until the file's transaction ends. {seen}".rstrip()
    return f"### Locks on tables that are there\n\n{gfm.table(header, rows[:_MOST_LOCKS])}{more}\n\n{until}"


def _strongest(locks: Sequence[Lock]) -> list[Lock]:
    """For each file and table the lock that keeps out most, without those that keep nobody out."""
    order = [*_MODES]
    found: dict[tuple[str, str], Lock] = {}
    for lock in sorted(locks, key=lambda lock: order.index(lock.mode) if lock.mode in order else -1):
        found.setdefault((lock.file, lock.table), lock)
    return [found[key] for key in sorted(found) if found[key].mode not in _HARMLESS]


def _mode(lock: Lock) -> str:
    return lock.mode.removesuffix("Lock")


def _short(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= 100 else line[:99] + "…"


def _access(report: Report) -> str:
    last = {(c.table, c.actor, c.verb): c for part in [report, *report.parts] for c in part.access}
    cells = sorted(last.values(), key=lambda cell: cell.table)
    return f"### Who reaches what\n\nTried on rows of two families.\n\n{markdown.access(cells)}" if cells else ""


def _rollback(migrations: Sequence[Migration]) -> str:
    said = ["Undoes the migration, as it was tried; nothing undoes what people enter meanwhile."]
    for migration in reversed(migrations):
        undo = migration.rollback
        if undo is None:
            continue
        if len(migrations) > 1:
            said.append(f"{code(migration.file_name)}:")
        if undo.sql.strip():
            said.append(block(undo.sql, "sql"))
        said += [f"**Cannot be undone: {escaped(why)}**" for _, why in undo.irreversible]
    return "### How to roll back\n\n" + folded("SQL", "\n\n".join(said))


def _checklist(verified: Verified) -> str:
    parts = [verified.report, *verified.report.parts]
    shown = []
    for part in parts:
        summary = f"<code>{html.escape(part.migration)}</code>: {statuses(part)}" if len(parts) > 1 else statuses(part)
        shown.append(folded(summary, markdown.checklist(part)))
    notes = "\n".join(f"- {escaped(note)}" for part in parts for note in part.notes)
    return "\n\n".join(filter(None, ["### Checklist", *shown, notes]))


def _diagram(catalog: Catalog, tables: Sequence[str]) -> str:
    """Tables that changed, with those that they point to, as far as one diagram holds."""
    there = [name for name in tables if catalog.get("table", name)]
    near = dict.fromkeys(there)
    for name in there:
        for facts in catalog.of("constraint", under=name).values():
            if facts["type"] == "foreign key" and catalog.get("table", facts["references"]):
                near.setdefault(facts["references"])
    drawn = Diagrams(catalog, tuple(near)).render() if near else ""
    return f"### Tables\n\n{folded('Diagram of what it touches', drawn)}" if "```mermaid" in drawn else ""


def _closing(verified: Verified, figures: Figures | None) -> str:
    report = verified.report
    on = f"Postgres {escaped(report.postgres)}, {seconds(report.seconds)}"
    checked = f"Checked again before it was published: {tally(report)}, {on}"
    cost = f" · {spent(figures)}" if figures else ""
    how = "To change it, comment `/migrate revise` and what shall be different; `/migrate explain` checks it as it is."
    return f"---\n\n{how}\n\n<sub>{checked}{cost}</sub>"


def spent(figures: Figures) -> str:
    """``2 drafts, 41,200 tokens, $0.1312, 38 s of model, 1.2 s of database (claude-opus-5-5)``"""
    said = [counted(figures.drafts, "draft")]
    if figures.tokens:
        said.append(counted(figures.tokens, "token"))
        said.append("price unknown" if figures.cost is None else f"${figures.cost:.4f}")
    said.append(f"{seconds(figures.seconds_model)} of model, {seconds(figures.seconds_database)} of database")
    return f"{', '.join(said)} ({escaped(figures.model)})" if figures.model else ", ".join(said)
