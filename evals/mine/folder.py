"""A case's folder, written: case.toml and the golden's files."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.mine.past import Cut
from evals.mine.repository import printable
from evals.mine.tried import Tried


def write_case(folder: Path, cut: Cut, project: str, tried: Tried) -> Path:
    """The case in a folder of its own below `folder`, which is returned; `project` is the path from there."""
    own = folder / cut.id
    own.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(cut.files, start=1):
        name = "golden.sql" if len(cut.files) == 1 else f"golden_{number}.sql"
        (own / name).write_text(file.text, encoding="utf-8", newline="")
    (own / "case.toml").write_text("\n".join(_lines(cut, project, tried)) + "\n", encoding="utf-8")
    return own


def _lines(cut: Cut, project: str, tried: Tried) -> Iterator[str]:
    commit = cut.change.commit
    subject = printable(commit.message.strip().partition("\n")[0])[:160]
    yield f"# Commit {commit.id[:10]} of {commit.date}: {subject}"
    if cut.mended:
        yield f"# As a later commit left them, for as they were they do not apply: {', '.join(cut.mended)}"
    if cut.request.proposed:
        yield "# Proposed: the commit does not say what was wanted. These are the migration's own words."
    yield f"request = {_text(cut.request.text)}"
    yield f"project = {_text(project)}"
    if cut.place.before:
        yield f"before = {_text(cut.place.before)}"
    yield f"tags = {_list(['mined', *(['proposed'] if cut.request.proposed else [])])}"
    if told := {key: patterns for key, patterns in tried.may.model_dump(by_alias=True).items() if patterns}:
        yield "\n[may]"
        yield "# Rules that the golden itself breaks, and what keeping them changes: no answer is failed for these."
        for key, patterns in told.items():
            yield f"{key} = {_list(patterns)}"
    for edit in tried.seed:
        yield "\n[[seed]]"
        yield from (
            f"{key} = {_text(value)}" for key, value in (("file", edit.file), ("old", edit.old), ("new", edit.new))
        )


def _text(value: str) -> str:
    """As TOML writes a string: JSON's way does, but for what TOML wants escaped besides."""
    if "\n" not in value:
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    lines = [json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f") for line in value.split("\n")]
    return '"""\n' + "\n".join(lines) + '"""'


def _list(values: Sequence[str]) -> str:
    line = f"[{', '.join(map(_text, values))}]"
    return line if len(line) <= 100 else "[\n" + "".join(f"    {_text(value)},\n" for value in values) + "]"
