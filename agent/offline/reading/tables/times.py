"""Moments that are columns, by their names: "three times: when it starts, when it ends", "the times of start and end".

A sentence is taken apart at its commas and brackets. A part that tells a moment becomes the name of its column; so does a
verb or a noun alone where several moments are listed: behind "three times are kept", behind "the times it starts".
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.offline import regex
from agent.offline.reading.clauses import read_clause
from agent.offline.reading.conventions import is_participle, is_snake, standard
from agent.offline.reading.tables.talk import HAVE, LEAD, OPTIONAL, REQUIRED
from agent.offline.words import wordset

_TIMES = r"(?:timestamps|times|moments|dates|instants|points in time)"
_TIME = rf"(?:timestamp|time|moment|instant|datetime|point in time|{_TIMES})"
_BOTH = r"(?<![^ ])(?:dates? (?:and|\+|/|with) (?:the )?time|times? (?:and|\+|/) (?:the )?date)(?=s?(?![^ ]))"
_DET = r"(?:(?:an?|the|its|their|these|those|following|exact|separate|all|\d+) )*"
_WHEN = r"(?:when|that|(?:at|in|on|from) which)"
_SAYS = r"(?:(?:that|which) )?(?:says?|saying|tells?|telling|records?|recording|marks?|marking|shows?|showing|stores?|storing|notes?|noting|indicates?|indicating|gives?|giving)(?: us| me| you)?"
_LEAD = r"(?P<lead>(?:[a-z0-9~_]+ )*?)"
_STRONG = re.compile(
    rf"{_LEAD}{_DET}(?:(?P<rank>last|first|next) )?(?P<time>{_TIME}(?: each)?)(?: {_SAYS}(?= when))?(?: (?:for|of|as to))? (?:{_WHEN} (?P<clause>.+)|(?:(?<=for )|(?<=of ))(?P<noun>.+)|(?P<bare>(?:it|they|(?:the|an?|each|every|that) [a-z]+) .+))"
)
_WEAK = re.compile(rf"{_LEAD}(?P<time>when) (?P<clause>.+)")
_CALLED = re.compile(
    rf"{_LEAD}{_DET}(?:(?P<time>{_TIMES}) (?P<at>[a-z]+[ _](?:at|on))|(?P<called>(?:(?:last|first|next) )?[a-z]+ (?:time|timestamp|moment))(?P<kept> .+)?)"
)
""" "The times available at ...", "its unlock time"."""
_ELIDED = re.compile(rf"{_DET}(?:(?:one|1) )?(?:(?:for|of) )?(?:{_WHEN} )?(?:(?:its|the) )?(?P<clause>.+)")
_INTRO = re.compile(
    rf"{_LEAD}{_DET}{_TIMES}(?: (?:\d+|events|things|first|each|are|is|should|must|be|kept|stored|recorded|tracked|needed|wanted|saved|noted|matter|to|us|for|on|of|it|them|too|as|well|here|which|namely))*|"
    r"(?:for )?(?:the )?timing|when(?: (?:it|things|this|that) happen(?:s|ed)?)?"
)
""" "Three times are kept :"."""
_STORED = re.compile(
    r"(?P<said>.+?) (?:(?:(?:is|are|be|must|should|shall|will|has to|have to|needs? to|gets?|also|both|all) )+(?:stored|saved|kept|recorded|tracked|noted|logged|remembered|needed|included|captured|in (?:there|it))|belongs? (?:in )?(?:there|here|in it))(?: (?:too|as well|also|there|in it))*(?: (?:alongside|along with|together with|next to|beside|besides) (?P<more>.+))?"
)
_KEEPING = HAVE | wordset(
    "know knows remember remembers log logs note notes say says tell tells give gives show shows bring brings capture captures keeping noting"
)
_LEADING = (
    LEAD | _KEEPING | wordset("able clear namely finally lastly per saying telling times timestamps at what look up")
) - wordset("so that not never because who only")
_HAVING = HAVE - wordset("want wants need needs get gets")
_OPENERS = ("also", "then", "finally", "lastly", "additionally", "in addition", "besides", "furthermore")
_DENIED = wordset("not no never cannot only")
_MOMENT = re.compile(r"(?:(?:last|first|next) )?[a-z_]+(?: at)?$")
_GLOSS = re.compile(rf"{_DET}(?:{_TIME})(?: of (?:it|that))?|when (?:that|it|this) (?:was|is|happened)")
""" "Last practiced: the time of it"."""
_SHARED = r"(?<![^ ])(?:(?:its|the|an?) )?[a-z]+(?: , [a-z]+)*(?: ,)? and [a-z]+ (?=(?:times|timestamps|moments)(?![^ ]))(?P<times>[a-z]+)"
_TAIL = wordset("is are must should may can cannot has which optional nullable required mandatory default defaults or")
_VERBS = wordset("starts ends opens closes begins expires expire")
_DOING = {"starting": "starts", "ending": "ends", "beginning": "begins"}
_BE = r"(?:becomes?|became|is|are|was|were|gets?|got|has been|have been)"
_KEPT = rf" ,?(?: so| and)*(?: please)? (?:save|store|keep|record|track|note)(?: (?:these|those|all|the|of|\d+))+ {_TIMES}(?= (?:[.\n]|$))"
""" "So save these three times"."""
_PARTS = re.compile(r" (,|;|:|\(|\)|/|–|, and|and|as well as|plus)(?![^ ])")
"""What stands between the parts of a list."""

_TOLD = (
    r"(?<![^ ])(?P<order>than|after|before) (?:the )?(?:(?:(?:time|moment|point|start|beginning)(?: (?:of|when|that|at which|from which))? )?(?:it|they|(?:the )?(?:{nouns})) "
    r"(?:(?:becomes?|is|are|was|were|gets?|has been) (?P<what>[a-z]+)|(?P<does>start|open|begin|end|close|expire)s?)|(?:time|moment|start|beginning) of (?P<thing>[a-z]+))(?![^ ])"
)
""" "Later than the moment it becomes available"."""


class _Part(NamedTuple):
    name: str = ""
    lead: str = ""
    tail: str = ""
    kind: str = ""
    """ "one" where it is called a moment, "when" where it is not, "many" where others may follow."""


def spelled(text: str, nouns: str) -> str:
    """Its moments as columns of the table; `nouns` is a pattern for what its rows are called."""
    text = regex.sub(_TOLD.format(nouns=nouns), _told, regex.sub(_BOTH, "time", text))
    text = regex.sub(_SHARED, _shared, regex.sub(rf"(?<= )({_TIMES}) [-–](?= )", r"\1 :", text))
    text = regex.sub(_KEPT, "", text)
    parts = regex.split(r"((?: \.)*(?: ?\n(?: ?•)?| \.)(?= |$))", text)
    return "".join(part if n % 2 else _listed(part, nouns) for n, part in enumerate(parts))


def _told(match: re.Match[str]) -> str:
    moment = f"{match['does']}s_at" if match["does"] else standard(f"{match['what'] or match['thing']}_time")
    return f"{match['order']} {moment}"


def _shared(match: re.Match[str]) -> str:
    """ "Start and end times"."""
    names = regex.split(" (?:, and|,|and) ", match[0].removesuffix(f" {match['times']}"))
    moments = [_noun(name) for name in names]
    other = max((n + 1 for n, moment in enumerate(moments) if not moment), default=0)
    told = names[:other] + moments[other:]
    return " , ".join(told) if len(names) - other > 1 else match[0]


def _listed(sentence: str, nouns: str) -> str:
    """A sentence with its moments by their names."""
    words = ["", *_PARTS.split(sentence)]
    texts, joints = [text.strip() for text in words[1::2]], [*words[::2], ""]
    parts = [_part(text, nouns) for text in texts]
    if len(texts) == 1 and _intro(texts[0], nouns) is not None:
        return ""
    if texts[0] in _OPENERS and joints[1] == ",":
        texts, joints, parts = texts[1:], ["", *joints[2:]], parts[1:]  # "finally , it has ..."
    listing, depth = "", 0
    for place, (text, part) in enumerate(zip(texts, parts, strict=True)):
        after = parts[place + 1] if place + 1 < len(parts) else _Part()
        before = texts[place - 1] if joints[place] in (":", "(") and place else ""
        if named := _MOMENT.search(before):
            name = standard(named[0].replace(" ", "_").removesuffix("_at") + "_at")
            if part.name == name or (
                _GLOSS.fullmatch(text) and is_participle(regex.sub("^.*_(?=[a-z]+_at)|_at$", "", name))
            ):
                texts[place - 1], texts[place] = f"{before[: named.start()]}{name}", ""
                joints[place : place + 2] = ["", "" if joints[place] == "(" else joints[place + 1]]
                continue
        depth += (joints[place] == "(" and bool(listing)) - (joints[place] == ")" and depth > 0)
        if joints[place] == ")" and listing == "bracket":
            joints[place], listing = "," if text else "", ""
        if depth or (listing and not set(text.split()) - _TAIL):
            continue  # what is said of the moment before
        lead = _intro(text, nouns) if joints[place + 1] in ((":",) if part.name else (":", ",", "(")) else None
        if lead is not None and (after.name or _elided(texts[place + 1 : place + 2], "many")):
            listing = "bracket" if joints[place + 1] == "(" else "many"
            texts[place], joints[place + 1] = lead or ("" if place else "it has"), ""
            continue
        if joints[place + 1] == "(" and is_snake(texts[place + 1]):
            part = _Part()  # "the time it was put on (worn_at)"
        elif not part.name:
            part = _Part(_elided([text], listing))
        elif part.kind == "when" and not (
            part.lead or listing or after.kind == "when" or _elided(texts[place + 1 : place + 2], "when")
        ):
            part = _Part()
        if not part.name:
            listing = ""
            continue
        listing = listing if listing in ("many", "bracket") else part.kind or listing
        texts[place] = f"{part.lead} {part.name} {part.tail}".strip()
        joints[place] = "," if joints[place] == "/" else joints[place]
    return regex.sub(" +", " ", "".join(f" {joint} {text}" for joint, text in zip(joints, texts, strict=False)))


def _intro(text: str, nouns: str) -> str | None:
    """What is left of words that only say that moments follow; None for others."""
    match = _INTRO.fullmatch(text)
    return _lead((match["lead"] or "").split(), nouns) if match else None


def _part(text: str, nouns: str) -> _Part:
    """The moment that a part tells."""
    stored = _STORED.fullmatch(text)
    for said in (*([stored["said"]] if stored else []), text):
        for pattern in (_STRONG, _WEAK, _CALLED):
            match = pattern.fullmatch(said)
            lead = _lead(match["lead"].split(), nouns) if match else None
            if match is None or lead is None:
                continue
            groups, lead = match.groupdict(default=""), lead or ("it has" if said != text else "")
            time = groups.get("time", "")
            kind = "many" if regex.match(rf"{_TIMES}|.* each$", time) else time if time == "when" else "one"
            for name, tail in _named(groups):
                if lead or not groups.get("called"):
                    more = stored["more"] if stored and said != text else None
                    return _Part(name, lead, f", {more}" if more else tail, kind)
    return _Part()


def _named(groups: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The name of a moment, and what is said of it behind."""
    if called := groups.get("at") or groups.get("called"):
        named = standard(called.replace(" ", "_"))
        if is_participle(regex.sub("^(?:last|first|next)_|_at$", "", named)):
            yield named, ""
        return
    clause, noun = groups["clause"] or groups.get("bare"), groups.get("noun", "")
    words = (clause or noun).split()
    for cut in (len(words), *(n for n in range(len(words) - 1, 0, -1) if words[n] in _TAIL)):
        said = " ".join(words[:cut])
        if name := _clause(said) if clause else _noun(said):
            yield f"{groups['rank']}_{name}" if groups.get("rank") else name, " ".join(words[cut:])


