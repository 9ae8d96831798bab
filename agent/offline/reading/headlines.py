"""The sentence that names a new table, or ties two known ones together."""

import re

from agent.offline.reading.body import OWN
from agent.offline.reading.naming import HARD, content
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

THING = r"(?:tables?|models?|entity|entities|collection|relation)"
JUNCTION = r"(?:junction|join|joining|link|linking|bridge|bridging|mapping|association|associative|pivot|cross-reference|many-to-many|connecting|relationship|relation)"
_ADJECTIVES = rf"(?:a|an|the|new|another|simple|small|separate|dedicated|additional|extra|proper|database|db|sql|postgres|supabase|our|own|single|basic|append-only|read-only|private|following|audit-style|{JUNCTION})"
_VERB = r"(?:add|create|make|build|introduce|set up|setup|need|want|define|design|implement|model|have|start|write|generate|draft|give us|get|use|track|tracking|store|storing|record|recording|keep|save|support|saving|hold|holding|to|of)"
WORD = r"(?!(?:a|an|the|our|my|all|we|i|you|it|up|called|named|for|of|to|that|which|with|where|so|in|on|is|has|and|should|will|must|can|whose|having|containing|table|tables|linking|joins|links|connects|stores|holds|between|connecting|listing|storing|tracking|joining|recording|holding|per|from|by|belongs|belonging|keeping|also|then|each|every)\b)[a-z][a-z0-9_]*"
_NOUN = r"[a-z][a-z0-9_]*(?: (?!and\b|with\b|to\b|table|is\b|are\b|so\b|that\b|has\b)[a-z][a-z0-9_]*)?"
_PAIRS = (
    rf"{JUNCTION} (?:table |relation(?:ship)? )?(?:for|of) {OWN}(?P<a>{_NOUN})(?: tables?)? (?:and|with|to|x|<->) {OWN}(?P<b>{_NOUN})(?: tables?)?",
    rf"(?:{JUNCTION} )?(?:table |relation(?:ship)? )?(?:between|of|joining|joins|linking|links|connecting|connects|mapping|maps|associating|tying|relating|relates) {OWN}(?P<a>{_NOUN})(?: tables?)? (?:and|with|to|x|<->) {OWN}(?P<b>{_NOUN})(?: tables?)?",
    rf"(?:link|connect|join|relate|associate|map|tie|attach) {OWN}(?P<a>{_NOUN})(?: tables?)? (?:and|with|to|x) {OWN}(?P<b>{_NOUN})(?: tables?)?",
    rf"(?P<a>{_NOUN}) (?:x|<->|and|to) (?P<b>{_NOUN}) (?:as )?(?:an? )?many-to-many",
    rf"many-to-many(?: \w+)?(?: of| for| from|:)? {OWN}(?P<a>{_NOUN}) (?:and|with|to|x|<->) {OWN}(?P<b>{_NOUN})",
    rf"(?:which|what) (?P<b>{_NOUN}) {OWN}(?P<a>{_NOUN}) (?:has|have|is|are|can|knows?|owns?|practi[cs]es?|learns?|likes?|follows?|holds?|earned|unlocked|mastered)(?: (?:practi[cs]ed|learned|learning|practi[cs]ing|got|mastered|already|been|earned|unlocked|working on|training|picked up|developing|developed|acquired))*",
    rf"{OWN}(?P<a>{_NOUN}) (?:can |may |should |could |will )*(?:have|has|practi[cs]es?|learns?|work on|train|own|know|know|follow|develop) (?:many|multiple|several|any number of) (?P<b>{_NOUN})(?:,? (?:and|while) {OWN}\w+ (?:can |may |should )*(?:belong to|have|be (?:practi[cs]ed|learned|shared|had|owned) by|be) (?:many|multiple|several|any number of) \w+)",
)


