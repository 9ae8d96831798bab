"""What a request says of its new table, sentence by sentence: ties, columns, rules, uniqueness, access."""

import re
from collections.abc import Iterator

from agent.offline.description import Index, Key, NewTable
from agent.offline.reading import access, keys
from agent.offline.reading.body import Body
from agent.offline.reading.headlines import JUNCTION
from agent.offline.reading.items import Item, items
from agent.offline.reading.lists import join_choices
from agent.offline.reading.naming import HARD, Unclear, content
from agent.offline.reading.prose import is_background, without_politeness, without_purpose
from agent.offline.reading.table_whole import finish
from agent.offline.reading.target import mentions
from agent.offline.reading.text import Plain, Sentence
from agent.offline.reading.traits import Rest
from agent.offline.schema import Schema
from agent.offline.words import singular

_LEADS = re.compile(
    r"\b(?:with(?: the)?(?: following)?(?: columns?| fields?| attributes| properties)?|having|has|have|containing|contains?|including|"
    r"includes?|consists? of|consisting of|stor(?:es?|ing)|holds?|holding|needs?|gets?|keeps?|records?|"
    r"(?:(?:the|its|following|these|some) )*(?:columns?|fields?|attributes?|properties|details|information|info|data)"
    r"(?: are| needed| should be| to include)?|plus|carries|carrying|consisting|where we (?:store|keep)|"
    r"should (?:have|store|hold|contain|include|record|keep))(?!\w)[ :]*|(?<!\w): ?|: ?"
)
_LISTS = re.compile(
    r"^(?:there (?:should|must|needs? to|has to) (?:also )?be|(?:we|i) (?:also )?(?:need|want|store|keep|track|record|save)|(?:also |please )*(?:add|include|store|keep|"
    r"record|track)|it (?:also )?(?:needs|stores|should)|plus|furthermore|additionally)\b"
)
"""How a sentence begins that goes on to list columns."""
_SUBJECTS = (
    "row", "rows", "record", "records", "table", "tables", "id", "also", "following", "entry", "entries", "link", "pair", "relation",
    "connection", "item", "assignment", "where",
)  # fmt: skip


def read_body(
    plain: Plain,
    number: int,
    name: str,
    rest: str,
    schema: Schema,
    *,
    junction: tuple[str, ...] = (),
    prose: bool = False,
) -> tuple[NewTable, tuple[str, ...]]:
    """The table `name`, from its headline's rest and the other sentences.

    With `prose` the headline only tells of the table. Raises Unclear.
    """
    body = Body(schema, plain.verbatim, name, junction=bool(junction))
    if re.search(rf"\b{JUNCTION} table\b", plain.sentences[number].text):
        body.junction = True
    for table in junction:
        body.tie(singular(table.split(".")[-1]), table)
    early: list[Sentence] = []
    for sentence in plain.sentences[:number]:
        access.read_story(sentence.text, body.hinted)
        if re.match(rf"(?:an?|each|every|the) (?:{body.nouns})\b", sentence.text) or early:
            early.append(sentence)
        elif not is_background(sentence.text) and not _is_context(sentence.text, body):
            raise Unclear(sentence.text)
    access.read_story(plain.sentences[number].text, body.hinted)
    listing = plain.sentences[number].lists
    if prose:
        _read_story(body, rest)
    else:
        goes_on = bool(junction) and rest.lstrip(" ¦").startswith((",", ":"))
        _read_sentence(body, _opened(rest), headline=True, listed=goes_on)
    for sentence in early:
        _read_sentence(body, sentence.text, headline=False, listed=False)
    for sentence in plain.sentences[number + 1 :]:
        _read_sentence(body, sentence.text, headline=False, listed=sentence.bullet or listing)
        listing = sentence.lists or (listing and sentence.bullet)
    return finish(body)


def _is_context(text: str, body: Body) -> bool:
    """It only speaks of what the table is about."""
    return bool(re.search(rf"\b(?:{body.nouns})\b", text)) and not HARD.search(text)


