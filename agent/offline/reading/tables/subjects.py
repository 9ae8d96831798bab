"""Which words of a chunk name a column. A name is a noun in a place where columns are listed, never a verb of prose."""

import re

from agent.offline import regex
from agent.offline.reading import lexicon
from agent.offline.reading.clauses import read_clause
from agent.offline.reading.conventions import Named, is_participle, is_snake, standard
from agent.offline.reading.naming import named
from agent.offline.reading.slots import bare_type
from agent.offline.reading.tables.talk import LEAD, NO_COLUMN, OPTIONAL, REQUIRED, VERBS
from agent.offline.reading.tables.values import MARK
from agent.offline.words import wordset


def traits_of_lead(words: tuple[str, ...]) -> bool | None:
    """Whether the words before a name say that it is required; None where they say nothing."""
    for place, word in enumerate(words):
        if word in OPTIONAL:
            return bool(place) and words[place - 1] == "not"
        if word in REQUIRED:
            return True
    return None


class Name:
    """Where a name stands in a chunk's head and what it names."""

    def __init__(self, named_: Named, start: int, end: int, *, clause: bool = False) -> None:
        self.named, self.start, self.end, self.clause = named_, start, end, clause


def lead(head: tuple[str, ...], rows: frozenset[str]) -> int:
    """How many words only lead up to a name: "it also has an optional ..."."""
    place = 0
    while place < len(head) and (
        head[place] in LEAD
        or (
            head[place] in rows
            and place + 1 < len(head)
            and head[place + 1] not in ("between", "from", "max", "min", "up", "integer", "int")
            and not _names_on(head, place)
        )
        or head[place].startswith(("called", "named"))
    ):
        if head[place] in ("date", "time") and place + 1 == len(head):
            break
        place += 1
    return place


def is_typed(head: tuple[str, ...], place: int) -> bool:
    """Whether a type stands there before a name: "integer priority", "https banner url", not "integer minutes"."""
    after = head[place + 1 : place + 2]
    typed = lexicon.TYPED | lexicon.SCHEMES | (frozenset() if place else {"text"})  # "a text color" is no color
    return (
        bool(set(head[place : place + 1]) & typed)
        and after != ()
        and after[0] not in _OF_TYPES | NO_COLUMN
        and not (not place and bare_type(after[0]))
        and _may_name(head, place + 1)
    )


_BEFORE_CLAUSES = lexicon.SCHEMES | wordset("json jsonb pair combination")
_OF_TYPES = wordset(
    "object objects array list document blob string value number flag type only format link links url urls address addresses percent percentage cents points minutes "
    "seconds hours days weeks months years pages meters characters"
)


def _names_on(head: tuple[str, ...], place: int) -> bool:
    """ "quest type": the row's noun begins a name."""
    after = head[place + 1]
    return after not in LEAD and after not in VERBS and regex.match(r"[a-z]", after) is not None


