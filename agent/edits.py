"""Changes to the last draft: a repair costs the tokens of what changes, not of the whole draft.

edit_draft(edits=[{"field": "rollback", "old": "drop table public.quest;", "new": "drop table public.quests;"}])
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.draft import SUMMARY, Draft, DraftFile, Query, Sample, SeedEdit, Waiver

_FIELDS = Literal["name", "title", "purpose", "tables", "indexes", "security", "functions", "comments", "rollback"]


class Edit(BaseModel):
    """One replacement in one field."""

    model_config = ConfigDict(extra="forbid")
    file: str = Field("", max_length=80, description="The file's name; not needed where there is one.")
    field: _FIELDS
    old: str = Field(
        "",
        description="Text that stands exactly once in the field. Empty: `new` is added at the end of the section, "
        "or at the beginning of the rollback.",
    )
    new: str = Field(description="What stands there instead; empty takes it out.")
    whole: bool = Field(False, description="`new` is the whole field, and `old` is left out.")


class FileWaiver(Waiver):
    file: str = Field("", max_length=80)


class EditDraft(BaseModel):
    """Changes to the draft that was sent last, applied in order; the whole is judged again."""

    model_config = ConfigDict(extra="forbid")
    edits: list[Edit] = Field([], max_length=60)
    allow: list[FileWaiver] = Field([], description="Added to those of the file.")
    disallow: list[str] = Field([], description="Rules whose `allow` is taken out, of every file.")
    queries: list[Query] | None = Field(None, description="Instead of all queries so far, of all files; [] for none.")
    samples: list[Sample] | None = Field(None, max_length=50, description="Likewise.")
    seed: list[SeedEdit] | None = Field(None, max_length=40, description="Likewise.")
    summary: str | None = Field(None, max_length=SUMMARY, description="Where it no longer says the truth.")


class EditError(Exception):
    """The edits do not fit the draft; the message says which and why."""


def edited(draft: Draft, change: EditDraft) -> Draft:
    """The draft with the changes. Raises EditError; then none of them counts."""
    files = [file.model_dump() for file in draft.files]
    if not change.model_dump(exclude_defaults=True):
        raise EditError("it changes nothing.")
    for number, edit in enumerate(change.edits, start=1):
        file = files[_index(draft.files, edit.file, f"edits.{number - 1}")]
        file[edit.field] = _replaced(str(file[edit.field]), edit, f"edits.{number - 1}")
    for number, waiver in enumerate(change.allow):
        file = files[_index(draft.files, waiver.file, f"allow.{number}")]
        given = waiver.model_dump(exclude={"file"})
        kept = [old for old in file["allow"] if (old["rule"], old["object"]) != (given["rule"], given["object"])]
        file["allow"] = [*kept, given]
    for file in files:
        file["allow"] = [waiver for waiver in file["allow"] if waiver["rule"] not in change.disallow]
    for name, rows in (("queries", change.queries), ("samples", change.samples)):
        if rows is not None:
            for file in files:
                file[name] = []
            files[-1][name] = [row.model_dump() for row in rows]
    seed = draft.seed if change.seed is None else change.seed
    summary = draft.summary if change.summary is None else change.summary
    try:
        return Draft.model_validate({"files": files, "seed": [e.model_dump() for e in seed], "summary": summary})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise EditError(f"{'.'.join(map(str, first['loc']))} would not fit any more: {first['msg']}.") from None


def _index(files: Sequence[DraftFile], name: str, where: str) -> int:
    names = [file.name for file in files]
    if not name and len(names) == 1:
        return 0
    if name in names:
        return names.index(name)
    said = f"there is no file {name!r}" if name else "it does not say which file"
    raise EditError(f"{where}: {said}; there are {', '.join(names)}.")


def _replaced(text: str, edit: Edit, where: str) -> str:
    if edit.whole:
        return edit.new
    if not edit.old:
        ordered = (edit.new, text) if edit.field == "rollback" else (text, edit.new)
        return "\n\n".join(part for part in ordered if part.strip()) if edit.new else text
    located(text, edit.old, where, edit.field)
    return text.replace(edit.old, edit.new)


def located(text: str, old: str, where: str, place: str) -> None:
    """Raises EditError unless `old` stands exactly once in `text`; `place` is what that is called."""
    count = text.count(old)
    if count > 1:
        raise EditError(f"{where}: its `old` stands {count} times in {place}; take more of the text around it.")
    if count:
        return
    wanted = next((line.strip() for line in old.splitlines() if line.strip()), "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    near = max(lines, key=lambda line: _in_common(line, wanted), default="")
    hint = f" The nearest line is: {near[:200]}" if _in_common(near, wanted) > len(wanted) / 3 else ""
    raise EditError(f"{where}: its `old` does not stand in {place}.{hint if lines else ' It is empty.'}")


def _in_common(one: str, other: str) -> int:
    """Characters of the longest part that both have."""
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
