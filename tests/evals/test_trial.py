"""Rows of a run: read back as written, the last of a key counts."""

from pathlib import Path

import pytest

from evals.trial import FILE, Trial, read
from tools.config import ProjectError


def put(folder: Path, *trials: Trial, torn: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text("".join(trial.model_dump_json() + "\n" for trial in trials) + torn)
    return folder


def test_the_last_row_of_a_key_counts_and_infra_never_hides_a_result(tmp_path: Path) -> None:
    one = Trial(case="quests", model="m", trial=1, outcome="infra", reasons=["no network"])
    done = one.model_copy(update={"outcome": "pass", "score": 100, "reasons": []})
    two = done.model_copy(update={"trial": 2})
    first = put(tmp_path / "a", one, two, done, torn='{"case": "qu')
    second = put(tmp_path / "b", one)
    assert read([first, second]) == [done, two]
    assert read([second / FILE]) == [one]


@pytest.mark.parametrize(
    ("text", "said"), [("{}\n", "case"), ("no\n", "line 1: not JSON"), ('{"case": 1, "extra": 2}\n', "line 1")]
)
def test_what_is_no_trial_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ProjectError, match=said):
        read([tmp_path])
    with pytest.raises(ProjectError, match="Could not read"):
        read([tmp_path / "nowhere"])
