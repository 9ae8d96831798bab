"""docs/DATABASE_SCHEMA.md: the database as it is, rendered from facts, around what people wrote.

What is generated stands between markers:

    <!-- migration-agent:begin tables -->
    <!-- migration-agent:end tables -->

`render` writes between them and nowhere else, so notes before, between and after them stay as they are. The
same facts give the same text: no dates, no order but that of names.
"""

import re
from collections.abc import Iterable, Iterator

from tools.document_diagram import Diagrams
from tools.document_table import granted, heading, policies, section, short_type, simplified, trigger
from tools.facts import Catalog, names
from tools.render.gfm import block, code, escaped, table
from tools.render.plain import counted

BLOCKS = ("overview", "diagrams", "tables", "views", "types", "functions", "managed")
"""Generated parts, in the order of a new document."""

MANAGED = frozenset(
    [
        *("_analytics", "_realtime", "auth", "cron", "extensions", "graphql", "graphql_public", "net", "pgbouncer"),
        *("pgmq", "pgsodium", "pgsodium_masks", "pgtle", "realtime", "storage", "supabase_functions"),
        *("supabase_migrations", "tiger", "tiger_data", "topology", "vault"),
    ]
)
"""Schemas that Supabase or an extension fills: described only where the project added something."""
_USUAL_EXTENSIONS = {"pg_graphql", "pg_stat_statements", "pgcrypto", "plpgsql", "supabase_vault", "uuid-ossp"}
_NEW = """\
# Database schema

Kept in step by `migration-agent docs`, which writes between its markers. Everything else here is yours.
"""
_MARK = "<!-- migration-agent:"


def render(catalog: Catalog, existing: str | None) -> str:
    """The document in step with `catalog`.

    Text outside the markers of `existing` stays byte for byte; parts that it does not have are added at its end.
    """
    text = _NEW if existing is None or not existing.strip() else existing
    for name, content in _contents(catalog).items():
        spans = list(_spans(text, name))
        for start, end in reversed(spans):
            text = text[:start] + content + text[end:]
        if not spans:
            gap = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
            text = f"{text}{gap}{_begin(name)}{content}{_end(name)}\n"
    return text


def stale_sections(text: str, catalog: Catalog, tables: Iterable[str]) -> list[str]:
    """Those of `tables` whose section in `text` is missing, outdated, or there though the table is not.

    The catalog may be restricted to the facts of these tables.
    """
    found = _sections(text)
    stale = []
    for name in tables:
        wanted = _guarded(section(catalog, name)) if catalog.get("table", name) and is_own(name) else None
        if found.get(_guarded(heading(name))) != wanted:
            stale.append(name)
    return stale


def is_own(name: str) -> bool:
    """The object is in a schema of the project's, not in one of Supabase's."""
    return _schema(name) not in MANAGED


def _contents(catalog: Catalog) -> dict[str, str]:
    """What stands between the markers of each part."""
    own = _own(catalog, "table")
    drawn = tuple(name for name in own if "partition bound" not in catalog.get("table", name))
    contents = (
        _overview(catalog, own),
        _titled("Diagrams", [Diagrams(catalog, drawn).render()]),
        _titled("Tables", [section(catalog, name) for name in own]),
        _titled("Views", [_view(catalog, name) for name in _own(catalog, "view")]),
        _titled("Types", [_types(catalog)]),
        _titled("Functions", [_function(catalog, name) for name in _own(catalog, "function")]),
        _titled("On Supabase's own tables", list(_managed(catalog))),
    )
    between = (f"\n\n{_guarded(content)}\n\n" if content else "\n" for content in contents)
    return dict(zip(BLOCKS, between, strict=True))


def _begin(name: str) -> str:
    return f"{_MARK}begin {name} -->"


def _end(name: str) -> str:
    return f"{_MARK}end {name} -->"


def _guarded(content: str) -> str:
    """Nothing from the database can look like a marker."""
    return content.replace(_MARK, "<!--\u200b migration-agent:")


def _spans(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where the contents of a part begin and end. A begin without its end is no part, so no text is ever swallowed."""
    begin, end = _begin(name), _end(name)
    position = text.find(begin)
    while position >= 0:
        start = position + len(begin)
        following = text.find(_MARK, start)
        if following >= 0 and text.startswith(end, following):
            yield start, following
        position = text.find(begin, start)


def _sections(text: str) -> dict[str, str]:
    """The tables' sections in a document, by their headings."""
    start, end = next(_spans(text, "tables"), (0, 0))
    content = text[start:end].replace("\r\n", "\n")
    parts = re.split(r"^(?=### )", content, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0]: part.rstrip("\n") for part in parts}


def _titled(title: str, parts: list[str]) -> str:
    said = [part for part in parts if part]
    return "\n\n".join([f"## {title}", *said]) if said else ""


def _own(catalog: Catalog, kind: str) -> list[str]:
    return [name for name in catalog.of(kind) if is_own(name)]


