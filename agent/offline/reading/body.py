"""A table while it is read: its columns so far, and what else was said of it."""

import re
from dataclasses import dataclass, field, replace

from agent.offline.description import Column, Index
from agent.offline.reading import access
from agent.offline.reading.clauses import standard
from agent.offline.reading.columns import STANDARD, build, referencing
from agent.offline.reading.items import Item
from agent.offline.reading.naming import Named, Unclear, content
from agent.offline.reading.traits import Rest, Traits
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

OWN = r"(?:(?:a|an|the|each|every|one|1|single|exactly|our|all|its|their|his|her|some|particular|specific|given|individual|any|respective|existing|own|certain|of) )*"
_ROLE = r"(?P<noun>[a-z][a-z0-9_.]*(?: (?!(?:it|they|this|and|or|with|that|which|has|have|is|are|in|on|for|to|where|so|we|i|you|our|table|should|can|may|must|will|who|as|by|from|per|plus|via|when|at)\b)[a-z][a-z0-9_]*)?)(?: (?:table|record|row|entry|profile|account)s?)?"
_TIE = (
    r"(?P<tie>belongs? to|belonging to|owned by|linked (?:to|with)|linking to|links? to|tied to|attached to|attaches to|connected (?:to|with)|associated with|related to|relating to|referencing|references?(?: to)?|refers to|referring to|pointing (?:to|at)|points (?:to|at)|"
    r"foreign key (?:to|on|referencing|for|into)|fk(?: to| on| for)?|part of|scoped to|specific to|assigned to|given to|earned by|awarded to|unlocked by|made by|written by|created by|for|per|of|from|on|about|in|by)"
)
_END = r"(?=\s*(?:[,;:.()¦]|$|\b(?:and|with|that|which|has|have|is|are|should|where|plus|so|who|can|may|must|will|as well|in|on|for|per|it|then|but)\b))"
_WEAK = ("for", "per", "of", "from", "on", "about", "in", "by")


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
    wishes: list[str] = field(default_factory=list)
    """Words for columns to index, which may come later."""
    junction: bool = False
    coming: set[str] = field(default_factory=set)
    """Columns that the sentence at hand is going to list."""
    owners: list[str] = field(default_factory=list)
    """Tables that a story about the new one names; whom its rows belong to where nothing else says so."""

    @property
    def noun(self) -> str:
        return singular(self.name)

    @property
    def nouns(self) -> str:
        words = {
            self.noun,
            self.name,
            self.name.replace("_", " "),
            self.noun.replace("_", " "),
            self.name.split("_")[-1],
            self.noun.split("_")[-1],
        }
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
        wanted = (
            name,
            f"{name}_id",
            f"{stem}_id",
            stem,
            f"is_{name}",
            f"{name}_at",
            plural(stem),
            f"{self.noun}_{name}",
        )
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
        return name if name in ("created_at", "updated_at", "id") or name in self.coming else None

    def resolve_or_tie(self, noun: str) -> str | None:
        """As `resolve`; a known table's noun stands for a reference that may yet have to be made."""
        if (found := self.resolve(noun)) and found not in self.coming:
            return found
        own, table = _referent(noun, self.schema, weak=True)
        return f"{own} -> {table}" if table and noun.replace(" ", "_") not in (self.name, self.noun) else found

    def tied_column(self, name: str) -> str:
        """The column that `resolve_or_tie` gave, made where it was not there."""
        if " -> " not in name:
            return name
        noun, table = name.split(" -> ")
        self.tie(noun, table)
        return self.column_name(self.entries[-1])

    def add(self, item: Item) -> None:
        """A column, or more about one. Raises Unclear."""
        if tied := self.tied(item):
            single = re.search(r"\b(?:one|1)(?: row| record| entry)? (?:per|for each|for every)\b", item.words)
            self.tie(*tied, required=item.traits.required, unique=item.traits.unique or bool(single))
            return
        if match := re.match(
            r"^(?:(?:and|also|please|an?|add) )*index(?:es|ed)?(?: on| by| for| over)? (.+)$", item.words
        ):
            self.wishes.append(match[1])
            return
        name = item.name(self.noun)
        if name and item.refers and not name.user:
            _, table = _referent(item.refers, self.schema, weak=False)
            if table is None:
                raise Unclear(f"{item.refers}, which {name.name} references")
            self.tie(name.name.removesuffix("_id"), table, required=item.traits.required, unique=item.traits.unique)
            return
        if name is None:
            if item.traits and self.entries:
                self.entries[-1].traits.merge(item.traits)
            elif item.traits:
                raise Unclear(item.words)
            return
        if name.name in STANDARD or (name.name in (self.name, self.noun) and not item.traits):
            return
        known = self.find(name.name) if name.name != "name" else self._exact("name")
        if known:
            known.traits.merge(item.traits)
        else:
            self.entries.append(Entry(name, item.traits))

    def _exact(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.named.name == name), None)

    def tied(self, item: Item) -> tuple[str, str] | None:
        """``a reviewer (references profiles)``, ``linked to a lesson``: noun and table."""
        after = rf"^[\s¦]*{OWN}{_ROLE} (?:it|they|this|that|which)? ?(?:belongs? to|is for|was for|refers? to|is about|was about|relates? to|is linked to|comes? from|happened in)[\s¦]*$"
        if match := re.search(after, item.text):
            noun, table = _referent(match["noun"], self.schema, weak=False)
            if table:
                return noun, table
        text = re.sub(r"\s*¦\s*(?=[a-z])", " ", item.text)
        match = re.search(rf"(?:\b{_TIE}|(?P<arrow>->)) {OWN}{_ROLE}{_END}", text)
        if not match:
            return None
        noun, table = _referent(match["noun"], self.schema, weak=(match["tie"] or "->") in _WEAK)
        if not table or item.traits.choices or item.traits.range:
            return None
        left = text[: match.start()] + " ¦ " + text[match.end() :]
        words = [
            word
            for word in content(left)
            if not re.fullmatch(rf"{self.nouns}|row|record|entry|id|reference|foreign|key|fk|link|relation", word)
        ]
        if words and ((match["tie"] or "->") in _WEAK or len(words) > 3):
            return None
        if re.search(
            r"\b(?:delete|update|restrict|cascade|set|null|action|deferrable|not|no|never)\b", " ".join(words)
        ):
            raise Unclear(item.words)
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
            for match in re.finditer(
                rf"(?:\b(?P<single>(?:only |exactly |at most |just )?(?:one|1|a single)(?: row| record| entry| \w+)? (?=per|for each|for every)))?(?:\b(?P<may>optional(?:ly)?|may|can|possibly) (?:be )?)?\b{_TIE} {OWN}(?P<opt>optional |possible )?{OWN}{_ROLE}{_END}",
                rest.text,
            ):
                noun, table = _referent(match["noun"], self.schema, weak=match["tie"] in _WEAK)
                if table:
                    break
            else:
                return
            self.tie(
                noun, table, required=False if match["may"] or match["opt"] else None, unique=bool(match["single"])
            )
            end = match.end()
            while more := re.match(
                rf",?\s*(?:and (?:to|for|with|of)|and|x|per|in|on|for|/|&|,|to)? ?{OWN}{_ROLE}{_END}", rest.text[end:]
            ):
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
        if (
            words == noun
            and len(noun.split()) > 1
            and not re.fullmatch(r"(?:row|record|entry|table|profile|account|id)s?", noun.split()[1])
        ):
            break
    return noun, None
