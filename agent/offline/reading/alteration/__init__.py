"""Changes of a table that is there, read by what the words of the request mean, wherever they stand.

The kind of change follows from evidence anywhere in the request; its parts from clauses, whatever their shape; talk
(reasons, the present, what stays as it is) is heard only where the wishes leave a part open. What is left over is a
reason to refuse only where it is material that would have changed the draft (`alteration.leftover`).
"""

import re
from dataclasses import replace

from agent.offline import regex
from agent.offline.description import AddIndex, AddUnique, Change, Constrain, Order
from agent.offline.reading.alteration import audit, backfill, index, rows, unique
from agent.offline.reading.alteration.asides import LACKS
from agent.offline.reading.alteration.clauses import IRRELEVANT, Clause, clauses, spelled_out, told_in, untitled
from agent.offline.reading.alteration.column import NO_INDEX, read_columns
from agent.offline.reading.alteration.demands import read_demands
from agent.offline.reading.alteration.named import given_name
from agent.offline.reading.alteration.names import Spot, new_names
from agent.offline.reading.alteration.retype import read_retype
from agent.offline.reading.alteration.topic import columns_of, topic
from agent.offline.reading.conventions import is_snake
from agent.offline.reading.flags import read_flag
from agent.offline.reading.known import mentions, spoken_columns, strike_table
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.material import is_talk, nouns_of, unwanted
from agent.offline.reading.prose import UNTOUCHED
from agent.offline.schema import Schema

Changes = tuple[tuple[Change, ...], tuple[str, ...]]
_SCREEN = r"widget|page|screen|view|report|list|tab|job|dashboard|queue|filter|button|mode|box|section|card|team|project|ticket|feature"
_NOT_UNIQUE = r"(?:(?:and|but|just|it|which|should|must|shall|does|do|need|have|to|be|is|are|neither|nor|a|an|or|plain|normal|ordinary) )*(?:not|no|non|never)(?: (?:be|to be|a|an|necessarily|any))* (?:unique|partial)(?: (?:ones?|index(?:es)?|constraints?))?|non-(?:unique|partial)"
_NOTHING_UNIQUE = r"nothing(?: is| that is)? unique(?: about (?:it|this|them))?"
_ASKED = r" (?:should (?:we|i)|do (?:we|i) need|does|(?:is|was|are|were) (?:it|there|the|an?|our)(?! possible)|why|what(?! about)|how(?! about)|which|would it|shall we) (?:(?! \. | please | we need | add )[^\n])*(?: ?\. )?$"
"""A question and nothing else, not a wish."""
_TAKEN_BACK = r" (?:forget (?:the (?:condition|index|column|default|constraint|limit)|that|it|about)|no wait , (?:not|rather)|scratch that|on second thought|or rather) "
_ALIKE = r"(?:too |also |just |exactly )*(?:like|as) (?:(?:the|our|we|on|in|for|with) )*[a-z_]+ (?:already )?(?:have|has|do|does|did)(?: (?:it|one|already|too|them))*"
_QUESTION = r" ?(?:\. |\n |• )*(?:does|did|was|were|(?:is|are)(?= (?:an?|the|every|this|all|these|our) )) "
_POLITE = rf"{UNTOUCHED}|{_ALIKE}|no (?:other |further )?(?:policies|policy|rls|grants?|permissions?|access|triggers?)(?: changes?| change| are changed| is changed)(?: (?:for now|yet|needed|necessary|required|at all))?|from now on|(?:a )?quick (?:one|question|thing|request|favou?r)|let us|please|(?:could|can|would) you(?: please)?|nothing else|no more(?! than)|[1-9](?= (?:possible |allowed |different )?(?:values|options|levels|choices|states|kinds|columns|fields))"


