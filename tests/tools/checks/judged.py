"""Rehearses a few statements on a sample project and asks one check about them."""

from dataclasses import replace
from typing import Any

from tools.checks import CHECKS
from tools.checks.base import Outcome
from tools.conventions import Conventions
from tools.judge import proved, referred
from tools.migration import Migration
from tools.observe import Observed
from tools.rehearse import rehearse
from tools.report import CheckResult, Finding
from tools.workbench import Workbench

PROVED = ("rls", "data-kept", "constraints", "functions", "queries", "updated-at", "safe-change", "idempotent")
"""Checks that look at rows."""


def draft(sql: str, number: int = 0) -> Migration:
    """A file that comes after everything else."""
    return Migration(f"2999010100000{number}_draft.sql", sql)


def result(bench: Workbench, check: str, *files: str) -> CheckResult:
    """What one check says of the first file, the others following it in the same change."""
    migration, *following = (draft(sql, number) for number, sql in enumerate(files))
    (module,) = [c for c in CHECKS if check == c.ID]
    reference = referred(bench, migration)
    with rehearse(migration, bench.session) as (rehearsal, live):
        seen = Observed(
            project=bench.project,
            migration=migration,
            written=False,
            postgres=bench.server.version,
            seeded=bench.seeded,
            seed_problem=bench.seed_problem,
            rehearsal=rehearsal,
            reseeded=None,
            live=live,
            proofs=proved(bench, migration) if check in PROVED else None,
            following=tuple(following),
            reference=reference,
        )
        outcome: Outcome = module.check(seen)
    return CheckResult.of(module.ID, module.TITLE, outcome.findings, outcome.evidence, outcome.status)


def findings(bench: Workbench, check: str, *files: str) -> list[Finding]:
    return result(bench, check, *files).findings


def slugs(bench: Workbench, *files: str) -> list[str]:
    """What safe-change finds in the first file, by the rule's own word."""
    return [found.rule.split("/")[1] for found in findings(bench, "safe-change", *files)]


def everything(bench: Workbench, sql: str) -> list[Finding]:
    """Open findings of all checks."""
    return bench.judge([draft(sql)]).findings()


def rules(bench: Workbench, check: str, sql: str) -> list[str]:
    """Names of the rules of one check that are broken and not allowed, sorted."""
    return sorted({found.rule for found in findings(bench, check, sql) if found.waived is None})


def told(bench: Workbench, check: str, *files: str) -> set[tuple[str, str]]:
    """(slug of the rule, object) of what is not allowed"""
    found = findings(bench, check, *files)
    return {(each.rule.split("/")[1], each.object) for each in found if each.waived is None}


def configured(bench: Workbench, **settings: Any) -> Workbench:
    """The same state under another configuration, e.g. ``rows={"lessons": 5}``."""
    config = bench.project.config
    tables = config.tables.model_copy(update={"rows": config.tables.rows | settings.pop("rows", {})})
    changed = config.model_copy(update={"tables": tables, **settings})
    return replace(bench, project=replace(bench.project, config=changed))


def house(bench: Workbench, **rules: Any) -> Workbench:
    """The same state under house rules, as ``[conventions]`` gives them."""
    return configured(bench, conventions=Conventions.model_validate(rules))
