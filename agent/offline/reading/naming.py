"""From the words for a column to its name, and from its name to the type it has when nobody says."""

import re
from dataclasses import dataclass

from agent.offline.words import singular

_PARTICIPLES = {
    "completion": "completed", "complete": "completed", "expiry": "expires", "expiration": "expires", "expire": "expires",
    "expires": "expires", "expired": "expires", "availability": "available", "publish": "published", "publication": "published",
    "publishing": "published", "practice": "practiced", "unlock": "unlocked", "unlocking": "unlocked", "review": "reviewed",
    "award": "awarded", "start": "started", "starting": "started", "end": "ended", "ending": "ended", "finish": "finished",
    "delivery": "delivered", "purchase": "purchased", "submission": "submitted", "approval": "approved", "login": "logged_in",
    "earning": "earned", "activation": "activated", "resolution": "resolved", "signing": "signed", "acceptance": "accepted",
    "archival": "archived", "deletion": "deleted", "cancellation": "cancelled", "posting": "posted", "reading": "read",
    "viewing": "viewed", "visit": "visited", "use": "used", "usage": "used", "update": "updated", "creation": "created",
    "assignment": "assigned", "play": "played", "practise": "practised", "grant": "granted", "granting": "granted",
}  # fmt: skip
_IRREGULAR_PARTICIPLES = {
    "sent", "read", "seen", "begun", "done", "given", "taken", "won", "lost", "paid", "due", "available", "met", "made",
    "written", "shown", "chosen", "hidden", "held", "found", "bought", "sold", "left", "built", "spent", "heard", "active",
}  # fmt: skip
_FILLERS = set(
    "a an the its their his her our your my this that these those each every all any some it they them we i you he she one ones "
    "which who what there here be is are was were been being am do does did have has had having will would shall should must can could "
    "may might need needs needed want wants like please just simply also too as well then so and or of to for with in on at by from "
    "into about column columns field fields attribute attributes property properties called named name-of value values plus stored store "
    "kept keep recorded record tracked track holding holds hold containing contains contain including includes include new own "
    "given only always ever additionally furthermore finally lastly another addition besides both such starts begins "
    "starting beginning run runs stay stays go goes lie lies measured allowed allow accepted accept kind-of sort-of simple plain basic small "
    "little proper ranging range ranges restricted limited limit constrained validated checked ok okay either consisting consists type-of "
    "say says saying current full separate extra dedicated free let lets us make sure ensure whose if how when".split()
)  # fmt: skip
_CUT = re.compile(
    r"\b(?:shown|used|displayed|describing|explaining|telling|indicating|showing|which|that|so|because|where|since|representing|"
    r"visible|meaning|such as|like|based on|depending|belonging|saying|to (?:show|display|help|let|allow|identify|describe|explain|indicate|track|mark|say|tell|store|know)|for (?:the|a|an|when|use|showing|display|each|every|our|internal|extra|anything|later|other))\b"
)
_HARD = re.compile(r"\d|\b(?:not|never|cannot|no|unless|except|only|unique|default|must|drop|delete|remove|public|anon)\b|[<>=]")


@dataclass(frozen=True)
class Named:
    """A column's name as the words give it, and the type that they imply."""

    name: str
    type: str | None = None
    user: bool = False
    """It names the person who did something."""


class Unclear(Exception):
    """Words that were not understood."""

    def __init__(self, words: str) -> None:
        self.words = re.sub(r"\s+", " ", words.replace("¦", " ")).strip(" ,;:()-")
        super().__init__(self.words)


def is_filler(word: str) -> bool:
    return word in _FILLERS


def content(text: str) -> list[str]:
    """The words that carry meaning, without bars and fillers."""
    return [word for word in re.findall(r"[\w#%<>=-]+", text) if re.search(r"\w", word) and not is_filler(word)]


