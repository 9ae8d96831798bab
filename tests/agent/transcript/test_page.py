"""The page and the terminal: all of the run is there, nothing in it acts, and both stay of a size to read."""

import io
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from agent.transcript.page import render
from agent.transcript.read import Transcript
from agent.transcript.terminal import TranscriptView
from tests.agent.transcript.logs import (
    COMMENT,
    DRAFTED,
    END,
    START,
    WRITTEN,
    Event,
    answers,
    files,
    judged,
    says,
    told,
    turn,
    uses,
)

HOSTILE = (
    "</pre></details><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31mred\x1b]0;title\x07"
    "\u202eabc [bold]markup[/bold] <b onclick='x'>\"'& `</code><style>*{display:none}</style>`\ud800"
)


class Tags(HTMLParser):
    """Elements and attributes of a page; void elements and pairs are checked on the way."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "id"):
                (self.links if name == "href" else self.ids).append(value or "")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def terminal(run: Transcript, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system=None).print(TranscriptView(run))
    return out.getvalue()


def hostile(text: str) -> list[Event]:
    finding = COMMENT | {"rule": "x/y", "message": text, "hint": text, "fix": text, "object": text}
    many = {"draft": [judged(1, finding, files=[{"name": text, "text": text}], checks=[{"id": text, "status": text}])]}
    return [
        ("start", {"request": text, "model": text, "kind": "revise", "file": text, "system": text}),
        ("message", {"role": "user", "content": text}),
        turn(
            says(text),
            {"type": "thinking", "thinking": text},
            uses(text, {text: text, "names": [text]}, "a"),
            uses("try_sql", {"sql": text}, "c"),
            uses("check_draft", {"files": text}, "b"),
            stop_reason=text,
            model=text,
        ),
        *many["draft"],
        answers(text, "a"),
        answers(text, "c"),
        answers("Draft 1: " + text, "b"),
        turn(uses("edit_draft", {}, "d")),
        judged(2, finding | {"object": "z"}, files=[{"name": text, "text": f"select 1;\n{text}"}]),
        ("question", {"question": text, "options": [text], "reason": text}),
        ("answer", {"text": text}),
        ("end", {"outcome": text, "summary": text, "why": text}),
        ("resumed", {"words": text}),
        ("end", {"outcome": text, "summary": text, "why": text + "!"}),
        ("written", {"files": [text]}),
    ]


def test_the_page_says_it_all_and_stands_alone(tmp_path: Path) -> None:
    page = render(told(tmp_path, *DRAFTED, END, WRITTEN))
    tags = Tags(page)
    assert tags.attributes <= {
        "charset",
        "content",
        "http-equiv",
        "name",
        "lang",
        "class",
        "id",
        "href",
        "open",
        "scope",
        "title",
    }
    assert {link.removeprefix("#") for link in tags.links} <= set(tags.ids)
    assert len(tags.ids) == len(set(tags.ids))
    assert re.findall(r"https?:|@import|url\(|style=", page) == []
    words = re.sub(r"<[^>]+>", "", page)
    for said in (
        "add a difficulty",
        "Adds a difficulty.",
        "supabase/migrations/20261122081501_add_difficulty.sql",
        "I look first.",
        "describe lessons",
        "1 mended reversible/leftover on public.lessons",
        "comments/column No comment.",
        "if not exists",
        "Warnings are left.",
        "75 % cached",
        "$0.5000",
    ):
        assert said in words
    assert '<span class="mark fail" title="fail">✗</span></td><td><span class="mark pass" title="pass">✓' in page
    assert '<mark><span class="keyword">if</span></mark>' in page


def test_the_policy_lets_its_own_style_in_and_nothing_else(tmp_path: Path) -> None:
    import base64
    import hashlib

    page = render(told(tmp_path, START))
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.index(policy) < page.index("<style>")


def test_text_of_others_is_text(tmp_path: Path) -> None:
    run = told(tmp_path, *hostile(HOSTILE))
    page = render(run)
    tags = Tags(page)
    assert {"script", "img", "b"} & tags.tags.keys() <= {"b"}
    assert tags.tags["style"] == 1
    assert not any(name.startswith("on") for name in tags.attributes)
    shown = page + terminal(run) + terminal(run, 20)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800]", shown)
    assert "&lt;script&gt;" in page
    assert "[bold]markup[/bold]" in terminal(run)
    page.encode()


def test_a_long_answer_of_a_tool_is_cut(tmp_path: Path) -> None:
    long = answers("x" * 1_000_000 + "end")
    run = told(tmp_path, START, turn(uses("describe", {"names": ["lessons"]})), long)
    assert len(render(run)) < 80_000
    assert "… 960,003 more characters are in the log." in render(run)
    assert terminal(run).count("\n") < 40


@pytest.mark.parametrize("character", ["\n", "'"])
def test_a_page_stays_of_a_size_to_read(tmp_path: Path, character: str) -> None:
    run = told(tmp_path, *hostile(character * (1_000_000 // len(character))))
    page = render(run)
    assert len(page) < 8_000_000  # of a log of more than 20 MB
    assert "more characters are in the log" in page
    assert terminal(run).count("\n") < 2_000


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (DRAFTED, ["interrupted", "The log ends here"]),
        (DRAFTED[:5], ["the run ended here"]),
        ([START], ["interrupted"]),
        (
            [START, ("end", {"outcome": "satisfied", "summary": "It is there already."})],
            ["nothing to do", "there already"],
        ),
        ([START, turn(says("x"), stop_reason="refusal"), ("end", {"outcome": "refused"})], ["refused by the model"]),
        ([START, turn(model="local"), END], ["price unknown"]),
    ],
)
def test_every_end_is_told(tmp_path: Path, events: list[Event], said: list[str]) -> None:
    run = told(tmp_path, *events)
    page = render(run)
    Tags(page)
    for words in said:
        assert words in page
        assert words in terminal(run)


def test_drafts_of_the_same_text_and_of_none(tmp_path: Path) -> None:
    one = [turn(uses("check_draft", {})), judged(1, files=files("select 1;\n"))]
    two = [turn(uses("check_draft", {})), judged(2, files=files("select 1;\n"))]
    three = [turn(uses("check_draft", {})), judged(3)]
    page = render(told(tmp_path, START, *one, *two, *three))
    assert "The same text as draft 1." in page
    assert "The log does not hold this draft" in page
