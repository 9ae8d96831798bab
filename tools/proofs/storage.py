"""Files in Storage: who reaches the objects of a bucket that lie in a user's folder and belong to that user.

A policy on storage.objects goes by the bucket, by the folders of the name ((storage.foldername(name))[1] is somebody's
id) or by the column owner_id. Objects are put down in every way that a policy may ask for, all of them the owner's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tools.policies import Policy
from tools.postgres.server import Connection
from tools.proofs.access import Cell, TableAccess
from tools.proofs.answers import Question, ask
from tools.proofs.cast import Actor, Cast
from tools.proofs.links import USERS
from tools.proofs.secrets import UUID
from tools.proofs.surface import Surface, surfaces
from tools.rows.write import literal

OBJECTS = "storage.objects"
_ANY_BUCKET = "any-bucket"
_MOST_BUCKETS, _MOST_NAMES = 4, 16
_BY_PATH = re.compile(r"foldername|path_tokens|filename|\bname\b", re.IGNORECASE)
_FROM = re.compile(r'\b(?:from|join)\s+(?:only\s+)?\(*("?\w+"?(?:\."?\w+"?)?)', re.IGNORECASE)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_FOLDER = re.compile(r"[\w-]{1,40}")
_PUBLIC = re.compile(r"public|shar(ed|ing)|everyone", re.IGNORECASE)
_CALLS = re.compile(r"([\w.]+)\s*\(")
_PLAIN = {
    "auth.uid", "storage.foldername", "storage.filename", "storage.extension", "foldername", "filename", "extension",
    "lower", "split_part", "any", "and", "or", "not", "in", "using", "select", "array", "coalesce",
}  # fmt: skip
"""Calls in conditions that the files put down here can meet."""
_WEIGHT = {True: 2, False: 1, None: 0}


@dataclass(frozen=True)
class Storage:
    """Who may do what with objects, and which buckets there are."""

    surface: Surface
    buckets: Mapping[str, bool]
    """Whether each may be read by its address."""

    @classmethod
    def read(cls, conn: Connection) -> "Storage | None":
        found = surfaces(conn, [OBJECTS]).get(OBJECTS)
        if found is None:
            return None
        rows = conn.execute("select id, coalesce(public, false) from storage.buckets order by created_at, id")
        return cls(found, dict(rows.fetchall()))

    @property
    def tables(self) -> frozenset[str]:
        """Which its policies, or functions that they call, look into."""
        named = (found.replace('"', "") for found in _FROM.findall(self.surface.asked))
        return frozenset(name if "." in name else f"public.{name}" for name in named if not name.startswith("storage."))


def touched_buckets(before: Storage | None, after: Storage | None) -> tuple[str, ...]:
    """Those that policies speak of which are not as they were."""
    if after is None:
        return ()
    known = set(before.surface.policies) if before else set()
    found: dict[str, None] = {}
    for policy in after.surface.policies:
        if policy not in known and policy.permissive:
            found |= dict.fromkeys(_buckets(policy) or [*after.buckets, _ANY_BUCKET][-_MOST_BUCKETS:])
    return tuple(found)[:_MOST_BUCKETS]


def attack_storage(conn: Connection, cast: Cast, storage: Storage, buckets: Iterable[str]) -> dict[str, TableAccess]:
    """The matrices of these buckets, by "storage.objects (BUCKET)"."""
    conn.execute("set local storage.allow_delete_query = 'true'")  # as the Storage service deletes
    found = {}
    for bucket in buckets:
        policies = tuple(p for p in storage.surface.policies if bucket in _buckets(p) or not _buckets(p))
        surface = replace(storage.surface, policies=policies)
        names = list(dict.fromkeys(_names(cast, surface)))[:_MOST_NAMES]
        _put(conn, cast, bucket, names)
        cells = tuple(_cells(conn, cast, surface, bucket, names))
        actors = tuple(dict.fromkeys(cell.actor for cell in cells))
        open_by = ["the bucket is public"] if storage.buckets.get(bucket) else []
        open_by += [p.name for p in surface.permissive("authenticated", "select") if p.says_public]
        path = (f"the folder or the owner of a file in bucket {bucket}",)
        found[f"{OBJECTS} ({bucket})"] = TableAccess(surface, path, cells, tuple(open_by), actors=actors)
    return found


def _buckets(policy: Policy) -> list[str]:
    """Which the policy names."""
    text = " ".join(policy.clauses.values())
    named = re.findall(r"bucket_id\)?(?:::text)? = '([^']+)'", text)
    for listed in re.findall(r"bucket_id\)?(?:::text)? = ANY \(+ARRAY\[([^\]]+)\]", text):
        named += _LITERAL.findall(listed)
    return list(dict.fromkeys(named))


def _names(cast: Cast, surface: Surface) -> Iterator[str]:
    """Names under which a file may be the user's, by what the policies compare; `FILE` stands for the last word."""
    asked = surface.asked
    words = [w for w in dict.fromkeys(_LITERAL.findall(asked)) if _FOLDER.fullmatch(w)]
    ends = [w for w in words if w in ("jpg", "jpeg", "png", "webp", "gif", "pdf", "svg", "mp4")]
    end = ends[0] if "extension" in asked and ends else "png"
    buckets = {b for p in surface.policies for b in _buckets(p)}
    folders = [w for w in words if w not in buckets and w not in ends]
    for key in _keys(cast):
        yield f"{key}/FILE.{end}"
        yield from (f"{folder}/{key}/FILE.{end}" for folder in folders[:3])
        yield f"files/{key}/FILE.{end}"
        yield f"{key}/files/FILE.{end}"
        yield f"{key}.{end}"
        yield f"{key}-FILE.{end}"
        yield from (f"{key}/{folder}/FILE.{end}" for folder in folders[:3])


