"""What every form of the report says, in the same words."""

from collections.abc import Sequence

from agent.transcript.words import money
from evals.report.statistics import CONFIDENCE, Count, Interval, Rate
from evals.report.summary import Model, Summary
from tools.render.plain import counted, one_line, seconds

EXPLAINED = (
    f"Rates are means over cases. Intervals are {CONFIDENCE:.0%} Wilson intervals that count cases, not trials: "
    "what a model does again and again on one request is one thing known about it. Infra trials are in no rate."
).replace("95%", "95 %")


def percent(share: float) -> str:
    """``92.1 %``"""
    return f"{100 * share:.1f} %"


def share(rate: Rate | None) -> str:
    return percent(rate.value) if rate else "–"


def span(interval: Interval) -> str:
    """``84.8–96.0``, in percent."""
    return f"{100 * interval.low:.1f}–{100 * interval.high:.1f}"


def believed(rate: Rate | None) -> str:
    """``92.1 % (84.8–96.0)``"""
    return f"{percent(rate.value)} ({span(rate.interval)})" if rate else "–"


def points(difference: float) -> str:
    """``+3.4``: percentage points, with their sign."""
    rounded = round(100 * difference, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def mark(count: Count | None) -> str:
    """``✓ 5/5``, ``◐ 2/5``, ``✗ 0/5``; a sign alone for one trial; ``·`` where there was none."""
    if count is None or not count.trials:
        return "·"
    sign = "✓" if count.passed == count.trials else "◐" if count.passed else "✗"
    return sign if count.trials == 1 else f"{sign} {count.passed}/{count.trials}"


def paid(amount: float | None) -> str:
    """Dollars; ``–`` for nothing, ``unknown`` where the price is."""
    return "unknown" if amount is None else money(amount) if amount else "–"


def per_pass(model: Model) -> str:
    """What a pass costs; ``no pass`` where there was none to pay for."""
    spent = model.spent
    return "no pass" if spent.cost and not model.passed else paid(spent.cost_per_pass if spent.cost else spent.cost)


def tokens(number: float) -> str:
    """``–``, ``840``, ``12.4k``, ``1.3M``"""
    if number < 1:
        return "–"
    if number < 1_000:
        return f"{number:.0f}"
    return f"{number / 1_000:.1f}k" if number < 999_950 else f"{number / 1_000_000:.1f}M"


def drafts(model: Model) -> str:
    """``1: 60, 2: 12``: drafts, and how many of the trials that passed took so many."""
    return ", ".join(f"{number}: {trials}" for number, trials in model.drafts_to_pass.items()) or "–"


def most_trials(summary: Summary) -> int:
    """The largest k for which every model that has a rate has a pass@k; 1 where there is none."""
    told = [set(model.any) for model in summary.models if model.rate]
    return max(set.intersection(*told), default=1) if told else 1


def lost_most(summary: Summary) -> list[str]:
    """The cases that some model does not always pass: what the best model loses first."""

    def lost(case: str) -> list[float]:
        counts = [model.by_case.get(case) for model in summary.models]
        return [1 - count.passed / count.trials if count and count.trials else 0.0 for count in counts]

    return sorted((case for case in summary.cases if any(lost(case))), key=lambda case: [-one for one in lost(case)])


def headline(summary: Summary) -> str:
    """``89 cases, 2 models, 712 trials, 4 of them infra``"""
    infra = sum(model.infra for model in summary.models)
    said = [
        counted(len(summary.cases), "case"),
        counted(len(summary.models), "model"),
        counted(summary.trials, "trial") + (f", {infra} of them infra" if infra else ""),
    ]
    return ", ".join(said)


def circumstances(summary: Summary) -> str:
    """When, and with what."""
    first, last = summary.started[:10], summary.ended[:10]
    return " · ".join(
        filter(
            None,
            [
                first if first == last else f"{first} to {last}",
                _named("migration-agent", summary.versions),
                _named("prompt", [digest[:8] for digest in summary.prompts]),
                _named("Postgres", summary.postgres),
            ],
        )
    )


def warnings(summary: Summary) -> list[str]:
    """What makes these figures say less than they seem to."""
    said = []
    if len(summary.versions) > 1 or len(summary.prompts) > 1:
        said.append("These trials are of several versions or prompts: they are not one experiment.")
    for model in summary.models:
        if model.infra:
            reasons = "; ".join(one_line(reason)[:100] for reason in model.infra_reasons)
            said.append(f"{one_line(model.model)}: {counted(model.infra, 'trial')} ended as infra ({reasons}).")
        if missing := len(summary.cases) - len(model.by_case):
            said.append(f"{one_line(model.model)}: no result on {counted(missing, 'case')} of {len(summary.cases)}.")
        if model.spent.unknown:
            said.append(f"{one_line(model.model)}: the price of {counted(model.spent.unknown, 'trial')} is unknown.")
    return said


def figures(model: Model) -> list[tuple[str, str]]:
    """Name and value of what is no rate of its own, the same names for every model."""
    repair, time, spent = model.repair, model.latency, model.spent
    return [
        ("First draft", share(repair.first if repair else None)),
        ("After repair", share(repair.after if repair else None)),
        ("Mended by repair", f"{repair.mended} of {repair.trials}" if repair else "–"),
        ("Drafts to pass", drafts(model)),
        ("Tokens a trial", tokens(spent.per_trial)),
        ("Cost a trial", paid(spent.cost_per_trial)),
        ("Cost a pass", per_pass(model)),
        ("Cost in all", paid(spent.cost)),
        ("Time, median", seconds(time.median) if time else "–"),
        ("Time, slowest 5 %", seconds(time.slow) if time else "–"),
        ("… of the model", seconds(time.model) if time else "–"),
        ("… of the database", seconds(time.database) if time else "–"),
        ("… of grading", seconds(time.grading) if time else "–"),
    ]


def _named(name: str, values: Sequence[str]) -> str:
    return f"{name} {', '.join(map(one_line, values))}" if values else ""
