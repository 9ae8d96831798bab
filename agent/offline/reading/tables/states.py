"""How a column hangs together with a status: "completed ones have a completion time, others do not".

A sentence is taken apart into what it says of the state (it is that one, it is another) and of the column (it is set,
it is empty). Each statement forbids a pair of the two, and the pairs say whether the column is set always, only or
exactly then, however it is put. A sentence with a word that is no part of it is left as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from agent.offline import regex
from agent.offline.reading.body import Body
from agent.offline.reading.conventions import Named, standard
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.tables.moments import about, moment
from agent.offline.reading.traits import Traits

_DET = r"(?:(?:an?|the|its|their|any|that|every|each|all|those|these|such) )*"
_TIME = r"(?:time|date|timestamp|datetime|moment)s?"
_BE = r"(?:is|are|be|being|was|were|has been|have been|having been|gets|becomes)"
_ROW = r"(?:(?:an?|the|any|every|each|all|those|these|such|no|its|of) )*(?:ROWS|it|they|one|ones|that|which|who)"
_OTHER = r"(?:(?:any|all|every|an?|some|each|in|on|from|with|the|of|for) )*(?:other|another|different)"
_STATUS = r"(?:the )?(?:status|state)"
_MARKS: tuple[tuple[str, str], ...] = (
    ("E", r"(?:(?:and|but|you|we) )*(?:(?:neither|never(?: have)? (?:the )?one|cannot have (?:the )?one)(?: of them)?|one (?:(?:must|may|can|does|should) (?:not|never)|cannot|never))(?: (?:may|can|must|should|is|exists?|occurs?|appears?|happens?|be|comes?|goes|there|set|present|allowed|has|have|stands?))* without the other|(?:either )?both(?: (?:are|is|of them|there|set|present))* or neither(?: (?:are|is|one|of them|there|set|present))*|"
        r"(?:, )?(?:and |but )?none of the (?:rest|others)(?: ,)?(?= (?:have|has|need|get|carr|must|may|can|should))"),
    ("C S D", r"(?:and |but )?for (?:each|all|every(?: single)? one) of (?:them|those|these)"),
    ("", r"(?:(?:depends?|depending|hinges?|follows?(?: directly)?)(?: only| solely)?(?: on| from)?|is (?:decided|determined) by) (?:its|the|their) (?:status|state)|(?:its|the|their) (?:status|state) (?:decides|determines)|(?:(?:(?:an?|the) )?(?:check|constraint|rule) (?:(?:should|must|shall|has to) )?)?(?:ties?|couples?|binds?|links?|is tied|is bound|is coupled)(?= .* to (?:the|its|their) (?:status|state))|to (?:the|its|their) (?:status|state)(?= :)"),
    ("I", r"in order (?:to|for)"),
    ("S", r"(?:(?<=and )|(?<=but ))there(?= (?:we|it|one|they) )"),
    ("A", r"(?:(?:is|are|it|they|only|valid|legal|allowed|acceptable|when|if) )*either"),
    ("T L", r"leav(?:e|es|ing) (?:it|that|this|one) (?:out|away|off)"),
    ("H X T", r"(?:lack(?:s|ing)?|miss(?:es|ing)?|do(?:es)? not have|without) (?:it|one|that|this)(?= (?:is|are) not)"),
    ("P N", r"(?<=T )(?:is|are) not(?: so)?(?= ?(?:[.,;]|$))"),
    ("H T", r"(?:says?|tells?|shows?|records?|states?|knows?|notes?) when (?:it|they|that) (?:was|were|has been|got|became) (?P<event>[a-z]+)"),
    ("S", rf"(?:mark|flag|make|call|declare)(?:ing)? {_DET}(?:ROWS|one|it) (?:as |to be )?(?P<marked>STATE)"),
    ("E", r"(?:when|if|while|for) (?:, )?(?:and|but) (?:only|always) (?:when|if|while|for)(?: ,)?|only and always(?: (?:when|if|for))?|always and only(?: (?:when|if|for))?|(?:must |should |have to |has to |always )*(?:go(?:es)? (?:hand in hand|together)(?: with)?|coincide(?:s)?(?: with)?|imply each other|agree|match|belong together|(?:are|be|is|mean) (?:always )?(?:exactly )?(?:one and )?the same(?: thing)?(?: as)?)"),
    ("C S D", r"(?:and |but )then always(?: (?:does|do|is|so))?|(?:, )?which (?:they|it) always (?:does|do|is|are)|(?:and |but )always (?:set |there |required )?for (?:them|those|these)|(?:and |but )always (?:set|filled(?: in)?|there|present) for (?:them|those|these)"),
    ("", r"~+|•|(?:check|consistency|invariant|constraint|rule|validation)(?: rule)?(?= (?::|\())|:(?= \()|\( is_[a-z]+ \)|(?:please )?(?:(?:make sure|ensure|enforce|guarantee|see to it|check|(?:there (?:needs to|must|should|has to) be|(?:we|i) (?:need|want)|add|put|have) an? (?:check constraint|check|constraint|rule))(?: (?:so|such|saying))? that|leaves?(?= (?:the|its|that|this) )|whether|make sure|please)|"
        r", can you enforce that(?: (?:at|in|on) the (?:db|database)(?: level)?)?|the database (?:should|must|shall|has to)(?: (?:enforce (?:this|that|it)|reject rows violating either half))?|, so you never get one without the other|for (?:all )?(?:the )?ROWS ,|at all times|always|also|both|equally|still|too"),
    ("E", r"(?:exactly|precisely|just)(?: and only)? (?:when|if|while|for|in case|once|as long as|on|where)|only and exactly (?:when|if|for)|if and only if|(?:is|are) equivalent to|⇔|<= >|<->|and the status cannot (?:disagree|differ)|(?:are|is) (?:exactly|precisely) (?:those|the ones)(?= (?:with|that|which|who|whose) )|\) = \(|"
        r"(?:and|but|,) (?:(?:just|only|no) (?:for |in |on |with )?(?:those|these|them|others|other ones?|then)|(?:for |in )?(?:those|these|them|then) (?:only|alone)|(?:for |on |with |in )?nothing else|(?:never|not) (?:otherwise|before|earlier)|(?:(?:for|with|in|on) )?no others?(?: (?:ROWS|ones?|status|state))?|nowhere else)(?: ,)?"),
    ("C E", r"(?:and |but |or |nor )?(?:vice versa|the other way a?round|the reverse)"),
    ("H X", r"go(?:es)? without"),
    ("R", r"(?:please )?make it impossible (?:to|for)(?: (?:save|store|have))?|(?:cannot|(?:can|may|must|should) (?:not|never))(?= be STATE without )"),
    ("O H", r"(?:are|is) the only ones? (?:with|that (?:have|has)|to have)"),
    ("N X", r"none of (?:the )?(?:others|rest)(?: (?:does|do|has|have))?(?: (?:it|one))?"),
    ("O", r"(?:nothing|none|no ROWS) (?:but|except|other than)"),
    ("N", rf"(?:(?:ROWS|ones?|it|they) )?(?:(?:(?:(?:that|which) )?(?:is|are|was|be|being|it|they|with|in|of|for|has|have|having) )*{_OTHER} (?:status(?:es)?|states?|cases?|ones?|values?|ROWS)|(?:(?:until|before) (?:that|then)|(?<=if )not)(?: ,)?|(?:in |on |for |from |with )?(?:(?:any|every) other(?! [a-z]*(?:ROWS|one|stat|case))|(?:all|any)? ?(?:the |of the )?(?:others|rest|else|remaining (?:ones|ROWS)))|"
        rf"(?:(?:when|if|while|where|whenever) (?:it|they|that|{_STATUS}) (?:is|are) )?(?:anything|everything|something) else|elsewhere|otherwise|(?:{_ROW} )*(?:it|they|that|{_ROW}) (?:is|are|was) not(?= ?(?:[,.;)]|$|(?:there|that time|it|they|one) (?:can|must|should|may|has)|(?:do|does|must|should|may) not(?![^ ])|(?:must|should|has to) (?:have it|leave it|be|stay) |cannot|never|(?:has|have) (?:none|no|not)))|"
        r"(?:everything|anything|all(?: ROWS)?|(?:any|every) status)? ?(?:but|except|other than)(?: for)? (?P<besides>STATE)(?: ones)?)"),
    ("N", rf"(?:{_STATUS} |{_ROW} )*(?:(?:{_BE}|can|may|must|should) )?(?:an? |still )?(?:(?:not|never|cannot)(?: yet)? (?:(?:been|be|become|being|marked|as|in|status|state) )*|(?:un|non-)(?=STATE))(?P<not>STATE)(?: (?:one|ones|ROWS))?|until (?:{_ROW} )*(?:{_STATUS} )?(?:{_BE} )?(?P<until>STATE)"),
    ("L", r"cannot be anything but (?:null|empty)"),
    ("E X", r"\) xor \("),
    ("R", r"there (?:cannot|(?:must|should|can|may|shall) (?:not|never))(?: ever)? be"),
    ("W", r"with no|without(?: (?:being|having))?(?: (?:marked|flagged|set) as| an?| in)?"),
    ("H X", r"lack(?:s|ing)?|miss(?:es|ing)(?= (?:an?|the|its) )"),
    ("T", r"(?P<name>(?!is_)[a-z]+(?:_[a-z]+)+|[a-z]+(?:ed|en|[ts]) at)|when (?:it|they) (?:was|were|is|became|got) [a-z]+ \( (?P<told>[a-z]+(?:_[a-z]+)+) \)"),
    ("S", rf"(?:ROWS )?(?:(?:with|in|of|whose|the|has|have|having|an?|being|be|is) )*{_STATUS}(?: of {_DET}ROWS)? ?(?:is|are|=|= =|equals|being|becomes|of|to|to be|must be|has to be|should be)? ?(?P<in>STATE)|(?:in )?{_DET}(?P<of>STATE) {_STATUS}|"
        rf"{_DET}(?P<a>STATE) (?:ROWS|ones?|rows?)|(?:{_ROW} )*{_BE} (?:(?:marked|set|flagged|as|to|in|already) )*(?P<is>STATE)|(?:(?<=once )|(?<=when )|(?<=if )|(?<=for )|(?<=while )|(?<=[EA] )|(?<=those )|(?<=being ))(?:still )?(?:an? )?(?P<when>STATE)(?! (?:time|date))|(?:means|implies)(?: that)?(?: (?:it|the ROWS) is)? (?P<then>STATE)|(?P<bare>STATE)(?= = | means| implies| [EW] | $)|(?:(?<=W )|(?<=unless ))(?P<w>STATE)"),
    ("T", rf"{_DET}(?P<phrase>(?!an? |the |any |its |other |own |current |same |that |this |such |for |these |those |some |all |both |two |three |many |which |when |what |last |following |as |in |of |with |by |at |on |no |more |and |or |separate |are |is |was |were |has |have |store |keep |need |with |from |one |log |note |track |record )[a-z]+ {_TIME}|(?:{_TIME}|end|start) of {_DET}[a-z]+)"),
    ("R", r"(?:(?:do not|never) (?:allow|permit|accept|store|save|let)(?: (?:anyone|anybody|people|users?|someone))?(?: (?:to )?(?:save|store|enter|set|put|keep)(?=(?: (?:an?|the|any))? [A-Z]))?(?: (?:any|an?))?)|(?:reject|refuse|forbid|prevent|disallow)(?:ing|ding)?(?: (?:any|all))?|(?:it )?(?:(?:must|should|has to|is) )?(?:(?:also|likewise|equally) )?(?:be )?(?:impossible|not (?:be )?(?:possible|allowed|permitted)) (?:that|for|to)(?: (?:save|store|have))?|it (?:is|must|should) not (?:be )?(?:possible|allowed|permitted)|(?<!required )to (?:save|store|have)|neither|(?:may|can|must|should|is|are) (?:not |never )?be (?:stored|saved|rejected|refused|allowed)|(?:(?:we|you|i) )?(?:(?:must|should|may|can|want|do|to) )*(?:never|not)(?: want)?(?: to)? (?:have|see|store|save|keep|end up with)(?= S|$)|(?:is|are) (?:(?:to be|being) )?(?:invalid|an error|refused|rejected|impossible)|it is (?:an error|a mistake|wrong|invalid)(?: for| if| when)?|no ROWS(?= (?:may|can|must|should|shall|is|are) )|(?<!has )(?<!have )no(?= S)"),
    ("C R", r"nor"),
    ("M H", r"(?:(?:is|are|be) )*(?:optional|nullable|not (?:required|mandatory|needed|necessary))"),
    ("H", r"(?:(?:may|must|can|should) )?(?:not|cannot) be (?:null|empty|missing|blank|absent|left out|omitted)|(?:is |are |be )?not null"),
    ("L", r"(?:(?:is|are|be|stays?|remains?|it|left|leaves?|that|keep|they|them|has|have) )*(?:null|empty|unset|absent|blank|unknown|undefined|not known|forbidden|prohibited|missing|not (?:allowed|permitted))"),
    ("S", r"those (?:with|having) (?:it|that|this|one)"),
    ("H T", r"(?:(?:we )?(?:need to |must |have to )?know|knows) when(?! ?(?:S|N|(?:it|they|an?|the|each|every) ))|an?y? (?:time|date|timestamp) is there|(?:has|have|with|get|gets) (?:an? time|one|1|it)"),
    ("H X T", r"(?:has|have|with|be) none|(?:has|have) not (?:one|any)"),
    ("H I", r"(?:goes|go|comes?|belongs?|sits?) (?:together )?(?:with|on|to|in)(?= (?:I )?S)"),
    ("H", r"(?:goes|go|comes?|belongs?) (?:together )?with|(?:shows? up|appears?|occurs?)|insist(?:s|ing)? on|(?:(?:is|are|be|it) )*(?:set|present|required|mandatory|compulsory|a must|filled(?: (?:in|out))?|given|known|recorded|stored|there|obligatory|needed)|(?:has|have|having|holds?|hold|carry|carries|exists?|exist|with|needs?|gets?|requires?|bear|bears|knows|including|together with)(?: (?:an?|some) value)?|there (?:has to |must |needs to |should |can |may )?(?:is|are|be)(?! none)"),
    ("X T", r"(?:be )?(?:none|nothing)"),
    ("S", rf"(?:those|ones|{_ROW}) (?:(?:that|which) )?(?:is|are)(?= (?:must|do|does|have to|has to|always|need|should)(?![^ ]))|they(?= (?:(?:always|must|need to|should) )+(?:have|H) (?:one|it|T)(?= ?(?:[.,;C]|$)))|(?<=and )then(?= (?:it|they|one|there|must|has|have|is|are|the|T\d*)(?![^ ]))|(?:(?:they|those|these|all of (?:those|them|these)|ROWS) all)|(?:all|each|every one|every single one) of (?:those|them|these)|(?:and )?(?:from then on|thereafter)|(?:and )?(?:those|these|they|it)(?= do)|(?:it|they|that) (?:is|are)(?: so)?(?= ?(?:[,.;]|$))"),
    ("S", rf"{_STATUS}(?= (?:(?:and|the) )*(?:T\d+ )?E)"),
    ("T", rf"(?<=H )(?:that|the|its) {_TIME}(?= S)|(?:(?:that|this|such an?|the|its) {_TIME}|one|it)(?= (?:(?:must|has to|should|is|can|may|be) )*[HLXEINRC.]| ?$)"),
    ("E", r"(?:exactly|precisely)(?= (?:the )?S)"),
    ("D", r"(?:do|does|must|should|has to|have to)(?= ?(?:[.,;C]|$))|do|does|yes"),
    ("X", r"not|never|no|cannot"),
    ("O", r"only"),
    ("C S", r", where(?= T? ?H)|,? ?(?:and )?in (?:which|that) case(?: ,)?"),
    ("C", r"as well as|(?:while|whereas)(?= (?:[NRLX]|T\d* [LX]))"),
    ("U", r"unless"),
    ("I", r"if|when|once|while|whenever|for|on|after|as long as|as soon as|in case|where"),
    ("M", r"may|can|could|might|allow|permit|accept"),
    ("C", r"[,;:.()–]|and|but|or|so|whereas|then|–"),
    ("", r"means?|implies|implying|being|must|has to|have to|should|shall|will|to|be|is|are|an?|the|that|which|it|they|one|this|all|every|each|any|its|whose|=|-|in|of|we|put|ROWS"),
)  # fmt: skip


_ORDERED = re.compile(
    r" (?:cannot|must not|may not|never|not) (?:(?:be|come|lie) )?(?:before|after|earlier|later|above|below)[^,.;]*"
)
"""An order of two columns, which says nothing of a state."""
TELLS = re.compile(
    rf" (?:[a-z]+_[a-z_]+|{_TIME}|when|[a-z]+ at|(?:the|this|that) (?:1st|2nd|3rd|first|second|third|last|former|latter)) "
)
_MODES: dict[frozenset[tuple[bool, bool]], Literal["exactly", "only", "always"]] = {
    frozenset({(True, False), (False, True)}): "exactly",
    frozenset({(False, True)}): "only",
    frozenset({(True, False)}): "always",
}
"""Pairs of "it is in that state" and "the column is set" that must not be."""


@dataclass
class StateRule:
    mode: Literal["exactly", "only", "always"]
    label: str
    names: list[str] = field(default_factory=list)
    """What the column is called."""
    others: tuple[str, ...] = ()
    """Values that are said to be all the other ones."""


def is_lost(text: str, rows: str, states: list[str]) -> bool:
    """It denies something of a column and a state, and was not read."""
    marks = _marked(_ORDERED.sub(" ", f" {text} "), rows, "|".join(states))[0]
    kinds = "".join(mark[0] for mark in marks if regex.fullmatch(r"[A-Z]\d*", mark))
    named = {mark[0] for mark in marks if regex.fullmatch(r"[A-Z]\d+", mark)}
    if regex.search(r"(?<![^ ])S\d+ (?:[a-z]+ ){0,3}H (?:E )?(?:[a-z]+ ){0,3}T\d", " ".join(marks)):
        return True  # "completed quests usually have a completion time"
    denied = set(kinds) & set("XLNRUWEO") or {"H", "I"} <= set(kinds)
    told = regex.match(r"[ .\n•]*(?:being|having) ", text)
    return "T" in named and bool(named & set("SN")) and bool(denied or told)


def states_of(text: str, low: int, high: int, rows: str) -> list[str]:
    """Words of the sentence that stand elsewhere in a list, or as a flag."""
    rest = f"{text[:low].rstrip(' ')} \n {text[high:]}"
    words = {form for word in text[low:high].split() for form in (word, word.removeprefix("un"))}
    return sorted(
        word
        for word in words
        if regex.fullmatch(r"[a-z][a-z_]+(?<!_at)(?<!_on)(?<!_date)", word)
        and not regex.fullmatch(
            rf"(?:{rows})|it|ones?|they|null|not|or|and|is|set|empty|required|optional|mandatory|obligatory|compulsory|nullable|necessary|needed|unique|timestamp|date",
            word,
        )
        and (
            f"is_{word} " in text
            or regex.search(rf" (?:[,(/|:]|or|and|either|is|of|from) {word} (?:[,)/|;.\n(]|or|and|by default)", rest)
        )
    )


def state_rule(text: str, rows: str, states: list[str]) -> StateRule | None:
    marks, told, verbs = _marked(f" {text.strip(' .')} ", rows, "|".join(states))
    if any(not regex.fullmatch(r"[A-Z]\d*", mark) for mark in marks) or (
        not {mark[0] for mark in marks} & set("HLXWREOU")
        or (regex.match(r" ?(?:being|having) ", text) and "E" not in marks)
    ):
        return None
    if not any(mark[0] == "T" for mark in marks):
        return None
    forbidden: set[tuple[bool, bool]] = set()
    wanted: set[tuple[str, ...]] = set()
    others: tuple[str, ...] = ()
    allowed: set[tuple[bool, bool]] = set()
    denied = False
    for statement in _statements(marks):
        kinds = "".join(mark[0] for mark in statement)
        if set(kinds) == {"E"}:
            forbidden |= {(True, False), (False, True)}
            continue
        if set(kinds) <= set("ISN"):
            return None
        state = next((mark for mark in statement if mark[0] in "SN"), "")
        label = told[int(state[1:])] if state[1:] else ()
        state_is = (state[:1] == "S") != bool(regex.search("[WU][SN]", kinds))
        is_set = ("L" not in kinds) != bool((kinds.count("X") + len(regex.findall("WT|U(?=H?T)", kinds))) % 2)
        if "M" in kinds and set(kinds) <= set("MSNTHLI"):
            continue  # "they may have one"
        if not state or len(regex.findall("[SN]", kinds)) > 1:
            return None
        if state[0] == "S" and label and not is_set and not set(kinds) & set("RWEOU"):
            state_is, others = False, label  # "empty for open and paused"
        elif label:
            wanted.add(label)
        if "A" in marks:
            allowed.add((state_is, is_set))
            continue
        inherited = denied and not set(kinds) & set("RXMUEO") and ("W" in kinds or "L" in kinds)
        denied = denied or bool(set(kinds) & set("RX"))
        premises = {match[1] for match in regex.finditer("(?:I|U(?=H?T)|W(?=T))[^SNT]*([SNT])", kinds)}
        if not premises and not set(kinds) & set("RWEOU"):  # "one that has a time is completed"
            premises = {"T"} if "P" in kinds or (state != "N" and regex.match("[^SN]*T", kinds)) else {"S"}
            if "T" in premises and "P" not in kinds and state not in verbs:
                return None
        if len(premises) > 1:
            return None
        of_column = ("T" in premises) != ("O" in kinds)
        pairs = (
            {(state_is, is_set)}
            if "R" in kinds or (inherited and "W" in kinds)
            else {(not state_is, is_set)}
            if of_column
            else {(state_is, not is_set)}
        )
        if "E" in kinds:
            pairs = {(state_is, not is_set), (not state_is, is_set)}
        if not pairs <= {(True, False), (False, True)} and any(mark[0] == "R" for mark in marks):
            pairs = {(state_is, is_set)}  # "reject ..., and one that ..."
        forbidden |= pairs
    if allowed:
        forbidden |= {(True, True), (True, False), (False, True), (False, False)} - allowed
    mode = _MODES.get(frozenset(forbidden))
    labels = next(iter(wanted), ())
    names = [word for mark in marks if mark[0] == "T" and mark[1:] for word in told[int(mark[1:])]]
    if mode is None or len(wanted) != 1 or len(labels) != 1 or len({about(name) for name in names}) > 1:
        return None
    return StateRule(mode, labels[0], names, others)


def _marked(text: str, rows: str, states: str) -> tuple[list[str], list[tuple[str, ...]], set[str]]:
    """The sentence as marks, and what some of them stand for, by the number behind the mark; and which say what is.

    "A completed one has a time", and "one with a time is completed".
    """
    told: list[tuple[str, ...]] = []
    verbs: set[str] = set()

    def mark(kind: str, match: re.Match[str]) -> str:
        words = next((value for value in match.groupdict().values() if value), None)
        into = "I " if regex.match("(?:in|with|of|on|for|until) ", match[0]) and kind in "SN" else ""
        if words is None:
            return f"{into}{kind}"
        told.append(
            (regex.sub("(?<=time|date|ment|tamp)s$", "", words),)
            if "T" in kind
            else tuple(regex.findall(rf"(?<![^ ])(?:{states})(?![^ ])", words))
        )
        if regex.search(rf"(?:^| )(?:{_BE}|means|implies) ", match[0]):
            verbs.add(f"{kind}{len(told) - 1}")
        return f"{into}{kind}{len(told) - 1}"

    several = rf"(?:{states})(?:(?: ,)?(?: and| or| /| ,) (?:{states}))*"
    for kind, pattern in _MARKS:
        ready = pattern.replace("STATE", several).replace("ROWS", f"(?:{rows})")
        text = regex.sub(" +", " ", regex.sub(rf"(?<![^ ])(?:{ready})(?![^ ])", partial(mark, kind), text))
    return text.split(), told, verbs


def _statements(marks: list[str]) -> Iterator[list[str]]:
    """Each says something of the state and of the column; what the next one leaves out it takes over."""
    current: list[str] = []
    for mark in [*marks, "C", "."]:
        if mark[0] not in "C.":
            current.append(mark)
            continue
        kinds = "".join(m[0] for m in current)
        said = (
            set(kinds) & set("HLDX") or ("T" in kinds and "A" in marks) or ("T" in kinds and set(kinds) & set("WUREO"))
        )
        if current and (mark == "." or (set(kinds) & set("SN") and said)):
            yield current
            current = []


def hold(rule: StateRule, body: Body) -> None:
    """Gives the rule to its column, which is there or is named after the state. Raises Unclear."""
    found = [moment(name, body) for name in rule.names]
    entry = next((entry for entry in found if entry), None) or body.find(f"{rule.label}_at")
    if entry is None and len(set(rule.names)) < 2:
        entry = Entry(Named(standard("_".join((rule.names or [f"{rule.label}_at"])[0].split())), "timestamptz"))
        body.entries.append(entry)
        found = []
    if entry is None or any(other is not entry for other in found):
        raise Unclear(f"which column is set when it is {rule.label}")
    values = {value for other in body.entries for value in other.traits.choices if rule.label in other.traits.choices}
    if rule.others and set(rule.others) != values - {rule.label}:
        raise Unclear(f"{', '.join(rule.others)} as all that is not {rule.label}")
    entry.traits.merge(Traits(set_when=(rule.mode, rule.label)))
