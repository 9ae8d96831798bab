"""What runs before the first migration, where the history starts, and versions that two files share."""

import pickle
from pathlib import Path

import pytest

from tools.config import ProjectError
from tools.history import HistoryError, replay, stop_at_twins
from tools.project import Project

DUMP = """\\restrict x7
set statement_timeout = 0;
create schema if not exists "public";
create table if not exists "public"."users" ("id" uuid not null, "team" text default current_user);
grant reader to authenticated;
\\unrestrict x7
"""
ROLES = "create role reader; alter role authenticated set statement_timeout = '7s';"
OLD = "alter table public.users add column name text;"
NEW = "alter table public.users add column phone text;"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "supabase"
    (folder / "migrations").mkdir(parents=True)
    (folder / "migrations" / "20260101000000_old.sql").write_text(OLD)
    (folder / "migrations" / "20260201000000_new.sql").write_text(NEW)
    (folder / "roles.sql").write_text(ROLES)
    (folder / "schemas").mkdir()
    (folder / "schemas" / "10_public.sql").write_text(DUMP)
    (tmp_path / "migration-agent.toml").write_text('[history]\nbaseline = "supabase/schemas/*.sql"\n')
    return tmp_path


def columns(project: Project) -> list[str]:
    state = replay(project, project.migrations, progress=lambda _: None)
    with state.server as server, server.connect() as conn:
        query = "select attname::text from pg_attribute where attrelid = 'public.users'::regclass and attnum > 0"
        return [name for (name,) in conn.execute(query).fetchall()]


def test_roles_and_a_dump_run_before_the_first_migration(root: Path) -> None:
    assert columns(Project.find(root)) == ["id", "team", "name", "phone"]
    stop_at_twins(Project.find(root))
    later = Project.find(root, "20260201000000")
    assert columns(later) == ["id", "team", "phone"]
    (root / "supabase" / "schemas" / "10_public.sql").write_text(DUMP.replace("team", "tribe"))
    assert columns(Project.find(root, "20260201000000")) == ["id", "tribe", "phone"]
    with pytest.raises(ProjectError, match=r"20260101000000_old\.sql is older than 20260201000000"):
        later.find_migration("20260101000000_old.sql")


def test_a_new_migration_is_not_before_the_start(root: Path) -> None:
    assert Project.find(root, "29990101000000").next_version() == "29990101000000"
    assert Project.find(root, "29990101").next_version() == "29990101000000"
    with pytest.raises(ProjectError, match="--from v2"):
        Project.find(root, "v2")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('baseline = "supabase/nothing.sql"', "there is no supabase/nothing.sql"),
        ('baseline = "../other/*.sql"', "leaves the supabase/ folder"),
        ('baseline = "supabase/rows.sql"', "rows.sql, line 2: the dump holds rows"),
        ('start = "soon"', "history.start"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_said(root: Path, config: str, said: str) -> None:
    (root / "supabase" / "rows.sql").write_text("select 1;\nCOPY public.users (id) FROM stdin;\n\\.\n")
    (root / "migration-agent.toml").write_text(f"[history]\n{config}\n")
    with pytest.raises(ProjectError, match=said):
        _ = Project.find(root).prelude


def test_a_baseline_or_two_files_of_one_version_stop_the_history(root: Path) -> None:
    (root / "supabase" / "migrations" / "20260201000000_twin.sql").write_text("select 1;")
    with pytest.raises(HistoryError) as caught:
        stop_at_twins(Project.find(root))
    assert (caught.value.path, caught.value.diagnosis.kind) == (
        "supabase/migrations/20260201000000_twin.sql",
        "version",
    )
    (root / "supabase" / "schemas" / "20_more.sql").write_text("\ncreate table auth.mine ();")
    with pytest.raises(HistoryError) as caught:
        columns(Project.find(root))
    assert (caught.value.path, caught.value.failure.line) == ("supabase/schemas/20_more.sql", 2)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # as it comes from a worker


def test_an_init_file_of_the_first_cli_is_passed_over(root: Path) -> None:
    (root / "supabase" / "migrations" / "20211208000000_init.sql").write_text("create schema auth;")
    assert [m.version for m in Project.find(root).migrations] == ["20260101000000", "20260201000000"]
