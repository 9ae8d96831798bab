"""A request cut into clauses, and what each of them is: a wish, or talk about the present, a reason, what stays.

Lines of the form ``key: value`` are put into words first, so that a form that was filled in reads like a sentence.
Talk carries no instruction. It is only asked where the wishes leave a table or a column open.
"""

import itertools
import re
from dataclasses import dataclass, replace

from agent.offline import regex
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.material import MODAL, ORDERS, REASON, SLOTS, goes_on, holds, is_talk, is_wished

_YES = r"(?:yes|y|true|needed|wanted|please|on)"
_NO = r"(?:no|n|none|false|not needed|not wanted|never|off|nope|not allowed|forbidden|-)"
_KEYS: tuple[tuple[str, str, str], ...] = (
    (r"(?:data ?base )?table(?: name)?|tables? to (?:watch|audit|change)|entity|model|target table", r".*", "table {v}"),
    (r"tables? (?:/|and|&) columns?|columns? (?:/|and|&) tables?", r".*", "column {v}"),
    (r"(?:new |the )?(?:columns?|fields?|attributes?|property|names?|keys?|key columns?)(?: names?)?", r".*", "column {v}"),
    (r"set to|(?:new |fill )?value|fill with|becomes", r".*", "set to {v}"),
    (r"keep|keeps|unchanged", r".*", ""),
    (r"(?:old|current|present|existing|previous|actual)(?: [a-z]+)?|now|today|from|before|is", r".*", ""),
    (r"(?:(?:new|wanted|desired|target|future|data|column|should be) ?)*type|wanted|to|should be|desired|new", r".*", "type {v}"),
    (r"(?:the )?(?:lowest|smallest|minimum|minimal|min|lower|highest|largest|biggest|maximum|maximal|max|upper|cap|limit)(?: [a-z]+){0,3}", _NO, ""),
    (r"(?:the )?(?:lowest|smallest|minimum|minimal|min|lower|at least|not below)(?: [a-z]+){0,3}", r".*", "at least {v}"),
    (r"(?:the )?(?:highest|largest|biggest|maximum|maximal|max|upper|cap|limit|at most|not above)(?: [a-z]+){0,3}", r".*", "at most {v}"),
    (r"(?:(?:allowed|possible|valid|permitted|accepted|the) ?)*(?:values?|options?|choices?)|allowed|possible|one of|enum|can be|either", r".*", "one of {v}"),
    (r"(?:the )?default(?: values?)?|starts? (?:as|with|at)|initial(?: values?)?|if (?:empty|missing|not given|nothing given)", r".*", "default {v}"),
    (r"null(?:able|s)?(?: allowed| values?)?|optional|(?:may|can) be (?:null|empty)|allow nulls?", _YES, "optional"),
    (r"null(?:able|s)?(?: allowed| values?)?|optional|(?:may|can) be (?:null|empty)|allow nulls?", _NO, "required"),
    (r"required|mandatory|not null|obligatory", _YES, "required"),
    (r"required|mandatory|not null|obligatory", _NO, "optional"),
    (r"index(?:ed)?", _NO, "no index"),
    (r"unique|partial|composite|concurrently|where|condition|predicate|notes?", _NO, ""),
    (r"index(?:ed)?", _YES, "index it"),
    (r"unique", _YES, "unique"),
    (r"audit(?:ed)?", _YES, "audit"),
    (r"conditions?|where|predicates?|filters?|only|(?:which )?rows|limited to|restricted to", r".*", "where {v}"),
    (r"write to|target|destination|goes to|log", r".*", "to {v}"),
    (r"who|for|for whom|whom|applies to", r".*", "for {v}"),
    (r"events?|actions?|operations?|verbs?|on", r".*", "{v}"),
    (r"context", r"(?!\S+[ .,;)]*$).*", ""),
    (r"reason|why|background|motivation|impact|requested by|size|story|problem|rationale|priority|assignee|cause", r".*", ""),
    (r"out of scope|non-?goals?|not included|(?:the )?(?:existing|current|old) (?:data|rows|columns?)", r".*", ""),
    (r"ticket|issue|task|story|jira", r"#?[a-z]*[-#]?\d+.{0,3}", ""),
    (r"ticket|issue|description|summary|what|how|done(?: when| if)?|definition of done|title|task|wish|change|fix|rule|todo|goal|request|feat|chore|acceptance|expected|result", r".*", "{v}"),
)  # fmt: skip
_LACKING = r"(?:and |but )*(?:if|when|whenever|where|in case|unless) .*\b(?:not|nothing|none|no|nobody|never|empty|blank|missing|omitted|left out|unset)\b"
"""A condition that a value is not given; what follows says what it is then."""
_HEADING = (
    r"(?:(?:schema|database|db|data|column|small|new|migration) )*(?:change|feature|column|type|index|unique|audit|data|missing|limits?)?"
    r"(?: (?:request|change|rule|criteria|fix|trail|ticket|story))|acceptance(?: criteria)?|summary|details|notes?|checklist|data fix|backfill"
)

