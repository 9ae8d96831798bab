"""A request in plain English, read into a Description; the words that were not understood otherwise.

The words that mean something are turned into facts, each word once, and the facts are given to the tables and columns
that they stand with; how the sentence is built does not matter. What carries an instruction and became part of no fact
is a reason to refuse (`reading.accounted`).
"""

import re
from collections import Counter
from dataclasses import replace

from agent.offline import regex
from agent.offline.description import AddColumns, Change, Constrain, Description, NewTable
from agent.offline.reading import stats
from agent.offline.reading.accounted import refuse_unaccounted
from agent.offline.reading.alarming import refuse_alarming
from agent.offline.reading.alteration import audit, names_its_table, read_alteration
from agent.offline.reading.alteration.clauses import alarming
from agent.offline.reading.alteration.pair import is_gap
from agent.offline.reading.doubtful import refuse_doubtful
from agent.offline.reading.headline_implied import is_fresh
from agent.offline.reading.headline_names import is_new
from agent.offline.reading.known import mentions, refuse_missing
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.material import nouns_of
from agent.offline.reading.prose import strike_prose
from agent.offline.reading.satisfied import Satisfied, refuse_done
from agent.offline.reading.tables import read_table
from agent.offline.reading.tables.deletions import read_deletions
from agent.offline.reading.text import Text, plain
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

__all__ = ["Satisfied", "Unclear", "read"]

_LONGEST = 6_000
"""Characters of a request; longer ones are specifications, not requests."""


def read(request: str, schema: Schema) -> Description:
    """Raises Unclear with the words that were not understood, or that ask for what is not done here.

    Raises Satisfied where all that it asks for is there already.
    """
    if len(request) > _LONGEST:
        raise Unclear(f"a request of {len(request):,} characters")
    text = plain(request)
    if not regex.search(r"[a-z]", text.words):
        raise Unclear(request.strip() or "an empty request")
    refuse_babble(text.words)
    held = regex.sub(
        r" table called ([a-z_]+)(?= )", lambda m: f" table {m[1]}" if schema.table(m[1]) else m[0], text.words
    )
    text = replace(text, words=held)
    first: Description | Unclear
    try:
        first = _read(request, text, schema)
    except Unclear as unclear:
        first = unclear
    if isinstance(first, Description) and not any(isinstance(change, NewTable) for change in first.changes):
        return first
    try:
        second = _read(request, text, schema, freely=True)
    except Unclear:
        second = None
    if second and (isinstance(first, Unclear) or first.changes != second.changes):
        return second  # it misreads less, and reads less
    if isinstance(first, Unclear):
        raise first
    return first


def _read(request: str, text: Text, schema: Schema, *, freely: bool = False) -> Description:
    ledger = Ledger(text.words, text.quoted, text.cased)
    named = {word for word, said in text.quoted.items() if said[:1].isupper() and not said.isupper()}
    spoken = " ".join("~" if word in named else word for word in text.words.split(" "))  # 'Anonymous' is a name
    refuse_alarming(
        alarming(_without_deletions(spoken, schema), nouns_of(schema)), watched=audit.is_wanted(ledger, schema)
    )
    strike_prose(ledger)
    try:
        changes, assumed = _freely(ledger, text, schema) if freely else _changes(ledger, text, schema)
    except Unclear:
        refuse_missing(text.words, schema)
        raise
    changes = tuple(dict.fromkeys(changes))  # what two sentences say is done once
    refuse_doubtful(changes, text.words, schema)
    refuse_unaccounted(changes, text, schema, assumed)
    refuse_done(changes, schema)
    return Description(_purpose(request), changes, assumed)


_ALTERS = re.compile(r" ?\n? ?(?:please |let us )?(?:flag|mark|index|audit|backfill|fill|widen) ")


def _is_of_held(words: str, schema: Schema) -> bool:
    """It begins with what is done to a table that is there, or names one with its column."""
    if regex.search(r" many-to-many | (?:join|junction|link|linking) table ", words) or _says_new(words, schema):
        return False
    pairs = regex.findall(r" ([a-z_]\w*) ⋅ ([a-z_]\w*)", words) + regex.findall(r" ([a-z_]\w*) \( ([a-z_]+)", words)
    held = [(schema.table(noun), column) for noun, column in pairs]
    if (headed := regex.match(r" ?([a-z_]+) : ", words)) and schema.table(headed[1]) and " table " not in words:
        return True
    words = regex.sub(
        r" (?:the )?([a-z_]+) table (?=needs?|should|has|gets?|wants?)",
        lambda m: f" {m[1]} " if schema.table(m[1]) else m[0],
        words,
    )
    called = regex.search(r" (?:call it|call the column|name it|named) ([a-z_]+) (?![:(])", words)
    if called and " table " not in words and singular(called[1]) == called[1] and mentions(words, schema):
        return True
    if (
        called
        and "_" in called[1]
        and " table " not in words
        and regex.search(r" (?:on|to) (?:the |our )?([a-z_]+) ", words)
    ):
        return any(schema.table(noun) for noun in regex.findall(r" (?:on|to) (?:the |our )?([a-z_]+) ", words))
    for noun, other in regex.findall(r" ([a-z]+_[a-z_]+) (?:on|to|in) (?:the |our )?([a-z_]+) ", words):
        if " table " not in words and singular(noun) == noun and not schema.table(noun) and schema.table(other):
            return True  # "cover_url on lessons"
    for name, other in regex.findall(
        r" add (?:(?:an?|the|new|column|field) )*([a-z]+_[a-z_]+) (?:\([^()]*\) )?to (?:the |our )?([a-z_]+) ", words
    ):
        if " table " not in words and not schema.table(name) and schema.table(other):
            return True  # "add duration_seconds (>= 0) to user_progress"
    lacking = not regex.search(r" tables? ", words) and is_gap(Ledger(words), schema)
    made = [
        pair
        for pair in regex.findall(r" ([a-z_]+) tables? (?!name )([a-z_]+|.)", words)
        if not any(map(schema.table, pair))
    ]
    audited = audit.is_wanted(Ledger(words), schema) and not made
    return (
        bool(_ALTERS.match(words))
        or audited
        or lacking
        or any(table and column in schema.columns(table) for table, column in held)
    )


