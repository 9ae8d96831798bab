"""Whether a request is for a new table: the sentence that names it, or that ties two tables together."""

import re

from agent.offline.description import NewTable
from agent.offline.reading.naming import content
from agent.offline.reading.prose import is_background, without_politeness
from agent.offline.reading.table_body import OWN, read_body
from agent.offline.reading.text import Plain
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

_THING = r"(?:tables?|models?|entity|entities|collection|relation)"
_JUNCTION = r"(?:junction|join|joining|link|linking|bridge|bridging|mapping|association|associative|pivot|cross-reference|many-to-many|connecting|relationship|relation)"
_ADJECTIVES = rf"(?:a|an|the|new|another|simple|small|separate|dedicated|additional|extra|proper|database|db|sql|postgres|supabase|our|own|single|basic|append-only|read-only|private|following|audit-style|{_JUNCTION})"
_VERB = r"(?:add|create|make|build|introduce|set up|setup|need|want|define|design|implement|model|have|start|write|generate|draft|give us|get|use|track|tracking|store|storing|record|recording|keep|save|support|saving|hold|holding|to|of)"
_WORD = r"(?!(?:called|named|for|of|to|that|which|with|where|so|in|on|is|has|and|should|will|must|can|whose|having|containing|table|tables|linking|between|connecting|listing|storing|tracking|joining|recording|holding|per|from|by|belongs|belonging|keeping|also|then|each|every)\b)[a-z][a-z0-9_]*"
_NOUN = r"[a-z][a-z0-9_]*(?: (?!and\b|with\b|to\b|table|is\b|are\b|so\b|that\b|has\b)[a-z][a-z0-9_]*)?"
_PAIRS = (
    rf"(?:{_JUNCTION} )?(?:table |relation(?:ship)? )?(?:between|joining|linking|connecting|mapping|associating|tying|relating) {OWN}(?P<a>{_NOUN})(?: tables?)? (?:and|with|to|x|<->) {OWN}(?P<b>{_NOUN})(?: tables?)?",
    rf"(?:link|connect|join|relate|associate|map|tie|attach) {OWN}(?P<a>{_NOUN})(?: tables?)? (?:and|with|to|x) {OWN}(?P<b>{_NOUN})(?: tables?)?",
    rf"(?P<a>{_NOUN}) (?:x|<->|and|to) (?P<b>{_NOUN}) (?:as )?(?:an? )?many-to-many",
    rf"many-to-many(?: \w+)?(?: of| for| from|:)? {OWN}(?P<a>{_NOUN}) (?:and|with|to|x) {OWN}(?P<b>{_NOUN})",
    rf"(?:which|what) (?P<b>{_NOUN}) {OWN}(?P<a>{_NOUN}) (?:has|have|is|are|can|knows?|owns?|practi[cs]es?|learns?|likes?|follows?|holds?|earned|unlocked|mastered)(?: (?:practi[cs]ed|learned|learning|practi[cs]ing|got|mastered|already|been|earned|unlocked|working on|training|picked up|developing|developed|acquired))*",
    rf"{OWN}(?P<a>{_NOUN}) (?:can |may |should |could |will )*(?:have|has|practi[cs]es?|learns?|work on|train|own|know|know|follow|develop) (?:many|multiple|several|any number of) (?P<b>{_NOUN})(?:,? (?:and|while) {OWN}\w+ (?:can |may |should )*(?:belong to|have|be (?:practi[cs]ed|learned|shared|had|owned) by|be) (?:many|multiple|several|any number of) \w+)",
)


def headline(text: str, schema: Schema) -> tuple[str, str] | None:
    """The name of the new table in a sentence and the rest of it; None where it is about no new table."""
    patterns = (
        rf"\b{_THING}(?: that is| to be)? (?:called|named|with the name|:)(?: as)? (?P<name>{_WORD})",
        rf"(?:^|\b)(?P<name>(?:{_WORD} ){{1,5}}){_THING}\b(?! of)",
        rf"\b{_THING}:? (?:of|for|to (?:store|track|hold|keep|record|save|manage|log|keep track of|collect|remember|list)|that (?:stores|tracks|holds|keeps|records|lists|remembers|keeps track of)|storing|tracking|holding|recording|listing|with) (?:the |our |all |all the |a |their |every |each |new )*(?P<name>(?:{_WORD} ?){{1,4}})",
        rf"\b{_THING}:? (?P<name>{_WORD})",
        rf"^(?P<name>{_WORD}(?: {_WORD})?) (?:junction|feature|system|module)\b",
    )
    for number, pattern in enumerate(patterns):
        for match in re.finditer(pattern, text):
            words = match["name"].split()
            if number == 1:
                words = _noun_phrase(words)
            else:
                words = [w for w in words if not re.fullmatch(_ADJECTIVES, w)]
            if not words:
                continue
            start = match.start("name") if number != 1 else match.start("name") + match["name"].rfind(words[0] if len(words) == 1 else " ".join(words))
            owner, name = _possessive(words, schema)
            rest = text[: min(start, match.start())] + f" ¦ {'for ' + owner if owner else ''} ¦ " + text[match.end() :]
            return name, re.sub(rf"^[^¦]*?\b{_VERB}\b[^¦]*¦", "¦", rest) if number == 1 else _lead(rest)
    return None


def _lead(text: str) -> str:
    return re.sub(rf"^(?:(?:{_VERB}|{_ADJECTIVES}|also|then|{_THING}|called|named) ?)+(?=¦)", "", text)


def _noun_phrase(words: list[str]) -> list[str]:
    """The noun right before "table", from the last article or verb on."""
    for place in range(len(words) - 1, -1, -1):
        if re.fullmatch(rf"{_ADJECTIVES}|{_VERB}|up|new|us|me|please|also|then|we|you", words[place]):
            return words[place + 1 :]
    return words


