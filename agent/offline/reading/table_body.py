"""What a request says of its new table, sentence by sentence: ties, columns, rules, uniqueness, access."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from agent.offline.description import VERBS, Access, Column, Condition, Index, Key, NewTable, Ordered, SetWhen, Verb
from agent.offline.reading import access, keys
from agent.offline.reading.columns import STANDARD, build, referencing
from agent.offline.reading.items import Item, items
from agent.offline.reading.lists import join_choices
from agent.offline.reading.naming import Named, Unclear, content, standard
from agent.offline.reading.prose import is_background, without_politeness, without_purpose
from agent.offline.reading.text import Plain, Sentence
from agent.offline.reading.traits import Rest, Traits
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

OWN = r"(?:(?:a|an|the|each|every|one|1|single|exactly|our|all|its|their|his|her|some|particular|specific|given|individual|any|respective|existing|own|certain|of) )*"
_ROLE = r"(?P<noun>[a-z][a-z0-9_.]*(?: (?!(?:and|or|with|that|which|has|have|is|are|in|on|for|to|where|so|table|should|can|may|must|will|who|as|by|from|per|plus|via|when|at)\b)[a-z][a-z0-9_]*)?)(?: (?:table|record|row|entry|profile|account)s?)?"
_TIE = (
    r"(?P<tie>belongs? to|belonging to|owned by|linked (?:to|with)|linking to|links? to|tied to|attached to|attaches to|connected (?:to|with)|associated with|related to|relating to|referencing|references?(?: to)?|refers to|referring to|pointing (?:to|at)|points (?:to|at)|"
    r"foreign key (?:to|on|referencing|for|into)|fk (?:to|on|for)|->|part of|scoped to|specific to|assigned to|given to|earned by|awarded to|unlocked by|made by|written by|created by|for|per|of|from|on|about|in|by)"
)
_END = r"(?=\s*(?:[,;:.()¦]|$|\b(?:and|with|that|which|has|have|is|are|should|where|plus|so|who|can|may|must|will|as well|in|on|for|per|it|then|but)\b))"
_WEAK = ("for", "per", "of", "from", "on", "about", "in", "by", "->")
_LEADS = re.compile(
    r"\b(?:with(?: the)?(?: following)?(?: columns?| fields?| attributes| properties)?|having|has|have|containing|contains?|including|includes?|consists? of|consisting of|stor(?:es?|ing)|holds?|holding|needs?|gets?|keeps?|records?|"
    r"(?:(?:the|its|following|these|some) )*(?:columns?|fields?|attributes?|properties|details|information|info|data)(?: are| needed| should be| to include)?|plus|carries|carrying|consisting|where we (?:store|keep)|should (?:have|store|hold|contain|include|record|keep)|:)(?!\w)[ :]*"
)


@dataclass
class Entry:
    """One column as far as it was read."""

    named: Named
    traits: Traits
    tied: str | None = None
    """The table it references, where it was named by a tie ("belongs to a child")."""


@dataclass
class Body:
    schema: Schema
    verbatim: dict[str, str]
    name: str
    entries: list[Entry] = field(default_factory=list)
    said: access.Said = field(default_factory=access.Said)
    hinted: access.Said = field(default_factory=access.Said)
    """What purposes let suppose of access; counts where nothing was said."""
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    junction: bool = False

    @property
    def noun(self) -> str:
        return singular(self.name)

    @property
    def nouns(self) -> str:
        words = {self.noun, self.name, self.name.replace("_", " "), self.noun.replace("_", " "), self.name.split("_")[-1], self.noun.split("_")[-1]}
        return "|".join(sorted(map(re.escape, words), key=len, reverse=True))

    def column(self, entry: Entry) -> Column:
        """Raises Unclear."""
        if entry.tied:
            column = referencing(entry.named.name, entry.tied, self.schema, required=entry.traits.required)
            return replace(column, unique=entry.traits.unique)
        return build(entry.named, entry.traits, self.schema, existing=False).column

    def column_name(self, entry: Entry) -> str:
        try:
            return self.column(entry).name
        except Unclear:
            return entry.named.name

    def find(self, noun: str) -> Entry | None:
        """The entry that a noun means: by name, as a reference, or by the table it references."""
        name = standard("_".join(noun.split()), self.noun)
        stem = singular(name)
        wanted = (name, f"{name}_id", f"{stem}_id", stem, f"is_{name}", f"{name}_at", plural(stem), f"{self.noun}_{name}")
        for form in wanted:
            for entry in self.entries:
                if form in (entry.named.name, self.column_name(entry)):
                    return entry
        table = self.schema.table(noun)
        found = [e for e in self.entries if table and (e.tied or "") == table]
        return found[0] if len(found) == 1 else None

    def resolve(self, noun: str) -> str | None:
        entry = self.find(noun)
        if entry:
            return self.column_name(entry)
        name = standard("_".join(noun.split()), self.noun)
        return name if name in ("created_at", "updated_at", "id") else None

    def add(self, item: Item) -> None:
        """A column, or more about one. Raises Unclear."""
        if tied := self._tied(item):
            self.tie(*tied, required=item.traits.required, unique=item.traits.unique)
            return
        name = item.name(self.noun)
        if name is None:
            if item.traits and self.entries:
                self.entries[-1].traits.merge(item.traits)
            elif item.traits:
                raise Unclear(item.words)
            return
        if name.name in STANDARD or name.name in (self.name, self.noun):
            return
        known = self.find(name.name) if name.name != "name" else self._exact("name")
        if known:
            known.traits.merge(item.traits)
        else:
            self.entries.append(Entry(name, item.traits))

    def _exact(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.named.name == name), None)

    def _tied(self, item: Item) -> tuple[str, str] | None:
        """``a reviewer (references profiles)``, ``linked to a lesson``: noun and table."""
        match = re.search(rf"\b{_TIE} {OWN}{_ROLE}{_END}", item.text)
        if not match:
            return None
        noun, table = _referent(match["noun"], self.schema, weak=match["tie"] in _WEAK)
        if not table or item.traits.choices or item.traits.range:
            return None
        left = item.text[: match.start()] + " ¦ " + item.text[match.end() :]
        words = [word for word in content(left) if not re.fullmatch(rf"{self.nouns}|row|record|entry|id|reference|foreign|key|fk|link|relation", word)]
        if words and (match["tie"] in _WEAK or len(words) > 3):
            return None
        return "_".join(words).removesuffix("_id") or noun, table

    def tie(self, noun: str, table: str, *, required: bool | None = None, unique: bool = False) -> None:
        known = next((e for e in self.entries if e.tied == table and e.named.name == noun), None)
        if known:
            known.traits.required = required if required is not None else known.traits.required
            return
        self.entries.append(Entry(Named(noun), Traits(required=required, unique=unique), table))

    def take_ties(self, rest: Rest) -> None:
        """Takes "for each child", "belongs to a child and a lesson" out of a sentence's beginning."""
        while True:
            for match in re.finditer(rf"(?:\b(?P<may>optional(?:ly)?|may|can|possibly) (?:be )?)?\b{_TIE} {OWN}{_ROLE}{_END}", rest.text):
                noun, table = _referent(match["noun"], self.schema, weak=match["tie"] in _WEAK)
                if table:
                    break
            else:
                return
            self.tie(noun, table, required=False if match["may"] else None)
            end = match.end()
            while more := re.match(rf",?\s*(?:and|x|per|in|on|for|/|&|,|to)? ?{OWN}{_ROLE}{_END}", rest.text[end:]):
                another, other = _referent(more["noun"], self.schema, weak=True)
                if not other:
                    break
                self.tie(another, other)
                end += more.end()
            rest.text = rest.text[: match.start()] + " ¦ " + rest.text[end:]


