"""One table's section of the schema document, from facts of that table alone.

Columns, constraints and indexes in words, who may do what with which rows, triggers. Nothing in it changes when
another table does, so a section can be compared on its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from tools.facts import Catalog, names
from tools.render.gfm import code, escaped, table

Attributes = Mapping[str, str]

_SHORT_TYPES = {
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "character varying": "varchar",
    "double precision": "float8",
}
_ON_DELETE = {
    "CASCADE": "deleting that row deletes this one",
    "SET NULL": "deleting that row empties it",
    "SET DEFAULT": "deleting that row sets the default",
    "RESTRICT": "that row cannot be deleted while this one is there",
    "NO ACTION": "that row cannot be deleted while this one is there",
}
_ON_UPDATE = {
    "CASCADE": "changing its key changes it here",
    "SET NULL": "changing its key empties it",
    "SET DEFAULT": "changing its key sets the default",
}
_VERBS = {"SELECT": "select", "INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}
_ALL = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
"""What ALL on a table means everywhere; Postgres 17 adds MAINTAIN."""
_TRIGGER = re.compile(
    r'^CREATE (?:CONSTRAINT )?TRIGGER (?:"(?:[^"]|"")*"|\S+) (?P<when>BEFORE|AFTER|INSTEAD OF) (?P<events>.+?) ON .+?'
    r"FOR EACH (?P<each>ROW|STATEMENT)(?: WHEN \((?P<condition>.*)\))? EXECUTE (?:FUNCTION|PROCEDURE) (?P<call>.*)$",
    re.DOTALL,
)
_ONE_OF = re.compile(r"(?:\((?P<cast>\w+)\)::text|(?P<column>\w+)) = ANY \(+ARRAY\[(?P<values>.*)\](?:\)::text\[\])?\)")
_LITERAL = re.compile(r"\(?'((?:[^']|'')*)'::(?:character varying|text)\)?(?:::text)?")


def heading(name: str) -> str:
    """The first line of a table's section, by which it is found again."""
    return f"### {escaped(name)}"


def section(catalog: Catalog, name: str) -> str:
    """The table's section; reads nothing but facts of `name` and what hangs on it."""
    facts = catalog.get("table", name)
    parts = [heading(name), escaped(facts.get("comment", "")), *_kind(facts), _columns(catalog, name)]
    parts += _listed("Constraints", _constraints(catalog, name))
    parts += _listed("Indexes", _indexes(catalog, name))
    parts += [_row_security(facts, catalog.of("policy", under=name))]
    parts += ["\n".join(policies(catalog, name)), granted(catalog, name)]
    parts += _listed("Triggers", triggers(catalog, name))
    return "\n\n".join(filter(None, parts))


def short_type(name: str) -> str:
    """``timestamptz`` for ``timestamp with time zone``, and the like."""
    for long, short in _SHORT_TYPES.items():
        if name.startswith(long):
            return short + name.removeprefix(long)
    return re.sub(r"^(timestamp|time)(\(\d\)) with(out)? time zone", _precise_time, name)


def policies(catalog: Catalog, name: str) -> Iterator[str]:
    """A list item for each policy of a table, in words, by command and name."""
    order = ["SELECT", "INSERT", "UPDATE", "DELETE", "ALL"]
    found = catalog.of("policy", under=name).items()
    for key, facts in sorted(found, key=lambda item: (order.index(item[1]["command"]), item[0])):
        comment = f" {escaped(facts['comment'])}" if facts.get("comment") else ""
        yield f"- **{escaped(key.removeprefix(name + '/'))}**: {_may(facts)}.{comment}"


def triggers(catalog: Catalog, name: str) -> Iterator[str]:
    """A list item for each trigger of a table."""
    for key, facts in catalog.of("trigger", under=name).items():
        yield trigger(key.removeprefix(name + "/"), facts)


def trigger(name: str, facts: Attributes) -> str:
    """A list item."""
    found = _TRIGGER.match(facts["definition"])
    said = code(facts["definition"])
    if found:
        said = f"{found['when'].lower()} {found['events'].lower()}, for each {found['each'].lower()}"
        said = f"{escaped(said)}{_where(found['condition'], ' when')}, runs {code(found['call'])}"
    enabled = {"disabled": " (disabled)", "replica": " (on replicas only)"}.get(facts.get("enabled", ""), "")
    comment = f". {escaped(facts['comment'])}" if facts.get("comment") else ""
    return f"- {code(name)}: {said}{enabled}{comment}"


