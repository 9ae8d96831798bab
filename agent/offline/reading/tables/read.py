"""A new table, sentence by sentence: columns where they are listed, facts to the column they stand with, keys at the end."""

import re

from agent.offline import regex
from agent.offline.description import NewTable
from agent.offline.reading.access import ROW_NOUNS, speaks_of_access, take_access
from agent.offline.reading.access_words import DO, is_all_access
from agent.offline.reading.conventions import is_participle
from agent.offline.reading.finish import finish
from agent.offline.reading.headline_names import is_new
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import STRUCK, Unclear
from agent.offline.reading.tables.asides import apart, rows_told
from agent.offline.reading.tables.between import read_rules
from agent.offline.reading.tables.carried import carried
from agent.offline.reading.tables.deletions import Deletion, read_deletions
from agent.offline.reading.tables.indexes import read_indexes
from agent.offline.reading.tables.items import Items
from agent.offline.reading.tables.keys import EVIDENCE, read_key
from agent.offline.reading.tables.labels import (
    ACCESS_LABEL,
    BACKGROUND,
    CRITERIA,
    LABEL,
    NEEDS,
    STORY,
    TABLE_LABEL,
)
from agent.offline.reading.tables.orders import order
from agent.offline.reading.tables.outline import Sentence, sentences
from agent.offline.reading.tables.retold import retold
from agent.offline.reading.tables.rights import refuse_lost_rights, refuse_other_rights
from agent.offline.reading.tables.rules import ROW_IS, never_itself, strike_talk_of_rows, without_pair
from agent.offline.reading.tables.states import hold
from agent.offline.reading.tables.ties import loose_tie, noun_for, noun_of, strong_tie, table_of
from agent.offline.reading.tables.times import spelled
from agent.offline.reading.traits import Traits
from agent.offline.vocabulary import type_for
from agent.offline.words import plural, singular

_OF_ALL = r"(?:both|all)(?: (?:of them|are|required|optional|mandatory|obligatory|compulsory|needed|necessary|nullable|not null|dates?|text|integers?|numbers?|booleans?))+"
_KINDS = frozenset({"types", "kinds", "sorts", "statuses", "states", "categories"})
_SOMEBODY = frozenset({"me", "us", "you", "we", "they", "them", "he", "she"})
_SEES = r" (?:want|like|wish|need|able|can) (?:to )?(?:be able to )?(?:see|view|read|look at|know) "
_MANY_TO_MANY = r"many-to-many(?: (?:junction|join|link|mapping|association|relation(?:ship)?)(?= *(?:[.,;)\n]|$)))?"
_MADE = (
    r"(?:(?:is|are|should|must|will|has|have|needs?|be|to|also|please) )+(?:created|added|introduced|made|built|set up)"
)


