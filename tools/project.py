"""A Supabase project on disk: its folders, its two config files, its migrations in the CLI's order.

Order and names follow the Supabase CLI: ``^([0-9]+)_(.*)\\.sql$`` directly in ``supabase/migrations``, by
version compared as text; anything else is passed over. Seeds are ``[db.seed] sql_paths`` globs.
"""

import difflib
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.config import CONFIG_FILE, Config, ProjectError, read_toml
from tools.migration import FILE_NAME, Migration

MAX_BYTES = 8 * 1024 * 1024
"""A migration or seed larger than this is a data load, not a migration; it is refused unread."""
MAX_STATEMENTS = 50_000
MAX_LINES = 200_000
"""Each statement and comment is kept parsed, in some two kilobytes; of those in eight megabytes that would be much."""
_QUOTED = r"--[^\n]*|/\*.*?(?:\*/|\Z)|'[^']*(?:'|\Z)|\"[^\"]*(?:\"|\Z)|(?<!\w)(?P<tag>\$\w*\$).*?(?:(?P=tag)|\Z)"
_END = re.compile(rf"{_QUOTED}|(?P<end>;)", re.DOTALL)


_OLD_INIT = "20211209000000"
"""An init file before this is of a CLI that kept Supabase's own schemas in it; the CLI passes it over."""


@dataclass(frozen=True)
class Seed:
    """A file that runs as it is: rows, roles, a dump."""

    path: Path
    text: str