def name_in(head: tuple[str, ...], rest: tuple[str, ...], noun: str, rows: frozenset[str]) -> Name | None:
    """The name that a chunk begins with behind its lead; None where it begins with none. Raises Unclear."""
    for place, word in enumerate(head[:-1]):
        after = head[place + 1]
        if word in ("called", "named", "column", "field", "attribute") and regex.fullmatch(r"[a-z][a-z0-9_]*", after):
            limited = is_participle(after) and "to" in head[place + 2 : place + 3]  # "a column limited to ..."
            if not limited and after not in VERBS | LEAD | NO_COLUMN | rows:
                return _made((after,), noun, place + 1, place + 2)
    snakes = [n for n, word in enumerate(head) if is_snake(word) and word not in rows and not _is_compared(head, n)]
    free = all(w in LEAD or w in rows or not regex.match(r"[a-z]", w) for w in head[: snakes[0] if snakes else 0])
    if snakes and (free or len(snakes) == 1):
        place = snakes[0]
        return _made((head[place],), noun, place, place + 1)
    inner = [word for word in rest if is_snake(word) and word not in rows]
    if (
        len(inner) == 1
        and not snakes
        and len(head) < 14
        and rest[:1] == ("(",)
        and rest[1] == inner[0]
        and rest[2] in (")", ",", ":")
    ):
        told = next(
            (n for n, word in enumerate(head) if n and (word in _BOUNDED or regex.match(r"\d\d|[02-9]", word))),
            len(head),
        )
        return _made((inner[0],), noun, 0, told)  # "a reward between 1 and 100 (reward_points)"
    begun = lead(head, rows)
    for place in (0, begun):
        if moment := _MOMENT.match(" ".join(head[place:])):
            return _made((moment[0].replace(" ", "_"),), noun, place, place + 2)
    if counted := COUNTED.match(" ".join(head[begun:])):
        return Name(Named(counted[0].replace(" ", "_"), "integer"), begun, begun + 2)
    if regex.match(r"is it [a-z]+(?: |$)", " ".join(head)):
        return Name(Named(f"is_{head[2]}", "boolean"), 0, 3, clause=True)
    asked = len(head) > 2 and head[0] in _ASKING and rest[1:2] and regex.fullmatch(r"[a-z]{3,}", rest[1])
    if (
        rest[:1] == ("(",)
        and rest[2:3] in ((",",), (")",))
        and rest[1] not in VERBS | rows
        and (rest[1] in head[1:] or (asked and not bare_type(rest[1])))
    ):
        return _made((rest[1],), noun, lead(head, rows), len(head))  # "the number of pages (pages, ...)"
    if (
        rest[:1] == ("(",)
        and rest[2:3] == (":",)
        and regex.fullmatch(r"[a-z]{3,}", rest[1])
        and not snakes
        and len(head) > 2
    ):
        return _made((rest[1],), noun, 0, len(head))  # "how it went (result: ...)"
    since = head[:1] in (("since",), ("until",)) and bare_type("".join(head[1:2]))
    alone = len(head) == 1 and (
        (head[0] in _ASKING and rest[:1] in (("(",), (":",))) or (head[0] in ("extra", "stuff") and rest[:1] == (":",))
    )
    if since or alone:
        return Name(Named(head[0]), 0, 1)  # "since date not null", "what (a short text)"
    start = lead(head, rows)
    if is_typed(head, start):
        start += 1  # "an optional integer priority"
    words = head[start:]
    if clause := _clause(head, rest, noun, rows):
        return clause
    if _is_limit(head[:start], words, rest):
        return Name(Named("_".join(words[:2])), start, start + 2)
    run = 0
    while run < len(words) and _may_name(words, run):
        run += 1
    if (
        not run
        and len(words) == 1
        and rest
        and regex.fullmatch(r"[a-z]{3,}", words[0])
        and words[0] not in VERBS | LEAD
    ):
        run = 1  # "part (...)"
    if not run or run > 4 or (run > 1 and _tells(words[run - 1 :])) or _is_duty(head[:start]):
        return None
    if (start or run + 1 == len(words)) and words[run : run + 1] == ("timestamp",) and is_participle(words[run - 1]):
        return _made((*words[:run], "time"), noun, start, start + run + 1)  # "the unlock timestamp"
    found = words[:run]
    typed = next(
        (
            n
            for n, word in enumerate(found)
            if n and word in ("text", "int", "date", "number") and found[n + 1 : n + 2] != ("of",)
        ),
        run,
    )
    found = found[: typed + 1] if typed + 1 < run else found  # "message text required"
    kinds = ("percentage", "percent", "object", "array", "flag", "hex")
    if len(found) > 1 and found[-1] in kinds and not is_participle(standard(found[0]).split("_")[0]):
        found = found[:-1]
    if len(found) > 1 and bare_type(found[-1]) and not regex.fullmatch(r"(?:date|time|number|list)", found[-1]):
        found = found[:-1]
    return _made(found, noun, start, start + len(found)) if _is_name(found, words, run, rest) else None


_MOMENT = re.compile(
    r"(?:(?:starts|begins|ends|opens|closes|expires)|[a-z]+ed|heard|seen|won|done|read|given|held|met|sent) (?:at|on)"
    r"(?=$| (?:optional|nullable|required|mandatory|empty|null|not|which|that|is|as|timestamptz|timestamp|date|default|defaults|now|[<>]=?|has|must|should|cannot|comes|lies)(?: |$))"
)

COUNTED = re.compile(r"times (?:[a-z]+ed|[a-z]{2,}(?<!oft)en|[a-z]+[wro]n|done|read|sent|held|met|made|heard)(?![^ ])")
""" "Times earned", a number."""


def _is_compared(head: tuple[str, ...], place: int) -> bool:
    """ "must be later than created_at"."""
    return place > 1 and head[place - 1] in ("than", "after", "before", "below", "above", "exceed", "as")


def _clause(head: tuple[str, ...], rest: tuple[str, ...], noun: str, rows: frozenset[str]) -> Name | None:
    """ "when it was unlocked", "whether it is active", "the number of pages", "the time it ends"."""
    text = " ".join(head)
    opener = regex.search(
        r"(?:^| )(?:whether|when (?:it|they|he|she|the|this|that|last|an?|each)|who|how [a-z]+|(?:the )?(?:last |first )?(?:time|date|datetime|timestamp|moment) (?:when |that |(?:at|on) which |(?:until|by|till) which |of )?(?:it|they|he|she|the|this|of|last|an?|each|its|their)|(?:the )?(?:number|count|amount|date|list|set) of|(?:optional )?(?:link|url) (?:to|of))(?: |$)",
        text,
    )
    if not opener:
        return None
    place = len(text[: opener.start()].split())
    if any(word not in LEAD | rows | _BEFORE_CLAUSES for word in head[:place]):
        return None
    end = len(head)
    for cut in range(place + 2, len(head)):
        if head[cut].startswith(MARK) or regex.match(r"\d", head[cut]):
            end = cut
            break
    if (
        end < len(head)
        and head[end].startswith(MARK)
        and regex.search(r"whether [a-z ]*(?:is|are)$", " ".join(head[:end]))
    ):
        told = rest[1] if rest[:1] == ("(",) and rest[2:] == (")",) and rest[1] in lexicon.CHOICE_NOUNS else "status"
        return Name(Named(told), place, end, clause=True)  # "whether it is open, running or done (stage)"
    for stop in range(end, place + 1, -1):
        if stop < end and head[stop] not in VERBS:
            continue
        if (found := read_clause(" ".join(head[place:stop]), noun)) and found.name not in NO_COLUMN:
            return Name(found, place, stop, clause=True)
    return None


