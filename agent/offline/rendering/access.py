"""Policies and grants: who reaches which rows of a table that is new.

What a row of the referenced table demands is known from the project itself: from the policies of tables that
reference the same, from its own policies, and failing these from the foreign keys that lead to a user.
"""

import re
from collections import Counter
from collections.abc import Iterator

import postgast
from postgast import pg_query_pb2

from agent.offline import regex
from agent.offline.description import Column, NewTable, Reference, Verb
from agent.offline.rendering.sql import lowered, name, short
from agent.offline.rendering.words import spaced
from agent.offline.schema import Schema
from agent.offline.words import plural

CALLER = "(select auth.uid())"
_ACTS: dict[Verb, str] = {"select": "view", "insert": "add", "update": "update", "delete": "delete"}


def grants(table: NewTable) -> list[str]:
    """Nothing that a default may have given, then verb by verb."""
    on = name(table.table)
    found = [f"revoke all on table {on} from anon, authenticated, service_role;"]
    if table.access.verbs:
        found.append(f"grant {', '.join(table.access.verbs)} on table {on} to authenticated;")
    server = "select, insert" if table.append_only else "all"
    found.append(f"grant {server} on table {on} to service_role;")
    return found


def policies(table: NewTable, schema: Schema) -> Iterator[str]:
    on = name(table.table)
    actor = _actor(table, schema)
    noun = spaced(plural(table.table.split(".")[-1]))
    for verb in table.access.verbs:
        title = short(f"{actor[verb]} can {_ACTS[verb]} {_whose(table, schema)}{noun}")
        quoted = '"' + title.replace('"', '""') + '"'
        using = condition(table, verb, schema)
        clauses = []
        if verb != "insert":
            clauses.append(f"using ({using})")
        if verb in ("insert", "update"):
            clauses.append(f"with check ({_joined([using, *_others(table, schema)])})")
        yield (
            f"drop policy if exists {quoted} on {on};\ncreate policy {quoted}\non {on} for {verb} to authenticated\n"
            + "\n".join(clauses)
            + ";"
        )


def _whose(table: NewTable, schema: Schema) -> str:
    """ "their children's " where the owner is a child."""
    owner = next((c for c in table.columns if c.name == table.access.owner), None)
    if owner is None or owner.references is None:
        return ""
    if schema.is_user_key(owner.references.table, owner.references.column):
        return "their own "
    noun = spaced(plural(owner.name.removesuffix("_id")))
    return f"their {noun}{chr(39) if noun.endswith('s') else chr(39) + 's'} "


def condition(table: NewTable, verb: Verb, schema: Schema) -> str:
    """When a row is within reach of the caller."""
    if table.access.audience == "signed-in" or table.access.owner is None:
        shown = [
            (column.name, column.references)
            for column in table.columns
            if column.references and column.required and not schema.belongs(column.references.table)
        ]
        if table.access.owner is None and len(shown) == 1:
            return _through(*shown[0])
        return "true"
    owner = next(c for c in table.columns if c.name == table.access.owner)
    assert owner.references is not None
    return reach(owner.references, owner.name, "select" if verb in table.access.members else verb, schema)


def _others(table: NewTable, schema: Schema) -> Iterator[str]:
    """A row that is written may not hang on something out of the caller's sight either."""
    for column in table.columns:
        if not column.references or column.name == table.access.owner or not schema.belongs(column.references.table):
            continue
        if schema.is_user_key(column.references.table, column.references.column):
            continue
        seen = reach(column.references, column.name, "select", schema)
        yield seen if column.required else f"({column.name} is null or {seen})"


def _joined(conditions: list[str]) -> str:
    return conditions[0] if len(conditions) == 1 else "\n  " + "\n  and ".join(conditions) + "\n"


def reach(reference: Reference, column: str, verb: Verb, schema: Schema) -> str:
    """The condition on `column`, which references somebody's rows."""
    parent = reference.table
    if schema.is_user_key(parent, reference.column):
        return f"{name(column)} = {CALLER}"
    if known := _neighbours(parent, column, verb, schema):
        return known
    if own := _own(parent, verb, schema):
        alone = regex.findall(rf"(?<![.\w]){re.escape(reference.column)}\b", own)
        if _columns(own, parent) <= {reference.column} and len(alone) == own.count(reference.column) == 1:
            return own.replace(reference.column, name(column))
        return _within(column, reference, own)
    for key in schema.foreign_keys(parent):
        if schema.is_user_key(key.table, key.target):
            return _within(column, reference, f"{name(key.column)} = {CALLER}")
    if group := schema.membership(parent):
        members, joined, user = group
        return f"{name(column)} in (select {name(joined)} from {name(members)} where {name(user)} = {CALLER})"
    for key in schema.foreign_keys(parent):
        if schema.belongs(key.table):
            return _within(column, reference, reach(Reference(key.table, key.target), key.column, verb, schema))
    return _through(column, reference)


