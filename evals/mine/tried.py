"""Whether a case that was cut is one: its history replays, its golden applies and does something, and grades 100.

A team's own past rarely passes today's checklist. What a golden itself is blamed for is not held against an answer: the
rules, and what keeping them would change, are put into the case's ``[may]``, where everybody sees them and anybody may
take them out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import psycopg

from agent.draft import SeedEdit
from agent.seed_edits import seeded
from evals.cases import Case, May
from evals.grade import Attempt, Reference, crashed
from evals.grade.state import reached
from evals.mine.excused import excused
from tools.config import ProjectError
from tools.history import HistoryError
from tools.postgres.binaries import ServerError
from tools.workbench import Workbench

Outcome = Literal["usable", "excused", "history", "golden", "nothing", "unsure"]
"""usable: passes every check of today; excused: does not, and is not asked to; history: what was there before does not
replay; golden: it does not apply; nothing: it changes nothing that a grade looks at; unsure: it does not grade 100."""


@dataclass(frozen=True)
class Tried:
    outcome: Outcome
    why: str = ""
    """In a line; empty for a usable case."""
    may: May = field(default_factory=May)
    """What the golden is excused of."""
    seed: tuple[SeedEdit, ...] = ()
    """What of the commit's changes to the seed the golden needs."""
    replayed: int | None = None
    """How many files of a history that stops did apply."""

    @property
    def kept(self) -> bool:
        return self.outcome in ("usable", "excused")


def try_case(case: Case, edits: Sequence[SeedEdit] = ()) -> Tried:
    """On a server of its own. `edits` are what the commit did to the seed; they fit it."""
    try:
        with Workbench.open(case.home) as bench:
            return _tried(bench, case, edits)
    except HistoryError as error:
        return Tried("history", str(error), replayed=error.applied)
    except (ProjectError, ServerError) as error:
        return Tried("golden", str(error))
    except psycopg.Error as error:  # one commit that nobody foresaw must not end the others
        return Tried("unsure", f"{error.sqlstate or type(error).__name__}: {error.diag.message_primary or error}")


def _tried(bench: Workbench, case: Case, edits: Sequence[SeedEdit]) -> Tried:
    assert case.golden is not None
    files = case.golden.migrations
    with reached(bench, files) as after, reached(bench, ()) as before:
        if after.failure:
            return Tried("golden", after.failure)
        with Reference.of(bench, case) as reference:
            if not reference.differences(before):
                return Tried("nothing", "an answer that changes nothing would do as well")
            if differing := reference.differences(after):
                return Tried("unsure", f"applied twice it differs from itself: {differing[0]}")
            report = reference.checked(Attempt("ready", files))
            seed: tuple[SeedEdit, ...] = ()
            if edits and any(finding.rule == "applies/seed" for finding in report.findings()):
                seed = tuple(edits)
                report = replace(bench, project=seeded(bench.project, seed)).judge(files)
            if broke := crashed(report):
                return Tried("unsure", f"these checks broke on it: {', '.join(broke)}")
            may = excused(report.findings())
            lenient = replace(case, file=case.file.model_copy(update={"may": may}))
            if not replace(reference, case=lenient).differences(before):
                return Tried("nothing", "with what it is excused of, an answer that changes nothing would do as well")
    return Tried("excused" if may.breaks else "usable", "", may, seed)
