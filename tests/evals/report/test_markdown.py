"""What a pull request gets: tables that are tables, whatever stands in a case, a model or a reason."""

from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given, settings
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from evals.cli import app
from evals.report import markdown
from evals.report.comparison import Side, compare
from evals.report.summary import summarize
from evals.trial import Graded, Trial
from tests.evals.report.rows import HOSTILE, RUNS, draft, put, trial

GFM = MarkdownIt("commonmark", {"html": True}).enable("table")
OURS = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary", "ul", "li", "sub"}


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.widths: list[int] = []
        self.feed(GFM.render(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.widths.append(0)
        if tag in ("td", "th"):
            self.widths[-1] += 1


def test_a_report_is_short_and_folds_its_details() -> None:
    rows = [trial("quests", "opus", cost=0.25, first=Graded(outcome="fail", score=40), drafts=[draft(1, "file/name")])]
    text = markdown.report(summarize([*rows, trial("teams", "opus", mark="fail", tags=["table"])]))
    lines = text.splitlines()
    assert lines[0] == "### Evaluation: 2 cases, 1 model, 2 trials"
    assert "| `opus` | 50.0 % (9.5–90.5) | 0.0 % | 50.0 % | – | unknown | 0 ms |" in lines
    assert "| `file/name` | 1 | 0 | `quests` |" in lines
    assert "<summary>Not always passed: 1 case of 2</summary>" in lines
    assert "| tag `table` | 0.0 % (0.0–79.3) |" in lines


@settings(max_examples=12)
@given(RUNS)
def test_nothing_in_it_becomes_more_than_text(trials: list[Trial]) -> None:
    found = Tags(markdown.report(summarize(trials)))
    assert found.seen <= OURS
    assert found.attributes <= {"open"}


def test_a_comparison_says_first_whether_it_may_stay() -> None:
    before = [trial(f"c{n}", number=1) for n in range(9)]
    after = [trial(f"c{n}", mark="fail", reasons=[HOSTILE]) for n in range(9)]
    told = compare(Side(HOSTILE, {HOSTILE: before}), Side("b", {"m": after}))
    text = markdown.comparison(told, None)
    assert text.startswith("### ❌ B is worse by more than chance explains: −100.0 points.\n")
    found = Tags(text)
    assert found.seen <= OURS
    assert sorted(set(found.widths)) == [3, 4]
    assert markdown.comparison(told, 1.0).startswith("### ✅ B may stay")


def test_it_is_written_or_printed(tmp_path: Path) -> None:
    run, file = str(put(tmp_path / "run", trial("a"))), tmp_path / "report.md"
    printed = CliRunner().invoke(app, ["eval", "report", run, "--markdown", "-"]).stdout
    both = CliRunner().invoke(app, ["eval", "report", run, "--markdown", str(file)])
    assert both.exit_code == 0
    assert both.stdout.startswith("1 case, 1 model, 1 trial\n")
    assert file.read_text() == printed
    held = CliRunner().invoke(app, ["eval", "compare", run, run, "--markdown", "-"])
    assert held.stdout.startswith("### ✅ No difference that chance does not explain: 0.0 points.")