@dataclass(frozen=True)
class Project:
    """A folder with ``supabase/`` in it."""

    root: Path
    config: Config

    @classmethod
    def find(cls, start: Path, since: str | None = None) -> "Project":
        """The project at `start` or above it; `since` is where its history starts, whatever its configuration says.

        Raises ProjectError where there is none.
        """
        start = start.expanduser().resolve()
        if not start.is_dir():
            raise ProjectError(f"{start} is not a folder.")
        for folder in (start, *start.parents):
            if (folder / "supabase").is_dir():
                config = Config.load(folder / CONFIG_FILE)
                return cls(folder, config if since is None else config.starting(since))
        raise ProjectError(
            f"No supabase/ folder in {start} or above it. Run this inside a Supabase project, or name it with "
            "--project DIR ('supabase init' makes a new one)."
        )

    @property
    def migrations_folder(self) -> Path:
        return self.root / "supabase" / "migrations"

    @property
    def document(self) -> Path:
        return self.root / "docs" / "DATABASE_SCHEMA.md"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """``supabase/config.toml`` as it stands; empty where there is none."""
        return read_toml(self.root / "supabase" / "config.toml")

    @property
    def major_version(self) -> int:
        """Postgres's major version in production; the CLI's default is 17."""
        version = self.settings.get("db", {}).get("major_version", 17)
        if not isinstance(version, int):
            raise ProjectError(f"supabase/config.toml: [db] major_version is {version!r}, not a whole number.")
        return version

    @cached_property
    def migrations(self) -> tuple[Migration, ...]:
        """Every migration that the CLI would run, in its order; from `start` on, where the configuration names one."""
        folder = self.migrations_folder
        names = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
        files = sorted((found[1], name) for name in names if (found := re.match(r"^([0-9]+)_.*\.sql$", name)))
        if files and re.fullmatch(r"[0-9]{14}_init\.sql", files[0][1]) and files[0][0] < _OLD_INIT:
            files = files[1:]
        start = self.config.history.start
        return tuple(Migration(name, read_sql(folder / name)) for version, name in files if version >= start)

    @cached_property
    def prelude(self) -> tuple["Seed", ...]:
        """What runs before the first migration: ``supabase/roles.sql``, as the CLI does, and ``[history] baseline``."""
        roles = self.root / "supabase" / "roles.sql"
        wanted = self.config.history.baseline
        dumps = self._matching(wanted.removeprefix("supabase/"), "migration-agent.toml: baseline") if wanted else []
        if wanted and not dumps:
            raise ProjectError(f"migration-agent.toml: [history] baseline: there is no {wanted} in {self.root}.")
        own = [Seed(roles, read_sql(roles))] if roles.is_file() else []
        return (*own, *(Seed(path, _dumped(path)) for path in dumps))

    def until(self, version: str) -> "Project":
        """The same project as it was before the migration of that version."""
        earlier = Project(self.root, self.config)
        earlier.__dict__["migrations"] = tuple(m for m in self.migrations if m.version < version)
        return earlier

    def without(self, file_names: Collection[str]) -> "Project":
        """The same project as it was before these migrations came."""
        earlier = Project(self.root, self.config)
        earlier.__dict__["migrations"] = tuple(m for m in self.migrations if m.file_name not in file_names)
        return earlier

    def with_seeds(self, seeds: tuple["Seed", ...]) -> "Project":
        """The same project with other texts in its seeds."""
        changed = Project(self.root, self.config)
        changed.__dict__.update(migrations=self.migrations, seeds=seeds)
        return changed

    @cached_property
    def seeds(self) -> tuple[Seed, ...]:
        """Seed files in the order of ``[db.seed] sql_paths``."""
        seed = self.settings.get("db", {}).get("seed", {})
        if seed.get("enabled", True) is False:
            return ()
        found: dict[Path, None] = {}
        for pattern in seed.get("sql_paths", ["./seed.sql"]):
            found.update(dict.fromkeys(self._matching(str(pattern), "supabase/config.toml: seed path")))
        return tuple(Seed(path, read_sql(path)) for path in found)

    def _matching(self, pattern: str, said: str) -> list[Path]:
        """The files under ``supabase/`` of a pattern. Raises ProjectError where it leads out of there."""
        relative = os.path.normpath(re.sub(r"\*+", "*", pattern))  # as Go globs: ** is *
        if os.path.isabs(relative) or relative.startswith(".."):
            raise ProjectError(f"{said} {pattern!r} leaves the supabase/ folder.")
        return sorted(path for path in (self.root / "supabase").glob(relative) if path.is_file())

    def find_migration(self, given: str) -> Path:
        """The file meant by a path, a file name or a version. Raises ProjectError where there is none."""
        direct = Path(given).expanduser()
        if given.strip() and direct.suffix not in ("", ".sql"):
            raise ProjectError(f"{given} is no migration: its name does not end with .sql.")
        self._is_covered(direct.name)
        candidates = [direct, self.root / direct]
        if direct.name == given:
            candidates.append(self.migrations_folder / given)
        for path in candidates:
            if path.is_file() and path.suffix == ".sql":
                return path
        versions = [m for m in self.migrations if m.version == given or m.slug == given]
        if len(versions) == 1:
            return self.migrations_folder / versions[0].file_name
        near = difflib.get_close_matches(direct.name, [m.file_name for m in self.migrations], n=1, cutoff=0.5)
        raise ProjectError(f"No migration {given!r}." + (f" Did you mean {near[0]}?" if near else ""))

    def _is_covered(self, name: str) -> None:
        """Raises ProjectError for a migration that the baseline stands for."""
        version, start = Migration(name, "").version, self.config.history.start
        if version and version < start and (self.migrations_folder / name).is_file():
            raise ProjectError(f"{name} is older than {start}, where the history starts ([history] start, --from).")

    def next_version(self, now: datetime | None = None) -> str:
        """14 digits, UTC, later than every existing migration, and not before the history starts."""
        latest, start = max((m.version for m in self.migrations), default=""), self.config.history.start
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        version = max(f"{moment:%Y%m%d%H%M%S}", start.ljust(14, "0"))
        if version > latest:
            return version
        following = later(latest)
        if following <= latest:
            raise ProjectError(
                f"Migration version {latest} leaves no later 14-digit version; rename that file first "
                "(supabase migration repair keeps the history in step)."
            )
        return following

    def write(self, files: Sequence[tuple[Path, str]], replacing: Collection[Path] = ()) -> None:
        """Writes new migrations and the refreshed document: each file whole or not at all, none overwritten.

        But for those in `replacing`. Raises ProjectError where a path leaves supabase/ and docs/, a migration exists
        already, or the disk refuses.
        """
        allowed = (self.root / "supabase", self.root / "docs")
        staged: list[tuple[Path, Path]] = []
        try:
            for path, text in files:
                if not any(path.resolve().is_relative_to(folder.resolve()) for folder in allowed):
                    raise ProjectError(f"{path} is outside supabase/ and docs/; nothing was written.")
                path.parent.mkdir(parents=True, exist_ok=True)
                staged.append((_stage(path, text), path))
            for temporary, path in staged:
                if path == self.document or path in replacing:
                    os.replace(temporary, path)
                else:
                    os.link(temporary, path)
        except FileExistsError as error:
            raise ProjectError(f"{error.filename2 or path} exists already; nothing was overwritten.") from None
        except OSError as error:
            raise ProjectError(f"Could not write {path}: {error.strerror}.") from None
        finally:
            for temporary, _ in staged:
                temporary.unlink(missing_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held while a version is chosen and written, so that two runs do not take the same one."""
        import fcntl

        folder = self.migrations_folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise ProjectError(f"Could not open {folder}: {error.strerror}.") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def later(version: str, by: int = 1) -> str:
    """The 14-digit version `by` seconds after another; plain arithmetic where it is no real time."""
    digits = version.ljust(14, "0")[:14]
    try:
        return f"{datetime.strptime(digits, '%Y%m%d%H%M%S') + timedelta(seconds=by):%Y%m%d%H%M%S}"
    except (ValueError, OverflowError):
        return str(int(digits) + by)[:14]


def read_sql(path: Path) -> str:
    """A SQL file's text. Raises ProjectError for what is too large or not UTF-8 text."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(path.name)
        return sql_text(path.name, path.read_bytes())
    except OSError as error:
        raise ProjectError(f"Could not read {path}: {error.strerror}.") from None


def sql_text(name: str, data: bytes) -> str:
    """The text of SQL that came as bytes; `name` is for the message. Raises ProjectError as `read_sql` does."""
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    if "\0" in text:
        raise ProjectError(f"{name} holds a NUL byte (character {text.index(chr(0))}); it is no SQL text.")
    if (lines := text.count("\n")) > MAX_LINES:
        raise _too_many(name, lines, "lines", MAX_LINES)
    if text.count(";") > MAX_STATEMENTS:
        statements = sum(1 for found in _END.finditer(text) if found["end"])
        if statements > MAX_STATEMENTS:
            raise _too_many(name, statements, "statements", MAX_STATEMENTS)
    return text


def _dumped(path: Path) -> str:
    """A schema dump without the lines that only psql understands. Raises ProjectError where it brings rows along."""
    text = read_sql(path)
    if rows := re.search(r"^COPY .* FROM stdin;$", text, re.MULTILINE | re.IGNORECASE):
        raise ProjectError(
            f"{path.name}, line {text.count(chr(10), 0, rows.start()) + 1}: the dump holds rows. A baseline is the "
            f"schema alone: supabase db dump -f supabase/{path.name}"
        )
    return re.sub(r"^\\(?:un)?(?:restrict|connect)\b.*$", "", text, flags=re.MULTILINE)


def _too_large(name: str) -> ProjectError:
    return ProjectError(
        f"{name} is too large; the limit is {MAX_BYTES // 2**20} MB. "
        "Load data with the seed or COPY, not with a migration."
    )


def _too_many(name: str, number: int, what: str, limit: int) -> ProjectError:
    return ProjectError(f"{name} has {number:,} {what}; the limit is {limit:,}. Put many rows into one INSERT.")


def is_valid_name(file_name: str) -> bool:
    return FILE_NAME.match(file_name) is not None


def _stage(path: Path, text: str) -> Path:
    """The text in a hidden file beside `path`, flushed to disk."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o644)
    return Path(name)
