"""Which rows of a table are meant: tests of its columns, whatever the words that make them.

A test is a column with what is said of it ("is not null", "of 8 or more", "= draft"), or a word that is a test by
itself: a value ("completed ones"), a flag ("published"), a moment that has come ("not yet accepted"). What is to be
left out is turned round. Tests hold together; one or the other is refused.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import Condition, Test
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.together import compared, is_picked, together
from agent.offline.reading.known import Resolve, spoken_columns
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS, NO_VALUE
from agent.offline.reading.numbers import read_numbers
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema
from agent.offline.words import singular

_BE = r"(?:(?:is|are|was|were|be|being|been|has|have|had|still|currently|already|yet|it|they|itself|=|==|:|equals?|equal to|of|set to|at) )*"
_NOT = r"(?:(?:still |yet )?(?:have|has|need|needs) to|yet to|waiting to|not|never|non|non-|no longer|neither|nor|without being|nobody(?: has| have| had)?|no one(?: has| have| had)?|nobody ever)"
_NOTHING = (
    r"(?:null|empty|missing|blank|unset|absent|unknown|not (?:set|given|filled(?: in)?|known|there|present)|unfilled)"
)
_SOMETHING = r"(?:not (?:null|empty|missing|blank)|set|given|present|filled(?: in)?|there|known|not-null)"
_LACKING = r"(?:without|lacking|lacks?|(?:has|have|having|with|got) (?:no|an? empty|an? missing|null as)|(?:has|have|had|having) not (?:got|had|set)|no)(?: (?:an?|any|the|their|its|yet|been|known))* $"
_HAVING = r"(?:has|have|having|with)(?: (?:an?|some|any|the|their|its|already))* $"
_OUT = (
    r"(?:unless|leav(?:e|es|ing) out|except(?:s|ing)?(?: for)?|exclud(?:e|es|ing)|omit(?:s|ting)?|without|skip(?:s|ping)?|ignor(?:e|es|ing)|"
    r"minus|other than|everything but|all but|not (?:includ|cover|count|want|need|car)(?:e|es|ing|ed)?|no (?:call|need|point|use|reason|room|place) (?:for|in|to)|do(?:es)? not (?:want|need|include|cover|care))"
)
_LEFT_OUT = (
    r"(?:left out|stays? out|out of (?:it|(?:the|that|this) (?:[a-z]+ )?index)|excluded|skipped|ignored|omitted|(?:not|never) (?:be |ever )?(?:in (?:it|there|the index)|indexed|included|covered|needed|part of|counted|shown|listed|searched|queried|displayed|looked up|(?:take|use|waste|fill|cost)(?: up)?(?: any)? (?:space|room))|"
    r"do(?:es)? not (?:matter|count|belong|need|have to)|can be (?:left out|ignored|skipped)|need not|not (?:matter|count)|(?:is|are) (?:irrelevant|unimportant|uninteresting|noise|not (?:interesting|relevant|important|useful|wanted|of (?:any )?(?:interest|use|concern))|of no (?:concern|interest|use|importance))|of no (?:concern|interest|use)|(?:has|have) no (?:business|place|room|use) (?:in|there))"
)
_TOLD = r" (?:\(|:|meaning|that is|namely|so|hence|therefore) "
"""Behind it stands once more what is kept: "leaving out drafts, so is_published is true"."""
_STATE = r"(?i)\b(true|false) (?:once|while|when|if) (?:[a-z]+ ){1,3}?(?:is|was) (?:an? )?([a-z]{4,})"
"""How a flag's comment calls a state: "False while the lesson is a draft"."""
_TURNED: dict[Test, Test] = {
    "is true": "is false", "equals": "differs", "is null": "is not null", "at least": "below", "at most": "above", "in": "not in",
}  # fmt: skip
_TURNED |= {new: old for old, new in _TURNED.items()}
_UPWARDS = r"up|upwards?|above|higher|later|older|onwards?|on|\\+"
_DOWNWARDS = r"below|lower|younger|under|downwards?|earlier"
_TOO = r" (?:(?!and |but )[a-z]+ )?(?:(?:do |are |should |must |shall |may )?(?:count|matter|included|covered|be included|be covered)s? )?(?:too|as well|also)(?= |$)| (?:[a-z]+ )?(?:also |still )(?:count|matter)(?= |$)"
"""They are not the only ones: "archived ones count too"."""
_NUMERIC = re.compile(r"smallint|integer|bigint|numeric|real|double")


