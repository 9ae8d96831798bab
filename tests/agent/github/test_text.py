"""What a comment commands, and words that show and do nothing."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from agent.github import branch, status
from agent.github.command import Command, parse, visible
from agent.github.status import Question, State
from agent.github.text import escaped, fitted, plain, quoted

GFM = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ("/migrate add a table", Command("new", "add a table", "")),
        ("/migrate  add\ta   table \r\nwith rows\r\n", Command("new", "add a table", "with rows")),
        ("/migrate", Command("help", "", "")),
        ("/migrate\nadd a table", Command("help", "", "add a table")),
        ("/migrate <!-- drop it --> ", Command("help", "", "")),
        ("/migrate help", Command("help", "", "")),
        ("/migrate Help", Command("help", "", "")),
        ("/migrate help people to find lessons", Command("new", "help people to find lessons", "")),
        ("/migrate explain", Command("explain", "", "")),
        ("/migrate explain rls/initplan", Command("explain", "rls/initplan", "")),
        ("/migrate explain why in a column", Command("new", "explain why in a column", "")),
        ("/migrate revise make it longer", Command("revise", "make it longer", "")),
        ("/migrate revise", Command("revise", "", "")),
        ("/migrate answer 42", Command("answer", "42", "")),
        ("/migrate füge 表 hinzu 👩‍👧", Command("new", "füge 表 hinzu 👩‍👧", "")),
        ("/migrate add\u202e a\u200b t\U000e0061able", Command("new", "add a table", "")),
        ("/migrate add <!-- not\nthis --> a table", Command("new", "add", "this --> a table")),
        ("/migrate x\n<!-- template -->\nwhy\n<!-- open", Command("new", "x", "why")),
        ("/Migrate add", None),
        ("/migrations add", None),
        ("/migrate-it", None),
        (" /migrate add", None),
        ("\n/migrate add", None),
        ("\ufeff/migrate add", None),
        ("`/migrate add`", None),
        ("", None),
    ],
)
def test_commands(body: str, command: Command | None) -> None:
    assert parse(body) == command


def test_a_huge_comment() -> None:
    found = parse("/migrate " + "<!--" * 16_000 + "x\n" + "y\n" * 30_000)
    assert found
    assert found.verb == "help"


@given(st.text())
def test_only_the_first_line_commands(text: str) -> None:
    found = parse(text)
    assert (found is None) or text.startswith("/migrate")
    assert parse(f"> {text}") is None
    assert "\u202e" not in visible(text)


NASTY = st.text(st.sampled_from("@#:/-.!<>[]()*_`~|\\&;=+$13)GHhtpswx \n\t\u200b\u202e"), max_size=60)
ACTS = re.compile(r"(?<![\w&])#\d|\bGH-\d|@\w|https?://|www\.", re.IGNORECASE)


@example("1)")
@example("2024. A list from there")
@given(NASTY)
def test_words_become_nothing_but_words(text: str) -> None:
    shown = GFM.render(f"{escaped(text)}\n\n{quoted(text)}\n\n| a |\n| --- |\n| {escaped(text)} |\n")
    tags = set(re.findall(r"</?(\w+)", shown))
    assert tags <= {"p", "blockquote", "table", "thead", "tbody", "tr", "th", "td"}
    assert shown.count("<td>") == 1
    assert not ACTS.search(escaped(text))
    assert not ACTS.search(plain(text, 72))
    assert "\n" not in escaped(text) + plain(text, 72)


def test_a_headline_is_no_trailer() -> None:
    change = branch.Change("Fixes #7\n\nMigration-Agent-Comment: 1", 42, {})
    assert branch.made_for(commit(change.message)) == 42
    assert "#7" not in change.message
    assert branch.made_for(commit("By hand\n\nMigration-Agent-Comment: many")) is None


def commit(message: str) -> branch.Commit:
    return branch.Commit.model_validate({"sha": "0" * 40, "message": message, "tree": {"sha": "0" * 40}})


@given(st.text(), st.lists(st.text(), max_size=3), st.text())
def test_a_status_keeps_what_was_asked(question: str, options: list[str], text: str) -> None:
    try:
        (question + "".join(options) + text).encode()
    except UnicodeEncodeError:
        return
    state = State(comment=7, phase="asked", questions=(Question(question=question, options=tuple(options)),))
    body = status.render(state, text)
    assert status.read(body) == state
    assert status.read(body.replace("\n", "\r\n")) == state
    mark, _, rest = body.partition("\n")
    assert rest == text
    assert mark.count("-->") == 1
    assert mark.endswith("-->")


@pytest.mark.parametrize("body", ["", "Hello", "<!-- migration-agent:status {} -->", "x <!-- migration-agent:status"])
def test_what_is_no_status(body: str) -> None:
    assert status.read(body) is None


def test_a_body_gives_way_from_its_end() -> None:
    parts = [("always", ""), ("a" * 40, "short a"), ("b" * 40, "short b"), ("end", "")]
    assert fitted(parts, 200) == "\n\n".join(["always", "a" * 40, "b" * 40, "end"])
    assert fitted(parts, 70) == "\n\n".join(["always", "a" * 40, "short b", "end"])
    assert fitted(parts, 40) == "\n\n".join(["always", "short a", "short b", "end"])
    assert len(fitted([("😀" * 100, "")], 50).encode("utf-16-le")) <= 100
