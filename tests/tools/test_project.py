"""Finding, reading and writing a project."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.config import Config, ProjectError
from tools.project import Project, later


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "supabase" / "migrations").mkdir(parents=True)
    return tmp_path


def put(root: Path, **names: str) -> None:
    for name, text in names.items():
        (root / "supabase" / "migrations" / f"{name.lstrip('_')}.sql").write_text(text)


def test_is_found_from_below(root: Path) -> None:
    deep = root / "src" / "app"
    deep.mkdir(parents=True)
    assert Project.find(deep).root == root
    with pytest.raises(ProjectError, match=r"No supabase/ folder"):
        Project.find(Path("/"))


def test_order_is_the_clis(root: Path) -> None:
    put(root, _20260101000000_b="select 2;", _20251231_a="select 1;", _20260101000000_a="select 1;")
    (root / "supabase" / "migrations" / "notes.sql").write_text("x")
    (root / "supabase" / "migrations" / "20270101000000_dir.sql").mkdir()
    assert [m.file_name for m in Project.find(root).migrations] == [
        "20251231_a.sql",
        "20260101000000_a.sql",
        "20260101000000_b.sql",
    ]


def test_config_is_read_and_unknown_keys_named(root: Path) -> None:
    config = root / "migration-agent.toml"
    config.write_text('small_rows = 5\n[tables.rows]\n"public.a" = 4\nb = 5\n[limits]\ndrafts = 2\n')
    loaded = Project.find(root).config
    assert [loaded.is_small(f"public.{table}") for table in "abc"] == [True, False, False]
    assert loaded.limits.drafts == 2
    for text, words in [
        ("smal_rows = 1", "did you mean 'small_rows'"),
        ("[limits]\ndraft = 1", "unknown key 'limits.draft'; did you mean 'drafts'"),
        ("[limits]\ndrafts = 0", "limits.drafts"),
        ("small_rows = ", "not valid TOML"),
        ("[samples]\na = ['x']", "samples.a.0: input should be a valid dictionary"),
        ("[conventions.names]\ntabel = 'x'", "unknown key 'conventions.names.tabel'; did you mean 'table'"),
        ("[conventions.names]\ntable = '('", r"names: table = '\(' is no regular expression: missing \)"),
    ]:
        config.write_text(text)
        with pytest.raises(ProjectError, match=words):
            Project.find(root)


def test_supabase_config(root: Path) -> None:
    assert Project.find(root).major_version == 17
    (root / "supabase" / "seed.sql").write_text("select 1;")
    assert [s.path.name for s in Project.find(root).seeds] == ["seed.sql"]
    toml = root / "supabase" / "config.toml"
    toml.write_text('[db]\nmajor_version = 15\n[db.seed]\nsql_paths = ["./seeds/*.sql"]\n')
    (root / "supabase" / "seeds").mkdir()
    for name in ("b", "a"):
        (root / "supabase" / "seeds" / f"{name}.sql").write_text("select 1;")
    project = Project.find(root)
    assert project.major_version == 15
    assert [s.path.name for s in project.seeds] == ["a.sql", "b.sql"]
    toml.write_text('[db.seed]\nsql_paths = ["./seeds/**.sql"]\n')
    assert [s.path.name for s in Project.find(root).seeds] == ["a.sql", "b.sql"]
    toml.write_text("[db.seed]\nenabled = false\n")
    assert Project.find(root).seeds == ()
    toml.write_text('[db.seed]\nsql_paths = ["../secret.sql"]\n')
    with pytest.raises(ProjectError, match="leaves the supabase/ folder"):
        _ = Project.find(root).seeds


def test_next_version_is_strictly_later(root: Path) -> None:
    now = datetime(2026, 11, 22, 8, 15, 0, tzinfo=UTC)
    assert Project.find(root).next_version(now) == "20261122081500"
    put(root, _20261122081500_a="select 1;")
    assert Project.find(root).next_version(now) == "20261122081501"
    put(root, _20291231235959_b="select 1;")
    assert Project.find(root).next_version(now) == "20300101000000"
    put(root, _99999999999999_c="select 1;")
    with pytest.raises(ProjectError, match="no later 14-digit version"):
        Project.find(root).next_version(now)
    assert later("20260101000099") == "20260101000100"
    assert later("2026") > "2026"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe\x00s", "not UTF-8"), (b"select 1;\x00", "NUL byte"), (b"-" * 9_000_000, "limit is 8 MB")],
)
def test_bad_files_are_one_sentence(root: Path, content: bytes, words: str) -> None:
    (root / "supabase" / "migrations" / "20260101000000_a.sql").write_bytes(content)
    with pytest.raises(ProjectError, match=words) as caught:
        _ = Project.find(root).migrations
    assert "\n" not in str(caught.value)


def test_writes_whole_files_and_none_outside(root: Path) -> None:
    project = Project.find(root)
    target = project.migrations_folder / "20260101000000_a.sql"
    project.write([(target, "select 1;\n"), (project.document, "# Schema\n")])
    assert target.read_text() == "select 1;\n"
    project.write([(project.document, "# Schema 2\n")])
    assert project.document.read_text() == "# Schema 2\n"
    with pytest.raises(ProjectError, match="exists already"):
        project.write([(target, "other")])
    for outside in (root / "x.sql", project.migrations_folder / ".." / ".." / "y.sql"):
        with pytest.raises(ProjectError, match="outside"):
            project.write([(project.migrations_folder / "20260101000001_b.sql", "select 1;"), (outside, "x")])
    assert sorted(p.name for p in project.migrations_folder.iterdir()) == ["20260101000000_a.sql"]


def test_two_runs_do_not_take_the_same_version(root: Path) -> None:
    def write(number: int) -> None:
        with Project.find(root).lock():
            project = Project.find(root)
            project.write([(project.migrations_folder / f"{project.next_version()}_t{number}.sql", "select 1;")])

    threads = [threading.Thread(target=write, args=[n]) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({m.version for m in Project.find(root).migrations}) == 5


def test_every_key_is_optional() -> None:
    assert Config().limits.drafts > 1