_CUT = re.compile(
    r" (?:;|-) | , (?=(?:now it|now they|now we|but|so|hence|therefore|thus|because|since|otherwise|then|while|which|who|whereas|no (?:other|more|one|need|index|garbage|rush|data|changes?)|not (?:every|all|more|less|the|longer|yet)|existing|everything|nothing|nobody|"
    r"right now|currently|(?:usually|normally) not|please|make|use|give (?:them|each|every|all|those|these)|(?:insert|add|create|put)(?: in| into)? (?:for|one|an?|them) (?!column|field|index)|(?:limit|cap|restrict|enforce) (?:[a-z_]+ ⋅|the|it|that|this|[a-z]+_[a-z_]+)|others?|the others?|the rest|old|new|we|they|it|i|its|(?:add|create|introduce|put|store) (?:an?|the|[a-z]+_[a-z_]+)|"
    r"and (?:it|we|they|the|this|that|so|not|never|no|nobody|please|make|keep|leave)) )"
    r"| (?=: [a-z_]+ (?:,|/|\|) [a-z_]+ (?:,|/|\||or|and) )| : (?=(?:add|create|introduce|store|put|keep|save|give) (?:an?|the|[a-z]+_[a-z_]+) )"
    r"| (?=(?:because|since|so that|in order to|although|though|as (?:we|they|our|people|users|the (?!default|first|last|only|initial|value|standard|other|preset|fallback)|it (?!is |was |stands ))|"
    r"so (?:we|that|the|it|they|our|please|make|use|nobody|parents|users)|but|while) )"
)


@dataclass(frozen=True)
class Clause:
    low: int
    high: int
    talk: bool

    def drop(self, ledger: Ledger) -> None:
        """Strikes its words out; the blanks around them go on parting other words."""
        said = ledger.left[self.low : self.high]
        ledger.strike(self.low + len(said) - len(said.lstrip(" ")), self.low + len(said.rstrip(" ")))


def spelled_out(words: str) -> str:
    """The text of a request with its ``key : value`` lines as words and its headings left out."""
    if len(regex.findall(r"(?:^|\.) [a-z]+ :", words)) > 1:  # "table : skills . events : delete"
        words = regex.sub(r" \. (?=[a-z]+ : )", " .\n ", words)
    lines = [line.strip() for line in words.strip().split("\n")]
    out: list[str] = []
    gathering = False
    for place, line in enumerate(lines):
        bare = line.removeprefix("•").strip()
        follows = place + 1 < len(lines)
        if gathering and regex.fullmatch(r"[a-z0-9_'-]+(?: [a-z0-9_'-]+)?(?: \( (?:the )?default \))?[ .,;]*", bare):
            out[-1] += (" , " if not out[-1].endswith("one of") else " ") + bare.rstrip(" .,;")
            continue
        gathering = False
        bare = regex.sub(r"^(?:ac|criterion|step|req|requirement|[a-z]+)[ -]?#?\d+ (?::|-) ", "", bare)
        if regex.fullmatch(_ANSWERS, bare):
            out += [said for pair in regex.findall(_ANSWER, bare) if (said := _keyed(pair))]
            continue
        said = _keyed(bare)
        gathering = bool(regex.search(r"(?:one of|values|options|choices|allowed)(?: :)?$", said or bare)) and follows
        if gathering:
            said = regex.sub(r"(?: :)?$", "", said or bare)
            said = said if said.endswith("one of") else f"{said} one of"
        if said is None or said:
            out.append(bare if said is None else said)
    return " " + " \n ".join(line for line in out if line) + " "