def _within(column: str, reference: Reference, demand: str) -> str:
    return f"{name(column)} in (select {name(reference.column)} from {name(reference.table)} where {demand})"


def _through(column: str, reference: Reference) -> str:
    """Whoever may see the referenced row: its own policies answer."""
    return f"{name(column)} in (select {name(reference.column)} from {name(reference.table)})"


def _neighbours(parent: str, column: str, verb: Verb, schema: Schema) -> str | None:
    """What most tables with the same column demand for the verb, where it is a matter of that column alone."""
    found: Counter[str] = Counter()
    for table in schema.tables:
        if not any(key.column == column and key.table == parent for key in schema.foreign_keys(table)):
            continue
        for expression in _expressions(table, verb, schema):
            if _columns(expression, table) == {column} and f"{table.split('.')[-1]}." not in expression:
                found[tidy(expression)] += 1
    return found.most_common(1)[0][0] if found else None


def _own(parent: str, verb: Verb, schema: Schema) -> str | None:
    """What the referenced table demands: to write below a row, one must be allowed to change it."""
    for wanted in ("select",) if verb == "select" else ("update", "select"):
        found = [e for e in _expressions(parent, wanted, schema) if e != "true"]  # type: ignore[arg-type]
        if found:
            return " or ".join(tidy(expression) for expression in found)
    return None


def _expressions(table: str, verb: Verb, schema: Schema) -> Iterator[str]:
    for policy in schema.policies(table).values():
        roles = str(policy.get("roles", ""))
        if policy.get("command") in (verb.upper(), "ALL") and ("authenticated" in roles or "public" in roles):
            expression = policy.get("check" if verb == "insert" else "using") or policy.get("using")
            if expression:
                yield str(expression)


def tidy(expression: str) -> str:
    """As Postgres prints it, without needless brackets; the caller is asked once per statement."""
    text = regex.sub(r"\s+", " ", expression).strip()
    text = regex.sub(r" AS uid\b| AS jwt\b", "", text)
    text = regex.sub(r"(?<!SELECT )\bauth\.(uid|jwt)\(\)", r"(SELECT auth.\1())", text)
    text = regex.sub(r"\(\s+", "(", text)
    if text.startswith("(") and _closes(text) == len(text) - 1 and " OR " not in text:
        text = text[1:-1]
    return lowered(text)


def _closes(text: str) -> int:
    depth = 0
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return place
    return -1


def _columns(expression: str, table: str) -> set[str]:
    """Columns of the table itself that an expression names, outside of its subqueries or qualified."""
    tree = postgast.parse(f"select 1 where {expression}")
    bare = table.split(".")[-1]
    found: set[str] = set()

    def walk(node: object, inside: bool) -> None:
        if isinstance(node, pg_query_pb2.ColumnRef):
            parts = [field.string.sval for field in node.fields]
            if (len(parts) == 1 and not inside) or (len(parts) == 2 and parts[0] == bare):
                found.add(parts[-1])
            return
        deeper = inside or (isinstance(node, pg_query_pb2.SelectStmt) and node is not tree.stmts[0].stmt.select_stmt)
        for _, child in node.ListFields():  # type: ignore[attr-defined]
            for item in child if hasattr(child, "__len__") and not isinstance(child, str | bytes) else [child]:
                if hasattr(item, "ListFields"):
                    walk(item, deeper)

    walk(tree.stmts[0].stmt.select_stmt, False)
    return found


def _actor(table: NewTable, schema: Schema) -> dict[Verb, str]:
    """Who is let in, as the project's policies call those whom the same condition lets in."""
    if table.access.owner is None:
        return dict.fromkeys(table.access.verbs, "Signed-in users")
    owner = next(c for c in table.columns if c.name == table.access.owner)
    assert owner.references is not None
    return {verb: _called(condition(table, verb, schema), verb, owner, schema) for verb in table.access.verbs}


def _called(demand: str, verb: Verb, owner: Column, schema: Schema) -> str:
    """ "Members" where a policy that members are named in asks for the same; "Users" where none does."""
    assert owner.references is not None
    parent = owner.references.table
    near: list[tuple[int, bool, str]] = []
    for other in schema.tables:
        for title, policy in schema.policies(other).items():
            named = regex.match(r"^([A-Z][a-z]+s) (?:can|may) ", title)
            for key in ("using", "check") if named else ():
                asked = tidy(str(policy.get(key) or "true"))
                if other == parent:
                    asked = regex.sub(rf"(?<![.\w]){re.escape(owner.references.column)}\b", name(owner.name), asked)
                if named and asked != "true" and asked in demand:
                    near.append((len(asked), policy.get("command") == verb.upper(), named[1]))
    if near:
        best = max(near)[:2]
        return Counter(word for *rank, word in near if tuple(rank) == best).most_common(1)[0][0]
    return (
        "Members" if not schema.is_user_key(parent, owner.references.column) and schema.membership(parent) else "Users"
    )
