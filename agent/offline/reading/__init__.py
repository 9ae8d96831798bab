"""A request in plain English, read into a Description; the words that were not understood otherwise.

The reader knows the kinds of change that the conventions name and no others. It takes out of the text what it
understands, passes over prose, and refuses where anything is left that could be an instruction.
"""

import re
from collections import Counter

from agent.offline.description import Change, Description
from agent.offline.reading import audit, backfill, stats
from agent.offline.reading.changes import read_changes
from agent.offline.reading.forms import filled_in
from agent.offline.reading.naming import Unclear, content, is_filler
from agent.offline.reading.prose import alarming, is_background, without_politeness, without_purpose
from agent.offline.reading.satisfied import refuse_done
from agent.offline.reading.statements import read_statements
from agent.offline.reading.tables import read_implied, read_table
from agent.offline.reading.text import Plain, plain
from agent.offline.schema import Schema

__all__ = ["Unclear", "read"]

_BACKFILLS = re.compile(
    r"\b(?:insert|add|create|give|get|gets|receive|have|back-?fill|seed|populate|generate|ensure|make sure|every|each|initiali[sz]e|set up|default|initial|starter)\b"
)
_SMALL = (
    "not",
    "never",
    "no",
    "cannot",
    "exactly",
    "most",
    "least",
    "same",
    "once",
    "per",
    "unless",
    "than",
    "more",
    "less",
    "unique",
)
_MOST_SMALL = 11
_LONGEST = 6_000
"""Characters of a request; longer ones are specifications, not requests."""


def read(request: str, schema: Schema) -> Description:
    """Raises Unclear with the words that were not understood, or that ask for what is not done here."""
    if len(request) > _LONGEST:
        raise Unclear(f"a request of {len(request):,} characters")
    if found := read_statements(request, schema):
        refuse_done(found[0], schema)
        return Description(_purpose(request), *found)
    text = plain(filled_in(request, schema))
    whole = " . ".join(sentence.text for sentence in text.sentences)
    if not content(without_politeness(whole)):
        raise Unclear(request.strip() or "an empty request")
    if words := _babble(whole):
        raise Unclear(words)
    if words := alarming(whole):
        raise Unclear(words)
    changes, assumed = _changes(text, schema)
    changes = tuple(dict.fromkeys(changes))  # what two sentences say is done once
    refuse_done(changes, schema)
    return Description(_purpose(request), changes, assumed)


def _babble(text: str) -> str | None:
    """Many small words in a row, or the same words over and over: no sentence, and slow to search for one in."""
    words = re.findall(r"[^\s,;.()]+", text)
    run: list[str] = []
    for word in words:
        run = [*run, word] if is_filler(word) or word in _SMALL else []
        if len(run) > _MOST_SMALL:
            return " ".join(run)
    for size, most in ((1, 60), (2, 25), (3, 10)):
        groups = Counter(" ".join(words[place : place + size]) for place in range(len(words) - size + 1))
        group, times = groups.most_common(1)[0] if groups else ("", 0)
        if times > most and not (size == 1 and is_filler(group)):
            return group
    return None


def _changes(text: Plain, schema: Schema) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """A new table that is called one; what acts; a new thing that is a table without saying so; the rest."""
    bare = [without_purpose(without_politeness(s.text))[0] for s in text.sentences if not is_background(s.text)]
    whole = " ; ".join(bare)
    if found := read_table(text, schema):
        return (found[0],), found[1]
    if _BACKFILLS.search(whole) and backfill.WANTED.search(whole):
        try:
            rows, assumed = backfill.read_backfill(whole, schema, text.verbatim)
            return (rows,), assumed
        except Unclear:
            if re.search(r"\bback-?fill", whole):
                raise
    if stats.WANTED.search(whole) and not re.search(r"\btrigger\b", whole):
        figures, assumed = stats.read_stats(whole, schema)
        return (figures,), assumed
    if audit.WANTED.search(whole) and not re.search(r"\b(?:index|indexes|indexed|column|field)\b", whole):
        return (audit.read_audit(whole, schema),), ()
    if found := read_implied(text, schema):
        return (found[0],), found[1]
    return read_changes(text, schema)


def _purpose(request: str) -> str:
    """The request on one line, at most 400 characters, as a sentence."""
    line = " ".join(re.sub(r"[`*#]+", "", request).split())
    line = re.sub(r"\s*--+\s*", " - ", line)
    if len(line) > 390:
        line = line[:390].rsplit(" ", 1)[0] + " ..."
    line = line[:1].upper() + line[1:]
    return line if line.endswith((".", "!", "?", "...")) else f"{line}."
