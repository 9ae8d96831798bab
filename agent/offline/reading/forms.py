"""Requests in the form of a form: "Table: lessons / Column: points / New type: bigint", said as one plain sentence.

Raw text goes in and raw text comes out; what is no such form stays as it is.
"""

import re
from dataclasses import dataclass, field

from agent.offline.reading.naming import Unclear
from agent.offline.reading.prose import is_background
from agent.offline.reading.target import mentions
from agent.offline.reading.wrapping import BULLET
from agent.offline.schema import Schema

_LABELS: tuple[tuple[str, str], ...] = (
    ("table", r"(?:(?:target|affected|existing|on|in|the) )*(?:table|model|entity|relation)(?: name)?"),
    ("old", r"(?:old|current|present|existing|previous) (?:data ?)?type|from"),
    ("type", r"(?:(?:new|data|column|target|sql|wanted|desired) ?)*type|change(?: it)? to|to"),
    (
        "column",
        r"(?:(?:new|add|extra|additional|existing|the) )*(?:column|field|attribute|property|columns|fields)"
        r"(?: name)?(?: to add)?",
    ),
    (
        "flag",
        r"(?:(?:new|add|an?) )*(?P<kind>boolean|flag|text|integer|timestamp|uuid|date|jsonb)(?: column| field| flag)?",
    ),
    ("optional", r"nullable|optional|nulls?(?: allowed)?|can be (?:null|empty)|may be (?:null|empty)|allows? nulls?"),
    ("required", r"required|mandatory|not[ -]null(?:able)?|obligatory"),
    ("default", r"(?:default|initial|starting|standard)(?: value)?|defaults to|starts as"),
    (
        "values",
        r"(?:(?:allowed|possible|valid|permitted|accepted|the) )*(?:values|options|choices|enum|allowed|one of|labels)",
    ),
    ("index", r"(?:(?:add|create|new|with|an?|partial|needs) )*(?:index|indexed|index on|index columns?)"),
    ("unique", r"(?:(?:add|new|make|must be) )*(?:unique|unique (?:constraint|key|columns?|on|together))"),
    ("where", r"(?:condition|where|filter|only(?: for| rows)?|predicate|rows|restricted to|limited to)"),
    ("low", r"min|minimum|at least|lower (?:bound|limit)"),
    ("high", r"max|maximum|at most|upper (?:bound|limit)"),
    (
        "rule",
        r"(?:(?:validation|check|business) ?)*"
        r"(?:rules?|checks?|constraints?|validation|range|allowed range|bounds|length|format|must)",
    ),
    (
        "action",
        r"(?:action|change|task|what|request|operation|todo|to do|wanted|goal|kind|type of change|title|subject)",
    ),
    (
        "prose",
        r"(?:reason|why|purpose|because|notes?|background|context|motivation|description|comment|priority|ticket|story)",
    ),
    ("name", r"(?:name|called|named)"),
)
_LABEL = re.compile("|".join(f"(?P<{key}>{pattern})" for key, pattern in _LABELS), re.IGNORECASE)
_ANY = "|".join(re.sub(r"\?P<\w+>", "?:", pattern) for _, pattern in _LABELS)
_LINE = re.compile(rf"^(?P<label>{_ANY})\s*(?::|=|->)\s*(?P<value>.*)$", re.IGNORECASE)
_INLINE = re.compile(rf"\s*[,;|.\n]\s*(?=(?:{_ANY})\s*[:=]\s)", re.IGNORECASE)
_RULE = re.compile(
    r"^(?:must|has to|should|cannot|never|at (?:least|most)|between|not null|required|optional|nullable|unique|no )\b"
)
_YES = re.compile(r"^(?:yes|y|true|allowed|ok|please|needed|required|wanted)$", re.IGNORECASE)
_NO = re.compile(r"^(?:no|n|false|none|not allowed|not needed|never|-|)$", re.IGNORECASE)


@dataclass
class _Form:
    table: str | None = None
    column: str | None = None
    said: dict[str, str] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    heads: str = ""
    """What stands above the labels."""


def filled_in(request: str, schema: Schema) -> str:
    """A form about a table that is there as a sentence; the request itself where it is none. Raises Unclear."""
    if len(request) > 1_500 or not (parts := _parts(request)):
        return request
    form = _Form()
    for label, value in parts:
        if not _take(form, label, value, schema):
            if _is_of_a_column(label, parts):
                raise Unclear(f"the table {value}, which is not there")
            return request
    return _sentence(form, schema) or request


def _is_of_a_column(label: str, parts: list[tuple[str, str]]) -> bool:
    """The label of a table that a form about one column names."""
    labels = {label for label, _ in parts}
    single = re.compile(r"(?:new |add )?(?:column|field|attribute)(?: name)?|(?:new )?(?:data )?type")
    return label.endswith("table") and len({found for found in labels if single.fullmatch(found)}) > 1


def _parts(request: str) -> list[tuple[str, str]]:
    """(label, value) of each line, the label empty where it has none; nothing where fewer than two have one."""
    lines = [BULLET.sub("", line).strip(" \t`*_") for line in request.strip().splitlines()]
    if len(lines) == 1:
        lines = _INLINE.split(lines[0])
    parts: list[tuple[str, str]] = []
    for line in filter(None, lines):
        match = _LINE.match(line.replace("`", "").replace("**", ""))
        if match:
            parts.append((match["label"].lower(), match["value"].strip(" .;,")))
        elif (
            parts
            and parts[-1][0]
            and (not parts[-1][1] or parts[-1][1].startswith("\0"))
            and re.fullmatch(r"[\w'\"-]+,?", line)
        ):
            parts[-1] = (parts[-1][0], f"{parts[-1][1]}\0{line.strip(',')}")
        else:
            parts.append(("", line.strip(" .;,")))
    parts = [(label, value.strip("\0").replace("\0", "/")) for label, value in parts]
    return parts if sum(bool(label) for label, _ in parts) >= 2 or _is_short(parts) else []