def named(text: str, noun: str = "") -> Named | None:
    """The name that is left of a column's description; None where only fillers are.

    `noun` is the table's in the singular: a "quest title" of quests is its title. Raises Unclear.
    """
    for part in [text, *re.split(r"[¦,;:()]+", text)]:
        if (special := _special(part, noun)) and not content(text.replace(part, "")):
            return special
    kept = []
    for part in re.split(r"[¦,;:()]+|(?<!\w)-(?!\w)", text):
        cut = _CUT.search(part)
        head, tail = (part[: cut.start()], part[cut.start() :]) if cut and content(part[: cut.start()]) else (part, "")
        if _HARD.search(" ".join(content(tail))):
            raise Unclear(text)
        if words := _trim(head.split()):
            kept.append(words)
    if not kept:
        return None
    words = kept[0]
    if len(words) == 2 and words[0] in ("short", "brief", "long", "longer", "quick") and words[1] not in ("name", "code", "url"):
        words = words[1:]
    for more in kept[1:]:
        if len(more) == 1 and more[0] in _UNITS:
            words = [*words, more[0]]
        else:
            raise Unclear(" ".join(sum(kept, [])))
    name = _join(words, noun)
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){0,4}", name):
        raise Unclear(" ".join(words))
    return Named(name)


_UNITS = {"points", "minutes", "seconds", "hours", "days", "weeks", "stars", "dollars", "cents", "euros", "percent", "point", "minute"}


def _trim(words: list[str]) -> list[str]:
    while words and (is_filler(words[0]) or not re.search(r"\w", words[0])):
        words = words[1:]
    while words and (is_filler(words[-1]) or not re.search(r"\w", words[-1])):
        words = words[:-1]
    return words


def _join(words: list[str], noun: str) -> str:
    if len(words) == 3 and words[1] in ("of", "in"):
        words = [words[2], words[0]] if words[2] != "birth" else words
    elif len(words) >= 4 and words[1] == "of":
        words = [*(w for w in words[2:] if not is_filler(w)), words[0]]
    words = [word for word in words if word not in ("the", "a", "an", "its")]
    name = re.sub(r"[^a-z0-9]+", "_", "_".join(words)).strip("_")
    if noun and name.startswith(f"{noun}_") and name != f"{noun}_id":
        name = name.removeprefix(f"{noun}_")
    return standard(name, noun)


def standard(name: str, noun: str = "") -> str:
    """A name as the conventions spell it: ``completed_at`` for a completion time, ``quest_type`` for a type."""
    if name == "type" and noun:
        return f"{noun}_type"
    if match := re.fullmatch(r"(?:(last|first|next)_)?(\w+?)_(?:time|timestamp|datetime|moment|at)", name):
        return f"{match[1] + '_' if match[1] else ''}{_PARTICIPLES.get(match[2], match[2])}_at"
    if match := re.fullmatch(r"(?:(last|first|next)_)?(\w+?)_date", name):
        if match[2] in _PARTICIPLES and match[2] not in ("start", "end") or match[2].endswith("ed") or match[1]:
            return f"{match[1] + '_' if match[1] else ''}{_PARTICIPLES.get(match[2], match[2])}_at"
        return name
    if match := re.fullmatch(r"(last|first|next)_(\w+)", name):
        if match[2] in _PARTICIPLES or _is_participle(match[2]):
            return f"{match[1]}_{_PARTICIPLES.get(match[2], match[2])}_at"
    if name in ("expiry", "expiration", "expires", "completion", "availability"):
        return f"{_PARTICIPLES[name]}_at"
    if re.fullmatch(r"\w+_(?:link|website|uri|web_address|hyperlink)", name):
        return re.sub(r"_[a-z]+(?:_address)?$", "_url", name)
    return name


def _is_participle(word: str) -> bool:
    return word.endswith("ed") and len(word) > 4 or word in _IRREGULAR_PARTICIPLES


_OPENERS = ("when", "who", "how", "if", "whether")


