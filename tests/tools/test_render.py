"""Whole outputs against files in snapshots/ (``UPDATE_SNAPSHOTS=1`` writes them), and laws about hostile text."""

import io
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

from tools.render import json_, markdown
from tools.render.gfm import prose
from tools.render.plain import harmless, seconds
from tools.render.terminal import ReportView, Summary
from tools.report import Access, CheckResult, FactChanges, Finding, Report

GFM = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
SNAPSHOTS = Path(__file__).parent / "snapshots"

FIRST = """\
-- Migration: Add quests
create table if not exists public.quests (
  id uuid primary key default gen_random_uuid(),
  child_id uuid not null references public.children (id) on delete cascade,
  title text not null -- 題名 \x1b[2J
);
\talter table public.lessons add column note text not null default 'x', add column about text, add column more int;
"""
SECOND = "alter table public.quests validate constraint valid_points;\n"
SOURCES = {"supabase/migrations/1.sql": FIRST, "supabase/migrations/2.sql": SECOND}


def whole() -> Report:
    """Every status, a finding of every shape, text that tries to act, an access matrix and a second file."""
    rls = [
        Finding(
            rule="rls/disabled",
            severity="error",
            message="Table public.quests has no row level security: every signed-in user reads all of it.",
            hint="Switch it on in section 3 and add one policy for each verb that the app uses, each for one role.",
            fix="alter table public.quests enable row level security;\n"
            'create policy "Parents read" on public.quests for select to authenticated\n'
            "  using (child_id in (select id from public.children where parent_id = (select auth.uid())));\n",
            object="public.quests",
            line=2,
            column=1,
        ),
        Finding(
            rule="rls/public-read",
            severity="error",
            message="Everybody reads public.skills.",
            object="public.skills",
            waived="reference data, nothing personal",
        ),
    ]
    columns = [
        Finding(rule="columns/default", severity="error", message="No default.", line=7, column=94),
        Finding(rule="columns/id", severity="warning", message="A wide line.", line=5, column=26),
    ]
    names = [
        Finding(
            rule="indexes/name",
            severity="warning",
            message="[red]rich[/red] \x1b[31mansi\x07 | <img src=x> @everyone `code` _it_ child_id \u202egnp.exe",
            hint="# no heading\n- no list",
            fix="```\n</details>\r\n\x1b]8;;http://x\x07",
        )
    ]
    checks = [
        CheckResult.of("applies", "Applies to your history", [], "14 files and the seed, then 3 statements"),
        CheckResult.of("rls", "Each user reaches exactly their own rows", rls, "catalog read"),
        CheckResult.of("columns", "Standard columns", columns, "1 new table"),
        CheckResult.of("indexes", "Foreign keys are indexed | [b]really[/b]", names, "2 indexes"),
        CheckResult.of(
            "constraints",
            "Bad rows are refused",
            [Finding(rule="constraints/range", severity="warning", message="m", waived="it may go below")],
            "catalog read",
        ),
        CheckResult.of("queries", "Queries use an index", [], "no query was given", "not-checked"),
        CheckResult.of("updated-at", "updated_at moves", [], "no such column", "n/a"),
    ]
    report = Report.of(
        "supabase/migrations/1.sql",
        checks,
        postgres="18.6",
        seconds=0.2134,
        facts=FactChanges(added=[], removed=[]),
        notes=["uuid-ossp is a stand-in."],
    )
    verbs = ["select", "insert"]
    report.access.extend(
        Access(table="public.quests", actor=actor, verb=verb, outcome=outcome, expected=expected)
        for actor, outcome, expected in [("owner", "allowed", "allowed"), ("stranger", "allowed", "denied")]
        for verb in verbs
    )
    second = Report.of(
        "supabase/migrations/2.sql",
        [CheckResult.of("applies", "Applies to your history", [], "1 statement")],
        postgres="18.6",
        seconds=0.01,
    )
    return report.with_parts([second])


def shown(view: object, width: int, **options: object) -> str:
    console = Console(file=io.StringIO(), width=width, **options)  # type: ignore[arg-type]
    console.print(view)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def snapshot(name: str, text: str) -> str:
    path = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return path.read_bytes().decode()


@pytest.mark.parametrize("width", [80, 140])
def test_terminal(width: int) -> None:
    text = shown(ReportView(whole(), SOURCES), width)
    assert text == snapshot(f"report-{width}.txt", text)


