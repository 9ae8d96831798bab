"""What two catalogs have and have not in common, by things: names of constraints, indexes, policies, triggers and
helper functions aside. What takes rows to tell (checks, policies, bodies) is told elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from evals.grade import indexes
from evals.grade.difference import Difference
from evals.grade.state import State
from tools.facts import Catalog, Facts, names, relation

_EXPOSED = ("public", "graphql_public", "storage")
"""Schemas whose functions the API offers."""
_BY_NAME = (
    "table", "schema", "extension", "publication", "publication table", "event trigger", "role", "membership",
    "setting", "foreign server", "statistics", "cast", "operator", "default privileges", "rule",
)  # fmt: skip
_API_ROLES = ("anon", "authenticated", "service_role", "public")
_VERBS = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "EXECUTE"}
_INDIFFERENT = {"force rls", "access method", "options", "toast options", "persistence"}
_STAMPS = ("created_at", "updated_at")


@dataclass(frozen=True)
class Pair:
    """The golden's state and the draft's, and the base that both come from."""

    golden: State
    draft: State
    base: Facts

    @cached_property
    def g(self) -> Catalog:
        return self.golden.catalog

    @cached_property
    def d(self) -> Catalog:
        return self.draft.catalog

    @cached_property
    def b(self) -> Catalog:
        return Catalog(self.base)

    @cached_property
    def apart(self) -> set[tuple[str, str]]:
        """(kind, object) of all that is not the same in both, word for word."""
        return {(fact.kind, fact.object) for fact in self.golden.facts ^ self.draft.facts}

    @cached_property
    def tables(self) -> list[str]:
        """Tables and views that are in both, and not the same in some respect."""
        touched = {relation(name.partition("/")[0]) for kind, name in self.apart if kind in _OF_TABLES}
        touched |= {
            relation(name.partition(" ")[2])
            for kind, name in self.apart
            if kind == "grant" and name.startswith(("table ", "column "))
        }
        return sorted(name for name in touched if self._there(self.g, name) and self._there(self.d, name))

    @staticmethod
    def _there(catalog: Catalog, name: str) -> bool:
        return bool(catalog.get("table", name) or catalog.get("view", name))

    def is_new(self, table: str) -> bool:
        return not self._there(self.b, table)


_OF_TABLES = ("table", "view", "column", "constraint", "index", "policy", "trigger", "rule")


def things(pair: Pair) -> int:
    """How many things the golden brings or changes: what a score is a share of."""
    changed = {(f.kind, f.object) for f in pair.golden.facts - pair.base}
    gone = {(f.kind, f.object) for f in pair.base - pair.golden.facts} - changed
    return max(1, len({key for key in changed | gone if key[0] != "grant"}))


def compare(pair: Pair, implied: indexes.Implied) -> Iterator[Difference]:
    """Everything that the catalogs can tell; `implied` knows it of the conditions of indexes."""
    for kind in _BY_NAME:
        for name in sorted(name for k, name in pair.apart if k == kind):
            yield from _named(pair, kind, name)
    yield from _labels(pair)
    yield from _functions(pair)
    for table in pair.tables:
        if pair.g.get("table", table) and pair.d.get("table", table):
            yield from _columns(pair, table)
            yield from _keys(pair, table, implied)
            yield from _unproved(pair, table)
            yield from indexes.compare(pair.g, pair.d, table, implied, new=pair.is_new(table))
        yield from _table_grants(pair, table)


def _named(pair: Pair, kind: str, name: str) -> Iterator[Difference]:
    golden, draft = ({a: v for a, v in c.get(kind, name).items() if a not in _INDIFFERENT} for c in (pair.g, pair.d))
    thing = f"{kind} {name}"
    if kind == "schema" and not pair.b.get(kind, name):
        return  # a place for helpers; what is in it is compared by itself
    if golden and not draft:
        yield Difference("missing", thing)
    elif draft and not golden:
        yield Difference("extra", thing)
    else:
        yield from _attributes(thing, golden, draft)


def _attributes(thing: str, golden: dict[str, str], draft: dict[str, str]) -> Iterator[Difference]:
    for attribute in sorted(golden.keys() | draft.keys()):
        if golden.get(attribute) != draft.get(attribute):
            wanted, got = golden.get(attribute, "none"), draft.get(attribute, "none")
            yield Difference("different", thing, f"{attribute} is {got}, not {wanted}")


def _labels(pair: Pair) -> Iterator[Difference]:
    """Types that were there before; new ones show in what columns take."""
    for name in sorted(name for kind, name in pair.apart if kind == "type" and pair.b.get("type", name)):
        yield from _attributes(f"type {name}", pair.g.get("type", name), pair.d.get("type", name))


# Columns and keys


def _columns(pair: Pair, table: str) -> Iterator[Difference]:
    golden, draft = columns_of(pair.g, table), columns_of(pair.d, table)
    for name in golden:
        if name not in draft:
            yield Difference("missing", f"column {table}.{name}")
        elif golden[name].get("collation") != draft[name].get("collation"):
            yield Difference("different", f"column {table}.{name}", "another collation")
    for name in draft:
        stamp = name in _STAMPS and draft[name]["type"] == "timestamp with time zone" and pair.is_new(table)
        if name not in golden and not stamp:
            yield Difference("extra", f"column {table}.{name}")


def columns_of(catalog: Catalog, table: str) -> dict[str, dict[str, str]]:
    """By bare name; their order says nothing."""
    return {name[len(table) + 1 :]: facts for name, facts in catalog.of("column", table).items()}


def _keys(pair: Pair, table: str, implied: indexes.Implied) -> Iterator[Difference]:
    golden, draft = _key_forms(pair.g, table), _key_forms(pair.d, table)
    partial, others = _partial(pair.g, table), _partial(pair.d, table)
    for thing, index in partial.items():
        twins = [o for o, other in others.items() if o not in partial and _is_twin(table, index, other, implied)]
        if thing not in others and twins:
            draft[thing] = draft.pop(twins[0], "")
    for thing in golden.keys() | draft.keys():
        if thing not in draft:
            yield Difference("missing", thing)
        elif thing not in golden:
            yield Difference("extra", thing)
        elif golden[thing] != draft[thing]:
            yield Difference("different", thing, f"{draft[thing]}, not {golden[thing]}")


def _is_twin(table: str, golden: indexes.Index, draft: indexes.Index, implied: indexes.Implied) -> bool:
    """Unique over the same keys, for the same rows."""
    if sorted(golden.keys) != sorted(draft.keys) or not (golden.predicate and draft.predicate):
        return False
    return implied(table, golden.predicate, draft.predicate) == (True, True)


def _partial(catalog: Catalog, table: str) -> dict[str, indexes.Index]:
    """Unique indexes that are for some rows only, or over expressions."""
    return {
        f"unique index {table} {index}": index
        for facts in catalog.of("index", table).values()
        if facts["unique"] == "true" and "constraint" not in facts and facts["valid"] == "true"
        for index in [indexes.Index.of(facts)]
        if index.predicate or "" in names(facts["columns"])
    }


def _unproved(pair: Pair, table: str) -> Iterator[Difference]:
    """CHECKs that the rows from before were never held to, where the golden's were."""
    golden, draft = (
        {
            frozenset(names(facts.get("columns")))
            for facts in catalog.of("constraint", table).values()
            if facts["type"] == "check" and facts["validated"] != "true"
        }
        for catalog in (pair.g, pair.d)
    )
    for columns in sorted(map(sorted, draft - golden)):
        yield Difference("different", f"check {table} ({', '.join(columns)})", "it is not valid yet")


