"""A small project with history and seed, and the command run on it with something wrong."""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.agent.command import ROOT, SCRIPT
from tests.faults.machine import under

HEAD = "-- Migration: Notes\n-- Created: 2026-01-01\n-- Purpose: to be there\n\n"
FIRST = """create table if not exists public.notes (
  id uuid primary key default gen_random_uuid(),
  text text,
  created_at timestamptz not null default now()
);
alter table public.notes enable row level security;
-- Rollback
-- drop table if exists public.notes;
"""
SECOND = """alter table public.notes add column if not exists title text;
-- Rollback
-- alter table public.notes drop column if exists title;
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    said: str
    """On standard error."""

    @property
    def replayed(self) -> bool:
        """The whole history, and the seed."""
        assert self.code == 0, self.said
        told = json.loads(self.out)
        return (told["replayed"], told["total"], told["seed"]) == (2, 2, "applied")


Run = Callable[..., Ended]


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    root = tmp_path / "a project"
    folder = root / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20260101000000_notes.sql").write_text(HEAD + FIRST)
    (folder / "20260102000000_titles.sql").write_text(HEAD + SECOND)
    (root / "supabase" / "seed.sql").write_text("insert into public.notes (text) values ('a'), ('b');\n")
    if programs := request.config.getoption("--postgres"):
        (root / "migration-agent.toml").write_text(f"[postgres]\nbin = '{programs}'\n")
    return root


@pytest.fixture
def command(project: Path) -> Callable[..., list[str]]:
    def words(*args: str) -> list[str]:
        return [*SCRIPT, *args, "--project", str(project)]

    return words


@pytest.fixture
def run(command: Callable[..., list[str]]) -> Run:
    """Runs `replay --json`, or another command, to its end; `wrong` is for `under`."""

    def to_the_end(*args: str, wrong: dict[str, Sequence[str] | str] | None = None, **environ: str | None) -> Ended:
        words = command(*(args or ("replay", "--json", "--quiet")))
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | environ
        given = {name: value for name, value in environment.items() if value is not None}
        done = subprocess.run(
            under(words, **(wrong or {})),  # type: ignore[arg-type]
            env=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    return to_the_end
