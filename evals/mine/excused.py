"""What a golden of the past is excused of, as the ``[may]`` of its case.

The rules that it breaks are asked of no answer. And who keeps a rule that the golden breaks differs from it, so what
keeping it changes may be otherwise: a CHECK where the golden has none, privileges that it forgot to take away.
"""

from collections.abc import Iterable, Iterator
from glob import escape

from evals.cases import May
from tools.report import Finding

_OTHERWISE: dict[str, tuple[str, ...]] = {
    "grants": ("lack grant {table} *", "differ grant {table} *"),
    "grants/public-execute": ("lack grant function {object} *",),
    "rls": ("differ policies {table} *",),
    "rls/disabled": ("differ table {table}", "differ policies {table} *"),
    "rls/bypass": ("differ view {table}", "differ function {object}*", "differ policies {table} *"),
    "rls/leak-read": ("differ view {table}", "differ function {object}*", "differ policies {table} *"),
    "rls/leak-write": ("differ function {object}*", "differ policies {table} *"),
    "rls/initplan": (),
    "rls/role": (),
    "functions/caller": ("differ function {object}*", "lack grant function {object}* *"),
    "functions/leak": ("differ function {object}*", "lack grant function {object}* *"),
    "updated-at": ("differ triggers {table} update",),
    "constraints/status": ("differ check {table} (*{column}*)",),
    "constraints/range": ("differ check {table} (*{column}*)",),
    "constraints/foreign-key": ("have foreign key {table} ({column})", "have index {table} *"),
    "indexes": ("have index {table} *",),
    "queries": ("have index {table} *",),
    "columns/id": (
        "have column {table}.id",
        "differ column {table}.id",
        "differ default {table}.id",
        "have primary key {table} *",
        "lack primary key {table} *",
    ),
    "columns/created-at": ("have column {table}.created_at", "differ default {table}.created_at"),
    "columns/updated-at": (
        "have column {table}.updated_at",
        "differ default {table}.updated_at",
        "differ triggers {table} update",
    ),
    "columns/timestamptz": ("differ column {object}",),
    "columns/default": ("differ default {object}",),
}
"""By a rule, or by its check for those that are not named; the rest shows in nothing that is compared."""


def excused(findings: Iterable[Finding]) -> May:
    """For the findings on a golden; empty where there are none."""
    told = list(findings)
    patterns = sorted({pattern for finding in told for pattern in _patterns(finding)})
    by_sign = {sign: [p.removeprefix(f"{sign} ") for p in patterns if p.startswith(f"{sign} ")] for sign in _SIGNS}
    return May.model_validate({**by_sign, "break": sorted({finding.rule for finding in told})})


_SIGNS = ("lack", "have", "differ")


def _patterns(finding: Finding) -> Iterator[str]:
    """``public.quests.title`` and ``public.quests/policy`` are of the table ``public.quests``."""
    known = finding.rule if finding.rule in _OTHERWISE else finding.rule.partition("/")[0]
    bare = finding.object.partition("/")[0]
    parts = bare.split(".")
    if "(" in bare:
        parts = [bare]
    table, column = ".".join(parts[:2]), ".".join(parts[2:])
    if table:
        for pattern in _OTHERWISE.get(known, ()):
            yield pattern.format(table=escape(table), column=escape(column), object=escape(bare))