def read_alteration(
    words: str, quoted: dict[str, str], schema: Schema, cased: dict[str, str] | None = None
) -> Changes | None:
    """None where the request is of another kind. Raises Unclear where it is of this and not understood."""
    words, name = given_name(words, schema)
    try:
        made = _read(words, quoted, schema, cased)
    except Unclear as unclear:
        if (body := untitled(words)) is None:
            raise
        try:
            made = _read(body, quoted, schema, cased)
        except Unclear:
            raise unclear from None
        if made is None:
            raise
    if made is None or name is None:
        return made
    changes = tuple(
        replace(c, index=replace(c.index, name=name))
        if isinstance(c, AddIndex)
        else replace(c, name=name)
        if isinstance(c, AddUnique | Constrain | Order)
        else c
        for c in made[0]
    )
    if len(changes) > 1 and changes != made[0]:
        raise Unclear(f"what {name} is the name of")
    return changes, made[1]


def _read(words: str, quoted: dict[str, str], schema: Schema, cased: dict[str, str] | None = None) -> Changes | None:
    text = spelled_out(words)
    ledger = Ledger(text, quoted, cased)
    parts = clauses(text, nouns_of(schema) | told_in(quoted))
    if (
        regex.match(_ASKED, text)
        or regex.search(_TAKEN_BACK, text)
        or not any(not unwanted(text[c.low : c.high]) for c in parts)
    ):
        raise Unclear(text)
    if not any(not c.talk for c in parts):
        parts = [Clause(c.low, c.high, False) for c in parts]
    for clause in parts:
        if clause.talk:
            clause.drop(ledger)
    for aside in regex.finditer(r" \( ([^()]+) \)", text):
        if is_talk(aside[1]) and not regex.search(r"\d", aside[1]):
            ledger.strike(aside.start() + 1, aside.end())
    whole = Ledger(text, quoted)
    asked = [one for one in ledger.sentences() if regex.match(_QUESTION, ledger.text[slice(*one)])]
    for low, high in asked if len(asked) < len(ledger.sentences()) else ():
        ledger.strike(low + 1, high)
        whole.strike(low + 1, high)
    ledger.take_all(_POLITE)
    ledger.take_all(IRRELEVANT)
    whole.take_all(IRRELEVANT)
    for word in map(re.escape, quoted):  # "the "recently started" widget"
        ledger.take_all(rf"(?:{_SCREEN}) {word}|(?:the |our |on |in |a )*{word} (?:{_SCREEN})")
    ledger.take_all(r"as (?:an?|the)(?! default) [a-z-]+(?: [a-z-]+){0,2}?(?: ,)?(?= i | we )")
    if whole.find("nothing(?: is| that is)? unique"):
        ledger.take_all(_NOTHING_UNIQUE)
        whole.take_all(_NOTHING_UNIQUE)
    if _wants_index(ledger, whole):
        ledger.take_all(_NOT_UNIQUE)
        whole.take_all(_NOT_UNIQUE)
    unindexed = bool(ledger.take_all(NO_INDEX))
    whole.take_all(NO_INDEX)
    whole.take_all(_POLITE)
    if audit.is_wanted(whole, schema) and (audit.names_log(whole, schema) or not backfill.is_backfill(whole, schema)):
        if past := whole.find(
            rf"(?:entry|row|record)s? (?:in [a-z_]+ )?for (?:[a-z]+ ){{1,3}}(?:that |who |which )?(?:{LACKS})"
        ):
            raise Unclear(past[0])
        return audit.read_audit(ledger, parts, schema), ()
    if backfill.is_backfill(whole, schema) and not _adds(text, schema):
        made, assumed = backfill.read_backfill(ledger, parts, schema)
        return (made,), assumed
    if (wider := read_retype(text, schema)) is not None:
        return tuple(wider), ()
    if (several := _of_several(words, quoted, schema)) is not None:
        return several
    table = topic(ledger.left.replace("~", " "), text, schema)
    if table is None:
        return None
    spots = new_names(ledger, parts, table, schema, nouns=False)
    refused = ledger.find(r"constraint|prevent\w*|impossible|cannot|stop|forbid|refuse|reject|unique|enforce|never|no")
    alike = bool(ledger.find(unique.STRONG) or (refused and whole.find(unique.STRONG))) and not whole.find(
        r"columns?|fields?|flag|boolean|add an?(?! (?:unique|constraint|check|rule|guard))"
    )
    if not spots and not alike and not whole.find(_RETYPED) and rows.is_fill(whole, parts, table, schema):
        return (rows.read_fill(ledger, parts, table, schema),), ()
    strike_table(whole, table, schema)
    spoken = spoken_columns(whole, columns_of(table, schema))
    columns = {s.column for s in spoken}
    written = {s.column for s in spoken if s.column in text[s.start : s.end].replace(" ", "_")}
    ruled = columns and whole.find(_RULED) and not whole.find(_NEWNESS)
    if (
        not spots
        and not ruled
        and not (alike and columns)
        and _may_be_new(ledger, whole)
        and (not written or not _is_about_existing(ledger, whole, written))
    ):
        spots = _flag(ledger, text, quoted, table, schema) or new_names(ledger, parts, table, schema, nouns=True)
    if spots:
        for place, clause in enumerate(parts):  # what the name stands in is no talk
            if clause.talk and any(clause.low <= spot.start < clause.high for spot in spots):
                parts[place] = Clause(clause.low, clause.high, False)
                ledger.left = ledger.left[: clause.low] + text[clause.low : clause.high] + ledger.left[clause.high :]
        added, assumed = read_columns(ledger, parts, table, spots, schema, unindexed=unindexed)
        return (added,), assumed
    if whole.find(r"column|field") and whole.find(r"add|new") and not columns:
        return None
    if not whole.find(_RULED_ALIKE) and not _wants_index(ledger, whole) and whole.find(_BOUNDED) and columns:
        return tuple(read_demands(ledger, parts, table, schema)), ()
    again = whole.find(r"again") and whole.find(r"negatives?|minus|below|above|under|over|less|zero|bounds?|range")
    if (
        alike
        or (ledger.find(unique.WANTED) and not again and not whole.find(r"index(?:ed)?(?! constraint)"))
        or whole.find("unique")
    ):
        return (unique.read_unique(ledger, parts, table, schema),), ()
    if _wants_index(ledger, whole):
        return _indexes(ledger, parts, table, schema)
    if columns:
        return tuple(read_demands(ledger, parts, table, schema)), ()
    return None


