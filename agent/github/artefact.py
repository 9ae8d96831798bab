"""What the drafting job hands to the publishing one: a folder with a manifest, files, the report and the transcript.

    manifest.json    what was asked, on which commit, how it ended, and every file with its size and SHA-256
    files/PATH       the files as they shall be in the repository
    report.json      the drafting job's report, for people: the publisher makes its own
    run.jsonl        the run turn by turn, for `runs show`; the publisher does not read it

The job that wrote it held a key and ran a model on others' words, so the publisher believes none of it: `read` takes a
folder that is exactly so, for this command and this conversation, or raises.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.draft import Query, Sample
from agent.github.status import Question
from agent.github.text import escaped
from tools.render.plain import counted, seconds

VERSION = 1
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_DOCUMENT = 16 * 1024 * 1024
"""The generated document grows with the schema, not with the change."""
LARGEST_MANIFEST = 1024 * 1024
MOST_FILES = 24


class ArtefactError(Exception):
    """The artefact is not what the drafting job of this command writes; nothing of it is used."""


class File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """From the repository's root."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0, le=LARGEST_DOCUMENT)


class Figures(BaseModel):
    """What the run took."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = ""
    drafts: int = 0
    turns: int = 0
    tokens: int = 0
    cost: float | None = None
    """US dollars; None where the price is unknown."""
    seconds_model: float = 0.0
    seconds_database: float = 0.0


class Draft(BaseModel):
    """A migration that did not pass, for people to read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9_]{1,200}\.sql$")
    text: str
    findings: tuple[str, ...] = ()
    """``error rls/disabled: ...``"""


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = VERSION
    repository: str
    issue: int
    comment: int
    """The command's."""
    latest: int
    """The event's: the command's, or the answer's."""
    request: str
    """The person's words, answers included."""
    base: str = ""
    """The commit that it was drafted on."""
    prefix: str = ""
    outcome: str
    """Of `agent.result.Outcome`; or ``history``, ``unusable``, ``broken``."""
    summary: str = ""
    question: Question | None = None
    notes: tuple[str, ...] = Field((), max_length=8)
    """What people should know of the texts that the model was given."""
    queries: tuple[Query, ...] = Field((), max_length=100)
    samples: tuple[Sample, ...] = Field((), max_length=400)
    """What the draft says beside its files, for the check to try: no more than the model may choose anyway."""
    best: tuple[Draft, ...] = ()
    figures: Figures = Figures()
    files: tuple[File, ...] = Field((), max_length=MOST_FILES)
    removed: tuple[str, ...] = Field((), max_length=MOST_FILES)
    """Files of the pull request that a revision takes away."""


@dataclass(frozen=True)
class Artefact:
    manifest: Manifest
    files: dict[str, bytes]


def spent(figures: Figures) -> str:
    """``2 drafts, 41,200 tokens, $0.1312, 38 s of model, 1.2 s of database (claude-opus-5-5)``"""
    built_in = figures.model == "builtin"
    said = [counted(figures.drafts, "draft")] if figures.drafts else []
    if figures.tokens:
        said.append(counted(figures.tokens, "token"))
        said.append("price unknown" if figures.cost is None else f"${figures.cost:.4f}")
    said.append(f"{seconds(figures.seconds_model)} of {'drafting' if built_in else 'model'}")
    if figures.seconds_database:
        said.append(f"{seconds(figures.seconds_database)} of database")
    by = "the built-in drafter, no model" if built_in else escaped(figures.model)
    return f"{', '.join(said)} ({by})" if by else ", ".join(said)


def write(folder: Path, manifest: Manifest, files: Mapping[str, bytes], more: Mapping[str, bytes]) -> Manifest:
    """Writes the folder; `more` are files beside the manifest. The manifest as it was written."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = tuple(
        File(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data)) for path, data in files.items()
    )
    manifest = manifest.model_copy(update={"files": listed})
    for name, data in [*((f"files/{path}", data) for path, data in files.items()), *more.items()]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def read(folder: Path) -> Artefact:
    """Raises ArtefactError."""
    manifest = _manifest(folder)
    there = _listed(folder / "files")
    wanted = {file.path for file in manifest.files}
    if len(wanted) < len(manifest.files):
        raise ArtefactError("the manifest names a file twice")
    if there != wanted:
        raise ArtefactError(f"the files are not those of the manifest: {', '.join(sorted(there ^ wanted)[:5])}")
    files = {}
    for file in manifest.files:
        _plain(file.path)
        most = LARGEST_DOCUMENT if file.path.endswith(".md") else LARGEST_FILE
        data = _bytes(folder / "files" / file.path, most)
        if len(data) != file.size or hashlib.sha256(data).hexdigest() != file.sha256:
            raise ArtefactError(f"{file.path} is not what the manifest says")
        if b"\0" in data:
            raise ArtefactError(f"{file.path} is no text")
        try:
            data.decode()
        except UnicodeDecodeError:
            raise ArtefactError(f"{file.path} is no UTF-8 text") from None
        files[file.path] = data
    for path in manifest.removed:
        _plain(path)
    return Artefact(manifest, files)


def _manifest(folder: Path) -> Manifest:
    data = _bytes(folder / "manifest.json", LARGEST_MANIFEST)
    try:
        manifest = Manifest.model_validate(json.loads(data))
    except (ValueError, RecursionError, ValidationError) as error:
        raise ArtefactError(f"the manifest cannot be read: {type(error).__name__}") from None
    if manifest.version != VERSION:
        raise ArtefactError(f"the manifest has version {manifest.version}, not {VERSION}")
    return manifest


def _listed(folder: Path) -> set[str]:
    """Every file below, by its path; raises ArtefactError for links and whatever else is no plain file."""
    found: set[str] = set()
    if not os.path.lexists(folder):
        return found
    if folder.is_symlink() or not folder.is_dir():
        raise ArtefactError("files is no folder")
    for base, folders, names in os.walk(folder, followlinks=False):
        for name in [*folders, *names]:
            path = Path(base, name)
            mode = path.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise ArtefactError(f"{name} is neither file nor folder")
        found |= {Path(base, name).relative_to(folder).as_posix() for name in names}
        if len(found) > MOST_FILES:
            raise ArtefactError(f"it has more than {MOST_FILES} files")
    return found


def _bytes(path: Path, most: int) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ArtefactError(f"{path.name} cannot be read: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ArtefactError(f"{path.name} is no plain file")
        data = file.read(most + 1)
    if len(data) > most:
        raise ArtefactError(f"{path.name} is larger than {most >> 20} MB")
    return data


def _plain(path: str) -> None:
    """Relative, below where it starts, in one way of writing it."""
    if not path or not path.isprintable() or "\\" in path or PurePosixPath(path).as_posix() != path:
        raise ArtefactError(f"{path!r} is no plain path")
    if path.startswith("/") or any(part in (".", "..") or part.lower() == ".git" for part in path.split("/")):
        raise ArtefactError(f"{path!r} leaves the repository")
