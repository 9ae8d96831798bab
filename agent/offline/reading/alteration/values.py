"""The values that a new column may take, and the one that it takes when nothing is given."""

import re
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading import lexicon
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.schema import Schema
from agent.offline.words import wordset

_MARKS = wordset(", / | -> or and")
_CLOSING = wordset(") . ; \n } - :")
_NO_LABEL = lexicon.NO_VALUE | wordset(
    "index column table save no values value options choices allowed please make use another anything also it's unless those that default them "
    "enum type field constraint check kind kinds everyone everybody thanks because so too still must both-of optional rows ones accepts accept takes take allows allow picks"
)
_MAYBE = wordset("any none never always later new both text other public open list date plus he she they starts end")
"""Values only where nothing but a list's marks is around them."""
_NO_ITEM = wordset(
    "text optional required mandatory nullable null not https http http-or-https boolean integer numeric bigint uuid default unique index indexed column columns "
    "table a an the of to is are be in on for with as and or by must should can may only please also it"
)
_FLANKS = wordset(", / | or and : ( values value options choices are of either from with among")
_TEXT_IS = wordset(", / | or is are be with either between among from mean of accepts values options choices all")
"""Before "text" where it is a value beside audio and video."""
_MULTIPLE = wordset("not_started in_progress on_hold to_do in_review at_risk not_set")
_ANNOUNCED = re.compile(
    r" (?:one of|values?|options?|choices?|allowed|possible|valid|permitted|accepted|can be|may be|must be|should be|either|enum|from|among|in|are|is|be|as|with|only|:|\(|->|=|of|,|pick|picks|levels?|kinds?|types?|mean|meaning|either)"
    rf"(?: (?:are|is|the|following|values?|options|choices|:|\(|one|of|only|just|either|any|a|an|be|are:|{STRUCK}+))* $"
)
_FIRM = re.compile(
    r" (?:one of|values?|options?|choices?|allowed|possible|either|:|\(|->|enum|can be|only)(?: (?:are|is|be|the|:|\(|of|only|either|a|an))* $"
)
_HINT = (
    r"default(?:s|ed)?|unless|otherwise|start(?:s|ed)?|starting|begin(?:s|ning)?|initial(?:ly)?|preset|nothing|nobody|assumed?|existing|new|newly|fresh|fall(?:s)? back|if|when|without|old|become|becomes|count|counts|already|everyone|we have|"
    r"everything|else|unset|missing|use|make|normally|usually|all|ones|not said|until|standard|absence|absent|omitted|skipped|left out|usual|usually|normal|typical|preselected|unspecified|otherwise"
)


@dataclass(frozen=True)
class _List:
    start: int
    end: int
    labels: tuple[str, ...]
    sure: int


def read_values(ledger: Ledger, wishes: list[Clause], table: str, schema: Schema) -> tuple[str, ...] | None:
    """Struck out; None where there is no list. Raises Unclear where two are as likely."""
    spans = ledger.find(r"\d+ to \d+(?: (?:,|/|\||or|and)(?: (?:or|and))? (?:\d+ to \d+|\d+ \+))+")
    if spans and (
        labels := tuple(
            regex.sub(r" to | ", lambda m: "-" if m[0] == " to " else "", one)
            for one in regex.findall(r"\d+ to \d+|\d+ \+", spans[0])
        )
    ):
        ledger.strike(spans.start(), spans.end())
        return labels  # "4-6, 7-9 or 10-12"
    found = [made for low, high in _stretches(wishes) for made in _lists(ledger, low, high, table, schema)]
    if not found:
        return None
    best = max(found, key=lambda one: one.sure)
    for other in found:
        if other is not best and set(other.labels) - set(best.labels) and other.sure >= best.sure:
            raise Unclear(ledger.text[other.start : other.end])
    ledger.strike(best.start, best.end)
    ledger.take_all(r"nothing else|only|just|nothing but|no other", best.end, best.end + 24)
    return best.labels


