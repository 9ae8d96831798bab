"""Tables and names of a request that the description lacks."""

import re
from collections.abc import Iterator

from agent.offline import regex
from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddUnique,
    Backfill,
    Change,
    Constrain,
    NewTable,
    SetDefault,
)
from agent.offline.reading.accounted.atoms import atoms
from agent.offline.reading.known import mentions
from agent.offline.reading.lexicon import ACCESS_VERBS, FILLERS
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset

_STAMPS = ("id", "created_at", "updated_at")
_LABELS = wordset(
    "rules access notes unique constraints key keys fields rls parents parent table name indexes index permissions"
)
_TECHNICAL = re.compile(
    r"(?:idx|uq|uniq|unique|chk|check|ck|fk|ix|pk|trg|trigger|audit)_\w+|\w+_(?:idx|key|check|fkey|trigger|unique|uq|constraint)|on_delete|service_role|read_only|auth_users|current_timestamp"
)
_SPARED = r" (?:such as|example|touch|change|keep|leave|alter|unlike|like|as)(?: (?:the|existing|our|column))* $"
_EMPTIED = r" (?:no|without|leav(?:e|ing)|empty)(?: [a-z_]+){{0,5}} {name} | {name}(?: (?:,|and|[a-z_]+)){{0,6}} (?:null|empty|none|blank|unset) "
_COMPARED = r"(?<![^ ])([a-z_]+) (?:cannot|must|should|has to|have to|may|can|shall|is|are)(?: [a-z]+){1,4} -?\d"
_UNIQUE = r"unique|twice|duplicate|once|same|doubl|identical|again|differ|distinct|share|repeat|second|only (?:one|1)|(?:no|any) (?:two|2)|(?:one|1|single) |per "
_KINDS_OF = wordset(
    "a an the marker column field flag attribute property option setting value info information indicator link url uri address boolean bool text "
    "string integer date nullable timestamp optional required mandatory unique index constraint check default number enum one switch toggle tick checkbox choice"
)
"""Words beside a name for what it is a name of."""


def lost_tables(made: tuple[Change, ...], wishes: str, text: str, schema: Schema) -> Iterator[str]:
    """Another table than the one that is named, a table that nothing refers to, and a kind that nobody asked for."""
    said = {mention.table for mention in mentions(wishes, schema)}
    known = " ".join(str(atom) for atom in atoms(made))
    for change in made:
        table = getattr(change, "table", "")
        if isinstance(change, NewTable):
            tied = {c.references.table for c in change.columns if c.references}
            above = {key.table for table in tied for key in schema.foreign_keys(table)}  # "the child's profile"
            own = table.split(".")[-1].replace("_", "[ _]")
            parts = " ".join(str(atom) for atom in atoms(change.columns))
            for mention in mentions(regex.sub(rf"(?<![^ ])(?:{own}|{singular(own)})(?![^ ])", "~", wishes), schema):
                noun = singular(mention.table.split(".")[-1])
                if mention.table not in above and not regex.search(
                    rf"{mention.table}|{noun}|{mention.words.replace(' ', '_')}", parts
                ):
                    yield mention.words
            moments = r" (?:date|time|datetime|timestamp|moment|when)(?: that| when| (?:at|on) which)? (?:it|they|he|she|(?:the|an?|each) [a-z]+) (?:(?:was|were|is|got|has been|last|first) )*((?!delet|remov|creat|updat|chang)[a-z]+)ed "
            for word in regex.findall(rf"(?<![^ ])(title|description)(?![^ ])|{moments}", text):
                if "".join(word) not in known:
                    yield "".join(word)
        elif isinstance(change, AddColumns | Constrain | SetDefault | AddIndex | AddUnique) and said:
            loosely = said | {mention.table for mention in mentions(wishes, schema, loose=True)}
            keyed = {m.table for m in mentions(text, schema)} & {table}  # told before, and tied to all that is named
            if table not in loosely and not (keyed and said <= {key.table for key in schema.foreign_keys(table)}):
                yield f"{table}, as {', '.join(sorted(said))} is named"
            own = singular(table.split(".")[-1])  # a column of another table, as it is listed
            yield from regex.findall(rf" (?:columns|fields)(?: are)? : (?:an? |the )?{own} , ", text)
        if isinstance(change, Constrain):
            columns = {name for other in schema.tables for name in schema.columns(other)}
            for subject in regex.findall(_COMPARED, wishes):
                if subject in columns and subject not in known:
                    yield subject
        if isinstance(change, AddColumns) and regex.match(r"[ \n;]*(?:please )?index ", wishes):
            yield wishes
        if isinstance(change, AddUnique):
            if not regex.search(_UNIQUE, text):
                yield wishes
            span = regex.search(r" (?:per|and|each|every|same|a) (day|date|week|month|year)(?= |$)", wishes)
            span = span or regex.search(r" same (day|date|week|month|year) ", text)
            if span and span[1] not in known:
                yield span[0]


