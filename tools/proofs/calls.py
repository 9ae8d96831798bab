"""Functions called through the API by their owner and by others, with ids of the owner's rows and with ids of none."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files

from tools.postgres.server import Connection
from tools.proofs.answers import STOPPED, Answer, Question, ask
from tools.proofs.arguments import A_WORD, Arguments, Parameter, arguments
from tools.proofs.cast import Actor, Cast
from tools.proofs.links import USERS
from tools.proofs.published import hang, taken_back
from tools.proofs.secrets import UUID, Held, given_away, open_rows, owned, rows_of, secrets
from tools.rows.attempt import STACK
from tools.rows.write import literal
from tools.sql import identifier

_ROUTINES = files("tools.proofs").joinpath("routines.sql").read_text()
_MOST_ROWS = 200
_SECONDS = 2.0
"""How long a call may take."""
_BROKEN = re.compile(r"42(?!501|725|P17|P18|000)")
"""SQLSTATEs of a body that names what is not there; not denials, and nothing that the call itself brings about."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.+Z-]*")
_REFUSES = re.compile(
    r"^(error|fail(ed|ure)?)$|denied|forbidden|unauthori[sz]ed|"
    r"(^|[^a-z])(no|not|insufficient|invalid|missing|without|lacks?|cannot)[ _-]?(an? |the |have |your )?(\w+[ _-])?"
    r"(rights?|permi\w+|access|authori[sz]ed|allowed|member|owner|found|exists?|existing|valid)",
    re.IGNORECASE,
)
"""Words with which a function refuses, where it raises no error: NO_RIGHTS, "Access denied", ROLE_NOT_FOUND."""
_NOTHING: tuple[object, ...] = (None, "", True, False)


@dataclass(frozen=True)
class Routine:
    """A function that users may execute."""

    signature: str
    """As facts name it."""
    name: str
    parameters: tuple[Parameter, ...]
    returns: str
    roles: tuple[str, ...]
    """Of the API's users, those who may call it."""
    definition: str
    """A digest."""
    defines: bool
    """It, or a function that it names, runs with its owner's rights."""
    tables: tuple[str, ...]
    """Which it, or a function that it names, names."""
    body: str = field(default="", compare=False)
    """And those functions' too."""
    guards: bool = field(default=False, compare=False)
    """Policies ask it for a yes or no, so whoever they are for may call it; what they make of it is tried there."""

    @property
    def callable(self) -> bool:
        """Its arguments and columns are known before the call."""
        unknown = self.returns in ("record", "SETOF record") and not any(p.mode in "ot" for p in self.parameters)
        return not unknown and not any(p.type.startswith("any") or p.type == "internal" for p in self.parameters)


@dataclass(frozen=True)
class Called:
    """What calling one function showed."""

    routine: str
    calls: int = 0
    leak: str = ""
    """What somebody got or changed who had no business with it, and the call."""
    broken: str = ""
    """The call with which it fails for its rightful caller too."""
    message: str = ""
    """And with what words."""
    sqlstate: str = ""
    why: str = ""
    """Why it was not called."""
    endless: bool = False
    """It did not come back."""


def routines(
    conn: Connection, functions: Iterable[int] | None, roles: Sequence[str] = ("anon", "authenticated")
) -> frozenset[Routine]:
    """Those among the functions, or all of the project's, that one of these may execute."""
    scope: dict[str, object] = {"all": functions is None, "functions": list(functions or ()), "roles": list(roles)}
    found = []
    for (
        signature,
        name,
        names,
        types,
        modes,
        defaults,
        returns,
        able,
        told,
        defines,
        tables,
        body,
        guards,
    ) in conn.execute(_ROUTINES, scope).fetchall():
        given = [m in "ibv" for m in modes] or [True] * len(types)
        last = sum(given) - defaults
        parameters = []
        for n, kind in enumerate(types):
            at = sum(given[:n])
            name_ = names[n] if n < len(names) else ""
            parameters.append(Parameter(name_, kind, modes[n] if modes else "i", given[n] and at >= last))
        users = (USERS,) if re.search(r"\bauth\W+users\b", body, re.IGNORECASE) else ()
        reach = (*tables, *users)
        known = (signature, name, tuple(parameters), returns, tuple(able), told, bool(defines), reach, body, guards)
        found.append(Routine(*known))
    return frozenset(found)