@dataclass(frozen=True)
class _Spoken:
    """A column, or a value of one, where it stands."""

    start: int
    end: int
    column: str
    value: str | None = None
    negated: bool = False
    """The word itself says so: unpublished."""
    is_moment: bool = False
    """A participle: accepted for accepted_at."""
    is_state: bool = False
    """A flag's comment calls it so: draft."""


TELLING = rf"{_OUT}|{_LEFT_OUT}|only|just|solely|while|as long as"


def is_verb(word: str, after: str) -> bool:
    """No value, what stands behind it says: "who are reading it"."""
    return word.endswith("ing") and bool(
        regex.match(r" (?:it|them|this|that|the|these|those|an?|our|their)(?![^ ])", after)
    )


def hear(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema, resolve: Resolve) -> None:
    """Talk about some rows alone is a wish, and stands in the ledger again: "archived ones are of no concern"."""
    for place, clause in enumerate(clauses):
        own = Ledger(ledger.text, ledger.quoted)
        tests: list[Condition] = []
        with suppress(Unclear):  # "drafts are seen by editors only"
            if clause.talk and own.find(TELLING, clause.low, clause.high):
                tests = read_conditions(own, [(clause.low, clause.high)], table, schema, resolve)
        if tests:
            clauses[place] = Clause(clause.low, clause.high, False)
            said = ledger.text[clause.low : clause.high]
            ledger.left = ledger.left[: clause.low] + said + ledger.left[clause.high :]


def read_conditions(
    ledger: Ledger, stretches: Iterable[tuple[int, int]], table: str, schema: Schema, resolve: Resolve
) -> list[Condition]:
    """The tests that hold together, struck out; columns that are only named stay.

    Raises Unclear for one or the other, and for tests that exclude each other.
    """
    return together(_tests(ledger, low, high, table, schema, resolve) for low, high in stretches)


def _tests(
    ledger: Ledger, low: int, high: int, table: str, schema: Schema, resolve: Resolve
) -> list[tuple[Condition, bool]]:
    """Of one stretch; each with whether it is a value without its column's name."""
    found: list[tuple[int, int, Condition, bool]] = []
    outside, reach, once_more = False, low, False
    spoken = list(_spoken(ledger, low, high, table, schema, resolve))
    for place, item in enumerate(spoken):
        if STRUCK in ledger.left[item.start : item.end]:
            continue
        if regex.match(_TOO, ledger.left[item.end : high] + " "):
            raise Unclear(ledger.left[item.start : high])
        either = rf" or (?:not(?= *(?:[.,;)]|$))|(?:un|in|non-){re.escape(ledger.text[item.start : item.end])})(?= |$)"
        if free := regex.match(either, ledger.text[item.end : high]):
            ledger.strike(item.start, item.end + free.end())  # "published or not"
            continue
        if more := regex.search(
            r" not (?:only|just)(?: (?:for|the|in|on|all|those))* $", ledger.left[low : item.start]
        ):
            ledger.strike(low + more.start() + 1, item.end)  # "not only active ones"
            continue
        start = spoken[place - 1].end if place else low
        stop = next((s.start for s in spoken[place + 1 :] if s.value is None), high)
        if item.value is not None:
            denied = item.negated or _denied(ledger.left[start : item.start])
            made = [Condition(item.column, "differs" if denied else "equals", item.value)]
        else:
            made = _column_test(ledger, item, start, stop, high, table, schema)
        if made:
            ledger.strike(item.start, item.end)
            if outside and (told := regex.search(_TOLD, ledger.text[start - 1 : item.start])):
                outside, reach, once_more = False, start + told.start(), True
            if once_more and any(test.column == item.column for *_, test, _ in found):
                continue
            outside = outside or _outside(ledger, item.start, item.end, reach, high)
            if item.is_state and not outside and not is_picked(ledger.text[: item.start], ledger.text[item.end :]):
                raise Unclear(ledger.text[low:high])
            made = [replace(t, test=_TURNED[t.test]) for t in made] if outside else made
            found += [(item.start, item.end, test, item.value is not None) for test in made]
    for (_, end, one, _), (start, _, other, _) in pairwise(found):
        if outside and one.column != other.column and not ledger.text[end:start].strip():
            raise Unclear(ledger.text[low:high])  # "all but active published ones": those that are not both
        if regex.search(r" or ", ledger.text[end : start + 1]) and one.column != other.column and not outside:
            raise Unclear(ledger.text[low:high])
    return [(test, bare) for _, _, test, bare in found]


