"""A migration is one file that tools and people can read from its name and its first three lines, and it stays
inside the one transaction in which it is applied: all of it happens, or nothing.

    20261122081500_add_quests.sql

    -- Migration: Add quests
    -- Created: 2026-11-22
    -- Purpose: Let parents give their children small daily tasks.

    -- ============================================================================
    -- SECTION 1: CREATE/ALTER TABLES
    -- ============================================================================

## file/name

The file is not named `YYYYMMDDHHMMSS_snake_case.sql`: 14 digits of UTC time, then words in lower case.

Why: the Supabase CLI passes over every file whose name does not begin with digits and an underscore, so a wrongly
named migration is simply never applied, without an error. Versions are compared as text: 8 digits sort before 14.

Fix: rename the file. `supabase migration new add_quests` makes a name that fits.

Allow: `-- allow: file/name: REASON`, for a file that was applied under its name long ago.

## file/order

Another migration has the same version, or later ones exist already.

Why: the version is the primary key of Supabase's history table, so the second file with it fails to apply.
`supabase db push` refuses a file that is older than the newest one applied, and a fresh database would run
it at another place than production did.

Fix: give the file a version later than all others (the finding names one).

Allow: `-- allow: file/order: REASON`, for a file that you will push with `--include-all`.

## file/header

One of the three lines Migration, Created and Purpose is missing or empty, or Created is not a date.

Why: half a year later, the purpose is the only thing that says why a column exists.

Fix: begin the file with

    -- Migration: Add quests
    -- Created: 2026-11-22
    -- Purpose: Let parents give their children small daily tasks.

Allow: `-- allow: file/header: REASON`.

## file/section

Numbered banners divide the file: 1 CREATE/ALTER TABLES, 2 INDEXES, 3 ROW LEVEL SECURITY, 4 FUNCTIONS AND
TRIGGERS, 5 COMMENTS. Here there are none, or one is out of order, there twice, empty or wrongly numbered, or
statements stand before the first.

Why: a reviewer looks for the policies in section 3. Where it is always section 3, a missing policy is seen.

Fix: put a banner above each part that has content and leave the others out; numbers do not move up. A function that
a policy needs may be created in section 1, and data steps stand where they are needed.

    -- ============================================================================
    -- SECTION 3: ROW LEVEL SECURITY (RLS)
    -- ============================================================================

Allow: `-- allow: file/section: REASON`.

## file/escape

The file, a block of code in it or its rollback ends the transaction half-way (COMMIT, ROLLBACK, SAVEPOINT), or it
speaks to psql (`\\i`, `\\copy`, `\\connect`) or expects data after COPY ... FROM STDIN.

Why: Supabase applies a file and writes its row in the history as one transaction. A COMMIT in the middle leaves a
half-applied migration behind when a later statement fails, and nothing in the history about it. Lines for psql are
not SQL: the CLI sends the file to the server, which stops there.

Bad:

    alter table public.lessons add column difficulty text;
    commit;
    update public.lessons set difficulty = 'medium';

Good: two files, each of which is right on its own; or one file without COMMIT. `begin;` as the first and
`commit;` as the last statement are accepted, though not needed. Data goes into INSERT or into the seed.

This rule cannot be allowed.

## file/hidden

The text holds characters that make it look otherwise than it runs: ones that turn the direction of what follows
them, ones of no width in names, or names that mix letters of several scripts which look the same.

Why: a reviewer approves what the page shows. With two characters that nobody sees, a statement stands in what looks
like a comment; a table `аdmins`, whose first letter is Cyrillic, is not the one that the policy protects.

Bad: the first letter is Cyrillic.

    create table public.аdmins (id uuid primary key);

Good: names in the letters of one script. Text in any language may stand in comments and string constants.

Allow: `-- allow: file/hidden: REASON`.

## file/elsewhere

A statement, a policy or a function decides by where or when it runs: the server's name, address or settings, who is
connected, or whether a certain day has come.

Why: everything that this checklist says was seen on one server, now. What is done only elsewhere, or only later, was
not seen by anybody, and cannot be tested by the next person either.

Bad:

    create policy "Anybody" on public.children for select to authenticated
      using (parent_id = (select auth.uid()) or now() > '2030-01-01');

Good: what decides is a row that one can see and change.

    create policy "Anybody" on public.children for select to authenticated
      using (parent_id = (select auth.uid()) or is_published);

The version of Postgres and settings of the project's own (`app.environment`) may be asked for, and a column may be
compared with the clock.

Allow: `-- allow: file/elsewhere: REASON`.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from tools.checks._elsewhere import elsewhere
from tools.checks._escapes import escapes
from tools.checks._hidden import hidden
from tools.checks.base import Outcome, Rule, finding
from tools.config import ProjectError
from tools.migration import FILE_NAME, SECTIONS, Migration, Section
from tools.observe import Observed
from tools.render.plain import counted
from tools.report import Finding
from tools.sql import Statement

ID = "file"
PREFIX = "file"
TITLE = "Name, header, sections; stays in its transaction"
RULES = (
    Rule("name"),
    Rule("order"),
    Rule("header", "warning"),
    Rule("section", "warning"),
    Rule("escape", waivable=False),
    Rule("hidden"),
    Rule("elsewhere"),
)

_TOPICS = (("table",), ("index",), ("row level", "rls", "security"), ("function", "trigger"), ("comment",))
"""Words by which a banner's title shows which section it means."""

_MAY_STAND_FIRST = ("TransactionStmt", "VariableSetStmt")


