"""What a migration was seen to do: the only thing that checks look at. `tools.rehearse` makes it."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from tools.contents import RowChange
from tools.facts import Catalog, Diff, Facts, diff
from tools.migration import Migration
from tools.postgres.session import Session
from tools.project import Project
from tools.proofs.prove import Proofs
from tools.proofs.stages import Stage
from tools.renames import translated
from tools.run import Run


@dataclass(frozen=True)
class Change:
    """Facts and rows of one moment against another; falsy when nothing differs."""

    facts: Diff
    rows: tuple[RowChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.facts) or bool(self.rows)


@dataclass(frozen=True)
class Rehearsal:
    """The runs of one migration, and what they left. Runs that could not take place are None.

    Facts are those of the objects in play: what the runs touched, by whatever name.
    """

    applied: Run
    base_facts: Facts = frozenset()
    """Before the migration."""
    after_facts: Facts = frozenset()
    """After the first run; empty, like base_facts, where it failed."""
    again: Run | None = None
    """The second run, and what it changed."""
    again_change: Change | None = None
    undone: Run | None = None
    """The rollback block, and what differs from the base afterwards."""
    undone_change: Change | None = None
    redone: Run | None = None
    """The migration after its rollback, and what differs from the first run."""
    redone_change: Change | None = None
    former: dict[str, str] = field(default_factory=dict)
    """The former name of each table and column that the first run renamed, by the present one."""


@dataclass(frozen=True)
class Observed:
    """One migration, rehearsed on the throwaway database, with everything a check may ask for."""

    project: Project
    migration: Migration
    written: bool
    """It stands in supabase/migrations, and the documentation should know it (a draft's need not)."""
    postgres: str
    """The server's version, e.g. "18.6"."""
    seeded: bool
    """The base state holds the seed's rows."""
    rehearsal: Rehearsal
    reseeded: Run | None
    """The seed on top of history and migration, as `supabase db reset` does; None where that was not tried."""
    live: Session
    """The database after the first run. Try things inside ``with seen.live.savepoint() as conn:``."""
    proofs: Proofs | None = None
    """What was seen on rows and as other users; None where the migration was not run for that."""
    seed_problem: str = ""
    """Why the seed's rows are not there, where the project has a seed."""
    stand_ins: tuple[str, ...] = ()
    """Extensions in play that only stand in for the real ones."""
    following: tuple[Migration, ...] = ()
    """The files that come after it in the same change, not run yet: they may bring what it still lacks."""
    reference: frozenset[str] = frozenset()
    """``schema.table`` of those in its text that hold reference data; see tools/reference_tables.py."""
    earlier: tuple[Migration, ...] = ()
    """The files of the same change that have run already: what they made, nobody uses yet."""

    def unproved(self, *stages: Stage) -> str:
        """Why one of these was not observed on rows; empty where all were, or there was nothing to observe."""
        return self.proofs.unproved(*stages) if self.proofs else "it was run for its effect on the catalog alone"

    @property
    def applied(self) -> Run:
        return self.rehearsal.applied

    @property
    def again(self) -> Run | None:
        return self.rehearsal.again

    @property
    def again_change(self) -> Change | None:
        return self.rehearsal.again_change

    @property
    def undone(self) -> Run | None:
        return self.rehearsal.undone

    @property
    def undone_change(self) -> Change | None:
        return self.rehearsal.undone_change

    @property
    def redone(self) -> Run | None:
        return self.rehearsal.redone

    @property
    def redone_change(self) -> Change | None:
        return self.rehearsal.redone_change

    @cached_property
    def base(self) -> Catalog:
        return Catalog(self.rehearsal.base_facts)

    @cached_property
    def after(self) -> Catalog:
        return Catalog(self.rehearsal.after_facts)

    @cached_property
    def diff(self) -> Diff:
        """What the migration did to the catalog."""
        return diff(self.rehearsal.base_facts, self.rehearsal.after_facts)

    @cached_property
    def _before_facts(self) -> Facts:
        return translated(self.rehearsal.base_facts, self.rehearsal.former)

    @cached_property
    def before(self) -> Catalog:
        """The base as if tables and columns had always been called what the migration renames them to."""
        return Catalog(self._before_facts) if self.rehearsal.former else self.base

    @cached_property
    def news(self) -> Diff:
        """What is different, whatever it is called: the diff without what renaming makes of it."""
        return diff(self._before_facts, self.rehearsal.after_facts) if self.rehearsal.former else self.diff

    @cached_property
    def new_tables(self) -> tuple[str, ...]:
        """``schema.table`` of ordinary and partitioned tables that the migration creates, sorted."""
        made = set(self.after.tables()) - set(self.before.tables())
        return tuple(sorted(table for table in made if not table.startswith("pgmq.")))  # queues, made by a function

    def is_new(self, kind: str, name: str) -> bool:
        """The object is there after and was not before, under any name."""
        return bool(self.after.get(kind, name)) and not self.before.get(kind, name)

    def line_of(self, *words: str) -> tuple[int | None, int | None]:
        """Line and column of the first statement whose text names all the words (case aside)."""
        if self.migration.syntax_error:
            return None, None
        text, starts = self._lowered
        wanted = [word.lower() for word in words]
        for word in wanted:
            if word not in self._frequencies:
                self._frequencies[word] = text.count(word)
        rarest = min(wanted, key=self._frequencies.__getitem__, default="")  # of thousands of statements few are read
        place = text.find(rarest)
        while 0 <= place < len(text):
            number = bisect_right(starts, place) - 1
            end = starts[number + 1] if number + 1 < len(starts) else len(text)
            if all(text.find(word, starts[number], end) >= 0 for word in wanted):
                statement = self.migration.statements[number]
                return statement.line, statement.column
            place = text.find(rarest, end)
        return None, None

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        """How often words that were looked for occur in the file."""
        return {}

    @cached_property
    def _lowered(self) -> tuple[str, list[int]]:
        """All statements in one text, and where each begins."""
        texts = [f"{statement.text.lower()}\0" for statement in self.migration.statements]
        return "".join(texts), [0, *accumulate(map(len, texts))][:-1]
