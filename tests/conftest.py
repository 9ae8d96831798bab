"""A real server for everybody: one per test process, a clone per test."""

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.postgres.server import Connection, Server
from tools.project import Project
from tools.workbench import Workbench

PROJECTS = Path(__file__).parent.parent / "evals" / "projects"

os.environ["MIGRATION_AGENT_DEBUG"] = "1"  # a check that breaks breaks the test
os.environ["SSL_CERT_DIR"] = str(PROJECTS)  # nobody here speaks TLS, and each client would read all authorities
gc.set_threshold(100_000, 20, 20)  # as the command line does
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is deaf to it, and all it starts


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", metavar="DIR", help="hostile drafts and faults: another server's programs")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: a worker that waits for its Postgres, or for time to pass, leaves one idle."""
    return len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)) + 1


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server.start() as running:
        yield running


@pytest.fixture
def db(server: Server) -> Iterator[Connection]:
    """As the role that runs migrations, on a database of its own with Supabase's baseline."""
    with server.clone() as name, server.connect(name) as conn:
        yield conn


@pytest.fixture
def superuser(server: Server, db: Connection) -> Iterator[Connection]:
    """The same database as `db`, as the tool itself."""
    with server.connect(db.info.dbname, "supabase_admin") as conn:
        yield conn


@pytest.fixture(scope="session")
def bench() -> Iterator[Workbench]:
    """The first sample project, ready to judge migrations on."""
    with Workbench.open(Project.find(PROJECTS / "inner_odyssey")) as opened:
        yield opened


@pytest.fixture(scope="session")
def team_bench() -> Iterator[Workbench]:
    """The second sample, whose tenancy goes by membership."""
    with Workbench.open(Project.find(PROJECTS / "team_docs")) as opened:
        yield opened


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the first sample project that a test may write to, in a path with a space."""
    return Path(shutil.copytree(PROJECTS / "inner_odyssey", tmp_path / "my project"))
