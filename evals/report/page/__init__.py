"""The report as one HTML file: no network, light and dark, each trial opens.

The tables stand in the page; charts and sorting need its script. What opens of a trial is kept compressed, by case,
and unpacked when it is asked for. Charts: Observable Plot on D3 (`vendor/`, ISC licence).
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any

from agent.transcript.markup import Html, join, tag
from agent.transcript.parts import folded
from evals.report import words
from evals.report.as_json import plain
from evals.report.page import table
from evals.report.page.trial import parts
from evals.report.summary import Summary, summarize
from evals.trial import Trial

SCRIPTS = ("vendor/d3.min.js", "vendor/plot.umd.min.js", "charts.js", "page.js")
STYLES = (("agent.transcript", "page.css"), ("evals.report.page", "page.css"))
KINDS = {"": "all cases", "failed": "not always passed", "unstable": "unstable", "split": "models differ"}
SEARCH = Html('<input type="search" id="search" placeholder="case, request, tag" autocomplete="off">')
CHARTS = {
    "rates": "How often a trial passes",
    "groups": "By tag",
    "costs": "What a trial costs, and how often it passes",
    "drafts": "Drafts that it took to pass",
    "time": "Where the time of a trial goes",
    "rules": "Rules that first drafts broke",
}


def render(trials: Sequence[Trial]) -> str:
    """The whole file."""
    trials = sorted(trials, key=lambda trial: trial.key)
    summary = summarize(trials)
    scripts = [files("evals.report.page").joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS]
    styles = [files(package).joinpath(name).read_text(encoding="utf-8") for package, name in STYLES]
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    head = join(
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'),
        tag("title", f"{words.headline(summary)} · migration-agent"),
        Html(f"<style>{''.join(styles)}</style>"),
    )
    body = tag("main", _header(summary), _charts(), _tables(summary), _cases(summary, trials), _footer(), id="main")
    data = join(_data(summary), *_details(trials))
    run = join(Html(f"<script>{script}</script>") for script in scripts)
    return f"<!doctype html>\n{tag('html', tag('head', head), tag('body', body, _dialog(), data, run), lang='en')}\n"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _header(summary: Summary) -> Html:
    themes = (
        tag("button", name, type="button", data_theme=theme, aria_pressed="true" if not theme else "false")
        for theme, name in (("", "Auto"), ("light", "Light"), ("dark", "Dark"))
    )
    return tag(
        "header",
        tag("div", themes, class_="themes", role="group", aria_label="Colours"),
        tag("h1", "Evaluation"),
        tag("p", tag("b", words.headline(summary))),
        tag("p", words.circumstances(summary), class_="quiet"),
        (tag("p", "! ", warning, class_="warning") for warning in words.warnings(summary)),
        tag("div", table.figures(summary), _chart("rates"), class_="first"),
        tag("p", words.EXPLAINED, class_="quiet"),
    )


def _charts() -> Html:
    rest = (_chart(name) for name in CHARTS if name != "rates")
    return tag("section", tag("h2", "Charts"), tag("div", rest, class_="charts"), id="charts", hidden=True)


def _tables(summary: Summary) -> Html | None:
    """What the charts show, and more of it, as tables."""
    told = [("By project and tag", table.groups(summary)), (CHARTS["rules"], table.rules(summary))]
    found = [folded(title, content) for title, content in told if content]
    return tag("section", found) if found else None


def _chart(name: str) -> Html:
    return tag("figure", tag("figcaption", CHARTS[name]), tag("div", class_="chart"), id=f"chart-{name}", hidden=True)


def _cases(summary: Summary, trials: Sequence[Trial]) -> Html:
    projects, tags = table.projects(trials), table.tags(trials)
    controls = tag(
        "div",
        tag("label", "Search ", SEARCH),
        _select("kind", "Show", KINDS),
        _select("project", "Project", _numbered(projects)) if projects else None,
        _select("tag", "Tag", _numbered(tags)) if tags else None,
        tag("span", id="shown", class_="quiet", role="status"),
        class_="controls",
        hidden=True,
    )
    key = "✓ passed, ✗ failed, ! infra; each opens."
    return tag(
        "section",
        tag("h2", "Cases"),
        controls,
        tag("p", key, class_="quiet"),
        table.cases(summary, trials),
        class_="rows",
    )


def _select(name: str, label: str, options: dict[str, str]) -> Html:
    shown = (tag("option", words, value=value) for value, words in options.items())
    return tag("label", f"{label} ", tag("select", shown, id=name, autocomplete="off"))


def _numbered(names: Sequence[str]) -> dict[str, str]:
    return {"": "any", **{str(nth): name for nth, name in enumerate(names)}}


def _dialog() -> Html:
    buttons = (
        tag("button", "← Before", type="button", id="before"),
        tag("button", "Next →", type="button", id="next"),
        tag("button", "Close", type="button", id="close"),
    )
    return tag(
        "dialog",
        tag("nav", buttons, tag("span", id="place", class_="quiet")),
        tag("div", id="detail", tabindex="-1"),
        id="trial",
        aria_labelledby="trial-title",
    )


def _footer() -> Html:
    return tag("footer", tag("p", "Written by migration-agent; nothing in it is sent anywhere.", class_="quiet"))


def _data(summary: Summary) -> Html:
    """What the charts show."""
    told: dict[str, Any] = plain(summary)
    for model in told["models"]:
        del model["by_case"], model["reasons"]
    return _script("summary", json.dumps(told, ensure_ascii=True).replace("<", "\\u003c"), "application/json")


def _details(trials: Sequence[Trial]) -> Iterator[Html]:
    """A block for each case: gzip in base64 of ``{"parts": [HTML, ...], "trials": {place: [part, ...]}}``."""
    at = 0
    for nth, (_, group) in enumerate(groupby(trials, key=lambda trial: trial.case)):
        own = list(group)
        known: dict[str, int] = {}
        places = {}
        for trial in own:
            places[at] = [known.setdefault(part, len(known)) for part in parts(trial)]
            at += 1
        told = json.dumps({"parts": list(known), "trials": places})
        packed = base64.b64encode(gzip.compress(told.encode(), 6, mtime=0)).decode()
        yield tag("script", Html(packed), type="text/plain", id=f"case-{nth}", data_to=str(at))


def _script(name: str, text: str, kind: str) -> Html:
    return tag("script", Html(text), type=kind, id=name)
