"""A real Ray cluster of two nodes: eval run gives the rows there that threads give, also where a node dies in mid-run.

Needs Ray beside what is installed (`PYTHONPATH`).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ray.cluster_utils import Cluster

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from evals.trial import FILE, read, rows  # noqa: E402
from tests.evals.run.small import settled  # noqa: E402

COMMAND = [sys.executable, "-c", "from evals.cli import main; main()", "eval", "run", "--quiet"]
WHAT = ["--model", "golden", "--model", "builtin", "--model", "replay", "--case", "child_s*", "--trials", "2"]
MEMORY = 100 * 1024 * 1024
SECONDS = 100


def main() -> int:
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])}
    small = {"num_cpus": 1, "object_store_memory": MEMORY, "include_dashboard": False}
    with tempfile.TemporaryDirectory() as folder:
        threads, both, one = (Path(folder, name) for name in ("threads", "both", "one"))
        assert "No Ray cluster answers" in run("--engine", "ray", "--out", str(threads), expected=2)
        run("--out", str(threads))
        cluster = Cluster(initialize_head=True, head_node_args=small)
        try:
            second = cluster.add_node(**small)
            os.environ["RAY_ADDRESS"] = cluster.address
            run("--engine", "ray", "--out", str(both))
            nodes = len(rows(both / FILE))
            assert told(both) == told(threads), "other rows than threads give"
            print(f"ok: {nodes} rows on two nodes, as of threads", flush=True)
            process = start("--engine", "ray", "--out", str(one))
            until(one / FILE, 3)
            cluster.remove_node(second, allow_graceful=False)
            said, _ = process.communicate(timeout=SECONDS)
            assert process.returncode == 0, said
            lost = [row for row in rows(one / FILE) if row.outcome == "infra"]
            assert lost, "nobody noticed that a node had gone"
            assert told(one) == told(threads), "other rows than threads give"
            print(f"ok: a node died with {len(lost)} trials, which were tried again: {lost[0].reasons[0][:100]}")
        finally:
            cluster.shutdown()
    return 0


def start(*more: str) -> "subprocess.Popen[str]":
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen([*COMMAND, *WHAT, *more], text=True, **pipes)


def run(*more: str, expected: int = 0) -> str:
    process = start(*more)
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == expected, said
    return said


def until(path: Path, number: int) -> None:
    """There are so many rows."""
    patience = time.monotonic() + SECONDS
    while not path.exists() or path.read_bytes().count(b"\n") < number:
        assert time.monotonic() < patience, "no rows"
        time.sleep(0.05)


def told(folder: Path) -> list[Any]:
    return [settled(trial) for trial in read([folder])]


if __name__ == "__main__":
    sys.exit(main())
