"""What the trials of a run add up to, by model: the figures that the terminal, markdown, JSON and the page show.

    summary = summarize(read([folder]))
    summary.models[0].rate        # pass@1, with its interval

A trial that ended as `infra` is counted apart and is in no rate, mean or total of what answers cost.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from statistics import fmean, median, quantiles

from agent.model import Usage
from evals.report.statistics import Count, Interval, Rate, rate, rate_of_all, rate_of_any, resampled
from evals.trial import Trial


@dataclass(frozen=True)
class Mean:
    """Of one value a case, with the interval in which it is believed to lie."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Repair:
    """What the loop does to first drafts, on the trials that made one, or should have."""

    trials: int
    first: Rate
    """As the first draft came."""
    after: Rate
    """The same trials, as they ended."""
    mended: int
    """Trials whose first draft failed, and that passed."""
    broken: int
    """Trials whose first draft was right, and that failed."""


@dataclass(frozen=True)
class Rule:
    """A rule that the checklist found broken in first drafts."""

    rule: str
    trials: int
    mended: int
    """Of these, those whose last draft does not break it."""
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """The trials of a tag, or of a project."""

    name: str
    rate: Rate
    passed: int
    trials: int


@dataclass(frozen=True)
class Spent:
    """Tokens and US dollars."""

    usage: Usage
    per_trial: float
    """Tokens."""
    cost: float | None
    """In all; None where a price is unknown."""
    cost_per_trial: float | None
    cost_per_pass: float | None
    """What was paid in all for each trial that passed; None where none did, or a price is unknown."""
    unknown: int
    """Trials of unknown price."""


@dataclass(frozen=True)
class Latency:
    """Seconds: means by what they went into, and of the whole trial the middle and the slowest twentieth."""

    model: float
    database: float
    grading: float
    median: float
    slow: float
    """95 % of trials took less."""


@dataclass(frozen=True)
class Model:
    """One model's trials."""

    model: str
    trials: int
    """Without those of infra."""
    passed: int
    infra: int
    infra_reasons: tuple[str, ...]
    by_case: dict[str, Count]
    reasons: dict[str, str]
    """By case that it failed, the weightiest reason."""
    rate: Rate | None
    """pass@1; None where every trial was infra."""
    any: dict[int, Rate]
    """pass@k by k, from 2 on, as far as every case has so many trials."""
    all: dict[int, Rate]
    """pass^k by k, likewise."""
    score: Mean | None
    repair: Repair | None
    """None where no trial made a draft."""
    drafts_to_pass: dict[int, int]
    """How many of the trials that passed took so many drafts; 0 where no file was the right answer."""
    rules: tuple[Rule, ...]
    """The one that most trials broke first."""
    tags: tuple[Group, ...]
    projects: tuple[Group, ...]
    ended: dict[str, int]
    """How the agent's runs ended."""
    spent: Spent
    latency: Latency | None


@dataclass(frozen=True)
class Summary:
    """A run, or several read as one."""

    models: tuple[Model, ...]
    """The best first."""
    cases: tuple[str, ...]
    trials: int
    """With those of infra."""
    started: str
    """The first and the last moment, UTC."""
    ended: str
    versions: tuple[str, ...]
    """Of migration-agent, those that the rows name."""
    prompts: tuple[str, ...]
    postgres: tuple[str, ...]

    def below(self, threshold: float | None) -> list[Model]:
        """Models whose pass@1 is lower, or of which nothing is known; none without a threshold."""
        return [m for m in self.models if threshold is not None and (m.rate is None or m.rate.value < threshold)]


def summarize(trials: Sequence[Trial]) -> Summary:
    names = sorted({trial.model for trial in trials})
    models = [_model(name, [trial for trial in trials if trial.model == name]) for name in names]
    models.sort(key=lambda model: -(model.rate.value if model.rate else -1.0))
    moments = sorted(trial.started for trial in trials if trial.started)
    return Summary(
        models=tuple(models),
        cases=tuple(sorted({trial.case for trial in trials})),
        trials=len(trials),
        started=moments[0] if moments else "",
        ended=moments[-1] if moments else "",
        versions=_distinct(trial.setup.version for trial in trials),
        prompts=_distinct(trial.setup.prompt for trial in trials),
        postgres=_distinct(trial.setup.postgres for trial in trials),
    )


def counts(trials: Iterable[Trial]) -> dict[str, Count]:
    """By case; infra is left out."""
    told = [trial for trial in trials if trial.outcome != "infra"]
    passed = Counter(trial.case for trial in told if trial.outcome == "pass")
    return {case: Count(passed[case], number) for case, number in sorted(Counter(t.case for t in told).items())}


def drafting(trials: Iterable[Trial]) -> list[Trial]:
    """Those that made a draft, or failed to make one where a file was to be written; infra is left out."""
    return [t for t in trials if t.outcome != "infra" and (t.first or (t.outcome == "fail" and t.golden))]


