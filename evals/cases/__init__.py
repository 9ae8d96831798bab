"""Cases: a request, the project that it is made on, and what the right answer is.

    evals/cases/quests/case.toml      the request and how it is judged: see `CaseFile`
                       golden.sql     the migration that a senior engineer would merge; golden_1.sql, golden_2.sql,
                                      ... where the right change is several files that follow each other
                       rows.sql       optional: rows that stand in the tables before the change, beside the seed's

Every golden passes every check with no finding. What a case does not say is what its golden does; `[may]` says where
another answer is as good. To add one: make a folder, write the two files, and run
`migration-agent eval prove-grading --case ID`.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from pydantic import ValidationError

from evals.cases.file import CaseFile, Expected, May, Probe
from evals.cases.golden import Golden, before_rows, goldens_in, home
from tools.config import ProjectError
from tools.project import Project
from tools.workbench import Workbench

__all__ = ["HERE", "Case", "CaseFile", "Expected", "Golden", "May", "Probe", "cases", "goldens", "read_case"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One case, read."""

    id: str
    """The folder's name."""
    folder: Path
    file: CaseFile
    golden: Golden | None
    """None where the right answer is no migration."""

    @property
    def request(self) -> str:
        return self.file.request

    @property
    def expects_migration(self) -> bool:
        return "migration" in self.file.expect

    @property
    def home(self) -> Project:
        """The project as it is when the request comes. Raises ProjectError."""
        return home(self.file.project, self.folder, self.file.before)

    @cached_property
    def base(self) -> tuple[str, ...]:
        """Cases with the same base can share one workbench: project, where its history stops, rows of its own."""
        project = self.home
        return (str(project.root), self.file.before or "", *(str(seed.path) for seed in project.seeds))

    @contextmanager
    def open(self) -> Iterator[Workbench]:
        """A workbench on which an answer can be drafted, with the case's rows in place. Raises as Workbench.open."""
        with Workbench.open(self.home) as bench:
            yield replace(bench, project=before_rows(bench.project))

    def __str__(self) -> str:
        return self.id


@cache
def cases(folder: Path = HERE) -> tuple[Case, ...]:
    """Every case in a folder, by ID. Raises ProjectError for one that cannot be read, and says what to write."""
    return tuple(read_case(path.parent) for path in sorted(folder.glob("*/case.toml")))


@cache
def goldens() -> tuple[Golden, ...]:
    """The goldens of the cases that are there, by project and case."""
    return tuple(sorted((case.golden for case in cases() if case.golden), key=str))


def read_case(folder: Path) -> Case:
    """The case in this folder. Raises ProjectError for one that cannot be read, and says what to write."""
    path = folder / "case.toml"
    try:
        told = CaseFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{folder.name}/case.toml is not TOML: {error}.") from None
    except ValidationError as error:
        raise ProjectError("\n".join(f"{folder.name}/case.toml: {line}" for line in _problems(error))) from None
    golden = goldens_in(folder, told.project, told.before, told.seed)
    if "migration" in told.expect and golden is None:
        raise ProjectError(f"{folder.name}: a migration is expected, and there is no golden.sql.")
    if "migration" not in told.expect and golden is not None:
        raise ProjectError(f"{folder.name}: there is a golden.sql, and case.toml does not expect a migration.")
    return Case(folder.name, folder, told, golden)


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        where = ".".join(str(part) for part in problem["loc"]) or "the file"
        said = str(problem["ctx"]["error"]) if problem["type"] == "value_error" else problem["msg"]
        yield f"{where}: {said.removesuffix('.')}."