_RULED_ALIKE = r"unique(?:ly|ness)?|duplicates?|duplicated|twice|same|identical|once|share|differ|distinct|index(?:ed|es)?|(?:more than|only|at most|than) (?:1|one)"
_BOUNDED = r"(?:more|less|fewer|longer|shorter|greater|higher|lower|over|above|below|under)(?: than)? -?\d+|(?:at (?:least|most)|up to|maximum|minimum|max|min)(?: of)? -?\d+|-?\d+ characters|(?:cannot|never|not) be (?:before|after|earlier than|later than) [a-z]+_at"
_RULED = r"unique(?:ly|ness)?|duplicates?|constraint|check|rule|enforce[ds]?|negative|twice|below|less than|more than|at least|at most|between"
_NEWNESS = r"columns?|fields?|flag|boolean|attribute|property|defaults?|one of|https?|http-or-https|optional|nullable|new(?! (?:constraint|rule|check))|text|integer|numeric\S*|timestamptz?|date|introduce|either"
_RETYPED = r"bigint|int8|smallint|numeric\S*|64[ -]?bits?|(?:change|changing|convert|widen)(?: the| of)* type"
_PLACED = r"(?<![^ ])(?P<column>[a-z_]+) (?:on|of|in|from|for) (?:(?:the|our|table) )*(?P<table>[a-z_]+)(?![^ ])|(?<![^ ])(?P<of>[a-z_]+) ⋅ (?P<named>[a-z_]+)(?![^ ])"


