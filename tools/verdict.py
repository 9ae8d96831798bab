"""From what was observed to the report: every check, then the waivers."""

import difflib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
from postgast import pg_query_pb2

from tools.checks import checklist, rules
from tools.checks._matrix import matrix
from tools.checks._statements import pieces, relation
from tools.migration import Waiver
from tools.observe import Observed
from tools.postgres.binaries import ServerError
from tools.postgres.server import SUPERUSER
from tools.postgres.session import Session
from tools.report import ALLOWED_AS, CheckResult, FactChanges, Finding, Report
from tools.rows.samples import HELP, unknown

_UNTRIED = " was not tried on rows"
_PROBE_SECONDS = 10.0
"""How long one statement may run that a check tries."""
_STUCK = """
select from pg_catalog.pg_stat_activity
where pid = %s and state = 'active' and clock_timestamp() - query_start > make_interval(secs => %s)
"""


def verdict(seen: Observed, started: float) -> Report:
    """Runs the checklist on one rehearsed migration; `started` is a time.perf_counter() value."""
    notes = [f"{name} is a stand-in: {what}" for name, what in _stand_ins(seen)]
    notes += _on_samples(seen)
    waivers = [w for w in seen.migration.waivers if _usable(w, notes)]
    used: set[Waiver] = set()
    results = []
    seconds = min(_PROBE_SECONDS, seen.live.seconds)
    with _none_stuck(seen.live, seconds):
        for check in checklist(seen.project):
            began = time.perf_counter()
            result = _checked(check, seen, seconds)
            findings = [_waived(finding, waivers, used, notes) for finding in result.findings]
            result = CheckResult.of(result.id, result.title, findings, result.evidence, result.status)
            results.append(result.model_copy(update={"ms": round((time.perf_counter() - began) * 1000, 1)}))
    notes += _idle([waiver for waiver in waivers if waiver not in used and not _owns_up(waiver, seen)])
    changed = seen.diff
    return Report.of(
        _path(seen),
        results,
        postgres=seen.postgres,
        seconds=time.perf_counter() - started,
        facts=FactChanges(added=sorted(changed.added), removed=sorted(changed.removed)),
        access=matrix(seen),
        notes=notes,
    )


def _checked(check: object, seen: Observed, seconds: float) -> CheckResult:
    """One check; what it tried on the database may not hang."""
    identity: dict[str, str] = {"id": check.ID, "title": check.TITLE}  # type: ignore[attr-defined]
    was_alive = seen.live.alive
    try:
        outcome = check.check(seen)  # type: ignore[attr-defined]
    except psycopg.OperationalError:
        if seen.live.alive:
            raise
        if not was_alive:
            return CheckResult(**identity, status="not-checked", evidence="an earlier check had to be stopped by force")
        hung = Finding(
            rule="applies/error",
            severity="error",
            message=f"a trigger or function did not come back within {seconds:g} s when a table was used",
            hint="Look for an endless loop or a trigger that fires itself.",
        )
        return CheckResult(**identity, status="fail", evidence="stopped by force", findings=[hung])
    except Exception as error:  # one broken check must not hide what the others found; it does not pass either
        if os.environ.get("MIGRATION_AGENT_DEBUG"):
            raise
        broke = f"this check broke, please report it: {type(error).__name__}: {error}"
        return CheckResult(**identity, status="fail", evidence=broke)
    return CheckResult(**identity, status=outcome.status, evidence=outcome.evidence, findings=list(outcome.findings))


