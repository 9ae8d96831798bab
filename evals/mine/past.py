"""What a case is cut of: a commit's new migrations, its request, and the project as it was before."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from pydantic import ValidationError

from agent.draft import SeedEdit
from agent.seed_edits import added
from evals.mine.repository import Change, Repository, printable
from evals.mine.request import Request
from tools.config import Config, ProjectError
from tools.migration import Migration
from tools.project import MAX_BYTES, Project

_CONFIG, _OWN_CONFIG = "supabase/config.toml", "migration-agent.toml"
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Base:
    """A project's files at a commit, as far as a case needs them: blob by path."""

    migrations: tuple[tuple[str, str], ...]
    """(file name, blob), in their order."""
    settings: tuple[tuple[str, str], ...]
    """(path, blob) of the two config files and of the seeds that they name."""

    @property
    def name(self) -> str:
        """By its contents."""
        return hashlib.sha256(repr((self.migrations, self.settings)).encode()).hexdigest()[:10]

    @property
    def versions(self) -> list[str]:
        return [_version(name) for name, _ in self.migrations]

    def mended(self, blobs: Mapping[tuple[str, str], str]) -> "Base":
        """With other blobs for these (file name, blob)."""
        return replace(self, migrations=tuple((name, blobs.get((name, blob), blob)) for name, blob in self.migrations))

    def until(self, version: str) -> tuple[tuple[str, str], ...]:
        return tuple(one for one in self.migrations if _version(one[0]) < version)


@dataclass(frozen=True)
class Place:
    """Where a case finds its project: a base, perhaps a later commit's, at whose version the history stops."""

    base: Base
    before: str | None


@dataclass(frozen=True)
class Cut:
    """What a case says."""

    change: Change
    request: Request
    files: tuple[Migration, ...]
    place: Place
    mended: tuple[str, ...] = ()
    """Migrations that are as a later commit left them, for as they were they do not apply."""

    @property
    def id(self) -> str:
        """The first file's name and the commit's."""
        words = re.sub(r"[^a-z0-9]+", "_", self.files[0].slug.lower()).strip("_")[:40].strip("_")
        return f"{words or 'change'}_{self.change.commit.id[:7]}"


def base_before(repository: Repository, change: Change, scratch: Path) -> Base:
    """The project before a change. `scratch` is an empty folder. Raises ProjectError where it cannot be laid out."""
    parent = change.commit.parents[0] if change.commit.parents else None
    files = repository.files(parent)
    folder = "supabase/migrations/"
    names = sorted(p.removeprefix(folder) for p in files if re.match(rf"^{folder}[0-9]+_[^/]*\.sql$", p))
    names.sort(key=lambda name: (_version(name), name))
    odd = [name for name in names if printable(name) != name or len(name.encode()) > _LONGEST_NAME]
    if odd:
        raise ProjectError(f"a migration is called {printable(odd[0])[:80]!r}, which is no name for a file.")
    for name in names:
        if files[folder + name].size > MAX_BYTES:
            raise ProjectError(f"{name} is larger than {MAX_BYTES // 2**20} MB.")
    settings = _settings(repository, {path: blob.id for path, blob in files.items() if folder not in path}, scratch)
    return Base(tuple((name, files[folder + name].id) for name in names), settings)


def places(bases: Sequence[Base]) -> list[Place]:
    """For each base, in the order of time, the latest one that holds it as a part of its history."""
    found: list[Place] = []
    latest: Base | None = None
    for base in reversed(bases):
        version = _stop(base, latest) if latest else None
        if latest is None or (version is None and base != latest):
            latest = base
        found.append(Place(latest, version))
    return found[::-1]


def write_project(repository: Repository, base: Base, folder: Path) -> None:
    """The base's files, as they were. Raises ProjectError."""
    listed = [(f"supabase/migrations/{name}", blob) for name, blob in base.migrations] + list(base.settings)
    repository.read(blob for _, blob in listed)
    for path, blob in listed:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(repository.text(path, blob).encode())
    config = folder / _CONFIG
    if not config.exists():  # the folder has to be there, and git keeps none that is empty
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text("# There was no config.toml.\n")


def seed_edits(repository: Repository, change: Change, base: Base) -> tuple[SeedEdit, ...]:
    """What a commit did to the seeds, as a case says it: one edit for each; nothing where that cannot say it."""
    after = repository.files(change.commit.id)
    found = []
    for path, blob in base.settings:
        if path not in (_CONFIG, _OWN_CONFIG) and path in after and after[path].id != blob:
            old, new = (repository.text(path, one) for one in (blob, after[path].id))
            if (edit := _edit(path, old, new)) is None or added(old, new):
                return ()
            found.append(edit)
    return tuple(found)


def _edit(path: str, old: str, new: str) -> SeedEdit | None:
    """The lines that differ, with as many around them as make them stand only once; None where they are too many."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    same = _alike(before, after)
    rest = min(_alike(before[::-1], after[::-1]), len(before) - same, len(after) - same)
    while True:
        text = "".join(before[same : len(before) - rest])
        if text and old.count(text) == 1:
            break
        if not same and not rest:
            return None
        same, rest = max(0, same - 1), max(0, rest - 1)
    try:
        return SeedEdit(file=path, old=text, new="".join(after[same : len(after) - rest]))
    except ValidationError:
        return None


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same at the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _stop(base: Base, latest: Base) -> str | None:
    """The version at which the later history stops to be this one; None where it never is."""
    if base.settings != latest.settings:
        return None
    last = max(base.versions, default="")
    following = [version for version in latest.versions if version > last]
    if not following or latest.until(min(following)) != base.migrations:
        return None
    return min(following)


def _settings(repository: Repository, files: dict[str, str], scratch: Path) -> tuple[tuple[str, str], ...]:
    """Config files and seeds: what a project at this point would read."""
    repository.read(files.values())
    for path, blob in files.items():
        target = scratch / path
        if target.resolve().is_relative_to(scratch.resolve()) and blob in repository.blobs:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(repository.blobs[blob])
    (scratch / "supabase").mkdir(exist_ok=True)
    try:
        seeds = [seed.path.relative_to(scratch).as_posix() for seed in Project(scratch, Config()).seeds]
    except (AttributeError, TypeError):
        raise ProjectError("supabase/config.toml has a table where none can be, or the other way round.") from None
    kept = [path for path in (_CONFIG, *seeds) if path in files]
    if _OWN_CONFIG in files and _is_harmless(repository.blobs.get(files[_OWN_CONFIG], b"")):
        kept.append(_OWN_CONFIG)
    return tuple((path, files[path]) for path in kept)


def _is_harmless(told: bytes) -> bool:
    """It can be read, and names no programs to run."""
    try:
        config = Config.model_validate(tomllib.loads(told.decode("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False
    return config.postgres.bin is None


def _version(name: str) -> str:
    return name.split("_", 1)[0]
