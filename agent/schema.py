"""The project's schema in words: one block a table, one line for everything else.

    table public.children (110,000 rows: large) -- Children who learn with the platform
      id uuid not null default gen_random_uuid()
      parent_id uuid not null
      children_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.profiles(id) ON DELETE CASCADE
      policy "Parents view" SELECT to authenticated using (parent_id = (select auth.uid()))
      grants: authenticated SELECT, INSERT; service_role ALL

Definitions are Postgres's own, a little shortened. Text out of the catalog is put on one line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tools.config import Config
from tools.document import is_own
from tools.document_table import short_type
from tools.facts import Catalog, names, relation

_API_ROLES = ("anon", "authenticated", "service_role", "public")
_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_SHORTER = (
    (re.compile(r"VARIADIC ARRAY\[([^]]*)\]"), lambda found: re.sub(r"'::[\w.\"]+", "'", found[1])),
    (re.compile(r"= ANY \(ARRAY\[([^]]*)\]\)"), lambda found: f"IN ({found[1].replace('::text', '')})"),
    (re.compile(r"\( SELECT auth\.uid\(\) AS uid\)"), lambda found: "(select auth.uid())"),
    (re.compile(r"CHECK \(\((.*)\)\)"), lambda found: f"CHECK ({found[1]})"),
)


@dataclass(frozen=True)
class Schema:
    """The project's own part of a catalog, and how each kind of object is written down."""

    catalog: Catalog
    config: Config

    def own(self, kind: str) -> list[str]:
        """Names of a kind that are not in one of Supabase's schemas."""
        return [name for name in self.catalog.of(kind) if is_own(name)]

    @cached_property
    def tables(self) -> list[str]:
        return self.own("table")

    @cached_property
    def references(self) -> dict[str, list[str]]:
        """For each table of the project, those that its foreign keys point to."""
        found: dict[str, list[str]] = {}
        for name, key in self.catalog.of("constraint").items():
            if "references" in key and is_own(name):
                found.setdefault(relation(name), []).append(key["references"])
        return found

    def table(self, name: str, comments: int = 120) -> str:
        """A table with all that hangs on it; column comments are cut at so many characters."""
        table = self.catalog.get("table", name)
        lines = [f"{table['kind']} {name}{self._size(name)}{_remark(table, 200)}"]
        if table["rls"] != "true":
            lines.append("  ROW LEVEL SECURITY IS OFF")
        for column, told in self.catalog.columns(name).items():
            lines.append(f"  {column} {_column(told)}{_remark(told, comments)}")
        for key, told in self._under("constraint", name):
            lines.append(f"  {_last(key)} {_shorter(told['definition'])}{_unproved(told)}")
        for index, told in self._under("index", name):
            if "constraint" not in told:
                lines.append(f"  {_index(index, told['definition'])}")
        lines += [f"  {_policy(policy, told)}" for policy, told in self._under("policy", name)]
        lines += [f"  {_trigger(trigger, told['definition'])}" for trigger, told in self._under("trigger", name)]
        if grants := self._grants(f"table {name}"):
            lines.append(f"  grants: {grants}")
        return "\n".join(lines)

    def brief(self, name: str) -> str:
        """A table in one line."""
        columns = (f"{column} {short_type(told['type'])}" for column, told in self.catalog.columns(name).items())
        return f"table {name}{self._size(name)}: {', '.join(columns)}"

    def view(self, name: str) -> str:
        view = self.catalog.get("view", name)
        options = f" with ({', '.join(names(view['options']))})" if "options" in view else ""
        kind = "materialized view" if view.get("materialized") == "true" else "view"
        columns = ", ".join(
            f"{column} {short_type(told['type'])}" for column, told in self.catalog.columns(name).items()
        )
        return f"{kind} {name}{options} ({columns}){_remark(view, 200)}"

    def function(self, name: str) -> str:
        told = self.catalog.get("function", name)
        who = self._grants(f"function {name}")
        traits = [told.get("language", ""), told.get("volatility", "")]
        traits += ["security definer"] if told.get("security definer") == "true" else []
        bare = name.split("(")[0]
        head = f"{told['kind']} {bare}({told.get('arguments', '')}) returns {told.get('returns', 'nothing')}"
        return f"{head}, {' '.join(filter(None, traits))}; execute: {who or 'nobody'}{_remark(told, 160)}"

    def type(self, name: str) -> str:
        told = self.catalog.get("type", name)
        if "labels" in told:
            return f"enum {name}: {', '.join(map(repr, names(told['labels'])))}{_remark(told, 120)}"
        return f"{told['kind']} {name} {told.get('base type', '')}".rstrip() + _remark(told, 120)

    def types(self) -> list[str]:
        """Types of their own, not the row types of tables."""
        return [name for name in self.own("type") if self.catalog.get("type", name).get("kind") != "shell"]

    def around(self) -> list[str]:
        """All that is no table: views, functions, types, and what reaches into Supabase's schemas."""
        parts = [
            "\n".join(map(self.view, self.own("view"))),
            "\n".join(map(self.type, self.types())),
            "\n".join(map(self.function, self.own("function"))),
            "\n".join(self.outside()),
        ]
        return [part for part in parts if part]

    def outside(self) -> Iterator[str]:
        """Supabase's schemas, as far as the project has to do with them, and what has no schema."""
        referenced = sorted({to for tables in self.references.values() for to in tables if not is_own(to)})
        if referenced:
            yield f"referenced in Supabase's schemas: {', '.join(referenced)}"
        for policy, told in self.catalog.of("policy").items():
            if not is_own(policy):
                yield f"on {relation(policy)}: {_policy(policy, told)}"
        for trigger, told in self.catalog.of("trigger").items():
            if not is_own(trigger) and is_own(told["function"]):
                yield f"on {relation(trigger)}: {_trigger(trigger, told['definition'])}"
        published: dict[str, list[str]] = {}
        for name in self.catalog.of("publication table"):
            publication, table = name.split("/", 1)
            published.setdefault(publication, []).append(table)
        for publication, tables in published.items():
            yield f"publication {publication}: {', '.join(tables)}"
        extensions = (f"{name} in {told['schema']}" for name, told in self.catalog.of("extension").items())
        yield f"extensions: {', '.join(extensions)}"

    def _under(self, kind: str, table: str) -> list[tuple[str, dict[str, str]]]:
        return list(self.catalog.of(kind, under=table).items())

    def _size(self, table: str) -> str:
        rows = self.config.rows(table)
        if rows is None:
            return " (rows unknown: large)"
        return f" ({rows:,} rows: {'small' if self.config.is_small(table) else 'large'})"

    def _grants(self, target: str) -> str:
        verbs: dict[str, set[str]] = {}
        for attribute, value in self.catalog.get("grant", target).items():
            role, _, verb = attribute.partition("/")
            if role in _API_ROLES and value != "revoked":
                verbs.setdefault(role, set()).add(verb)
        words = []
        for role in _API_ROLES:
            if held := verbs.get(role):
                named = [verb for verb in _VERBS if verb in held] or sorted(held - {"EXECUTE"})
                all_of_them = held >= {*_VERBS, "TRUNCATE"}
                words.append(f"{role} {'ALL' if all_of_them else ', '.join(named)}".rstrip())
        return "; ".join([*words, *self._column_grants(target)])

    def _column_grants(self, target: str) -> Iterator[str]:
        """``authenticated UPDATE (name, settings)``"""
        held: dict[tuple[str, str], list[str]] = {}
        prefix = f"column {target.removeprefix('table ')}."
        for column, verbs in self.catalog.of("grant").items():
            if column.startswith(prefix):
                for attribute, value in verbs.items():
                    role, _, verb = attribute.partition("/")
                    if role in _API_ROLES and value != "revoked":
                        held.setdefault((role, verb), []).append(column.removeprefix(prefix))
        for (role, verb), columns in sorted(held.items()):
            yield f"{role} {verb} ({', '.join(sorted(columns))})"