def _stretches(wishes: list[Clause]) -> list[tuple[int, int]]:
    """Clauses that follow one another at once are read together: a cut may go through a list."""
    out: list[tuple[int, int]] = []
    for clause in wishes:
        if out and out[-1][1] == clause.low:
            out[-1] = (out[-1][0], clause.high)
        else:
            out.append((clause.low, clause.high))
    return out


def _lists(ledger: Ledger, low: int, high: int, table: str, schema: Schema) -> list[_List]:
    """Runs of words between the marks of a list."""
    tokens = list(re.compile(r"[^ ]+").finditer(ledger.left, low, high))
    words = [token[0] for token in tokens]
    found, place = [], 0
    while place < len(words):
        before = " " + ledger.left[max(low, tokens[place].start() - 60) : tokens[place].start()].lstrip("~")
        run = _run(words, place, bool(_FIRM.search(before)))
        if run is None:
            place += 1
            continue
        labels, marks, end = run
        if marks & {"/", "|"} and regex.search(r" [a-z]+ [/|] $", before):  # the list goes further back
            raise Unclear(ledger.text[max(low, tokens[place].start() - 30) : tokens[end - 1].end()])
        names = tuple(dict.fromkeys(ledger.quoted.get(label, label) for label in labels))
        made = _List(
            tokens[place].start(), tokens[end - 1].end(), names, _sureness(labels, marks, before, table, schema)
        )
        if made.sure and len(names) > 1:
            found.append(made)
        place = end
    return found


def _run(words: list[str], place: int, announced: bool) -> tuple[list[str], set[str], int] | None:
    """(labels, marks, where it ends) of a list that begins at a place."""
    labels: list[str] = []
    marks: set[str] = set()
    first = end = place
    over = False
    while place < len(words):
        if words[place] in ("a", "an", "the"):
            place += 1
        label, after = _item(words, place, listed=bool(labels), announced=announced or bool(labels))
        if label is None:
            if (
                labels
                and words[place - 1] in ("/", "|", "or")
                and place < len(words)
                and regex.match(r"(?!(?:on|in|at|by|for|with|from|to|of)$)[a-z]", words[place])
            ):
                raise Unclear(f"{' '.join(labels)} {words[place - 1]} {words[place]}")  # a value that was not read
            break
        labels.append(label)
        end = place = after
        if marked := regex.match(r"\( (?:the |our )?default \)", " ".join(words[place : place + 4])):
            end = place = place + len(marked[0].split())
        if over:
            break
        separators = []
        while place < len(words) and words[place] in _MARKS:
            separators.append(words[place])
            place += 1
        place += place < len(words) and words[place] == "also" and bool(separators)
        if not separators or (marks & {"/", "|"} and not set(separators) & marks):
            break
        if set(separators) & {"/", "|"} and "," in marks:
            return None  # "text, low | high": the list begins later
        marks |= set(separators)
        over = (
            separators[-1] in ("or", "and")
            and words[place : place + 1] != []
            and not ("," not in marks and _goes_on(words, place, separators[-1]))
        )
    several = [label for label in labels if "_" in label and label not in words]
    if "," not in marks and set(several) - _MULTIPLE and set(labels) - set(several):
        raise Unclear(" ".join(words[first:end]))  # "low mid or high": two values or three
    return (labels, marks, end) if len(labels) > 1 else None


def _goes_on(words: list[str], place: int, mark: str) -> bool:
    """ "a or b or c"."""
    return words[place + 1 : place + 2] == [mark]