def first_counts(trials: Iterable[Trial]) -> dict[str, Count]:
    """By case, how many first drafts were right as they came; no draft is one that was not."""
    told = list(trials)
    right = Counter(trial.case for trial in told if _right_at_first(trial))
    return {case: Count(right[case], number) for case, number in sorted(Counter(t.case for t in told).items())}


def _model(name: str, every: Sequence[Trial]) -> Model:
    trials = [trial for trial in every if trial.outcome != "infra"]
    infra = [trial for trial in every if trial.outcome == "infra"]
    passed = [trial for trial in trials if trial.outcome == "pass"]
    by_case = counts(trials)
    several = range(2, min((count.trials for count in by_case.values()), default=0) + 1)
    return Model(
        model=name,
        trials=len(trials),
        passed=len(passed),
        infra=len(infra),
        infra_reasons=tuple(reason for reason, _ in Counter(_first_reason(t) for t in infra).most_common(5)),
        by_case=by_case,
        reasons={trial.case: _first_reason(trial) for trial in reversed(trials) if trial.outcome == "fail"},
        rate=rate(list(by_case.values())),
        any={k: found for k in several if (found := rate_of_any(list(by_case.values()), k))},
        all={k: found for k in several if (found := rate_of_all(list(by_case.values()), k))},
        score=_mean({case: [t.score or 0 for t in trials if t.case == case] for case in by_case}),
        repair=_repair(trials),
        drafts_to_pass=dict(sorted(Counter(len(trial.drafts) for trial in passed).items())),
        rules=_rules(trials),
        tags=_groups(trials, lambda trial: trial.tags),
        projects=_groups(trials, lambda trial: [trial.project] if trial.project else []),
        ended=dict(Counter(trial.ended or "unknown" for trial in trials).most_common()),
        spent=_spent(trials, len(passed)),
        latency=_latency(trials),
    )


def _first_reason(trial: Trial) -> str:
    return trial.reasons[0] if trial.reasons else "no reason was noted"


def _mean(by_case: dict[str, list[int]]) -> Mean | None:
    values = [fmean(scores) for scores in by_case.values()]
    return Mean(fmean(values), resampled(values)) if values else None


def _repair(trials: Sequence[Trial]) -> Repair | None:
    own = drafting(trials)
    before, after = rate(list(first_counts(own).values())), rate(list(counts(own).values()))
    if before is None or after is None or not any(trial.first for trial in own):
        return None
    return Repair(
        trials=len(own),
        first=before,
        after=after,
        mended=sum(not _right_at_first(trial) and trial.outcome == "pass" for trial in own),
        broken=sum(_right_at_first(trial) and trial.outcome == "fail" for trial in own),
    )


def _right_at_first(trial: Trial) -> bool:
    return trial.first is not None and trial.first.outcome == "pass"


def _rules(trials: Sequence[Trial]) -> tuple[Rule, ...]:
    broke: dict[str, list[Trial]] = {}
    for trial in trials:
        for rule in dict.fromkeys(trial.drafts[0].rules if trial.drafts else ()):
            broke.setdefault(rule, []).append(trial)
    found = [
        Rule(
            rule,
            len(own),
            sum(rule not in trial.drafts[-1].rules for trial in own),
            tuple(sorted({trial.case for trial in own})),
        )
        for rule, own in broke.items()
    ]
    return tuple(sorted(found, key=lambda rule: (-rule.trials, rule.rule)))


def _groups(trials: Sequence[Trial], names: Callable[[Trial], Sequence[str]]) -> tuple[Group, ...]:
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        for name in dict.fromkeys(names(trial)):
            found.setdefault(name, []).append(trial)
    groups = []
    for name, own in sorted(found.items()):
        if share := rate(list(counts(own).values())):
            groups.append(Group(name, share, sum(trial.outcome == "pass" for trial in own), len(own)))
    return tuple(groups)


def _spent(trials: Sequence[Trial], passed: int) -> Spent:
    usage = reduce(Usage.__add__, (trial.usage for trial in trials), Usage())
    prices = [trial.cost for trial in trials if trial.cost is not None]
    unknown = len(trials) - len(prices)
    cost = sum(prices) if not unknown else None
    return Spent(
        usage=usage,
        per_trial=usage.total / len(trials) if trials else 0.0,
        cost=cost,
        cost_per_trial=cost / len(trials) if cost is not None and trials else None,
        cost_per_pass=cost / passed if cost is not None and passed else None,
        unknown=unknown,
    )


def _latency(trials: Sequence[Trial]) -> Latency | None:
    if not trials:
        return None
    totals = [trial.seconds.total for trial in trials]
    return Latency(
        model=fmean(trial.seconds.model for trial in trials),
        database=fmean(trial.seconds.database for trial in trials),
        grading=fmean(trial.seconds.grading for trial in trials),
        median=median(totals),
        slow=quantiles(totals, n=20, method="inclusive")[-1] if len(totals) > 1 else totals[0],
    )


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
