"""Tests of a table's rows that were read one by one, as those that hold together."""

from collections.abc import Iterable, Iterator

from agent.offline import regex
from agent.offline.description import Condition
from agent.offline.reading.ledger import Unclear

_BOUNDS = ("at least", "above", "at most", "below", "differs", "not in")


def together(told: Iterable[list[tuple[Condition, bool]]]) -> list[Condition]:
    """`told`: the tests of each clause, and whether each is a value without its column's name.

    Raises Unclear for tests that exclude each other.
    """
    told = list(told)
    plain = [test for tests in told for test, _ in tests]
    tests = _without_said(
        test
        for tests in told
        for test in _joined([test for test, bare in tests if not bare or not _is_gloss(test, plain)])
    )
    if len({test.column for test in tests if test.test not in _BOUNDS}) < sum(t.test not in _BOUNDS for t in tests):
        raise Unclear(" and ".join(f"{t.column} {t.test} {t.value or ''}".strip() for t in tests))
    return tests


def _is_gloss(test: Condition, others: list[Condition]) -> bool:
    """ "not completed (completed_at is null)" says one thing twice. Raises Unclear where it says two."""
    moment = next((o for o in others if o.column == f"{test.value}_at"), None)
    if moment is None:
        return False
    if (test.test, moment.test) not in (("equals", "is not null"), ("differs", "is null")):
        raise Unclear(f"{test.value} and {moment.column} {moment.test}")
    return True


def _without_said(tests: Iterable[Condition]) -> list[Condition]:
    """Without the values that are left out where others are the only ones: "published ones; drafts are not in it"."""
    told = list(dict.fromkeys(tests))
    kept = {test.column: _values(test) for test in told if test.test in ("equals", "in")}
    return [
        test
        for test in told
        if test.test not in ("differs", "not in") or kept.get(test.column, _values(test)) & _values(test)
    ]


def _values(test: Condition) -> set[object]:
    return set(test.value) if isinstance(test.value, tuple) else {test.value}


def _joined(tests: list[Condition]) -> list[Condition]:
    """Values of one column that are named one after the other are one test."""
    out: list[Condition] = []
    for test in dict.fromkeys(tests):
        same = next((n for n, other in enumerate(out) if other.column == test.column), None)
        if same is not None and test.test in ("equals", "differs") and out[same].test in (test.test, "in", "not in"):
            before = out[same].value
            values = before if isinstance(before, tuple) else (str(before),)
            more = tuple(dict.fromkeys((*values, str(test.value))))
            out[same] = Condition(test.column, "in" if test.test == "equals" else "not in", more)
        else:
            out.append(test)
    return out


def is_picked(before: str, after: str) -> bool:
    """Such rows alone: "drafts only", "for all drafts"."""
    led = r" (?:only|just|solely|for|of|index|(?:that|which|who) are|where)(?: (?:the|all|every|any|our|an?))* $"
    return bool(regex.search(led, before) or regex.match(r" (?:only|alone)(?= *(?:[.,;:)\n]|$))", after))


def compared(name: str, traits: object) -> Iterator[Condition]:
    """The tests that the bounds of a column make."""
    low, high = getattr(traits, "low"), getattr(traits, "high")  # noqa: B009
    if low is not None:
        yield Condition(name, "above" if getattr(traits, "low_open") else "at least", low)  # noqa: B009
    if high is not None:
        yield Condition(name, "below" if getattr(traits, "high_open") else "at most", high)  # noqa: B009
