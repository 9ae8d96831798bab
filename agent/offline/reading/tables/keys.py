"""What is unique together in a new table, told once its columns are known: evidence, and the columns of the same words."""

import re
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import Special
from agent.offline.reading.body import Body
from agent.offline.reading.conventions import Named, is_participle
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import FILLERS, NO_VALUE
from agent.offline.reading.traits import Traits
from agent.offline.words import singular, wordset

_SEVERAL = r"(?:twice|(?:2|two|several|multiple|more) times|more than once|repeatedly|multiple|again)"
_ONCE = r"(?:once|(?:one|1|a single) time)"
_COMPARES = r"(?:null|empty|optional|default|below|under|less|fewer|lower|above|over|more|greater|higher|longer|than|least|most|exceeds?|between|from|max(?:imum)?|min(?:imum)?|until|within|[,;:(])"
_THINGS = r"(?!by |or |and |to |if |unless |characters|letters|minutes|hours|days|weeks|points|digits|words)(?:[a-z_-]+ ){0,2}?(?:[a-z_]+s|children|ones|of|people|the same)\b"
EVIDENCE = re.compile(
    r"\bunique(?:ness|ly)?\b|\bduplicat\w+|\bdistinct\b|"
    rf"\b(?:not|never|cannot|no|nobody|without)\b.*\b{_SEVERAL}\b|"
    rf"\b(?:only|just|at most|exactly|max(?:imum|imally)?(?: \.)?|no more than|not more than) (?:ever )?(?:be )?{_ONCE}\b|\b{_ONCE} (?:only|at most|max(?:imum)?|per|for each|for every|in)\b|"
    r"\b(?:only|just|at most|exactly|max(?:imum|imally)?(?: \.)?|no more than|not more than|never more than|more than) (?:have |has |be )?(?:one|1|a single)\b(?! to \d)|"
    r"\b(?:one|1|a single) (?:[a-z_-]+ ){0,3}?(?:per|for each|for every)\b|\b(?:one|1) (?!and |or )[a-z_]+ (?:at most|max|maximum)\b|"
    rf"\b(?:no|not|never|cannot) (?:(?!{_COMPARES} )[^ \d]+ )*?(?:two|2) {_THINGS}|\b(?:two|2|several|multiple) {_THINGS}[a-z_ ]* (?:cannot|must not|may not|should not|never)\b|"
    r"\b(?:each|every|a|an) .*\b(?:once|one time)\b|\bsame [^;]*\b(?:twice|again)\b|\b(?:pair|combination|couple)\b[a-z ]* once\b|\bsame\b.* not twice\b|\bprimary key\b|\b(?:is|are) the key\b|"
    r"\bone (?:row|entry|record|of them|of these) (?:per|for)\b|\bper [a-z_]+ only (?:one|1)\b|\ba (?:second|2nd) (?:time|one)\b"
)
PER = re.compile(
    r"\b(?:per|primary key|within|for each|for every|for one|in each|in one|among|inside|of a|of an|of the same|by|together with|for the same|in the same|same|pair|combination|together)\b"
)


def read_key(words: list[str], body: Body, rows: frozenset[str], subject: str | None = None) -> None:
    """Adds what is unique to the body; `subject` is the column that the words stand with. Raises Unclear."""
    text = " ".join(words)
    if regex.search(r"\b(?:not|nothing|non-) ?unique\b", text):
        return
    if regex.search(r"\b(?:except|unless|only if|if|where|when|while|case|ignoring)\b", text):
        raise Unclear(text)
    if regex.search(
        rf"\b(?:per|for each|for every) (?:{'|'.join(map(re.escape, rows - {'it', 'one', 'each', 'every'}))})(?= |$)",
        text,
    ) and not regex.search(r"\bunique\b", text):
        return  # "one row per achievement of a child" says what a row is
    if sum(bool(EVIDENCE.search(part)) for part in regex.split(r" , (?:and|but) ", text)) > 1:
        raise Unclear(text)
    kept = regex.match(r"(?:one|1) (?:row|record|entry) (?:per|for each|for every) ([a-z]+)\b(?! (?:and|per|\+))", text)
    if kept and not (body.resolve(kept[1]) or body.schema.table(kept[1]) or kept[1] in ("day", "date")):
        return  # "one row per payout to a child"
    counted = rf"\b(?:one|1|a single) (?:{'|'.join(map(re.escape, rows))}) (?=per |for (?:each|every) )"
    for same in regex.findall(r"\bsame ([a-z]+)(?= |$)", text):
        if not (same in rows or same in _LIKE or columns_in([same], body, rows)):
            raise Unclear(text)
    columns = columns_in(regex.sub(counted, "", text).split(), body, rows)
    if subject and subject not in columns and len(columns) < 2:
        columns.insert(0, subject)
    references = [body.column_name(e) for e in body.entries if e.tied or _refers(body, e)]
    pair = set(references[:2])
    before = _COUNTED if set(columns) <= set(references) else _AMONG
    if len(columns) < 2 and (strange := _strange(words, before, body, rows)):
        raise Unclear(f"{strange} in {text}")
    if not columns:
        if (body.junction or len(references) == 2) and len(references) >= 2:
            body.junction = body.junction or "primary key" in text
            body.uniques.append(tuple(references[:2]))
            return
        if regex.search(rf"(?:one|1) (?:{'|'.join(map(re.escape, rows))})\b", text) and len(references) == 1:
            _single(body, references[0])
            return
        raise Unclear(text)
    if body.junction and set(columns) <= pair and len(columns) < 2:
        columns = references[:2]
    if len(columns) == 1:
        if columns[0] in references:
            others = [r for r in references if r != columns[0]]
            if regex.search(r"\b(?:once|one time) (?:per|for each|for every|in)|same", text) and others:
                columns = [others[0], columns[0]]
            elif subject != columns[0] and regex.search(
                r"\b(?:same|each|every) (?!(?:" + "|".join(map(re.escape, rows)) + r"|child|user|parent)\b)[a-z]",
                text.split(columns[0].removesuffix("_id"), 1)[-1],
            ):
                raise Unclear(text)  # "a child can invite the same friend once", and what a friend is was not read
            else:
                _single(body, columns[0])
                return
        elif (subject == columns[0] and not regex.search(r"\b(?:nobody|no one|anyone)\b", text)) or (
            regex.search(r"\bunique\b|\b(?:no|not) (?:two|2)\b.*\bsame\b|\bdistinct\b|\bno duplicate\b", text)
            and not regex.search(r"\b(?:nobody|no one|somebody|everyone|same (?:child|parent|user|person))\b", text)
        ):
            _single(body, columns[0])
            return
        else:
            raise Unclear(text)
    if "primary key" in text and len(references) == 2 and set(columns) == pair:
        body.junction = True
    body.uniques.append(_led(text, tuple(columns)))