def _changes(ledger: Ledger, text: Text, schema: Schema) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    audited = audit.is_wanted(Ledger(text.words), schema)
    if stats.WANTED.search(ledger.left) and not (
        audited or ledger.find("trigger|index|indexes|unique|constraint|check")
    ):
        figures, assumed = stats.read_stats(regex.sub(r" [.\n] |~+", " ; ", ledger.left), schema)
        return (figures,), assumed
    try:
        if not _is_of_held(text.words, schema) and (found := read_table(ledger, schema)):
            refuse_doubtful((found[0],), text.words, schema)
            return (found[0],), found[1]
    except Unclear as unclear:
        if _says_new(text.words, schema) or not names_its_table(text.words, schema):
            raise
        try:
            made = read_alteration(text.words, text.quoted, schema, text.written)
        except Unclear:
            raise unclear from None
        if made is None or _is_of_another(made[0], text.words, schema):
            raise
        return made
    placed = _PLACE.search(text.words)
    if not placed and (made := read_alteration(text.words, text.quoted, schema, text.written)):
        if _is_of_another(made[0], text.words, schema):
            raise Unclear(text.words)
        return made
    raise Unclear(text.words)


def _freely(ledger: Ledger, text: Text, schema: Schema) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """A new table whose sentences are built in another way. Raises Unclear."""
    found = None if _is_of_held(text.words, schema) else read_table(ledger, schema, freely=True)
    if found is None:
        raise Unclear(text.words)
    return (found[0],), found[1]


def _without_deletions(words: str, schema: Schema) -> str:
    """What becomes of rows of a new table when others are deleted is no wish to delete now."""
    calm = Ledger(words)
    if regex.search(r" (?:new|table|create|fields?|columns?) ", words):
        read_deletions(calm, lambda noun: schema.table(noun) is not None)
    return regex.sub(r"~+", " ", calm.left)


def _is_of_another(changes: tuple[Change, ...], words: str, schema: Schema) -> bool:
    """Columns for one table where another is asked for that is not there, or what is said to belong to that one."""
    altered = {change.table for change in changes if isinstance(change, AddColumns | Constrain)}
    if not altered:
        return False
    spoken = [
        word
        for place in regex.finditer(r"([^ ]+) tables?((?: [^ ]+){0,3})(?![^ ])", words)
        for word in (place[1], *place[2].split())
    ]
    held = any(word == table.split(".")[-1] for word in spoken for table in schema.tables)
    asked = spoken and not held and any(is_fresh(word, schema) for word in words.split())
    owner = regex.search(
        r"(?<![^ ])(?:belongs? to|belonging to|owner|owned by) (?:: )?(?:(?:an?|the|one|each|every) )*([a-z]+)(?![^ ])",
        words,
    )
    return bool(asked or (owner and schema.table(owner[1]) in altered))


_PLACE = re.compile(r" (?:somewhere|a (?:new )?(?:place|table)) (?:to|for|where) ")
"""Where rows are to be kept that have no table yet."""


def _says_new(words: str, schema: Schema) -> bool:
    """It calls something a table that is not there: "table tasks : ...", "somewhere to store tasks", or says what many of them have."""
    called = regex.findall(
        r" (?:new )?(?:table|model|entity) (?:called |named )?([a-z][a-z0-9_]*) (?:[:;,.(]|with|for) ", words
    )
    listed = regex.findall(r"(?:^|\n|\.) (?:• )?([a-z]+(?:_[a-z]+)+) (?::|has|have|holds?|contains?|stores?) ", words)
    if _PLACE.search(words):
        return True
    return any(is_new(name, schema) for name in called) or any(
        is_new(name, schema) and plural(name) == name for name in listed
    )


def refuse_babble(text: str) -> None:
    """The same words over and over are no sentence, and slow to search for one in."""
    words = regex.findall(r"[^\s,;.()~]+", text)
    for size, most in ((1, 60), (2, 25), (3, 10)):
        groups = Counter(" ".join(words[place : place + size]) for place in range(len(words) - size + 1))
        group, times = groups.most_common(1)[0] if groups else ("", 0)
        if times > most:
            raise Unclear(group)


def _purpose(request: str) -> str:
    """The request on one line, at most 400 characters, as a sentence."""
    line = " ".join(regex.sub(r"[`*#]+", "", request).split())
    line = regex.sub(r"\s*--+\s*", " - ", line)
    if len(line) > 390:
        line = line[:390].rsplit(" ", 1)[0] + " ..."
    line = line[:1].upper() + line[1:]
    return line if line.endswith((".", "!", "?", "...")) else f"{line}."
