"""Trials for the tests: some written out, and any that there could be."""

from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

from agent.model import Usage
from agent.result import Outcome
from evals.trial import FILE, DraftMade, File, Graded, Seconds, Setup, Trial

HOSTILE = (
    "</script></style></pre><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31mred\x1b]0;title\x07"
    "\u202eabc [bold]markup[/bold] <b onclick='x'>\"'& `</code>`|\n# a heading\n<!-- --><svg/onload=alert(1)>"
)
GOLDEN = [File(name="20261122081500_add_quests.sql", text="create table public.quests (id uuid primary key);\n")]


def trial(case: str, model: str = "m", number: int = 1, mark: str = "pass", **more: Any) -> Trial:
    """`mark`: pass, fail or infra."""
    score = None if mark == "infra" else 100 if mark == "pass" else 40
    reasons = [] if mark == "pass" else [f"{case} went wrong"]
    told = {"score": score, "reasons": reasons, "golden": GOLDEN, "setup": Setup(version="1", case=f"hash of {case}")}
    return Trial(case=case, model=model, trial=number, outcome=mark, **told | more)


def draft(number: int, *rules: str, text: str = "select 1;\n") -> DraftMade:
    verdict = "fail" if rules else "pass"
    return DraftMade(number=number, verdict=verdict, rules=list(rules), files=[File(name="a.sql", text=text)])


def put(folder: Path, *trials: Trial) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text("".join(row.model_dump_json() + "\n" for row in trials), encoding="utf-8")
    return folder


_words = st.sampled_from(["", "quests", HOSTILE, "rls/leak-read", "\ud800", "Ünïcødé – 漢字", "--", "x" * 300])
_seconds = st.sampled_from([0.0, 0.05, 1.5, 90.0, 3_000.0])
_files = st.lists(st.builds(File, name=_words, text=_words), max_size=2)
_graded = st.builds(Graded, outcome=st.sampled_from(["pass", "fail"]), score=st.integers(0, 100))
_drafts = st.lists(
    st.builds(
        DraftMade,
        number=st.integers(1, 9),
        verdict=st.sampled_from(["pass", "fail"]),
        rules=st.lists(_words, max_size=3),
        files=_files,
    ),
    max_size=3,
)
_tokens = st.sampled_from([0, 12, 10**7])

ANY = st.builds(
    Trial,
    case=st.sampled_from(["quests", "teams", "a_score", HOSTILE]),
    model=st.sampled_from(["builtin", "claude-opus-5-5", HOSTILE]),
    trial=st.integers(1, 5),
    outcome=st.sampled_from(["pass", "fail", "infra"]),
    score=st.none() | st.integers(0, 100),
    reasons=st.lists(_words, max_size=2),
    ended=st.sampled_from(["", *get_args(Outcome)]),
    words=_words,
    first=st.none() | _graded,
    drafts=_drafts,
    answer=_files,
    usage=st.builds(Usage, _tokens, _tokens),
    cost=st.sampled_from([None, 0.0, 0.0004, 12.5]),
    seconds=st.builds(Seconds, model=_seconds, database=_seconds, grading=_seconds, total=_seconds),
    project=_words,
    request=_words,
    tags=st.lists(_words, max_size=3),
    golden=_files,
    started=st.sampled_from(["", "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"]),
    setup=st.builds(Setup, version=_words, prompt=_words, case=_words, postgres=_words),
)
"""Any trial."""

RUNS = st.lists(ANY, max_size=8, unique_by=lambda one: one.key)
"""Any run."""