def _spoken(ledger: Ledger, low: int, high: int, table: str, schema: Schema, resolve: Resolve) -> Iterator[_Spoken]:
    columns = schema.columns(table)
    labels = _labels(table, schema)
    told = {name: regex.search(_STATE, str(facts.get("comment", ""))) for name, facts in columns.items()}
    states = {m[2].lower(): (name, m[1].lower() == "true") for name, m in told.items() if m}
    items = []
    tokens = ledger.tokens(low, high)
    for one, other in pairwise(tokens):  # "not started" is a value before it is no start
        if len(pair := labels.get(f"{one[0]} {other[0]}", [])) == 1:
            items.append(_Spoken(one.start(), other.end(), *pair[0]))
    for s in spoken_columns(ledger, resolve, low, high):
        said = ledger.text[s.start : s.end].replace(" ", "_")
        if not any(i.start < s.end and s.start < i.end for i in items):
            items.append(_Spoken(s.start, s.end, s.column, is_moment=s.column == f"{said}_at"))
    tokens = [t for t in tokens if not any(i.start <= t.start() < i.end for i in items)]
    for token in tokens:
        word = token[0]
        if word in columns or (is_verb(word, ledger.text[token.end() :])):
            continue
        if state := states.get(singular(word)):
            items.append(_Spoken(token.start(), token.end(), state[0], negated=not state[1], is_state=True))
            continue
        if (held := labels.get(word) or labels.get(singular(word))) and len(held) == 1 and _is_telling(word):
            items.append(_Spoken(token.start(), token.end(), *held[0]))
        elif (begun := regex.fullmatch(r"([a-z]{3,})ing", word)) and f"{begun[1]}ed_at" in columns:
            if regex.search(
                r" (?:finish|finished|completed?|did|done(?: with)?|through)(?: (?:the|their|its|with))* $",
                ledger.left[low : token.start()],
            ):
                items.append(_Spoken(token.start(), token.end(), f"{begun[1]}ed_at", is_moment=True))
        elif rest := regex.fullmatch(r"(?:un|in|non-?|not-(?:yet-)?)([a-z]{4,})", word):
            if name := resolve(rest[1]):
                moment = name == f"{rest[1]}_at"
                if moment or schema.type_of(table, name) == "boolean":
                    items.append(_Spoken(token.start(), token.end(), name, None, True, moment))
            elif (held := labels.get(rest[1])) and len(held) == 1:
                items.append(_Spoken(token.start(), token.end(), *held[0], negated=True))
    kept = sorted((i for i in items if i.column in columns), key=lambda item: item.start)
    place = 0
    while place < len(kept):
        item, after = kept[place], kept[place + 1] if place + 1 < len(kept) else None
        if after and item.value and after.value is None and item.column == after.column and after.start == item.end + 1:
            item, place = replace(item, end=after.end), place + 1  # "bronze tier"
        yield item
        place += 1