def _special(text: str, noun: str) -> Named | None:
    """Columns that are described by a clause: "when it was unlocked", "whether it is active", "how many tries"."""
    bare = re.sub(r"[¦()]", " ", text)
    words = bare.split()
    while words and is_filler(words[0]) and words[0] not in _OPENERS:
        words = words[1:]
    while words and is_filler(words[-1]) and words[-1] not in ("it", "not"):
        words = words[:-1]
    bare = " ".join(words).strip(" ,;:")
    bare = re.sub(r"^(?:(?:and|also|plus|with|a|an|the|column|field|flag|timestamp|date|time|for|to|of|that|which|say|says|saying|tells?|know|see|mark|indicates?|indicating|store|track|record|records|remember|stores|tracks|remembers) )+(?=whether|when|who|how|if |the last|last time|where)", "", bare)
    subject = rf"(?:it|they|this|that|(?:the|a|an|each|this|every) (?:{noun or 'row'}|\w+)|{noun or 'row'})"
    be = r"(?:is|are|was|were|has been|have been|got|gets|becomes|became|will be|should be|had been)"
    if match := re.fullmatch(rf"(?:whether|if)(?: or not)? (?:{subject} )?(?:{be} )?(?:a |an |still |currently |already )*(\w+)(?: or not)?", bare):
        return Named(f"is_{match[1]}", "boolean")
    if match := re.fullmatch(rf"when (?:{subject} )?(?:{be} )?(?:(last|first) )?(\w+)(?: (last|first|at))?", bare):
        prefix = f"{match[1] or match[3]}_" if (match[1] or match[3]) in ("last", "first") else ""
        return Named(f"{prefix}{_PARTICIPLES.get(match[2], match[2])}_at", "timestamptz")
    if match := re.fullmatch(rf"(?:last|most recent) (?:time|date)(?: that| when)? (?:{subject} )?(?:{be} )?(\w+)(?: it)?", bare):
        return Named(f"last_{_PARTICIPLES.get(match[1], match[1])}_at", "timestamptz")
    if match := re.fullmatch(rf"(?:an? |the )?(?:time|timestamp|moment|date|datetime|date and time)(?: stamp)? (?:of|for|when|at which|that) (?:the |its )?(?:{subject} )?(?:{be} )?(last )?(\w+)", bare):
        if match[2] == "birth":
            return Named("date_of_birth", "date")
        return Named(f"{'last_' if match[1] else ''}{_PARTICIPLES.get(match[2], match[2])}_at", "timestamptz")
    if match := re.fullmatch(r"(?:an? |the )?(?:number|count) of (?:the )?(\w+)(?: (?:so far|made|taken|done|used|left))?", bare):
        return Named(f"{singular(match[1])}_count", "integer")
    if match := re.fullmatch(rf"how (?:many|much) (\w+)(?: (?:so far|{subject}|is|are|were|was|left|made|taken|there|worth|it|has|had))*", bare):
        return Named(match[1], "integer")
    if match := re.fullmatch(r"(?:an? |the |optional )*(?:link|url|web address|hyperlink) (?:to|of|for|pointing to) (?:an? |the |its |their )?(\w+(?: \w+)?)", bare):
        return Named(f"{match[1].replace(' ', '_')}_url", "text")
    if match := re.fullmatch(rf"who (?:has )?(\w+)(?: {subject})?", bare):
        return Named(f"{_PARTICIPLES.get(match[1], match[1])}_by", "uuid", user=True)
    if match := re.fullmatch(r"(?:an? |the )?(?:list|set|array|collection) of (\w+)", bare):
        return Named(match[1], None)
    return None


_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"(?:is|has|can|was|wants|needs|should|allows|are)_\w+|\w+_enabled|\w+_flag|active|enabled|archived|pinned|featured|premium|published|visible|hidden|verified|locked|favou?rite|required", "boolean"),
    (r"\w+_at|deadline|timestamp", "timestamptz"),
    (r"\w*date|birthday|dob|date_of_birth|day", "date"),
    (r"\w*(?:price|amount|cost|balance|fee|salary|budget|total|revenue|discount)|\w*_usd|\w*_eur", "numeric(10,2)"),
    (r"\w*(?:metadata|settings|config|configuration|payload|json|preferences|options|properties|attributes|details|context|extra|extras|snapshot|responses?)|data|meta", "jsonb"),
    (r"requirements|steps|items|answers|questions|rules|objectives|goals", "json list"),
    (r"\w*(?:tags|labels|keywords|interests|aliases|hashtags)", "text[]"),
    (r"\w*(?:count|points?|score|scores|progress|level|rank|position|order|quantity|minutes|seconds|hours|days|weeks|duration|age|year|intensity|rating|streak|attempts|tries|xp|coins|stars|priority|capacity|proficiency|percent|percentage|votes|likes|views|size_bytes|width|height|weight|reward|rewards|length|limit|bonus|stock|distance|grade_number|number|version|round|rounds|energy|health|lives|calories|steps_count|repetitions|difficulty_score)", "integer"),
)  # fmt: skip


def type_for(name: str) -> str:
    """The type that a column of this name has when nobody says: text where the name tells nothing."""
    for pattern, kind in _BY_NAME:
        if re.fullmatch(pattern, name):
            return kind
    return "text"
