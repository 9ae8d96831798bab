"""What a draft could leave behind outside of its transaction: on the server, in other databases, on the machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from tools.history import ASIDE
from tools.postgres.cluster import ARCHIVE, DATABASE, SUPERUSER
from tools.workbench import Workbench

Traces: TypeAlias = Mapping[str, object]

WRITTEN = Path("/tmp/hostile-was-here")
"""What drafts try to write or run."""
_SHARED, _OWN = (Path(__file__).with_name(name).read_text() for name in ("shared.sql", "own.sql"))


def traces(bench: Workbench) -> Traces:
    """Equal before and after."""
    server = bench.server
    with server.connect("template1", SUPERUSER) as conn:
        found: dict[str, object] = dict(conn.execute(_SHARED).fetchall())
    for database in (DATABASE, ASIDE):
        with server.connect(database, SUPERUSER) as conn:
            found[database] = conn.execute(_OWN).fetchall()
    stored = (bench.snapshot / ARCHIVE).stat()
    found["stored"] = stored.st_size, stored.st_mtime_ns
    found["written"] = WRITTEN.exists()
    found["run folder"] = sorted(path.name for path in server.folder.iterdir())
    return found
