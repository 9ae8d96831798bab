"""What a case.toml may say; an unknown key is an error."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from agent.draft import SeedEdit

Expected = Literal["migration", "satisfied", "asked", "refused"]
"""How the agent's run should end: `ready` with a migration; `satisfied`, for the schema has it already; `asked`, for
only the person can say; `refused`, in words and without a draft."""

USER = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Probe(_Strict):
    """Behaviour that any right answer has: as somebody, this SQL gives these rows, this count or this error.

    Every probe starts anew from the state after the migration, and is taken back.
    """

    name: str
    """What is shown, in a sentence."""
    actor: str = Field("service_role", alias="as", pattern=rf"^(anon|service_role|postgres|{USER})$")
    """anon, service_role, postgres (who owns the tables), or the id of a user, who is signed in."""
    setup: str = ""
    """SQL that runs before, as postgres."""
    sql: str
    rows: list[list[Any]] | None = None
    """What a query returns, in its order; values as text, null as it is."""
    count: int | None = None
    """How many rows come back, or are written."""
    error: str | None = Field(None, pattern=r"^[0-9A-Z]{2}([0-9A-Z]{3})?$")
    """SQLSTATE, or its first two characters."""

    @model_validator(mode="after")
    def _expects_one_thing(self) -> "Probe":
        if sum(expected is not None for expected in (self.rows, self.count, self.error)) != 1:
            raise ValueError(f"the probe {self.name!r} needs one of rows, count and error")
        return self


class May(_Strict):
    """Where an answer may differ from the golden and be as good.

    Each entry is a pattern, in which * stands for anything, for what the grade's reasons name:
    "column public.quests.notes", "index public.quests*", "default public.quests.status"; or "comments/*", a rule.
    """

    lack: list[str] = []
    """May be missing."""
    have: list[str] = []
    """May be there on top."""
    differ: list[str] = []
    """May be there in another form."""
    breaks: list[str] = Field([], alias="break")
    """Rules of the checklist that an answer may break, for the golden does as well."""


class CaseFile(_Strict):
    """A case, as case.toml has it."""

    request: str = Field(min_length=8)
    """In the words of the person who asks."""
    project: str = "inner_odyssey"
    """A sample project of evals/projects, or a path from the case's folder to a project with supabase/ in it."""
    before: str | None = Field(None, pattern=r"^\d+$")
    """The version at which the project's history stops, for a request from the past."""
    tags: list[str] = []
    expect: Annotated[list[Expected], BeforeValidator(_listed), Field(min_length=1)] = ["migration"]
    """One outcome, or several that are as good."""
    answer: str = ""
    """What the person replies to a question; with none, a question ends the run."""
    seed: list[SeedEdit] = []
    """What the same commit changes in the project's seed, where its rows cannot stay valid."""
    probes: list[Probe] = []
    may: May = May()
