"""What squawk, the static linter for Postgres migrations, says of a file (https://squawkhq.com/docs/rules).

It gets the statements alone, those of DO blocks taken out of their block: no comment of the file can switch a
rule off, and no configuration that lies about is read.
"""

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tools.checks._statements import Piece, pieces
from tools.migration import Migration
from tools.sql import Script

_SECONDS = 20


@dataclass(frozen=True)
class Lint:
    """One remark, at the statement it is about."""

    rule: str
    """squawk's name for it, e.g. ``adding-foreign-key-constraint``."""
    piece: Piece


@lru_cache(maxsize=32)
def lint(migration: Migration, major_version: int) -> tuple[Lint, ...]:
    """Remarks on the file's statements. Raises RuntimeError where squawk does not answer."""
    ran = pieces(migration)
    script = Script(_bare(migration.text, ran))
    command = [_binary(), "--reporter", "json", "--assume-in-transaction", "--config", os.devnull]
    command += ["--pg-version", str(major_version)]
    done = subprocess.run(
        command, input=script.text.encode(), capture_output=True, timeout=_SECONDS, check=False, env={}, cwd=os.sep
    )
    try:
        remarks = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"squawk ended with {done.returncode}: {done.stderr.decode(errors='replace')}") from None
    found: dict[tuple[str, int], Lint] = {}
    for remark in remarks:
        offset = _offset(script, remark["line"], remark["column"])
        around = [p for p in ran if p.statement.start <= offset < p.statement.end and p.kind != "DoStmt"]
        if around:
            found[remark["rule_name"], around[-1].statement.start] = Lint(remark["rule_name"], around[-1])
    return tuple(found.values())


def _bare(text: str, ran: Sequence[Piece]) -> str:
    """The text with everything blanked but its statements, each where it stands; comments inside them go too."""
    parts, done = [], 0
    for piece in ran:
        start, end = piece.statement.start, piece.statement.end
        if piece.kind == "DoStmt" or start < done or text[start:end] != piece.statement.text:
            continue
        parts += [_blank(text[done:start]), piece.statement.text]
        done = end
        if end < len(text) and text[end] != "\n":
            parts.append(";")
            done += 1
    bare = "".join([*parts, _blank(text[done:])])
    if "--" not in bare and "/*" not in bare:
        return bare
    parts, done = [], 0
    for comment in Script(bare).comments:
        parts += [bare[done : comment.start], _blank(bare[comment.start : comment.end])]
        done = comment.end
    return "".join([*parts, bare[done:]])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]+", lambda line: " " * (line.end() - line.start()), text)


def _offset(script: Script, line: int, column: int) -> int:
    """squawk counts lines and bytes from 0."""
    row = script.line(line + 1).encode()[:column].decode(errors="ignore")
    return script.start_of(line + 1) + len(row)


@cache
def _binary() -> str:
    beside = shutil.which("squawk", path=sysconfig.get_path("scripts")) or shutil.which("squawk")
    if beside is None:
        raise RuntimeError(f"squawk is not installed in {Path(sysconfig.get_path('scripts'))}; pip install squawk-cli.")
    return beside