def granted(catalog: Catalog, name: str) -> str:
    """Who holds which privileges on a table or view."""
    held = _held(catalog, f"table {name}")
    said = [f"{_who([role])} may {_privileges(held[role])}" for role in sorted(held)]
    for column in catalog.columns(name):
        for role, privileges in sorted(_held(catalog, f"column {name}.{column}").items()):
            said.append(f"{_who([role])} may {_privileges(privileges)} {code(column)}")
    return f"**Granted**: {'; '.join(said) or 'nothing, only the owner reaches it'}."


def simplified(expression: str) -> str:
    """An expression without the parentheses that Postgres prints around it."""
    expression = " ".join(expression.split())
    while expression.startswith("(") and _closing(expression) == len(expression) - 1:
        expression = expression[1:-1].strip()
    return expression


def _kind(facts: Attributes) -> Iterator[str]:
    if key := facts.get("partition key"):
        yield f"Partitioned by {code(key)}."
    if bound := facts.get("partition bound"):
        yield f"Partition of {', '.join(map(code, names(facts['inherits'])))}: {code(bound)}."
    elif parents := facts.get("inherits"):
        yield f"Inherits {', '.join(map(code, names(parents)))}."
    if facts.get("persistence") == "unlogged":
        yield "Unlogged: emptied by a crash."
    if server := facts.get("server"):
        yield f"Foreign table on {code(server)}."


def _columns(catalog: Catalog, name: str) -> str:
    rows = (
        [
            code(column),
            code(short_type(facts["type"])),
            "no" if facts.get("not null") == "true" else "yes",
            _default(facts),
            escaped(facts.get("comment", "")),
        ]
        for column, facts in catalog.columns(name).items()
    )
    return table(["Column", "Type", "Null", "Default", "Description"], rows)


def _default(facts: Attributes) -> str:
    if identity := facts.get("identity"):
        return f"identity ({identity})"
    if generated := facts.get("generated"):
        return f"{generated}: {code(simplified(facts.get('expression', '')))}"
    return code(facts["default"]) if facts.get("default") else ""


def _constraints(catalog: Catalog, name: str) -> Iterator[str]:
    order = ["primary key", "foreign key", "unique", "check", "not null", "exclude"]
    found = catalog.of("constraint", under=name).items()
    for key, facts in sorted(found, key=lambda item: (order.index(item[1]["type"]), item[0])):
        late = "" if facts.get("validated") != "false" else " (not validated: older rows may break it)"
        comment = f". {escaped(facts['comment'])}" if facts.get("comment") else ""
        yield f"- {_constraint(key.removeprefix(name + '/'), facts)}{late}{comment}"


def _constraint(name: str, facts: Attributes) -> str:
    columns = ", ".join(map(code, names(facts.get("columns"))))
    definition = facts["definition"]
    match facts["type"]:
        case "primary key":
            return f"Primary key: {columns}"
        case "unique":
            apart = " (empty counts as a value)" if "NULLS NOT DISTINCT" in definition else ""
            return f"Unique: {columns}{apart}"
        case "foreign key":
            there = ", ".join(map(code, names(facts.get("referenced columns"))))
            action = re.search(r" ON DELETE (CASCADE|SET NULL|SET DEFAULT|RESTRICT)", definition)
            update = re.search(r" ON UPDATE (CASCADE|SET NULL|SET DEFAULT|RESTRICT)", definition)
            also = f", and {_ON_UPDATE[update[1]]}" if update and update[1] in _ON_UPDATE else ""
            effect = _ON_DELETE[action[1] if action else "NO ACTION"]
            return f"{columns} refers to {code(facts['references'])} ({there}); {effect}{also}"
        case "check":
            return f"{code(name)}: {_check(definition)}"
    return f"{code(name)}: {code(definition)}"


