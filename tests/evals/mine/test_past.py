"""What git tells of a project's past; nothing of a hostile repository is believed or run."""

from pathlib import Path

import pytest

from evals.mine.past import base_before, places, seed_edits
from evals.mine.repository import Repository
from tests.evals.mine.repository import Made
from tools.config import ProjectError

ONE = {"supabase/migrations/1_one.sql": "create table public.one ();", "supabase/seed.sql": "select 1;\nselect 2;\n"}
TWO = {"supabase/migrations/2_two.sql": "create table public.two ();"}
ODD = "3_odd\nname.sql"
THREE = {"supabase/migrations/3_three.sql": "create table public.three ();"}


def read(made: Made, since: str | None = None) -> tuple[Repository, dict[str, list[str]]]:
    """Names of the files that each commit added, by its message."""
    repository = Repository(made.project.root)
    changes = [repository.change(commit) for commit in repository.commits(since)]
    return repository, {change.commit.message.strip(): [*change.added] for change in changes}


def test_commits_that_add_migrations(made: Made) -> None:
    made.commit("first", ONE)
    made.git("switch", "--quiet", "-c", "topic")
    made.commit("on a branch", TWO)
    made.commit("more", {"supabase/migrations/2_two.sql": "create table public.two (id int);"} | THREE)
    made.git("switch", "--quiet", "main")
    made.git("merge", "--quiet", "--no-ff", "-m", "merged", "topic")
    second = made.commit("no migration", {"README.md": "hello"})
    made.git("mv", made.migration("3_three.sql"), made.migration("4_three.sql"))
    made.commit("renamed")
    made.commit("edited", {"supabase/migrations/4_three.sql": "create table public.three (id int);"})
    made.commit("ours alone", {"supabase/migrations/notes.sql": "", "supabase/migrations/old/5_five.sql": ""})
    repository, found = read(made)
    assert found == {
        "first": ["1_one.sql"],
        "merged": ["2_two.sql", "3_three.sql"],
        "renamed": [],
        "edited": [],
        "ours alone": [],
    }
    (merge,) = (commit for commit in repository.commits() if commit.message.startswith("merged"))
    assert [commit.message.strip() for commit in repository.merged(merge)] == ["on a branch", "more"]
    assert [*read(made, second)[1]] == ["renamed", "edited", "ours alone"]
    assert [*read(made, "2099-01-01")[1]] == []
    with pytest.raises(ProjectError, match="neither a commit of this clone nor a day"):
        read(made, "yesterday")


def test_a_project_that_moved_adds_nothing(made: Made) -> None:
    Made(made.top, "old").commit("first", ONE | TWO)
    (made.top / "apps").mkdir()
    made.git("mv", "old", "apps/db")
    made.commit("moved")
    assert read(made)[1] == {"moved": []}


def test_cases_share_a_project_where_the_later_one_holds_the_earlier(made: Made, tmp_path: Path) -> None:
    for message, files in (("1", ONE), ("2", TWO), ("3", THREE)):
        made.commit(message, files)
    made.commit("4", {"supabase/seed.sql": "select 1;\nselect 3;\n", "supabase/migrations/4_four.sql": "select 4;"})
    made.commit("5", {"supabase/migrations/5_five.sql": "select 5;"})
    repository = Repository(made.project.root)
    changes = [repository.change(commit) for commit in repository.commits()]
    bases = [base_before(repository, change, tmp_path) for change in changes]
    assert [len(base.migrations) for base in bases] == [0, 1, 2, 3, 4]
    found = places(bases)
    assert [place.before for place in found] == [None, "2", "3", None, None]
    assert [place.base for place in found] == [bases[0], bases[3], bases[3], bases[3], bases[4]]
    (edit,) = seed_edits(repository, changes[3], bases[3])
    assert (edit.file, edit.old, edit.new) == ("supabase/seed.sql", "select 2;\n", "select 3;\n")


def test_what_a_hostile_repository_brings_is_not_run(made: Made, tmp_path: Path) -> None:
    """Links, programs in its configuration, names that leave the folder, words that are not UTF-8."""
    made.commit("first", ONE | {"migration-agent.toml": f"[postgres]\nbin = '{tmp_path}'\n"})
    link = made.top / made.migration("2_link.sql")
    link.symlink_to("/etc/passwd")
    made.commit(b"caf\xe9 \xff", {"supabase/config.toml": '[db.seed]\nsql_paths = ["../../../outside.sql"]\n'})
    blob = made.git("hash-object", "-w", "--stdin", given=b"select 1;")
    made.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{made.migration(ODD)}")
    made.git("commit", "--quiet", "-m", "odd")
    made.git("reset", "--quiet", "--hard")
    made.commit("last", {"supabase/migrations/4_last.sql": "select 4;"})
    ran = tmp_path / "ran"
    for key in ("core.fsmonitor", "diff.external", "gpg.program", "core.sshCommand", "core.pager"):
        made.git("config", key, f"touch {ran}; false")
    made.git("config", "log.showSignature", "true")
    (made.top / ".gitattributes").write_text("*.sql diff=odd filter=odd\n")
    made.git("config", "diff.odd.textconv", f"touch {ran}; cat")
    made.git("config", "filter.odd.smudge", f"touch {ran}; cat")
    repository, found = read(made)
    assert found == {"first": ["1_one.sql"], "café ÿ": [], "odd": [ODD], "last": ["4_last.sql"]}
    last = repository.change(repository.commits()[-1])
    with pytest.raises(ProjectError, match="which is no name for a file"):
        base_before(repository, last, tmp_path / "scratch")
    odd = repository.change(repository.commits()[2])
    with pytest.raises(ProjectError, match="leaves the supabase/ folder"):
        base_before(repository, odd, tmp_path / "scratch")
    assert not ran.exists()


def test_what_is_no_history_is_said(made: Made, tmp_path: Path) -> None:
    (made.top / made.folder / "supabase").mkdir(parents=True)
    with pytest.raises(ProjectError, match="has no commit yet"):
        read(made)
    (tmp_path / "bare" / "supabase").mkdir(parents=True)
    with pytest.raises(ProjectError, match="in no work tree of git"):
        Repository(tmp_path / "bare").commits()
