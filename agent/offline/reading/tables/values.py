"""Lists of values in a sentence: "easy, medium or hard", "(daily | weekly)", "one of open and closed"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading import lexicon
from agent.offline.reading.access_words import ACTOR, VERB
from agent.offline.reading.ledger import Unclear
from agent.offline.words import wordset

MARK = "§"
_SEPARATORS = wordset(", / | or and")
_NO_VALUE = (
    lexicon.NO_VALUE
    - wordset("any list later new none nothing anything something never stored over under allow set string record")
) | wordset(
    "necessary needed must there whole maximum letters characters bool boolean int integer text yes true false flag empty "
    "always filled given said automatically current now today foreign key fk primary cascade delete deleted both "
    "number date time url hex reference references per normally standard first start begin beginning nullable "
    "every own they same parents parent child children members user users § r w crud who not no too also them these those against checked drawn picked validated"
)
_ANNOUNCE = re.compile(
    r"(?:^| )(?:(?:one|any|either|1|values?|options|choices|states?|levels?|kinds?|enum|set|selected|chosen|picked) (?:of|from|among|in|out of|between)"
    r"|either|among|enum|in|from|from the list|from a list|from the values|from a list of|list|of type|values?|options|choices|allowed|permitted|accepted|possible|limited to|restricted to|"
    r"(?:allowed|possible|valid|permitted) (?:are|values|values are|options|is)|(?:values|options|choices|states|levels|kinds|types) (?:are|is|of|be|can be)|"
    r"can be|may be|can only be|may only be|must be|should be|being|which is|that is|is|are|be|as|become|becomes|has|be only)(?: the| only| just| exactly| either| one of)*(?: (?:values?|list|options|following|kinds|states|types))*(?: (?:\(|:|of))*$"
)
_STRONG = re.compile(
    r"\b(?:default|first|initially)\b[^()]* (?:otherwise|later|then|afterwards)$|(?:^| )(?:(?:one|any|either|1|values?|options|choices|states|levels|kinds|enum|set) (?:of|from|among|in)|either|among|enum|in|from|from the list|from a list|"
    r"(?:the )?(?:\d )?values?|options|choices|allowed|permitted|possible|limited to|restricted to|out of|(?:values|options|choices|states|levels|kinds|types) (?:are|of)|list)"
    r"(?: the| only| either| one of)*(?: (?:values?|list|options|following|kinds|states))*(?: (?:\(|:|of|are|be|is))*$"
)
_DOING = re.compile(rf"(?=[a-z]+ing$)(?:{VERB})$")
_TRAITS = r"(?:not null|required|mandatory|obligatory|compulsory|optional|nullable|text|needed|necessary)"
_ACTORS = wordset("server backend service system parents parent users everybody everyone nobody members owners")
_TYPE_WORDS = wordset("parent child user member owner other same text number date boolean time list url email")
_MEDIA = wordset("image images picture photo video audio number link url file date boolean choice list")
_PAIRS = frozenset(["not_started", "in_progress", "on_hold", "to_do", "in_review", "at_risk", "not_set"])


@dataclass(frozen=True)
class Values:
    labels: tuple[str, ...]
    default: str | None = None
    words: tuple[str, ...] = ()


def collapse(
    words: list[str], known: Callable[[str], bool], quoted: dict[str, str], cased: dict[str, str], itemised: bool
) -> tuple[list[str], dict[str, Values]]:
    """The words with each list of values as one token; `itemised` where commas do not part columns."""
    out: list[str] = []
    found: dict[str, Values] = {}
    place = 0
    while place < len(words):
        made = _list_at(words, place, out, known, quoted, itemised)
        if made is None or made[0] is None:
            end = made[1] if made else place + 1
            out += words[place:end]
            place = end
            continue
        values, place = _cased(made[0], cased), made[1]
        if words[place : place + 1] == ["or"] and regex.match(
            r"(?!null|empty|none|nothing|not|no\b|left)[a-z]", words[place + 1]
        ):
            raise Unclear(" ".join([*values.words, *words[place : place + 2]]))
        if _HEADED.search(" ".join(out)):
            raise Unclear(" ".join([*out[-3:], *values.words]))
        token = f"{MARK}{len(found)}"
        found[token] = values
        out.append(token)
    return out, found


def _cased(values: Values, cased: dict[str, str]) -> Values:
    """In capitals where all of them were written so."""
    if not all(label in cased for label in values.labels):
        return values
    return Values(
        tuple(cased[label] for label in values.labels), values.default and cased[values.default], values.words
    )


def _label(words: list[str], place: int, *, free: bool | None) -> tuple[str, int] | None:
    pair = "_".join(words[place : place + 2])
    if pair in _PAIRS:
        return pair, place + 2
    word = words[place] if place < len(words) else ""
    if word == "plus" and words[place - 1] in _SEPARATORS and words[place + 1 : place + 2] in (["or"], [","], ["and"]):
        return word, place + 1
    if regex.fullmatch(r"[a-z_][\w.+'-]*|[a-z0-9]+[a-z_+][\w+-]*", word) and (
        word not in _NO_VALUE or (free and word in _TYPE_WORDS) or free is None
    ):
        return word, place + 1
    return None


_CLOSED = re.compile(
    rf"\( (?!(?:[a-z]+ (?:,|or) )*(?:{_TRAITS}|null|empty|unique|indexed|int\w*|string|bool\w*|number|date|time|https?) )[a-z]+(?: , [a-z]+)+ (?:, )?or [a-z]+(?: (?:[,;.)]|with|and|default)|$)"
)
""" "(never, sometimes or always)": whatever the words are, they are values."""
_HEADED = re.compile(rf"(?:^| )(?:is|are|be|being|of|:|\(|either|among) (?!{_TRAITS} )[a-z]+ (?:,|/|\|)$")
"""A value of the list stands before it that was taken for another word."""


def _list_at(
    words: list[str], first: int, out: list[str], known: Callable[[str], bool], quoted: dict[str, str], itemised: bool
) -> tuple[Values | None, int] | None:
    labels: list[str] = []
    marks: list[str] = []
    default, place, end = None, first, first
    chosen = out[-1:] == ["of"] and out[-2:-1] != [] and out[-2] in lexicon.CHOICE_NOUNS
    opened = "( " if chosen else ""  # "a level of beginning , developing or secure"
    closed = (opened or out[-1:] == ["("]) and _CLOSED.match(opened + " ".join(words[first - (not opened) :]))
    free = (
        None
        if closed
        else out[-1:] == ["either"]
        or out[-2:] == ["one", "of"]
        or (len(out) > 1 and out[-1] in (":", "(") and out[-2].split("_")[-1] in lexicon.CHOICE_NOUNS)
    )
    bare = _run(words, first, out)
    while made := _label(words, place, free=free):
        label, place = made
        if label == "text" and not labels and words[place : place + 1] == [","] and not _MEDIA & set(words[place:]):
            place += 1  # "state: text, open, closed" begins with its type
            continue
        if label in labels or (labels and regex.match(r"(?:is|has|can|was)_", label)):
            break
        if regex.match(
            r"\( (?:(?:the|our|as|is|by|that|this|it|which) )*default \)", " ".join(words[place : place + 6])
        ):
            default = label
            place = words.index(")", place) + 1
        labels.append(label)
        end = place
        separators = []
        while place < len(words) and words[place] in _SEPARATORS:
            separators.append(words[place])
            place += 1
        if not separators and place < bare:
            separators = [","]
        if not separators or _over(marks, separators[-1]):
            break
        marks.append(separators[-1])
    if (
        len(labels) > 2
        and set(marks[: len(labels) - 1]) == {","}
        and place == end
        and out[-2:] != ["one", "of"][: 2 * itemised]
        and _begins(words, end)
    ):
        labels, end = labels[:-1], end - 2  # "one of reading, math, points above 0"
    marks = marks[: len(labels) - 1]
    if len(labels) < 2:
        return None
    if labels[0] in ("type", "kind", "status", "state") and out and out[-1] not in (":", "of", "(", "either"):
        return None, end  # "as achievement type , milestone , special and ..."
    by_somebody = regex.match(rf"(?:only )?(?:by|for|to) (?:(?:the|their|a) )*{ACTOR}(?![^ ])", " ".join(words[end:]))
    if by_somebody and all(regex.fullmatch(VERB, label) for label in labels):
        return None, end  # "may be viewed or updated by parents"
    if end != bare and not _are_values(labels, marks, out, words[end:], known, quoted, itemised):
        return None, end
    names = tuple(dict.fromkeys(quoted.get(label, label) for label in labels))
    return Values(names, default and quoted.get(default, default), tuple(words[first:end])), end


def _run(words: list[str], first: int, out: list[str]) -> int:
    """Where values without commas end: "type daily weekly or special", "level bronze silver gold with bronze as default"."""
    said = out[:-1] if out[-1:] in (["is"], ["are"]) else out
    if not said or said[-1].split("_")[-1] not in lexicon.CHOICE_NOUNS or said[-2:-1] == ["service"]:
        return first
    place = first
    while place < len(words) and _label(words, place, free=False) and words[place] not in lexicon.COLUMN_WORDS:
        place += 1
    if words[place : place + 1] == ["or"] and place > first:
        return place + 2 if _label(words, place + 1, free=False) else first
    if said != out:
        return first
    after = " ".join(words[place : place + 6])
    told = any(regex.search(rf"\bdefault\b.*\b{w}\b|\b{w}\b.*\bdefault\b", after) for w in words[first:place])
    return place if told or place - first > 2 else first


def _begins(words: list[str], place: int) -> bool:
    """What stands there goes on about the word before, which names the next column."""
    after = words[place : place + 2]
    opens = after[:1] == ["("] and after[1:] != ["default"]
    return opens or bool(after and (_label(words, place, free=False) or regex.match(r"\d|[<>]", after[0])))


def _over(marks: list[str], mark: str) -> bool:
    """The list has had its last "or", or another mark would follow."""
    if not marks:
        return False
    slashes = ("/", "|")
    if (marks[0] in slashes) != (mark in slashes):
        return True
    return marks[-1] in ("or", "and")


def _are_values(
    labels: list[str],
    marks: list[str],
    out: list[str],
    after: list[str],
    known: Callable[[str], bool],
    quoted: dict[str, str],
    itemised: bool,
) -> bool:
    if regex.search(
        r"(?:[_ ]|^)(?:" + "|".join(lexicon.CHOICE_NOUNS) + rf") (?:\(|:|–) {_TRAITS} (?::|–)$", " ".join(out)
    ):
        out = out[: -2 - (out[-3] in ("not", "non"))]  # "kind : required : gift , trip , toy"
        out[-1] = ":"
    elif regex.search(rf" \( {_TRAITS} \) :$", " ".join(out)):
        out = [*out[: len(out) - 1 - out[::-1].index("(")], ":"]  # "kind ( required ) : gift , trip , toy"
    before = " ".join(out)
    follows = after[0] if after else ""
    quotes = all(label in quoted for label in labels)
    if any(regex.search(r"_(?:id|at|url|on)$", label) for label in labels):
        return False
    chosen = len(out) > 1 and out[-1] in ("(", ":", "is") and (out[-2] in lexicon.CHOICE_NOUNS or marks[-1] == "or")
    if any(map(known, labels)) and not (
        quotes or ((chosen or _STRONG.search(" ".join(out))) and not all(map(known, labels)))
    ):
        return False
    if set(labels) & _ACTORS and any(label.rstrip("s") in lexicon.ACCESS_VERBS for label in labels):
        return False
    verbs = sum(bool({label, label.rstrip("s")} & lexicon.ACCESS_VERBS or _DOING.match(label)) for label in labels)
    if verbs > len(labels) / 2:
        return False
    nouns = sum(label in lexicon.COLUMN_WORDS for label in labels)
    last = out[-1] if out else ""
    slashed = marks[0] in ("/", "|")
    bracketed = last == "(" and len(out) > 1 and regex.fullmatch(r"[a-z_]+", out[-2]) is not None
    if slashed:
        return nouns < len(labels) or quotes
    spoken = marks[-1] == "or"
    strong = bool(_STRONG.search(before))
    if spoken:
        if itemised and last and last not in lexicon.FILLERS and (len(out) < 2 or out[-2] in (";", ":", ",")):
            return True
        return (
            strong
            or len(labels) > 2
            or quotes
            or bool(_ANNOUNCE.search(before))
            or last in ("(", ":", ",")
            or (last in lexicon.CHOICE_NOUNS)
            or (last == "of" and len(out) > 1 and out[-2] in lexicon.CHOICE_NOUNS)
        )
    if nouns and not (strong and quotes):
        return False
    if strong or (quotes and out[-1:] != [":"]):
        return not regex.search(r"(?:columns?|fields?|attributes?)(?: are| is)?(?: :| \()?$", before)
    if bracketed and out[-2] not in lexicon.FILLERS:
        return follows in (")", ";", "") or follows in ("default", ",", "with", "–")
    if last == ":" and len(out) > 2 and out[-3] in (",", "–", "and", ";") and len(labels) > 1:
        return True
    if last in (":", "is", "are", "of", "being") and marks[-1] == ",":
        noun = out[-2] if len(out) > 1 else ""
        return (
            (itemised or noun in lexicon.CHOICE_NOUNS)
            and bool(noun)
            and not regex.search(r"table|columns?|fields?|optional|required|mandatory", noun)
        )
    if last in lexicon.CHOICE_NOUNS and (itemised or follows == "("):
        return True
    return last in ("of", ":", "is", "are", "being") and len(out) > 1 and out[-2] in lexicon.CHOICE_NOUNS
