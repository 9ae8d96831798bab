"""docs/DATABASE_SCHEMA.md describes the schema as it is. The sections of the tables that the migration touches are
rendered from the catalog after it, and compared with what the document says.

## docs/stale

The document exists and does not match a table that the migration touches: it lacks the new column, or still lists one
that is gone.

Why: a document that is wrong in one place is trusted in none.

Fix: it is written for you; commit the result together with the migration.

    migration-agent docs

Allow: `-- allow: docs/stale on public.lessons: REASON`.
"""

from tools import document
from tools.checks.base import Outcome, Rule, finding
from tools.facts import relation
from tools.observe import Observed
from tools.render.plain import counted

ID = "docs"
PREFIX = "docs"
TITLE = "docs/DATABASE_SCHEMA.md matches"
RULES = (Rule("stale", "warning"),)


def check(seen: Observed) -> Outcome:
    if not seen.written:
        return Outcome([], "written together with the file", "n/a")
    if not seen.project.document.exists():
        return Outcome([], "the project has no docs/DATABASE_SCHEMA.md; 'migration-agent docs' writes it", "n/a")
    later = max((m.version for m in seen.project.migrations), default="")
    if seen.migration.version < later:
        return Outcome([], "later migrations follow, and the document describes what they leave", "n/a")
    if not seen.applied.ok:
        return Outcome([], "not compared: the migration did not apply", "not-checked")
    changed = {relation(f.object) for f in (*seen.diff.added, *seen.diff.removed)}
    tables = sorted(changed & (set(seen.after.tables()) | set(seen.base.tables())))
    if not tables:
        return Outcome([], "the migration changes no table", "n/a")
    text = seen.project.document.read_text(encoding="utf-8", errors="replace")
    stale = document.stale_sections(text, seen.after, tables)
    findings = [
        finding(
            "docs/stale",
            f"docs/DATABASE_SCHEMA.md does not describe {table} as it is after this migration.",
            hint="Run 'migration-agent docs' and commit the document together with the migration.",
            object=table,
        )
        for table in stale
    ]
    return Outcome(
        findings, f"{counted(len(tables), 'table')} rendered from the catalog and compared with the document"
    )
