"""Whole numbers that shall be wider: bigint for columns that are there, whatever is told around it.

Columns are told by their names and tables; what is said to stay is held against how it is now. A request that wishes
for something beside the type (a bound, a default, an index) is not read here.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import ChangeType
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import Mention, mentions
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.material import is_talk, is_wished, tells_story
from agent.offline.schema import Schema

_NAMED = r"big ?-?int(?:eger)?s?(?: type)?|int8|i64|(?:64|sixty-four)[ -]?bits?(?: (?:integers?|ints?|numbers?|values?|type))?|8[ -]bytes?(?: (?:integers?|ints?|numbers?))?"
_HUGE = r"(?:past|beyond|above|over|exceed|(?:more|larger|bigger|greater|higher) (?:than|then)) (?:the )?(?:limit of )?(?:2 ?\^ ?31(?: (?:to|-) 1)?|2147483647|[2-9]\d{9,}|int4|int32|(?:32|thirty-two)[ -]bits?)"
_WIDE = rf"(?:{_NAMED}|{_HUGE})"
_KEPT = (
    r"keep|keeps|keeping|kept|stay|stays|remain|remains|survives?|preserv\w+|retain\w*|unchanged|untouched|intact|(?:leave|leaving) [^.]* (?:alone|as)|as (?:it is|they are|now)|like (?:it is|now)|how (?:it is|they are)|"
    r"without (?:touching|changing|losing|loosing|altering|dropping)|no (?:data |value )?(?:loss|changes?)|(?:not|nothing|never|no)(?: [a-z]+){0,4} (?:lose|loose|lost|touch|touched|change|changes|changed|alter|altered|affected|drop|dropped)|nothing else|only the type|type (?:change )?only|same(?! (?:for|goes|with|applies|thing|to|in|on|columns?) )"
)
_GOES_ON = r" ?[,;]? ?(?:and |but )?(?:it|this|that|which|they) (?:should|must|has to|needs to|can|may) (?:also )?(?:allow|accept|take|hold) "
_SAFELY = r"down ?time|outages?|(?:not|no|never|without|avoid|any)(?: [a-z]+){0,4} (?:block\w*|lock\w*|rewrit\w+)|(?:locks?|blocks?|blocking|locking) (?:nobody|no one|nothing)|safely|do it safe|online|in batches|in steps|step by step"
"""How it is to be done, which goes without saying."""
_BACK = rf" (?:should|must|need|needs|may|do|does|want|wants) not (?:(?!but|so|therefore|and|make|use|as|need|become)[a-z_]+ ){{0,5}}?{_WIDE} | (?:undo|revert|roll back|back) (?:(?!to|into)[a-z_]+ ){{0,5}}?{_WIDE} | from {_WIDE} (?:back )?(?:to|into|->) | {_WIDE} (?:to|->|into) (?:int|integer|int4) | (?:is|are) (?:an? |of type )*{_WIDE} already "
"""It is to be no wide type, or is one."""
_ALL = r"(?:all|every|each|any|both|the|2|3)(?: (?:of|the|its|other|our|plain|regular|normal|remaining|2|3))* (?:integer|int4?|number)s?(?: (?:columns?|fields?|ones))?(?: that (?:are|is) (?:there|left))? (?:on|of|in|from)(?: (?:the|our|table))* ([a-z_]+)"
_ALSO = r" (?:same (?:for|with|goes for|applies to|thing for)|also|and|as well as|plus|&|\+|both|likewise|so does|nor)(?: (?:for|the|our|column))* $"
_CUT = r" (?:[,;()]|but|while|without|because|since|so|with no|and (?=(?:keep|leave|preserve|retain|it|they|i|we|make|do|not|should|must|then|also|please) )) "
_ELSE = r"unless|until|except|only (?:for|if|when|where|in|on|those|the ones)|defaults?|nulls?|nullable|required|mandatory|optional|index(?:ed|es)?|unique|audit\w*|at least|at most|between|minimum|maximum|min|max|below|negative|check|constraint|rename|drop|remove|decimals?|numeric\S*"
_ORDERED = rf"{_ELSE}|unless|until|except|if|when|whenever|only|or|log|trigger|delete|fill|cap|limit|zero|add|introduce|create|another|copy|move|view|policy|function|not|never|no"
_ADDED = r" (?:add|introduce|create|insert)(?: (?!to|on|in|into)[a-z_0-9-]+){0,4} (?:columns?|fields?|bigint|int8) "
_BETWEEN = r"(?: (?:the|our|a|an|each|every|all|table|column|field|\())*"
_OF = r"(?:on|of|in|from|for|inside|within)"

_OTHERS = r"(?:the|our|my|their|its|we|they|i) (?:(?!column|type|field|integer|number|value|point)[a-z]+ ){0,2}?(?:needs?|cannot|can|expects?|wants?|sends?|only|uses?|speaks?|requires?|works?|exports?|has|have|deals?) "
"""Somebody else than a column needs or does something."""

Place = tuple[str, str]
"""(table, column)"""


@dataclass(frozen=True)
class _Piece:
    low: int
    high: int
    rank: int
    """0: it names the type; 1: it says something else; 2: talk; 3: what stays."""


def read_retype(text: str, schema: Schema) -> list[ChangeType] | None:
    """None where no wider type is wished for, or something else too. Raises Unclear where what is to stay is not so."""
    text = regex.sub(r" numeric (?=columns? |fields? |values? |measures? )", " number ", text)
    if not regex.search(rf" {_WIDE} ", text) or regex.search(_ADDED, text):
        return None
    if back := regex.search(_BACK, text):
        raise Unclear(back[0])
    text = _evened(text)
    pieces = [piece for low, high in _sentences(text) for piece in _pieces(text, low, high)]
    if any(p.rank == 0 and _spoken(text, p, schema) for p in pieces):
        pieces = [replace(p, rank=2) if p.rank == 0 and _is_others(text, p, schema) else p for p in pieces]
    places = _places(text, pieces, schema) or _every(text, schema)
    if not places or all(regex.search(rf" {_WIDE} ", text[p.low : p.high]) is None for p in pieces if p.rank < 2):
        return None
    named = {m.table for p in pieces if not p.rank for m in mentions(text, schema, p.low, p.high) if _is_whole(m)}
    if any(_is_narrow(t, c, schema) for t in named - {table for table, _ in places} for c in schema.columns(t)):
        return None  # columns of another table, too
    for piece in pieces:
        said = regex.sub(rf"(?<= ){_WIDE}(?= )", "~", text[piece.low : piece.high])
        ordered = (piece.rank == 0 and not tells_story(said.strip(" ,.;"))) or is_wished(said)
        if piece.rank < 2 and regex.search(rf" (?:{_ORDERED if ordered else _ELSE}) ", said):
            return None
        if piece.rank < 2 and ordered and regex.search(r" \d+ ", said):
            return None
        if piece.rank == 3:
            _refuse_false(text[piece.low : piece.high], places, schema)
    return [ChangeType(table, column, schema.type_of(table, column), "bigint") for table, column in places]


def heard(text: str) -> tuple[str, str]:
    """The text without what only says what stays, and of that what names a type or orders something."""
    text = _evened(text)
    pieces = [piece for low, high in _sentences(text) for piece in _pieces(text, low, high) if piece.rank < 3]
    text = regex.sub(r" 8[ -]bytes? ", lambda m: " bigint".ljust(len(m[0]) - 1) + " ", text)
    said = [(piece.rank, text[piece.low : piece.high].strip(" \n,;.")) for piece in pieces]
    wishes = [
        words
        for rank, words in said
        if (rank == 0 and not regex.match(_OTHERS, words)) or (rank == 1 and is_wished(words))
    ]
    return f" {' . '.join(words for _, words in said)} ", f" {' . '.join(wishes)} "


def _evened(text: str) -> str:
    """ "Must not change : the range" says what stays."""
    return regex.sub(rf"(?<= )({_KEPT}) : ", r"\1 ", text)


def _is_others(text: str, piece: _Piece, schema: Schema) -> bool:
    """What a tool has or does that speaks of the type, and of no column."""
    said = text[piece.low : piece.high] + " "
    return not (
        is_wished(said) or _spoken(text, piece, schema) or regex.search(r" (?:->|to|into|it|this|that|column) ", said)
    )


def _sentences(text: str) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in regex.finditer(r"(?:(?! \.| \n| ; | : ).)+.?", text) if m[0].strip(" .•:;\n")]


def _pieces(text: str, low: int, high: int) -> list[_Piece]:
    """Of a sentence; one that only says what stays is a single piece."""
    if regex.search(rf" (?:{_KEPT}|{_SAFELY}) ", text[low:high] + " ") and not regex.search(
        rf" {_WIDE} ", text[low:high]
    ):
        return [_Piece(low, high, 3)]
    cuts = [low, *(m.start() for m in regex.finditer(rf"(?={_CUT})", text[:high]) if m.start() > low), high]
    found: list[_Piece] = []
    for start, end in pairwise(cuts):
        said = text[start:end] + " "
        stays = regex.search(rf" (?:{_KEPT}|{_SAFELY}) ", said) or regex.match(r" (?:but|and|,) not ", said)
        if found and found[-1].rank == 0:
            stays = stays or regex.match(_GOES_ON, said)
        if regex.search(rf" {_WIDE} ", said):
            rank = 0
        elif stays or (found and found[-1].rank == 3 and not is_wished(said)):
            rank = 3
        else:
            rank = 2 if is_talk(said) else 1
        found.append(_Piece(start, end + 1, rank))
    return found


def _places(text: str, pieces: list[_Piece], schema: Schema) -> list[Place]:
    """The columns that are meant: those that are told from all others, in wishes first; else by a word of theirs."""
    spoken: list[tuple[Place, bool, int]] = []
    for piece in pieces:
        gloss = regex.match(
            r" ?\( (?:[a-z_]+ ⋅ )?[a-z]+(?:_[a-z]+)+ \) | ?\( [a-z_]+ ⋅ [a-z_]+ \) ", text[piece.high - 1 :]
        )
        if gloss and piece.rank != 3:  # "what a child gets for a lesson ( points_earned )"
            continue
        spoken += [(place, told, piece.rank) for place, told in _spoken(text, piece, schema)]
    for told, ranks in ((True, (0, 1)), (True, (2,)), (False, (0,)), (False, (1,)), (False, (2,))):
        if tables := {place[0] for place, clearly, rank in spoken if clearly == told and rank in ranks}:
            meant = [p for p, clearly, rank in spoken if rank in ranks and (clearly == told or p[0] in tables)]
            return list(dict.fromkeys(meant)) if told or len(tables) == 1 else []
    return []


def _every(text: str, schema: Schema) -> list[Place]:
    """ "Both integer columns of lessons"."""
    if not (match := regex.search(rf" {_ALL} ", text)) or not (table := schema.table(match[1])):
        return []
    found = [(table, column) for column in schema.columns(table) if _is_narrow(table, column, schema)]
    said = regex.search(r" (?:(both|2)|(3)) ", match[0])
    return found if not said or len(found) == (2 if said[1] else 3) else []


def _spoken(text: str, piece: _Piece, schema: Schema) -> list[tuple[Place, bool]]:
    """Columns of whole numbers that a piece names, and whether nothing else can be meant."""
    found: list[tuple[Place, bool]] = []
    tokens = list(re.compile(r"[^ ]+").finditer(text, piece.low, piece.high))
    place = 0
    while place < len(tokens):
        for count in (3, 2, 1):
            group = tokens[place : place + count]
            said = " ".join(token[0] for token in group)
            if len(group) < count or not regex.fullmatch(r"[a-z][a-z0-9_ ]*", said):
                continue
            if one := _column(text, said, group[0].start(), group[-1].end(), schema):
                found.append(one)
                place += count - 1
                break
        place += 1
    return found


def _column(text: str, said: str, low: int, high: int, schema: Schema) -> tuple[Place, bool] | None:
    name = "_".join(said.split())
    holders = [table for table in schema.tables if _is_narrow(table, name, schema)]
    if regex.search(r" (?:like|unlike|than|same as)(?: the)? $", text[:low]):
        return None
    if table := _beside(text, low, high, schema):
        if schema.table(said):
            return None
        column = name if table in holders else columns_of(table, schema)(said)
        if table in holders or (column and "_" not in said and _is_narrow(table, column, schema)):
            return (table, str(column)), True
    if len(holders) > 1:
        holders = [table for table in holders if table in {m.table for m in mentions(text, schema)}]
    if len(holders) != 1:
        return None
    return (holders[0], name), "_" in name or regex.search(_ALSO, text[:low]) is not None


def _beside(text: str, low: int, high: int, schema: Schema) -> str | None:
    """The table that a column's name stands with: "lesson points", "points of the lessons", "lessons . points"."""
    behind = regex.match(rf" (?:{_OF}|\(){_BETWEEN} ([a-z_]+) ([a-z_]+)?", text[high:] + " ")
    before = regex.search(r"(?<= )([a-z_]+)(?: (?:⋅|:|\(|table|columns?|fields?))* $", text[:low])
    nouns = [f"{behind[1]} {behind[2]}", behind[1]] if behind else []
    return next(filter(None, map(schema.table, [*nouns, *([before[1]] if before else [])])), None)


