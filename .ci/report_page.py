"""The page of `eval report` in a real browser: drawn, sorted, filtered, opened by keyboard, on a phone, and unharmed.

    report_page.py AXE [PICTURES]

AXE is axe-core's script, which knows what people who see little or use no mouse need; PICTURES a folder for PNGs.
Needs Chromium.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from chromium import Chromium

from agent.model import Usage
from evals.cases import cases
from evals.report.page import render
from evals.trial import DraftMade, File, Graded, Seconds, Setup, Trial
from tools.report import Access, CheckResult, Report

MODELS = ("claude-opus-5-5", "claude-haiku-5-5", "builtin", "null")
TRIALS = 5
Look = Callable[[Chromium, Path, Path], None]
HOSTILE = (
    "</script></pre><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "<svg onload=\"document.title='owned'\"></svg>]]>--><style>*{display:none}</style>{{constructor}}`${1}`"
)
QUESTS = "[...document.querySelectorAll('#cases tr')].find((row) => row.querySelector('b')?.textContent === 'quests')"
"""The row of that case."""
EVENT = {"event": "start", "request": HOSTILE, "model": HOSTILE, "created": "2026-11-23"}
SAID = {"event": "turn", "content": [{"type": "text", "text": HOSTILE}], "stop_reason": "end_turn", "model": HOSTILE}


def main(axe: Path, pictures: Path | None = None) -> int:
    trials = list(rows())
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder, Chromium() as browser:
        page = Path(folder) / "a report #1.html"
        page.write_text(render(trials), encoding="utf-8")
        print(f"{len(trials)} trials, {page.stat().st_size / 1e6:.1f} MB")
        for look in (opens, shows, moves, works_by_keyboard, is_for_everybody(axe), fits, keeps_quiet):
            try:
                look(browser, page, pictures or Path(folder))
            except (AssertionError, RuntimeError) as error:
                failed += 1
                print(f"FAILED: {look.__name__}: {error}", flush=True)
            else:
                passed += 1
                print(f"ok: {look.__name__}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def opens(browser: Chromium, page: Path, pictures: Path) -> None:
    """Quickly, with every chart and every trial's mark, as the system's colours are."""
    browser.size(1280, 1600)
    started = time.perf_counter()
    browser.open(page.as_uri())
    seconds = time.perf_counter() - started
    print(f"    opened in {seconds:.2f} s")
    equal(seconds < 10, True)
    equal(browser.run("document.querySelectorAll('[data-t]').length"), len(MODELS) * TRIALS * len(cases()) + 1)
    drawn = "[...document.querySelectorAll('figure[id]')].map((f) => f.hidden ? 0 : f.querySelectorAll('svg').length)"
    equal(all(browser.run(drawn)), True)
    paper = "getComputedStyle(document.body).backgroundColor"
    colours = []
    for scheme in ("light", "dark"):
        browser.prefer(scheme)
        colours.append(browser.run(paper))
        browser.picture(pictures / f"report-{scheme}.png")
    equal(len(set(colours)), 2)
    browser.run("document.querySelector('[data-theme=light]').click()")
    equal(browser.run(paper), colours[0])
    browser.run("document.querySelector('[data-theme=\"\"]').click()")
    equal(browser.run(paper), colours[1])
    browser.prefer("light")


def shows(browser: Chromium, page: Path, pictures: Path) -> None:
    """A trial opens with its difference, checklist and access; the hostile one with its words as words."""
    browser.run(f"{QUESTS}.querySelector('[data-t].bad').click()")
    browser.wait("document.querySelector('dialog[open] #trial-title')")
    for part in (".diff .added", ".diff .removed", ".evidence", ".access .wrong", ".story"):
        equal(browser.run(f"!!document.querySelector('#detail {part}')"), True, part)
    browser.picture(pictures / "report-trial.png")
    browser.run("document.querySelector('#close').click()")
    hostile = "[...document.querySelectorAll('#cases tr')].find((row) => row.textContent.includes('zz owned'))"
    browser.run(f"{hostile}.querySelector('[data-t]').click()")
    browser.wait("document.querySelector('#detail').textContent.includes('{{constructor}}')")
    equal(browser.run("document.title.includes('owned')"), False)
    equal(browser.run("document.querySelectorAll('#detail :is(script, img, style, svg)').length"), 0)
    browser.run("document.querySelector('#close').click()")


def moves(browser: Chromium, page: Path, pictures: Path) -> None:
    """Columns sort both ways, filters leave what fits, and a trial has an address."""
    column = "document.querySelectorAll('#cases thead button')[2]"
    shares = "[...document.querySelectorAll('#cases tbody tr')].map((row) => row.cells[2].dataset.v).filter(Boolean)"
    for way in ("ascending", "descending"):
        browser.run(f"{column}.click()")
        found = list(map(float, browser.run(shares)))
        equal(found, sorted(found, reverse=way == "descending"))
        equal(browser.run(f"{column}.parentNode.getAttribute('aria-sort')"), way)
    give = """(name, value) => {
        const it = document.querySelector(name);
        it.value = value;
        it.dispatchEvent(new Event("input"));
    }"""
    left = """[...document.querySelectorAll("#cases tbody tr")].filter((row) => !row.hidden)
        .map((row) => row.querySelector("b").textContent)"""
    browser.run(f"({give})('#search', 'QUESTS child')")
    equal("quests" in browser.run(left), True)
    browser.run(f"({give})('#search', '')")
    tag = "[...document.querySelectorAll('#tag option')].find((option) => option.textContent === 'rpc').value"
    browser.run(f"({give})('#tag', {tag})")
    equal(sorted(browser.run(left)), sorted(case.id for case in cases() if "rpc" in case.file.tags))
    browser.run(f"({give})('#tag', '')")
    browser.open(f"{page.as_uri()}#trial-7")
    browser.wait("document.querySelector('dialog[open] #trial-title')")
    equal(browser.run("document.querySelector('#detail .kicker').textContent.includes('trial 3')"), True)
    browser.run("document.querySelector('#close').click()")
    browser.wait("document.activeElement.dataset.t === '7'")


def works_by_keyboard(browser: Chromium, page: Path, pictures: Path) -> None:
    """Enter opens, arrows go on, Escape closes and the focus is where it was; everything has a name."""
    browser.run("document.querySelector('[data-t]').focus()")
    browser.press("Enter")
    browser.wait("document.querySelector('dialog[open] #trial-title')")
    browser.press("ArrowRight")
    browser.wait("document.querySelector('#place').textContent.startsWith('2 of')")
    browser.press("Escape")
    browser.wait("!document.querySelector('dialog[open]')")
    equal(browser.run("document.activeElement === document.querySelectorAll('[data-t]')[1]"), True)
    nameless = """[...document.querySelectorAll('button, input, select, [role=region], svg[role]')].filter(
        (it) => !(it.textContent.trim() || it.getAttribute('aria-label') || it.labels?.length)).length"""
    equal(browser.run(nameless), 0)


def is_for_everybody(axe: Path) -> Look:
    """Axe finds nothing, in light and dark, on the page and in a trial."""
    script = axe.read_text(encoding="utf-8")
    found = "axe.run().then((told) => told.violations.map((v) => [v.id, v.nodes.length, v.nodes[0].html]))"

    def is_for_everybody_by_axe(browser: Chromium, page: Path, pictures: Path) -> None:
        for scheme in ("light", "dark"):
            browser.prefer(scheme)
            browser.open("about:blank")
            browser.open(page.as_uri())
            browser.run(f"{script}; 0")
            equal(browser.run(found), [], f"{scheme}: page:")
            browser.run(f"{QUESTS}.querySelector('[data-t].bad').click()")
            browser.wait("document.querySelector('dialog[open] #trial-title')")
            equal(browser.run(found), [], f"{scheme}: trial:")

    return is_for_everybody_by_axe


def fits(browser: Chromium, page: Path, pictures: Path) -> None:
    """A phone shows the page, and a trial, without scrolling sideways."""
    browser.size(420, 900)
    browser.open(page.as_uri())
    browser.picture(pictures / "report-420.png")
    equal(browser.run("document.documentElement.scrollWidth"), 420)
    browser.run("document.querySelector('[data-t].bad').click()")
    browser.wait("document.querySelector('dialog[open] #trial-title')")
    equal(browser.run("document.querySelector('dialog').scrollWidth <= 420"), True)
    browser.picture(pictures / "report-420-trial.png")


def keeps_quiet(browser: Chromium, page: Path, pictures: Path) -> None:
    """Nothing was asked for but the file itself, and nothing went wrong."""
    equal({address.split("#")[0] for address in browser.asked_for} - {"about:blank"}, {page.as_uri()})
    equal(browser.complaints, [])


def equal(found: object, expected: object, what: str = "") -> None:
    assert found == expected, f"{what} {found!r}, not {expected!r}"


def rows() -> Iterator[Trial]:
    """Every case by every model, with all that a trial can have; and one whose every word is hostile."""
    for nth, case in enumerate(cases()):
        golden = File.of(case.golden.migrations) if case.golden else []
        other = [File(name=file.name, text=file.text.replace("create", "CREATE\n", 1)) for file in golden]
        for rank, model in enumerate(MODELS):
            for number in range(1, TRIALS + 1):
                passes = rank < 3 and (nth * 7 + rank * 3 + number) % (rank + 2) != 0
                yield Trial(
                    case=case.id, model=model, trial=number, outcome="pass" if passes else "fail",
                    score=100 if passes else 40, reasons=[] if passes else ["missing: policy on public.quests"],
                    first=Graded(outcome="fail", score=70) if golden else None,
                    drafts=[DraftMade(number=1, verdict="fail", rules=["rls/initplan"], files=other)],
                    answer=golden if passes else other, usage=Usage(12_000, 900), cost=0.01 * (3 - rank),
                    seconds=Seconds(model=9.0, database=0.8, grading=0.4, total=10.2), report=checked(passes),
                    project=case.file.project, request=case.request, tags=list(case.file.tags),
                    expect=list(case.file.expect), golden=golden, transcript=[EVENT, SAID],
                    setup=Setup(version="0.1.0", case=case.id),
                )  # fmt: skip
    own = [File(name=HOSTILE, text=HOSTILE)]
    yield Trial(
        case="zz owned", model=MODELS[0], trial=1, outcome="fail", score=1, reasons=[HOSTILE], words=HOSTILE,
        answer=own, golden=own, project=HOSTILE, request=HOSTILE, tags=[HOSTILE], transcript=[EVENT, SAID],
        ended=HOSTILE, started=HOSTILE, setup=Setup(version=HOSTILE, postgres=HOSTILE), drafts=[
            DraftMade(number=1, verdict="fail", rules=[HOSTILE], files=own)],
    )  # fmt: skip


def checked(passes: bool) -> Report:
    rls = CheckResult(id="rls", title="Row level security", status="pass" if passes else "fail", evidence=HOSTILE)
    seen = "denied" if passes else "allowed"
    access = [Access(table="public.quests", actor="other", verb="select", outcome=seen, expected="denied")]
    return Report.of("supabase/migrations/1_a.sql", [rls], postgres="18.6", seconds=0.1, access=access)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
