"""The bad/good pairs in tools/checks/examples, as parameters.

`examples/RULE.bad.sql` breaks exactly that rule; `RULE.good.sql`, or the folder's `good.sql` where there is none, makes
the same change and breaks none. More of them for the same rule have a word between: `RULE.WORD.bad.sql`.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

import tools.checks
from tools.migration import Migration

FOLDER = Path(tools.checks.__file__).parent / "examples"


@dataclass(frozen=True)
class Example:
    rule: str
    """``check-id/slug``, from the path."""
    kind: str
    """bad or good."""
    path: Path

    @property
    def migration(self) -> Migration:
        """Named as a draft that comes after everything else."""
        words = self.path.name.removesuffix(".sql").replace("-", "_").replace(".", "_")
        return Migration(f"29990101000000_{words}.sql", self.path.read_text(encoding="utf-8"))

    def __str__(self) -> str:
        return self.path.relative_to(FOLDER).as_posix().removesuffix(".sql")


def read_examples() -> list[Example]:
    found = []
    for path in sorted(FOLDER.glob("*/*.*.sql")):
        slug, *_, kind, _ = path.name.split(".")
        found.append(Example(f"{path.parent.name}/{slug}", kind, path))
        shared, own = path.with_name("good.sql"), path.with_name(path.name.replace(".bad.", ".good."))
        if kind == "bad" and shared.exists() and not own.exists():
            found.append(Example(f"{path.parent.name}/{slug}", "good", shared))
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for kind in ("bad", "good"):
        if f"{kind}_example" in metafunc.fixturenames:
            chosen = {e.path.read_text(encoding="utf-8"): e for e in reversed(read_examples()) if e.kind == kind}
            metafunc.parametrize(f"{kind}_example", sorted(chosen.values(), key=str), ids=str)  # each text once


@pytest.fixture(scope="session")
def all_examples() -> list[Example]:
    return read_examples()