def test_markdown() -> None:
    text = markdown.render(whole())
    assert text == snapshot("report.md", text)


def test_tables_that_are_reached_alike_share_a_matrix() -> None:
    tables = [("b", "denied"), ("a", "allowed"), ("c", "denied")]
    cells = [
        Access(table=table, actor="anon", verb="select", outcome=outcome, expected="denied")
        for table, outcome in tables
    ]
    alone, shared = markdown.access(cells)
    assert alone == "`a`:\n\n|  | select |\n| --- | --- |\n| anon | ❌ **allowed**, not denied |"
    assert shared == "`b`, `c`:\n\n|  | select |\n| --- | --- |\n| anon | denied |"
    assert markdown.access([]) == []


@given(st.text(st.sampled_from("ab`|<*_@#1. \n"), max_size=30))
def test_what_stands_between_back_ticks_is_code_and_the_rest_only_shows(text: str) -> None:
    shown = GFM.render(prose(text))
    assert set(re.findall(r"</?(\w+)", shown)) <= {"p", "code"}
    assert "@a" not in re.sub(r"<code>.*?</code>", "", shown)


def test_prose() -> None:
    assert prose("Add `create index i on t (a);` or *not*") == "Add `create index i on t (a);` or \\*not\\*"
    assert prose("one ` alone") == "one \\` alone"


def test_json() -> None:
    text = json_.render(whole())
    assert text == snapshot("report.json", text)
    assert Report.model_validate_json(text) == whole()
    assert json.loads(json_.render([whole()])) == [json.loads(text)]
    assert json_.render([]) == "[]\n"


def test_one_file_among_many_has_no_checklist() -> None:
    view = shown(ReportView(whole(), checklist=False), 100)
    assert "Applies to your history" not in view
    assert view.splitlines()[-1] == "✗ fail supabase/migrations/1.sql: 2 errors, 2 warnings, 2 waived"
    assert shown(Summary([whole(), whole()]), 100) == "2 files: 0 pass, 2 fail (Postgres 18.6, 0.43 s)\n"


def test_colour_only_at_a_terminal_and_never_from_the_text() -> None:
    plain = shown(ReportView(whole(), SOURCES), 80)
    coloured = shown(ReportView(whole(), SOURCES), 80, force_terminal=True, color_system="truecolor")
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[rls/disabled]\x1b[0m" in coloured
    assert "\x1b[31mansi" not in coloured
    assert "\x1b[2J" not in coloured


def test_marks_are_ascii_where_the_terminal_is() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    Console(file=file, width=80).print(ReportView(whole(), SOURCES))
    file.seek(0)
    assert "\nX fail supabase/migrations/1.sql" in file.read()


anything = st.text(max_size=60) | st.sampled_from(["[/]", "\x1b[0m", "|", "```", "<b>", "\u2028", "漢" * 90])


@settings(max_examples=60, deadline=None)
@given(anything, anything, anything, st.integers(1, 200), st.integers(20, 120))
def test_any_text_fits_the_width_and_stays_in_its_place(
    source: str, message: str, fix: str, column: int, width: int
) -> None:
    finding = Finding(rule="a/b", severity="error", message=message, hint=message, fix=fix, line=1, column=column)
    check = CheckResult.of("a", message, [finding], fix)
    report = Report.of("m.sql", [check], postgres="18", seconds=0, notes=[message])
    text = shown(ReportView(report, {"m.sql": source}), width)
    assert harmless(text) == text
    assert all(cell_len(line) <= width for line in text.split("\n"))
    table = [line for line in markdown.render(report).split("\n") if line.startswith("| ❌")]
    assert len(table) == 1
    assert table[0].count("|") == 4


@given(st.text())
def test_harmless_is_idempotent_and_shows_everything(text: str) -> None:
    safe = harmless(text)
    assert harmless(safe) == safe
    assert len(safe) == len(text.replace("\r\n", "\n"))
    assert not set(safe) & set("\x1b\x07\r\x9b\u202e\u2066\x00\x7f")


@pytest.mark.parametrize(
    ("amount", "words"), [(0.0082, "8 ms"), (0.2134, "0.21 s"), (12.3, "12 s"), (239.9, "4 min 0 s")]
)
def test_seconds(amount: float, words: str) -> None:
    assert seconds(amount) == words