def _may_name(words: tuple[str, ...], place: int) -> bool:
    word = words[place]
    if not regex.fullmatch(r"[a-z][a-z0-9_-]*", word) or word.startswith(MARK):
        return False
    if word in ("at", "of", "by", "on") and place and place < len(words):
        before = words[place - 1]
        after = words[place + 1 : place + 2]
        if word == "of":
            return before in ("date", "place", "number", "name", "level", "kind", "type") and bool(after)
        return is_participle(before) and not (
            after and (after[0][0].isdigit() or (after[0].isalpha() and after[0] not in VERBS | LEAD))
        )
    if word == "from":
        return place > 0 and words[place - 1] == "available"
    if word == "date" or word == "time":
        return True
    if (
        place == 0
        and is_participle(word)
        and words[1:2]
        and words[1] in ("is", "boolean", "bool", "flag", "timestamptz")
    ):
        return True
    if place and word.endswith("ing") and word not in _GERUNDS:
        return False
    if word in VERBS or (word in lexicon.FILLERS and word not in ("record", "name", "match", "value")):
        return False
    return not (regex.search(r"[a-z]{3}ly$", word) and word not in _NOUNS_IN_LY)


def _is_duty(before: tuple[str, ...]) -> bool:
    """ "They have to (differ)"."""
    return before[-1:] == ("to",) and before[-2:-1] in (
        ("have",),
        ("has",),
        ("need",),
        ("needs",),
        ("want",),
        ("able",),
    )


def _tells(words: tuple[str, ...]) -> bool:
    """ "(a child) earns a badge": a verb and its object, no name."""
    verb = is_participle(words[0]) or regex.fullmatch(r"[a-z]{2,}s", words[0]) is not None
    return verb and words[1:2] in _DETERMINERS and len(words) > 2


_DETERMINERS = {(word,) for word in ("a", "an", "the", "each", "every", "many", "several", "its", "their", "which")}


def _is_limit(before: tuple[str, ...], words: tuple[str, ...], rest: tuple[str, ...]) -> bool:
    """ "A required minimum level": a limit that is kept, not one of the column."""
    ranged = regex.match(r"(?:from |between )?-?\d+ (?:to|and) \d", " ".join(words[2:])) is not None
    served = before[-1:] == ("the",) and words[2:3] in (("for",), ("needed",), ("required",))
    typed = not before and rest[:1] == (":",) and bool(set(rest[1:3]) & lexicon.TYPED)
    return (
        words[:1] in (("min",), ("minimum",), ("max",), ("maximum",))
        and (
            (ranged or served or typed)
            or before[-1:] in (("a",), ("an",), ("required",), ("optional",), ("mandatory",))
        )
        and words[1:2] != ()
        and regex.fullmatch(r"[a-z]{3,}", words[1]) is not None
        and words[1] not in VERBS | NO_COLUMN | {"length", "value", "size", "number", "text", "amount", "count"}
    )


_BOUNDED = wordset("between from at up max min maximum minimum not no never more less over under above below exactly")
_ASKING = wordset("what who why where when how")
_NOUNS_IN_LY = wordset("family reply supply assembly hourly daily weekly monthly quarterly yearly nightly")
_GERUNDS = wordset("rating meaning heading spelling setting ranking building meeting reading training drawing greeting")


def _is_name(found: tuple[str, ...], words: tuple[str, ...], run: int, rest: tuple[str, ...]) -> bool:
    if len(found) == 1:
        word = found[0]
        if word in NO_COLUMN or (word.endswith("ing") and word not in _GERUNDS and not rest):
            return False
        if is_participle(word) and word not in ("read",):
            after = words[run : run + 1]
            return (
                bool(rest)
                or not after
                or after[0] in ("boolean", "bool", "flag", "timestamptz", "date")
                or after[0] in VERBS
            )
    return not any(
        word in NO_COLUMN
        and word not in ("number", "time", "list", "default", "value", "id", "week", "year", "month", "data")
        for word in found
    )


def _made(words: tuple[str, ...], noun: str, start: int, end: int) -> Name | None:
    if len(words) == 1 and not is_snake(words[0]) and words[0] in ("type", "kind"):
        found = named(list(words), noun)
    else:
        found = named(list(words), noun) or (
            Named(words[0])
            if len(words) == 1
            and regex.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){0,4}", words[0])
            and (words[0] not in NO_COLUMN)
            else None
        )
    return Name(found, start, end) if found else None
