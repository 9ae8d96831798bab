"""Parts of a pull request's text that large changes show: long lists fold, and who is kept waiting is named shortly."""

import pytest

from agent.github.artefact import Figures, spent
from agent.github.pull_body import _items, _kept_out
from agent.github.verify import Lock


def lock(table: str, mode: str) -> Lock:
    return Lock("1.sql", f"public.{table}", mode, f"alter table {table}")


def test_who_is_kept_waiting() -> None:
    assert _kept_out([]) == ["keeps nobody waiting"]
    assert _kept_out([lock("a", "RowShareLock"), lock("b", "ShareUpdateExclusiveLock")]) == ["keeps nobody waiting"]
    held = [lock(name, "AccessExclusiveLock") for name in "abcde"] + [lock("f", "ShareLock"), lock("a", "ShareLock")]
    assert _kept_out(held) == [
        "nobody reads or writes `public.a`, `public.b`, `public.c` and 2 more while it runs",
        "nobody writes `public.f` while it runs",
    ]


def test_a_long_list_is_folded() -> None:
    assert "<details>" not in _items([str(number) for number in range(14)])
    shown, folded = _items([str(number) for number in range(30)]).split("<details>")
    assert shown.split() == [part for number in range(12) for part in ("-", str(number))]
    assert "<summary>and 18 more</summary>\n\n- 12\n" in folded


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (Figures(model="builtin", drafts=1, turns=1, seconds_model=0.5), "1 draft, 0.50 s of drafting (the built-in"),
        (
            Figures(model="m", turns=1, tokens=1_200, seconds_model=3),
            "1,200 tokens, price unknown, 3.00 s of model (m)",
        ),
        (Figures(drafts=2, tokens=9, cost=0.5, seconds_database=1), "2 drafts, 9 tokens, $0.5000, 0 ms of model, 1.00"),
    ],
)
def test_what_a_run_took(figures: Figures, told: str) -> None:
    assert spent(figures).startswith(told)