def _key_forms(catalog: Catalog, table: str) -> dict[str, str]:
    """Primary keys, foreign keys, unique constraints and full unique indexes, exclusions: by what they are about."""
    found: dict[str, str] = {}
    primary: set[frozenset[str]] = set()
    for facts in sorted(catalog.of("constraint", table).values(), key=lambda f: f["type"] != "primary key"):
        columns, definition = names(facts.get("columns")), facts["definition"]
        listed = ", ".join(sorted(columns))
        match facts["type"]:
            case "primary key":
                primary.add(frozenset(columns))
                found[f"primary key {table} ({listed})"] = ""
            case "unique" if frozenset(columns) not in primary:
                found[f"unique {table} ({listed})"] = _nulls(definition)
            case "foreign key":
                said = definition.removesuffix(" NOT VALID") + ("" if facts["validated"] == "true" else ", not valid")
                found[f"foreign key {table} ({', '.join(columns)})"] = said
            case "exclude":
                found[f"exclusion {table} {definition}"] = ""
    for facts in catalog.of("index", table).values():
        columns = names(facts["columns"])
        if facts["unique"] != "true" or "constraint" in facts or facts["valid"] != "true":
            continue
        if "predicate" in facts or "" in columns:
            continue
        if frozenset(columns) not in primary:
            found.setdefault(f"unique {table} ({', '.join(sorted(columns))})", _nulls(facts["definition"]))
    return found | dict.fromkeys(_partial(catalog, table), "")


