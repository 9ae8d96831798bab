"""Numbers, values and defaults of a request that no column of the description has, and what they are said of."""

import re
from collections.abc import Iterator
from decimal import Decimal

from agent.offline import regex
from agent.offline.description import (
    AddColumns,
    Change,
    ChangeType,
    NewTable,
    Ordered,
    SetDefault,
    SetWhen,
    Special,
)
from agent.offline.reading.accounted.atoms import NUMBER, atoms, columns_of, is_named, numbers_in
from agent.offline.reading.conventions import participle
from agent.offline.reading.lexicon import ACCESS_VERBS, FILLERS, NEVER_NAMES, NO_VALUE, OF_BOUNDS
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset

_LINK = r"(?: (?:of|is|be|to|at|a|an|the|value|=|:|as|with))*"
_LIMITS = (
    r"at least|at most|no more than|no less than|more than|less than|fewer than|greater than|longer than|above|below|over|under|"
    r"up to|between|max|min|maximum|minimum|>=|<=|>|<|exceeds?|exactly|default|defaults|defaulting|starts|starting|begins|multiples"
)
_BOUND = re.compile(
    rf"(?<![^ ])(?:{_LIMITS}){_LINK} ({NUMBER})(?: (?:and|to|-) ({NUMBER}))?(?![^ ])|(?<![^ ])({NUMBER})(?: (?:to|-) ({NUMBER}))? (?:characters?|letters|or more|or less|or higher|or lower|if not|by default)(?![^ ])"
)
_UNIT = r"(?:rows?|columns?|fields?|records?|times?|entries|entry|ms|seconds?|percent|users?|families|requests?|million|[a-z_]+ (?:per|for each))"
_LIST_END = r"(?= (?:[.,;)\n/|:]|or|and|default|defaulting)|\s*$)"
_DEFAULT = re.compile(
    r"(?<![^ ])(?:default|defaults|defaulting)(?: (?:to|is|value|option|choice|one|of|:|=|being|as|the))* ([a-z_]{3,})|"
    r"(?<![^ ])([a-z_]{3,}) (?:(?:is|are|being|by|as|fine|ok|okay|the|our|a|good) )+default(?![^ ])"
)
_NO_LITERALS = {"current", "time", "true", "false", "null", "empty", "today", "now", "right", "off", "yes"}


def lost_numbers(made: tuple[Change, ...], wishes: str, schema: Schema) -> Iterator[str]:
    if all(isinstance(change, ChangeType) for change in made):
        return
    known = {number for atom in atoms(made) for number in numbers_in(atom)}
    for table in {table for change in made if (table := getattr(change, "table", None))}:
        for name in schema.columns(table):  # what holds now may be named
            known |= {Decimal(n) for check in schema.checks(table, name) for n in regex.findall(NUMBER, check)}
            known |= {Decimal(n) for n in regex.findall(NUMBER, schema.default(table, name) or "")}
    for match in _BOUND.finditer(wishes):
        if regex.match(rf" {_UNIT} ", wishes[match.end() :] + " "):
            continue
        if lost := [n for n in match.groups() if n and Decimal(n) not in known and n not in ("0", "1")]:
            yield f"{match[0]} ({', '.join(lost)})"


_CUT = re.compile(
    r"[,;:.()\n•]| (?:and|with|has|have|plus|which|that|where|who|also|is|are|in|of|for|from|by|each|every) "
)
_NO_SUBJECT = (
    FILLERS
    | NO_VALUE
    | NEVER_NAMES
    | wordset(
        "whole numbers integers decimals starting starts shorter longer bigger smaller greater larger points euros cents values percent cannot smallint"
    )
    | OF_BOUNDS
)
_ITEM = re.compile(
    r" (?:,|and|:|;|•) (?:(?:an?|the) )?([a-z]{3,}(?: [a-z]{3,})?) \( (?=(?:optional|required|mandatory|max|up to|at least|at most|date|text|int|integer|default|not null|nullable)(?![^ ]))|"
    r"(?<! not)(?<! be)(?<! is)(?<! are) optional ([a-z]{3,}(?: [a-z]{3,})?)(?= (?:,|and|\.|;|\n|\(|of|with|up|max)|$)"
)


