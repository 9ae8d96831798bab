"""What a function asks of the rows whose ids it is given: "where id = lesson_id and is_active and status = 'open'".

Read loosely: it decides which rows a call is tried with, and never what is said of the function.
"""

import re

from tools.proofs.ownership import listed
from tools.rows.filler import Table

_ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|\bset\b(?:(?!;|\bwhere\b).)*", re.DOTALL | re.IGNORECASE)
"""Comments, and what is written and not asked for."""
_PAST, _FUTURE = "2001-01-01", "2100-01-01"


def wishes(body: str, table: Table) -> dict[str, str | None]:
    """Values of the table's columns that the body compares them with, keys aside."""
    text = _ASIDE.sub(" ", body)
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    keys |= {name for unique in table.uniques for name in unique.columns}
    found: dict[str, str | None] = {}
    for name, column in table.columns.items():
        if column.automatic or name in keys:
            continue
        before, after = rf"(?:\b\w+\.)?\b{re.escape(name)}\b", r"(?:::\w+)?\s*"
        if column.kind == "bool":
            if re.search(rf"\bnot\s+{before}|{before}{after}(?:=|is)\s+(?:not\s+true|false)\b", text, re.IGNORECASE):
                found[name] = "false"
            elif re.search(rf"\b(?:and|or|where|when|on|if|\()\s*{before}", text, re.IGNORECASE):
                found[name] = "true"
        elif re.search(rf"{before}\s+is\s+null\b", text, re.IGNORECASE) and not column.not_null:
            found[name] = None
        elif column.kind in ("timestamp", "date") and (sign := re.search(rf"{before}{after}([<>])", text)):
            found[name] = _FUTURE if sign[1] == ">" else _PAST
        elif equal := re.search(rf"{before}{after}(?:=|in)\s*\(?\s*(?:'((?:[^']|'')*)'|(-?\d+))", text, re.IGNORECASE):
            value = equal[2] or equal[1].replace("''", "'")
            if value in (column.labels or listed(table, name) or (value,)):
                found[name] = value
    return found
