"""The report, or a comparison, for a pull request: short, details folded. Text of others is escaped (`gfm`)."""

from collections.abc import Iterator, Sequence

from evals.report import comparison_view as views
from evals.report import words
from evals.report.comparison import Comparison, Moved
from evals.report.summary import Model, Summary
from tools.render import gfm
from tools.render.gfm import code, prose
from tools.render.plain import counted, seconds

MOST = 60
"""Rows of a folded table: a comment on GitHub has 65,536 characters."""


def report(summary: Summary) -> str:
    """Ends with a newline."""
    return "\n\n".join(_report(summary)) + "\n"


def comparison(found: Sequence[Comparison], allowed: float | None) -> str:
    """Ends with a newline; one part for each model that was compared."""
    return "\n\n".join(part for one in found for part in _comparison(one, allowed)) + "\n"


def _report(summary: Summary) -> Iterator[str]:
    yield f"### Evaluation: {words.headline(summary)}"
    if said := words.circumstances(summary):
        yield prose(said)
    k = words.most_trials(summary)
    several = [f"pass@{k}", f"pass^{k}"] if k > 1 else []
    header = ["Model", "pass@1 (95 %)", *several, "First draft", "After repair", "Tokens", "Cost a pass", "Time"]
    yield gfm.table(header, (_model(model, k) for model in summary.models))
    if warnings := words.warnings(summary):
        yield "\n".join(f"- ⚠️ {prose(warning)}" for warning in warnings)
    yield from _failed(summary)
    for model in summary.models:
        if model.rules:
            rows = [[code(r.rule), str(r.trials), str(r.mended), _cases(r.cases)] for r in model.rules[:MOST]]
            title = f"Rules that first drafts of {_code_html(model.model)} broke: {len(model.rules)}"
            yield _folded(title, gfm.table(["Rule", "Trials", "Mended", "Cases"], rows))
    yield from _groups(summary)
    yield f"<sub>{prose(words.EXPLAINED)}</sub>"


def _model(model: Model, k: int) -> list[str]:
    repair, time = model.repair, model.latency
    several = [words.share(model.any.get(k)), words.share(model.all.get(k))] if k > 1 else []
    return [
        code(model.model),
        words.believed(model.rate),
        *several,
        words.share(repair.first if repair else None),
        words.share(repair.after if repair else None),
        words.tokens(model.spent.per_trial),
        words.per_pass(model).replace("$", "\\$"),
        seconds(time.median) if time else "–",
    ]


def _failed(summary: Summary) -> Iterator[str]:
    cases = words.lost_most(summary)
    if not cases:
        return
    rows = [[code(case), *(words.mark(model.by_case.get(case)) for model in summary.models)] for case in cases[:MOST]]
    title = f"Not always passed: {counted(len(cases), 'case')} of {len(summary.cases)}"
    yield _folded(
        title, gfm.table(["Case", *(code(model.model) for model in summary.models)], rows) + _rest(len(cases))
    )


def _groups(summary: Summary) -> Iterator[str]:
    kinds = [("project", [m.projects for m in summary.models]), ("tag", [m.tags for m in summary.models])]
    rows = []
    for kind, by_model in kinds:
        own = [{group.name: group.rate for group in groups} for groups in by_model]
        names = sorted({name for groups in own for name in groups})
        rows += [[f"{kind} {code(n)}", *(words.believed(groups.get(n)) for groups in own)] for n in names]
    if rows:
        table = gfm.table(["", *(code(model.model) for model in summary.models)], rows[:MOST])
        yield _folded("By project and tag", table + _rest(len(rows)))


def _comparison(told: Comparison, allowed: float | None) -> Iterator[str]:
    mark = "❌" if told.worse_than(allowed) else "✅"
    yield f"### {mark} {views.verdict(told, allowed)}"
    yield f"A: {code(told.a)}, {code(told.model_a)}. B: {code(told.b)}, {code(told.model_b)}. " + (
        f"{counted(told.cases, 'case')} in both."
    )
    yield gfm.table(["", "A", "B", "B − A"], ([cell.replace("$", "\\$") for cell in r] for r in views.figures(told)))
    said = [f"Changed: {prose(views.change_line(change))}" for change in told.changed]
    said += [f"⚠️ {prose(line)}" for line in views.apart(told)]
    yield "\n".join(f"- {line}" for line in [*said, f"The same: {views.same(told)}."])
    yield from _moved("Worse", told.worse, shown=True)
    yield from _moved("Better", told.better)


def _moved(title: str, cases: Sequence[Moved], *, shown: bool = False) -> Iterator[str]:
    if cases:
        rows = [
            [code(case.case), views.moved_line(case).replace(" ", "\u00a0"), prose(case.reason[:300])]
            for case in cases[:MOST]
        ]
        table = gfm.table(["Case", "", "Why"] if shown else ["Case", "", " "], rows)
        yield _folded(f"{title}: {counted(len(cases), 'case')}", table + _rest(len(cases)), shown=shown)


def _folded(title: str, content: str, *, shown: bool = False) -> str:
    return f"<details{' open' if shown else ''}>\n<summary>{title}</summary>\n\n{content}\n\n</details>"


def _code_html(name: str) -> str:
    """Inside HTML, where back ticks are only themselves."""
    return f"<code>{gfm.muted(gfm.escaped(name))}</code>"


def _cases(cases: Sequence[str]) -> str:
    more = f" and {len(cases) - 5} more" if len(cases) > 5 else ""
    return ", ".join(map(code, cases[:5])) + more


def _rest(number: int) -> str:
    return f"\n\n… {number - MOST} more." if number > MOST else ""
