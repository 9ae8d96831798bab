"""`/migrate explain`: what a rule means, or the checklist of a pull request as it is now. Needs no model."""

import re
from pathlib import Path

from agent.cli_rules import documented
from agent.github.artefact import MOST_FILES
from agent.github.client import GitHub
from agent.github.objects import Pull
from agent.github.scratch import scratch
from agent.github.snapshot import take
from agent.github.target import Target
from agent.github.text import fitted, folded
from tools.config import ProjectError
from tools.render import markdown
from tools.render.gfm import block, code
from tools.workbench import Workbench


def rule(name: str) -> str:
    """What a rule, or each rule of a check, means. Raises ProjectError for what nobody declared."""
    parts = []
    for told in documented(name):
        explained = f"### {code(told['rule'])}\n\n{_markdown(told['explanation'])}"
        examples = [folded(f"Example, {kind}", block(told[kind], "sql")) for kind in ("bad", "good") if kind in told]
        parts.append(("\n\n".join([explained, *examples]), f"### {code(told['rule'])}"))
    return fitted(parts, 60_000)


def _markdown(explanation: str) -> str:
    """Ours, so Markdown as it is, but for the heading, which is the rule's name."""
    first, _, rest = explanation.strip().partition("\n")
    told = rest.strip() if "/" in first and " " not in first.removeprefix("## ") else explanation
    return "\n\n".join(_unwrapped(part) for part in re.split(r"\n{2,}", told))


def _unwrapped(part: str) -> str:
    """A paragraph in one line: in comments GitHub shows line breaks as they are written."""
    lines = part.split("\n")
    return part if any(re.match(r"\s|[-*|#]|\d+\.|```", line) for line in lines) else " ".join(lines)


_NONE = "This pull request brings no new migration."


def checklist(pull: Pull, target: Target, github: GitHub, where: str) -> str:
    """The report on what the pull request brings, at its present commit. Raises what `check` raises."""
    with scratch() as folder:
        snapshot = take(github, pull.head.sha, folder, where)
        brought = target.revised(snapshot)
        if not brought:
            return _NONE
        if len(brought) > MOST_FILES:
            raise ProjectError(f"The pull request brings more than {MOST_FILES} migrations.")
        project = snapshot.project
        names = {Path(path).name for path in brought}
        migrations = [migration for migration in project.migrations if migration.file_name in names]
        if not migrations:
            return _NONE
        with Workbench.open(project, before=migrations[0].version) as bench:
            later = [m for m in project.migrations if m.version > migrations[-1].version]
            report = bench.judge(migrations, written=True, later=later).under(brought)
    parts = [(markdown.render(each), "_The rest is too long to be shown here._") for each in [report]]
    return fitted([(f"As it is at {pull.head.sha[:12]}:", ""), *parts])
