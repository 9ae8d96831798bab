"""What names promise: the type that a column of a certain name has when nobody says."""

from agent.offline import regex


def _words(text: str) -> str:
    return "(?:" + "|".join(text.split()) + ")"


_FLAGS = _words(
    "active enabled archived pinned featured premium published visible hidden verified locked favorite "
    "favourite required"
)
_AMOUNTS = _words("price amount cost balance fee salary budget total revenue discount")
_OBJECTS = _words(
    "metadata settings config configuration payload json preferences options properties attributes "
    "context extra "
    "extras snapshot response responses"
)
_LISTS = _words("requirements steps items answers questions rules objectives goals")
_NUMBERS = _words(
    "count point points score scores progress level rank position order quantity minutes seconds hours "
    "days weeks duration "
    "age year intensity rating streak attempts tries xp coins stars priority capacity proficiency "
    "percent percentage votes "
    "likes views size_bytes width height weight reward rewards length limit bonus stock distance number version round "
    "rounds energy health lives calories repetitions"
)
_DONE = _words(
    "read earned completed answered done played won lost used made taken spent watched passed failed "
    "collected solved sold "
    "left seen total"
)
_BY_NAME: tuple[tuple[str, str], ...] = (
    (rf"(?:is|has|can|was|wants|needs|should|allows|are)_\w+|\w+_enabled|\w+_flag|{_FLAGS}", "boolean"),
    (
        r"\w+_at|\w+_time|\w+_until|(?:valid|active|available|visible|effective|open)_(?:from|to|since)|deadline|timestamp",
        "timestamptz",
    ),
    (rf"\w*s_{_DONE}", "integer"),
    (
        r"\w*date|(?:week|month|term|year)_(?:start|end)|birthday|dob|date_of_birth|(?:(?:last|first|next|start|end|current|due|best|rest)_)?day|\w+(?:ed|s)_on|(?:\w+_)?(?:due|begun|held|sent|paid|won|given)_on",
        "date",
    ),
    (rf"(?:\w+_)?{_AMOUNTS}|\w*_usd|\w*_eur", "numeric(10,2)"),
    (rf"(?:\w+_)?{_OBJECTS}|data|meta", "jsonb"),
    (_LISTS, "json list"),
    (r"\w*(?:tags|labels|keywords|interests|aliases|hashtags)", "text[]"),
    (rf"(?:\w+_)?{_NUMBERS}", "integer"),
)


def type_for(name: str) -> str:
    """The type that a column of this name has when nobody says: text where the name tells nothing."""
    for pattern, kind in _BY_NAME:
        if regex.fullmatch(pattern, name.split("_per_")[0]):
            return kind
    return "text"
