"""What a migration brings follows the house rules that the project's `migration-agent.toml` gives.

This check is on the checklist only where `[conventions]` holds something to enforce; its `text` is for the drafting
model alone. Looked at in the catalog after the migration ran, and only at what the migration itself brings: older
objects are as they are. Partitions answer to the table that they belong to.

    [conventions]
    tenants = ["organizations"]
    schemas = ["public", "private"]
    uuid_default = "gen_random_uuid()"
    forbid = ["on delete cascade"]

    [conventions.names]
    table = "{name}s"
    index = "{table}_{columns}(_{kind})?_idx"

    [conventions.columns]
    organization_id = "uuid not null references public.organizations (id)"
    deleted_at = "timestamptz"

## conventions/name
A new object, or one that is renamed, is not named as `[conventions.names]` says.

Why: names that follow one pattern can be guessed, searched for and sorted, and say what an object is where nothing
else does: in an error message, a query plan, a log.

How to fix: call it as the message says. A pattern is a regular expression that the whole name has to match, for
`table`, `column`, `index`, `constraint`, `policy`, `trigger`, `function`, `type` or `view`. In it `{name}` stands for
lower-case words joined with `_`, `{table}` for the table's name, `{columns}` for the columns' joined with `_`, and
`{kind}` for what it is: of an index `btree`, `gin` and so on, or `unique`; of a constraint what Postgres itself ends
the name with (`pkey`, `key`, `fkey`, `check`, `excl`); of a policy its command (`select`, `insert`, `update`, `delete`,
`all`). A name as long as Postgres allows (63 bytes) is not looked at. The pattern for indexes is followed by
`indexes/name`, in place of its own.

    constraint = "{table}_({columns}_)?{kind}"      # as Postgres itself names them
    policy = "[A-Z][a-z]+ can .+"

To allow it:

    -- allow: conventions/name on public.news: a word without a singular

## conventions/tenant
A new table reaches none of the tables in `tenants` through foreign keys that may not be empty, or one that did before
no longer does.

Why: a row that belongs to no tenant is exported, deleted and billed with nobody's data, and no policy can tell whose it
is. One empty foreign key on the way is enough to lose it.

How to fix: a foreign key with NOT NULL to the tenants' table, or to one that reaches it, over any number of steps.

    organization_id uuid not null references public.organizations (id) on delete cascade,

Where none of the tables in `tenants` exists yet, nothing can be said, and the report says that.

To allow it, for what all tenants share:

    -- allow: conventions/tenant on public.currencies: reference data, the same for everybody

## conventions/column
A new table lacks a column of `[conventions.columns]` or has it in another form, or a table that had it as asked for no
longer does.

Why: code that serves every table (soft deletion, sync, an admin page, a policy helper) counts on these columns.

How to fix: write the column as the configuration does. Compared is what Postgres made of both, never the text: the
type; NOT NULL where it is asked for (`null` asks for the contrary, and silence for neither); the default and the
foreign key with its target where one is written, and what a deletion does where that is written too. A table need not
refer to itself.

    deleted_at timestamptz,

To allow it:

    -- allow: conventions/column on public.currencies: never deleted

## conventions/schema
A new table is in a schema that `schemas` does not name.

Why: the schema decides whether the API shows a table at all, and who may look.

How to fix: create the table in one of the schemas named.

    create table if not exists public.invoices (

To allow it:

    -- allow: conventions/schema on audit.entries: kept apart for the auditors

## conventions/uuid-default
The uuid key of a new table is made by another function than `uuid_default` names.

Why: keys of one kind sort and compare alike. Random and time-ordered ones side by side do not.

How to fix:

    id uuid primary key default gen_random_uuid(),

A key without a default is the business of `columns/id`, one that is also a foreign key that of its parent.

To allow it:

    -- allow: conventions/uuid-default on public.imports: keys come from the other system

## conventions/forbidden
The migration brings what `forbid` names: a foreign key with `on delete cascade`, an `enum` type, or a function that is
`security definer`.

Why: each of them is useful and each has cost some team dearly: one DELETE that empties ten tables, labels that cannot
be taken out again, code that runs with more rights than its caller. This team has decided to do without.

How to fix: ON DELETE RESTRICT and a deletion that names its tables; text with a CHECK; SECURITY INVOKER with policies.

To allow it:

    -- allow: conventions/forbidden on public.note_tags: links without a life of their own
"""