def _keys(cast: Cast) -> Iterator[str]:
    """What may be the name of a folder: the user's id, and ids of what is the user's."""
    yield cast.ours.user
    for table, rows in cast.ours.filler.rows.items():
        key = cast.ownership.schema.tables[table].primary_key
        if table in cast.ownership.owned and table != USERS and len(key) == 1 and rows:
            value = rows[0][key[0]] or ""
            if UUID.fullmatch(value) and value != cast.ours.user:
                yield value


def _put(conn: Connection, cast: Cast, bucket: str, names: Sequence[str]) -> None:
    conn.execute("insert into storage.buckets (id, name) values (%s, %s) on conflict do nothing", [bucket, bucket])
    conn.execute(
        "insert into storage.objects (bucket_id, name, owner, owner_id) "
        "select %s, replace(n, 'FILE', 'ours'), %s::uuid, %s from unnest(%s::text[]) n on conflict do nothing",
        [bucket, cast.ours.user, cast.ours.user, list(names)],
    )


def _cells(conn: Connection, cast: Cast, surface: Surface, bucket: str, names: Sequence[str]) -> Iterator[Cell]:
    clauses = [(p.command, text) for p in surface.policies for text in p.clauses.values()]
    by_path = any(_BY_PATH.search(text) for command, text in clauses if command != "INSERT")
    calls = {call.lower() for _, text in clauses for call in _CALLS.findall(text)}
    understood = calls <= _PLAIN and not _FROM.search(surface.asked)
    actors = [a for a in cast.actors if a.role == "anon" or (a.role == "authenticated" and a.user)]
    tries = [one for actor in actors for name in names for one in _tries(actor, bucket, name)]
    told = ask(conn, [Question(t.statement, t.actor.role, t.actor.claims, t.witness, counted=True) for t in tries])
    found: dict[tuple[str, str], Cell] = {}
    for one, answer in zip(tries, told, strict=True):
        reached: bool | None = answer.number > 0 if one.witness is None else answer.seen in ("t", "true")
        if not answer.ok:
            reached = False if answer.state == "42501" else None
        elif one.verb == "insert" and not one.actor.is_inside and not by_path:
            reached = None  # whose the file is then goes by who puts it there
        elif one.verb == "select" and not one.actor.is_inside and _PUBLIC.search(one.name):
            reached = None  # in a folder for everybody
        if reached is False and one.actor.is_inside and not understood:
            reached = None
        cell = Cell(one.actor, one.verb, reached, answer.said or one.statement)
        known = found.setdefault((one.actor.name, one.verb), cell)
        if _WEIGHT[reached] > _WEIGHT[known.reached]:
            found[one.actor.name, one.verb] = cell
    yield from found.values()


@dataclass(frozen=True)
class _Try:
    actor: Actor
    verb: str
    name: str
    statement: str
    witness: str | None = None


def _tries(actor: Actor, bucket: str, name: str) -> Iterator[_Try]:
    there = f"bucket_id = {literal(bucket)} and name = {literal(name.replace('FILE', 'ours'))}"
    change = "update storage.objects set user_metadata = '{}'"
    yield _Try(actor, "select", name, f"select 1 from {OBJECTS} where {there}")
    yield _Try(actor, "update", name, f"{change} where {there}")
    yield _Try(actor, "delete", name, f"delete from {OBJECTS} where {there}")
    if not actor.is_inside:  # without a filter, the policies for SELECT are not asked
        changed = f"select user_metadata is not null from {OBJECTS} where {there}"
        yield _Try(actor, "update", name, change, changed)
        gone = f"select not exists (select from {OBJECTS} where {there})"
        yield _Try(actor, "delete", name, f"delete from {OBJECTS}", gone)
    if "FILE" in name:
        user = f"{literal(actor.user)}, {literal(actor.user)}" if actor.user else "null, null"
        values = f"{literal(bucket)}, {literal(name.replace('FILE', 'new'))}, {user}"
        yield _Try(actor, "insert", name, f"insert into {OBJECTS} (bucket_id, name, owner, owner_id) values ({values})")