def _read_story(body: Body, text: str) -> None:
    """ "Children can earn achievements": whom the rows belong to. Raises Unclear where it says more."""
    text, _ = without_purpose(text)
    if HARD.search(text):
        raise Unclear(text)
    for *_, table, _weight in mentions(text, body.schema):
        if body.schema.belongs(table):
            body.owners.append(table)


def _read_sentence(body: Body, text: str, *, headline: bool, listed: bool) -> None:
    bullet, listed = listed, listed or bool(_LISTS.match(text))
    text, purpose = without_purpose(without_politeness(text))
    if purpose:
        access.read_access(Rest(purpose), body.hinted, body.nouns)
    for *_, table, _weight in mentions(text, body.schema):
        if body.schema.belongs(table):
            body.owners.append(table)
    rest = Rest(text)
    access.read_access(rest, body.said, body.nouns)
    rest = Rest(join_choices(rest.text))
    if headline and rest.take(
        r"(?:as )?(?:a |an )?(?:junction|many-to-many|join|linking)(?: table| relation| relationship)?"
    ):
        body.junction = True
    if body.junction or "primary key" in rest.text:
        rest.take(
            r"(?:each|every|a|any|one) (?:pair|combination|link|pairing)(?: of \w+ and \w+)? ?"
            r"(?:may |can |must |should |is |be |occur |occurs |exist |exists |appear |appears |allowed |only )*(?:once|unique)|"
            r"primary key(?: is| on| of|:)*(?: the)? \(?both\)?(?: together| ids?)*|composite (?:primary )?key$"
        )
    _primary_key(rest, body)
    cascades(rest, body)
    parts = list(_parts(rest.text))
    for number, part in enumerate(parts):
        listed = listed or bool(_LISTS.match(part.strip())) or (headline and number > 0)
        alone = len(parts) == 1
        listed = _read_part(body, part, headline=headline, listed=listed, bullet=bullet, alone=alone) or listed


def _primary_key(rest: Rest, body: Body) -> None:
    """Takes a key of two references. Raises Unclear where it is anything else."""
    match = re.search(
        r"(?:(?:composite|combined|the|with|a|and|is) )*primary key(?: is| on| of|:|=| the| both)*"
        r" ?\( ?(\w+)(?:,? and |, ?| ?\+ ?)(\w+) ?\)|"
        r"(?:(?:composite|combined|the|with|a|and|is) )*primary key(?: is| on| of|:|=| the| both)+ (\w+)(?: and | ?\+ ?)(?:the )?(\w+)",
        rest.text,
    )
    if not match:
        return
    nouns = [word.removesuffix("_id") for word in match.groups() if word]
    found = [body.resolve_or_tie(noun) for noun in nouns]
    if not all(found) or body.name in nouns:
        raise Unclear(match[0])
    body.junction = True
    for name in found:
        body.tied_column(str(name))
    rest.text = f"{rest.text[: match.start()]} ¦ {rest.text[match.end() :]}"


