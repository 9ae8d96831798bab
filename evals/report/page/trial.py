"""What opens where a trial is clicked: why it failed, its answer beside the golden, the checklist, the transcript.

Given as parts in order, so that what trials have in common (the schema, the golden) is in the file once.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from agent.runs import SavedRun
from agent.transcript import events, page, sql
from agent.transcript.markup import Html, join, tag
from agent.transcript.parts import checklist, difference, folded, lines_of, listing, mark
from agent.transcript.read import Transcript, read
from agent.transcript.words import cached
from evals.report.words import paid, tokens
from evals.trial import File, Trial
from tools.config import ProjectError
from tools.render.plain import counted, seconds, statuses
from tools.report import Access, CheckResult, Report

OUTCOMES = {"pass": ("✓", "good", "pass"), "fail": ("✗", "bad", "fail"), "infra": ("!", "idle", "infra")}
"""Sign, tone, word."""
EXPECTED = {
    "migration": "a migration",
    "satisfied": "that it is there already",
    "asked": "a question",
    "refused": "a refusal",
}
Files = tuple[tuple[str, str], ...]
"""Name and text."""


def parts(trial: Trial) -> Iterator[Html]:
    """In order."""
    yield _header(trial)
    yield _reasons(trial)
    yield tag(
        "section", tag("h3", "Request"), tag("p", page.prose(trial.request.strip()), class_="said"), _wanted(trial)
    )
    if trial.words:
        yield tag("section", tag("h3", "In its words"), tag("p", page.prose(trial.words), class_="said"))
    if trial.golden or trial.answer:
        yield _beside(_files(trial.golden), _files(trial.answer))
    if trial.report:
        yield _checklist(trial.report)
        yield from _access(trial.report)
    yield from _transcript(trial)


def _header(trial: Trial) -> Html:
    sign, tone, word = OUTCOMES[trial.outcome]
    badge = tag("span", f"{sign} {word}", class_=f"badge {tone}")
    facts = [f"trial {trial.trial}", f"ended: {trial.ended}" if trial.ended else "", trial.started]
    used = trial.usage
    figures = [
        ("Score", "–" if trial.score is None else str(trial.score), "of 100"),
        ("First draft", _first(trial), ""),
        ("Drafts", str(len(trial.drafts)), ""),
        ("Turns", str(trial.turns), ""),
        ("Tokens", tokens(used.total), cached(used)),
        ("Cost", paid(trial.cost), ""),
        ("Model", seconds(trial.seconds.model), ""),
        ("Database", seconds(trial.seconds.database), f"grading {seconds(trial.seconds.grading)}"),
    ]
    return tag(
        "header",
        tag("p", badge, tag("code", trial.model), tag("span", " · ".join(filter(None, facts))), class_="kicker"),
        tag("h2", trial.case, id="trial-title"),
        tag("dl", (_figure(*figure) for figure in figures), class_="figures"),
    )


def _figure(name: str, value: str, more: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value), tag("dd", more, class_="quiet") if more else None)


def _first(trial: Trial) -> str:
    return f"{OUTCOMES[trial.first.outcome][0]} {trial.first.score}" if trial.first else "–"


def _reasons(trial: Trial) -> Html:
    own = _list("Why", trial.reasons)
    first = trial.first.reasons if trial.first and trial.first.outcome == "fail" and trial.outcome == "pass" else []
    return join(own, _list("What the first draft lacked", first))


def _list(title: str, reasons: Sequence[str]) -> Html | None:
    items = (tag("li", page.prose(reason)) for reason in reasons)
    return tag("section", tag("h3", title), tag("ul", items, class_="reasons")) if reasons else None


def _wanted(trial: Trial) -> Html | None:
    wanted = " or ".join(EXPECTED.get(each, each) for each in trial.expect)
    return tag("p", f"The right answer is {wanted}.", class_="quiet") if wanted else None


def _files(files: Sequence[File]) -> Files:
    return tuple((file.name, file.text) for file in files)


@lru_cache(maxsize=64)  # trials of one case often give the same answer
def _beside(golden: Files, answer: Files) -> Html:
    """The golden, and what the answer has instead."""
    title = tag("h3", "The answer beside the golden")
    whole = [
        folded(join(f"{word} ", tag("code", name)), listing(text), lines_of(text))
        for word, files in (("Answer", answer), ("Golden", golden))
        for name, text in files
    ]
    if not golden:
        return tag("section", tag("h3", "The answer"), tag("p", "No file was the right answer.", class_="quiet"), whole)
    if not answer:
        return tag("section", title, tag("p", "It wrote no file.", class_="quiet"), whole)
    changed = list(sql.changes(_as_events(golden), _as_events(answer)))
    note = "What text says is not what is graded: red is the golden's, green is the answer's."
    shown = [tag("p", note, class_="quiet"), *(difference(change, "") for change in changed)]
    return tag("section", title, shown if changed else tag("p", "The same text."), whole)


def _as_events(files: Files) -> list[events.File]:
    return [events.File(name=name, text=text) for name, text in files]


def _checklist(report: Report) -> Html:
    """Of every file, what does not pass first."""
    tables = []
    for each in (report, *report.parts):
        shown = sorted(each.checks, key=lambda check: check.status not in ("fail", "warn"))
        rows = (tag("tr", tag("td", mark(c.status)), tag("th", c.title, scope="row"), _evidence(c)) for c in shown)
        name = tag("p", tag("code", each.migration)) if report.parts else None
        tables.append(join(name, tag("div", tag("table", tag("tbody", rows), class_="evidence"), class_="wide")))
    return folded("Checklist of the answer", tables, statuses(report), shown=report.verdict == "fail")


def _evidence(check: CheckResult) -> Html:
    """What was observed, and what is wrong."""
    found = (
        tag("li", tag("code", f.rule, class_=f.severity), " ", f.message, f" (allowed: {f.waived})" if f.waived else "")
        for f in check.findings
    )
    return tag("td", check.evidence, tag("ul", found, class_="reasons") if check.findings else None)


def _access(report: Report) -> Iterator[Html]:
    """Who reaches what, a table each."""
    cells = [cell for each in (report, *report.parts) for cell in each.access]
    if not cells:
        return
    verbs = list(dict.fromkeys(cell.verb for cell in cells))
    tables = []
    for name in dict.fromkeys(cell.table for cell in cells):
        own = {(cell.actor, cell.verb): cell for cell in cells if cell.table == name}
        actors = dict.fromkeys(actor for actor, _ in own)
        rows = (tag("tr", tag("th", a, scope="row"), (_cell(own.get((a, v))) for v in verbs)) for a in actors)
        heads = (tag("th", head, scope="col") for head in (name, *verbs))
        table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="access")
        tables.append(tag("div", table, class_="wide"))
    wrong = sum(cell.outcome != cell.expected for cell in cells)
    note = f"{counted(len(cells), 'try', 'tries')}, {wrong} not as expected"
    yield folded("Who reaches what", tables, note, shown=wrong > 0)


def _cell(cell: Access | None) -> Html:
    if cell is None:
        return tag("td")
    if cell.outcome == cell.expected:
        return tag("td", cell.outcome, class_=cell.outcome if cell.outcome in ("allowed", "denied") else None)
    return tag("td", f"✗ {cell.outcome}, not {cell.expected}", class_="wrong")


def _transcript(trial: Trial) -> Iterator[Html]:
    """As `runs show --html` tells it, a step a part."""
    if not trial.transcript:
        return
    try:
        run = read(SavedRun(trial.transcript[0], [], trial.transcript), "")
    except ProjectError as error:
        yield tag("p", f"The transcript could not be read: {error}", class_="quiet")
        return
    if len(run.drafts) > 1:
        yield checklist(run.drafts) or Html()
    yield from _story(run)
    yield page.bill(run) or Html()


def _story(run: Transcript) -> Iterator[Html]:
    yield Html('<section class="story"><h2>What happened</h2>')
    yield from (page.told(step, run) for step in run.steps)
    yield Html("</section>")