def check(seen: Observed) -> Outcome:
    migration = seen.migration
    findings = [
        *_name(migration),
        *_order(seen),
        *_header(migration),
        *_sections(migration),
        *escapes(migration),
        *hidden(migration),
        *elsewhere(migration),
    ]
    unread = " (only the comments: Postgres's parser stops in the file)" if migration.syntax_error else ""
    named = "name" if _has_name(migration) else "no name (not a file)"
    banners = counted(len(migration.sections), "section banner")
    evidence = f"read: {named}, header, {banners}, transaction control{unread}"
    return Outcome(findings, evidence)


def _has_name(migration: Migration) -> bool:
    return migration.file_name.endswith(".sql")


def _name(migration: Migration) -> Iterator[Finding]:
    if _has_name(migration) and not FILE_NAME.match(migration.file_name):
        words = re.sub(r"[^a-z0-9]+", "_", migration.slug.lower()).strip("_") or "describe_the_change"
        version = migration.version if len(migration.version) == 14 else "YYYYMMDDHHMMSS"
        yield finding(
            "file/name",
            f"{migration.file_name} is not named YYYYMMDDHHMMSS_snake_case.sql.",
            hint=f"Rename it to {version}_{words}.sql: 14 digits of UTC time, then words in lower case.",
            object=migration.file_name,
        )


def _order(seen: Observed) -> Iterator[Finding]:
    migration = seen.migration
    others = [m for m in seen.project.migrations if m.file_name != migration.file_name]
    if not migration.version:
        return
    try:
        hint = f"Give it a later version, for instance {seen.project.next_version()}."
    except ProjectError as none_left:  # the project has a 99999999999999_last.sql
        hint = str(none_left)
    same = [m.file_name for m in others if m.version == migration.version]
    following = {m.file_name for m in seen.following}
    later = sorted(m.file_name for m in others if m.version > migration.version and m.file_name not in following)
    if same:
        message = f"{migration.file_name} has the same version as {same[0]}."
        yield finding("file/order", message, hint=hint, object=migration.file_name)
    elif later:
        message = f"{migration.file_name} comes before {later[-1]}, which exists already."
        yield finding("file/order", message, hint=hint, object=migration.file_name)


def _header(migration: Migration) -> Iterator[Finding]:
    header = migration.header
    missing = [word for word in ("Migration", "Created", "Purpose") if not header.get(word.lower())]
    example = "-- Migration: what it does\n-- Created: YYYY-MM-DD\n-- Purpose: why it exists"
    if missing:
        yield finding(
            "file/header",
            f"The header has no {' and no '.join(missing)}.",
            hint="Begin the file with the three comment lines Migration, Created and Purpose.",
            fix=example,
            line=1,
            column=1,
        )
    elif not _is_date(header["created"]):
        yield finding(
            "file/header",
            f"Created is {header['created']!r}, which is not a date.",
            hint="Write it as YYYY-MM-DD.",
            line=1,
            column=1,
        )


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _sections(migration: Migration) -> Iterator[Finding]:
    if migration.syntax_error or not migration.statements:
        return
    sections = migration.sections
    statements = [s for s in migration.statements if s.kind not in _MAY_STAND_FIRST]
    if not sections:
        if statements:
            number = _section_of(statements[0])
            yield finding(
                "file/section",
                "The file has no section banners.",
                hint="Put a numbered banner above each part; leave out those without content.",
                fix=_banner(number),
                line=statements[0].line,
                column=statements[0].column,
            )
        return
    early = [s for s in statements if s.start < sections[0].start]
    if early:
        yield finding(
            "file/section",
            f"{len(early)} statement{'s stand' if len(early) > 1 else ' stands'} before the first banner.",
            hint=f"Put a banner above line {early[0].line}, or move it into its section.",
            fix=_banner(_section_of(early[0])),
            line=early[0].line,
            column=early[0].column,
        )
    highest = 0
    ends = [section.start for section in sections[1:]] + [len(migration.text)]
    for section, end in zip(sections, ends, strict=True):
        filled = any(section.start < s.start < end for s in statements)
        if problem := _section_problem(section, highest, filled):
            message, hint = problem
            yield finding("file/section", message, hint=hint, line=section.line, column=1)
        highest = max(highest, section.number)


def _section_problem(section: Section, highest: int, filled: bool) -> tuple[str, str] | None:
    number = section.number
    if not 1 <= number <= len(SECTIONS):
        return f"Section {number} does not exist.", f"Sections are 1 to {len(SECTIONS)}: {', '.join(SECTIONS)}."
    meant = [i for i, words in enumerate(_TOPICS, start=1) if any(word in section.title.lower() for word in words)]
    if meant and number not in meant:
        return (
            f'Section {number} is called "{section.title}".',
            f'Section {number} is "{SECTIONS[number - 1]}"; this one should have number {meant[0]}.',
        )
    if number == highest:
        return f"Section {number} is there twice.", "Join both parts under one banner."
    if number < highest:
        return f"Section {number} comes after section {highest}.", "Put the sections in order."
    if not filled:
        return f"Section {number} is empty.", "Leave out its banner."
    return None


def _section_of(statement: Statement) -> int:
    """Where a statement of this kind usually stands."""
    places = {
        "IndexStmt": 2,
        "CreatePolicyStmt": 3,
        "GrantStmt": 3,
        "CreateFunctionStmt": 4,
        "CreateTrigStmt": 4,
        "CommentStmt": 5,
    }
    return places.get(statement.kind, 1)


def _banner(number: int) -> str:
    line = "-- " + "=" * 76
    return f"{line}\n-- SECTION {number}: {SECTIONS[number - 1]}\n{line}"
