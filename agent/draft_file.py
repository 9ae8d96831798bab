"""A migration file that is written already, read back into the draft that it came from or might have come from."""

import re

from agent.draft import BODIES, DraftFile, Waiver
from tools.migration import Migration


def read_back(migration: Migration) -> DraftFile | None:
    """A written file as the draft that renders to the same statements; None for one in another form."""
    sections, rollback = migration.sections, migration.rollback
    if rollback is None or migration.syntax_error is not None or not sections:
        return None
    lines = migration.text.splitlines()
    ends = [*(section.line - 1 for section in sections[1:]), rollback.line - 1]
    bodies = {
        BODIES[section.number - 1]: "\n".join(line for line in lines[section.line : end] if not _is_rule(line))
        for section, end in zip(sections, ends, strict=True)
        if 1 <= section.number <= len(BODIES)
    }
    try:
        made = DraftFile(
            name=migration.slug,
            title=migration.header.get("migration", ""),
            purpose=_purpose(migration.text),
            rollback="\n".join(line.removeprefix("--").removeprefix(" ") for line in _undoing(lines, rollback.line)),
            allow=[Waiver(rule=w.rule, object=w.object or "", reason=w.reason) for w in migration.waivers],
            **bodies,
        )
    except ValueError:
        return None
    return made if _says_the_same(Migration(migration.file_name, made.render("2026-01-01")), migration) else None


def _is_rule(line: str) -> bool:
    return re.fullmatch(r"--\s*[=*#-]{8,}\s*", line) is not None


def _purpose(text: str) -> str:
    """The header's purpose with the lines that it runs on."""
    found = re.search(
        r"^--\s*Purpose\s*:(.*(?:\n--(?![ \t]*(?:\w+\s*:|[=*#-]{8,}))[ \t]*\S.*)*)", text, re.MULTILINE | re.IGNORECASE
    )
    return re.sub(r"\n--", " ", found[1]) if found else ""


def _undoing(lines: list[str], heading: int) -> list[str]:
    """The rollback's lines below its headings and banners; `heading` is the line of the first."""
    block = lines[heading:]
    while block and (_is_rule(block[0]) or re.match(r"--\s*(to (reverse|undo)\b.*:)?\s*$", block[0], re.IGNORECASE)):
        block = block[1:]
    return [re.sub(r"^--\s*(?=irreversible\s*:)", "-- -- ", line, flags=re.IGNORECASE) for line in block]


def _says_the_same(one: Migration, other: Migration) -> bool:
    """The same statements, rollback and waivers."""

    def said(migration: Migration) -> tuple[object, ...]:
        undo = migration.rollback
        return (
            [] if migration.syntax_error else [statement.text for statement in migration.statements],
            [(undo.sql.split(), [why for _, why in undo.irreversible])] if undo else [],
            {(waiver.rule, waiver.object, waiver.reason) for waiver in migration.waivers},
        )

    return said(one) == said(other)