def _overview(catalog: Catalog, tables: list[str]) -> str:
    views, functions, types = (_own(catalog, kind) for kind in ("view", "function", "type"))
    counts = [(tables, "table"), (views, "view"), (types, "type"), (functions, "function")]
    said = ", ".join(counted(len(objects), noun) for objects, noun in counts if objects) or "Nothing yet"
    parts = [f"{said}."]
    schemas = sorted({_schema(name) for name in [*tables, *views, *types, *functions]})
    for schema in schemas:
        comment = catalog.get("schema", schema).get("comment", "")
        if schema != "public":
            parts.append(f"Schema {code(schema)}{': ' + escaped(comment) if comment else ''}.")
    if extensions := sorted(set(catalog.of("extension")) - _USUAL_EXTENSIONS):
        parts.append(f"Extensions: {', '.join(map(code, extensions))}.")
    if tables:
        rows = ([f"[{code(name)}](#{_anchor(name)})", *_reach(catalog, name)] for name in tables)
        parts.append(table(["Table", "Rows are reached by", "Description"], rows))
    return _titled("Overview", parts)


def _reach(catalog: Catalog, name: str) -> list[str]:
    """What a table's row says of access, and its comment."""
    facts, found = catalog.get("table", name), catalog.of("policy", under=name)
    if facts.get("rls") != "true":
        reach = "**no row level security**"
    else:
        roles = {role for policy in found.values() for role in names(policy["roles"])}
        reach = ", ".join("everyone" if role == "public" else code(role) for role in sorted(roles)) or "no policy"
    return [reach, escaped(facts.get("comment", ""))]


def _view(catalog: Catalog, name: str) -> str:
    facts = catalog.get("view", name)
    options = names(facts.get("options"))
    invoker = any(option in ("security_invoker=true", "security_invoker=on") for option in options)
    if facts.get("materialized") == "true":
        rights = "Materialized: a copy of its rows, without row level security."
    else:
        rights = f"Reads with the rights of {'its caller' if invoker else '**its owner**, past row level security'}."
    parts = [heading(name), escaped(facts.get("comment", "")), rights, f"Columns: {_row_type(catalog, name)}."]
    parts += [block(facts["definition"], "sql"), granted(catalog, name)]
    return "\n\n".join(filter(None, parts))


def _types(catalog: Catalog) -> str:
    rows = []
    for name in _own(catalog, "type"):
        facts = catalog.get("type", name)
        rows.append([code(name), facts.get("kind", ""), _type_values(catalog, name), escaped(facts.get("comment", ""))])
    return table(["Type", "Kind", "Values", "Description"], rows) if rows else ""


def _type_values(catalog: Catalog, name: str) -> str:
    facts = catalog.get("type", name)
    if facts.get("kind") == "enum":
        return ", ".join(map(code, names(facts["labels"])))
    if facts.get("kind") == "domain":
        checks = catalog.of("constraint", under=name).values()
        rules = [code(simplified(check["definition"].removeprefix("CHECK "))) for check in checks]
        return ", ".join([code(short_type(facts["base type"])), *sorted(rules)])
    return _row_type(catalog, name)


def _row_type(catalog: Catalog, name: str) -> str:
    """``id uuid, title text``"""
    columns = catalog.columns(name).items()
    return ", ".join(f"{code(column)} {escaped(short_type(facts['type']))}" for column, facts in columns)


def _function(catalog: Catalog, name: str) -> str:
    facts = catalog.get("function", name)
    config = names(facts.get("config"))
    rights = "**its owner** (security definer)" if facts.get("security definer") == "true" else "its caller"
    said = [
        f"Arguments: {code(facts['arguments'])}." if facts.get("arguments") else "",
        f"Returns {code(short_type(facts['returns']))}." if facts.get("returns") else "",
        f"Written in {escaped(facts['language'])}, {facts['volatility']}.",
        f"Runs with the rights of {rights}.",
        f"Sets {', '.join(map(code, config))}." if config else "",
        _executors(catalog, name),
    ]
    parts = [heading(name), escaped(facts.get("comment", "")), " ".join(filter(None, said))]
    return "\n\n".join(filter(None, parts))


def _executors(catalog: Catalog, name: str) -> str:
    grants = catalog.get("grant", f"function {name}").items()
    roles = {grant.rpartition("/")[0] for grant, value in grants if value != "revoked"}
    if "public" in roles:
        return "Everyone may execute it."
    if not roles:
        return "Only its owner may execute it."
    return f"May be executed by {', '.join(map(code, sorted(roles)))}."


def _managed(catalog: Catalog) -> Iterator[str]:
    """Policies on Supabase's tables, and triggers there that run the project's functions."""
    for name in catalog.tables():
        if is_own(name):
            continue
        fired = [
            trigger(key.removeprefix(name + "/"), facts)
            for key, facts in catalog.of("trigger", under=name).items()
            if is_own(facts["function"])
        ]
        if items := [*policies(catalog, name), *fired]:
            yield heading(name) + "\n\n" + "\n".join(items)


def _schema(name: str) -> str:
    """``public`` of ``public.quests``; quotes off."""
    found = re.match(r'"((?:[^"]|"")*)"\.|([^."(]+)\.', name)
    return (found[1] or found[2]).replace('""', '"') if found else name


def _anchor(name: str) -> str:
    """The fragment that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")
