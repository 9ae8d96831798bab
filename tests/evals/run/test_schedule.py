"""Who does what next, and when nothing more is begun."""

import pytest

from agent.model import ModelError
from evals.run.schedule import TRIES, Purse, Schedule
from evals.trial import Key
from tests.evals.run.small import row


def keys(*cases: str, trials: int = 1, model: str = "m") -> list[Key]:
    return [Key(case, model, number) for case in cases for number in range(1, trials + 1)]


def test_a_case_stays_where_it_is_as_long_as_there_is_other_work() -> None:
    schedule = Schedule(keys("a", "b", trials=3), Purse())
    taken = [schedule.take(place) for place in (0, 1, 0, 1, 1, 1)]
    assert [(key.case, key.trial) for key in taken if key] == [
        ("a", 1), ("b", 1), ("a", 2), ("b", 2), ("b", 3), ("a", 3),
    ]  # fmt: skip


def test_infra_comes_again_at_the_end_and_not_for_ever() -> None:
    schedule = Schedule(keys("a", "b"), Purse())
    order = []
    while key := schedule.take(0):
        order.append(key.case)
        schedule.settle(row(key.case, outcome="infra" if key.case == "a" else "pass"))
    assert order == ["a", "b", *["a"] * (TRIES - 1)]
    assert (schedule.over, schedule.short, schedule.error) == (True, False, None)


def test_whether_anybody_waits_for_a_case() -> None:
    schedule = Schedule(keys("a", trials=2), Purse())
    assert (schedule.take(0), schedule.take(1)) == (Key("a", "m", 1), Key("a", "m", 2))
    assert [schedule.settle(row("a", number)) for number in (1, 2)] == [False, True]


def test_what_stops_it_stops_all() -> None:
    schedule = Schedule(keys("a", "b"), Purse())
    assert schedule.take(0)
    schedule.stop(error := ModelError("configuration", "No key."))
    schedule.stop(KeyError())
    assert (schedule.take(1), schedule.error, schedule.wait(0)) == (None, error, True)


def test_no_trial_is_begun_that_may_not_be_paid_for() -> None:
    schedule = Schedule(keys("a", trials=10), Purse(limit=1.0, paid=frozenset("m")))
    while key := schedule.take(0):
        schedule.settle(row("a", key.trial, cost=0.3))
    assert (schedule.short, key, schedule._purse.spent) == (True, None, pytest.approx(0.9))


def test_who_costs_nothing_goes_on() -> None:
    schedule = Schedule([*keys("a", "b"), *keys("a", "b", model="free")], Purse(limit=0.1, paid=frozenset("m")))
    order = []
    while key := schedule.take(0):
        order.append((key.case, key.model))
        schedule.settle(row(key.case, model=key.model, cost=0.3))
    assert (order, schedule.short) == ([("a", "m"), ("a", "free"), ("b", "free")], True)


def test_running_ones_are_reckoned_with() -> None:
    purse = Purse(limit=1.0, paid=frozenset("mn"))
    (a, b, other) = Key("a", "m", 1), Key("b", "m", 1), Key("a", "n", 1)
    assert purse.allows(a, [])
    assert not purse.allows(b, [a])  # nobody knows yet what one costs
    purse.pay("m", 0.25)
    assert purse.allows(b, [a])
    assert not purse.allows(other, [a])
    purse.pay("n", 0.5)
    assert not purse.allows(b, [a])
    assert Purse(limit=1.0).allows(b, [a, other])  # what costs nothing is not asked


def test_a_limit_needs_a_price() -> None:
    Purse(paid=frozenset("m")).pay("m", None)
    with pytest.raises(ModelError, match="The price of m is not known"):
        Purse(limit=1.0, paid=frozenset("m")).pay("m", None)
