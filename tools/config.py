"""What a project sets in ``migration-agent.toml``: limits, model, row counts, house rules, sample rows."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.conventions import Conventions
from tools.rows.samples import SampleRow

CONFIG_FILE = "migration-agent.toml"


class ProjectError(Exception):
    """The project or its configuration cannot be used; the message says what to do."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelConfig(_Table):
    name: str = "claude-opus-5-5"
    """As the provider calls it."""
    provider: Literal["anthropic", "bedrock", "vertex", "foundry"] = "anthropic"
    region: str | None = None
    """Of Bedrock or Vertex; their usual environment variables serve too, as for the next two."""
    project: str | None = None
    """Of Vertex."""
    resource: str | None = None
    """Of Foundry."""
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    """Sent only when given: local servers refuse what they do not know."""
    thinking: bool = False
    cache: bool = True
    max_tokens: int = Field(32_000, ge=1_000)
    max_retries: int = Field(4, ge=0)
    timeout: float = Field(600, gt=0)
    """Seconds for one answer, further tries included."""


class Limits(_Table):
    drafts: int = Field(8, ge=1)
    turns: int = Field(40, ge=1)
    tokens: int = Field(2_000_000, ge=1)
    """Input and output of the whole run."""
    cost: float | None = Field(None, gt=0)
    """US dollars."""
    minutes: float = Field(20, gt=0)

    def under(self, given: Mapping[str, Any]) -> "Limits":
        """With what a command's options say instead; None says nothing. Raises ProjectError."""
        wanted = {name: value for name, value in given.items() if value is not None}
        try:
            return Limits.model_validate({**self.model_dump(), **wanted})
        except ValidationError as error:
            first = error.errors()[0]
            raise ProjectError(f"--max-{first['loc'][0]}: {first['msg'].lower()}.") from None


class PostgresConfig(_Table):
    bin: str | None = None
    """Folder of another server's binaries (initdb, postgres)."""
    seconds: float = Field(30, gt=0)
    """How long one run of a migration may take on the throwaway server."""


class Tables(_Table):
    rows: dict[str, int] = {}
    """Rows that production has, by ``schema.table`` (``public`` may be left out)."""


class HistoryConfig(_Table):
    baseline: str = ""
    """A schema dump under ``supabase/``, or a pattern for several files: it runs before the first migration."""
    start: str = Field("", pattern=r"^\d*$")
    """The version of the first migration that runs; what older ones did is in the baseline."""


class TestsConfig(_Table):
    pgtap: bool = False
    """`new` also writes supabase/tests/NAME.test.sql."""


class Config(_Table):
    """``migration-agent.toml``; every key is optional, an unknown one is an error."""

    small_rows: int = Field(10_000, ge=0)
    """A table below this may be locked or scanned for a moment; one without a row count counts as large."""
    tables: Tables = Tables()
    model: ModelConfig = ModelConfig()
    limits: Limits = Limits()
    postgres: PostgresConfig = PostgresConfig()
    history: HistoryConfig = HistoryConfig()
    conventions: Conventions = Conventions()
    tests: TestsConfig = TestsConfig()
    samples: dict[str, list[dict[str, Any]]] = {}
    """Columns that a generated row is given, by table as in ``[tables.rows]``; the first row that gets in counts."""

    @property
    def sample_rows(self) -> tuple[SampleRow, ...]:
        return tuple(SampleRow.of(table, values) for table, rows in self.samples.items() for values in rows)

    def rows(self, table: str) -> int | None:
        """Production's rows of ``schema.table``; None where nobody said."""
        return self.tables.rows.get(table, self.tables.rows.get(table.removeprefix("public.")))

    def is_small(self, table: str) -> bool:
        rows = self.rows(table)
        return rows is not None and rows < self.small_rows

    def starting(self, version: str) -> "Config":
        """With the history starting at that version. Raises ProjectError where it is none."""
        if not version.isdecimal():
            raise ProjectError(f"--from {version}: a version is the digits that a migration's name begins with.")
        return self.model_copy(update={"history": self.history.model_copy(update={"start": version})})

    @classmethod
    def load(cls, path: Path) -> "Config":
        """Raises ProjectError with the nearest known name for an unknown key."""
        try:
            return cls.model_validate(read_toml(path))
        except ValidationError as error:
            raise ProjectError(f"{path.name}: {_explain(error)}") from None


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ProjectError(f"Could not read {path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path.name} is not valid TOML: {error}.") from None


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    if first["type"] == "extra_forbidden":
        model: Any = Config
        for part in where[:-1]:
            model = model.model_fields[part].annotation
        near = difflib.get_close_matches(where[-1], model.model_fields, n=1, cutoff=0.4)
        suggestion = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(model.model_fields)}."
        return f"unknown key {'.'.join(where)!r}; {suggestion}"
    said = str(first["ctx"]["error"]) if first["type"] == "value_error" else f"{first['msg'].lower()}."
    return f"{'.'.join(where)}: {said}"
