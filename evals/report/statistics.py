"""Rates, intervals and tests for trials in clusters: several trials of one case are not independent.

Nothing here knows of trials; everything takes counts by case. The one place for formulas, each with its source.
"""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from statistics import NormalDist, fmean, variance
from typing import NamedTuple

CONFIDENCE = 0.95
RESAMPLES = 4_000


class Count(NamedTuple):
    """What came of one case."""

    passed: int
    trials: int


class Interval(NamedTuple):
    low: float
    high: float


class Rate(NamedTuple):
    """A share of 0 to 1, with the interval in which it is believed to lie."""

    value: float
    interval: Interval
    cases: int


def pass_at_k(count: Count, k: int) -> float:
    """The chance that one of `k` trials passes, from n >= k of them: 1 - C(n-c, k) / C(n, k), unbiased.

    Chen et al., "Evaluating Large Language Models Trained on Code", 2021, section 2.1.
    """
    groups = math.comb(count.trials, k)
    return (groups - math.comb(count.trials - count.passed, k)) / groups


def pass_hat_k(count: Count, k: int) -> float:
    """The chance that all of `k` trials pass, from n >= k of them: C(c, k) / C(n, k), unbiased.

    Yao et al., "tau-bench", 2024, section 4.
    """
    return math.comb(count.passed, k) / math.comb(count.trials, k)


def rate(counts: Sequence[Count]) -> Rate | None:
    """pass@1: the mean over cases of the share that passed. None without a trial."""
    return _rate([count for count in counts if count.trials], 1, pass_at_k)


def rate_of_any(counts: Sequence[Count], k: int) -> Rate | None:
    """pass@k over the cases that have k trials. None where there is no such case."""
    return _rate([count for count in counts if count.trials >= k], k, pass_at_k)


def rate_of_all(counts: Sequence[Count], k: int) -> Rate | None:
    """pass^k over the cases that have k trials. None where there is no such case."""
    return _rate([count for count in counts if count.trials >= k], k, pass_hat_k)


def wilson(share: float, size: float, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a share seen in `size` independent tries, which need not be a whole number.

    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return Interval(max(0.0, middle - half) if share else 0.0, min(1.0, middle + half) if share < 1 else 1.0)


def effective_size(shares: Sequence[float], tries: int) -> float:
    """How many independent tries tell as much as these cases do: n / deff = p (1 - p) / var(mean of the cases).

    `shares` are those of the cases, `tries` how many tries went into them. The variance is that of the means of
    clusters, so no correlation within a case has to be known. Between one try a case (all trials of a case say the
    same) and all tries (they say nothing of each other); one a case where every case has the same share, which tells
    nothing of how they are correlated.
    With it in Wilson's interval: Kott and Carr, "Developing an estimation strategy for a pesticide data program",
    J. Official Statistics 13, 1997; compared and recommended in Franco, Little, Louis and Slud, "Comparative study of
    confidence intervals for proportions in complex sample surveys", J. Survey Statistics and Methodology 7, 2019.
    """
    cases, share = len(shares), fmean(shares)
    between = variance(shares) / cases if cases > 1 else 0.0
    size = share * (1 - share) / between if between else 0.0
    return min(max(size, float(cases)), float(max(tries, cases)))


def resampled(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The percentile bootstrap of the mean, by cases: the same values always give the same interval.

    Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979. Where all n values are
    the same there is nothing to resample, and the interval is that value.
    """
    if len(set(values)) < 2:
        return Interval(values[0], values[0])
    draw, size = random.Random(0), len(values)
    means = sorted(fmean(draw.choices(values, k=size)) for _ in range(RESAMPLES))
    tail = (1 - confidence) / 2
    return Interval(means[round(tail * (RESAMPLES - 1))], means[round((1 - tail) * (RESAMPLES - 1))])


def unmoved(cases: int, confidence: float = CONFIDENCE) -> float:
    """The largest share of cases that may well have moved although none of so many did: 1 - (1 - confidence)^(1/n).

    Louis, "Confidence intervals for a binomial parameter after observing no successes", American Statistician 35, 1981.
    """
    return 1 - math.pow(1 - confidence, 1 / cases)


def permutation_test(differences: Iterable[float | Fraction]) -> float:
    """How often chance alone gives a mean difference this large: exact, two-sided, one difference a case.

    Each case's difference is as likely to have the other sign if A and B are the same (Fisher, "The Design of
    Experiments", 1935, section 21). All sign changes are counted, by the sums that they lead to. Where each case has
    one trial, this is McNemar's exact test.
    """
    exact = [Fraction(each).limit_denominator(10_000) for each in differences if each]
    unit = math.lcm(*(each.denominator for each in exact))
    steps = [abs(int(each * unit)) for each in exact]
    seen = abs(sum(int(each * unit) for each in exact))
    if not seen:
        return 1.0
    size = len(steps) // 8 + 1  # bytes that hold any count of sign changes
    ways = 1  # one number of slots that wide: slot n says how many choices of cases have steps that add up to n
    for step in steps:
        ways += ways << (8 * size * step)
    least = (sum(steps) - seen) // 2  # steps that go up come to no more, or, turned round, those that go down
    slots = (ways & ((1 << 8 * size * (least + 1)) - 1)).to_bytes(size * (least + 1), "little")
    tail = sum(int.from_bytes(slots[at : at + size], "little") for at in range(0, len(slots), size))
    return 2 * tail / (1 << len(steps))


def _rate(counts: Sequence[Count], k: int, estimate: Callable[[Count, int], float]) -> Rate | None:
    if not counts:
        return None
    shares = [estimate(count, k) for count in counts]
    groups = sum(count.trials // k for count in counts)  # of k trials that have none in common
    share = min(max(fmean(shares), 0.0), 1.0)
    return Rate(share, wilson(share, effective_size(shares, groups)), len(counts))
