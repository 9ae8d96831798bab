"""Broken and hostile files at the command line: a finding or one sentence, and the documented exit code."""

import json
from pathlib import Path

import pytest

from tests.agent.command import cli, start
from tests.hostile.conftest import FINE, Stand
from tests.hostile.corpus import written
from tools.project import MAX_LINES, MAX_STATEMENTS

NAME = "20271122081500_hostile.sql"
DEADLY = "select pg_terminate_backend(pid), pg_cancel_backend(pid) from pg_stat_activity;"


def test_the_command_says_so(project: Path, tmp_path: Path) -> None:
    """All of them in one process: what one of them does to the server is not the next one's."""
    files = {"broken": "create tabl t (id int);", "deadly": DEADLY, "escape": "drop table public.first; commit;"}
    texts = {name: written(sql).text for name, sql in files.items()} | {"fine": FINE.text}
    for name, text in texts.items():
        (tmp_path / f"{name}.sql").write_text(text)
    named = [str(tmp_path / f"{name}.sql") for name in texts]
    with start("check", "--json", "--project", str(project), *named) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    *bad, fine = ({c["id"]: c["status"] for c in report["checks"]} for report in json.loads(out))
    assert [(checks["file"], checks["applies"]) for checks in bad] == [
        ("fail", "fail"),
        ("fail", "fail"),
        ("fail", "pass"),
    ]
    assert fine["applies"] == "pass"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"-- x\n" * 10_000_000, "limit is 8 MB"),
        (b"\x00\x01\x02\xff\xfe", "not UTF-8"),
        (b"select 1;\x00", "NUL byte"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (b"select 1;" * (MAX_STATEMENTS + 1), "the limit is 50,000. Put many rows into one INSERT"),
        (b"\n" * (MAX_LINES + 1), "200,001 lines; the limit is 200,000"),
    ],
)
def test_ends_in_a_sentence(project: Path, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / NAME).write_bytes(content)
    done = cli("check", str(tmp_path / NAME), project=project)
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "name", ["../../../../../../etc/passwd", "/etc/passwd", "../20260101000000_first.sql", "nothing.sql", "", "."]
)
def test_names_are_not_followed_out_of_the_project(project: Path, name: str) -> None:
    done = cli("check", name, project=project)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_thousand_statements(stand: Stand) -> None:
    assert stand.bench.judge([written("select 1;\n" * 1_000)]).verdict == "pass"


def test_semicolons_within_a_statement_do_not_count(project: Path, tmp_path: Path) -> None:
    many = ";" * (MAX_STATEMENTS + 1)
    (tmp_path / NAME).write_text(written(f"select '{many}', \"{many}\", $${many}$$; /*{many}*/ --{many}\n").text)
    done = cli("check", "--json", "--quiet", str(tmp_path / NAME), project=project)
    assert [f["rule"] for c in json.loads(done.stdout)["checks"] for f in c["findings"]][:2] == [
        "file/section",
        "applies/error",
    ]


def test_empty_files(project: Path, tmp_path: Path) -> None:
    names = []
    for number, content in enumerate((b"", b"\n\n", b"-- nothing\n", b"\xef\xbb\xbf")):
        names.append(str(tmp_path / f"2027112208150{number}_hostile.sql"))
        Path(names[-1]).write_bytes(content)
    done = cli("check", "--json", "--quiet", *names, project=project)
    assert done.exit_code in (0, 1)
    assert [report["migration"] for report in json.loads(done.stdout)] == names
