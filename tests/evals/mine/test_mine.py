"""Cases are cut of a project's past, tried, and graded as they should be: the golden 100, nothing 0."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cases import cases
from evals.cli import app
from evals.mine.excused import excused
from tests.evals.mine.repository import Made
from tools.report import Finding

DOCUMENTS = """create table public.documents (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  title text not null
);
alter table public.documents enable row level security;
create policy "Own documents" on public.documents using (auth.uid() = owner_id);
"""
TAGS = "alter table public.documents add column tags text[] not null default '{}';\n"
STATUS = (
    "-- Purpose: Documents are drafts before they are published\nalter table public.documents add column status text;\n"
)
MENDED = "alter table public.documents add column x integer;\n"
BROKEN = MENDED.replace("documents", "nowhere")


@pytest.fixture
def past(made: Made) -> Made:
    made.commit("Documents that people own", {"supabase/migrations/1_documents.sql": DOCUMENTS})
    made.commit("wip", {"supabase/migrations/3_status.sql": STATUS, "supabase/migrations/4_x.sql": BROKEN})
    made.commit("Mend it", {"supabase/migrations/4_x.sql": MENDED})
    made.commit(
        "Say whose they are", {"supabase/migrations/5_again.sql": "comment on table public.documents is 'Theirs';\n"}
    )
    made.commit("feat(db): tags for documents (#41)", {"supabase/migrations/6_tags.sql": TAGS})
    made.commit("Away", {"supabase/migrations/5_again.sql": None, "supabase/migrations/7_seven.sql": "select 1;"})
    return made


def test_cases_of_a_small_past(past: Made, tmp_path: Path) -> None:
    out = tmp_path / "mined"
    words = ["eval", "mine", str(past.project.root), "--out", str(out), "-q"]
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["commits"]
    assert [(one["outcome"], one["request"]) for one in told] == [
        ("excused", "Documents that people own."),
        ("excused", "Documents are drafts before they are published.\nX."),
        ("nothing", "Say whose they are."),
        ("excused", "Feature: tags for documents."),
        ("passed over", ""),
    ]
    assert [one["proposed"] for one in told] == [False, True, False, False, False]
    assert "reversible/missing" in told[3]["broken"]

    found = {case.id.rpartition("_")[0]: case for case in cases(out)}
    assert sorted(found) == ["documents", "status", "tags"]
    status, tags = found["status"], found["tags"]
    assert (status.file.before, [m.file_name for m in status.home.migrations]) == ("3", ["1_documents.sql"])
    assert status.golden
    assert [m.text for m in status.golden.migrations] == [STATUS, MENDED]
    assert "4_x.sql" in (status.folder / "case.toml").read_text()
    assert len(list((out / "_projects").iterdir())) == 1

    again = CliRunner().invoke(app, [*words, "--last", "2"])
    assert again.exit_code == 0, again.output
    assert "1 there already" in again.stdout
    words = ["eval", "prove-grading", "--cases", str(out), "--case", tags.id, "--rewordings", "1", "--mutants", "1"]
    proved = CliRunner().invoke(app, [*words, "--json", "-q"])
    assert proved.exit_code == 0, proved.output
    kinds = ("golden", "null", "rewording", "mutant")
    assert [json.loads(proved.stdout)[kind] for kind in kinds] == [{"right": 1, "of": 1}] * 4


def test_a_shallow_clone_says_so(past: Made, tmp_path: Path) -> None:
    past.git("clone", "--quiet", "--depth", "1", f"file://{past.top}", str(tmp_path / "clone"))
    words = ["eval", "mine", str(tmp_path / "clone" / past.folder), "--out", str(tmp_path / "out"), "-q"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1, done.output
    assert "this clone is shallow" in done.stdout
    assert not (tmp_path / "out").exists()


def test_what_keeping_a_rule_changes_is_excused_with_it() -> None:
    found = [
        Finding(rule="grants/anon", severity="error", message="", object="public.quests"),
        Finding(rule="constraints/range", severity="warning", message="", object="public.quests.points"),
        Finding(rule="rls/initplan", severity="warning", message="", object="public.quests/Own quests"),
        Finding(rule="functions/caller", severity="error", message="", object="public.give(uuid, text[])"),
    ]
    may = excused(found)
    assert may.lack == ["grant function public.give(uuid, text[[]])* *", "grant public.quests *"]
    assert may.differ == [
        "check public.quests (*points*)",
        "function public.give(uuid, text[[]])*",
        "grant public.quests *",
    ]
    assert may.breaks == sorted(one.rule for one in found)
    assert excused([]).model_dump(by_alias=True) == {"lack": [], "have": [], "differ": [], "break": []}