def _item(words: list[str], place: int, *, listed: bool, announced: bool) -> tuple[str | None, int]:
    """A label and where it ends."""
    pair = "_".join(words[place : place + 2])
    if pair in _MULTIPLE:
        return pair, place + 2
    if place >= len(words) or not _is_label(words[place]):
        word = words[place] if place < len(words) else ""
        behind = words[place + 1] if place + 1 < len(words) else "."
        before = words[place - 1] if place else ":"
        flanked = (
            regex.fullmatch(r"[a-z]+", word)
            and word not in _NO_ITEM
            and before in _FLANKS
            and behind in (",", "/", "|", "(", *_CLOSING)
        )
        beyond = words[place + 2] if place + 2 < len(words) else "."
        if word == "text" and behind in (",", "/", "|", "or", "and") and beyond not in _NO_ITEM and before in _TEXT_IS:
            return word, place + 1
        if flanked and (listed or announced or behind in ("/", "|")):
            return word, place + 1
        if (
            word in _MAYBE
            and (behind in _MARKS | _CLOSING)
            and (listed or behind in ("|", "/", "or") or (announced and behind == ","))
        ):
            return word, place + 1
        return None, place
    behind = words[place + 1] if place + 1 < len(words) else "."
    if behind in _MARKS | _CLOSING or not _is_label(behind):
        return words[place], place + 1
    last = words[place + 2] if place + 2 < len(words) else "."
    if announced and (last in _CLOSING or last in (",", "/", "|", "or", "and")):
        return pair, place + 2
    return (words[place], place + 1) if listed else (None, place)


def _is_label(word: str) -> bool:
    return (
        bool(regex.fullmatch(r"[a-z0-9_][\w.+'-]*", word))
        and word not in _NO_LABEL
        and not regex.fullmatch(r"\d+", word)
        and "#" not in word
    )


def _sureness(labels: list[str], marks: set[str], before: str, table: str, schema: Schema) -> int:
    """None where the words are columns, tables, or no values by what is around them."""
    if regex.search(r" (?:no|not|without|neither) $", before):
        return 0  # "no blanks or dashes"
    announced = bool(_ANNOUNCED.search(before))
    strange = [n for n in labels if n in schema.columns(table) or (schema.table(n) is not None and not announced)]
    if strange and not marks & {"or", "/", "|"} and (len(strange) == len(labels) or not announced):
        return 0
    if any(label.endswith(("_id", "_at", "_url")) for label in labels):
        return 0
    if marks <= {"and"} and not announced:
        return 0
    if len(labels) == 2 and not marks & {"or", "/", "|", "->"} and not _FIRM.search(before):
        return 0
    return len(labels) + 3 * announced + 2 * bool(marks & {"or", "/", "|"}) + 2 * bool(_FIRM.search(before))


def _heard(ledger: Ledger, clauses: list[Clause]) -> str:
    """What is left, with the talk of the rows that are there."""
    text = ledger.left
    for clause in clauses:
        if clause.talk and _of_rows(ledger.text[clause.low : clause.high]):
            text = text[: clause.low] + ledger.text[clause.low : clause.high] + text[clause.high :]
    return text


def _of_rows(said: str) -> bool:
    """It tells of the rows that are there."""
    return bool(regex.search(r" (?:exist|existing|already|current|old|we have) ", f"{said} "))


_THERE = r"existing|exists?|already|current(?:ly)?|so far|old(?:er)?|those|these|they|them|historic(?:al)?|past|previous|present|at the moment|until now|up to now|we have|in there|today"
_NEWER = r"new(?:ly)?|future|fresh|unless|otherwise|default(?:s|ed)?|from now on|nothing|not|later|going forward|next"


def values_apart(ledger: Ledger, clauses: list[Clause], labels: tuple[str, ...]) -> tuple[str, str] | None:
    """(of the rows that are there, of new ones) where the two are told apart. Struck out; raises Unclear for several."""
    names = "|".join(sorted((re.escape(label.lower()) for label in labels), key=len, reverse=True))
    heard = Ledger(_heard(ledger, clauses))
    told: dict[bool, list[re.Match[str]]] = {True: [], False: []}
    for low, high in ledger.sentences():
        for start, end in heard.spans(r"[,;()]|but|while|whereas|and", low, high):
            found = list(re.compile(rf"(?<![^ ])(?:{names})(?![^ ])").finditer(heard.left, start, end))
            there, newer = heard.find(_THERE, start, end), heard.find(_NEWER, start, end)
            if len(found) == 1 and bool(there) != bool(newer):
                told[bool(there)].append(found[0])
    of_old, of_new = ({match[0] for match in told[kind]} for kind in (True, False))
    if not of_old or not of_new or of_old == of_new:
        return None
    if len(of_old) > 1 or len(of_new) > 1:
        raise Unclear(f"{' and '.join(sorted(of_old | of_new))} for rows that are there and for new ones")
    for match in (*told[True], *told[False]):
        _strike_begun(ledger, match)
    spelled = {label.lower(): label for label in labels}
    return spelled[of_old.pop()], spelled[of_new.pop()]


