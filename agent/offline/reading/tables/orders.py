"""Which of two moments comes first: "a quest expires after it becomes available", in any build.

A sentence is taken apart into moments and what compares them, as in `tables.states`: what is denied or refused is turned
round, and what may be equal is kept. A sentence with a word that is no part of it is left as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from agent.offline import regex
from agent.offline.reading.body import Body
from agent.offline.reading.conventions import Named
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.tables.moments import about, moment, nth, root
from agent.offline.reading.traits import Traits

_TIME = r"(?:time|date|timestamp|datetime|moment|point in time|point|instant|day)"
_ROW = r"(?:(?:an?|the|any|every|each|all|its|their) )*(?:ROWS)"
_SUBJECT = rf"(?:it|they|you|we|{_ROW})"
_SET = r"(?:given|set|present|there|null|empty|missing|filled(?: in)?|one|specified|known|any|exists?)"
_SAME = r"(?:(?:be |at |in |on |of )*(?:exactly |the |very )*(?:same|equal|identical)(?: (?:time|moment|instant|day|date))?|equality)(?: (?:as|to|with))?"
_MARKS: tuple[tuple[str, str], ...] = (
    ("", r"at (?:a certain|some|one|1|a given) (?:time|moment|point)(?: ,)?|(?:please )?compare (?:the|its) (?:(?:two|2|both) )?(?:times|dates|moments|timestamps)(?: of (?:an?|the|each|every) ROWS)?|(?:(?:an?|the) )?(?:(?:check|constraint|rule|database) (?:must|should|shall) )?(?:require|validate|verify)(?:s)?(?: that)?|seen from|counted from|there (?:must|has to|should|needs to) be (?:some |a |an )?(?:time|gap|interval|stretch) between|(?:and )?(?:never|not) (?:any )?(?:sooner|earlier|before)(?: than that)?(?=(?: ,)?(?: and| or|$))|whatever|~+|•|(?:check|invariant|constraint|rule|validation|order of (?:the )?times)(?: rule)?(?= (?::|\())|(?:please )?(?:also )?(?:(?:can|could) you (?:also )?)?(?:make sure|ensure|enforce|guarantee|see to it|check|(?:there (?:needs to|must|should|has to) be|(?:we|i) (?:need|want)|add|put|have) an? (?:check constraint|check|constraint|rule)(?: on)?)(?: (?:so|such|saying))?(?: that)?|when [a-z]+ (?:enters?|saves?|sends?) (?:an?|the)|for (?:(?:all|any|each|every|the) )*ROWS ,|at all times|always|already|also|both|please|some time|at some point|which means(?: that)?|meaning(?: that)?|therefore|thus|hence|never the other way (?:a?round)(?: and| or)?(?= never)"),
    ("D", rf"(?:(?:and |or )*(?:never|not)|nor) at (?:that|the) (?:very|same|exact|very same) (?:time|moment|instant)|\( strict(?:ly)? \)|strictly|(?:and |or )?(?:(?:the 2|both|they) )?(?:must )?(?:never|not) (?:be )?(?:the other way (?:a?round) or )?{_SAME}(?! or)|(?:the 2|both|they) must never be(?: the other way (?:a?round))? or equal"),
    ("E", rf"(?:(?:though|but|and) )?(?:(?:they|both|the 2|[a-z]+ing) )?(?:may |can |might )?{_SAME} (?:is|are) (?:also )?(?:fine|ok|okay|allowed|permitted|possible)|(?:(?:though|but|and) )?(?:(?:they|both|the 2) )?(?:may|can|might) (?:happen |occur |fall |lie )?{_SAME}"),
    ("", r"(?:nulls?|an? null [a-z_]+) (?:(?:is|are) )?(?:pass(?:es)?|ok|fine|allowed)|(?:skipped|ignored) (?:if|when|where) (?:either|one|any)(?: of (?:them|the two))? is null|null or"),
    ("P", rf"(?!(?:when|where|whenever) (?:{_SUBJECT}|(?:an?|the|each) [a-z]+) (?:(?:is|are|was|were|becomes?|gets?) )?WORD(?! (?:is|are) ))(?:if|when|where|whenever|unless|only if|as long as|provided|once)(?: that)? (?:(?:it|they|there|both|either|one|is|are|has|have|an?|the|that|not|any|also) )*(?:(?P<given>SNAKE|WORD(?: {_TIME})?)(?: (?:(?:is|are|not) )*{_SET})?|{_SET})"),
    ("G Q", r"> ?=|(?:at least|greater than or equal to)|(?:not|never|no) (?:before|earlier|less|smaller)(?: than)?"),
    ("L Q", r"< ?=|(?:at most|less than or equal to)|by the time|(?:not|never|no) (?:after|later|more|greater)(?: than)?"),
    ("L Q", r"until after"),
    ("M", r"(?:an? |the |its |their |whose |that |of )*(?P<snake>SNAKE)"),
    ("Q", rf"(?:equal to|{_SAME}|at|on|coincides? with|equals?) or|or (?:exactly )?(?:equal(?: to)?|{_SAME}|at|on|when|while|as)|(?:, )?or (?:coincides?|is equal|equals|is simultaneous|falls together)(?: with| to)?(?: ,)?"),
    ("B", r"(?:, )?(?:and )?(?:always )?in (?:that|this|just that|exactly that) order"),
    ("R", r"(?:reject|refuse|forbid|prevent|disallow)(?:ing|ding)?(?: (?:any|all))?(?! that)|(?:it )?(?:must|should|shall|has to|is) (?:(?:likewise|also|equally) )?(?:be )?(?:impossible|forbidden|not (?:be )?(?:possible|allowed|permitted))(?: (?:to|for|that))?(?: (?:save|store|have|enter|create))?|(?:so )?(?:reject|refuse|forbid) (?:that|it|those)|(?:it )?makes no sense(?: for)?|there (?:must|may|should|can|is|are)(?: be)? no ROWS(?= (?:that|which|whose|with) )|(?:is|are|must|should|shall|has to|have to) (?:to )?(?:be )?(?:being )?(?:not allowed|invalid|an error|refused|rejected|impossible|wrong)(?: to)?|(?:the )?(?:ROWS )?(?:must not|cannot|may not|should not) be (?:saved|stored|accepted)|(?:do not|never) (?:allow|permit|accept|store|save|let|want)|no (?:[a-z]+ )?(?:ROWS)(?= (?:may|can|must|should|shall|is|are) )"),
    ("F", r"(?<!the )(?:comes? |is |goes )?first"),
    ("G", r"(?:(?:comes? )?(?:after|later|afterwards|second)|greater|more|larger|bigger|higher|above|past|beyond|follows?|exceeds?|(?:still )?ahead(?! of)|>)(?: than)?(?: (?:that|this|one)(?= |$))?"),
    ("L", r"(?:(?:comes? )?(?:before|earlier|sooner)|ahead of|less|smaller|lower|below|under|precedes?|predates?|prior to|<)(?: than)?"),
    ("M", rf"(?:(?:(?:an?|the|its|their|next|of|from|at|which|that|when|{_TIME}|{_SUBJECT}|is|was|were|be|being|been|become|becomes|became|has|have|had|must|should|shall|has to|will|to|gets?|got) )*?)(?P<verb>WORD)(?: (?:{_TIME}))?(?: up)?(?: (?:it|them))?(?: (?:of )?{_ROW})?(?: (?:happens|is))?"),
    ("Y", r"may|can|could|might"),
    ("O", r"only"),
    ("X", r"not|never|no|cannot|nor"),
    ("C", r"[,;:.()–]|and|but|so|or|whereas|then|versus|/"),
    ("", rf"(?:if|when|whenever)(?=.* R(?: |$))|if(?= [a-z ]*M\d+ C M\d+ G$)|must|has|have|to|had|should|shall|will|would|be|been|being|is|are|was|comes?|lies?|happens?|falls?|an?|the|that|which|whose|its?|they|you|we|with|on|ROWS|enforce|{_TIME}|possible|(?<=O )(?:once|from)"),
)  # fmt: skip
_BASE = {"start", "du", "begin", "end", "finish", "open", "close", "expir", "avail", "complet"}


@dataclass(frozen=True)
class OrderRule:
    """What the two moments are called, and in brackets behind that."""

    earlier: str
    later: str
    or_equal: bool
    columns: tuple[str, ...] = ()
    refused: bool = False
    """It is turned round from what is refused."""


def roots(text: str) -> set[str]:
    """What moments are called in it."""
    return _BASE | {
        root(part)
        for name in regex.findall(r"[a-z]+(?:_[a-z]+)*_(?:at|on|from|until|date|time)\b", text)
        for part in name.split("_")[:-1]
        if part not in ("next", "last", "first")
    }


COMPARES = re.compile(
    r" (?:before|after|later|earlier|than|below|above|first|precedes?|predates?|follows?|exceeds?|by the time|at least|at most|beyond|past|ahead|sooner|(?:that|this) order|[<>]=?) "
)
FREE = re.compile(
    r" [a-z]+_[a-z_]+ (?:(?:may|can|could|might)(?! not| never| only)(?= )|need not|(?:is|are) not necessarily|(?:do|does) not (?:have|need) to)"
    r"[^,.;()]* (?:before|after|later|earlier|than|below|above) (?:than )?[a-z]+_[a-z_]+ |"
    r" not (?:every|all|each) [^,.;()]+ (?:before|after|later|earlier|than) |"
    r" (?:see|view|read|edit|update|change) [^,.;:()]*only (?:after|before|until) |"
    r" (?:after|before|later|earlier) [^,.;()]+ or (?:after|before|later|earlier) "
)
"""What may be in any order is no rule, and must not become one."""


def is_order(text: str, rows: str, words: set[str]) -> bool:
    """It puts two moments in order, whatever else it says."""
    marks = " ".join(_marked(f" {text} ", rows, words)[0])
    return bool(regex.search(r"(?<![^ ])M\d+ (?:[XD] |[a-z]+ ){0,2}(?:G|L)(?: Q)? M\d+(?![^ ])", marks))


def order_rules(text: str, rows: str, words: set[str]) -> list[OrderRule]:
    marks, names = _marked(f" {text.strip(' .')} ", rows, words)
    if any(not regex.fullmatch(r"[A-Z]\d*", mark) for mark in marks) or {"created_at", "updated_at"} & set(names):
        return []
    if any(one[0] == two[0] == "M" for one, two in pairwise(marks)):
        return []  # "completed quests expire"
    kinds = "".join(mark[0] for mark in marks)
    if (regex.search("[LG]C+M", kinds) or regex.match("[^MP]*[LG]Q?M[^LG]*$", kinds)) and "F" not in marks:
        return []  # "when it expires , which must be later , and when it was completed"
    found: list[OrderRule] = []
    for statement in _statements(marks):
        kinds = "".join(mark[0] for mark in statement)
        told = [names[int(mark[1:])] for mark in statement if mark[1:] and mark[0] == "M"]
        given = [names[int(mark[1:])] for mark in statement if mark[1:] and mark[0] == "P"]
        compared = regex.findall("[LGBF]", kinds)
        if not compared:
            if told and (len({about(name) for name in told}) != 2 or not found):
                return []
            if told:
                found[-1] = replace(found[-1], columns=tuple(told))
            for last in found[-1:] if "Q" in kinds else ():
                found[-1] = replace(last, or_equal=not last.or_equal)
            for last in found[-1:] if "R" in kinds else ():
                found[-1] = (
                    last
                    if last.refused
                    else replace(last, earlier=last.later, later=last.earlier, or_equal=not last.or_equal, refused=True)
                )
        elif chain := regex.fullmatch("M([LG]Q?)M([LG]Q?)M", kinds.replace("P", "")):
            for number, sign in enumerate(chain.groups()):
                pair = told[number : number + 2] if sign[0] == "L" else told[number : number + 2][::-1]
                found.append(OrderRule(pair[0], pair[1], "Q" in sign))
        else:
            if len(told) == 1 and len(given) == 1 and kinds.index("P") < kinds.index("M"):
                told = [*given, *told]  # "if there is an expiry time , it comes after ..."
            several = regex.fullmatch("M{3,}", regex.sub("[XRQPDE]|(?<=M)[LG](?=[QD]*M[PDE]*$)", "", kinds))
            if (
                len({about(name) for name in told}) < len(told)
                or (len(told) != 2 and not several)
                or (len(compared) > 1 and "F" not in compared)
            ):
                return []
            if "Y" in regex.split("[LGF]", kinds)[0] and not set(kinds) & set("XRO"):
                raise Unclear(text)  # "it may expire before it is available"
            denied = (kinds.count("X") + ("R" in kinds)) % 2 == 1
            less = compared[0] != "G" if "F" not in compared else kinds.index("F") < kinds.rindex("M")
            if regex.search("MM[LG]$", kinds) and "F" not in compared:
                told = told[::-1]  # "whatever the start is , the end must be later"
            for one in told[:-1]:
                first, second = (one, told[-1]) if less != denied else (told[-1], one)
                found.append(OrderRule(first, second, ("Q" in kinds) != denied, refused="R" in kinds))
        if "E" in kinds or "D" in kinds:
            found[-1:] = [replace(rule, or_equal="E" in kinds) for rule in found[-1:]]
    return found


def _marked(text: str, rows: str, words: set[str]) -> tuple[list[str], list[str]]:
    """The sentence as marks, and the words of the moments by the number behind the mark."""
    names: list[str] = []

    def mark(kind: str, match: re.Match[str]) -> str:
        told = next((value for value in match.groupdict().values() if value), None)
        if told is None:
            return "" if kind == "P" else kind
        names.append(told)
        return f"{kind}{len(names) - 1}"

    for kind, pattern in _MARKS:
        ready = pattern.replace("ROWS", f"(?:{rows})").replace("WORD", f"(?:{'|'.join(sorted(words)) or '(?!)'})")
        ready = ready.replace("SNAKE", r"(?!is_)[a-z]+(?:_[a-z]+)+")
        text = regex.sub(" +", " ", regex.sub(rf"(?<![^ ])(?:{ready})(?![^ ])", partial(mark, kind), text))
    return text.split(), names


def _statements(marks: list[str]) -> Iterator[list[str]]:
    current: list[str] = []
    for mark in [*marks, "."]:
        if mark[0] not in "C.":
            current.append(mark)
            continue
        kinds = "".join(m[0] for m in current)
        told = sum(m[0] in "MP" and m[1:] != "" for m in current)
        if current and (mark == "." or set(kinds) <= set("QEDR") or (told > 1 and set(kinds) & set("LGBF"))):
            yield current
            current = []


def order(rules: list[OrderRule], body: Body) -> None:
    """Gives the rules to their columns. Raises Unclear where one is not there, or two rules differ."""
    held: dict[frozenset[int], tuple[Entry, Entry, bool, bool]] = {}
    for rule in rules:
        ends = (rule.earlier, rule.later)
        known = [_column(name, body) for name in ends if name != "former_moment"]
        pair = (
            known
            if len(known) == 2
            else [nth("former", body, *known) if name == "former_moment" else known[0] for name in ends]
        )
        if rule.columns:
            named = [_column(name, body) for name in rule.columns]
            named = (
                named
                if moment(rule.earlier, body) in (None, named[0]) and moment(rule.later, body) in (None, named[1])
                else named[::-1]
            )
            pair = [entry or other for entry, other in zip(pair, named, strict=True)]
            if {id(entry) for entry in pair} != {id(entry) for entry in named}:
                raise Unclear(f"{rule.earlier} before {rule.later}")
        earlier, later = pair
        if earlier is None or later is None or earlier is later:
            raise Unclear(f"{rule.earlier} before {rule.later}")
        exact = "_" in rule.earlier and "_" in rule.later
        before = held.get(key := frozenset((id(earlier), id(later))))
        if before and (before[0] is not earlier or (before[2] != rule.or_equal and before[3] == exact)):
            raise Unclear(f"{rule.earlier} before {rule.later}")
        if before is None or exact:
            held[key] = (earlier, later, rule.or_equal, exact)
    for earlier, later, or_equal, _ in held.values():
        later.traits.merge(Traits(after=body.column_name(earlier), or_equal=or_equal))


def _column(name: str, body: Body) -> Entry | None:
    entry = moment(name, body)
    if entry is None and "_" in name:
        entry = Entry(Named(name))
        body.entries.append(entry)
    return entry