_COUNTED = wordset(
    "the a an each every same no duplicate duplicates different distinct : one 1 2 two given its their unique"
)
_NO_NOUNS = wordset("pair combination couple time times constraint index key database table once day date")


_AMONG = wordset("per within inside")


def _strange(words: list[str], leads: frozenset[str], body: Body, rows: frozenset[str]) -> str | None:
    """A noun among what is told apart that is no column: "each name only once per child", and no name."""
    words = [
        word for n, word in enumerate(words) if not (word in _COUNTED and words[n - 1 : n] and words[n - 1] in _AMONG)
    ]
    for before, word in pairwise(["", *words]):
        known = word in rows or word in FILLERS | NO_VALUE | _COUNTED | _NO_NOUNS or is_participle(word)
        counted = before in leads and regex.fullmatch(r"[a-z][a-z_]{2,}", word)
        if counted and not known and not body.resolve(word) and not _part_of(word, body):
            return word
    return None


def _refers(body: Body, entry: object) -> bool:
    try:
        return body.column(entry).references is not None  # type: ignore[arg-type]
    except Unclear:
        return False


def _single(body: Body, column: str) -> None:
    entry = next(e for e in body.entries if body.column_name(e) == column)
    entry.traits.unique = True


def _led(text: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """ "title unique per organization" leads with the organization."""
    match = regex.search(
        r"\b(?:per|primary key|within|for (?:each|every|one|a|the same)|of (?:an?|the same)|in(?:side)?(?: each| an?| one| the same)?) ([a-z_]+)",
        text,
    )
    if match and len(columns) == 2 and columns[1].removesuffix("_id") in (match[1], singular(match[1])):
        return columns[1], columns[0]
    return columns


def _the_date(body: Body) -> str | None:
    """The only column that is a date; rows that are told apart by it have one."""
    found = [e for e in body.entries if not e.tied and body.column(e).type == "date"]
    if len(found) != 1:
        return None
    if found[0].traits.required is None:
        found[0].traits.required = True
    return body.column_name(found[0])


def _a_date(body: Body) -> str:
    """A column for the day that rows are told apart by. Raises Unclear where a moment is there that may be meant."""
    if moments := [e.named.name for e in body.entries if not e.tied and body.column(e).type in ("date", "timestamptz")]:
        raise Unclear(f"one row a day, by {' or '.join(moments)}")
    body.entries.append(Entry(Named("day", "date"), Traits(required=True, default=Special.TODAY)))
    body.assumed.append("day is a column, today where it is not given, as rows are told apart by it.")
    return "day"


def _part_of(noun: str, body: Body) -> str | None:
    """The only column whose name ends or begins with the noun: the email of invited_email."""
    if len(noun) < 4 or " " in noun:
        return None
    found = [
        e.named.name
        for e in body.entries
        if not e.tied and noun in (e.named.name.split("_")[-1], e.named.name.split("_")[0])
    ]
    return found[0] if len(found) == 1 else None


_LIKE = wordset("time thing one two pair combination row for as values")
_PASSIVE = wordset("be is are was were get gets got been only ever being has have")


def columns_in(words: list[str], body: Body, rows: frozenset[str]) -> list[str]:
    """The columns that the words name, in order, each once."""
    skip = wordset("row rows record entry it unique a is per in on each once one key id time times pair index")
    found: list[str] = []
    place = 0
    words = ["email" if word == "e-mail" else word for word in words]
    while place < len(words):
        verb = is_participle(words[place]) and words[place - 1 : place] and words[place - 1] in _PASSIVE
        for count in () if verb else (3, 2, 1):
            group = words[place : place + count]
            noun = " ".join(group)
            if (
                len(group) < count
                or not regex.fullmatch(r"[a-z][a-z0-9_ ]*", noun)
                or noun in skip
                or (count > 1 and set(group) & skip)
            ):
                continue
            if noun in rows and not any(e.named.name == singular(noun) for e in body.entries):
                continue
            dated = noun in ("day", "date")
            column = (_the_date(body) if dated else None) or body.resolve(noun)
            column = column or (_a_date(body) if dated else _part_of(noun, body))
            if column and column not in ("id",):
                if column not in found:
                    found.append(column)
                place += count - 1
                break
        place += 1
    return found