@contextmanager
def _none_stuck(session: Session, seconds: float) -> Iterator[None]:
    """Ends the session by force where one of its statements runs longer than that."""
    done = threading.Event()
    pid = session.conn.info.backend_pid if session.alive else 0

    def watch() -> None:
        while not done.wait(seconds):
            with suppress(psycopg.Error, ServerError), session.server.connect("template1", SUPERUSER) as conn:
                stuck = conn.execute(_STUCK, [pid, seconds / 2]).fetchone()
                if stuck is not None and not done.is_set():
                    session.server.terminate(pid)
                    return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _usable(waiver: Waiver, notes: list[str]) -> bool:
    declared = rules().get(waiver.rule)
    if declared is None:
        near = difflib.get_close_matches(waiver.rule, rules(), n=1)
        notes.append(
            f"line {waiver.line}: no rule is called {waiver.rule}" + (f"; did you mean {near[0]}?" if near else "")
        )
    elif not declared.waivable:
        way = ALLOWED_AS.get(waiver.rule)
        instead = f"; where the request asks for it, allow {way} on what is lost" if way else ""
        notes.append(f"line {waiver.line}: {waiver.rule} cannot be waived{instead}")
    elif not waiver.reason:
        notes.append(f"line {waiver.line}: the waiver of {waiver.rule} gives no reason, so it does not count")
    else:
        return True
    return False


def _waived(finding: Finding, waivers: Sequence[Waiver], used: set[Waiver], notes: list[str]) -> Finding:
    for waiver in waivers:
        if _means(waiver, finding) and (waiver.object is None or _covers(waiver.object, finding.object)):
            used.add(waiver)
            name = "" if waiver.rule == finding.rule else f"as {waiver.rule}: "
            return finding.model_copy(update={"waived": f"{name}{waiver.reason}"})
    return finding


def _idle(waivers: Sequence[Waiver]) -> Iterator[str]:
    """One line for each rule that is allowed where nothing breaks it."""
    for rule in dict.fromkeys(waiver.rule for waiver in waivers):
        where = [f"{w.object} (line {w.line})" if w.object else f"line {w.line}" for w in waivers if w.rule == rule]
        yield f"allowing {rule} is not needed on {', '.join(where)}; take it out"


def _means(waiver: Waiver, finding: Finding) -> bool:
    """The rule itself; and a loss may be asked for, on what is lost."""
    asked_for = waiver.rule == ALLOWED_AS.get(finding.rule) and waiver.object is not None
    return waiver.rule == finding.rule or asked_for


def _owns_up(waiver: Waiver, seen: Observed) -> bool:
    """It is about rows that the file deletes, although none of those that were here went."""
    if waiver.rule != "safe-change/destructive" or waiver.object is None:
        return False
    deleted = (n for p in pieces(seen.migration) for n in p.statement.walk() if isinstance(n, pg_query_pb2.DeleteStmt))
    return any(_covers(waiver.object, relation(node.relation)) for node in deleted)


def _covers(named: str, found: str) -> bool:
    """The object itself or one of its parts; ``public.`` may be left out."""
    named = named.strip('"')
    wanted = {named, f"public.{named}"}
    return any(found == name or found.startswith((f"{name}.", f"{name}/", f"{name}(")) for name in wanted)


def _on_samples(seen: Observed) -> list[str]:
    """Samples that fit nothing; and, for who drafts, the tables that lack one."""
    notes = [*seen.proofs.notes] if seen.proofs else []
    if seen.applied.ok and not seen.following:  # what follows may bring a table that is missing
        notes += unknown(seen.live.conn, seen.migration.samples)
    for table, access in seen.proofs.access.items() if seen.proofs and not seen.written else ():
        if access.missing:
            notes.append(f"{table}{_UNTRIED}: in samples of the draft, or else {HELP} ({access.missing})")
    return notes


def untried(report: Report) -> list[str]:
    """Tables of a draft in which no row could be made, so that nothing is known of who reaches them."""
    return [note.partition(_UNTRIED)[0] for note in report.notes if _UNTRIED in note]


def _stand_ins(seen: Observed) -> list[tuple[str, str]]:
    return [(name, "the real extension was not there") for name in seen.stand_ins]


def _path(seen: Observed) -> str:
    return f"supabase/migrations/{seen.migration.file_name}" if seen.migration.version else seen.migration.file_name
