"""Rules between the columns of a new table, clause by clause: how they hang together with a state, and which comes first.

A sentence may state several rules, between other things or behind the column that they are about: "when it expires,
which must be later". Each stretch between two joints is tried, the longest first; what is said with the others is struck
out, and what stands beside it must be able to stand alone.
"""

import re
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.tables.moments import evened, root
from agent.offline.reading.tables.orders import COMPARES, FREE, OrderRule, is_order, order_rules, roots
from agent.offline.reading.tables.states import TELLS, StateRule, is_lost, state_rule, states_of

_JOINT = re.compile(r"(?<![^ ])(?:[,;:()–•|/-]|and|but|while|whereas|~+)(?![^ ])")
_GLUE = re.compile(
    r"(?:(?:[,;:–•|/-]|\d \)|~+|and|but|so|where|while|whereas|also|then|plus|finally|lastly|that(?! (?:last|first|second|third|time|date|moment) )|as well as|in addition|furthermore|besides|likewise|similarly|equally|for the same reason|please|first(?:ly)?(?! [a-z]+ (?:, |and )*then )|second(?:ly)?|third(?:ly)?)(?: |$))*"
)
_LEAD = (
    r"(?:(?:\d|an?|the|these|those|this|two|three|one|more|further|other|another|additional|few|some|row|table|db|database|level|cross-column|apply|applies|check|checks|rules?|constraints?|invariants?|promises?|guarantees?|"
    r"conditions?|requirements?|needed|required|on|top|of|besides|between|across|columns?|fields?|there|are|is|here|we|i|would|like|want|need|to|keep|have|hold|holds|must|should|also|and|please|enforce|enforced|add|with|for|timing|timings|times?|timestamps?|dates?|"
    r"integrity|consistency|business|validations?|following|both|which|about|things|two|as|well|in|addition|note|notes|make|sure|important|finally|lastly|to be|that|logic|data|what|matters?|us|me|first|second|finally|rest|go|goes|come|comes|~+|\.|:|,|–|\(|\)) )*"
)
""" "Two rules besides :"."""
_ANNOUNCES = re.compile(rf"(?=.*(?:checks?|rules?|constraints?|invariants?|promises?|guarantees?|conditions) ){_LEAD}")
_ENSURES = (
    r"(?:(?:make sure|ensure|enforce|guarantee|insist|see to it)(?![^ ])|, where (?=[a-z]+ing |the |an? |no |every ))"
)
_GUARD = r"(?:please|(?:(?:the|an?|our) )?(?:we|i|database|db|schema|table|checks?|constraints?|rules?))"
""" "The database should guarantee that ..."."""
_HANGS = re.compile(
    r"(?<![^ ])(?:unless|except|otherwise|else|until|provided|regardless|although|though|however|unlike|without|others?|the rest|apart from|as long as|as soon as|other than)(?![^ ])|"
    r"^(?:or|nor|if|only|even|either|while|never|not|none|any|when (?!it |they |(?:an?|the|each|every) [a-z]+ ))(?![^ ])|(?<![^ ])(?:or|nor|only|even|either|not|if|when)$"
)
"""What cannot stand alone beside a rule."""
_CONDITIONAL = re.compile(
    r"^(?!.* [(] ).* (?:when|if|for|or|unless|except|while|new|most|usually|normally|typically|generally|often|mostly|sometimes|ideally|need not|and (?:earlier|later|before|after)) "
)
_GOES_ON = re.compile(
    r"(?:it|they|those|these|this|that|one|then|there|always|both|all(?: of)?|so|too|as well)(?![^ ])"
)
""" "..., and then always": what is said of what the rule is about."""
_VERB = r" (?:is|are|must|can|may|should|shall|has|have|belongs?|gets?|see|view|read|was|were|holds?|stores?|when|times?|moments?|timestamps?|dates?|keeps?|records?|[a-z]+(?:_[a-z]+)+) "
_PREDICATE = re.compile(
    r"(?:which|that|always|must|has to|have to|should|may|can|cannot|never|not|only|strictly|is|are|set|required|mandatory|needed|filled|empty|null|given|present|known|recorded|there|later|earlier|after|before|past|greater|exactly|precisely|[<>]=?)(?![^ ])"
)
_NAMED = (
    r"(?<![^ ])(?:(?P<snake>[a-z]+(?:_[a-z]+)*_(?:at|on|from|until|date|time))|(?P<spoken>(?!the |an? |its |this |that |one |which )[a-z]+) (?:at|time|date|timestamp)|"
    r"(?:when|at which|in which|on which|time|moment|timestamp|date|point|that)(?: (?:when|that|at which|in which|on which))?(?: (?:it|they|(?:(?:an?|the|each) )?(?:ROWS)))? (?:(?:is|was|becomes?|became|gets?|got|has been) )?(?P<verb>(?!in |at |on |of |for )[a-z]+))"
)
_FACTS = r"(?: (?:timestamptz?|timestamp|datetime|date|optional|nullable|,|:|\(|\|))*"


