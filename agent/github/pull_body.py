"""The pull request's text: what a reviewer needs to judge the change in a minute, and folded below it the evidence.

Everything is from the publisher's own check; words of people and models are escaped (`agent.github.text`).
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from agent.github import text
from agent.github.artefact import Figures, Manifest, spent
from agent.github.changes import changes, new_columns, touched
from agent.github.text import escaped, folded, plain, quoted
from agent.github.verify import Lock, Verified
from tools.document_diagram import Diagrams
from tools.facts import Catalog, Diff
from tools.migration import Migration
from tools.render import markdown
from tools.render.gfm import block, code, prose
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
_IN_SIGHT = 12
"""Lines of a list, or of a rollback, before the rest is folded."""
_MATRICES = 3
"""Of who reaches what, likewise."""


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
        (_glance(verified), ""),
        (_why(verified, origin, manifest.summary if manifest else ""), ""),
        (_noted(manifest.notes) if manifest else "", ""),
        (_allowed(report), ""),
        (_warned(report), f"### Left to look at: {severities(report.findings())}\n\n{gone}"),
        (_done(verified, seeds), "### What changes\n\n" + gone),
        (_locks(verified), "### Locks on tables that are there\n\n" + gone),
        (_access(report), "### Who reaches what\n\n" + gone),
        (_rollback(verified.migrations), "### How to roll back\n\n" + gone),
        (_checklist(verified), "### Checklist\n\n" + gone),
        (_diagram(verified.after, verified.changes), "### Tables\n\n" + gone),
        (_closing(verified, manifest.figures if manifest else None), ""),
    ]
    return text.fitted(parts)


def _glance(verified: Verified) -> str:
    """The verdict in a line."""
    report = verified.report
    parts = [report, *report.parts]
    left = [severities(report.findings())] if report.findings() else []
    if allowed := sum(len(waived(part)) for part in parts):
        left.append(f"{counted(allowed, 'thing')} allowed against a rule")
    passed = f"⚠️ **Passes the checklist, with {' and '.join(left)}**" if left else "✅ **Passes the checklist**"
    tried = f" ({counted(len(parts), 'file') if report.parts else statuses(report)})"
    undone = any(each.rollback and each.rollback.irreversible for each in verified.migrations)
    back = "⚠️ **cannot be undone in full**" if undone else "can be rolled back"
    return " · ".join([passed + tried, back, *_kept_out(verified.locks)])


def _kept_out(locks: Sequence[Lock]) -> list[str]:
    """Whom it keeps waiting."""
    tables: dict[str, list[str]] = {}
    for lock in _strongest(locks):
        if (meanwhile := _MODES.get(lock.mode, "")).startswith("nobody"):
            tables.setdefault(meanwhile, []).append(lock.table)
    said = [f"{meanwhile} {_listed(found)} while it runs" for meanwhile, found in tables.items()]
    return said or ["keeps nobody waiting"]


def _listed(tables: Sequence[str]) -> str:
    names = list(dict.fromkeys(tables))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(map(code, names[:3])) + more


def _why(verified: Verified, origin: Origin, summary: str) -> str:
    """What nobody said before, then whose wish it is."""
    asked = _plainly(origin.request)
    what = [_purpose(migration) for migration in verified.migrations]
    told = [] if all(_plainly(each).rstrip(". …") in asked for each in what) else [escaped(each) for each in what]
    if len(told) > 1:
        told = ["\n".join(f"{number}. {each}" for number, each in enumerate(told, start=1))]
    told.append(f"For #{origin.issue}, where {code(origin.login)} asked:\n\n{quoted(origin.request)}")
    told += [f"Then:\n\n{quoted(change)}" for change in origin.changes]
    known = [asked, _plainly(" ".join(what)), *(migration.text for migration in verified.migrations)]
    if summary and not any(_plainly(summary) in each for each in known):
        told.append(f"The drafter's own words:\n\n{quoted(summary, 1_000)}")
    return "\n\n".join(told)


def _plainly(said: str) -> str:
    return " ".join(said.split())


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
    items = [f"{code(finding.rule)}: {prose(finding.message)}" for finding in found]
    return f"### Left to look at: {severities(found)}\n\n{_items(items)}"


def _done(verified: Verified, seeds: Sequence[str]) -> str:
    lines = changes(verified.changes)
    lines += [f"edited seed {code(path)}, whose rows would not fit any more" for path in seeds]
    nothing = "see the checklist" if verified.changes else "rows only, nothing in the catalog"
    return "### What changes\n\n" + _items(lines or [nothing])


def _items(lines: Sequence[str]) -> str:
    """A list; most of a long one is folded."""
    shown = lines if len(lines) <= _IN_SIGHT + 2 else lines[:_IN_SIGHT]
    rest = lines[len(shown) :]
    listed = ["\n".join(f"- {line}" for line in some) for some in (shown, rest)]
    return listed[0] if not rest else f"{listed[0]}\n\n{folded(f'and {len(rest)} more', listed[1])}"


def _locks(verified: Verified) -> str:
    held, several = _strongest(verified.locks), len(verified.migrations) > 1
    check = next((c for c in verified.report.checks if c.id == "safe-change"), None)
    seen = f"Observed: {prose(check.evidence)}." if check and check.status != "waived" and not several else ""
    if not held:
        return f"### Locks on tables that are there\n\nNone beyond those of a reader. {seen}".rstrip()
    numbers = {migration.file_name: number for number, migration in enumerate(verified.migrations, start=1)}
    alike: dict[tuple[str, str, str], list[str]] = {}
    for lock in held:
        alike.setdefault((lock.file, lock.mode, lock.statement), []).append(lock.table)
    lines = [
        f"{f'File {numbers[file]}: ' if several else ''}{', '.join(map(code, tables))}: **{_MODES.get(mode, mode)}** "
        f"({code(mode.removesuffix('Lock'))}), from {code(_short(statement))} on"
        for (file, mode, statement), tables in alike.items()
    ]
    until = f"Held until the file's transaction ends. {seen}".rstrip()
    return f"### Locks on tables that are there\n\n{_items(lines)}\n\n{until}"


def _strongest(locks: Sequence[Lock]) -> list[Lock]:
    """For each file and table the lock that keeps out most, without those that keep nobody out."""
    order = [*_MODES]
    found: dict[tuple[str, str], Lock] = {}
    for lock in sorted(locks, key=lambda lock: order.index(lock.mode) if lock.mode in order else -1):
        found.setdefault((lock.file, lock.table), lock)
    return [found[key] for key in sorted(found) if found[key].mode not in _HARMLESS]


def _short(statement: str) -> str:
    line = _plainly(statement)
    return line if len(line) <= 70 else line[:69] + "…"


def _access(report: Report) -> str:
    last = {(c.table, c.actor, c.verb): c for part in [report, *report.parts] for c in part.access}
    found = markdown.access([*last.values()])
    if not found:
        return ""
    shown, rest = found[:_MATRICES], found[_MATRICES:]
    more = [folded(f"and {len(rest)} more", "\n\n".join(rest))] if rest else []
    return "\n\n".join(["### Who reaches what", _TRIED, *shown, *more])


_TRIED = (
    "Tried on rows of two families: the owner, an other user who has rows too, a stranger who has none, `anon`, who is "
    "not signed in, and server-side code. To reassign is to hand a row to somebody else."
)


def _rollback(migrations: Sequence[Migration]) -> str:
    lost, undo = [], []
    for migration in reversed(migrations):
        if migration.rollback is None:
            continue
        lost += [f"**Cannot be undone: {prose(why)}**" for _, why in migration.rollback.irreversible]
        if migration.rollback.sql.strip():
            undo += [f"{code(migration.file_name)}:"] * (len(migrations) > 1)
            undo.append(block(migration.rollback.sql, "sql"))
    sql = "\n\n".join(undo)
    said = "Undoes the migration, as it was tried; nothing undoes what people enter meanwhile."
    shown = sql if sql.count("\n") <= _IN_SIGHT + 2 else folded("SQL", sql)
    return "\n\n".join(["### How to roll back", *lost, said, shown])


def _checklist(verified: Verified) -> str:
    parts = [verified.report, *verified.report.parts]
    shown = []
    for part in parts:
        summary = f"<code>{html.escape(part.migration)}</code>: {statuses(part)}" if len(parts) > 1 else statuses(part)
        shown.append(folded(summary, markdown.checklist(part)))
    notes = "\n".join(f"- {escaped(note)}" for part in parts for note in part.notes)
    return "\n\n".join(filter(None, ["### Checklist", *shown, notes]))


def _diagram(after: Catalog, changed: Diff) -> str:
    """Tables that changed, whole, with the keys of those that they point to, as far as one diagram holds."""
    there = [name for name in touched(changed) if after.get("table", name)]
    near = dict.fromkeys(there)
    for name in there:
        for facts in after.of("constraint", under=name).values():
            if facts["type"] == "foreign key" and after.get("table", facts["references"]):
                near.setdefault(facts["references"])
    drawn = Diagrams(after, tuple(near), frozenset(there), frozenset(new_columns(changed))).render() if near else ""
    return f"### Tables\n\n{folded('Diagram of what it touches', drawn)}" if "```mermaid" in drawn else ""


def _closing(verified: Verified, figures: Figures | None) -> str:
    report = verified.report
    on = f"Postgres {escaped(report.postgres)}, {seconds(report.seconds)}"
    checked = f"Checked again before it was published: {tally(report)}, {on}"
    cost = f" · {spent(figures)}" if figures else ""
    how = "To change it, comment `/migrate revise` and what shall be different; `/migrate explain` checks it as it is."
    return f"---\n\n{how}\n\n<sub>{checked}{cost}</sub>"
