"""How an answer differs from the golden: one line each, and what a case says may differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from evals.cases import May

Sign = Literal["missing", "extra", "different"]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as in the golden."""

    sign: Sign
    thing: str
    """Its kind and name as facts have it ("column public.quests.title"); of constraints and indexes, which have no
    name here, the table and what they say ("index public.quests (child_id, status)")."""
    detail: str = ""
    """What is different, and how."""

    def __str__(self) -> str:
        return f"{self.sign}: {self.thing}" + (f": {self.detail}" if self.detail else "")


def allowed(difference: Difference, may: May) -> bool:
    """The case says that this may be so."""
    patterns = {"missing": may.lack, "extra": may.have, "different": may.differ}[difference.sign]
    return any(fnmatchcase(difference.thing, pattern) for pattern in patterns)


def weighty_first(differences: Iterable[Difference]) -> Iterator[Difference]:
    """What is missing, then what is different, then what is there on top; each once."""
    order = ("missing", "different", "extra")
    yield from sorted(dict.fromkeys(differences), key=lambda d: order.index(d.sign))
