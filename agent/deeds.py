"""What a draft does that nobody waives, and that is still for the person to decide: seen in what it changed.

A model that was misled opens data, destroys it or sends it away without breaking a rule: a policy for one stranger's
id, a role that inherits another, a deletion of just the rows that matter, a call to a foreign server. Each such deed is
told here with the words that it needs; `agent.consent` holds them against what the person said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import postgast

from agent.schema import one_line
from agent.words import Deed
from tools.document import is_own
from tools.expressions import Surroundings, always_true
from tools.facts import Catalog, Fact, relation
from tools.migration import Migration
from tools.report import Report
from tools.sql import identifier

_OUTWARD = re.compile(
    r"\bnet\s*\.\s*\"?http_\w+|\bhttp_(?:get|post|put|patch|delete|head)\s*\(|\bextensions\s*\.\s*http\w*\s*\("
    r"|\bsupabase_functions\s*\.\s*http_request|\bdblink\w*\s*\(|\bcreate\s+server\b|\bcreate\s+foreign\s+table\b"
    r"|\bimport\s+foreign\s+schema\b|\bcreate\s+subscription\b|\bto\s+program\b|\bcron\s*\.\s*(?:schedule\w*|job\b)"
    r"|\blo_(?:import|export)\s*\(",
    re.IGNORECASE,
)
_SECRETS = re.compile(
    r"\bvault\s*\.\s*\"?\w+|\bdecrypted_secrets?\b|\bencrypted_password\b|\b(?:refresh|one_time)_tokens\b"
    r"|\bauth\s*\.\s*(?:sessions|identities|mfa_\w+|flow_state)\b|\bpg_(?:authid|shadow)\b|\bjwt_secret\b"
    r"|\bpg_(?:read|ls|stat)_\w*(?:file|dir)\w*\s*\(",
    re.IGNORECASE,
)
_NAME = r"((?:\"?\w+\"?\s*\.\s*)?\"?\w+\"?)"
_DELETES = re.compile(rf"\b(?:delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?{_NAME}", re.IGNORECASE)
_DROPS = re.compile(rf"\bdrop\s+(?:table|schema|materialized\s+view)\s+(?:if\s+exists\s+)?{_NAME}", re.IGNORECASE)
_WRITES = re.compile(
    rf"\b(?:insert\s+into|merge\s+into|create\s+table(?:\s+if\s+not\s+exists)?)\s+{_NAME}", re.IGNORECASE
)
_FROM = re.compile(rf"\b(?:from|join|using)\s+(?:only\s+)?{_NAME}", re.IGNORECASE)
_JOINED = re.compile(r"'\s*\|\|\s*'")
_PERSON = re.compile(
    r"\b(?!0{8})[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[\w.+-]+@[\w-]+\.[\w.-]*\w",
    re.IGNORECASE,
)
_API_ROLES = ("anon", "authenticated", "public")


@dataclass(frozen=True)
class Did:
    """Something that needs the person's word."""

    deed: Deed
    object: str
    """As findings name it; empty where there is none."""
    message: str
    named: bool = True
    """The person must have spoken of this object, not only of such a deed."""
    literal: str = ""
    """What they must have said letter by letter."""


def deeds(report: Report, migration: Migration, before: Catalog) -> Iterator[Did]:
    """What one file does; `before` is the catalog without the draft."""
    yield from _roles(report.facts.added)
    yield from _policies(report, before)
    yield from _grants(report, before)
    yield from _persons(report.facts.added, migration)
    yield from _gone(report, before)
    yield from _deletions(migration, before)
    yield from _copies(report, migration, before)
    yield from _reaches(migration)


def _roles(added: Sequence[Fact]) -> Iterator[Did]:
    for name in sorted({f.object for f in added if f.kind in ("role", "membership")}):
        if not name.startswith("postgres/"):  # who makes a role is its member
            yield Did(
                "roles", name, f"It changes what the database role {name.replace('/', ' inherits from ')} may do."
            )
    for name in sorted({f.object for f in added if f.kind == "setting" and f.attribute in ("row_security", "role")}):
        yield Did("roles", name, f"It changes the settings of {name} that decide about access.")


def _policies(report: Report, before: Catalog) -> Iterator[Did]:
    """Policies that let more through on tables that were there before."""
    added: dict[str, dict[str, str]] = {}
    for fact in report.facts.added:
        if fact.kind == "policy":
            added.setdefault(fact.object, {})[fact.attribute] = fact.value
    for name, facts in sorted(added.items()):
        table, old = name.partition("/")[0], before.get("policy", name)
        told = {**old, **facts}
        if not before.get("table", table) or told.get("permissive") != "true":
            continue
        if any(_holds_always(text, before, table) for key in ("using", "check") if (text := facts.get(key, ""))):
            yield Did("shares", name, f"The policy {name} lets everybody who is signed in reach all rows of {table}.")
        elif not old:
            yield Did("access", name, f"It gives users a new way to the rows of {table}: {name}.", named=False)
    for fact in report.facts.removed:
        is_guard = fact.kind == "policy" and (fact.attribute, fact.value) == ("permissive", "false")
        is_forced = fact.kind == "table" and (fact.attribute, fact.value) == ("force rls", "true")
        if is_guard or is_forced:
            yield Did("access", fact.object, f"It takes away what held others back on {fact.object}.")


