"""How the conventions spell names of columns: ``completed_at`` for a completion time, ``quest_type`` for a type."""

from dataclasses import dataclass

from agent.offline import regex

_PARTICIPLES = {
    "completion": "completed", "complete": "completed", "expiry": "expires", "expiration": "expires", "expire": "expires",
    "expires": "expires", "expired": "expires", "availability": "available", "publish": "published", "publication": "published",
    "publishing": "published", "practice": "practiced", "unlock": "unlocked", "unlocking": "unlocked", "review": "reviewed",
    "award": "awarded", "start": "started", "starting": "started", "opening": "opens", "closing": "closes", "end": "ended", "ending": "ended", "finish": "finished",
    "delivery": "delivered", "purchase": "purchased", "submission": "submitted", "approval": "approved", "login": "logged_in",
    "earning": "earned", "activation": "activated", "resolution": "resolved", "acceptance": "accepted",
    "archival": "archived", "deletion": "deleted", "cancellation": "cancelled",
    "visit": "visited", "use": "used", "usage": "used", "update": "updated", "creation": "created",
    "assignment": "assigned", "practise": "practised", "grant": "granted", "granting": "granted", "payment": "paid", "arrival": "arrived", "enrollment": "enrolled", "registration": "registered",
}  # fmt: skip
_IRREGULAR_PARTICIPLES = {
    "sent", "read", "seen", "begun", "done", "given", "taken", "won", "lost", "paid", "due", "available", "met", "made",
    "written", "shown", "chosen", "drawn", "hidden", "held", "found", "bought", "sold", "left", "built", "spent", "heard", "active",
}  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A column's name as the words give it, and the type that they imply."""

    name: str
    type: str | None = None
    user: bool = False
    """It names the person who did something."""


def is_snake(word: str) -> bool:
    return bool(regex.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+", word))


def is_participle(word: str) -> bool:
    return (
        (word.endswith("ed") and len(word) > 4)
        or word in _IRREGULAR_PARTICIPLES
        or word in _PARTICIPLES
        or word == "used"
        or word in ("starts", "ends", "begins")
    )


def standard(name: str, noun: str = "") -> str:
    """A name as the conventions spell it: ``completed_at`` for a completion time, ``quest_type`` for a type."""
    if name == "type" and noun:
        return f"{noun}_type"
    if match := regex.fullmatch(r"(?:(last|first|next)_)?(\w+?)_(?:time|timestamp|datetime|moment|at)", name):
        return f"{match[1] + '_' if match[1] else ''}{participle(match[2])}_at"
    if match := regex.fullmatch(r"(?:(last|first|next)_)?(\w+?)_date", name):
        if (match[2] in _PARTICIPLES and match[2] not in ("start", "end")) or match[2].endswith("ed") or match[1]:
            return f"{match[1] + '_' if match[1] else ''}{participle(match[2])}_at"
        return name
    name = regex.sub(r"^([a-z]+ed)_(last|first)$", r"\2_\1", name)
    if (match := regex.fullmatch(r"(last|first|next)_(\w+)", name)) and is_participle(match[2]):
        return f"{match[1]}_{participle(match[2])}_at"
    if name in ("available_from", "active_from"):
        return "available_at" if name.startswith("available") else name
    if name in ("expiry", "expiration", "expires", "completion", "availability"):
        return f"{_PARTICIPLES[name]}_at"
    if regex.fullmatch(r"\w+_(?:link|website|uri|web_address|hyperlink)", name):
        return regex.sub(r"_[a-z]+(?:_address)?$", "_url", name)
    return name


def participle(word: str) -> str:
    return word if word in ("starts", "ends", "begins", "expires") else _PARTICIPLES.get(word, word)