def lost_subjects(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    """A bound of something that no column of the new table is called after."""
    for change in made:
        if not isinstance(change, NewTable):
            continue
        tied = [singular(c.references.table.split(".")[-1]) for c in change.columns if c.references]
        names = "_".join([*tied, *(name for column in change.columns for name in (column.name, *column.choices))])
        for match in _ITEM.finditer(wishes):
            words = [w for w in (match[1] or match[2]).split() if w not in _NO_SUBJECT and not regex.search(r"\d", w)]
            if words and not any(word[:4] in names for word in words):
                yield match[0]
        for match in _BOUND.finditer(wishes):
            subject = _CUT.split(wishes[: match.start()])[-1].split()
            words = [w for w in subject if regex.fullmatch(r"[a-z_-]{3,}", w) and w not in _NO_SUBJECT]
            if words and not any(word[:4] in names for word in words):
                yield f"{' '.join(subject)} {match[0]}"


_STATED = r" (?:set|filled(?: in)?|present|there|required|mandatory|given|not (?:be )?(?:null|empty|missing)|(empty|null|missing|absent|forbidden)) (?:for|when|if|while|in) (?:[a-z]+ ){{0,4}}?({labels}) "


def lost_states(made: tuple[Change, ...], text: str) -> Iterator[str]:
    """In which state of the rows a column of a new table is set, or empty, where no rule says so."""
    for change in made:
        if not isinstance(change, NewTable):
            continue
        ruled = {rule.value for rule in change.rules if isinstance(rule, SetWhen)}
        labels = "|".join(re.escape(label) for column in change.columns for label in column.choices)
        for said in regex.finditer(_STATED.format(labels=labels or "(?!)"), text):
            if " not " in said[0][6:]:
                continue  # "null if it is not completed"
            if not ruled or (said[2] in ruled) == bool(said[1]):
                yield said[0]


_LATER = r" (?:after|later than|before|earlier than|greater than|less than|not after|not before|[<>]) (?:=? )?(?:the )?([a-z]+(?:_[a-z]+)+) "


def lost_orders(made: tuple[Change, ...], text: str) -> Iterator[str]:
    """A moment of a new table that another is compared with, where no rule has it."""
    for change in made:
        if isinstance(change, NewTable):
            ruled = {name for r in change.rules if isinstance(r, Ordered) for name in (r.earlier, r.later)}
            moments = {column.name for column in change.columns if column.type in ("timestamptz", "date")}
            yield from (said[0] for said in regex.finditer(_LATER, text) if said[1] in moments - ruled)


_JSON = r" ([a-z]{3,}|[a-z_]+_[a-z_]+)(?: (?:is|are|be|stored|kept|saved|held))*(?: as| in) (?:an? )?json "


def lost_json(made: tuple[Change, ...], text: str) -> Iterator[str]:
    """What is kept as JSON in a new table and is no column of it, or a list where none is kept."""
    for change in made:
        if isinstance(change, NewTable):
            held = {part[:4] for column in change.columns for part in column.name.split("_")}
            for said in regex.finditer(_JSON, text):
                if not any(part[:4] in held for part in said[1].split("_")) and said[1] not in NEVER_NAMES | FILLERS | {
                    "list",
                    "array",
                }:
                    yield said[0]
            kept = [column for column in change.columns if column.type == "jsonb" or column.type.endswith("[]")]
            if kept and all(column.default == Special.EMPTY_OBJECT for column in kept):
                yield from (
                    said[0]
                    for said in regex.finditer(r" jsonb? (?:(?!no|not|never)[a-z(]+ ){0,6}(?:array|list) ", text)
                )


_KINDS = wordset("required mandatory text date number flag unique cascade string url email hex positive markdown")


def lost_values(made: tuple[Change, ...], text: str) -> Iterator[str]:
    """A list of values that no column takes, or that goes on behind those that were taken."""
    text = regex.sub(r"(?<![^ ])letter(?=[a-z] )", "", text)  # capital letters that are values
    if any(isinstance(change, NewTable | AddColumns) for change in made):
        for match in regex.finditer(
            r" either (?:an? )?([a-z_]+) (?:, (?:an? )?[a-z_]+ )*(?:, )?or (?:an? )?([a-z_]+) ", text
        ):
            if not any(is_named(word, made) for word in match.groups()):
                yield match[0]
        for listed in regex.finditer(r"(?<![^ ])[a-z_]{2,}(?: [|/] [a-z_]{2,})+(?![^ ])", text):
            words = set(regex.split(r" [|/] ", listed[0])) - ACCESS_VERBS - NO_VALUE
            if len([word for word in words if not is_named(word, made)]) > ("|" not in listed[0]):
                yield listed[0]
        for listed in regex.finditer(r"\( ([a-z_]+(?: , [a-z_]+)+(?:(?: ,)? (?:or|and) [a-z_]+)?) \)", text):
            words = set(regex.findall(r"[a-z_]+", listed[1])) - NO_VALUE - FILLERS - _KINDS
            words = {word for word in words if not {word, word.removesuffix("s")} & ACCESS_VERBS}
            forms = [(word, singular(word), participle(word)) for word in words]
            if len([told for told in forms if not any(is_named(form, made) for form in told)]) > 1:
                yield listed[0]
    for column in columns_of(made):
        labels = {form for label in column.choices for form in (label.lower(), label.lower().replace("_", " "))}
        if len(column.choices) < 2:
            continue
        either = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
        longer = rf"(?<![^ ])(?:{either}) (?:,|/|\||or|and)(?: or| and)? (?:{either}) (?:,|/|\||or|, or|, and|and) ([a-z_-]+){_LIST_END}"
        for match in regex.finditer(longer, text):
            if match[1] not in labels | FILLERS | NO_VALUE | ACCESS_VERBS and not is_named(match[1], made):
                yield match[0]


def lost_defaults(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    for column in columns_of(made):
        begun = rf" {column.name} (?:\( )?(?:(?:timestamptz|timestamp|=|is|default|defaults to|:) )*now "
        if column.default is None and (said := regex.search(begun, wishes)):
            yield said[0]
        labels = "|".join(re.escape(label.lower()) for label in column.choices)
        chosen = rf" (?:{labels}) (?:(?:is|as|by|the|being) )*default | default (?:(?:is|to|:|=|value) )*(?:{labels}) "
        if labels and column.default is None and (said := regex.search(chosen, f" {wishes} ")):
            yield said[0]
    known = {word for atom in atoms(made) for word in regex.findall(r"[a-z]+", str(atom).lower())}
    if any(isinstance(change, NewTable | AddColumns | SetDefault) for change in made):
        for match in _DEFAULT.finditer(wishes):
            word = match[1] or match[2]
            if match[2] and all(column.type == "boolean" for column in columns_of(made)):
                continue  # "free by default" is no premium
            if not set(word.split("_")) <= known | NO_VALUE | FILLERS | _NO_LITERALS:
                yield match[0]