class Reading(Items):
    def read(self) -> tuple[NewTable, tuple[str, ...]]:
        body = self.body
        body.said = self.said
        told = self.ledger.left
        if self.ledger.take_all(_MANY_TO_MANY):
            body.joins = True
        nouns = "|".join(sorted(map(re.escape, self.rows), key=len, reverse=True))
        stated, ordered = read_rules(self.ledger, nouns)
        self.deletions = read_deletions(self.ledger, self._is_table)
        orders = r" (?:to|must|should) (?:accept|fail|reject|refuse|default|be (?:one of|required)) "
        stories = [one for one in STORY.finditer(self.ledger.text) if not regex.search(orders, one[0])]
        for story in stories:
            self.ledger.strike(*story.span())
        body.differ = never_itself(self.ledger)
        mutual = strike_talk_of_rows(self.ledger, self.schema)
        body.joins = body.joins or mutual is not None
        marked = carried(rows_told(self._marked(), nouns, self.body.noun), nouns, self._is_table)
        self._refuse_second()
        self._pair()
        body.owners = [m.table for m in mentions(told, self.schema) if self.schema.belongs(m.table)]
        text = self._rewritten(regex.sub(f"{STRUCK}+", " ", marked), nouns)
        title, _, below = text.strip(" \n").partition("\n")
        demands = regex.search(r"\b(?:must|only|never|no|not|unique|each|every|has|have)\b", title)
        if regex.fullmatch(r"[a-z][a-z '-]{2,60}", title) and not demands and self.head.name in below.split():
            spoken = title.split()
            if self.head.name not in spoken and not speaks_of_access(spoken, self.rows):
                text = below  # what the request is filed under
        for sentence in sentences(text, self._is_table, self.ledger.quoted, self.ledger.cased):
            refuse_other_rights(sentence.words, self.rows)
            self._sentence(sentence)
        for story in stories:
            if not self.said.anything and regex.search(_SEES, f"{story[0]} "):
                asked = r" (?:how|when|what|which|whether|who)(?= )"
                wish = regex.split(r" (?:, )?(?:so (?:that )?|because |since )(?=(?:i|we|they|he|she) )", story[0])[0]
                seen = regex.sub(asked, "", wish) if regex.search(rf"{_SEES[:-1]}{asked}", wish) else wish
                take_access(["i", *seen.partition(" i ")[2].split()], self.said, self.rows)
        for table in mutual or ():
            if len({entry.tied for entry in body.entries if entry.tied}) < 2:
                body.tie(noun_for(noun_of(table), table, self.schema), table)
        if not self.said.anything:
            refuse_lost_rights(self.ledger.text, self.head.name)
        self._late()
        order(ordered, body)
        for rule in stated:
            hold(rule, body)
        self._leave_open()
        self._name_parts(told)
        for entry in body.entries:
            if _SOMEBODY & set(entry.named.name.split("_")) or entry.named.name in _KINDS:
                raise Unclear(entry.named.name.replace("_", " "))  # "send me title"
        return finish(body)

    def _rewritten(self, text: str, nouns: str) -> str:
        """In the builds that the readers know; `nouns` is a pattern for what the rows are called."""
        return spelled(apart(retold(text, self.rows - ROW_NOUNS)), nouns)

    def _sentence(self, sentence: Sentence) -> None:
        words = ungherkined(sentence.words)
        text = " ".join(words)
        self.values = sentence.values
        self.mentioned = []
        self.all_json = regex.search(r"\bjsonb?(?: (?:columns?|fields|ones))? :", text) is not None
        self.begun, self.passed = self.current, False
        if opening := text if sentence.heading else (match := LABEL.match(text)) and match[0]:
            self.criteria = bool(regex.fullmatch(CRITERIA, opening))
        if sentence.heading:
            self._heading(words, over_list=sentence.heading == "list")
            return
        if BACKGROUND.match(text) and not (regex.search(r"_| §|\btext\b", text) or self.facts(words).traits):
            return
        if "_".join(w for w in words if regex.match(r"[a-z]", w)) in (self.head.name, self.body.noun):
            self._named_before = True
            return
        if regex.match(r"requirements :$", text):
            return
        match = LABEL.match(text) if words[0] != self.head.name else None
        if match and not self._is_column(sentence, len(match[0].split())):
            words = words[len(match[0].split()) :]
            sentence.bullet = sentence.bullet and not regex.match(r"(?:the )?(?:new )?(?:columns|fields) ", text)
            self.listing, self.current = True, None
            self.group = None
        elif match := ACCESS_LABEL.match(text):
            if words[len(match[0].split()) :]:
                take_access(words[1 if "(" in match[0] else len(match[0].split()) :], self.said, self.rows)
            self.listing = False
            return
        elif match := regex.match(r"(?:owner|belongs to) :(?= (?:the )?[a-z]+$)", text):
            words = ["it", "belongs", "to", *words[len(match[0].split()) :]]
        elif (match := TABLE_LABEL.match(text)) and not is_all_access(words, self.rows):
            words = words[len(match[0].split()) :]
        if words in (["user", "story"], ["story"], ["acceptance", "criteria"], ["ac"]):
            return
        if not words:
            return
        if self.head.name in words and not self._is_said_of_rows(words):
            words = self._behind_headline(words)
            if not words:
                return
        if (row := ROW_IS.search(" ".join(words))) and not self._noun(row["what"]) and self._is_table(row["whose"]):
            words = ROW_IS.sub(f"for a {row['whose']}", " ".join(words)).split()
        sentence.words = words
        listing = self.listing and (
            sentence.bullet or not regex.match(r"(?:parents?|each|every|a|an|the|members?|users?|it|they) ", text)
        )
        listing = listing or self._is_bare_list(words)
        if not sentence.bullet and not listing:
            self.listing = False
        if sentence.bullet and sentence.first:
            self.current = None
        for place, item in enumerate(sentence.items):
            if checked := regex.match(
                rf"(?:check|ensure|enforce) (?=[a-z]+_(?:[a-z]+_)*[a-z]+ )|{'(?:checks?|enforce|rules?|constraints?) : ' if place or words[0] == ')' else '(?!)'}",
                " ".join(item),
            ):
                item = item[len(checked[0].split()) :]
            itemised = sentence.bullet or len(sentence.items) > 2
            listing = self._item(item, itemised or listing, itemised=itemised, several=len(sentence.items) > 2)
        if words[-1:] == [":"] or regex.search(r"\b(?:has|have|columns?|fields?|following) :?$", " ".join(words)):
            self.listing = True

    def _heading(self, words: list[str], *, over_list: bool) -> None:
        """What the lines below are about: columns, or what is none of them."""
        text = f"{' '.join(words)} :"
        if self.head.name in words or (set(words) & self.rows and not ACCESS_LABEL.match(text)):
            self._named_before, self.listing, self.group = True, over_list, None
        elif not ACCESS_LABEL.match(text):
            need = [word for word in words if word in NEEDS]
            self.group = None if not need else need[0] not in ("optional", "nullable")
            self.listing = bool(LABEL.match(text) or need)
        else:
            self.listing = False

    def _is_column(self, sentence: Sentence, label: int) -> bool:
        """ "details: free text, optional": a label is a column's name where what follows it describes one."""
        words = sentence.words
        if words[0] in self.ledger.quoted and label == 2:
            return True
        if not sentence.bullet or label != 2 or not words[label:] or words[0] in ("fields", "columns"):
            return False
        first = self._chunks(words[label:])[0]
        facts = self.facts(first.words)
        told = bool(facts.traits) and len(facts.left) < 2 and not facts.guessed
        return told or first.words in (("text",), ("date",))

    def _is_bare_list(self, words: list[str]) -> bool:
        """ "Begin date and end date, both required": names and what is said of all of them."""
        found = self._chunks(words)
        said = next((n for n, chunk in enumerate(found) if regex.match(_OF_ALL, " ".join(chunk.words))), 0)
        names = [self._name(chunk) for chunk in found[:said]]
        return said > 1 and all(
            name and name.end == len(chunk.words) for name, chunk in zip(names, found, strict=False)
        )

    def _is_said_of_rows(self, words: list[str]) -> bool:
        """The table's name stands in it as the rows: "parents can read quests"."""
        place = self._place(words)
        after = words[place + 1 :]
        if place and words[place - 1] in DO and words[place - 1].endswith("ing") and speaks_of_access(words, self.rows):
            return True  # "viewing quests, adding quests and updating them is open to parents"
        if regex.match(_MADE, " ".join(after)):
            return False
        if self._named_before and EVIDENCE.search(" ".join(words)) and after[:1] not in (["("], [":"]):
            return True
        if after[:1] in (["("], [":"], ["with"], ["table"], ["for"], [","]):
            before = [word for word in words[:place] if word not in ("i", "we")]  # "we want to add a"
            return speaks_of_access(before, self.rows) and after[:1] != ["("]
        return self._named_before or (
            speaks_of_access(words, self.rows)
            and not regex.search(
                r"\b(?:table|need)\b|\b(?:create|add|new) (?!,|and |or |ones|rows|them|it)", " ".join(words)
            )
        )

    def _place(self, words: list[str]) -> int:
        """Where the table is named: before the list of its columns, where it is said more than once."""
        places = [n for n, word in enumerate(words) if word == self.head.name]
        return next((n for n in places if words[n + 1 : n + 2] in ([":"], ["("])), places[0])

    def _behind_headline(self, words: list[str]) -> list[str]:
        """What the headline's sentence says of columns; what stands before the name can only say whose the rows are."""
        at = self._place(words)
        self._named_before = True
        before, after = words[:at], words[at + 1 :]
        if regex.search(r"\d (?:to|and|characters) | [(<>] \d| default ", " ".join(before)):
            raise Unclear(" ".join(before))  # what is told of columns before the table is named
        while after and after[0] in (")", "table", "?", "please", "pls", "!", "model", "entity", "exists", "exist"):
            after = after[1:]
        if made := regex.match(rf"{_MADE}(?= [,.;:]|$)", " ".join(after)):
            after = after[len(made[0].split()) :]
        if (tie := loose_tie(before, self.schema) or strong_tie(before, self.schema)) and not self.body.junction:
            once = rf"\b(?:one|1) (?:row |record |entry )?per (?:(?:each|every|single|an?|one|1) )?{tie.noun}\b"
            self._tie(tie, required=None, once=bool(regex.search(once, " ".join(before))))
        if after[:1] == ["("] and ")" in after:
            close = _closing(after)
            inner = after[1:close]
            if regex.search(r",|_id|->", " ".join(inner)):
                after = [":", *inner, ",", *after[close + 1 :]] if after[close + 1 :] else [":", *inner]
            else:
                if speaks_of_access(inner, self.rows):
                    take_access(inner, self.said, self.rows)
                after = after[close + 1 :]
        if after[1:2] == [":"] and is_participle(after[0]):
            after = after[1:]  # "the skills that are practiced : ..."
        if after[:1] in ([":"], [","]):
            self.listing = True
            return after[1:]
        return after

    def _leave_open(self) -> None:
        """Where others are NOT NULL in so many words, a text of which nothing is said may be empty."""
        if self.ledger.text.count(" not null ") < 2:
            return
        for entry in self.body.entries:
            bare = not (entry.tied or entry.named.type or entry.named.user) and entry.traits in (
                Traits(),
                Traits("text"),
            )
            if bare and type_for(entry.named.name) == "text" and table_of(entry.named.name, self.schema) is None:
                entry.traits.required = False
                self.body.assumed.append(f"{entry.named.name} may be empty, as it is not said to be NOT NULL.")

    def _late(self) -> None:
        """Keys and indexes, now that all columns are known."""
        for words, entry in self.keyed:
            for word in words:
                table = table_of(word := word.removesuffix("_id"), self.schema, roles=True)
                if table and word not in self.rows and self.body.find(word) is None and word == singular(word):
                    self.body.tie(noun_for(word, table, self.schema), table)
            subject = self.body.column_name(entry) if entry else None
            read_key(words, self.body, self.rows, subject)
        for deletion in self.deletions:
            self._delete(deletion)
        for words in self.indexed:
            self.body.indexes += read_indexes(words, self.body, self.rows)

    def _delete(self, deletion: Deletion) -> None:
        """Raises Unclear where the rows reference nothing that is called so."""
        unknown = [noun for noun in deletion.nouns if self.body.find(noun) is None]
        if deletion.action == "cascade" and any(map(self._is_table, unknown)):
            return  # it is tied by what the rows are said to belong to
        entries = [entry for noun in deletion.nouns if (entry := self.body.find(noun))]
        if unknown:
            raise Unclear(f"what becomes of {self.head.name} when the {' or the '.join(deletion.nouns)} is deleted")
        ties = [entry for entry in self.body.entries if entry.tied]
        loose = [entry for entry in ties if entry.traits.required is False]
        meant = entries or (loose if deletion.action == "set null" and len(loose) == 1 else ties)
        if len(meant) > 1 and not entries and deletion.action != "cascade":
            raise Unclear(f"{deletion.action} for {' and '.join(entry.named.name for entry in meant)}")
        for entry in meant:
            entry.traits.merge(Traits(on_delete=deletion.action))

    def _marked(self) -> str:
        """The text with the table's name as one word."""
        left, head = self.ledger.left, self.head

        def named(text: str) -> str:
            spoken = left[head.start : head.end].strip(f" {STRUCK}")
            return f"{text[: head.start]}{head.name}{text[head.end :]}" if spoken else text

        if head.pair and head.joined[1]:
            low, high = head.joined
            if low <= head.start < high or low < head.end <= high:
                return f"{left[:low]}{head.name}{left[max(high, head.end) :]}"
            return named(without_pair(left, low, high)) if head.end <= low else without_pair(named(left), low, high)
        return named(left)

    def _refuse_second(self) -> None:
        """Raises Unclear for two tables at once."""
        for match in regex.finditer(
            r" (?:tables?|model|entity) (?:called |named )?([a-z_]+)(?= | and )", self.ledger.text
        ):
            name = match[1]
            other = name == plural(name) != singular(name) and name not in self.rows and is_new(name, self.schema)
            again = rf" (?:and|,|\.|also) (?:also )?(?:an?|the|one|another|new|create|add| )*(?:table|model|entity) (?:called |named )?{name} "
            if other and regex.search(again, self.ledger.text):
                raise Unclear(f"{self.head.name} and {name} at once")


def _closing(words: list[str]) -> int:
    """Where the bracket closes that the words open with."""
    depth = 0
    for place, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return place
    return len(words) - 1


def ungherkined(words: list[str]) -> list[str]:
    """Without the given, then and and of a scenario."""
    if words[:1] in (["given"], ["then"], ["and"], ["but"], ["so"]) and len(words) > 3 and words[1] not in ("by",):
        return words[1:]
    return words