@dataclass(frozen=True)
class _Read:
    low: int
    high: int
    states: tuple[StateRule, ...] = ()
    orders: tuple[OrderRule, ...] = ()
    hangs: bool = False
    """It is said of the words before it."""


def read_rules(ledger: Ledger, rows: str) -> tuple[list[StateRule], list[OrderRule]]:
    """What sentences say of columns and states, and of columns in order, struck out; `rows` is a pattern for the table's nouns. Raises Unclear."""
    reader = _Reader(ledger, rows)
    found = reader.read()
    states = [rule for read in found for rule in read.states]
    for low, high in reader.lost:
        if ledger.left[low:high] == reader.before[low:high]:
            raise Unclear(ledger.text[low:high])
    return states, [rule for read in found for rule in read.orders]


class _Reader:
    def __init__(self, ledger: Ledger, rows: str) -> None:
        self.ledger, self.rows, self.before = ledger, rows, ledger.left
        self.known = roots(ledger.text)
        self.named = re.compile(_NAMED.replace("ROWS", rows))
        named = self.named.pattern.replace("?P<", "?P<_")
        self.hung = re.compile(
            rf"(?<![^ ])(?:{named} (?:[(–-]|,(?= which (?!they |it )))|^{self.named.pattern} ,) {_PREDICATE.pattern}|^(?!{_GUARD} )\S.* {_ENSURES}"
        )
        self.lost: list[tuple[int, int]] = []

    def read(self) -> list[_Read]:
        found: list[_Read] = []
        spans = self.ledger.sentences()
        for place, (low, high) in enumerate(spans):
            opening = low
            if (last := spans[place - 1] if place else None) and _ANNOUNCES.fullmatch(
                f"{self.ledger.left[slice(*last)].strip(' .•~')} "
            ):
                opening = last[0]  # "Please add two checks."
            if found and low < found[-1].high:
                continue
            text = f" {self.ledger.text[low:high]} "
            if free := FREE.search(text):
                raise Unclear(free[0])
            if not (COMPARES.search(text) or TELLS.search(text)):
                continue
            read = self._sentence(low, [end for _, end in spans[place : place + 3]])
            gaps = self._gaps(low, high, read)
            if read and all(self._stands(low, *gap, apart=not any(one.hangs for one in read)) for gap in gaps):
                self._strike(low, high, read)
                if opening < low and not self.ledger.left[low:high].strip(f" .{STRUCK}"):
                    self.ledger.strike(opening, low)
                found += read
            elif read:
                gaps = [(low, high)]
            for gap in gaps:
                states = states_of(self.ledger.text, *gap, self.rows)
                text = evened(f" {self.ledger.text[slice(*gap)]} ", self.rows)
                ordered = _CONDITIONAL.search(text) and is_order(text, self.rows, self._words(text))
                if ordered or (states and is_lost(self.ledger.text[slice(*gap)], self.rows, states)):
                    self.lost.append(gap)
        return found

    def _sentence(self, low: int, ends: list[int]) -> list[_Read]:
        """The rules of a sentence, and of those behind it that go on: "others do not"."""
        found: list[_Read] = []
        joints = [
            (match.start() + low, match.end() + low) for match in _JOINT.finditer(self.ledger.text[low : ends[0]])
        ]
        for opening in (low, *(end for _, end in joints)):
            start = self._behind_glue(opening, ends[0])
            if found and start < found[-1].high:
                continue
            later = ends[:0:-1] if regex.fullmatch(_LEAD, self.ledger.left[low:start].lstrip(" .\n•")) else []
            inner = [begin for begin, _ in joints if begin > start]
            read = next(filter(None, (self._clause(start, end) for end in (*later, ends[0], *inner[::-1]))), None)
            found += [read] if read else []
        return found

    def _behind_glue(self, place: int, high: int) -> int:
        text = self.ledger.text[place:high]
        blank = len(text) - len(text.lstrip(" .\n•"))
        glue = _GLUE.match(text, blank)
        return place + (glue.end() if glue else blank)

    def _clause(self, low: int, high: int) -> _Read | None:
        text = self.ledger.text[low:high].strip(" .")
        if regex.search(r"\S *\n", text) or regex.search(r"^[^(]*\)|\([^)]*$", text) or not regex.search(r" ", text):
            return None
        hung = self.hung.search(text)
        if not hung and (read := self._read(low, high, text)):
            return read
        if not _PREDICATE.match(text) or (subject := self._subject(low)) is None:
            return None
        if told := regex.match(r"(?:which|that) (?P<who>[^.,;]+?) (?P<have>ha(?:s|ve)|need|carry|get)(?= |$)", text):
            behind = f"{told['who']} {told['have']} {subject}{text[told.end() :]}"
            if read := self._read(low, high, behind, hangs=True):
                return read
        text = regex.sub(r"^(?:which|that) ", "", text)
        return self._read(low, high, f"{subject} {text}", hangs=True)

    def _read(self, low: int, high: int, text: str, *, hangs: bool = False) -> _Read | None:
        text = evened(f" {text} ", self.rows)
        if COMPARES.search(text) and not regex.search(r" ; (?!.*(?: equal | same | null |pass|refuse|reject))", text):
            words = self._words(text)
            rules = order_rules(text, self.rows, words)
            if (
                not rules
                and hangs
                and regex.search(r" (?:later|earlier|afterwards|after|before)(?: (?:it|this|that))? $", text)
            ):
                text = regex.sub(r"(?: (?:it|this|that))? $", " former_moment ", text)
                rules = order_rules(text, self.rows, words)
            if rules:
                return _Read(low, high, orders=tuple(rules), hangs=hangs)
        if (
            TELLS.search(text)
            and (states := states_of(self.ledger.text, low, high, self.rows))
            and (rule := state_rule(text, self.rows, states))
        ):
            return _Read(low, high, states=(rule,), hangs=hangs)
        return None

    def _words(self, text: str) -> set[str]:
        return {word for word in regex.findall(r"[a-z]{3,}", text) if root(word) in self.known}

    def _subject(self, low: int) -> str | None:
        """What the words before are about: "when it expires ,", or the item's column."""
        line = max(self.ledger.text.rfind(mark, 0, low) for mark in ("\n", " . "))
        before = self.ledger.text[line + 1 : low].strip(" .•")
        found = None
        for match in self.named.finditer(before):
            if regex.fullmatch(rf"{_FACTS} (?:[,(:–|-])?", before[match.end() :]) and (
                not match["verb"] or root(match["verb"]) in self.known
            ):
                found = match
        found = found or _item(before, self.named)
        if found is None:
            return None
        return found["snake"] or f"{found['spoken'] or found['verb']} time"

    def _gaps(self, low: int, high: int, read: list[_Read]) -> list[tuple[int, int]]:
        """What stands between the rules."""
        places = [low, *(place for one in read for place in (one.low, one.high)), high]
        return [(begin, end) for begin, end in zip(places[::2], places[1::2], strict=True) if begin < end]

    def _stands(self, opening: int, low: int, high: int, *, apart: bool) -> bool:
        if some := regex.search(
            rf" for (?!(?:all|the|every|each|any) )[a-z]+ (?:{self.rows})(?![^ ])", f" {self.ledger.text[low:high]}"
        ):
            raise Unclear(some[0])  # "for special quests"
        text = regex.sub(" +", " ", self.ledger.left[low:high].replace(STRUCK, "")).strip(" .•\n")
        text = regex.sub(r"\( \d \)", "", text).strip()
        text = regex.sub(rf"^{_GLUE.pattern}|(?: ?(?:[,;:(–•|)-]|and|but|so|where|that))+$", "", f"{text} ").strip()
        if not text or (low == opening and regex.fullmatch(_LEAD, f"{text} ")):
            return True
        if low > opening and (
            _GOES_ON.match(text) or (apart and regex.search(r"(?<![^ ])(?:when|if|not|never|none|only)(?![^ ])", text))
        ):
            return False
        return not _HANGS.search(text) and (not apart or bool(regex.search(_VERB, f" {text} ")))

    def _strike(self, low: int, high: int, read: list[_Read]) -> None:
        """The rules, with what joins them."""
        before = low
        for one in read:
            gap = self.ledger.left[before : one.low]
            if regex.fullmatch(rf"[ .•\n]*(?:{_GLUE.pattern}|{_LEAD})", gap):
                start = before
            else:
                joined = regex.search(
                    r"(?:(?<![^ ])(?:\( \d \)|[,;:(–|-]|and|but|so|where|while|that|also|~+) )*$", gap
                )
                start = one.low - len(joined[0]) if joined else one.low
            bracket = "(" in self.ledger.left[start : one.low] and regex.match(r" *\)", self.ledger.text[one.high :])
            self.ledger.strike(start, one.high + (bracket.end() if bracket else 0))
            before = one.high


def _item(before: str, named: re.Pattern[str]) -> re.Match[str] | None:
    """The column that a line begins with."""
    item = named.match(before)
    return item if item and regex.match(r" [:,(–|]|$| (?:timestamptz?|datetime|date) ", before[item.end() :]) else None
