"""What makes a migration leave its transaction, or the language of the server (the rule `file/escape`)."""

import re
from collections.abc import Iterator
from typing import Any

import postgast

from tools.checks.base import finding
from tools.migration import Migration
from tools.report import Finding

_TRANSACTION_WORDS = {
    "TRANS_STMT_BEGIN": "BEGIN",
    "TRANS_STMT_START": "START TRANSACTION",
    "TRANS_STMT_COMMIT": "COMMIT",
    "TRANS_STMT_ROLLBACK": "ROLLBACK",
    "TRANS_STMT_SAVEPOINT": "SAVEPOINT",
    "TRANS_STMT_RELEASE": "RELEASE SAVEPOINT",
    "TRANS_STMT_ROLLBACK_TO": "ROLLBACK TO SAVEPOINT",
    "TRANS_STMT_PREPARE": "PREPARE TRANSACTION",
    "TRANS_STMT_COMMIT_PREPARED": "COMMIT PREPARED",
    "TRANS_STMT_ROLLBACK_PREPARED": "ROLLBACK PREPARED",
}


def escapes(migration: Migration) -> list[Finding]:
    """What leaves the transaction or the server's language, in the file and in its rollback block."""
    found = [*_escapes(migration)]
    if migration.rollback and migration.rollback.sql:
        found += _escapes(Migration("", migration.rollback.sql))
    return found


def _escapes(migration: Migration) -> Iterator[Finding]:
    yield from _psql_lines(migration)
    if migration.syntax_error:
        yield from _copied_data(migration)
        return
    last = len(migration.statements) - 1
    opened = False
    for position, statement in enumerate(migration.statements):
        node = statement.node
        if statement.kind == "TransactionStmt":
            word = _transaction_word(node)
            if word in ("BEGIN", "START TRANSACTION") and position == 0 and _ends_with_commit(migration):
                opened = True
            elif not (word == "COMMIT" and position == last and opened and not node.chain):
                yield _escape(
                    f"{word} ends or divides the transaction that the file is applied in.",
                    "Remove it. BEGIN as the very first and COMMIT as the very last statement are accepted; "
                    "what must be committed in between belongs into a file of its own.",
                    statement.line,
                    statement.column,
                )
        elif statement.kind == "CopyStmt" and node.is_from and not node.filename:
            yield _copy(statement.line, statement.column)
        elif statement.kind == "DoStmt" and (ending := _word_in_block(statement.text)):
            yield _escape(
                f"The block of code runs {ending}, which ends the transaction that the file is applied in.",
                f"Remove {ending}. A backfill too long for one transaction belongs into a job outside of migrations.",
                statement.line,
                statement.column,
            )


def _transaction_word(node: Any) -> str:
    name: str = node.DESCRIPTOR.fields_by_name["kind"].enum_type.values_by_number[node.kind].name
    return _TRANSACTION_WORDS.get(name, name.removeprefix("TRANS_STMT_"))


def _ends_with_commit(migration: Migration) -> bool:
    last = migration.statements[-1]
    return last.kind == "TransactionStmt" and _transaction_word(last.node) == "COMMIT"


def _word_in_block(text: str) -> str | None:
    """COMMIT or ROLLBACK as statements of a DO block's plpgsql."""
    if not re.search(r"\b(commit|rollback)\b", text, re.IGNORECASE):
        return None
    try:
        tree = str(postgast.parse_plpgsql(text))
    except (postgast.PgQueryError, ValueError):
        return None
    found = re.search(r"'PLpgSQL_stmt_(commit|rollback)'", tree)
    return found[1].upper() if found else None


def _psql_lines(migration: Migration) -> Iterator[Finding]:
    """Lines that begin with a backslash, outside of strings and comments."""
    found = list(re.finditer(r"^[ \t]*\\(\S*)", migration.text, re.MULTILINE))
    ranges = quoted(migration) if found else []
    for match in found:
        start = match.start(1) - 1
        if not any(begin <= start < end for begin, end in ranges):
            line, column = migration.script.position(start)
            yield _escape(
                f"\\{match[1]} is a command of psql, not SQL.",
                "Write its effect in SQL; put data into INSERT or into the seed.",
                line,
                column,
            )


def quoted(migration: Migration) -> list[tuple[int, int]]:
    """Character ranges of comments and string constants; only comments where the text cannot be scanned."""
    comments = [(c.start, c.end) for c in migration.script.comments]
    try:
        tokens = postgast.scan(migration.text).tokens
    except postgast.PgQueryError:
        return comments
    strings = [
        (migration.script.characters(t.start), migration.script.characters(t.end))
        for t in tokens
        if t.DESCRIPTOR.fields_by_name["token"].enum_type.values_by_number[t.token].name.endswith("SCONST")
    ]
    return comments + strings


def _copied_data(migration: Migration) -> Iterator[Finding]:
    """COPY ... FROM STDIN in a text that does not parse, as it never does with the data below it."""
    without_comments = list(migration.text)
    for comment in migration.script.comments:
        without_comments[comment.start : comment.end] = " " * (comment.end - comment.start)
    for match in re.finditer(r"^\s*(copy)\b[^;]*\bfrom\s+stdin\b", "".join(without_comments), re.I | re.M):
        yield _copy(*migration.script.position(match.start(1)))


def _copy(line: int, column: int) -> Finding:
    return _escape(
        "COPY ... FROM STDIN waits for data, which only psql can send.",
        "Write the rows as INSERT ... VALUES ... ON CONFLICT DO NOTHING, or put them into the seed.",
        line,
        column,
    )


def _escape(message: str, hint: str, line: int, column: int) -> Finding:
    return finding("file/escape", message, hint=hint, line=line, column=column)