def _lead(words: list[str], nouns: str) -> str | None:
    """What is left of the words before a moment; None where they do not lead up to a column."""
    known = [
        word in _LEADING or bool(regex.fullmatch(nouns, word)) or words[n - 1 : n] in (["each"], ["every"], ["per"])
        for n, word in enumerate(words)
    ]
    have = max((n for n, word in enumerate(words) if word in _HAVING), default=-1)
    if not all(known):
        opens = have >= 0 and all(known[have:]) and not set(words) & _DENIED
        return " ".join(words[: have + 1]) if opens else None
    if set(words) & _KEEPING:
        return " ".join(words) if words[-1] in _HAVING else "it has"
    return " ".join(word for word in words if word in OPTIONAL | REQUIRED)


def _clause(said: str) -> str:
    """ "It becomes available"."""
    found = read_clause(f"when {said}", "")
    if found is None or found.type != "timestamptz":
        return ""
    stem = regex.sub(r"^(?:last|first|next)_|_at$", "", found.name)
    sure = is_participle(stem) or stem in _VERBS or regex.search(rf"(?:^| ){_BE} {stem}$", said)
    return found.name if sure else ""


def _noun(said: str) -> str:
    """ "Completion", "becoming available"."""
    said = regex.sub(rf"^{_DET}", "", said)
    if gerund := regex.fullmatch(r"(?:becoming|being|getting) ([a-z]+)", said):
        return standard(f"{gerund[1]}_time")
    if said in _DOING or is_participle(said):
        return standard(f"{_DOING.get(said, said)}_time")
    found = read_clause(f"time of {said}", "")
    return found.name if found and found.type == "timestamptz" else ""


def _elided(texts: list[str], listing: str) -> str:
    """The moment that a part tells beside others: "expires", "was completed", "of completion"."""
    match = _ELIDED.fullmatch(texts[0]) if listing and texts else None
    if not match:
        return ""
    stored = _STORED.fullmatch(match["clause"])
    said = stored["said"] if stored and not stored["more"] else match["clause"]
    if regex.match(rf"(?:it )?(?:{_BE} |(?:{'|'.join(_VERBS)})$)", said):
        return _clause(said)
    if listing not in ("many", "bracket"):
        return ""
    if is_snake(said):
        return said
    if at := regex.fullmatch(r"([a-z]+)(?: (?:at|on|time|timestamp))?", said):
        return standard(f"{at[1]}_time") if is_participle(at[1]) else _noun(at[1]) if at[1].endswith("ing") else ""
    return _noun(said)