def _adds(text: str, schema: Schema) -> bool:
    """A column that is not there is to be added to a table."""
    for match in regex.finditer(
        r" (?:add|introduce) (?:(?:an?|the|new|column|field) )*([a-z]+_[a-z_]+) (?:to|on|for) (?:(?:the|our|all) )*([a-z_]+) ",
        text,
    ):
        table = schema.table(match[2])
        if table and match[1] not in schema.columns(table):
            return True
    said = r" (?:add|introduce) (?:(?:an?|the|new) )*([a-z]+) to (?:(?:the|our) )*([a-z]+(?:[ _][a-z]+)?) (?:(?:with|,|:|\.|\() )*(?:(?:the|as|it is|can be|either) )*(?:options|values|choices|one of|optional|nullable|text|required) "
    return any(
        table
        for noun, place in regex.findall(said, text)
        if not schema.table(noun) and (table := schema.table(place.replace(" ", "_")))
    )


def _of_several(words: str, quoted: dict[str, str], schema: Schema) -> Changes | None:
    """The same for columns of several tables ("points of lessons and score of user_progress"), one after the other.

    None where columns of one table are named. Raises Unclear where not all of them come out.
    """
    places: list[tuple[str, str, re.Match[str]]] = []
    for match in regex.finditer(_PLACED, words):
        table = schema.table(match["table"] or match["of"])
        column = table and schema.column(table, match["column"] or match["named"])
        if table and column:
            places.append((table, column, match))
    if len({table for table, _, _ in places}) < 2:
        return None
    found: list[Change] = []
    said: tuple[str, ...] = ()
    for table, column in dict.fromkeys((table, column) for table, column, _ in places):
        text = words
        for other, name, match in places:
            if (other, name) != (table, column):
                text = text.replace(match[0], " " * len(match[0]))
        made = read_alteration(regex.sub(r" +", " ", text), quoted, schema)
        if made is None or any(getattr(change, "table", table) != table for change in made[0]):
            raise Unclear(words)
        found += made[0]
        said += made[1]
    if len({type(change) for change in found}) > 1:
        raise Unclear(words)
    return tuple(found), said


def names_its_table(words: str, schema: Schema) -> bool:
    """A table that is there is called by its name, and none is to be made."""
    made = r" (?:new|create|add|build|need|want|make|introduce|save|store|keep)(?: [a-z_]+){0,4} tables? | table (?:called|named) | (?:join|junction|linking) "
    called = regex.findall(r" tables? ([a-z_]+) (?=:|\(|\n|-|with|has|for)", words)
    if regex.search(made, words) or any(schema.table(name) is None for name in called):
        return False
    return bool(mentions(words, schema)) or any(
        (table := schema.table(noun)) and schema.column(table, column)
        for noun, column in regex.findall(r"(?:^|\n|\.)(?: •)? ([a-z_]+) ([a-z_]+) (?=:)", words)
    )


def _flag(ledger: Ledger, text: str, quoted: dict[str, str], table: str, schema: Schema) -> list[Spot]:
    """A flag that is wished for in an idiom: "mark lessons as premium". Raises Unclear where rows are to be marked."""
    if any(
        is_snake(token[0]) and token[0] not in schema.columns(table) and not schema.table(token[0])
        for token in ledger.tokens()
    ):
        return []
    copy = Ledger(text, quoted)
    copy.left = ledger.left
    strike_table(copy, table, schema)
    flag = read_flag(copy)
    if flag is None and ledger.find(r"boolean|flag"):  # the talk says what for
        copy = Ledger(text, quoted)
        strike_table(copy, table, schema)
        if flag := read_flag(copy):
            return [Spot(flag.name, 0, 0)]
    if flag is None:
        return []
    if ledger.find(r"(?:mark|flag|set|make) (?:all|every|each)") and not ledger.find("flag|boolean|column|field"):
        raise Unclear(text)
    place = next((n for n, (a, b) in enumerate(zip(ledger.left, copy.left, strict=True)) if a != b), 0)
    ledger.left = copy.left
    return [Spot(flag.name, place, place)]


