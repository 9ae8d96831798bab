"""Lists of values: "easy, medium or hard", "(daily | weekly)", "one of open and closed"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.offline.reading import lexicon
from agent.offline.reading.ledger import STRUCK, Ledger
from agent.offline.words import wordset

_SEPARATORS = wordset(", / | or and -> ;")
_ANNOUNCERS = (
    r"(?:(?:one|any|either|1|values?|options|choices|labels|states|levels|kinds|enum(?:eration)?|set) (?:of|among|from|in)|either|among|enum(?:eration)?|"
    r"in \(|(?:only |possible |allowed |permitted |valid |accepted |these |the |three |3 |two |2 |four |4 |five |5 )*(?:values|options|choices|labels|stages|possibilities)(?: only)?(?: are| is| be| of| for it)?(?: only)?|"
    r"(?:allowed|permitted|accepted|valid)(?: are| is| values)?|(?:limited|restricted|constrained) to|(?:types|kinds|stages) of [a-z_]+|whose values are|which is|that is)"
    r"(?: the)?(?: following)?(?: values?)?(?: [:(=])*"
)
_MAYBE = wordset("any none never always later new nothing anything something over under other lower higher")
_MULTIPLE = {"not started", "in progress", "on hold", "to do", "in review", "at risk", "not set"}


@dataclass(frozen=True)
class Listed:
    start: int
    end: int
    labels: tuple[str, ...]
    default: str | None = None
    grows: bool = False
    """The list goes on from a state named before it: "can become active, completed or expired"."""


def read_choices(ledger: Ledger, known: Callable[[str], bool], rows: frozenset[str] = frozenset()) -> list[Listed]:
    """The lists of values, struck out; `known` tells tables and columns, which are no values of a bare list."""
    found = []
    tokens = ledger.tokens()
    place = 0
    while place < len(tokens):
        made = _list_at(ledger, tokens, place, known, rows)
        if made is None:
            place += 1
            continue
        listed, place = made
        ledger.strike(listed.start, listed.end)
        ledger.take_all("only|just|either|exactly|where|restricted|limited|if", max(0, listed.start - 40), listed.start)
        ledger.take_all("only|and nothing else|where", listed.end, listed.end + 24)
        found.append(_grown(ledger, listed) if listed.grows else listed)
    return found


def _grown(ledger: Ledger, listed: Listed) -> Listed:
    """With the state that things are in before they can become those of the list."""
    low = max(ledger.text.rfind(mark, 0, listed.start) for mark in (" . ", "\n", " ; "))
    match = ledger.take(
        r"(?:starts?|begins?)(?: out| off)? (?:as|at|with|in) (?P<first>[a-z_]+)", max(low, 0), listed.start
    )
    if not match:
        return listed
    return Listed(match.start("first"), listed.end, (match["first"], *listed.labels), match["first"])


def _ends_list(words: list[str], place: int, label: list[str], marks: list[str]) -> bool:
    """ "weekdays, weekend, any": words that are values only where nothing but a list's marks is around them."""
    behind = words[place + 1] if place + 1 < len(words) else "."
    return not label and bool(marks) and words[place] in _MAYBE and behind in {")", ".", "\n", ";", "}", *_SEPARATORS}


def _is_label(word: str) -> bool:
    return bool(re.fullmatch(r"[a-z_][\w.+'-]*", word)) and word not in lexicon.NO_VALUE


def _list_at(
    ledger: Ledger, tokens: list[re.Match[str]], first: int, known: Callable[[str], bool], rows: frozenset[str]
) -> tuple[Listed, int] | None:
    words = [token[0] for token in tokens]
    before = _before(ledger, tokens[first].start())
    opened = before.endswith((" (", " :", " =", " -", " in", " of", " from", " {"))
    announced = bool(re.search(rf"(?<![^ ]){_ANNOUNCERS}$", before))
    labels: list[list[str]] = []
    marks: list[str] = []
    default: str | None = None
    place = start = first
    if words[place] in ("a", "an", "the", "either"):
        if words[place] == "either":
            announced = True
        place += 1
    end = place
    while place < len(words):
        label: list[str] = []
        article = place < len(words) and words[place] in ("a", "an", "the")
        place += article
        while (
            place < len(words)
            and (_is_label(words[place]) or _ends_list(words, place, label, marks))
            and len(label) < 3
            and _joined(tokens, place, label)
        ):
            label.append(words[place])
            place += 1
        if place < len(words) and " ".join([*label, words[place]]) in _MULTIPLE:
            label.append(words[place])
            place += 1
        if place + 1 < len(words) and not label and " ".join(words[place : place + 2]) in _MULTIPLE:
            label, place = words[place : place + 2], place + 2
        if not label:
            break
        if len(label) > 1 and " ".join(label) not in _MULTIPLE and not labels and not (announced or opened):
            return None  # the list may start at the last of these words
        mark = re.compile(r" \( (?:(?:the|our|as|is|by) )*default \)").match(ledger.left, tokens[place - 1].end())
        closing = place < len(words) and words[place] in (")", ".", "\n", ";", ",", "/", "|", "or", "and", "->", "}")
        spoken_last = bool(marks) and marks[-1] in ("or", "and") and all(len(x) == 1 for x in labels)
        if len(label) > 1 and spoken_last and " ".join(label) not in _MULTIPLE:
            place -= len(label) - 1
            label = label[:1]
        if len(label) > 1 and not closing and place < len(words) and not mark and " ".join(label) not in _MULTIPLE:
            place -= len(label) - 1
            label = label[:1]
        if not labels and len(label) > 1 and label[0] in ("value", "values", "options", "choices"):
            label, start = label[1:], start + 1
        if (
            len(label) > 1
            and not labels
            and place < len(words)
            and words[place] in ("/", "|")
            and not before.endswith(" (")
        ):
            return None
        labels.append(label)
        end = place - 1
        if mark:
            default = "_".join(label)
            while place < len(words) and tokens[place].start() < mark.end():
                place += 1
            end = place - 1
        separator: list[str] = []
        while place < len(words) and words[place] in _SEPARATORS - {";"} and _adjacent(ledger, tokens, place):
            separator.append(words[place])
            place += 1
            if place < len(words) and words[place] == "also":
                place += 1
        if not separator or _is_over(marks, separator):
            break
        marks += separator
    if len(labels) < 2:
        return None
    kept = labels
    if not _means_values(kept, set(marks), before, announced, opened, ledger, tokens[end], known, rows):
        return None
    names = tuple(dict.fromkeys(ledger.quoted.get("_".join(label), "_".join(label)) for label in kept))
    marked = default and ledger.quoted.get(default, default)
    grows = bool(
        re.search(
            r"(?:can|may|could|will|might) (?:(?:later|then|also|afterwards) )*(?:be|become|turn|change to)$", before
        )
    )
    return Listed(tokens[start].start(), tokens[end].end(), names, marked, grows), end + 1


