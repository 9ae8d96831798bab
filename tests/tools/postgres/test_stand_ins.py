"""Stand-ins beside the real extensions: which of the two, and an older server that finds both around itself."""

import os
from pathlib import Path

import pytest

from tools.postgres.binaries import Binaries, find
from tools.postgres.cache import Cache
from tools.postgres.stand_ins import _around, _share, installed, lay_out

REAL = ("pgcrypto", "pg_cron", "vector", "cube")


@pytest.fixture
def old(tmp_path: Path) -> Binaries:
    """An installation as Debian lays it out, of a server that finds its files by where its program lies."""
    root = tmp_path / "usr"
    programs, extensions = (
        root / "lib" / "postgresql" / "15" / "bin",
        root / "share" / "postgresql" / "15" / "extension",
    )
    for folder in (programs, programs.parent / "lib", extensions):
        folder.mkdir(parents=True)
    scripts = {
        "initdb": 'echo "share_path=$(cd "$(dirname "$0")/../../../../share/postgresql/15" && pwd)" >&2',
        "postgres": "echo postgres 15.18",
        "psql": "true",
    }
    for name, text in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    for name in REAL:
        (extensions / f"{name}.control").write_text("comment = 'the real one'\n")
        (extensions / f"{name}--1.0.sql").write_text("select 1;")
    (extensions.parent / "postgres.bki").write_text("x")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith(("test_", "popen-", "pytest-")):
            folder.chmod(0o755)
    return Binaries(programs)


def test_an_older_server_runs_in_an_installation_with_stand_ins(old: Binaries, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    cache = Cache(tmp_path / "cache")
    moved = installed(str(old.bin), cache)
    share = _share(moved)
    assert share.is_relative_to(cache.root)
    assert (share / "postgres.bki").read_text() == "x"
    assert "stand-in" in (share / "extension" / "postgis.control").read_text()
    assert (share / "extension" / "cube.control").read_text() == "comment = 'the real one'\n"
    assert {path.name for path in moved.bin.iterdir()} == {"initdb", "postgres", "psql"}
    assert (moved.bin.parent / "lib").resolve() == old.bin.parent / "lib"
    assert _around(old, cache) == moved


def test_a_real_extension_is_taken_before_a_stand_in_unless_it_must_be_preloaded(old: Binaries, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    lay_out(old, target)
    for name, said in [
        ("pgcrypto", "the real"),
        ("pg_cron", "stand-in"),
        ("vector", "trusted"),
        ("hypopg", "stand-in"),
    ]:
        assert said in (target / f"{name}.control").read_text()
    assert (target / "pgcrypto--1.0.sql").resolve() == _share(old) / "extension" / "pgcrypto--1.0.sql"
    assert not (target / "pgcrypto--1.3.sql").exists()


def test_the_embedded_server_is_taken_as_it_is() -> None:
    cache = Cache.default()
    assert installed(None, cache) == find(None, cache)