_NOT_ALL = r" (?:instead of|rather than|not) (?:[a-z]+ ){0,4}(?:all|every) rows?(?= )"
_APART = r"separately|separate|individual(?:ly)?|alone|on its own|on their own|each (?:with|gets?|needs?|has|have)|(?:two|2|three|3)(?: (?:more|new|separate|plain|normal|extra|additional|simple|single-column))* indexes|another (?:one|index)?|a second (?:one|index)?|one each|an index each"


def _indexes(ledger: Ledger, parts: list[Clause], table: str, schema: Schema) -> Changes:
    """One index, or one for each column where they are wished for apart. Raises Unclear."""
    resolve = columns_of(table, schema)
    spoken = [s for c in parts if not c.talk for s in spoken_columns(ledger, resolve, c.low, c.high)]
    columns = list(dict.fromkeys(s.column for s in spoken))
    ledger.take_all(rf"(?:{table.split('.')[-1]}|rows|ones) alone")  # "published lessons alone"
    apart = ledger.take_all(_APART) or ledger.find(r"indexes (?:[a-z_~]+ )+(for|on|by) (?:[a-z_~]+ )+and \1")
    if len(columns) < 2 or not apart or ledger.find("together|combined|composite|both columns"):
        made, assumed = index.read_index(ledger, parts, table, schema)
        first = regex.search(r" ([a-z_]+) (?:first|at first place|in first place) ", ledger.text)
        led = [c.column for c in made.index.where if first and c.column == first[1]]
        if made.index.where and (
            led
            or regex.search(r" (?:all|every) rows? | (?:not|non)[ -]partial ", regex.sub(_NOT_ALL, " ", ledger.text))
        ):
            raise Unclear(f"which rows the index on {table} holds")
        return (made,), assumed
    found: list[Change] = []
    said: tuple[str, ...] = ()
    for column in columns:
        own = Ledger(ledger.text, ledger.quoted)
        own.left = ledger.left
        for other in spoken:
            if other.column != column:
                own.strike(other.start, other.end)
        made, assumed = index.read_index(own, parts, table, schema)
        if [key.column for key in made.index.keys] != [column] or made.index.where:
            raise Unclear(f"which indexes {table} gets")
        found.append(made)
        said += assumed
    return tuple(found), said


def _wants_index(ledger: Ledger, whole: Ledger) -> bool:
    return bool(
        whole.find(index.WANTED)
        or (whole.find(index.LOOKED_UP) and whole.find("by|on") and not whole.find("constraint|check|rule"))
    )


def _may_be_new(ledger: Ledger, whole: Ledger) -> bool:
    """An index on what is not there asks for no new column."""
    return not _wants_index(ledger, whole) or bool(
        whole.find(
            r"column|field|flag|boolean|bool|whether|text|values?|one of|options|optional|https?|http-or-https|attribute|default|either|/|\|"
        )
    )


def _is_about_existing(ledger: Ledger, whole: Ledger, written: set[str]) -> bool:
    """A column that is there is named, and nothing says that another shall be made."""
    if any("_" in name and ledger.find(name) for name in written) and not whole.find(
        r"columns?|fields?|attribute|property|flag|boolean|bool|add(?: [a-z]+){0,2}|new|introduce|store|track|remember|say|tell|know"
    ):
        return True
    return not regex.search(
        r" (?:add|new|introduce|get|gets|wants?|needs?|give|say|know|tell|store|remember|record|miss) (?:an? |the )?(?!errors?\b|exceptions?\b|to |that |us |index|check|constraint|unique|default|limit|rule|partial|composite)",
        ledger.left,
    ) or bool(whole.find(r"index(?:ed)?|unique|check|constraint|limit|bigint|int8|64[ -]?bits?|numeric\S*"))


__all__ = ["Changes", "names_its_table", "read_alteration"]