def _strike_begun(ledger: Ledger, value: re.Match[str]) -> None:
    """A value, and the verb of beginning beside it: "new ones start with it", "it is what everybody starts with"."""
    begins = r"(?:starts?|begins?|start(?:ed|ing)|beginn?ing)(?: (?:out|off|with|as|at|from|in|on))*"
    before = regex.search(rf" {begins} $", ledger.left[: value.start()])
    after = regex.match(
        rf"(?: (?:is|are|what|where|the|one|value|everybody|everyone|they|we|it|all|new|ones|rows|each))* {begins}(?![^ ])",
        ledger.left[value.end() :],
    )
    ledger.strike(before.start() + 1 if before else value.start(), value.end() + (after.end() if after else 0))


def default_among(ledger: Ledger, clauses: list[Clause], labels: tuple[str, ...]) -> str | None:
    """The value that is named once more, in a clause about what holds when nothing is said. Struck out; raises Unclear for two."""
    forms = {
        form: label
        for label in labels
        for form in (
            label.lower(),
            f"{label.lower()}s",
            label.lower().replace("_", " "),
            regex.sub(r"[^\w/:.]+", "_", label.lower()),
        )
    }
    names = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    if match := regex.search(rf"(?<![^ ])({names}) \( (?:the |our )?default \)", ledger.text):
        return forms[match[1]]
    plainly = {
        forms[m[1] or m[2] or m[3]]
        for m in regex.finditer(
            rf"(?<![^ ])(?:({names}) (?:being|is|as|=) (?:the |our )?default|(?:the )?default(?:s|ing)?(?: (?:to|is|=|:|being|of))* ({names})|if nothing is said(?: ,)? (?:[a-z~]+ ){{0,4}}?({names}))(?![^ ])",
            ledger.left,
        )
    }
    if len(plainly) > 1:
        raise Unclear(f"{' and '.join(sorted(plainly))} as the default")
    said: list[str] = []
    for low, high in _stretches([c for c in clauses if not c.talk or _of_rows(ledger.text[c.low : c.high])]):
        for start, end in ledger.spans(r"[;()]|\.|but", low, high):
            for match in re.compile(rf"(?<![^ ])({names})(?![^ ])").finditer(_heard(ledger, clauses), start, end):
                around = ledger.text[max(start, match.start() - 70) : min(end, match.end() + 70)]
                said_of = (
                    rf"default(?: (?:is|to|=|:))* {match[1]}|{match[1]} (?:is (?:the |also )?|by |as )(?:default|what)|(?:are|is)(?: all)? {match[1]}"
                    if match[1] in lexicon.NO_VALUE
                    else _HINT
                )
                if regex.search(rf"(?<![^ ])(?:{said_of})(?![^ ])", around):
                    said.append(forms[match[1]])
                    _strike_begun(ledger, match)
    place = regex.search(
        r" (?:make|use|take|so|and) (?:that|this|it) (?:is|as|should|shall|be|the|our|also) (?:(?:as|be|the|our|also) )*(?:default|what (?:they|it|everyone|everybody|we) )|"
        r" (?:make|use|take) (?:that|this|it) default",
        ledger.text,
    )
    if place and not said:
        told = [m for m in regex.finditer(rf"(?<![^ ])({names})(?![^ ])", ledger.text) if m.end() <= place.start()]
        said = [forms[told[-1][1]]] if told else []
    said = [label for label in said if label in plainly] if plainly and len(set(said)) > 1 else said
    if len(set(said)) > 1:
        raise Unclear(f"{' and '.join(dict.fromkeys(said))} as the default")
    if not said:
        return None
    ledger.take_all(
        r"(?:it |they |which |and |is |are |by |the |as |with |rows |ones? )*(?:default(?:s|ed)?|initial(?:ly)?)(?: (?:to|is|are|of|as|:|=|value|at))*"
    )
    return said[0]