def cascades(rest: Rest, body: Body) -> None:
    """Takes what shall happen when the row that is referenced goes; it goes along unless it is optional."""
    gone = r"(?:is|are|gets?|has been|was|were) (?:being )?(?:deleted|removed|gone)|goes(?: away)?|disappears|leaves"
    parent = r"(?:(?:the|its|their|a|an|that|this) )?\w+(?: or (?:(?:the|its|their|a|an|that|this) )?\w+)?"
    lead = (
        rf"(?:(?:and|which|that|they|it|should|must|are|is|be|get|gets|please|will|have to|has to|rows|both|{body.nouns}|"
        r"the|its|all|also|automatically|too|links?|each) )*"
    )
    end = r"(?: too| also| along| as well| automatically)?"
    vanish = r"(?:delete|remove)[ds]?|deletes|disappears?|vanish(?:es)?|goes? away|is gone|cascades?"
    when = r"when(?:ever)?|if|once|as soon as|together with|along with|with"
    while rest.take(
        rf"(?:when(?:ever)?|if|once) {parent} (?:{gone}),? (?:then )?(?:so (?:are|do) )?"
        rf"{lead}(?:{vanish}|go(?:es)?){end}"
    ):
        pass
    while rest.take(
        rf"(?:deleting|removing) {parent} (?:also )?(?:deletes|removes|cascades to) {lead}(?:{body.nouns}|rows?|links?|it|them)?"
    ):
        pass
    while rest.take(
        rf"(?<!references ){lead}(?:(?:on delete )?cascad(?:e|es|ing)(?: (?:on )?deletes?)?|"
        rf"(?:{vanish}) ?(?:the |its |their |all )?(?:{body.nouns}|rows|them|it)?{end} ?(?:{when}) {parent}(?: (?:{gone}))?|"
        rf"go(?:es)? (?:away )?(?:with|when) (?:the |its |their )?\w+(?: (?:{gone}))?)"
    ):
        pass


def _parts(text: str) -> Iterator[str]:
    """A sentence in clauses that stand for themselves: at semicolons, and where a new subject starts."""
    depth, start = 0, 0
    subject = re.compile(r";|(?:,| and| but) (?=(?:each|every|a|the|no) \w+ (?:can|may|must|should|cannot) )")
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0 and place >= start and (match := subject.match(text, place)):
            if content(text[start:place]):
                yield text[start:place]
            start = match.end()
    if content(text[start:]):
        yield text[start:]


def _read_part(body: Body, text: str, *, headline: bool, listed: bool, bullet: bool, alone: bool) -> bool:
    """Whether it turned out to be a list of columns, which later parts go on with."""
    text = re.sub(r"^\s*(?:constraints?|rules?|checks?|notes?|also|important)\s*:\s*", "", _unwrapped(text))
    one = bullet and re.match(
        r"^(?!(?:columns?|fields?|attributes?|propert\w+|rows?|index\w*)\b)[a-z_]+(?: [a-z_]+)? ?: ", text
    )
    lead, columns = ("", None) if one else _lead(body, text)
    body.coming = set(re.findall(r"(?:^|[,;:(¦]|\band|\bwith)\s*(?:(?:an?|the|optional|required) )*([a-z]\w*)", text))
    while columns is not None:
        rest = Rest(lead)
        _take_keys(body, rest)
        body.take_ties(rest)
        lead, inner = _lead(body, columns)
        if inner is None or not re.search(rf"\b(?:{body.nouns}|it|they)\b", lead):
            break
        columns = inner
    whole = Rest(columns if columns is not None else text)
    _take_keys(body, whole)
    if columns is None and _is_about_ties(text, headline):
        before = len(body.entries)
        body.take_ties(whole)
        if (len(body.entries) > before or headline) and not _own_words(body, whole.text):
            return False
    if not content(whole.text):
        return columns is not None
    if columns is None and not listed and _tells(body, text, ""):
        return False
    found = items(whole.text, body.verbatim, bullet=bullet)
    introduced = columns is not None or listed or sum(bool(item.traits) for item in found) * 2 > len(found) > 1
    for item in found:
        if not introduced and not _is_known(body, item):
            if alone and is_background(text) and not _new_ties(body, item.text):
                continue
            raise Unclear(text)
        body.add(item)
    return introduced


def _opened(text: str) -> str:
    """ "¦ (child, lesson), each pair once" as ": child, lesson ; each pair once"."""
    match = re.match(r"^([\s¦]*)\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*[,;]\s*(.+)$", text)
    return f"{match[1]}: {match[2]} ; {match[3]}" if match else text