def _nulls(definition: str) -> str:
    return "NULLs are one value" if "NULLS NOT DISTINCT" in definition else ""


# Functions and privileges


def is_exposed(catalog: Catalog, signature: str) -> bool:
    """The API's users can call it by its name; helpers of triggers and policies are known by what they do."""
    facts = catalog.get("function", signature)
    if not facts or facts.get("returns") in ("trigger", "event_trigger"):
        return False
    able = catalog.get("grant", f"function {signature}")
    return signature.partition(".")[0] in _EXPOSED and any(f"{role}/EXECUTE" in able for role in _API_ROLES)


def _functions(pair: Pair) -> Iterator[Difference]:
    for signature in sorted(name for kind, name in pair.apart if kind == "function"):
        golden, draft = pair.g.get("function", signature), pair.d.get("function", signature)
        thing = f"function {signature}"
        if golden and not draft and is_exposed(pair.g, signature):
            yield Difference("missing", thing)
        elif draft and not golden and is_exposed(pair.d, signature) and not _asked_by_policies(pair.d, signature):
            yield Difference("extra", thing)
        elif golden and draft:
            told = ("kind", "arguments", "returns")
            yield from _attributes(thing, {a: golden[a] for a in told}, {a: draft[a] for a in told})
    both = {s for s in pair.g.of("function") if pair.d.get("function", s)}
    for signature in sorted(s for s in both if ("grant", f"function {s}") in pair.apart):
        if is_exposed(pair.g, signature) or is_exposed(pair.d, signature):
            yield from _grants(pair, f"function {signature}")


def _asked_by_policies(catalog: Catalog, signature: str) -> bool:
    called = signature.partition("(")[0] + "("
    return any(called in text for facts in catalog.of("policy").values() for text in facts.values())


def _table_grants(pair: Pair, table: str) -> Iterator[Difference]:
    """By role and verb, on the whole table or on some of its columns."""
    golden, draft = _privileges(pair.g, table), _privileges(pair.d, table)
    columns = columns_of(pair.g, table).keys() & columns_of(pair.d, table).keys()
    for role, verb in sorted(golden.keys() | draft.keys()):
        wanted, got = (
            columns if found == {"*"} else found & columns
            for found in (golden.get((role, verb), set()), draft.get((role, verb), set()))
        )
        if wanted == got:
            continue
        thing = f"grant {table} {role} {verb.lower()}"
        if wanted and got:
            some = [
                f"{word} on {', '.join(sorted(part))}"
                for word, part in (("not", wanted - got), ("also", got - wanted))
                if part
            ]
            yield Difference("different", thing, "; ".join(some))
        else:
            yield Difference("missing" if wanted else "extra", thing)


def _privileges(catalog: Catalog, table: str) -> dict[tuple[str, str], set[str]]:
    """Columns by (role, verb); "*" for the whole table."""
    found: dict[tuple[str, str], set[str]] = {}
    for kind, name in [("table", table), *(("column", f"{table}.{column}") for column in columns_of(catalog, table))]:
        for attribute in catalog.get("grant", f"{kind} {name}"):
            role, _, verb = attribute.partition("/")
            if role in _API_ROLES and verb in _VERBS and (role, verb) != ("service_role", "TRUNCATE"):
                columns = found.setdefault((role, verb), set())
                if columns != {"*"}:
                    columns |= {"*"} if kind == "table" else {name[len(table) + 1 :]}
                if "*" in columns:
                    found[role, verb] = {"*"}
    return found


def _grants(pair: Pair, target: str) -> Iterator[Difference]:
    golden, draft = (
        {a for a in c.get("grant", target) if a.partition("/")[0] in _API_ROLES and a.partition("/")[2] in _VERBS}
        for c in (pair.g, pair.d)
    )
    for sign, only in (("missing", golden - draft), ("extra", draft - golden)):
        for attribute in sorted(only):
            role, _, verb = attribute.partition("/")
            yield Difference(sign, f"grant {target} {role} {verb.lower()}")  # type: ignore[arg-type]
