"""The publisher's own check of what it is about to publish: on a database of its own, from the files alone.

Whatever the drafting job said of them is not looked at. What can be derived is derived again and compared: the document
must be what the catalog gives, and a waiver that opens or destroys must be in the words of the comment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.cli_docs import read_document
from agent.consent import standing, withheld, without_leave
from agent.github import paths
from agent.github.artefact import ArtefactError, Manifest
from agent.github.snapshot import Snapshot
from agent.seed_edits import added
from tools.document import render
from tools.facts import Catalog, Diff, Facts, diff, read
from tools.migration import AppQuery, Migration
from tools.pgtap.write import MARK
from tools.project import Seed, read_sql
from tools.report import Report
from tools.rows.samples import SampleRow
from tools.sql import Statement
from tools.transactions import runs_alone
from tools.workbench import Workbench


class NotPublishable(Exception):  # noqa: N818 - the publisher's verdict
    """The files may not be published; the message is why."""


@dataclass(frozen=True)
class Lock:
    """What a migration holds on a table that was there before."""

    file: str
    table: str
    mode: str
    """As Postgres calls it: ``AccessExclusiveLock``."""
    statement: str
    """The first that takes it."""


@dataclass(frozen=True)
class Verified:
    """A change that may be published, and what is to be told of it."""

    migrations: tuple[Migration, ...]
    paths: tuple[str, ...]
    report: Report
    changes: Diff
    """What all of them together did to the catalog."""
    after: Catalog
    locks: tuple[Lock, ...]


def allowed(snapshot: Snapshot, files: Mapping[str, bytes], there: frozenset[str]) -> None:
    """Raises ArtefactError where a file may not be in a pull request. `there` are the files of the target branch."""
    seeds = _seeds(snapshot)
    there = there - {path for path in files if _is_own_test(snapshot, path)}
    for path, data in files.items():
        if why := paths.fault(path, snapshot.prefix, there, frozenset(seeds)):
            raise ArtefactError(f"{path}: {why}")
        if path in seeds and (more := added(seeds[path].text, data.decode())):
            raise ArtefactError(f"{path}: an edit of a seed adds no statement, but there is one more {more[0]}")
    if not any(paths.is_migration(path, snapshot.prefix) for path in files):
        raise ArtefactError("there is no migration among the files")


def verify(
    snapshot: Snapshot,
    files: Mapping[str, bytes],
    said: str,
    old: Sequence[str] = (),
    manifest: Manifest | None = None,
) -> Verified:
    """`check` on the migrations among the files. `said` are the person's own words.

    `old` are the migrations of the snapshot that these take the place of; `manifest` has what the draft names to be
    tried.

    Raises NotPublishable; HistoryError, ServerError, ProjectError.
    """
    project = snapshot.project
    existing = read_document(project)
    replaced = [Migration(Path(path).name, read_sql(snapshot.root / path)) for path in old]
    if replaced:
        project = project.until(replaced[0].version)
    shown = tuple(sorted(path for path in files if paths.is_migration(path, snapshot.prefix)))
    migrations = _read(files, shown, manifest)
    edited = {seed.path: files[path].decode() for path, seed in _seeds(snapshot).items() if path in files}
    seeds = tuple(replace(seed, text=edited.get(seed.path, seed.text)) for seed in project.seeds)
    with Workbench.open(project) as bench:
        bench = replace(bench, project=project.with_seeds(seeds))
        report = bench.judge(migrations)
        held = without_leave(report, said, migrations, bench.catalog)
        if replaced and withheld(held):  # what it did before nobody needs to say again
            agreed = standing(bench.judge(replaced), replaced, bench.catalog)
            held = without_leave(report, said, migrations, bench.catalog, agreed)
        if held.verdict != "pass":
            raise NotPublishable(_failed(held))
        facts, locks = _applied(bench, migrations)
        changes, after = diff(bench.facts, facts), Catalog(facts)
    if files.get(snapshot.prefix + paths.DOCUMENT, (existing or "").encode()).decode() != render(after, existing):
        raise NotPublishable(f"{paths.DOCUMENT} is not what the migrations give")
    return Verified(migrations, shown, held.under(shown), changes, after, locks)


def _read(files: Mapping[str, bytes], shown: Sequence[str], manifest: Manifest | None) -> tuple[Migration, ...]:
    """The migrations, with rows for all and queries for the last, as `agent.tools.render` gives them to a draft's."""
    samples = tuple(SampleRow.of(each.table, each.values) for each in manifest.samples) if manifest else ()
    queries = tuple(AppQuery(each.sql, each.role) for each in manifest.queries) if manifest else ()
    return tuple(
        Migration(Path(path).name, files[path].decode(), queries if path == shown[-1] else (), samples)
        for path in shown
    )


def _seeds(snapshot: Snapshot) -> dict[str, Seed]:
    """The seeds that the project's configuration names, by path from the repository's root."""
    root = snapshot.root.resolve()
    return {seed.path.relative_to(root).as_posix(): seed for seed in snapshot.project.seeds}


def _is_own_test(snapshot: Snapshot, path: str) -> bool:
    """A test file that the agent wrote earlier."""
    file = snapshot.root / path
    return path.startswith(f"{snapshot.prefix}supabase/tests/") and file.is_file() and read_sql(file).startswith(MARK)


def _failed(report: Report) -> str:
    found = [finding for finding in report.findings() if finding.severity == "error"]
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"the checklist is not met: {found[0].rule}: {found[0].message}{more}" if found else "the checklist fails"


def _applied(bench: Workbench, migrations: Sequence[Migration]) -> tuple[Facts, tuple[Lock, ...]]:
    """The catalog with the migrations in it, and what they held on tables that were there before, in order."""
    locks: dict[tuple[str, str, str], Lock] = {}
    tables = set(bench.catalog.tables())
    with bench.session(transaction=False) as session:
        for migration in migrations:
            for step in session.run(migration.script, watch=True).steps:
                for table, mode in step.locks or _alone(step.statement):
                    if table in tables:
                        lock = Lock(migration.file_name, table, mode, step.statement.text)
                        locks.setdefault((migration.file_name, table, mode), lock)
        return read(session.conn), tuple(locks.values())


def _alone(statement: Statement) -> list[tuple[str, str]]:
    """The lock of an index that is built CONCURRENTLY, which is let go before anybody could look."""
    if statement.kind != "IndexStmt" or not runs_alone(statement):
        return []
    node: Any = statement.node.relation
    return [(f"{node.schemaname or 'public'}.{node.relname}", "ShareUpdateExclusiveLock")]
