"""Rows on disk: whole or not there, never twice, and of one experiment."""

from pathlib import Path

import pytest

from evals.run.store import Store
from evals.trial import FILE, Key, Setup, read
from tests.evals.run.small import row
from tools.config import ProjectError


def test_what_is_there_is_remembered(tmp_path: Path) -> None:
    late, early = row("b", 2, cost=0.5), row("a", outcome="fail", cost=0.25)
    with Store(tmp_path / "new" / "folder") as store:
        store.add(late)
        store.add(early)
    with Store(tmp_path / "new" / "folder") as again:
        assert again.done == store.done
        assert {key: done.outcome for key, done in again.done.items()} == {late.key: "pass", early.key: "fail"}
    assert read([tmp_path / "new" / "folder"]) == [early, late]


@pytest.mark.parametrize("torn", ["{", '{"case": "b", "mod', '"' + "x" * 200_000])
def test_a_torn_line_is_cut(tmp_path: Path, torn: str) -> None:
    whole = row("a").model_dump_json() + "\n"
    (tmp_path / FILE).write_text(whole + torn)
    with Store(tmp_path) as store:
        assert list(store.done) == [Key("a", "m", 1)]
        assert (tmp_path / FILE).read_text() == whole
        store.add(row("b"))
    assert [trial.case for trial in read([tmp_path])] == ["a", "b"]


def test_a_file_that_is_torn_from_its_first_byte_is_empty(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"case"')
    with Store(tmp_path) as store:
        assert store.done == {}
    assert (tmp_path / FILE).read_text() == ""


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(ProjectError, match="at work"):
        Store(tmp_path)
    Store(tmp_path).close()


@pytest.mark.parametrize("text", ["no\n", "{}\n", "[]\n", '{"case": "a", "model": "m", "trial": 1}\n'])
def test_what_is_no_row_is_told_and_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ProjectError, match="line 1: not a trial"):
        Store(tmp_path)
    assert (tmp_path / FILE).read_text() == text


def test_infra_counts_only_until_something_is_said_and_its_cost_always(tmp_path: Path) -> None:
    rows = [row("a", outcome="infra", cost=1.0), row("a", cost=2.0), row("a", outcome="infra", cost=4.0)]
    with Store(tmp_path) as store:
        for each in rows:
            store.add(each)
        assert (store.done[rows[0].key].outcome, store.lost_cost) == ("pass", 5.0)
    with Store(tmp_path) as again:
        assert (again.done, again.lost_cost) == (store.done, 5.0)


def test_nothing_is_added_once_it_is_closed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.close()
    assert not store.add(row("a"))
    assert (tmp_path / FILE).read_bytes() == b""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"postgres": "19.1"}, ""),
        ({"version": "2"}, "version of migration-agent"),
        ({"prompt": "x"}, "system prompt"),
        ({"case": "x"}, "request, golden or project"),
        ({"limits": {"drafts": 1}}, "limits"),
    ],
)
def test_another_experiment_is_told(tmp_path: Path, change: dict[str, object], said: str) -> None:
    setup = Setup(version="1", prompt="p", case="c", postgres="18.6", limits={"drafts": 8, "cost": None})
    done, lost = row("a"), row("b", outcome="infra")
    with Store(tmp_path) as store:
        store.add(done.model_copy(update={"setup": setup}))
        store.add(lost)
    with Store(tmp_path) as again:
        other = setup.model_copy(update=change)
        assert said in (words := again.differing({done.key: other, lost.key: setup, row("c").key: setup}))
        assert bool(words) == bool(said)
        aside = again.start_anew()
        assert (again.done, again.differing({done.key: other})) == ({}, "")
        again.add(row("c"))
    assert [trial.case for trial in read([tmp_path])] == ["c"]
    assert aside
    assert [trial.case for trial in read([aside])] == ["a", "b"]