_ANSWER = r"[a-z]+(?: [a-z]+)? : (?:yes|no|none|true|false)(?![^ ])"
_ANSWERS = rf"{_ANSWER}(?: ,? ?{_ANSWER})+"


def _keyed(line: str) -> str | None:
    """A ``key : value`` line as words; None where it is none."""
    match = regex.fullmatch(r"(?P<key>[a-z][a-z /-]{0,40}?) (?::|=|->|=>)(?P<value>.*)", line)
    if not match:
        return None
    value = match["value"].strip()
    bare = value.rstrip(" .,;")
    for key, form, into in _KEYS:
        if regex.fullmatch(key, match["key"]) and regex.fullmatch(form, bare if form in (_YES, _NO) else value):
            return into.format(v=value)
    return None


def clauses(text: str, nouns: frozenset[str] = frozenset()) -> list[Clause]:
    """Of the text as `spelled_out` gives it, in order; `nouns` are what the database knows."""
    found: list[Clause] = []
    told = regex.search(r"\n (?:then|and then) ", text)  # given, when, then
    for sentence in regex.finditer(r"(?:(?! \. |\n).)+", text):
        cuts = [sentence.start(), *_cuts(text, sentence.start(), sentence.end()), sentence.end()]
        lacking = False
        for low, high in itertools.pairwise(cuts):
            if said := regex.sub(r"[ .;,]+", " ", text[low:high]).strip():
                scene = told and regex.match(r"(?:given|when) ", said)
                follows = lacking and regex.match(r"(?:then )?(?:it|we) ", said)
                heading = regex.match(r"[^.;]*:$", text[low:high].strip()) and not regex.search(
                    rf" (?:{MODAL}|{ORDERS}|{SLOTS}) ", text[low:high]
                )
                talk = (
                    bool(scene or heading)
                    or bool(regex.fullmatch(_HEADING, said))
                    or (not follows and is_talk(without_asides(text[low:high]), nouns))
                )
                talk = talk or bool(found and found[-1].talk and low == found[-1].high and goes_on(said, nouns))
                found.append(Clause(low, high, talk))
                lacking = bool(not scene and regex.match(_LACKING, said))
    return [
        replace(clause, talk=clause.talk or _leads_up(text, found, place, nouns)) for place, clause in enumerate(found)
    ]


def _leads_up(text: str, found: list[Clause], place: int, nouns: frozenset[str]) -> bool:
    """It is the title above what is wished, or the reason before "so ..."."""
    said, after = text[found[place].low : found[place].high], found[place + 1 :]
    if is_wished(said) or not any(not c.talk and _asks(text[c.low : c.high], nouns) for c in after):
        return False
    if after and regex.match(
        r" ?,? (?:and )?(?:so|hence|therefore) (?!.* (?:it|them|there|those|that) )", text[after[0].low : after[0].high]
    ):
        return not holds(f"{said} ", nouns) and not regex.search(r" (?:not|never|no|none|nobody|cannot|without) ", said)
    ends = text.find(" \n ")
    titled = (
        place == 0 and found[0].high <= ends + 1 and len(said.split()) < 13 and not regex.search(r"[:;,.]\s*$", said)
    )
    possible = regex.search(r" (?:can|could) (?!not |only |never )", said) and not regex.search(
        r" (?:no|nobody|only|never) ", said
    )
    return bool(titled and (possible or not holds(f"{said} ", nouns)))


def _asks(said: str, nouns: frozenset[str]) -> bool:
    return is_wished(said) or holds(f"{said} ", nouns)


def alarming(text: str, nouns: frozenset[str] = frozenset()) -> str:
    """The text without the talk in which something is told that happens, and that nobody asks for."""
    kept = []
    for clause in clauses(text, nouns):
        said = text[clause.low : clause.high]
        ordered = regex.search(
            r"(?:^|,|and|then|also|please|to|;|\.) (?:please )?(?:drop|truncate|delete|purge|wipe|erase|copy|rename|merge|archive|disable|make|expose|open|enable|grant|revoke|remove|split) ",
            said.strip(" .•\n") and f" {said.strip(' .•')} ",
        )
        if not clause.talk or (ordered and not regex.search(r" (?:wants?|plans?) to ", said)):
            kept.append(said)
    return " " + " . ".join(kept) + " "


