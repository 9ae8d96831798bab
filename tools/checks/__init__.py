"""The checklist: every check in its order, and what their rules mean."""

import re
from functools import cache
from inspect import cleandoc
from types import ModuleType

from tools.checks import (
    applies,
    columns,
    comments,
    constraints,
    conventions,
    data_kept,
    docs,
    file,
    functions,
    grants,
    idempotent,
    indexes,
    postgres_version,
    queries,
    reversible,
    rls,
    safe_change,
    updated_at,
)
from tools.checks._squawk import lint
from tools.checks.base import Rule
from tools.migration import Migration
from tools.project import Project

CHECKS: tuple[ModuleType, ...] = (
    file,
    applies,
    idempotent,
    reversible,
    rls,
    grants,
    indexes,
    queries,
    constraints,
    columns,
    comments,
    updated_at,
    functions,
    safe_change,
    data_kept,
    docs,
    postgres_version,
    conventions,
)


def checklist(project: Project) -> tuple[ModuleType, ...]:
    """The checks that a migration of the project has to pass: house rules only where it has some."""
    enforced = project.config.conventions.enforceable
    return tuple(check for check in CHECKS if enforced or check is not conventions)


def read_ahead(migration: Migration, project: Project) -> None:
    """What needs nothing but the text, and takes a while: begun in another thread, it is there when a check asks."""
    lint(migration, project.major_version)


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its full name, in the checklist's order."""
    return {f"{check.PREFIX}/{rule.slug}": rule for check in CHECKS for rule in check.RULES}


def rule(name: str) -> Rule:
    """Raises KeyError for a name that no check declares."""
    return rules()[name]


def explain(name: str) -> str:
    """A rule's own part of its check's documentation, or the whole of it for a check's id."""
    for check in CHECKS:
        text = cleandoc(check.__doc__ or "")
        if name == check.ID:
            return text
        if name.split("/")[0] == check.PREFIX and name in rules():
            parts = re.split(r"^## ", text, flags=re.MULTILINE)
            return next(part for part in parts if part.split("\n")[0].strip() == name).rstrip()
    raise KeyError(name)
