"""What names promise: the type that a column of a certain name has when nobody says."""

import re

_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"(?:is|has|can|was|wants|needs|should|allows|are)_\w+|\w+_enabled|\w+_flag|active|enabled|archived|pinned|featured|premium|published|visible|hidden|verified|locked|favou?rite|required", "boolean"),
    (r"\w+_at|deadline|timestamp", "timestamptz"),
    (r"\w*s_(?:read|earned|completed|answered|done|played|won|lost|used|made|taken|spent|watched|passed|failed|collected|solved|sold|left|seen)", "integer"),
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