def _is_over(marks: list[str], separator: list[str]) -> bool:
    """The list has had its last "or", or goes on with another mark than the one between its values."""
    if marks and marks[0] in ("/", "|"):
        return separator[0] != marks[0]
    if marks and separator[0] in ("/", "|"):
        return True
    spoken = [mark for mark in marks if mark in ("or", "and")]
    return bool(spoken) and (separator[0] == "," or separator[0] not in spoken)


def _before(ledger: Ledger, start: int) -> str:
    """The sentence as far as it goes, without what was struck out right before the list."""
    return " " + re.split(r" \. |\n", ledger.left[:start])[-1].replace(STRUCK, " ").strip()


def _joined(tokens: list[re.Match[str]], place: int, label: list[str]) -> bool:
    return not label or tokens[place].start() == tokens[place - 1].end() + 1


def _adjacent(ledger: Ledger, tokens: list[re.Match[str]], place: int) -> bool:
    return not ledger.left[tokens[place - 1].end() : tokens[place].start()].strip(f" {STRUCK}")


def _means_values(
    labels: list[list[str]],
    marks: set[str],
    before: str,
    announced: bool,
    opened: bool,
    ledger: Ledger,
    last: re.Match[str],
    known: Callable[[str], bool],
    rows: frozenset[str],
) -> bool:
    """The list is one of values, not of columns, tables or verbs."""
    names = ["_".join(label) for label in labels]
    quoted = all(name in ledger.quoted for name in names)
    verbs = sum(name.rstrip("s") in lexicon.ACCESS_VERBS or name in lexicon.ACCESS_VERBS for name in names)
    after = ledger.left[last.end() :].lstrip(f" {STRUCK}")
    enclosed = (
        re.search(r" [a-z_]+ \($", before)
        and after.startswith(")")
        and not re.search(r" (?:can|may|parents?|members?|to|rls) [^.]*\($", before)
    )
    if verbs > len(names) / 2 and not enclosed:
        return False
    if any(name.endswith(("_id", "_at", "_url")) for name in names):
        return False
    columns = sum(known(name) or name in lexicon.COLUMN_WORDS for name in names)
    if columns and "or" in marks and not rows and columns < len(names) > 2:
        columns = 0
    if (
        columns
        and not (quoted and (announced or "or" in marks or marks & {"/", "|"}))
        and not (announced and not rows)
        and (columns > 1 or not announced)
    ):
        return bool(columns < len(names) and marks & {"/", "|"} and announced)
    if quoted or marks & {"/", "|", "->"}:
        return True
    if not rows and not before.strip() and len(names) > 2 and after[:1] in (".", "\n", ""):
        return True
    if rows and re.match(rf"(?:{'|'.join(map(re.escape, rows))})(?![^ ])", after) and "and" in marks:
        return True
    if re.search(
        r" (?:columns?|fields?|attributes?|properties|table|with|has|have|contains?|stores?|index|unique|on|by|key)(?: :| \()?$",
        before,
    ):
        return False
    if "or" in marks:
        return (
            len(names) > 2
            or announced
            or opened
            or bool(re.search(r" (?:is|are|be|being|as|become|becomes|:|,|either|just)$", before))
        )
    if announced or re.match(
        r"(?:are|is|be) (?:the )?(?:only )?(?:ok|okay|allowed|permitted|possible|valid|accepted|fine)", after
    ):
        return True
    if before.endswith(" ("):
        named = re.search(r"([a-z_]+) \($", before)
        return (
            bool(not rows or (named and named[1] not in lexicon.NO_VALUE)) and after.startswith((")", ";", ". ", "-"))
        ) or (bool(named) and bool(re.match(r"(?:,|default|with)", after)))
    if before.endswith((" :", " =", " -")):
        return not re.search(r"\b(?:table|columns?|fields?)\b[a-z ]*[:=]$", before)
    if re.search(r" (?:possible|allowed|valid|permitted) [a-z_]+ are$", before):
        return True
    of = re.search(r" ([a-z_]+) of$", before)
    return bool(of and of[1] in lexicon.CHOICE_NOUNS)
