"""What decides who reaches what, which rows get in, and how they are found, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from tools.facts import Touched
from tools.postgres.server import Connection
from tools.proofs.calls import Routine, routines
from tools.proofs.copied import carried_to
from tools.proofs.links import USERS
from tools.proofs.queries import Shape, shapes
from tools.proofs.refusals import Constraint, constraints
from tools.proofs.storage import Storage
from tools.proofs.surface import surfaces
from tools.proofs.views import View, views

_SCOPE = files("tools.proofs").joinpath("scope.sql").read_text()


@dataclass(frozen=True)
class Standing:
    """Of the objects in play, or of all."""

    signatures: Mapping[str, tuple[str, str]]
    """(kind, what decides who reaches it) of each table and view."""
    carried: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By table, those that its triggers name."""
    signing_up: str = ""
    """The triggers on auth.users, and what their functions do."""
    constraints: frozenset[Constraint] = frozenset()
    routines: frozenset[Routine] = frozenset()
    views: frozenset[View] = frozenset()
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    storage: Storage | None = None

    @classmethod
    def read(
        cls, conn: Connection, play: Touched | None, *, files: bool = False, after: "Standing | None" = None
    ) -> "Standing":
        """`files`: the migration has to do with Storage; `after`: what it is to be compared with, if that is known."""
        scope: dict[str, object] = {"all": play is None, "relations": [], "functions": []}
        if play is not None:
            scope |= {"relations": list(play.relations), "functions": list(play.functions)}
        kinds = dict(conn.execute(_SCOPE, scope).fetchall())
        told = surfaces(conn, [*kinds, USERS])
        signatures = {name: (kind, repr(told[name])) for name, kind in kinds.items()}
        relations, functions = (None, None) if play is None else (play.relations, play.functions)
        ruled = signatures if after is None else signatures.keys() & {c.table for c in after.constraints}
        shows = any(kind in "vm" for kind, _ in signatures.values())
        return cls(
            signatures,
            {name: found for name in kinds if (found := frozenset(carried_to(told[name])))},
            told[USERS].triggers if USERS in told else "",
            constraints(conn, relations, fresh=play is not None and after is None) if ruled else frozenset(),
            routines(conn, functions) if functions is None or functions else frozenset(),
            views(conn, relations) if shows else frozenset(),
            shapes(conn, relations) if signatures else {},
            Storage.read(conn) if files else None,
        )


def changed(before: Standing, after: Standing) -> list[str]:
    """Tables, new or reached otherwise than before."""
    return sorted(t for t, told in after.signatures.items() if told[0] in "rp" and before.signatures.get(t) != told)
