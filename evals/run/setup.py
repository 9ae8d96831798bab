"""What was tried, in hashes: rows of another case, prompt, version or with other limits are another experiment's."""

import hashlib
import json
import subprocess
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path

from agent.prompt import system
from agent.tools import SCHEMAS
from evals.cases import Case
from evals.run.models import Contestant
from evals.trial import Setup
from tools.config import Limits
from tools.project import Project

_HOME = Path(__file__).parents[2]
_SECONDS = 10


def setup(case: Case, by: Contestant, limits: Limits, version: str) -> Setup:
    """All but the server's version, which is known once it runs."""
    prompt = _prompt() if by.waits else ""
    return Setup(version=version, prompt=prompt, case=_case(case), limits=limits.model_dump())


@cache
def version() -> str:
    """``0.1.0+1a2b3c4``; ``.changed`` where files differ from that commit. The commit only where there is one."""
    number = installed("migration-agent")
    if not (_HOME / ".git").exists():
        return number
    command = ["git", "-C", str(_HOME), "describe", "--always", "--exclude=*", "--abbrev=12", "--dirty=.changed"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return number
    return f"{number}+{told.stdout.strip()}" if told.returncode == 0 else number


@cache
def _prompt() -> str:
    return _hash(json.dumps([system(), SCHEMAS], sort_keys=True).encode())


def _case(case: Case) -> str:
    return _files(case.folder, _project(case.base, case.home))


@cache
def _files(folder: Path, project: str) -> str:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    texts = [f"{path.relative_to(folder)}\0".encode() + path.read_bytes() for path in files]
    return _hash(project.encode(), *texts)


_PROJECTS: dict[tuple[str, ...], str] = {}


def _project(base: tuple[str, ...], project: Project) -> str:
    """Of what a project's database comes from, and the house rules that it is judged by."""
    if base not in _PROJECTS:
        texts = [f"{m.file_name}\0{m.text}" for m in project.migrations] + [seed.text for seed in project.seeds]
        texts += [project.config.model_dump_json(), json.dumps(project.settings, sort_keys=True, default=str)]
        _PROJECTS[base] = _hash(*(text.encode() for text in texts))
    return _PROJECTS[base]


def _hash(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8) + part)
    return found.hexdigest()[:16]