def _is_whole(mention: Mention) -> bool:
    """ "lessons", not "a lesson"."""
    return mention.words.replace(" ", "_") == mention.table.split(".")[-1]


def _is_narrow(table: str, column: str, schema: Schema) -> bool:
    return schema.columns(table).get(column, {}).get("type") in ("integer", "smallint")


def _refuse_false(said: str, places: list[Place], schema: Schema) -> None:
    """Raises Unclear where something is to stay that is not so now."""
    if regex.search(rf" (?:{_SAFELY}) ", said + " "):
        return
    held = set()
    for table, column in places:
        checks = " ".join([*schema.checks(table, column), str(schema.default(table, column))])
        held |= set(regex.findall(r"-?\d+", checks))
    if not set(regex.findall(r"(?<= )-?\d+(?= )", said)) <= held:
        raise Unclear(said)
    defaults = {str(schema.default(table, column)) for table, column in places}
    if not set(regex.findall(r" defaults?(?: (?:of|is|to|at|=|\(|value))* (-?\d+)(?= |$)", said)) <= defaults:
        raise Unclear(said)
    required = [schema.is_required(table, column) for table, column in places]
    if regex.search(r" (?:not null|required|mandatory|not nullable) ", said):
        wrong = not any(required)
    else:
        wrong = all(required) and regex.search(r" (?:nullable|nulls?|optional|empty) ", said) is not None
    if wrong:
        raise Unclear(said)