def _is_short(parts: list[tuple[str, str]]) -> bool:
    """ "- user_progress / - unique: child_id + lesson_id"."""
    return len(parts) == 2 and bool(re.fullmatch(r"\w+", parts[0][1])) and bool(parts[1][0])


def _take(form: _Form, label: str, value: str, schema: Schema) -> bool:
    """Whether it was understood where the part belongs."""
    if not label:
        return _take_bare(form, value, schema)
    match = _LABEL.fullmatch(label)
    key = (match.lastgroup if match else None) or ""
    if match and match["flag"]:
        key = "flag"
    if key in form.said:
        return False
    match key:
        case "table":
            form.table = schema.table(value.lower())
            return form.table is not None and form.table in schema.tables
        case "column" | "name" | "flag":
            if form.column or not re.fullmatch(r"[A-Za-z_][\w ]*", value) or re.search(r"\b(?:and|or)\b", value):
                form.said[key] = value
                return key == "column"
            form.column = value
            if key == "flag" and match:
                form.said["type"] = match["kind"].lower().replace("flag", "boolean")
            return True
        case "rule":
            form.rules.append(value)
            return bool(value)
        case "action":
            form.heads += f" {value}"
            return True
        case "prose":
            return is_background(value.lower())
        case "":
            return False
    form.said[key] = value
    return True


def _take_bare(form: _Form, text: str, schema: Schema) -> bool:
    """A table's name, a heading, or a rule in words."""
    low = text.lower().rstrip(":")
    if form.table is None and (table := schema.table(low)) in schema.tables:
        form.table = table
        return True
    if _RULE.match(low):
        form.rules.append(text)
        return True
    if (
        form.column
        or form.said
        or len(low.split()) > 8
        or re.search(r"\b(?:not|never|except|without|drop|delete|remove)\b", low)
    ):
        return False
    found = {table for *_, table, _ in mentions(low, schema)}
    if len(found) == 1 and form.table is None:
        form.table = found.pop()
    form.heads += f" {low}"
    return not re.search(r"\d", low) and not re.search(r"\bnew table\b|\bjoin table\b|\bcreate table\b", low)


def _sentence(form: _Form, schema: Schema) -> str | None:
    """None where the parts do not make one wish."""
    if form.table is None:
        return None
    table, said = form.table.removeprefix("public."), form.said
    wish = form.heads.lower()
    column = form.column or said.pop("column", None)
    there = column and schema.column(form.table, re.sub(r"\s+", "_", column.lower()))
    for key, asked in (("index", r"\bindex"), ("unique", r"\bunique")):
        listed = said.get(key, "")
        if listed and not _YES.match(listed) and not _NO.match(listed):
            columns, listed = (listed, "yes") if not column else (None, listed)
        else:
            wanted = there or (column and re.search(r",|\+|and", column))
            columns = column if wanted and (listed or re.search(asked, wish)) else None
        if columns is None:
            continue
        said.pop(key, None)
        columns = _listed(columns)
        where = said.pop("where", None)
        if said or form.rules or (where and key == "unique"):
            return None
        if key == "unique":
            return f"add a unique constraint on {table} ({columns})"
        return f"create an index on {table} ({columns})" + (f" where {where}" if where else "")
    if not column or "where" in said:
        return None
    traits = _traits(said, form.rules)
    if traits is None:
        return None
    if there and re.search(r"\bold\b|\btype\b", " ".join(said)):
        if set(said) - {"old", "type"} or form.rules or "type" not in said:
            return None
        return f"change {there} of {table} to {said['type']}"
    if there:
        return f"{table}.{there}: {traits}" if not re.search(r"\bnew column|\badd column", wish) else None
    return f"add a column {re.sub(chr(32), '_', column.strip())} to {table}: {traits}".rstrip(": ")


def _traits(said: dict[str, str], rules: list[str]) -> str | None:
    """What is said of the column, in the words that the reader knows; None where something is no such thing."""
    found: list[str] = []
    for key, value in said.items():
        yes, no = bool(_YES.match(value)), bool(_NO.match(value))
        match key:
            case "type":
                found.append(value)
            case "optional" | "required" if yes or no:
                found.append("optional" if (key == "optional") == yes else "required")
            case "default":
                found.append(f"default {value}" if value.lower() not in ("none", "null", "-", "") else "")
            case "values":
                found.append(f"one of {_listed(value)}")
            case "low" | "high":
                found.append(f"{'at least' if key == 'low' else 'at most'} {value}")
            case "unique" if yes or no:
                found.append("unique" if yes else "")
            case "index" if yes or no:
                found.append("with an index" if yes else "")
            case _:
                return None
    return ", ".join(filter(None, [*found, *rules]))


def _listed(text: str) -> str:
    """ "a/b and c" with commas."""
    return ", ".join(re.split(r"\s*(?:,|/|;|\+|&|\bor\b|\band\b)\s*", text.strip("()[]{} ")))