def schema_of(name: str) -> str:
    return name.split(".", 1)[0].strip('"')


def one_line(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _column(told: dict[str, str]) -> str:
    text = short_type(told["type"])
    if told["not null"] == "true":
        text += " not null"
    if "default" in told:
        text += f" default {one_line(told['default'], 80)}"
    if "identity" in told:
        text += f" generated {told['identity']} as identity"
    if "expression" in told:
        text += f" generated always as ({one_line(told['expression'], 120)}) {told['generated']}"
    return text


def _index(name: str, definition: str) -> str:
    unique = "unique index" if definition.startswith("CREATE UNIQUE") else "index"
    return f"{unique} {_last(name)} {definition.split(' USING ', 1)[-1].removeprefix('btree ')}"


def _policy(name: str, told: dict[str, str]) -> str:
    text = f'policy "{_last(name)}" {told["command"]} to {", ".join(names(told["roles"]))}'
    if told["permissive"] != "true":
        text += " RESTRICTIVE"
    text += f" using {one_line(_shorter(told['using']), 600)}" if "using" in told else ""
    if "using" not in told and "check" not in told:
        text += " WITHOUT A CONDITION: lets nothing through"
    if "check" in told:
        same = told["check"] == told.get("using")
        text += " with check the same" if same else f" with check {one_line(_shorter(told['check']), 600)}"
    return text


def _trigger(name: str, definition: str) -> str:
    when = re.sub(r" ON \S+ ", " ", definition.split(f" {_last(name)} ", 1)[-1], count=1)
    return f"trigger {_last(name)} {one_line(when.replace('FOR EACH ROW EXECUTE FUNCTION ', '→ '), 200)}"


def _remark(told: dict[str, str], limit: int) -> str:
    return f" -- {one_line(told['comment'], limit)}" if limit and "comment" in told else ""


def _shorter(definition: str) -> str:
    for pattern, by in _SHORTER:
        definition = pattern.sub(by, definition)
    return definition


def _unproved(told: dict[str, str]) -> str:
    return "" if told.get("validated") != "false" or "NOT VALID" in told["definition"] else " NOT VALID"


def bare_name(name: str) -> str:
    """Without schema and arguments."""
    return name.split("(")[0].split(".", 1)[-1].strip('"')


def _last(name: str) -> str:
    return name.split("/", 1)[-1]
