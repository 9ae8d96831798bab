"""The page as it is written: whole, alone, and nothing that a row says acts in it. A browser is tried elsewhere."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from typer.testing import CliRunner

from evals.cli import app
from evals.report.page import CHARTS, render
from evals.trial import File, Graded, Trial
from tests.agent.transcript.logs import DRAFTED, END
from tests.evals.report.rows import GOLDEN, HOSTILE, RUNS, draft, put, trial
from tools.report import Access, CheckResult, Report

EVENTS = [{"event": kind, **data} for kind, data in (*DRAFTED, END)]
VOID = {"meta", "input"}


class Page(HTMLParser):
    """A page as a browser reads it: its elements, its text, its scripts, and what opens of each trial."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: dict[str, list[dict[str, str | None]]] = {}
        self.text = ""
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.setdefault(tag, []).append(dict(attrs))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif self.open and self.open[-1] != "style":
            self.text += data

    @property
    def trials(self) -> dict[int, str]:
        """The HTML that opens, by the trial's place."""
        told: dict[int, str] = {}
        for attributes, text in self.scripts:
            if (attributes.get("id") or "").startswith("case-"):
                block: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(text)))
                told |= {int(at): "".join(block["parts"][n] for n in own) for at, own in block["trials"].items()}
        return told


def report(outcome: str = "denied") -> Report:
    check = CheckResult(id="rls", title="Row level security", status="pass", evidence="proved on rows")
    access = [Access(table="public.quests", actor="other", verb="select", outcome=outcome, expected="denied")]
    return Report.of("supabase/migrations/1_a.sql", [check], postgres="18.6", seconds=0.2, access=access)


def test_a_trial_opens_with_all_that_is_known_of_it() -> None:
    wrong = [File(name=GOLDEN[0].name, text="create table public.quests (id int primary key);\n")]
    one = trial(
        "quests",
        mark="fail",
        answer=wrong,
        report=report("allowed"),
        transcript=EVENTS,
        request="Add quests",
        words="Done.",
        first=Graded(outcome="fail", score=12),
        drafts=[draft(1, "rls/leak-read")],
        expect=["migration", "asked"],
    )
    page = Page(render([one]))
    words = re.sub(r"<[^>]+>", "", page.trials[0])
    for said in (
        "✗ fail",
        "quests went wrong",
        "Add quests",
        "The right answer is a migration or a question.",
        "Done.",
        "✗ 12",
        "+1 −1",
        "Row level security",
        "proved on rows",
        "✗ allowed, not denied",
        "1 not as expected",
        "Checklist, draft by draft",
        "The model was given",
        "Turn 1",
        "reversible/leftover",
        "What it took",
    ):
        assert said in words, said
    assert Page(page.trials[0]).open == []
    assert 'class="removed"' in page.trials[0]


def test_each_trial_has_its_mark_and_the_figures_stand_without_a_script() -> None:
    marks = ["pass", "fail", "infra"]
    more = {"tags": ["enum"], "project": "p", "drafts": [draft(1, "file/name")]}
    page = Page(render([trial(case, "m", n, mark, **more) for case in "ab" for n, mark in enumerate(marks, start=1)]))
    buttons = [each for each in page.tags["button"] if "data-t" in each]
    assert [each["data-t"] for each in buttons] == list("012345")
    assert [each["aria-label"] for each in buttons[:3]] == [
        "trial 1: pass",
        "trial 2: fail, score 40",
        "trial 3: infra",
    ]
    for said in ("50.0 %", "Project p50.0 % 9.5–90.5, 2 cases", "Tag enum50.0 %", "file/name4 of 40a, b"):
        assert said in page.text
    assert [each["data-kind"] for each in page.tags["tr"] if "data-kind" in each] == ["failed unstable"] * 2
    assert {f"chart-{name}" for name in CHARTS} <= {each.get("id") for each in page.tags["figure"]}
    assert sorted(page.trials) == list(range(6))


@settings(max_examples=10)
@given(RUNS)
def test_nothing_that_a_row_says_acts(trials: list[Trial]) -> None:
    text = render(trials)
    page = Page(text)
    known = {"", "application/json", "text/plain"}
    assert {attributes.get("type") or "" for attributes, _ in page.scripts} <= known
    assert len([1 for attributes, _ in page.scripts if not attributes.get("type")]) == 4
    allowed = {"lang", "class", "id", "title", "type", "role", "hidden", "scope", "name", "content", "charset", "value"}
    allowed |= {"placeholder", "autocomplete", "tabindex", "http-equiv", "href", "open"}
    for html in (page, *map(Page, page.trials.values())):
        used = {name for own in html.tags.values() for each in own for name in each}
        assert {name for name in used if not name.startswith(("data-", "aria-"))} <= allowed
        assert not {"img", "svg", "iframe", "b onclick"} & html.tags.keys()
    assert "alert(1)" not in "".join(script for attributes, script in page.scripts if not attributes.get("type"))


def test_it_reads_nothing_but_itself(tmp_path: Path) -> None:
    run, file = put(tmp_path / "run", trial("quests", HOSTILE, request=HOSTILE)), tmp_path / "report.html"
    result = CliRunner().invoke(app, ["eval", "report", str(run), "--html", str(file)])
    assert result.exit_code == 0
    page = Page(file.read_text())
    (policy,) = [each["content"] for each in page.tags["meta"] if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src" not in policy
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & page.tags.keys()
    assert not any({"src", "href", "action", "srcset"} & each.keys() for own in page.tags.values() for each in own)
    assert file.stat().st_size < 1_000_000
