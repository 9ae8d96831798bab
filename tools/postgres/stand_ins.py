"""Extensions that Supabase has and a plain Postgres lacks: stand-ins, laid beside the real ones.

Postgres 18 is told where they lie. An older one looks only into its own installation, so it runs from a copy of its
programs around which the same installation is laid, by links, with the stand-ins among its extensions: Postgres finds
its files by where its program lies.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from tools.postgres.binaries import Binaries, ServerError, find, identity, reachable
from tools.postgres.cache import Cache, digest

_OWN = files("tools.postgres") / "extensions"
_PROGRAMS = ("initdb", "postgres")
_SHARED = Path("/usr/share/postgresql")
"""Where Debian installs extensions; what is written in SQL alone serves every server."""
_SQL_ALONE = ("pgtap",)


def installed(given: str | None, cache: Cache) -> Binaries:
    """The installation to run: that in the folder `given`, or the embedded one, with stand-ins for what it lacks.

    Raises ServerError.
    """
    binaries = find(given, cache)
    return binaries if given is None or binaries.major >= 18 else _around(binaries, cache)


def texts() -> list[str]:
    """All that the stand-ins consist of, and what is found of others, for the name of what they go into."""
    own = [part for entry in sorted(_OWN.iterdir(), key=lambda e: e.name) for part in (entry.name, entry.read_text())]
    return [*own, *(str(path) for name in _SQL_ALONE for path in found(name))]


def lay_out(binaries: Binaries, target: Path) -> None:
    """Stand-ins for what the installation lacks, and the real extensions that only Supabase lets everybody create."""
    real = _extensions(binaries)
    scripts = {entry.name: entry.read_text() for entry in _OWN.iterdir() if entry.name.endswith((".control", ".sql"))}
    stand_ins = sorted(name.removesuffix(".control") for name in scripts if name.endswith(".control"))
    preloaded = (_OWN / "preloaded.txt").read_text().split()
    for name in stand_ins:
        control = real / f"{name}.control"
        if name not in preloaded and control.is_file():
            _lend(control, target)
        elif name in _SQL_ALONE and (there := found(name)):
            _lend(there[-1], target)
        else:
            for file, text in scripts.items():
                if file == f"{name}.control" or file.startswith(f"{name}--"):
                    (target / file).unlink(missing_ok=True)
                    (target / file).write_text(text)
    for name in (_OWN / "trusted.txt").read_text().split():
        if (control := real / f"{name}.control").is_file():
            _lend(control, target)


def _lend(control: Path, target: Path) -> None:
    """A real extension that everybody may create."""
    (target / control.name).unlink(missing_ok=True)
    (target / control.name).write_text(f"{control.read_text()}\ntrusted = true\n")
    for script in control.parent.glob(f"{control.stem}--*.sql"):
        (target / script.name).unlink(missing_ok=True)
        (target / script.name).symlink_to(script)


def found(name: str) -> list[Path]:
    """Control files of an extension that this machine has for some server, the newest server's last."""
    return sorted(_SHARED.glob(f"*/extension/{name}.control"), key=lambda path: (path.parents[1].name.zfill(3), path))


def _extensions(binaries: Binaries) -> Path:
    return _share(binaries) / "extension"


def _share(binaries: Binaries) -> Path:
    """The installation's folder of data files. Raises ServerError."""
    command: list[str | Path] = [binaries.bin / "initdb", "--show", "-D", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={"PATH": os.defpath}, **identity())
    told = dict(line.split("=", 1) for line in (done.stderr + done.stdout).splitlines() if "=" in line)
    if "share_path" not in told:
        raise ServerError(f"{binaries.bin}/initdb does not say where its files are: {done.stderr.strip()[:200]}")
    return Path(told["share_path"])


def _around(binaries: Binaries, cache: Cache) -> Binaries:
    """The same server, older than 18, in an installation that has the stand-ins. Raises ServerError."""
    real, share = binaries.bin.resolve(), _share(binaries).resolve()
    root = Path(os.path.commonpath([real, share]))

    def fill(folder: Path) -> None:
        bins, shared = folder / real.relative_to(root), folder / share.relative_to(root)
        for place, original in ((shared, share), (shared / "extension", share / "extension")):
            place.mkdir(parents=True)
            _link(original, place, leaving=("extension",) if place == shared else ())
        bins.mkdir(parents=True, exist_ok=True)
        _link(real, bins, leaving=_PROGRAMS)
        _link(real.parent, bins.parent, leaving=(real.name, *(path.name for path in bins.parent.iterdir())))
        for program in _PROGRAMS:
            shutil.copy2(real / program, bins / program)
        lay_out(binaries, shared / "extension")
        for path in _folders(folder):
            path.chmod(0o755)

    if identity() and not reachable(cache.root):
        cache = Cache.shared()
    programs = [str((real / program).stat().st_mtime_ns) for program in _PROGRAMS]
    there = sorted(path.name for path in (share / "extension").iterdir())
    made = cache.get_or_make(f"install-{digest(str(real), *programs, *there, *texts())}", fill)
    return Binaries(made / real.relative_to(root))


def _link(source: Path, target: Path, leaving: tuple[str, ...]) -> None:
    for path in source.iterdir():
        if path.name not in leaving:
            (target / path.name).symlink_to(path)


def _folders(folder: Path) -> Iterator[Path]:
    for path, _, _ in os.walk(folder):
        yield Path(path)
