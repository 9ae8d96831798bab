"""What `eval report`, `eval compare` and `eval export` do."""

import json
from collections.abc import Sequence
from pathlib import Path

from agent.cli_output import say, stdout, write
from evals.report import markdown
from evals.report.as_json import as_json, plain
from evals.report.comparison import Side, compare
from evals.report.comparison_view import ComparisonView
from evals.report.summary import summarize
from evals.report.terminal import SummaryView
from evals.trial import read
from tools.config import ProjectError


def report(
    runs: Sequence[Path], *, page: Path | None, text: Path | None, as_data: bool, threshold: float | None
) -> int:
    """`page` and `text` are files for HTML and markdown, ``-`` for standard output, which then has nothing else."""
    trials = read(runs)
    summary = summarize(trials)
    if page:
        from evals.report.page import render

        put(page, render(trials))
    if text:
        put(text, markdown.report(summary))
    if as_data:
        write(json.dumps(as_json(summary), indent=2) + "\n")
    elif "-" not in (str(page), str(text)):
        stdout().print(SummaryView(summary))
    below = summary.below(threshold)
    for model in below:
        say(f"{model.model} is below {threshold:.1%}.".replace("%", " %"))
    return 1 if below else 0


def held(before: Side, after: Side, *, text: Path | None, as_data: bool, allow: float | None) -> int:
    """B against A."""
    found = compare(before, after)
    if text:
        put(text, markdown.comparison(found, allow))
    if as_data:
        write(json.dumps([plain(one) for one in found], indent=2) + "\n")
    elif str(text) != "-":
        for nth, one in enumerate(found):
            stdout().print(*(["\n"] if nth else []), ComparisonView(one, allow))
    return 1 if any(one.worse_than(allow) for one in found) else 0


def exported(runs: Sequence[Path], to: Path, model: str | None) -> int:
    """As logs of Inspect; their names are printed."""
    from evals.report.inspect import export

    trials = [trial for trial in read(runs) if model in (None, trial.model)]
    if not trials:
        raise ProjectError(f"There is no trial of {model}." if model else "There is no trial to export.")
    for path in export(trials, to):
        stdout().print(str(path), soft_wrap=True)
    return 0


def put(path: Path, content: str) -> None:
    """A file, or standard output; a text that is not quite Unicode is written all the same."""
    if str(path) == "-":
        write(content)
        return
    path.write_text(content, encoding="utf-8", errors="replace", newline="\n")
    say(f"Wrote {path} ({len(content) / 1e6:.1f} MB)" if len(content) > 100_000 else f"Wrote {path}")
