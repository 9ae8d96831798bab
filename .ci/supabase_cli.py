"""Every request of evals/requests.toml: drafted without a key, checked, then judged by the real Supabase CLI.

    supabase_cli.py PATH_OF_THE_CLI [ID ...]

Each migration must pass `check` with no warning, apply with `supabase db reset` on a throwaway server over loopback
TCP, and bring nothing new to `supabase db advisors`.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from tools.postgres.server import Server

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "evals" / "projects" / "inner_odyssey"
AGENT = str(Path(sys.executable).with_name("migration-agent"))


def main(cli: str, wanted: list[str]) -> int:
    requests = tomllib.loads((ROOT / "evals" / "requests.toml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        known = advisors(cli, copy(Path(folder) / "base"))
        passed, failed = 0, 0
        for name, entry in requests.items():
            for number, request in enumerate(entry["wordings"], start=1):
                if wanted and name not in wanted:
                    continue
                problem = judge(cli, copy(Path(folder) / f"{name} {number}"), request, known)
                passed, failed = (passed, failed + 1) if problem else (passed + 1, failed)
                print(f"FAILED: {name} {number}: {problem}" if problem else f"ok: {name} {number}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


class Refused(Exception):  # noqa: N818
    """The CLI does not take the project."""


def judge(cli: str, project: Path, request: str, known: set[str]) -> str:
    """What is wrong with the migration that the request gives; empty when nothing is."""
    before = set((project / "supabase" / "migrations").iterdir())
    made = run([AGENT, "new", "--project", str(project), "--model", "builtin", "--json", request])
    if made.returncode:
        return f"new ended with {made.returncode}: {made.stderr.strip()[:300]}"
    new = sorted(set((project / "supabase" / "migrations").iterdir()) - before)
    checked = run([AGENT, "check", "--project", str(project), "--json", *map(str, new)])
    reports: Any = json.loads(checked.stdout)
    for report in reports if isinstance(reports, list) else [reports]:
        findings = [f"{f['rule']} {f['message']}" for c in report["checks"] for f in c["findings"] if not f["waived"]]
        if report["verdict"] != "pass" or findings:
            return f"check says {report['verdict']}: {findings}"
    try:
        fresh = advisors(cli, project) - known
    except Refused as refused:
        return str(refused)
    return f"advisors report {sorted(fresh)}" if fresh else ""


def advisors(cli: str, project: Path) -> set[str]:
    """Resets a throwaway server to the project's history and returns the keys of Supabase's own lints.

    Raises Refused.
    """
    port = free_port()
    url = f"postgresql://postgres:x@127.0.0.1:{port}/postgres?sslmode=disable"
    with Server.start(port=port) as server:
        with server.connect(user="supabase_admin") as conn:
            conn.execute("alter database postgres set pgrst.db_schemas = 'public'")
        reset = run([cli, "db", "reset", "--db-url", url, "--yes"], cwd=project)
        if reset.returncode:
            raise Refused(f"db reset failed: {(reset.stdout + reset.stderr).strip()[-600:]}")
        advice = run([cli, "db", "advisors", "--db-url", url, "--level", "info", "--output", "json"], cwd=project)
        if advice.returncode:
            raise Refused(f"db advisors failed: {(advice.stdout + advice.stderr).strip()[-600:]}")
    return {f"{lint['name']} {lint['cache_key']}" for lint in lints(advice.stdout)}


def lints(text: str) -> list[dict[str, str]]:
    start = min((i for i in (text.find("["), text.find("{")) if i >= 0), default=-1)
    if start < 0:
        return []
    found = json.loads(text[start:])
    # An index is never "used" on a database that nobody queried.
    return [
        lint
        for lint in (found if isinstance(found, list) else found.get("lints", found.get("result", [])))
        if lint["name"] != "unused_index"
    ]


def copy(target: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, target))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str], cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"SUPABASE_TELEMETRY_DISABLED": "1", "DO_NOT_TRACK": "1"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
