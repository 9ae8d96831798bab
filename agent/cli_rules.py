"""`rules`: what a rule means, why, how to fix it and how to allow it, with an example of each kind."""

import difflib
import json as jsonlib
import re
from importlib.resources import files
from typing import Any

from rich.table import Table
from rich.text import Text

from agent.cli_output import stdout, write
from agent.consent import explained
from tools import checks
from tools.config import ProjectError


def run(name: str | None, json: bool) -> int:
    """Raises ProjectError for a rule that nobody declared."""
    rules = documented(name)
    if json:
        write(jsonlib.dumps(rules, indent=2, ensure_ascii=False) + "\n")
    elif name is None:
        _list()
    else:
        _explain(name)
    return 0


def documented(name: str | None = None) -> list[dict[str, Any]]:
    """A rule, those of a check, or all, as ``--json`` has them. Raises ProjectError for what nobody declared."""
    declared = checks.rules()
    prefixes = {check.ID: check.PREFIX for check in checks.CHECKS}
    drafting = {rule: text for rule, text in explained().items() if name in (rule, rule.partition("/")[0])}
    if drafting:
        return [
            {"rule": rule, "severity": "error", "waivable": False, "explanation": text}
            for rule, text in drafting.items()
        ]
    if name is not None and name not in declared and name not in prefixes:
        near = difflib.get_close_matches(name, [*declared, *prefixes, *explained()], n=1, cutoff=0.3)
        raise ProjectError(f"No rule is called {name!r}." + (f" Did you mean {near[0]}?" if near else ""))
    prefix = prefixes.get(name or "", name)
    return [
        {
            "rule": rule,
            "severity": declared[rule].severity,
            "waivable": declared[rule].waivable,
            "explanation": checks.explain(rule),
            **{kind: text for kind in ("bad", "good") if (text := _example(rule, kind))},
        }
        for rule in declared
        if prefix is None or rule == prefix or rule.startswith(f"{prefix}/")
    ]


def _list() -> None:
    out = stdout()
    for check in checks.CHECKS:
        out.print(Text.assemble((check.ID, "bold"), f"  {check.TITLE}"))
        table = Table.grid(padding=(0, 2, 0, 0))
        for rule in check.RULES:
            allowed = "" if rule.waivable else "cannot be waived"
            table.add_row(Text(f"  {check.PREFIX}/{rule.slug}"), Text(rule.severity), Text(allowed))
        out.print(table)
    out.print("\nmigration-agent rules RULE says what one means, why, and how to fix it.")


def _explain(name: str) -> None:
    out = stdout()
    if drafting := [text for rule, text in explained().items() if name in (rule, rule.partition("/")[0])]:
        _print("\n\n".join(drafting))
        return
    _print(checks.explain(name))
    for kind in ("bad", "good"):
        if text := _example(name, kind):
            out.print()
            out.print(Text(f"Example, {kind}:", style="bold red" if kind == "bad" else "bold green"))
            out.print()
            _print("\n".join(f"    {line}".rstrip() for line in text.strip().splitlines()))


def _print(text: str) -> None:
    """A docstring: headings bold, SQL green; as long as its lines are."""
    out = stdout()
    for line in text.split("\n"):
        style = "bold" if line.startswith("## ") else "green" if line.startswith("    ") else ""
        out.print(Text(re.sub("^## ", "", line), style=style), soft_wrap=True)


def _example(name: str, kind: str) -> str:
    """The rule's example file, or what is good for all of its check; empty where there is none."""
    for check in checks.CHECKS:
        if "/" in name and name.startswith(f"{check.PREFIX}/"):
            folder = files("tools.checks").joinpath("examples", check.ID)
            own = {each: folder.joinpath(f"{name.split('/')[1]}.{each}.sql") for each in ("bad", "good")}
            path = own[kind]
            if kind == "good" and not path.is_file() and own["bad"].is_file():
                path = folder.joinpath("good.sql")
            if path.is_file():
                return path.read_text(encoding="utf-8")
    return ""
