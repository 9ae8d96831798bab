"""Two runs against each other, case by case: what got better, what got worse, and whether chance explains it.

    for comparison in compare(Side.read("runs/main"), Side.read("runs/branch#claude-opus-5-5")): ...

Only cases that are themselves the same (by their hash) in both are compared; the others are told apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from evals.report.statistics import Count, Interval, permutation_test, resampled, unmoved
from evals.report.summary import Model, counts, drafting, first_counts, summarize
from evals.trial import Trial, read
from tools.config import ProjectError

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Side:
    """One of the two: a run's trials by model."""

    name: str
    models: dict[str, list[Trial]]

    @classmethod
    def read(cls, run: str, model: str | None = None) -> "Side":
        """`run` is a folder, or ``FOLDER#MODEL`` for one of its models. Raises ProjectError."""
        folder, _, named = run.rpartition("#") if "#" in run and not Path(run).exists() else (run, "", "")
        wanted = named or model
        models: dict[str, list[Trial]] = {}
        for trial in read([Path(folder)]):
            models.setdefault(trial.model, []).append(trial)
        if wanted and wanted not in models:
            raise ProjectError(f"{folder} has no trial of {wanted!r}; it has {', '.join(sorted(models)) or 'none'}.")
        return cls(folder, {wanted: models[wanted]} if wanted else models)


@dataclass(frozen=True)
class Moved:
    """A case that passed more often, or less often, than before."""

    case: str
    before: Count
    after: Count
    reason: str
    """Why it fails, where it fails more often."""


@dataclass(frozen=True)
class Shift:
    """A difference B - A of shares, paired by case."""

    before: float
    after: float
    difference: float
    interval: Interval
    """Of the difference."""
    p: float
    """How often chance alone gives a difference this large."""

    @property
    def significant(self) -> bool:
        return self.p < SIGNIFICANT


@dataclass(frozen=True)
class Change:
    """Something about the set-up that is not the same."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """B against A."""

    a: str
    b: str
    model_a: str
    model_b: str
    cases: int
    """That were compared."""
    passes: Shift
    """pass@1."""
    first: Shift | None
    """First drafts, on the cases where both sides made some."""
    better: tuple[Moved, ...]
    worse: tuple[Moved, ...]
    always: int
    """Cases that pass in every trial of both."""
    never: int
    between: int
    """Cases that pass as often as before, and not always."""
    changed: tuple[Change, ...]
    other: tuple[str, ...]
    """Cases that are not the same cases any more, and are compared with nothing."""
    only_a: tuple[str, ...]
    """Cases without a result in B."""
    only_b: tuple[str, ...]
    before: Model
    """A's figures on the cases that were compared."""
    after: Model

    def worse_than(self, allowed: float | None) -> bool:
        """Whether B passes less often by more than `allowed` (a share); None: by more than chance explains."""
        if allowed is None:
            return self.passes.difference < 0 and self.passes.significant
        return self.passes.difference < -allowed - 1e-9


def compare(a: Side, b: Side) -> list[Comparison]:
    """One for each model that is in both; where each side has only one, for these two.

    Raises ProjectError where there is nothing to compare.
    """
    both = sorted(a.models.keys() & b.models.keys())
    if len(a.models) == len(b.models) == 1:
        [(one, before)], [(two, after)] = a.models.items(), b.models.items()
        return [_compare(a.name, b.name, one, two, before, after)]
    if not both:
        named = f"{a.name} has {', '.join(sorted(a.models))}; {b.name} has {', '.join(sorted(b.models))}"
        raise ProjectError(f"No model is in both: {named}. Name one on each side, as in {a.name}#MODEL.")
    return [_compare(a.name, b.name, model, model, a.models[model], b.models[model]) for model in both]


def _compare(
    a: str, b: str, model_a: str, model_b: str, every_a: Sequence[Trial], every_b: Sequence[Trial]
) -> Comparison:
    in_a, in_b = counts(every_a), counts(every_b)
    shared = sorted(in_a.keys() & in_b.keys())
    other = tuple(case for case in shared if _hashes(every_a, case).isdisjoint(_hashes(every_b, case)))
    cases = [case for case in shared if case not in other]
    if not cases:
        why = "all that both have were changed in between" if other else "none has a result in both"
        raise ProjectError(f"No case can be compared: {why}.")
    before = [trial for trial in every_a if trial.case in cases]
    after = [trial for trial in every_b if trial.case in cases]
    moved = [(case, _share(in_b[case]) - _share(in_a[case])) for case in cases]
    alike = [_share(in_a[case]) for case, difference in moved if not difference]
    (model_before,), (model_after,) = summarize(before).models, summarize(after).models
    return Comparison(
        a=a,
        b=b,
        model_a=model_a,
        model_b=model_b,
        cases=len(cases),
        passes=_shift([_share(in_a[case]) for case in cases], [_share(in_b[case]) for case in cases]),
        first=_first(before, after),
        better=tuple(
            Moved(case, in_a[case], in_b[case], "")
            for case, difference in sorted(moved, key=lambda one: -one[1])
            if difference > 0
        ),
        worse=tuple(
            Moved(case, in_a[case], in_b[case], model_after.reasons.get(case, ""))
            for case, difference in sorted(moved, key=lambda one: one[1])
            if difference < 0
        ),
        always=sum(share == 1 for share in alike),
        never=sum(share == 0 for share in alike),
        between=sum(0 < share < 1 for share in alike),
        changed=tuple(_changes(before, after)),
        other=other,
        only_a=tuple(sorted(in_a.keys() - in_b.keys())),
        only_b=tuple(sorted(in_b.keys() - in_a.keys())),
        before=model_before,
        after=model_after,
    )


def _shift(before: Sequence[float], after: Sequence[float]) -> Shift:
    """Where no case moved, the interval is as wide as the share of cases that may have, unseen."""
    differences = [b - a for a, b in zip(before, after, strict=True)]
    interval = resampled(differences)
    if not any(differences):
        interval = Interval(-unmoved(len(differences)), unmoved(len(differences)))
    return Shift(fmean(before), fmean(after), fmean(differences), interval, permutation_test(differences))


def _share(count: Count) -> float:
    return count.passed / count.trials


def _first(before: Sequence[Trial], after: Sequence[Trial]) -> Shift | None:
    a, b = first_counts(drafting(before)), first_counts(drafting(after))
    cases = sorted(a.keys() & b.keys())
    return _shift([_share(a[case]) for case in cases], [_share(b[case]) for case in cases]) if cases else None


def _hashes(trials: Sequence[Trial], case: str) -> set[str]:
    return {trial.setup.case for trial in trials if trial.case == case}


def _changes(before: Sequence[Trial], after: Sequence[Trial]) -> list[Change]:
    told = [
        Change("version", _all(t.setup.version for t in before), _all(t.setup.version for t in after)),
        Change("prompt", _all(t.setup.prompt for t in before), _all(t.setup.prompt for t in after)),
        Change("Postgres", _all(t.setup.postgres for t in before), _all(t.setup.postgres for t in after)),
    ]
    limits = sorted({name for trial in (*before, *after) for name in trial.setup.limits})
    for name in limits:
        old = _all(str(trial.setup.limits.get(name)) for trial in before)
        told.append(Change(f"limit of {name}", old, _all(str(trial.setup.limits.get(name)) for trial in after)))
    return [change for change in told if change.before != change.after]


def _all(values: Iterable[str]) -> str:
    return ", ".join(sorted({value for value in values if value})) or "not noted"