def untitled(words: str) -> str | None:
    """Without a first line that is a title and holds nothing that what follows does not say; None where there is none."""
    titled = regex.match(r" ?(?P<title>[^\n.;]+?) \n(?P<body>.+)", words, re.DOTALL)
    if (
        not titled
        or is_wished(titled["title"])
        or holds(f" {titled['title']} ")
        or regex.search(r"\d", titled["title"])
    ):
        return None
    return titled["body"]


def told_in(quoted: dict[str, str]) -> frozenset[str]:
    """What is quoted and has several words is no new name."""
    return frozenset(word for word, said in quoted.items() if " " in said.strip())


def without_asides(clause: str) -> str:
    return regex.sub(r" \( ([^()]+) \)", lambda m: "" if is_talk(m[1]) else m[0], clause)


def _cuts(text: str, low: int, high: int) -> list[int]:
    """Where clauses begin, outside brackets; a reason ends where a list goes on, or what a column is."""
    found = [low] + [
        match.start()
        for match in _CUT.finditer(text, low, high)
        if match.start() > low
        and (
            not regex.match(r" : [a-z_]+ (?:,|/|\|) ", text[match.start() :])
            or regex.search(
                r" (?:so that|because|since|in order to|so (?:we|they|parents)) [^.:\n]*$", text[low : match.start()]
            )
        )
        and not regex.search(r" (?:everything|all|anything|nothing|everybody|everyone) but $", text[: match.end() + 4])
        and text.count("( ", low, match.start()) <= text.count(" )", low, match.start())
    ]
    for begun, end in itertools.pairwise([*found, high]):
        said = regex.match(r"[ .;,•(-]*(?:and |but )?", text[begun:end])
        if (
            said
            and REASON.match(text[begun + said.end() : end])
            and (back := _BACK.search(text, begun + said.end(), end))
        ):
            found.append(back.start())
    return sorted(found)[1:]


_BACK = re.compile(
    r" :(?= )| , (?=(?:and |or |with |but )?(?:an? |the |its |is |it is |be )?(?:default|defaulting|required|optional|nullable|not null|mandatory|unique|indexed|false|true|off|on|http-or-https|https|index|one|plus)(?: |$))"
    r"| , (?:and|plus) (?=an? )"
)


_OTHERS = r"(?:all |any )?(?:the )?(?:others?|rest|everything else|all else|anything else)(?: (?!and|or|it|that|but)[a-z_]+){0,2}? (?:(?:should|must|shall|need|do|does|are|is|stays?|can|be) )*(?:(?:not|never)(?: be)? (?:in (?:it|there|the index)|part of (?:it|the index)|indexed|included|wanted|needed)|left out|excluded|skipped|ignored)"
IRRELEVANT = rf"{_OTHERS}|(?:no matter|regardless of|irrespective of|independent(?:ly)? of|whichever|whatever)(?! [^.;,\n]*(?:case|capital|upper|lower|accent|spelling|must|has to|have to|should))[^.;,\n]*"


def only_heard(ledger: Ledger, parts: list[Clause], anchor: str, material: str) -> list[Clause]:
    """The wishes, where one of them names what is wanted: what tells a fact without `material` beside it is talk."""
    wishes = [c for c in parts if not c.talk]
    if not any(ledger.find(anchor, c.low, c.high) for c in wishes):
        return wishes
    ends = [0, *(m.start() for m in regex.finditer(r" (?:\.|\n) ", ledger.text)), len(ledger.text)]
    kept = []
    for clause in wishes:
        low, high = next((a, b) for a, b in itertools.pairwise(ends) if clause.low < b)
        if (
            is_wished(ledger.text[clause.low : clause.high])
            or ledger.find(anchor, min(low, clause.low), max(high, clause.high))
            or ledger.find(material, clause.low, clause.high)
        ):
            kept.append(clause)
        else:
            clause.drop(ledger)
    return kept
