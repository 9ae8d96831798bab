"""What a migration changed, in a line for each object, read from facts."""

from collections.abc import Iterable, Iterator

from agent.github.text import escaped
from tools.document import is_own
from tools.facts import Diff, Fact
from tools.render.gfm import code
from tools.render.plain import counted

MOST = 40
_NOUNS = {
    "schema": "schema",
    "extension": "extension",
    "type": "type",
    "table": "table",
    "view": "view",
    "column": "column",
    "constraint": "constraint",
    "index": "index",
    "function": "function",
    "trigger": "trigger",
    "policy": "policy",
    "sequence": "sequence",
    "publication": "publication",
}
_PARTS = ("column", "constraint", "index", "policy", "trigger")
"""What belongs to a table, and is counted with a new one."""
_PLURALS = {"index": "indexes", "policy": "policies"}


def changes(diff: Diff) -> list[str]:
    """Markdown list items, the most telling first."""
    lines = [*_lines(_objects(diff.added), _objects(diff.removed)), *_privileges(diff)]
    return [*lines[:MOST], f"… and {len(lines) - MOST} more"] if len(lines) > MOST else lines


def touched(diff: Diff) -> list[str]:
    """Tables that it made or changed, as ``schema.table``."""
    found = {_table(fact) for fact in [*diff.added, *diff.removed]}
    return sorted(name for name in found if name)


def new_columns(diff: Diff) -> list[str]:
    """``schema.table.column`` of tables that were there before."""
    there = {fact.object for fact in diff.removed}
    tables = {fact.object for fact in diff.added if fact.kind == "table"} - there
    found = {fact.object for fact in diff.added if fact.kind == "column"} - there
    return sorted(name for name in found if _owner("column", name) not in tables)


def _objects(facts: Iterable[Fact]) -> dict[tuple[str, str], set[str]]:
    """Attributes by kind and name, for the kinds that are told."""
    found: dict[tuple[str, str], set[str]] = {}
    for fact in facts:
        if fact.kind in _NOUNS and fact.attribute != "position":
            found.setdefault((fact.kind, fact.object), set()).add(fact.attribute)
    return found


def _lines(added: dict[tuple[str, str], set[str]], removed: dict[tuple[str, str], set[str]]) -> Iterator[str]:
    new = {name for kind, name in added if kind == "table" and ("table", name) not in removed}
    gone = {name for kind, name in removed if kind == "table" and ("table", name) not in added}
    for noun in _NOUNS:
        for kind, name in sorted({*added, *removed}):
            if kind != noun or (kind in _PARTS and _owner(kind, name) in new | gone):
                continue
            key = (kind, name)
            if key not in removed:
                yield f"new {noun} {code(name)}{_with(name, added) if kind == 'table' else ''}"
            elif key not in added:
                yield f"**removed** {noun} {code(name)}"
            elif kind != "table" or (added[key] | removed[key]) - {"comment"}:
                what = ", ".join(sorted(added[key] | removed[key]))
                yield f"changed {noun} {code(name)}: {escaped(what)}"


def _privileges(diff: Diff) -> Iterator[str]:
    """Grants on what was there before."""
    new = {fact.object for fact in diff.added} - {fact.object for fact in diff.removed if fact.kind != "grant"}
    changed: dict[str, list[str]] = {}
    for sign, facts in (("+", diff.added), ("−", diff.removed)):
        for fact in sorted(facts):
            if fact.kind == "grant" and fact.object.partition(" ")[2] not in new:
                changed.setdefault(fact.object, []).append(sign + fact.attribute)
    for target, grants in sorted(changed.items()):
        yield f"privileges on {code(target)}: {escaped(', '.join(grants))}"


def _with(table: str, added: dict[tuple[str, str], set[str]]) -> str:
    """`` with 12 columns, 3 policies`` of a new table."""
    counts = [(sum(k == kind and _owner(k, name) == table for k, name in added), kind) for kind in _PARTS]
    said = [counted(count, _NOUNS[kind], _PLURALS.get(kind, "")) for count, kind in counts if count]
    return f" with {', '.join(said)}" if said else ""


def _owner(kind: str, name: str) -> str:
    return name.rpartition(".")[0] if kind == "column" else name.partition("/")[0]


def _table(fact: Fact) -> str:
    if fact.kind == "table":
        name = fact.object
    elif fact.kind in ("column", "constraint", "index", "policy", "trigger"):
        name = _owner(fact.kind, fact.object)
    else:
        return ""
    return name if is_own(name) else ""