@dataclass(frozen=True)
class _Call:
    routine: Routine
    actor: Actor
    arguments: Arguments
    nowhere: bool
    """With ids that no row has."""

    @property
    def text(self) -> str:
        return f"{self.routine.name}({self.arguments.sql(nowhere=self.nowhere)})"

    @property
    def shown(self) -> str:
        """The same in each run, whatever the ids."""
        text = self.text
        for value, table in self.arguments.tables:
            text = text.replace(f"{literal(value)}::uuid", f"'<id of {table}>'")
        return text

    def question(self, witness: str | None) -> Question:
        rows = f"select * from {self.text} limit {_MOST_ROWS}"
        query = f"select json_agg(r)::text from ({rows}) r"
        return Question(query, self.actor.role, self.actor.claims, witness, self.routine.signature)


def call(conn: Connection, cast: Cast, wanted: Iterable[Routine]) -> tuple[Called, ...]:
    """Calls each of them; all in one round trip, and one more for what the tables show."""
    chosen = sorted(wanted, key=lambda r: r.signature)
    found = [Called(r.signature, why="its types cannot be told from here") for r in chosen if not r.callable]
    chosen = [r for r in chosen if r.callable]
    for routine in chosen:
        for table in routine.tables:
            cast.ours.row(table)
    calls = [c for routine in chosen for c in _calls(cast, routine)]
    witnesses = {r: _witness(cast, r) for r in chosen}
    before = ask(conn, [Question("select null", witness=witnesses[r]) for r in chosen])
    told = list(zip(calls, ask(conn, [c.question(witnesses[c.routine]) for c in calls], seconds=_SECONDS), strict=True))
    outside = [a for a in cast.actors if not a.is_inside and a.role != "service_role"]
    readable = open_rows(conn, cast.ours, outside, {t for r in chosen if r.defines for t in r.tables})
    for routine, still in zip(chosen, before, strict=True):
        own = [(c, answer) for c, answer in told if c.routine == routine]
        one = _judged(cast, routine, own, still.seen, readable)
        if one.leak and _published(conn, cast, routine, [c for c, _ in own]):
            one = replace(one, leak="")
        found.append(one)
    return tuple(found)


def _published(conn: Connection, cast: Cast, routine: Routine, calls: Sequence[_Call]) -> bool:
    """It tells of rows that say they are for everybody, of no other, and of none once they say it no more."""
    if not hang(conn, cast.ours, routine.body, routine.tables):
        return False
    witness = _witness(cast, routine)
    questions = [Question("select null", witness=witness), *(c.question(witness) for c in calls)]
    outside = [a for a in cast.actors if not a.is_inside and a.role != "service_role"]
    readable = open_rows(conn, cast.ours, outside, routine.tables)
    before, *told = ask(conn, questions, seconds=_SECONDS)
    with taken_back(conn, cast.ours, routine.body) as silent:
        open_too = {actor: rows | silent.keys() for actor, rows in readable.items()}
        told_open = list(zip(calls, told, strict=True))
        if _judged(cast, routine, told_open, before.seen, open_too, tells=False).leak:
            return False
        before, *told = ask(conn, questions, seconds=_SECONDS)
        return not _judged(cast, routine, list(zip(calls, told, strict=True)), before.seen, readable).leak


def _calls(cast: Cast, routine: Routine) -> Iterator[_Call]:
    for given in arguments(cast.ours, routine.parameters, routine.tables, routine.body):
        for actor in cast.actors:
            if actor.role in routine.roles and not actor.name.startswith("member as "):
                yield _Call(routine, actor, given, nowhere=False)
                if given.ids and not actor.is_inside:
                    yield _Call(routine, actor, given, nowhere=True)


def _witness(cast: Cast, routine: Routine) -> str | None:
    """For each table of the family's: what its rows hold, how many are its own, and how many there are."""
    family, parts = cast.ours, []
    schema = family.ownership.schema
    for table in owned(family, routine.tables):
        key = schema.tables[table].primary_key
        if not key:
            continue
        rows = family.filler.rows[table]
        mine = " or ".join(
            "(" + " and ".join(f"{identifier(c)}::text = {literal(row[c])}" for c in key) + ")" for row in rows
        )
        links = [c for link in family.ownership.owner_links(table) for c in link.columns]
        whose = " and ".join(f"{identifier(c)}::text is not distinct from {literal(rows[0][c])}" for c in links)
        parts.append(
            f"select {literal(table)} as name, (select coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') "
            f"from {table} t where {mine}) as rows, "
            f"(select count(*) from {table} where {whose or 'false'}) as own, (select count(*) from {table}) as total"
        )
    return f"select json_agg(w)::text from ({' union all '.join(parts)}) w" if parts else None