def _unwrapped(text: str) -> str:
    """ "¦ (title, status)" without the brackets around the whole list."""
    match = re.fullmatch(r"([\s¦]*)\((.*)\)\s*", text)
    if not match or re.search(r"^[^(]*\)", match[2]):
        return text
    return f"{match[1]}: {match[2]}"


def _is_about_ties(text: str, headline: bool) -> bool:
    return headline or bool(
        re.match(
            r"^(?:each|every|all|an?|the|it|they|one)\b|^(?:belong|link|tied|own|per|for)|^\w+ (?:belong|are|is)\b",
            text.strip(),
        )
    )


def _own_words(body: Body, text: str) -> list[str]:
    words = content(re.sub(rf"\b(?:{body.nouns})\b", " ", text))
    return [word for word in words if word not in _SUBJECTS]


def _tells(body: Body, text: str, lead: str) -> bool:
    """ "a child unlocks achievements": it tells who does what with the rows, and nothing of their columns."""
    if lead.strip() not in ("", ":") or HARD.search(text) or re.search(r"[(/]", text):
        return False
    known = [text[start:end] for start, end, table, _ in mentions(text, body.schema) if body.schema.belongs(table)]
    words = [word for word in _own_words(body, text) if word not in known]
    return bool(known) and len(words) <= 1 and not any(body.find(word) for word in words)


def _new_ties(body: Body, text: str) -> bool:
    """It names tables that nothing has tied to the new one."""
    tied = {entry.tied for entry in body.entries} | set(body.owners)
    return any(
        table not in tied and not body.schema.belongs(table) for *_, table, _weight in mentions(text, body.schema)
    )


def _is_known(body: Body, item: Item) -> bool:
    """It goes on about a column, or says enough to be one."""
    if item.traits:
        return True
    try:
        name = item.name(body.noun)
    except Unclear:
        return False
    return name is None or body.find(name.name) is not None or body.tied(item) is not None


def _lead(body: Body, text: str) -> tuple[str, str | None]:
    """What comes before the list of columns, and the list: ("each quest belongs to a child,", "a title, ...")."""
    for match in _LEADS.finditer(text):
        before = Rest(text[: match.start()])
        probe = Body(body.schema, body.verbatim, body.name, list(body.entries))
        _take_keys(probe, before)
        probe.take_ties(before)
        if not _own_words(body, before.text) or _tells(body, text[: match.start()], match[0]):
            return text[: match.start()], text[match.end() :]
        if "(" in text[: match.start()]:
            break
    return "", None


def _take_keys(body: Body, rest: Rest) -> None:
    """Uniqueness of several columns, and wishes for indexes."""
    while found := keys.take_unique(rest, body.resolve_or_tie, body.nouns):
        body.uniques.append(tuple(body.tied_column(name) for name in found))
    wish = (
        r"(?:(?:add|with|create|put|have|an?|and|also|composite|combined|multi-column|b-tree) )*index(?:es|ed)? "
        rf"(?:(?:on|for|by|over|the|both|together) )*\(? ?(?P<list>{keys.LIST}) ?\)?",
        r"(?:(?:we|they|queries|the app|i|it|which|that|will|mostly|usually|often|frequently|mainly|always|commonly|regularly|most|be|are|is|get|gets|going to) )+"
        rf"(?:filter(?:s|ed)?|look(?:s|ed)?(?: (?:it|them|things|{body.nouns}))? ?(?:up)?|search(?:es|ed)?|quer(?:y|ies|ied)|fetch(?:es|ed)?|sort(?:s|ed)?|list(?:s|ed)?|order(?:s|ed)?)"
        rf"(?: (?:it|them|these|up|{body.nouns}))* (?:by|on|for|per) (?P<list>{keys.LIST})",
    )
    for pattern in wish:
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?!\w)", rest.text):
            columns = keys.columns(match["list"], body.resolve)
            if columns:
                body.indexes.append(Index(tuple(Key(column) for column in columns)))
                rest.text = rest.text[: match.start()] + " ¦ " + rest.text[match.end() :]
                break
