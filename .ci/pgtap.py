"""The pgTAP file of a golden migration, run with pg_prove on a Postgres with pgTAP: it passes, and fails for each
policy that is opened to everybody.

    pgtap.py BIN [GOLDEN ...]

BIN holds the programs of a server for which pgTAP is installed (Debian: postgresql-15-pgtap). A golden goes by the
name of its case.
"""

import re
import subprocess
import sys
from pathlib import Path

from evals.cases import goldens
from tools.pgtap.write import write_tests
from tools.postgres.server import SUPERUSER, Server
from tools.workbench import Workbench

GOLDENS = ("quests", "document_shares")
EVERYBODY = """
select format('alter policy %%I on %%s %%s %%s', p.polname, p.polrelid::regclass,
              case when p.polqual is not null then 'using (true)' else '' end,
              case when p.polwithcheck is not null then 'with check (true)' else '' end)
from pg_policy p where p.polrelid = any (%s::regclass[])
"""


def main(programs: str, goldens: list[str]) -> int:
    passed, failed = 0, 0
    for golden in goldens or GOLDENS:
        problem = judge(programs, golden)
        print(f"FAILED: {golden}: {problem}" if problem else f"ok: {golden}", flush=True)
        passed, failed = (passed, failed + 1) if problem else (passed + 1, failed)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def judge(programs: str, golden: str) -> str:
    """What is wrong with the file; empty where it passes, and fails for each policy that lets everybody in."""
    (case,) = (case for case in goldens() if case.case == golden)
    project, migrations = case.home, case.migrations
    with Workbench.open(project) as bench:
        tests = write_tests(bench, migrations)
    if tests is None:
        return "no tests were written"
    with Server.start(bin=programs) as server:
        file = server.folder / tests.name
        file.write_text(tests.text)
        file.chmod(0o644)
        with server.connect() as conn:
            for migration in [*project.migrations, *migrations]:
                for statement in migration.statements:
                    conn.execute(statement.text.encode())
            tables = sorted(set(re.findall(r"delete from (public\.\w+)", tests.text)))
            policies = [text for (text,) in conn.execute(EVERYBODY, [tables])]
        with server.connect(user=SUPERUSER) as conn:
            conn.execute("create extension pgtap with schema extensions")
        if problem := prove(server, file):
            return problem
        for policy in policies:
            with server.clone() as broken:
                with server.connect(broken) as conn:
                    conn.execute(policy.encode())
                if not prove(server, file, broken):
                    return f"it still passes after: {policy}"
    return "" if policies else "no policy was broken"


def prove(server: Server, file: Path, database: str = "postgres") -> str:
    """What pg_prove says where it is not content."""
    command = ["pg_prove", "-h", str(server.folder), "-U", "postgres", "-d", database, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr)[-1500:] if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