def _possessive(words: list[str], schema: Schema) -> tuple[str | None, str]:
    """``children quests`` are quests of children; ``child skills`` and ``lesson ratings`` keep their name."""
    if len(words) >= 2 and words[0] == plural(words[0]) and words[0] != singular(words[0]) and schema.table(words[0]):
        if not schema.table(words[-1]):
            return words[0], "_".join(words[1:])
        return None, "_".join([singular(words[0]), *words[1:]])
    return None, "_".join(words)


def read_table(plain: Plain, schema: Schema) -> tuple[NewTable, tuple[str, ...]] | None:
    """The new table that a request describes; None where it describes none. Raises Unclear."""
    for number, sentence in enumerate(plain.sentences):
        text = without_politeness(sentence.text)
        if is_background(text) and not re.search(rf"\b{_THING}\b|\b{_JUNCTION}\b", text):
            continue
        pair = _pair(text, schema)
        found = headline(text, schema)
        if pair and (found is None or _is_generic(found[0], schema)):
            first, second, rest = pair
            name = f"{singular(first.split('.')[-1])}_{second.split('.')[-1]}"
            if schema.table(name):
                return None
            return read_body(plain, number, name, rest, schema, junction=(first, second))
        found = found or _implied(text, schema)
        if not found:
            continue
        name, rest = found
        if schema.table(name):
            return None
        if pair:
            first, second, _ = pair
            return read_body(plain, number, name, _without_pair(rest), schema, junction=(first, second))
        return read_body(plain, number, name, rest, schema)
    return None


def _is_generic(name: str, schema: Schema) -> bool:
    """What the sentence calls the table is only the pair that it joins."""
    words = [word for word in name.split("_") if word not in ("and", "to", "x", "proficiency")]
    return bool(re.fullmatch(_JUNCTION, name)) or (len(words) > 1 and plural(words[0]) == words[0] and all(schema.table(word) for word in words))


def _pair(text: str, schema: Schema) -> tuple[str, str, str] | None:
    """Two known tables that a sentence joins, somebody's own first, and the rest of the sentence."""
    for number, pattern in enumerate(_PAIRS):
        if number == 1 and not re.search(rf"\b{_JUNCTION}\b|\btable\b", text.replace("link ", " ").replace("join ", " ").replace("map ", " ")):
            continue
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?!\w)", text):
            cut = match.end()
            first = schema.table(match["a"]) or schema.table(match["a"].split()[0])
            second = schema.table(match["b"])
            if second is None and (second := schema.table(match["b"].split()[0])) and match.end("b") == cut:
                cut = match.start("b") + len(match["b"].split()[0])
            if not first or not second or first == second:
                continue
            if schema.belongs(second) and not schema.belongs(first):
                first, second = second, first
            return first, second, f"{_before(text[: match.start()])} ¦ {text[cut:]}"
    return None


def _without_pair(text: str) -> str:
    for pattern in _PAIRS:
        text = re.sub(rf"(?<![\w-])(?:{pattern})(?!\w)", " ¦ ", text)
    return text


def _before(text: str) -> str:
    """What stands before the pair, without the words that only announce a table."""
    text = re.sub(rf"\b(?:{_THING}|{_JUNCTION}|{_ADJECTIVES}|{_VERB}|keep track of|know|called|named|for|us|let|lets|of|remember|see|tell|children|between|proficiency)\b", " ", text)
    return text if content(text) else ""


def _implied(text: str, schema: Schema) -> tuple[str, str] | None:
    """ "Track quests for each child", "Children can earn achievements": a new thing that is tied to a known table."""
    tie = rf"(?P<tie>(?:for|per|of|by) {OWN}{_WORD})"
    match = re.search(rf"^(?:.*?\b)?(?:add|create|introduce|track|store|record|keep track of|keep|log|support|save|implement|build|set up)(?: (?:a|an|the|new|list of|log of|history of|all|support for|which|record of|concept of|notion of|of))* (?P<name>{_WORD}(?: {_WORD})?)(?= {tie}|\s*:|,? (?:which|that|with|where))", text)
    if match and not _known(match["name"], schema) and (match["tie"] or re.search(r"\beach\b|\bwith\b|:", text)):
        owner = match["tie"] and schema.table(match["tie"].split()[-1], loose=True)
        if (owner or re.search(rf"\b(?:each|every) {re.escape(singular(match['name']))}\b", text)) and plural(match["name"]) == match["name"]:
            return "_".join(match["name"].split()), " ¦ " + text[match.end("name") :]
    match = re.search(rf"^{OWN}(?P<owner>{_WORD}) (?:can|should|will|may|must|shall|should be able to|be able to|can now|are able to|want to|able to| )*(?:have|has|earn|get|collect|receive|unlock|own|complete|be given|create|win|take on|go on)s? (?:many |multiple |several |any number of |some |lots of |0 or more |a number of |their own |new |their )*(?P<name>{_WORD}(?: {_WORD})?)(?=[:,.;]|$| (?:with|which|that|where|each)\b)", text)
    if match and schema.table(match["owner"], loose=True) and not _known(match["name"], schema) and plural(match["name"]) == match["name"]:
        return "_".join(match["name"].split()), f"for {match['owner']} ¦ " + text[match.end("name") :]
    return None


def _known(noun: str, schema: Schema) -> bool:
    return bool(schema.table(noun, loose=True)) or bool(schema.tables_with(noun)) or noun.split()[0] in ("column", "field", "index", "columns", "constraint", "support", "changes", "every", "points")
