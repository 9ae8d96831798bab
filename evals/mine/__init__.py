"""Cases from a project's own past: what a commit asked for, the migration that came with it, the project as it was.

    OUT/add_document_tags_1f2e3d4/case.toml   the commit's message as the request; what the golden is excused of
                                  golden.sql  what was committed
    OUT/_projects/8c7b6a5d4e/supabase/        the project before, shared by all cases whose history is a part of it

Each case is tried before it is kept. Nothing of the repository is run but SQL, on the throwaway server.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from evals.cases import read_case
from evals.mine.folder import write_case
from evals.mine.past import Base, Cut, Place, base_before, places, seed_edits, write_project
from evals.mine.repository import Change, Repository
from evals.mine.request import given, request
from evals.mine.tried import Outcome, Tried, try_case
from tools.config import ProjectError
from tools.migration import Migration
from tools.project import Project

__all__ = ["Mined", "mine"]

_MOST_FILES = 9
"""More new migrations in one commit are an import or a merge of everything, and no request."""
_PROJECTS = "_projects"


@dataclass(frozen=True)
class Mined:
    """What became of one commit."""

    commit: str
    date: str
    outcome: Outcome | Literal["there", "wordless", "passed over"]
    """As `tried.Outcome`; or there is such a folder already; nobody said what was wanted; it cannot be cut."""
    case: str = ""
    """Its folder's name; empty where none could be cut."""
    why: str = ""
    request: str = ""
    proposed: bool = False
    """The request is not the commit's, but the migration's own words."""
    broken: tuple[str, ...] = ()
    """Rules of today's checklist that the golden breaks."""

    @property
    def kept(self) -> bool:
        return self.outcome in ("usable", "excused", "there")


def mine(
    project: Project,
    out: Path,
    *,
    since: str | None = None,
    last: int | None = None,
    body: bool = False,
    texts: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Mined]:
    """Cuts and tries a case of each commit that adds migrations, oldest first; writes those that are usable.

    `since` is a commit or a day, `last` takes only the newest so many; `body` and `texts` say where requests come
    from, see `request`. Raises ProjectError.
    """
    repository = Repository(project.root)
    progress("reading the history")
    changes = [repository.change(commit) for commit in repository.commits(since)]
    chosen = [change for change in changes if change.added]
    with tempfile.TemporaryDirectory(prefix="mined-") as scratch:
        miner = _Miner(repository, changes, out, Path(scratch), body, texts or {})
        return miner.all(chosen[-last:] if last else chosen, progress)


