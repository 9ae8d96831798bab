"""The columns of a new table, piece by piece of a sentence."""

import re
from dataclasses import replace

from agent.offline.reading import lexicon
from agent.offline.reading.items import Entry, Piece, name_of, pieces, refuse_loose_list, with_type
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.naming import Named, is_snake
from agent.offline.reading.slots import Slot
from agent.offline.reading.table_keys import keys_only
from agent.offline.reading.table_state import Reading
from agent.offline.reading.ties import noun_of
from agent.offline.reading.traits import Traits
from agent.offline.words import singular

_STANDARD = {"id", "created_at", "updated_at", "created", "updated", "timestamps"}


class Columns(Reading):
    """Reads what names a column, and gives facts to the column that they stand with."""

    def _read_pieces(
        self, low: int, high: int, slots: list[Slot], current: Entry | None, listed: bool, start: int
    ) -> Entry | None:
        names: list[Entry] = []
        lost: Piece | None = None
        group: bool | None = self.group if listed else None
        for piece in pieces(self.ledger, slots, low, high):
            if any(a <= piece.start < b for a, b in self.deferred):
                continue
            if keys_only(self.ledger, piece):
                end = next((p.start for p in pieces(self.ledger, slots, piece.end, high) if p.slots), high)
                self.deferred.append((piece.start, end))
                continue
            if (
                self.inside
                and piece.end > self.inside[0]
                and piece.start < self.inside[1]
                and (low, high) != self.inside
            ):
                outside = self._outside(piece)
                if outside is None:
                    continue
                piece = outside
            if (said := self._group(piece)) is not None:
                group = said
                piece = replace(
                    piece,
                    head=piece.inner,
                    inner=[],
                    slots=[s for s in piece.slots if s.traits.required is None],
                    colon=False,
                )
                if not piece.head and not piece.slots:
                    continue
            if piece.end <= self.head.start and low <= self.head.start < high and not piece.slots:
                continue
            if piece.start <= self.head.start < piece.end:
                piece = self._behind_headline(piece)
            refuse_loose_list(self.ledger, piece)
            entry, sure = self._entry(
                piece, (listed and piece.end > start) or (piece.colon and len(piece.head) < 3), current
            )
            if entry is None:
                if not piece.slots:
                    lost = piece if self._says_something(piece) else lost
                    continue
                if lost:
                    raise Unclear(self.ledger.text[lost.start : piece.end])
                if names and re.search(
                    r"(?:both|are|all) *$", self.ledger.left[piece.start : piece.slots[0].start].strip()
                ):
                    for other in names:
                        other.traits.merge(piece.traits)
                    continue
                if current is None and body_only_nullability(piece) and self.body.entries:
                    self.body.entries[-1].traits.merge(piece.traits)
                    continue
                if current is None or not sure:
                    raise Unclear(self.ledger.text[piece.start : piece.end])
                current.traits.merge(with_type(piece, current.named.name))
                continue
            if lost and ";" in self.ledger.text[lost.end : piece.start]:
                lost = None
            if lost and len([w for w in lost.head if w != "~" and w not in lexicon.FILLERS]) < 4:
                twin = name_of(lost, self.body.noun, self.rows)
                if twin is None or not (
                    (piece.slots and self.ledger.text[piece.slots[0].start :].startswith("are "))
                    or re.search(r" are $", self.ledger.text[: piece.slots[0].start] if piece.slots else "")
                ):
                    raise Unclear(self.ledger.text[lost.start : piece.end])
                other = Entry(twin)
                self.body.entries.insert(self.body.entries.index(entry), other)
                names.append(other)
            lost = None
            traits = with_type(piece, entry.named.name)
            if traits.refers:
                entry.tied = traits.refers
                traits = replace(traits, refers=None)
            if traits.required is None and re.search(
                r"^[^,;.(]* (?:may|can|could|might)(?: also)? (?:have|contain|carry|include) an? ",
                f" {self.ledger.text[piece.start : piece.end]}",
            ):
                traits = replace(traits, required=False)
            if traits.required is None and re.search(
                r"^[^,;.(]* (?:must|has to|have to|needs to)(?: (?:also|always))* (?:have|contain|carry|include) an? ",
                f" {self.ledger.text[piece.start : piece.end]}",
            ):
                traits = replace(traits, required=True)
            if group is not None and traits.required is None:
                traits = replace(traits, required=group)
            if entry.tied and (traits.type in ("uuid", None)):
                traits = replace(traits, type=None)
            entry.traits.merge(traits)
            if re.search(r" are $", self.ledger.text[: piece.slots[0].start] if piece.slots else "") or (
                piece.slots and self.ledger.text[piece.slots[0].start :].startswith("are ")
            ):
                for other in names:
                    if other.traits.required is None:
                        other.traits.required = traits.required
            names.append(entry)
            current = entry
        if lost and (
            (listed and lost.start >= start)
            or (names and len([w for w in lost.head if w != "~" and w not in lexicon.FILLERS]) < 4)
        ):
            raise Unclear(self.ledger.text[lost.start : lost.end])
        return current

    def _behind_headline(self, piece: Piece) -> Piece:
        words = [t[0] for t in self.ledger.tokens(self.head.end, piece.end) if re.search(r"[a-z]", t[0])]
        leads = [
            n
            for n, w in enumerate(words)
            if w in ("with", "has", "have", "having", "containing", "including", "stores", "holds")
        ]
        words = words[leads[-1] + 1 :] if leads else [w for w in words if is_snake(w)]
        return replace(piece, head=[w for w in piece.head if w in words or w == "~"])

    def _outside(self, piece: Piece) -> Piece | None:
        """The part of a piece that is not in the list of columns in brackets."""
        low, high = self.inside or (0, 0)
        slots = [s for s in piece.slots if not low <= s.start < high]
        if piece.start >= low and piece.end <= high:
            return None
        return replace(piece, inner=[], slots=slots, head=[]) if slots else None

    def _group(self, piece: Piece) -> bool | None:
        """ "optional : a, b": what it says holds for all of them."""
        if not piece.colon or not piece.slots or piece.slots[0].traits.required is None:
            return None
        if [
            w
            for w in piece.head
            if w not in lexicon.FILLERS and w not in ("~", "fields", "columns", "following", *self.rows)
        ]:
            return None
        colon = self.ledger.left.find(" : ", piece.start, piece.end)
        return piece.slots[0].traits.required if piece.slots[0].end <= colon + 1 else None

    def _entry(self, piece: Piece, listed: bool, current: Entry | None) -> tuple[Entry | None, bool]:
        """The column that a piece is about; otherwise whether its facts go to the one before."""
        body = self.body
        refers = next((s.traits.refers for s in piece.slots if s.traits.refers), None)
        head = [w for w in piece.head if w not in self.rows or len(piece.head) == 1]
        written = [w for w in (*piece.head, *piece.inner) if is_snake(w) and w != body.name]
        named = name_of(
            replace(
                piece,
                inner=[w for w in piece.inner if w != body.name],
                head=_led([w for w in piece.head if w != body.name]),
            ),
            body.noun,
            self.rows,
            led=listed,
            meta=False,
        )
        if named and not written and self._is_prose(named, piece, listed):
            named = None
            if not piece.slots:
                return None, False
        words = [w for w in piece.head if w not in lexicon.FILLERS and w != "~"]
        if named is None and piece.slots and len(words) == 1 and self._is_part(words[0], piece.head):
            named = Named(words[0])
        if (
            named is None
            and len(words) == 1
            and (known := next((e for e in body.entries if e.named.name == words[0]), None))
        ):
            return known, True
        if named is None:
            if refers:
                return body.tie(noun_of(refers), refers), True
            if piece.slots and self._is_row(piece) and piece.traits.choices:
                entry = body.find("type") or Entry(Named(f"{body.noun.split('_')[-1]}_type"))
                if entry not in body.entries:
                    body.entries.append(entry)
                return entry, True
            return None, current is not None and not [
                w for w in head if w not in lexicon.FILLERS and w != "~" and len(w) > 12
            ]
        first = named.name.split("_")[0]
        if (
            not written
            and not piece.slots
            and "_" in named.name
            and first in ("status", "state", "type", "kind", "mood")
        ):
            raise Unclear(self.ledger.text[piece.start : piece.end])
        for token in self.ledger.tokens(piece.start, piece.end):
            if token[0] == named.name or token[0] in written or token[0] in named.name.split("_"):
                self.ledger.strike(token.start(), token.end())
        if named.name in _STANDARD:
            return None, True
        if known := (
            next((e for e in body.entries if e.named.name == named.name), None)
            or (body.find(named.name) if named.name != "name" else None)
        ):
            return known, True
        stem = named.name.removesuffix("_id")
        table = (
            self.schema.table(stem)
            if not piece.traits.choices and not piece.traits.range and piece.traits.type in (None, "uuid")
            else None
        )
        if refers:
            return body.tie(stem, refers), True
        if (
            table and (stem == singular(stem) or named.name != stem) and table != "auth.users"
        ) or named.name == "user_id":
            return body.tie(stem, table or "auth.users"), True
        if not (listed or written or piece.slots):
            return None, False
        entry = Entry(named)
        body.entries.append(entry)
        return entry, True

    def _is_prose(self, named: Named, piece: Piece, listed: bool) -> bool:
        words = [w for w in piece.head if w not in lexicon.FILLERS and w != "~"]
        known = [w for w in words if self._table_or_role(w) or (w in self.rows and not listed)]
        if piece.slots:
            return len(words) > 5 and not listed
        if not listed:
            return True
        return (
            bool(words)
            and len(known) == len(words)
            and not any(self.schema.table(w) and w == singular(w) for w in words)
        )

    def _is_row(self, piece: Piece) -> bool:
        words = [w for w in piece.head if w != "~"]
        return any(w in self.rows for w in words) and all(
            w in self.rows or w in lexicon.FILLERS or w in ("either",) for w in words
        )

    def _is_part(self, word: str, head: list[str]) -> bool:
        """ "a meal which is ..." of a meal plan: the first part of the table's noun, introduced as something else."""
        place = head.index(word)
        return (
            word in self.body.noun.split("_")[:-1]
            and not self.schema.table(word)
            and head[place - 1 : place] in (["a"], ["an"])
        )

    def _says_something(self, piece: Piece) -> bool:
        """It has words that nothing explains."""
        words = [w for w in (*piece.head, *piece.inner) if w != "~" and w not in lexicon.FILLERS and w not in self.rows]
        return any(not self._table_or_role(w) for w in words)


def is_column_word(word: str) -> bool:
    return (
        word not in ("children", "child", "kids", "organizations", "parents", "profiles", "users", "lessons")
        and word not in lexicon.FILLERS
    )


def _led(head: list[str]) -> list[str]:
    """What stands behind the word that leads to the list: "for children with name"."""
    for place in range(len(head) - 2, -1, -1):
        if (
            head[place] in ("with", "has", "have", "having", "contains", "includes", "containing", "including")
            and place
        ):
            plain = (
                all(w in lexicon.FILLERS or w == "~" or not is_column_word(w) for w in head[:place])
                and head[place - 1] != "~"
            )
            return head[place + 1 :] if plain and head[place + 1 :] != ["~"] else head
    return head


def body_only_nullability(piece: Piece) -> bool:
    """What it says can be said of a reference."""
    return piece.traits == Traits(required=piece.traits.required, unique=piece.traits.unique)