def _check(definition: str) -> str:
    """``status is one of a, b`` for a list of values, otherwise the expression."""
    inner = simplified(re.sub(r" (NOT VALID|NO INHERIT)$", "", definition.removeprefix("CHECK ")))
    if found := _ONE_OF.fullmatch(inner):
        values = [value.replace("''", "'") for value in _LITERAL.findall(found["values"])]
        if values and not re.sub(_LITERAL, "", found["values"]).strip(", "):
            return f"{code(found['cast'] or found['column'])} is one of {', '.join(map(code, values))}"
    return code(inner)


def _indexes(catalog: Catalog, name: str) -> Iterator[str]:
    for key, facts in catalog.of("index", under=name).items():
        if facts.get("constraint"):
            continue
        definition, predicate = facts["definition"], facts.get("predicate")
        said = re.split(rf" ON (?:ONLY )?{re.escape(name)} USING ", definition, maxsplit=1)[-1]
        if predicate:
            said = said.removesuffix(f" WHERE {predicate}")
        unique = "unique, " if facts.get("unique") == "true" else ""
        broken = " (invalid: its build failed)" if facts.get("valid") == "false" else ""
        comment = f". {escaped(facts['comment'])}" if facts.get("comment") else ""
        yield f"- {code(key.removeprefix(name + '/'))}: {unique}{code(said)}{_where(predicate)}{broken}{comment}"


def _row_security(facts: Attributes, found: Mapping[str, Attributes]) -> str:
    if facts.get("rls") != "true":
        idle = " Its policies have no effect." if found else ""
        return f"**Row level security is off**: whoever holds a privilege below reaches every row.{idle}"
    forced = " It holds for the owner too." if facts.get("force rls") == "true" else ""
    none = "" if found else " No policy lets anybody in: only roles that bypass it reach rows."
    return f"**Row level security** is on.{forced}{none}"


def _may(facts: Attributes) -> str:
    """``authenticated may select rows where ...``"""
    who, command = _who(names(facts["roles"])), facts["command"]
    only = facts.get("permissive") == "false"
    using, check = facts.get("using"), facts.get("check")
    if command == "INSERT":
        return f"{who} may insert {_rows(check, only)}"
    said = f"{who} may {_VERBS.get(command, 'select, insert, update and delete')} {_rows(using, only)}"
    if check is not None and check != using:
        return f"{said}, and write {_rows(check, only)}"
    return f"{said}, before and after" if command == "UPDATE" and using not in (None, "true") else said


def _rows(expression: str | None, only: bool) -> str:
    """`only` for a restrictive policy, which takes away from what others give."""
    if expression is None or expression == "true":
        return "any row"
    return "no row" if expression == "false" else f"{'only ' if only else ''}rows{_where(expression)}"


def _who(roles: Iterable[str]) -> str:
    said = ["everyone" if role == "public" else code(role) for role in roles]
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))


def _held(catalog: Catalog, what: str) -> dict[str, set[str]]:
    """Privileges on an object by role."""
    held: dict[str, set[str]] = {}
    for grant, value in catalog.get("grant", what).items():
        role, _, privilege = grant.rpartition("/")
        if value != "revoked":
            held.setdefault(role, set()).add(privilege)
    return held


def _privileges(held: set[str]) -> str:
    if held >= _ALL:
        return "do everything"
    return ", ".join(sorted((privilege.lower() for privilege in held), key=_privilege_order))


def _privilege_order(privilege: str) -> tuple[int, str]:
    verbs = list(_VERBS.values())
    return (verbs.index(privilege) if privilege in verbs else len(verbs), privilege)


def _where(expression: str | None, word: str = " where") -> str:
    return f"{word} {code(simplified(expression))}" if expression else ""


def _listed(title: str, items: Iterable[str]) -> list[str]:
    lines = list(items)
    return [f"**{title}**", "\n".join(lines)] if lines else []


def _closing(expression: str) -> int:
    """Where the parenthesis that opens the text closes; quoted text aside."""
    depth, quote = 0, ""
    for position, char in enumerate(expression):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        else:
            depth += (char == "(") - (char == ")")
            if not depth:
                return position
    return -1


def _precise_time(found: re.Match[str]) -> str:
    return f"{found[1]}{'' if found[3] else 'tz'}{found[2]}"