@dataclass(frozen=True)
class _Miner:
    repository: Repository
    changes: Sequence[Change]
    """All of them, oldest first."""
    out: Path
    scratch: Path
    body: bool
    texts: Mapping[str, str]
    broken: dict[tuple[tuple[str, str], ...], Tried] = field(default_factory=dict)
    """Beginnings of histories that do not replay."""
    mended: dict[tuple[str, str], str] = field(default_factory=dict)
    """Today's blob by (file name, blob) of a migration in such a history, where it was mended since."""

    def all(self, chosen: Sequence[Change], progress: Callable[[str], None]) -> list[Mined]:
        found: dict[str, Mined] = {}
        bases: dict[str, Base] = {}
        for change in chosen:
            try:
                bases[change.commit.id] = self._base(change)
            except ProjectError as error:
                found[change.commit.id] = _mined(change, "passed over", str(error))
        placed = dict(zip(bases, places([*bases.values()]), strict=True))
        for number, change in enumerate(chosen, start=1):
            if place := placed.get(change.commit.id):
                progress(f"{number}/{len(chosen)} {change.commit.id[:7]} {next(iter(change.added))}")
                try:
                    found[change.commit.id] = self._one(change, bases[change.commit.id], place)
                except ProjectError as error:
                    found[change.commit.id] = _mined(change, "passed over", str(error))
        return [found[change.commit.id] for change in chosen]

    def _base(self, change: Change) -> Base:
        """Raises ProjectError where no case can be cut of it."""
        if not change.commit.parents and self.repository.is_shallow:
            raise ProjectError("this clone is shallow, and what was there before is not in it (git fetch --unshallow)")
        if len(change.added) > _MOST_FILES:
            raise ProjectError(f"{len(change.added)} new migrations at once are no answer to one request")
        if change.gone:
            raise ProjectError(f"it takes migrations away as well, such as {change.gone[0]}")
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            return base_before(self.repository, change, Path(folder))

    def _one(self, change: Change, base: Base, place: Place) -> Mined:
        """Raises ProjectError."""
        files = self._files(change.added)
        commit = change.commit
        said = given(self.texts, commit, files)
        said = said or request(commit, self.repository.merged(commit), files, body=self.body)
        if said is None:
            return _mined(change, "wordless", "neither the message nor the files say what was wanted")
        cut = Cut(change, said, files, place)
        told = _mined(change, "there", case=cut.id, request=said.text, proposed=said.proposed)
        if (self.out / cut.id).exists():
            return replace(told, why="there is such a folder already")
        cut, tried = self._tried(cut, base)
        if tried.outcome == "golden" and (later := self._files(self._later(change))) not in ((), files):
            mended = tuple(file.file_name for file, old in zip(later, files, strict=False) if file.text != old.text)
            cut, tried = self._tried(replace(cut, files=later, mended=mended), base)
        if tried.kept:
            self._keep(cut, tried)
        return replace(told, outcome=tried.outcome, why=tried.why, broken=tuple(tried.may.breaks))

    def _files(self, blobs: Mapping[str, str]) -> tuple[Migration, ...]:
        return tuple(Migration(name, self.repository.text(name, blob)) for name, blob in blobs.items())

    def _later(self, change: Change) -> dict[str, str]:
        """The same files as they are today, under whatever names; nothing where one is gone."""
        found = [self._today(change, name) for name in change.added]
        return dict(one for one in found if one) if all(found) else {}

    def _today(self, change: Change, name: str) -> tuple[str, str] | None:
        """Name and blob that a file has today which was there at a change."""
        for later in self.changes[self.changes.index(change) + 1 :]:
            name = later.renamed.get(name, name)
        blob = self.repository.files("HEAD").get(f"supabase/migrations/{name}")
        return (name, blob.id) if blob else None

    def _tried(self, cut: Cut, base: Base) -> tuple[Cut, Tried]:
        """The case tried, with a history that was mended as often as a later commit can."""
        place = cut.place
        while True:
            history = base.mended(self.mended)
            cut = replace(cut, place=replace(place, base=place.base.mended(self.mended)))
            tried = self._tried_once(cut, base, history)
            if tried.replayed is None or tried.replayed == len(history.migrations):
                names = [
                    name
                    for (name, _), old in zip(history.migrations, base.migrations, strict=True)
                    if old not in history.migrations
                ]
                return replace(cut, mended=(*names, *cut.mended)), tried
            stopped = history.migrations[tried.replayed]
            today = self._today(cut.change, stopped[0])
            if stopped != base.migrations[tried.replayed] or today is None or today[1] == stopped[1]:
                return cut, tried
            self.mended[stopped] = today[1]

    def _tried_once(self, cut: Cut, base: Base, history: Base) -> Tried:
        for beginning, known in self.broken.items():
            if history.migrations[: len(beginning)] == beginning:
                return known
        project = self.scratch / _PROJECTS / cut.place.base.name
        if not project.exists():
            write_project(self.repository, cut.place.base, project)
        folder = write_case(self.scratch, cut, f"../{_PROJECTS}/{project.name}", Tried("usable"))
        tried = try_case(read_case(folder), seed_edits(self.repository, cut.change, base))
        if tried.replayed is not None:
            self.broken[history.migrations[: tried.replayed + 1]] = tried
        return tried

    def _keep(self, cut: Cut, tried: Tried) -> None:
        try:
            project = self.out / _PROJECTS / cut.place.base.name
            if not project.exists():
                shutil.copytree(self.scratch / _PROJECTS / cut.place.base.name, project)
            write_case(self.out, cut, f"../{_PROJECTS}/{cut.place.base.name}", tried)
        except OSError as error:
            raise ProjectError(f"Could not write to {self.out}: {error.strerror}.") from None


def _mined(
    change: Change, outcome: Literal["there", "wordless", "passed over"], why: str = "", **more: object
) -> Mined:
    return replace(Mined(change.commit.id, change.commit.date, outcome, why=why), **more)  # type: ignore[arg-type]
