"""What an index or a constraint shall be called, where a request says so."""

from agent.offline import regex
from agent.offline.reading.ledger import Unclear
from agent.offline.schema import Schema

_GIVEN = r"(?P<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)+)"
_NAMING = (
    r"(?:(?:,|and|;|please) )*(?:(?:name|call) (?:it|this|the (?:index|constraint|rule|check))|(?:with (?:the )?|under (?:the )?)?(?:(?:constraint|index|check|rule) )?name(?: (?:is|:|=|of|should be|must be|shall be|to be))*|"
    r"(?:index|constraint|check|rule)(?: (?:should|must|shall|to|is))?(?: be)? (?:named|called)|(?:index|constraint|check|rule) (?:as|:))(?: (?:it|as))*"
)
_TECHNICAL = r"(?:idx|ix|uq|uniq|unique|chk|ck)_\w+|\w+_(?:idx|uq|uniq|unique|key|check|chk|constraint)"

_OF_COLUMN = (
    r" (?:add|introduce|columns?|fields?|flag|boolean|enum|tables?|new|store|record|track|insert|backfill|starter) "
)


def given_name(words: str, schema: Schema) -> tuple[str, str | None]:
    """What an index or a constraint shall be called, and the words without that; None where nothing says so."""
    columns = {name for table in schema.tables for name in schema.columns(table)}
    taken = {name.split("/")[-1] for kind in ("index", "constraint") for name in schema.catalog.of(kind)}
    made = regex.sub(
        r" (?:add|introduce|new)(?: [a-z-]+){0,3} (?:index|constraint|check|rule|unique) ", " index ", words
    )
    ruled = regex.search(
        r" (?:index|unique|constraint|check|indexed|cap|limit|at least|at most|between|max|min|never) ", words
    ) and not regex.search(_OF_COLUMN, made)
    found: set[str] = set()
    for match in regex.finditer(rf"(?<= )(?P<lead>{_NAMING} |(?:named|called|constraint) )?{_GIVEN}(?= )", words):
        name, lead = match["name"], match["lead"] or ""
        technical = regex.fullmatch(_TECHNICAL, name)
        explicit = regex.search(r"index|constraint|check|rule", lead) or (ruled and regex.search("named|called", lead))
        if name in columns | taken or schema.table(name) or not (technical or explicit):
            continue
        if regex.search(
            r" (?:like|as|existing|replace|old|drop|column|field|policy|trigger) (?:the )?$", words[: match.start()]
        ):
            continue
        found.add(name)
        if lead and (technical is None or lead != "constraint "):
            goes_on = regex.match(r" (?:over|on|for|so|that|which|to|where|of|in|by) ", words[match.end() :])
            kept = "constraint" if lead == "constraint " else "" if goes_on else "."
            words = words.replace(f" {match[0]} ", f" {kept} ".replace("  ", " "), 1)
    if len(found) > 1:
        raise Unclear(" and ".join(sorted(found)))
    return words, next(iter(found), None)