def _referent(noun: str, schema: Schema, *, weak: bool) -> tuple[str, str | None]:
    """(noun in the singular, table) of a noun that means a table or a role towards one."""
    for words in (noun, noun.split()[0]):
        table = schema.table(words, loose=not weak)
        if table:
            return singular(table.split(".")[-1]) if table != "auth.users" else "user", table
        if key := schema.role_noun(words):
            return singular(words.replace(" ", "_")), key.table
        if words == noun and len(noun.split()) > 1 and not re.fullmatch(r"(?:row|record|entry|table|profile|account|id)s?", noun.split()[1]):
            break
    return noun, None


def read_body(plain: Plain, number: int, name: str, rest: str, schema: Schema, *, junction: tuple[str, ...] = ()) -> tuple[NewTable, tuple[str, ...]]:
    """The table `name`, from its headline's rest and the sentences after it. Raises Unclear."""
    from agent.offline.reading.table_whole import finish

    body = Body(schema, plain.verbatim, name, junction=bool(junction))
    for table in junction:
        body.tie(singular(table.split(".")[-1]), table)
    for sentence in plain.sentences[:number]:
        if not is_background(sentence.text):
            raise Unclear(sentence.text)
    listing = plain.sentences[number].lists
    _read_sentence(body, rest, headline=True, listed=False)
    for sentence in plain.sentences[number + 1 :]:
        _read_sentence(body, sentence.text, headline=False, listed=sentence.bullet or listing)
        listing = sentence.lists or (listing and sentence.bullet)
    return finish(body)