import re
from collections.abc import Iterator, Mapping

from tools.checks._house_names import ill_named
from tools.checks._required import Wanted, read_wanted, shortcoming
from tools.checks._statements import at_column, at_table, bare, identifier, parts
from tools.checks._tenants import astray, loosened, roots
from tools.checks.base import Outcome, Rule, finding
from tools.conventions import Conventions
from tools.facts import names, relation
from tools.observe import Observed
from tools.report import Finding

ID = "conventions"
PREFIX = "conventions"
TITLE = "The project's house rules are followed"
RULES = (
    Rule("name", "warning"),
    Rule("tenant"),
    Rule("column"),
    Rule("schema"),
    Rule("uuid-default"),
    Rule("forbidden"),
)

_MADE = "a key with uuid_default"
"""Stands for it among the columns that Postgres is asked about."""
_CASCADE = re.compile(r" ON DELETE CASCADE\b")


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    rules = seen.project.config.conventions
    tables = [table for table in seen.new_tables if "partition bound" not in seen.after.get("table", table)]
    named = list(ill_named(seen, rules.names))
    found = [*(offence for offence in named if offence is not None), *_forbidden(seen, rules)]
    open_: list[str] = []  # what could not be looked at, and why
    found += _tenants(seen, rules, tables, open_)
    altered = {name: [t for t in seen.before.tables() if _is_altered(seen, t, name)] for name in rules.columns}
    asked = {name: text for name, text in rules.columns.items() if tables or altered[name]}
    if rules.uuid_default and tables:
        asked[_MADE] = f"uuid default {rules.uuid_default}"
    made = read_wanted(seen, asked)
    open_ += [f"{name}, as {why}" for name, why in made.items() if isinstance(why, str)]
    wanted = {name: column for name, column in made.items() if isinstance(column, Wanted)}
    key = wanted.pop(_MADE, None)
    found += [
        *_columns(seen, tables, altered, wanted),
        *_schemas(seen, rules, tables),
        *_keys(seen, rules, tables, key),
    ]
    said = f"read from the catalog: new tables {len(tables)}, new names with a pattern {len(named)}"
    if open_:
        return Outcome(found, f"{said}; not looked at: {'; '.join(open_)}", "not-checked")
    if not tables and not named and not found:
        return Outcome(found, "nothing new that a house rule speaks of", "n/a")
    return Outcome(found, said)


def _tenants(seen: Observed, rules: Conventions, tables: list[str], open_: list[str]) -> Iterator[Finding]:
    older = loosened(seen)
    if not rules.tenants or not (tables or older):
        return
    if not (there := roots(seen, rules.tenants)):
        open_.append(f"tenants, as there is no {' or '.join(rules.tenants)}")
        return
    wanted = " or ".join(there)
    for table, fix in astray(seen, tables, older, there):
        new = table in tables
        line, column = seen.line_of("create table" if new else "alter table", bare(table))
        yield finding(
            "conventions/tenant",
            f"{table} {'does not reach' if new else 'no longer reaches'} {wanted} through foreign keys that may not be "
            "empty.",
            hint=f"Write `{fix.removesuffix(';')}`, or a NOT NULL foreign key to a table that reaches it.",
            fix=fix,
            object=table,
            line=line,
            column=column,
        )


def _columns(
    seen: Observed, tables: list[str], altered: Mapping[str, list[str]], wanted: Mapping[str, Wanted]
) -> Iterator[Finding]:
    for name, column in wanted.items():
        spoilt = [table for table in altered[name] if shortcoming(seen.before, table, column) is None]
        for table in [*tables, *spoilt]:
            if column.target == table or (lack := shortcoming(seen.after, table, column)) is None:
                continue
            what, fix = lack
            yield finding(
                "conventions/column",
                f"{table} {what}; every table here has `{name} {column.text}`.",
                hint=f"Write `{identifier(name)} {column.text}`.",
                fix=fix,
                object=f"{table}.{name}",
                **(at_column(seen, table, name) if name in seen.after.columns(table) else at_table(seen, table)),
            )


def _is_altered(seen: Observed, table: str, column: str) -> bool:
    """The table was there and still is, but the column or what constrains it is not as it was."""
    before, after = ((c.columns(table).get(column), c.of("constraint", under=table)) for c in (seen.before, seen.after))
    return before[0] is not None and bool(seen.after.get("table", table)) and before != after