def lost_rows(made: tuple[Change, ...], text: str, schema: Schema) -> Iterator[str]:
    """For whom rows are added, where that is narrowed down and nothing of it was read."""
    for change in made:
        if isinstance(change, Backfill) and not change.given and change.owning is None:
            nouns = "|".join({m.words for m in mentions(text, schema) if m.table == change.parent} or {"(?!)"})
            narrowed = rf" (?:every|each|all|any|for|the|those) (?:{nouns}) (?:of|in(?! the (?:db|database|app|system|table))|from|with|whose|at|under|over|above|below|older|younger|born|aged|living) (?!no |none |zero |any |0 |out )[a-z0-9_]+"
            if said := regex.search(narrowed, text):
                yield said[0]


def lost_names(made: tuple[Change, ...], wishes: str, schema: Schema, quoted: dict[str, str]) -> Iterator[str]:
    """Names with underscores, and what stands before the colon or bracket of a list's item."""
    known = {regex.sub(r"[^\w]+", "_", str(atom).lower()) for atom in atoms(made)}
    words = {word for atom in known for word in regex.findall(r"[a-z]+", atom)}
    tables = {str(getattr(change, "table", "")) for change in made}
    for match in regex.finditer(r"(?<![^ ])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![^ ])", wishes):
        name = match[0]
        if " " in quoted.get(name, "") or regex.search(_SPARED, wishes[: match.start()]):
            continue
        if regex.match(r" (?:stays?|remains?) ", wishes[match.end() :]):
            continue
        if _TECHNICAL.fullmatch(name) or any(name in atom for atom in known):
            continue
        held = schema.table(name) or any(name in schema.columns(table) for table in schema.tables)
        about = any(name in schema.columns(table) for table in tables)
        if any(isinstance(change, Backfill) for change in made) and regex.search(_EMPTIED.format(name=name), wishes):
            continue
        if (not held and not {singular(w) for w in name.split("_")} <= words) or (about and name not in _STAMPS):
            yield name
    for change in made:
        if isinstance(change, AddColumns) and len(change.columns) == 1:
            bare = change.table.split(".")[-1].replace("_", "[ _]")
            called = rf" (?:add|introduce) (?:(?:an?|the|new|optional|required|simple|extra) )*([a-z]+ [a-z]+) (?:to|on|for) (?:(?:the|our|all|every|each) )*(?:{bare}|{singular(bare)}) "
            for said in regex.findall(called, wishes):
                if lost := {w for w in said.split() if not any(w[:4] in name for name in known)} - _KINDS_OF:
                    yield f"{said} ({', '.join(lost)})"
    if any(isinstance(change, NewTable) for change in made):
        for item in regex.finditer(r" • ([a-z]+) (?=[:(])", wishes):
            if item[1] not in words | FILLERS | ACCESS_VERBS | _LABELS and singular(item[1]) not in words:
                yield item[1]
