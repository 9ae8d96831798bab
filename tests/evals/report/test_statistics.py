"""Formulas against what was published, against counting everything, and against simulated runs."""

import math
import random
from fractions import Fraction
from itertools import combinations, product
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.report.statistics import (
    Count,
    Interval,
    effective_size,
    pass_at_k,
    pass_hat_k,
    permutation_test,
    rate,
    rate_of_all,
    rate_of_any,
    resampled,
    unmoved,
    wilson,
)

COUNTS = st.integers(1, 6).flatmap(lambda n: st.integers(0, n).map(lambda c: Count(c, n)))


@given(COUNTS, st.integers(1, 6))
def test_k_trials_are_all_subsets_of_k(count: Count, k: int) -> None:
    if k > count.trials:
        return
    marks = [True] * count.passed + [False] * (count.trials - count.passed)
    subsets = list(combinations(marks, k))
    assert pass_at_k(count, k) == pytest.approx(fmean(map(any, subsets)))
    assert pass_hat_k(count, k) == pytest.approx(fmean(map(all, subsets)))
    assert pass_at_k(count, 1) == pass_hat_k(count, 1) == pytest.approx(count.passed / count.trials)


@pytest.mark.parametrize(
    ("passed", "size", "low", "high"),
    # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I,
    # method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(passed: int, size: int, low: float, high: float) -> None:
    assert wilson(passed / size, size) == pytest.approx(Interval(low, high), abs=5e-5)


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(1, 7))
def test_the_same_trial_again_tells_nothing(passed: list[bool], times: int) -> None:
    once = rate([Count(int(mark), 1) for mark in passed])
    assert rate([Count(times * mark, times) for mark in passed]) == once
    assert rate_of_all([Count(times * mark, times) for mark in passed], times) == once
    assert rate_of_any([Count(times * mark, times) for mark in passed], times) == once


@settings(max_examples=50)
@given(st.lists(COUNTS, min_size=1, max_size=30))
def test_an_interval_holds_its_rate_and_lies_between_that_of_cases_and_that_of_trials(counts: list[Count]) -> None:
    found = rate(counts)
    assert found
    trials = sum(count.trials for count in counts)
    wide, narrow = wilson(found.value, len(counts)), wilson(found.value, trials)
    low, high = found.interval
    assert 0 <= wide.low <= low + 1e-9
    assert low <= narrow.low + 1e-9
    assert low - 1e-9 <= found.value <= high + 1e-9
    assert narrow.high <= high + 1e-9
    assert high <= wide.high + 1e-9 <= 1 + 1e-9


def test_nothing_tried_has_no_rate() -> None:
    assert rate([Count(0, 0)]) is None
    assert rate_of_any([Count(1, 2)], 3) is None


@pytest.mark.parametrize("spread", [0.3, 1.0, 8.0], ids=["cases all or nothing", "mixed", "cases alike"])
@pytest.mark.parametrize("share", [0.6, 0.9])
def test_intervals_hold_the_truth_as_often_as_they_say(share: float, spread: float) -> None:
    """Cases whose own rates are spread around the true one, some trials each; 95 % of runs, give or take."""
    draw = random.Random(1)

    def run(cases: int = 40, trials: int = 5) -> list[Count]:
        own = [draw.betavariate(share * spread, (1 - share) * spread) for _ in range(cases)]
        return [Count(sum(draw.random() < chance for _ in range(trials)), trials) for chance in own]

    found = [rate(run()) for _ in range(400)]
    held = fmean(each.interval.low <= share <= each.interval.high for each in found if each)
    assert 0.91 <= held <= 0.99
    naive = fmean(
        low <= share <= high for each in found if each for low, high in [wilson(each.value, 200)]
    )  # as if the 200 trials were independent
    assert naive < held
    if spread < 1:
        assert naive < 0.8


def test_the_size_of_independent_trials_is_nearly_their_number() -> None:
    draw = random.Random(2)
    shares = [sum(draw.random() < 0.5 for _ in range(5)) / 5 for _ in range(2_000)]
    assert effective_size(shares, 10_000) == pytest.approx(10_000, rel=0.1)
    assert effective_size([0.0, 1.0] * 1_000, 10_000) == pytest.approx(2_000, rel=0.01)


@given(st.integers(0, 12), st.integers(0, 12))
def test_of_single_trials_the_permutation_test_is_mcnemars(better: int, worse: int) -> None:
    moved = better + worse
    tail = sum(math.comb(moved, k) for k in range(min(better, worse) + 1)) / 2**moved
    expected = 1.0 if better == worse else min(1.0, 2 * tail)
    assert permutation_test([1.0] * better + [-1.0] * worse + [0.0] * 5) == pytest.approx(expected)


@settings(max_examples=60)
@given(st.lists(st.integers(-5, 5).map(lambda n: Fraction(n, 5)), max_size=8))
def test_the_permutation_test_counts_every_sign(differences: list[Fraction]) -> None:
    seen = abs(sum(differences))
    signed = product((1, -1), repeat=len(differences))
    as_large = [abs(sum(s * d for s, d in zip(signs, differences, strict=True))) >= seen for signs in signed]
    assert permutation_test(map(float, differences)) == pytest.approx(fmean(as_large))


def test_resampling_gives_what_theory_gives_and_always_the_same() -> None:
    draw = random.Random(3)
    values = [draw.gauss(0.1, 0.4) for _ in range(80)]
    low, high = resampled(values)
    half = 1.96 * math.sqrt(sum((v - fmean(values)) ** 2 for v in values) / 79 / 80)
    assert (low, high) == pytest.approx((fmean(values) - half, fmean(values) + half), abs=0.012)
    assert resampled(values) == (low, high)
    assert resampled([0.0] * 9) == (0.0, 0.0)


def test_that_none_of_so_many_moved_bounds_how_many_do() -> None:
    assert unmoved(59) == pytest.approx(0.0495, abs=1e-4)  # "rule of three": about 3/n
    assert (1 - unmoved(89)) ** 89 == pytest.approx(0.05)