def _schemas(seen: Observed, rules: Conventions, tables: list[str]) -> Iterator[Finding]:
    for table in tables:
        schema = parts(table)[0]
        if rules.schemas and schema not in rules.schemas:
            to = rules.schemas[0]
            yield finding(
                "conventions/schema",
                f"{table} is in the schema {schema}; new tables go to {' or '.join(rules.schemas)}.",
                hint=f"Create it as {identifier(to)}.{identifier(bare(table))}.",
                fix=f"alter table {table} set schema {identifier(to)};",
                object=table,
                **at_table(seen, table),
            )


def _keys(seen: Observed, rules: Conventions, tables: list[str], wanted: Wanted | None) -> Iterator[Finding]:
    if wanted is None:
        return
    for table in tables:
        constraints = seen.after.of("constraint", under=table).values()
        foreign = {c for k in constraints if k.get("type") == "foreign key" for c in names(k.get("columns"))}
        for key in (names(k.get("columns")) for k in constraints if k.get("type") == "primary key"):
            facts = seen.after.columns(table).get(key[0], {})
            default = facts.get("default")
            if len(key) > 1 or key[0] in foreign or facts.get("type") != "uuid":
                continue
            if default is None or default == wanted.facts["default"]:
                continue
            yield finding(
                "conventions/uuid-default",
                f"{table}.{key[0]} is made by {default}, not by {rules.uuid_default}.",
                hint=f"Write `{identifier(key[0])} uuid primary key default {rules.uuid_default}`.",
                fix=f"alter table {table} alter column {identifier(key[0])} set default {rules.uuid_default};",
                object=f"{table}.{key[0]}",
                **at_column(seen, table, key[0]),
            )


def _forbidden(seen: Observed, rules: Conventions) -> Iterator[Finding]:
    if "on delete cascade" in rules.forbid:
        yield from _cascades(seen)
    for name, facts in seen.after.of("type").items() if "enum" in rules.forbid else ():
        if facts.get("kind") == "enum" and not _former(seen, "type", name):
            hint = "Write text with a CHECK that lists the values."
            yield _offence(seen, f"{name} is an enum.", hint, "", name, bare(name))
    for name, facts in seen.after.of("function").items() if "security definer" in rules.forbid else ():
        if facts.get("security definer") == "true" != _former(seen, "function", name).get("security definer"):
            hint = "Leave SECURITY DEFINER out, and let policies and grants decide."
            fix = f"alter function {name} security invoker;"
            yield _offence(seen, f"{name} is SECURITY DEFINER.", hint, fix, name, bare(relation(name)))


def _former(seen: Observed, kind: str, name: str) -> dict[str, str]:
    """Facts of a type or function before, perhaps under a name that is gone; empty for a new one."""
    now = seen.after.get(kind, name)
    gone = (facts for old, facts in seen.before.of(kind).items() if not seen.after.get(kind, old))
    return seen.before.get(kind, name) or next((facts for facts in gone if facts == now), {})


def _cascades(seen: Observed) -> Iterator[Finding]:
    for table in seen.after.tables():
        old = {facts.get("definition") for facts in seen.before.of("constraint", under=table).values()}
        for name, facts in seen.after.of("constraint", under=table).items():
            definition = facts.get("definition", "")
            if facts.get("inherited") or definition in old or not _CASCADE.search(definition):
                continue
            column = names(facts.get("columns"))[0]
            key = identifier(name[len(table) + 1 :])
            yield finding(
                "conventions/forbidden",
                f"{table} ({', '.join(names(facts.get('columns')))}) is a foreign key with ON DELETE CASCADE.",
                hint="Write `on delete restrict`, and delete what hangs on a row by name.",
                fix=f"alter table {table} drop constraint {key}, "
                f"add constraint {key} {_CASCADE.sub(' ON DELETE RESTRICT', definition)};",
                object=f"{table}.{column}",
                **at_column(seen, table, column),
            )


def _offence(seen: Observed, message: str, hint: str, fix: str, name: str, word: str) -> Finding:
    line, column = seen.line_of(word)
    said = f"{message[:-1]}, which this project forbids."
    return finding("conventions/forbidden", said, hint=hint, fix=fix, object=name, line=line, column=column)