def _read_sentence(body: Body, text: str, *, headline: bool, listed: bool) -> None:
    text, purpose = without_purpose(without_politeness(text))
    if purpose:
        access.read_access(Rest(purpose), body.hinted, body.nouns)
    rest = Rest(text)
    access.read_access(rest, body.said, body.nouns)
    rest = Rest(join_choices(rest.text))
    if headline:
        if rest.take(r"(?:as )?(?:a |an )?(?:junction|many-to-many|join|linking)(?: table| relation| relationship)?"):
            body.junction = True
    for part in _parts(rest.text):
        _read_part(body, part, headline=headline, listed=listed)


def _parts(text: str) -> Iterator[str]:
    """A sentence in clauses that stand for themselves: at semicolons, and where a new subject starts."""
    yield from (part for part in re.split(r";|(?:,| and| but) (?=(?:each|every|a|the|no) \w+ (?:can|may|must|should|cannot) )", text) if part.strip())


def _read_part(body: Body, text: str, *, headline: bool, listed: bool) -> None:
    lead, columns = _lead(body, text)
    rest = Rest(lead if columns is not None else text)
    if columns is not None:
        body.take_ties(rest)
    whole = Rest(columns if columns is not None else text)
    _take_keys(body, whole)
    if columns is None and (headline or re.match(r"^(?:each|every|all|an?|the|it|they|one)\b|^(?:belong|link|tied|own)", text.strip())):
        before = len(body.entries)
        body.take_ties(whole)
        if len(body.entries) > before or headline:
            left = content(re.sub(rf"\b(?:{body.nouns})\b", " ", whole.text))
            if not left:
                return
    if not content(whole.text):
        return
    introduced = columns is not None or listed
    for item in items(whole.text, body.verbatim, bullet=listed):
        if not introduced and not _is_known(body, item):
            if is_background(text):
                continue
            raise Unclear(text)
        body.add(item)


def _is_known(body: Body, item: Item) -> bool:
    """It goes on about a column, or says enough to be one."""
    if item.traits:
        return True
    try:
        name = item.name(body.noun)
    except Unclear:
        return False
    return name is None or body.find(name.name) is not None or body._tied(item) is not None


def _lead(body: Body, text: str) -> tuple[str, str | None]:
    """What comes before the list of columns, and the list: ("each quest belongs to a child,", "a title, ...")."""
    for match in _LEADS.finditer(text):
        before = Rest(text[: match.start()])
        probe = Body(body.schema, body.verbatim, body.name, list(body.entries))
        probe.take_ties(before)
        words = [w for w in content(re.sub(rf"\b(?:{body.nouns})\b", " ", before.text)) if w not in ("row", "rows", "record", "table", "tables", "id", "also", "following", "entry")]
        if not words:
            return text[: match.start()], text[match.end() :]
        if match[0].startswith(":") and len(words) > 6:
            break
    return "", None


def _take_keys(body: Body, rest: Rest) -> None:
    """Uniqueness of several columns, and wishes for indexes."""
    while found := keys.take_unique(rest, body.resolve, body.nouns):
        body.uniques.append(found)
    wish = (
        rf"(?:(?:add|with|create|put|have|an?|and|also|composite|combined|multi-column|b-tree) )*index(?:es|ed)? (?:(?:on|for|by|over|the|both|together) )*\(? ?(?P<list>{keys.LIST}) ?\)?",
        rf"(?:(?:we|they|queries|the app|i|it|which|that|will|mostly|usually|often|frequently|mainly|always|commonly|regularly|most|be|are|is|get|gets|going to) )+(?:filter(?:s|ed)?|look(?:s|ed)?(?: (?:it|them|things|{body.nouns}))? ?(?:up)?|search(?:es|ed)?|quer(?:y|ies|ied)|fetch(?:es|ed)?|sort(?:s|ed)?|list(?:s|ed)?|order(?:s|ed)?)(?: (?:it|them|these|up|{body.nouns}))* (?:by|on|for|per) (?P<list>{keys.LIST})",
    )
    for pattern in wish:
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?!\w)", rest.text):
            columns = keys.columns(match["list"], body.resolve)
            if columns:
                body.indexes.append(Index(tuple(Key(column) for column in columns)))
                rest.text = rest.text[: match.start()] + " ¦ " + rest.text[match.end() :]
                break
