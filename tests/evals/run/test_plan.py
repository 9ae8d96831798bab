"""What is tried: by names, patterns and tags, and in shards that are everything together."""

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.runs import RunLog
from evals.cases import cases
from evals.run.models import Golden, Offline, Replay, contestant
from evals.run.plan import chosen, plan, shard_of
from evals.trial import FILE
from tests.evals.run.small import put, row
from tools.config import ModelConfig, ProjectError

ALL = cases()
BY = (Golden(), Offline())


@given(of=st.integers(1, 12), trials=st.integers(1, 3))
def test_shards_share_nothing_and_are_everything_and_alike_in_size(of: int, trials: int) -> None:
    shards = [plan(ALL, BY, trials, (number, of)).keys for number in range(1, of + 1)]
    keys = [key for shard in shards for key in shard]
    assert Counter(keys) == Counter(plan(ALL, BY, trials, (1, 1)).keys)
    for models in (["golden", "builtin"], ["golden"]):
        numbers = [sum(key.model in models for key in shard) for shard in shards]
        assert max(numbers) - min(numbers) <= 1
    assert shards[0] == plan(tuple(reversed(ALL)), BY, trials, (1, of)).keys


def test_cases_of_a_base_come_together_and_the_largest_first() -> None:
    bases = {case.id: case.base for case in ALL}
    runs = [(base, len(list(keys))) for base, keys in groupby(plan(ALL, BY, 1, (1, 1)).keys, lambda k: bases[k.case])]
    assert len(runs) == len(set(bases.values()))
    assert [size for _, size in runs] == sorted((size for _, size in runs), reverse=True)


def test_names_and_tags_choose(tmp_path: Path) -> None:
    own = put(tmp_path)
    assert [case.id for case in chosen(own, ["hard*"], [])] == ["hard", "hard_if_agreed"]
    assert [case.id for case in chosen(own, [], ["column"])] == ["hard"]
    assert [case.id for case in chosen(None, ["quests", "tea?s"], [])] == ["quests", "teams"]


@pytest.mark.parametrize(
    ("patterns", "tags", "said"),
    [
        (["quest"], [], "No case is called 'quest'. Did you mean quests?"),
        ([], ["colum"], "No case has the tag 'colum'. Did you mean column?"),
        (["quests"], ["storage"], "such a name and such a tag"),
    ],
)
def test_what_is_not_there_is_told(patterns: list[str], tags: list[str], said: str) -> None:
    with pytest.raises(ProjectError, match=said.replace("?", r"\?")):
        chosen(None, patterns, tags)


def test_an_empty_folder_holds_no_case(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="a case is a folder with"):
        chosen(tmp_path, [], [])


@pytest.mark.parametrize("text", ["0/2", "3/2", "2", "a/b", "1/0", "-1/2", ""])
def test_no_shard(text: str) -> None:
    with pytest.raises(ProjectError, match="--shard"):
        shard_of(text)


def test_recordings_leave_out_what_they_do_not_have(tmp_path: Path) -> None:
    replay = contestant("replay", ModelConfig())
    planned = plan(ALL, [replay], 2, (1, 1))
    recorded = {key.case for key in planned.keys}
    assert len(planned.keys) == 2 * len(recorded) > 40
    assert sorted([*recorded, *planned.unknown["replay"]]) == [case.id for case in ALL]
    with pytest.raises(ProjectError, match="No recording"):
        contestant(f"replay:{tmp_path}", ModelConfig())
    (tmp_path / "quests.json").write_text("{}")
    with pytest.raises(ProjectError, match="is not a recording"):
        contestant(f"replay:{tmp_path}", ModelConfig())


def test_the_rows_of_a_run_are_recordings_too(tmp_path: Path) -> None:
    said = {"event": "turn", "content": [], "stop_reason": "end_turn", "usage": {}}
    trials = [row("quests", n, model=model) for model in ("a", "b") for n in (1, 2)]
    told = [
        trial.model_copy(update={"transcript": [said | {"stop_reason": f"{trial.model}{trial.trial}"}]})
        for trial in trials
    ]
    (tmp_path / FILE).write_text(
        "".join(trial.model_dump_json() + "\n" for trial in [*told, row("teams", model="null")])
    )
    with pytest.raises(ProjectError, match="has trials of a, b; name one: replay:"):
        contestant(f"replay:{tmp_path}", ModelConfig())
    replay = contestant(f"replay:{tmp_path}:b", ModelConfig())
    assert isinstance(replay, Replay)
    assert [turn.stop_reason for own in replay.turns["quests"] for turn in own.turns] == ["b1", "b2"]
    assert [key.case for key in plan(ALL, [replay], 1, (1, 1)).keys] == ["quests"]


def test_a_run_s_log_is_a_recording_too(tmp_path: Path) -> None:
    log = RunLog(tmp_path, "quests")
    log.write("start", kind="new", request="Add quests.", model="m", created="2026-11-23")
    log.write("turn", content=[{"type": "text", "text": "No."}], stop_reason="end_turn", usage={"input_tokens": 7})
    log.write("end", outcome="no-draft", summary="No.")
    log.close()
    replay = contestant(f"replay:{log.path.parent}", ModelConfig())
    assert isinstance(replay, Replay)
    (recording,) = replay.turns["quests"]
    (turn,) = recording.turns
    assert (recording.outcome, turn.text, turn.usage.input_tokens) == ("no-draft", "No.", 7)
