"""Colours lose nothing, and a difference leads from one draft to the next."""

from hypothesis import given
from hypothesis import strategies as st

from agent.transcript.events import File
from agent.transcript.sql import changes, coloured, marked

PIECES = st.sampled_from(["select", " ", "\n", "'", '"', "$$", "--", "/*", "*/", ";", "a", "1", ".", "(", "é", "\t"])
TEXTS = st.lists(PIECES, max_size=40).map("".join)


def plain(spans: object) -> str:
    return "".join(text for _, text in spans)  # type: ignore[attr-defined]


@given(TEXTS)
def test_colours_lose_nothing(text: str) -> None:
    assert "\n".join(map(plain, coloured(text))) == text.removesuffix("\n")


@given(TEXTS, TEXTS)
def test_a_difference_leads_from_one_to_the_other(before: str, after: str) -> None:
    [*found] = changes([File(name="x.sql", text=before)], [File(name="x.sql", text=after)])
    assert bool(found) == (before != after)
    for change in found:
        signs = [line.sign for line in change.lines]
        assert (signs.count("+"), signs.count("-")) == (change.added, change.removed)
        if "@" not in signs and change.lines:
            for wanted, text in (("-", before), ("+", after)):
                kept = [line for line in change.lines if line.sign in (" ", wanted)]
                assert plain_lines(kept) in "\n".join(map(plain, coloured(text)))
        assert all(plain(span for span, _ in marked(line)) == plain(line.spans) for line in change.lines)


def plain_lines(lines: object) -> str:
    return "\n".join(plain(line.spans) for line in lines)  # type: ignore[attr-defined]


def test_what_changed_in_a_line_is_marked() -> None:
    old, new = (
        File(name="x.sql", text=f"create table {words}public.quests (\n  id uuid\n);\n")
        for words in ("", "if not exists ")
    )
    [change] = changes([old], [new])
    removed, added, *_ = change.lines
    assert (removed.changed, plain(span for span, changed in marked(added) if changed)) == ((13, 13), "if not exists ")


def test_files_come_and_go() -> None:
    one, two = File(name="1_a.sql", text="select 1;\n"), File(name="2_b.sql", text="select 2;\n")
    assert [(c.name, c.added, c.removed) for c in changes([one], [one, two])] == [("2_b.sql", 1, 0)]
    assert [(c.name, c.added, c.removed) for c in changes([one, two], [one])] == [("2_b.sql", 0, 1)]