def headline(text: str, schema: Schema) -> tuple[str, str] | None:
    """The name of the new table in a sentence and the rest of it; None where it is about no new table."""
    patterns = (
        rf"\b{THING}(?: that is| to be)? (?:called|named|with the name|:)(?: as)? (?P<name>{WORD})",
        rf"(?<![\w-])(?P<name>(?:{WORD} ){{1,5}}){THING}\b(?! of)",
        rf"\b{THING}:? (?:of|for|to (?:store|track|hold|keep|record|save|manage|log|keep track of|collect|remember|list)|that (?:stores|tracks|holds|keeps|records|lists|remembers|keeps track of)|storing|tracking|holding|recording|listing) (?:the |our |all |all the |a |their |every |each |new )*(?P<name>(?:{WORD} ?){{1,4}})",
        rf"(?:^|(?<=: )|\b(?:create|new|add|make|build|introduce|set up|following|database|please) (?:an? |the |new )*|{JUNCTION} ){THING}:? (?P<name>{WORD})",
        rf"^(?P<name>{WORD}(?: {WORD})?) (?:junction|feature|system|module)\b",
    )
    for number, pattern in enumerate(patterns):
        for match in re.finditer(pattern, text):
            words = match["name"].split()
            words = _noun_phrase(words) if number == 1 else [w for w in words if not re.fullmatch(_ADJECTIVES, w)]
            if not words or _is_place(text, match, words, schema):
                continue
            start = (
                match.start("name")
                if number != 1
                else match.start("name") + match["name"].rfind(words[0] if len(words) == 1 else " ".join(words))
            )
            if ":" in text[:start] and not HARD.search(text[:start].rsplit(":", 1)[0]):
                text = " " * (text[:start].rindex(":") + 1) + text[text[:start].rindex(":") + 1 :]
            owner, name = _possessive(words, schema)
            rest = text[: min(start, match.start())] + f" ¦ {'for ' + owner if owner else ''} ¦ " + text[match.end() :]
            return name, re.sub(rf"^[^¦]*?\b{_VERB}\b[^¦]*¦", "¦", rest) if number == 1 else _lead(rest)
    return None


def _is_place(text: str, match: re.Match[str], words: list[str], schema: Schema) -> bool:
    """ "in the progress table": a table that is there, and something happens in it."""
    before = text[: match.start()]
    placed = re.search(r"\b(?:in|on|to|of|from|into|onto|for|at|within)(?: the| our| this)? *$", before) or re.match(
        r"^(?:in|on|to|of|from|into|onto|for|at|within)\b", match[0]
    )
    return bool(placed) and schema.table(" ".join(words), loose=True) is not None


def _lead(text: str) -> str:
    return re.sub(rf"^(?:(?:{_VERB}|{_ADJECTIVES}|also|then|{THING}|called|named)\s*)+(?=¦)", "", text)


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


def is_generic(name: str, schema: Schema) -> bool:
    """What the sentence calls the table is only the pair that it joins."""
    words = [word for word in name.split("_") if word not in ("and", "to", "x", "proficiency")]
    return bool(re.fullmatch(JUNCTION, name)) or (
        len(words) > 1 and plural(words[0]) == words[0] and all(schema.table(word) for word in words)
    )


def pair(text: str, schema: Schema) -> tuple[str, str, str] | None:
    """Two known tables that a sentence joins, somebody's own first, and the rest of the sentence."""
    for number, pattern in enumerate(_PAIRS):
        if number == 2 and not re.search(
            rf"\b{JUNCTION}\b|\btable\b|:|\beach\b|\bper\b",
            text.replace("link ", " ").replace("join ", " ").replace("map ", " "),
        ):
            continue
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?!\w)", text):
            cut = match.end()
            first = schema.table(match["a"]) or schema.table(match["a"].split()[0])
            second = schema.table(match["b"])
            if second is None and (second := schema.table(match["b"].split()[0])) and match.end("b") == cut:
                cut = match.start("b") + len(match["b"].split()[0])
            if not first or not second or first == second:
                continue
            if number == 2 and match["b"].split()[0] == singular(match["b"].split()[0]):
                continue  # "link lessons to a badge" is a reference
            if schema.belongs(second) and not schema.belongs(first):
                first, second = second, first
            return first, second, f"{_before(text[: match.start()])} ¦ {text[cut:]}"
    return None


def without_pair(text: str) -> str:
    for pattern in _PAIRS:
        text = re.sub(rf"(?<![\w-])(?:{pattern})(?!\w)", " ¦ ", text)
    return text


def _before(text: str) -> str:
    """What stands before the pair, without the words that only announce a table and prose before a colon."""
    prose, colon, after = text.rpartition(":")
    text = after if colon and not HARD.search(prose) else text
    text = re.sub(
        rf"\b(?:{THING}|{JUNCTION}|{_ADJECTIVES}|{_VERB}|keep track of|know|called|named|for|us|let|lets|of|remember|see|tell|children|between|proficiency)\b",
        " ",
        text,
    )
    return text if content(text) else ""
