"""A draft as the model writes it, and the file that code makes of it.

The model fills in sections; banners, order, header and the commented rollback are rendered here, so that the
structure of a file cannot be wrong.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from tools.migration import SECTIONS
from tools.render.plain import one_line

Sql = Annotated[str, StringConstraints(strip_whitespace=True)]

BODIES = ("tables", "indexes", "security", "functions", "comments")
"""The fields that hold the five sections, in order."""

SUMMARY = 1_200
"""Characters of a summary."""
_RULE_LINE = "-- " + "=" * 76
_SUFFIXES = ("", " (for performance)", " (RLS)", "", "")


class Query(BaseModel):
    """A query of the feature, as the app will send it."""

    model_config = ConfigDict(extra="forbid")
    sql: str = Field(
        max_length=4_000,
        description="One statement; a parameter as $1 or :child_id is filled with a key that is there.",
    )
    why: str = Field("", description="Which screen or job runs it.")
    role: Literal["authenticated", "anon", "service_role"] = Field("authenticated", description="Who runs it.")


class Sample(BaseModel):
    """A row that a table takes, where nobody could guess one."""

    model_config = ConfigDict(extra="forbid")
    table: str = Field(min_length=1, max_length=200)
    values: dict[str, Any] = Field(description="By column; those that you leave out are generated.")


class SeedEdit(BaseModel):
    """One replacement in a seed file, where its rows cannot stay valid."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str = Field("supabase/seed.sql", max_length=200)
    old: str = Field(min_length=1, max_length=20_000, description="Text that stands exactly once in the file.")
    new: str = Field(max_length=20_000)


class Waiver(BaseModel):
    """A rule that does not fit here, and why."""

    model_config = ConfigDict(extra="forbid")
    rule: str = Field(pattern=r"^[\w-]+/[\w-]+$")
    object: str = Field("", description="The object it is allowed for, e.g. public.skills.")
    reason: str = Field(min_length=8)

    @field_validator("object", "reason")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return one_line(text)


class DraftFile(BaseModel):
    """One migration file."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(
        pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$",
        max_length=80,
        description="snake_case, without timestamp and ending.",
    )
    title: str = Field(min_length=3, max_length=120, description="What it does, as a headline.")
    purpose: str = Field(min_length=10, max_length=400, description="Why it exists, in one or two sentences.")
    tables: Sql = Field("", description="Section 1: types, tables, columns, constraints, data steps.")
    indexes: Sql = Field("", description="Section 2.")
    security: Sql = Field("", description="Section 3: row level security, policies, grants.")
    functions: Sql = Field("", description="Section 4: functions, triggers, grants on functions.")
    comments: Sql = Field("", description="Section 5: COMMENT ON.")
    rollback: Sql = Field(
        description="SQL that undoes the file exactly, in reverse order, without comment marks. "
        "For a step that cannot be undone a line '-- Irreversible: why'."
    )
    queries: list[Query] = []
    samples: list[Sample] = Field([], max_length=50)
    allow: list[Waiver] = []

    @field_validator("title", "purpose")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return one_line(text)

    def render(self, created: str) -> str:
        """The file's text; `created` is the date, ``YYYY-MM-DD``."""
        parts = [f"-- Migration: {self.title}\n-- Created: {created}\n-- Purpose: {self.purpose}"]
        if self.allow:
            parts.append("\n".join(_waiver(waiver) for waiver in self.allow))
        bodies = [getattr(self, name) for name in BODIES]
        for number, (title, suffix, body) in enumerate(zip(SECTIONS, _SUFFIXES, bodies, strict=True), start=1):
            if body:
                parts.append(f"{_RULE_LINE}\n-- SECTION {number}: {title}{suffix}\n{_RULE_LINE}\n\n{_closed(body)}")
        undo = "\n".join(_commented(line) for line in self.rollback.splitlines())
        parts.append(f"{_RULE_LINE}\n-- ROLLBACK\n{_RULE_LINE}\n-- To reverse this migration, run:\n{undo}".rstrip())
        return "\n\n".join(parts) + "\n"


class Draft(BaseModel):
    """One change: usually one file; several where it is only safe in several transactions, in order."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"required": ["files", "summary"]})
    files: list[DraftFile] = Field(min_length=1, max_length=8)
    seed: list[SeedEdit] = Field([], max_length=40, description="Only where the seed's rows cannot stay valid.")
    summary: str = Field(
        "",
        max_length=SUMMARY,
        description="For the person, in a few lines: what the change does, what you assumed, what to know before "
        "applying it.",
    )


def _waiver(waiver: Waiver) -> str:
    target = f" on {waiver.object}" if waiver.object else ""
    return f"-- allow: {waiver.rule}{target}: {waiver.reason}"


def _closed(body: str) -> str:
    return body if body.endswith(";") or re.search(r";\s*(--[^\n]*|\*/)$", body) else body + ";"


def _commented(line: str) -> str:
    line = line.rstrip()
    if line.lstrip().lower().startswith("-- irreversible"):
        return line.lstrip()
    return f"-- {line}" if line else "--"