def _holds_always(text: str, before: Catalog, table: str) -> bool:
    columns = before.columns(table)
    around = Surroundings(not_null={name for name, told in columns.items() if told.get("not null") == "true"})
    try:
        return always_true(text, around)
    except postgast.PgQueryError:
        return False


def _grants(report: Report, before: Catalog) -> Iterator[Did]:
    """Verbs that users get on tables and functions that were there before."""
    made = {fact.object for fact in report.facts.added if fact.kind == "column"}
    given = {
        fact.object
        for fact in report.facts.added
        if fact.kind == "grant" and fact.value != "revoked" and fact.attribute.split("/")[0] in _API_ROLES
    }
    for target in sorted(given):
        kind, _, name = target.partition(" ")
        old = name in made or not (before.get(kind, name) or before.get("view", name))
        if kind in ("table", "column", "function", "sequence") and not old:
            yield Did("access", name, f"It grants users more on {name}, which was there before.", named=False)


def _persons(added: Sequence[Fact], migration: Migration) -> Iterator[Did]:
    """Policies and functions that make a difference for somebody by id or address."""
    texts = [(fact.object, fact.value) for fact in sorted(added) if fact.kind == "policy"]
    if not migration.syntax_error:
        functions = (s for s in migration.statements if s.kind == "CreateFunctionStmt")
        texts += [(one_line(function.text.split("(")[0], 120), function.text) for function in functions]
    for name, text in texts:
        for one in dict.fromkeys(found[0] for found in _PERSON.finditer(text)):
            yield Did("access", name, f"{name} makes a difference for {one}.", named=False, literal=one)


def _gone(report: Report, before: Catalog) -> Iterator[Did]:
    """Functions, views and triggers of old that are gone; tables and columns are safe-change/destructive's affair."""
    kinds = {"function": "body", "view": "definition", "trigger": "definition"}
    there = {(fact.kind, fact.object) for fact in report.facts.added}
    tables = {fact.object for fact in report.facts.removed if fact.kind == "table" and fact.attribute == "kind"}
    for fact in sorted(report.facts.removed):
        gone = kinds.get(fact.kind) == fact.attribute and (fact.kind, fact.object) not in there
        if gone and is_own(fact.object) and before.get(fact.kind, fact.object) and relation(fact.object) not in tables:
            yield Did("destroys", fact.object, f"The {fact.kind} {fact.object} is gone.", named=False)


def _deletions(migration: Migration, before: Catalog) -> Iterator[Did]:
    """DELETE and TRUNCATE, and DROP where code decides about it, of what was there before."""
    if migration.syntax_error:
        return
    for statement in migration.statements:
        if statement.kind == "CreateFunctionStmt":
            continue
        text = _JOINED.sub("", statement.text)
        found = [*_DELETES.finditer(text), *(_DROPS.finditer(text) if statement.kind == "DoStmt" else ())]
        for name in dict.fromkeys(_table(match[1]) for match in found):
            if before.get("table", name) or before.get("view", name):
                yield Did("destroys", name, f"It deletes from {name}, or drops it: {one_line(statement.text, 120)}")


def _copies(report: Report, migration: Migration, before: Catalog) -> Iterator[Did]:
    """Rows of old that go into a new table which whoever is signed in may read."""
    outsiders = ("stranger", "anon")
    read = {a.table for a in report.access if (a.verb, a.outcome) == ("select", "allowed") and a.actor in outsiders}
    for statement in () if migration.syntax_error else migration.statements:
        text = _JOINED.sub("", statement.text)
        into = [name for match in _WRITES.finditer(text) if (name := _table(match[1])) in read - {*before.of("table")}]
        sources = {_table(match[1]) for match in _FROM.finditer(text)} & {*before.of("table")}
        for name in dict.fromkeys(into if sources or " new." in text.lower() or "(new." in text.lower() else ()):
            what = f"rows of {', '.join(sorted(sources))}" if sources else "rows"
            yield Did("shares", name, f"It copies {what} into {name}, which all users may read.")


def _reaches(migration: Migration) -> Iterator[Did]:
    text = _JOINED.sub("", migration.text)
    for deed, pattern, what in (
        ("outward", _OUTWARD, "It works outside of this migration and its database"),
        ("secrets", _SECRETS, "It reads what is secret"),
    ):
        names = dict.fromkeys(" ".join(found[0].lower().split()).rstrip(" (") for found in pattern.finditer(text))
        for name in names:
            yield Did(deed, "", f"{what}: {name}.", named=False)  # type: ignore[arg-type]


def _table(written: str) -> str:
    parts = [part.strip() for part in written.split(".")]
    parts = [part.strip('"') if part.startswith('"') else part.lower() for part in parts]
    return ".".join(identifier(part) for part in (parts if len(parts) > 1 else ["public", *parts]))