def _judged(
    cast: Cast,
    routine: Routine,
    told: Sequence[tuple[_Call, Answer]],
    before: str | None,
    readable: Mapping[str, frozenset[Held]],
    *,
    tells: bool = True,
) -> Called:
    """`tells`: an answer that holds nothing of theirs and yet depends on it counts too."""
    leak = ""
    known = secrets(cast.ours, routine.tables)
    for one, answer in told:
        if one.actor.is_inside or one.nowhere or not answer.ok or not routine.defines:
            continue
        nowhere = next((a for c, a in told if c.nowhere and (c.actor, c.arguments) == (one.actor, one.arguments)), None)
        read = readable.get(one.actor.name, frozenset())
        changed = [t for t, wrote in _changes(before, answer.seen).items() if wrote == "ours"]
        if changed:
            leak = f"{_who(one.actor)} changes rows of {', '.join(changed)} that belong to somebody else: {one.shown}"
            break
        if routine.guards:
            continue
        got = given_away(answer.text, (v for v in known if not known[v] & read)) - set(one.arguments.given)
        if got or (tells and _may_tell(cast, one, read) and _tells(one, answer, nowhere, before)):
            leak = f"{_who(one.actor)} gets {_short(answer.text)} of somebody else's rows: {one.shown}"
            break
    if any(answer.state == STACK for _, answer in told):
        return Called(routine.signature, leak=leak, why="it calls itself without end", endless=True)
    if any(answer.state == STOPPED for _, answer in told):
        return Called(routine.signature, leak=leak, why=f"it did not come back within {_SECONDS:g} s", endless=True)
    own = [(c, a) for c, a in told if c.actor.name == "owner" and not c.nowhere]
    if own and all(_BROKEN.match(a.state) and A_WORD not in a.said for _, a in own):
        one, answer = own[0]
        return Called(routine.signature, len(told), leak, one.shown, answer.said, answer.state)
    return Called(routine.signature, len(told), leak)


def _may_tell(cast: Cast, one: _Call, read: frozenset[Held]) -> bool:
    """Not all that the call asks about is what the caller reads anyway."""
    tables = set(one.routine.tables) - {USERS}
    named = rows_of(cast.ours, tables, one.arguments.given)
    around = rows_of(cast.ours, tables - {table for table, _ in named})
    return bool((named | around) - read)


def _changes(before: str | None, after: str | None) -> dict[str, str]:
    """By table, "ours" where the family's rows are not what they were, "other" where there are more or fewer."""
    then = {w["name"]: w for w in json.loads(before or "null") or ()}
    found = {}
    for now in json.loads(after or "null") or ():
        was = then[now["name"]]
        if (was["rows"], was["own"]) != (now["rows"], now["own"]):
            found[now["name"]] = "ours"
        elif was["total"] != now["total"]:
            found[now["name"]] = "other"
    return found


def _tells(one: _Call, answer: Answer, nowhere: Answer | None, before: str | None) -> bool:
    """An id of somebody else's gives another answer than one of nobody's."""
    if nowhere is None:
        return False
    wrote = bool(_changes(before, answer.seen))
    if not wrote and _refuses(json.loads(answer.text or "null")):
        return False
    if not nowhere.ok or wrote:
        return not wrote and _holds_something(json.loads(answer.text or "null"), set(one.arguments.given))
    return _blank(answer.text, one.arguments.given) != _blank(nowhere.text, one.arguments.strange)


def _blank(text: str | None, given: Iterable[str]) -> str:
    """Without what the caller said, and without what is made anew each time."""
    text = text or ""
    for value in given:
        text = text.replace(value, "*")
    return _MOMENT.sub("@", UUID.sub("#", text))


def _refuses(value: object) -> bool:
    """It says no in words, and nothing else."""
    said = [part for part in _leaves(value) if not (part is None or part == "" or isinstance(part, bool))]
    return bool(said) and all(
        isinstance(part, str) and _REFUSES.search(part) and not re.search(r"\d", part) for part in said
    )


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def _holds_something(value: object, given: set[str]) -> bool:
    if isinstance(value, dict):
        return any(_holds_something(part, given) for part in value.values())
    if isinstance(value, list):
        return any(_holds_something(part, given) for part in value)
    return value not in _NOTHING and value != A_WORD and value not in given


def _who(actor: Actor) -> str:
    return {
        "other": "a signed-in user with rows of their own",
        "stranger": "a signed-in user who owns nothing",
        "anon": "somebody who is not signed in",
    }[actor.name]


def _short(text: str | None, longest: int = 120) -> str:
    one_line = _MOMENT.sub("<moment>", UUID.sub("<id>", " ".join((text or "").split())))
    return one_line if len(one_line) <= longest else one_line[: longest - 1] + "…"