def _is_telling(word: str) -> bool:
    """It is long enough to be meant as a value wherever it stands."""
    return len(word) > 3 or (len(word) == 3 and word.isalpha() and word not in FILLERS | NO_VALUE)


def _labels(table: str, schema: Schema) -> dict[str, list[tuple[str, str]]]:
    """(column, value) by the words for the value."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in schema.columns(table):
        for label in schema.choices(table, name):
            told = regex.search(
                rf"\b{re.escape(label)} for ([a-z]+)", str(schema.columns(table)[name].get("comment", ""))
            )
            for words in {label.lower(), label.lower().replace("_", " "), *(told.groups() if told else ())}:
                found.setdefault(words, []).append((name, label))
    return found


def _denied(before: str) -> bool:
    return bool(
        regex.search(
            rf" {_NOT}(?: (?:yet|been|being|finish|finished|complete|completed|the|their|currently|be|actually|a|an|have|has|already|the|in|for|those|any|with|of|on|when|where|if))* $",
            before[-40:],
        )
    )


def _column_test(
    ledger: Ledger, item: _Spoken, start: int, stop: int, high: int, table: str, schema: Schema
) -> list[Condition]:
    """What is said of a column behind or before it, struck out; empty where it is only named."""
    name, kind = item.column, schema.type_of(table, item.column)
    before, after = ledger.left[start : item.start], ledger.left[item.end : stop] + " "
    if kind == "boolean":
        behind = regex.match(
            rf" {_BE}(?P<no>not (?!true)[a-z]+|false|no|not true|off)?(?P<yes>true|yes|on)?(?![^ ])", after
        )
        no = bool(behind and behind["no"] and not regex.match(r"not (?!true|set)", behind["no"]))
        if behind and (behind["yes"] or no):
            ledger.strike(item.end, item.end + behind.end())
        return [Condition(name, "is false" if (no != item.negated) != _denied(before) else "is true")]
    if tests := _listed(ledger, item, high, table, schema):
        return tests
    nullable = not schema.is_required(table, name)
    if nullable:
        for words, test in ((_SOMETHING, "is not null"), (_NOTHING, "is null")):
            if match := regex.match(rf" {_BE}{words}(?![^ ])", after):
                ledger.strike(item.end, item.end + match.end())
                return [Condition(name, test)]  # type: ignore[arg-type]
        if lacks := regex.search(rf"(?<= ){_LACKING}", before):
            ledger.strike(start + lacks.start(), item.start)
            return [Condition(name, "is null")]
        if item.is_moment and (item.negated or _denied(before)):
            return [Condition(name, "is null")]
    if _NUMERIC.match(kind):
        marks = [m.start() for m in regex.finditer(r" (?:, (?:and|but|so|then|plus)|but|so that) ", after)]
        until = item.end + (marks[0] if marks else len(after) - 1)
        counted = regex.search(r"\d(?: [a-z~]+){0,2} $", before)  # "at least 10 points"
        facts = read_numbers(ledger, start if counted else item.start, until)
        tests = [test for fact in facts for test in compared(name, fact.traits)]
        if tests or not (
            nullable and regex.search(rf"(?<= )(?:rows|entries|ones|those|records)(?: that| which)? {_HAVING}", before)
        ):
            return tests
    if (
        match := regex.match(
            r" (?P<no>is not|<>|! =)?(?:is|are|=|equals|==|:)* ?(?P<word>[a-z0-9_#.-]+)(?![^ ])", after
        )
    ) and (match["word"] in ledger.quoted or "=" in match[0]):
        value = value_of(match["word"], ledger.quoted)
        if schema.choices(table, name) or not kind.startswith(("text", "char")):
            raise Unclear(f"{name} {match[0].strip()}")
        ledger.strike(item.end, item.end + match.end())
        return [Condition(name, "differs" if match["no"] else "equals", value)]
    if nullable and (item.is_moment or regex.search(rf"(?<= ){_HAVING}", before)):
        return [Condition(name, "is not null")]
    return []


def _listed(ledger: Ledger, item: _Spoken, high: int, table: str, schema: Schema) -> list[Condition]:
    """ "status draft", "grade 9, 10 or 11", "context is not check_in", "grades 9 to 12"."""
    forms = {
        form: label
        for label in schema.choices(table, item.column)
        for form in (label.lower(), label.lower().replace("_", " "), regex.sub(r"\W+", "_", label.lower()))
    }
    if not forms:
        return []
    one = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    join = r"(?: (?:,|or|and|/|\||, or|, and))+(?: (?:one of|grade|the))?"
    match = re.compile(
        rf" {_BE}(?P<no>(?:not|other than|<>|! =|differs? from|anything but) )?(?:(?:one of|either|in|set to|value|the|=|\(|any of|be|being|to|as) )*"
        rf"(?P<values>(?:{one})(?: (?:to|through|until|-) (?P<last>{one})|(?:{join} (?:{one})(?![^ ]))*))(?: \))?(?![^ ])"
    ).match(ledger.left + " ", item.end, high + 1)
    if not match:
        return []
    said = [forms[word] for word in regex.findall(rf"(?<![^ ])(?:{one})(?![^ ])", match["values"])]
    order = schema.choices(table, item.column)
    before, after = ledger.left[: item.start], ledger.left[match.end() :]
    onwards = regex.match(
        rf" (?:(?:and|or) )?(?P<up>{_UPWARDS})(?![^ ])|(?: (?:and|or))? (?:{_DOWNWARDS})(?![^ ])", after
    )
    led = regex.search(
        r" (?:(?P<floor>from|at least)|(?P<above>above|over|past|beyond|after|than)|(?P<top>up to|until|till|at most)|(?P<below>under|below|before))(?: the)? $",
        before,
    )
    if (onwards or led) and len(said) == 1:  # "grade 4 and up", "under grade 3"
        none = regex.search(r" (?:no|none|not|never|without) (?:[a-z~]+ ){0,2}[a-z ]+ $", before)
        if match["no"] or none or sum(label.isdigit() for label in order) < len(order) - 1:
            raise Unclear(ledger.text[led.start() if led else item.start : match.end()])
        place = order.index(said[0])
        up = bool(onwards and onwards["up"]) or bool(led and (led["floor"] or led["above"]))
        beyond = bool(led and (led["above"] or led["below"]))
        said = list(order[place + beyond :] if up else order[: place + (not beyond)])
        if onwards:
            ledger.strike(match.end(), match.end() + onwards.end())
    if match["last"]:
        said = list(order[order.index(said[0]) : order.index(said[-1]) + 1])
    ledger.strike(item.end, match.end())
    if not said:
        raise Unclear(ledger.text[item.start : match.end()])
    if len(said) == 1:
        return [Condition(item.column, "differs" if match["no"] else "equals", said[0])]
    return [Condition(item.column, "not in" if match["no"] else "in", tuple(said))]


def _outside(ledger: Ledger, start: int, end: int, low: int, high: int) -> bool:
    """Such rows are to be left out. The words that say so are struck out."""
    led = list(regex.finditer(rf"(?<= ){_OUT}(?= )(?!.* (?:index|only|where) )", ledger.left[low:start]))
    trails = regex.search(rf"(?<= ){_LEFT_OUT}(?= )", ledger.left[end:high] + " ")
    if trails and regex.search(
        r" (?:only|just|index) ", regex.split(r" [,;:] | (?:in which|so that) ", ledger.left[low:start])[-1]
    ):
        trails = None
    defined = regex.search(
        r" (?:excluded|left out|skipped|ignored|omitted|not (?:included|counted)|do(?:es)? not count) \( [^()]*$",
        ledger.left[low:start],
    )
    if defined:  # "drafts excluded (drafts = is_published false)"
        return True
    if led:
        ledger.strike(low + led[-1].start(), low + led[-1].end())
    if trails:
        ledger.strike(end + trails.start(), end + trails.end())
    return bool(led) != bool(trails)
