"""What the README says is so: its commands run, its screen is what the demo prints, its examples are read."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client, StdioServerParameters

from tests.agent.github.repository import git
from tools.config import Config
from tools.migration import Migration
from tools.report import Report

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
AGENT = Path(sys.executable).with_name("migration-agent")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("migration-agent ")]
(EVERY,) = (command for command in COMMANDS if "--all" in command)


def demo(folder: Path) -> str:
    """What `make demo` prints on standard output, 100 columns wide."""
    request = (ROOT / "evals" / "demo.txt").read_text().rstrip("\n")
    command = [AGENT, "new", "--quiet", "--project", folder, "--model", "builtin", request]
    return subprocess.run(
        command, env=os.environ | {"COLUMNS": "100"}, capture_output=True, text=True, check=True
    ).stdout


def run(command: str, folder: Path, *more: str) -> str:
    words = [*shlex.split(command, comments=True)[1:], *more]
    done = subprocess.run([AGENT, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != EVERY])
def test_its_commands_run(sample: Path, command: str) -> None:
    git("init", "--quiet", "--initial-branch=main", str(sample))
    git("-C", str(sample), "add", "--all")
    git("-C", str(sample), "commit", "--quiet", "-m", "As it is")
    run(command, sample)


def test_no_migration_of_the_sample_is_blamed(sample: Path) -> None:
    reports = [Report.model_validate(each) for each in json.loads(run(EVERY, sample, "--json"))]
    assert len(reports) == len(list((sample / "supabase" / "migrations").glob("*.sql")))
    assert {report.migration: report.findings() for report in reports if not report.clean} == {}
    assert not any(report.notes for report in reports)


def rows(text: str) -> list[str]:
    """The checklist's marks and titles; evidence wraps differently with every number in it."""
    return [line[:40].rstrip() for line in text.splitlines() if re.match(r"[✓✗!–]  \S", line)]


def test_its_screen_is_what_the_demo_prints(sample: Path) -> None:
    screen = README.split("<!-- screen:begin -->\n")[1].split("<!-- screen:end -->")[0]
    printed = demo(sample)
    assert rows(screen) == rows(printed)
    assert len(rows(screen)) == 17
    assert re.search(r"^✓ pass supabase/migrations/\d{14}_add_quests.sql: no findings", screen, re.MULTILINE)
    assert re.search(r"^✓ pass supabase/migrations/\d{14}_add_quests.sql: no findings", printed, re.MULTILINE)
    assert "create table if not exists public.quests" in printed


def test_its_examples_are_read(tmp_path: Path) -> None:
    (settings,) = blocks("toml")
    (tmp_path / "migration-agent.toml").write_text(settings)
    config = Config.load(tmp_path / "migration-agent.toml")
    assert (config.limits.cost, config.sample_rows[0].table) == (2.0, "public.coupons")
    assert config.conventions.tenants == ("public.organizations",)
    (waiver,) = Migration("x.sql", blocks("sql")[0]).waivers
    assert waiver.reason


def test_an_assistant_is_configured_with_these_lines(sample: Path) -> None:
    (settings,) = blocks("json")
    (server,) = json.loads(settings)["mcpServers"].values()
    assert server["command"] == AGENT.name
    here = StdioServerParameters(command=str(AGENT), args=server["args"], cwd=sample)

    async def asked() -> str:
        async with Client(here) as client:
            return str(await client.call_tool("describe_schema", {"names": ["children"]}))

    assert "table public.children" in anyio.run(asked)


def test_its_workflows_and_hooks_are_those_that_there_are() -> None:
    examples = "".join(path.read_text() for path in sorted((ROOT / "examples" / "github").iterdir()))
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    lines = [line.strip("- ") for block in blocks("yaml") for line in block.splitlines()]
    pinned = [line.split("#")[0].strip() for line in lines if line.startswith("uses: ")]
    assert len(pinned) == 2
    assert all(line in examples for line in pinned)
    assert [line for line in lines if line.startswith("id: ")] == [f"id: {re.findall(r'- id: (.+)', hooks)[0]}"]
    for path in (ROOT / "examples" / "github").iterdir():
        assert path.name in README


def test_its_webhook_server_says_what_it_shows(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks("text") if "migration-agent serve" in block]
    (command,) = re.findall(r"^\$ migration-agent (serve .+)$", shown, re.MULTILINE)
    names = re.findall(r"export (\w+)=", shown)
    arguments = command.replace("8080", "0").replace("/var/lib/migration-agent", str(tmp_path)).split()
    environment = os.environ | dict.fromkeys(names, "x" * 32)
    with subprocess.Popen([AGENT, *arguments], env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        said = server.stderr.readline()
        server.terminate()
        assert server.communicate(timeout=30)[1] == "Stopped; 0 waiting.\n"
    assert re.sub(r":\d+/", ":8080/", said) == shown.splitlines()[-1] + "\n"
    assert server.returncode == 0
