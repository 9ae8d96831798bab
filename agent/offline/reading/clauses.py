"""Columns that a clause describes: "when it was unlocked", "whether it is active"."""

import re

from agent.offline import regex
from agent.offline.reading.conventions import Named, is_participle, participle
from agent.offline.reading.lexicon import FILLERS
from agent.offline.vocabulary import type_for
from agent.offline.words import singular, wordset

_NO_PARTICIPLES = wordset(
    "writed readed seeed gived taked getted buyed finded maked goed doed sended losed meeted payed leaved builded winned beginned"
)
_QUALITIES = {
    "proficient": "proficiency",
    "difficult": "difficulty",
    "hard": "difficulty",
    "long": "duration_minutes",
    "intense": "intensity",
    "old": "age",
    "important": "importance",
    "urgent": "urgency",
}
_PAST = {
    "wore": "worn",
    "took": "taken",
    "gave": "given",
    "saw": "seen",
    "wrote": "written",
    "did": "done",
    "chose": "chosen",
    "began": "begun",
}
_OPENERS = ("when", "who", "how", "if", "whether")
_LEAD_IN = re.compile(
    r"^(?:(?:and|also|plus|with|an?|the|column|field|flag|timestamp|date|time|for|to|of|that|which|say|says|saying|tells?|know|see|"
    r"mark|indicates?|indicating|stores?|storing|tracks?|records?|remembers?|optionally|maybe) )+(?=whether|when|who|how|if |(?:the )?last (?:time|date))"
)


def read_clause(text: str, noun: str) -> Named | None:
    """The column that a clause stands for; None where the text is none."""
    words = regex.sub(r"[¦()]", " ", text).split()
    while words and words[0] in FILLERS and words[0] not in _OPENERS:
        words = words[1:]
    while (
        words
        and words[-1] in FILLERS
        and words[-1] not in ("it", "not", "is", "are", "was", "were", "starts", "begins")
    ):
        if is_participle(words[-1]) and words[-2:-1] and words[-2] in ("is", "was", "were", "are", "been", "got", "of"):
            break  # "the time it was added"
        words = words[:-1]
    bare = _LEAD_IN.sub("", " ".join(words).strip(" ,;:"))
    subject = rf"(?:it|they|this|that|he|she|(?:the|a|an|each|this|that|every) (?:{noun or 'row'}|\w+)|{noun or 'row'})"
    be = (
        r"(?:is|are|was|were|has been|have been|got|gets|become|becomes|became|will be|should be|had been|has|have|had)"
    )
    return (
        _state(bare, subject, be, noun) or _moment(bare, subject, be) or _amount(bare, subject) or _other(bare, subject)
    )


def _state(bare: str, subject: str, be: str, noun: str) -> Named | None:
    own = "|".join((noun, *noun.split("_"))) if noun else "row"
    if match := regex.fullmatch(
        rf"whether(?: or not)? (?:{subject} )?(?:{be} )?(?:(?:an?|the|still|currently|already|been|{own}) )*(?!(?:is|are|it|they)\b)(\w+)(?: (?:{own}|one))?(?: or not)?",
        bare,
    ):
        return Named(f"is_{match[1]}", "boolean")
    return None


def _moment(bare: str, subject: str, be: str) -> Named | None:
    what = r"(?: (?:it|them|(?:the|this|that|an?) \w+))?"
    bare = regex.sub(r" by (?:the|an?|its|their) [a-z]+$", "", bare)
    rank = r"(?:(?P<rank>last|latest|most recent(?:ly)?|first|next) )?"
    patterns = (
        rf"when (?:{subject} )?(?:{be} )?(?:been )?{rank}(?P<verb>\w+)(?:{what}(?: (?P<late>last|first))?| at)",
        rf"(?:last|most recent) (?:time|date)(?: that| when)? (?:{subject} )?(?:{be} )?(?P<verb>\w+)(?: it)?(?P<last>)",
        rf"(?:time|timestamp|moment|date|datetime|date and time)(?: stamp)? (?:(?:of|for|when|(?:at|on) which|that) )?(?:the |its |their )?(?:{subject} )?"
        rf"(?:{be} )?{rank}(?P<verb>\w+){what}",
    )
    for pattern in patterns:
        if match := regex.fullmatch(pattern, bare):
            groups = match.groupdict()
            if groups["verb"] == "birth":
                return Named("date_of_birth", "date")
            if pattern is patterns[2] and (stem := regex.fullmatch(r"([a-z]{3,})ing", groups["verb"])):
                groups["verb"] = f"{stem[1]}ed"  # "time of collecting"
            if pattern is patterns[2] and (not is_participle(groups["verb"]) or groups["verb"] in _NO_PARTICIPLES):
                return None
            groups["verb"] = _PAST.get(groups["verb"], groups["verb"])
            told = "last" if "last" in groups else groups.get("rank") or groups.get("late")
            told = f"{told if told in ('first', 'next') else 'last'}_" if told else ""
            return Named(f"{told}{participle(groups['verb'])}_at", "timestamptz")
    return None


def _amount(bare: str, subject: str) -> Named | None:
    if match := regex.fullmatch(r"(?:number|count) of (\w+) (?:per|a|each) (day|week|month|year)", bare):
        return Named(f"{match[1]}_per_{match[2]}", "integer")
    if match := regex.fullmatch(r"(?:number|count) of (?:the )?(\w+)(?: (?:so far|made|taken|done|used|left))?", bare):
        return Named(f"{singular(match[1])}_count", "integer")
    done = rf"how (?:many times|often) {subject} (?:(?:was|were|is|are|has|have|had|got) )?(?:been )?(?P<verb>\w+)(?: (?:it|(?:the|this|that|an?) \w+))?(?: so far| already)?"
    if (match := regex.fullmatch(done, bare)) and is_participle(match["verb"]):
        return Named(f"times_{participle(match['verb'])}", "integer")
    ending = rf"(?: (?:so far|{subject}|gets|earns|receives|wins|for|is|are|were|was|left|made|taken|there|worth|it|has|had))*"
    if match := regex.fullmatch(rf"how (?:many|much) (\w+){ending}", bare):
        return Named(match[1], "integer")
    if regex.fullmatch(rf"how far {subject} (?:got|gets|is|has got|has come)(?: so far)?", bare):
        return Named("progress", "integer")
    if regex.fullmatch(r"how often(?: .*)?", bare):
        return Named("frequency")
    if (match := regex.fullmatch(rf"how (\w+) {subject} (?:is|are|was|were)(?: on)?", bare)) and match[1] in _QUALITIES:
        return Named(_QUALITIES[match[1]])
    return None


def _other(bare: str, subject: str) -> Named | None:
    link = r"(?:optional )?(?:link|url|web address|hyperlink) (?:to|of|for|pointing to) (?:an? |the |its |their )?((?!(?:it|them|that|this|one)\b)\w+(?: \w+)?)"
    if match := regex.fullmatch(link, bare):
        return Named(f"{match[1].replace(' ', '_')}_url", "text")
    if regex.fullmatch(rf"(?:date|day) (?:until|by|till) which {subject} .*", bare):
        return Named("due_date", "date")
    if match := regex.fullmatch(rf"who (?:has )?(\w+)(?: {subject})?", bare):
        return Named(f"{participle(match[1])}_by", "uuid", user=True)
    if match := regex.fullmatch(r"(?:list|set|array|collection) of (\w+)", bare):
        return Named(match[1], None if type_for(match[1]) == "json list" else "text[]")
    return None
