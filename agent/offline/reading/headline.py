"""Whether a request is for a new table: what it is called, and which two it joins."""

import re
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading import lexicon
from agent.offline.reading.headline_implied import implied, is_fresh
from agent.offline.reading.headline_names import NO_NAME, is_new, matches, phrase
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.material import PEOPLE
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

_THING = r"(?:tables?|models?|entity|entities|collection|(?<=a )place|somewhere)"
_JOINS = r"(?:junction|join|joining|link|linking|bridge|bridging|mapping|association|associative|pivot|cross-reference|many-to-many|connecting|relationship|relation|connection)"
_NAME = r"(?P<name>[a-z][a-z0-9_]*)"
_OWN = r"(?:(?:a|an|the|each|every|one|1|our|all|its|their|of|both|two|2|existing|tables) )*"
_NOUN = r"[a-z][a-z0-9_]*"
_PAIRS = (
    rf"{_JOINS} (?:table |relation(?:ship)? )?(?:(?:(?:called|named) )?[a-z_]+_[a-z_]+ )?(?:(?:for|of|between|joining|linking|from|the relation|:) )?{_OWN}(?P<a>{_NOUN}) (?:and|with|to|x|<->|-|\+|/) {_OWN}(?P<b>{_NOUN})",
    rf"(?:between|joining|linking|links|connects?|connecting|mapping|joins|ties|tying|tie|associating|relating|relates|link|join|associate|relate|connected|relation) {_OWN}(?P<a>{_NOUN})(?: tables?)? (?:and|with|to|x|<->) {_OWN}(?P<b>{_NOUN})",
    rf"(?P<a>{_NOUN}) (?:x|<->) (?P<b>{_NOUN})",
    rf"(?P<a>{_NOUN}) (?:and|to|-) {_OWN}(?P<b>{_NOUN}) (?:as )?(?:(?:must|should|be|are|connected|linked|with|each|other|\(|an?) )*many-to-many",
    rf"many-to-many(?: [a-z_]+)?(?: of| for| from| table| :| [a-z_]+ between)* {_OWN}(?P<a>{_NOUN}) (?:and|with|to|x|<->|-|\+|/) {_OWN}(?P<b>{_NOUN})",
    rf"which {_OWN}(?P<a>{_NOUN}) (?:(?:has|have|already|can) )?[a-z]+ which {_OWN}(?P<b>{_NOUN})",
    rf"(?:which|what) (?P<b>{_NOUN}) {_OWN}(?P<a>{_NOUN}) (?:(?:has|have) (?:got|earned|won|collected|received|unlocked|finished|saved|chosen|learned)|has|have|is|are|can|knows?|owns?|practi[cs]es?|learns?|likes?|follows?)",
    rf"{_OWN}(?P<a>{_NOUN}) (?:can |may |should |could |will )*(?:have|has|practi[cs]es?|learns?|train|own|know|develop) (?:many|multiple|several|any number of) (?P<b>{_NOUN})",
    rf"{_JOINS} (?:table )?(?:[a-z_]+_[a-z_]+ )?\( {_OWN}(?P<a>{_NOUN}) (?:,|and|/|\+|x) {_OWN}(?P<b>{_NOUN}) \)",
)


@dataclass(frozen=True)
class Headline:
    name: str
    start: int
    end: int
    pair: tuple[str, str] | None = None
    """The two tables that it joins, somebody's own first."""
    joined: tuple[int, int] = (0, 0)
    """Where that is said."""
    listed: bool = False
    """What follows the name is the list of its columns."""


def headline(ledger: Ledger, schema: Schema) -> Headline | None:
    """None where the request is about no new table."""
    pair = _pair(ledger, schema)
    found = _called(ledger, schema, pair)
    if found and " " in ledger.quoted.get(found.name, "") and not ledger.find("tables?"):
        return None  # a value in quotes
    if found is None and (thing := implied(ledger, schema)):
        name, start, end, listed = thing
        found = Headline(name, start, end, listed=listed)
    if found and pair:
        return Headline(found.name, found.start, found.end, pair[0], (pair[2].start(), pair[2].end()), found.listed)
    if found:
        return found
    if pair and (pair[1] or ledger.find(rf"{_JOINS}|table|store|track|know|level|proficien[a-z]+")):
        first, second = (table.split(".")[-1] for table in pair[0])
        at = pair[2]
        return Headline(f"{singular(first)}_{second}", at.start(), at.end(), pair[0], (at.start(), at.end()))
    return None


def _pair(ledger: Ledger, schema: Schema) -> tuple[tuple[str, str], bool, re.Match[str]] | None:
    for number, pattern in enumerate(_PAIRS):
        place = 0
        while match := ledger.find(pattern, place):
            place = match.start() + 1
            first, second = schema.table(match["a"]), schema.table(match["b"])
            if match["b"] in ("users", "user", "auth") and first:
                second = "auth.users"
            if not first or not second or first == second:
                continue
            joins = bool(ledger.find(_JOINS))
            if (
                number == 1
                and match[0].split()[0] in ("link", "connect", "join", "associate", "relate", "linking", "connected")
                and match["b"] == singular(match["b"])
                and not joins
            ):
                continue  # "link lessons to a badge" is a reference
            if number == 1 and not (joins or ledger.find(r"table|[a-z]+_[a-z_]+")):
                continue
            if (schema.belongs(second) and not schema.belongs(first)) or (False):
                first, second = second, first
            return (first, second), joins or number in (2, 3, 4, 5), match
    return None


def _called(ledger: Ledger, schema: Schema, pair: object) -> Headline | None:
    """It is called a table, or named as what joins two."""
    left = ledger.left
    if pair:
        listed = r"(?P<name>[a-z]+_[a-z_]+)(?= (?:: )?\( [a-z_]+_id(?: [a-z]+)* (?:,|and) [a-z_]+_id )"
        for written in matches(listed, left):
            if is_new(written["name"], schema):
                return Headline(written["name"], written.start(), written.end(), listed=True)
        makes = rf"(?:create|add|make|build|introduce|need|want|set up) (?:(?:an?|the|new) )*(?P<name>[a-z]+_[a-z_]+)(?= (?:between|linking|joining|connecting|relating|to (?:link|connect|join)|(?:, )?(?:that|which) (?:links|connects|joins|ties|relates)|, (?:an?|the|our)(?: new)? {_JOINS}) )"
        told = r"(?:called |named |name |table |(?:call|name) (?:it |this |that |the table )(?:: )?)(?P<name>[a-z]+_[a-z_]+)"
        for written in (
            match
            for pattern in (told, makes, r"(?:: |as |in |into |-> |=> )(?P<name>[a-z]+_[a-z_]+)")
            for match in matches(pattern, left)
        ):
            loose = "from|between|" if written.re.pattern.count("as |in |into") else ""
            if is_new(written["name"], schema) and not regex.match(
                rf" (?:\(|:|{loose}must|is|of|on)\b", left[written.end() :]
            ):
                return Headline(written["name"], written.start("name"), written.end())
    for pattern in (
        rf"{_THING} (?:for|of|to)[^.:\n(]{{3,60}} (?:,|:|-|\() (?P<name>[a-z]+(?:_[a-z]+)+)(?= :| \(| with)",
        r"table (?P<name>[a-z]+_[a-z_]+)",
        rf"{_THING}(?: (?:is|that is|to be|should be|shall be|will be|must be|it|that))* (?:called|named|with (?:the )?name|name :|name is|:)(?: as| it)? {_NAME}",
        rf"(?:create|add|make|build|introduce|need|want) (?:one|it) (?:called|named) {_NAME}",
        rf"(?:(?:create|new|add|make|build|introduce|{_JOINS}|need) (?:an? |the |new |one |another )*){_THING} {_NAME}",
        rf"{_THING}(?: :)? {_NAME}(?= :| \(| \)| ;| ,| -| \n| \.| with| for| in which| of| where| that| per| between| linking| joining| connecting| belongs?| references| (?:is|has|needs|should|must|will) (?:to )?be (?:created|added|made|introduced)|$)",
        rf"{_THING} [^.\n]{{0,80}}: (?P<name>[a-z]+_[a-z_]+)(?= \.| \n|$| with| - | \( )",
        rf"(?:(?:its|the|table) name(?: of (?:it|the table))? (?:is|shall be|should be|will be|:)|(?:call|name) (?:it|the table|this)|called|(?:whose|which|table) name is) {_NAME}(?= \.| ,| \n| ;| with| has|$)",
        rf"{_THING}(?: for (?:this|that|it|them))? \( {_NAME} \)",
        rf"{_THING} , (?P<name>[a-z_]+s)(?= , (?:with|where|whose|each|one) )",
        rf"{_NAME} \( (?:a |new |the )*{_THING} \)",
        r"(?:store|stored|keep|kept|save|saved|put|record|recorded|collect|hold)(?: [^ .,;:\n]+){1,8}? (?:in|into) (?P<name>[a-z]+_[a-z_]*s)(?= \.| \n| :| \(|$)",
        rf"(?P<name>[a-z]+(?:_[a-z]+)*s) (?:from|in|into) (?:an?|the) (?:new|separate|dedicated) {_THING}(?= \.| \n|$)",
        rf"{_JOINS} (?:{_THING} )?(?P<name>[a-z]+_[a-z_]+)",
    ):
        place = 0
        while match := ledger.find(pattern, place):
            place = match.start() + 1
            if _heads_columns(left, match, schema) or _OF_COLUMN.search(left[: match.start()]):
                continue
            if is_new(match["name"], schema) and not regex.match(r" (?:of|table)\b", left[match.end() :]):
                return Headline(match["name"], match.start(), match.end(), listed=left[match.end() :].startswith(" ("))
    for match in regex.finditer(rf"(?<![^ ]){_THING}(?![^ ])", left):
        if left[match.end() :].startswith(" of"):
            continue
        words: list[re.Match[str]] = []
        for token in reversed(ledger.tokens(0, match.start())):
            if (
                not regex.fullmatch(r"[a-z][a-z0-9_]*", token[0])
                or token[0] in NO_NAME
                or len(words) == 3
                or (words and token.end() + 1 != words[0].start())
            ):
                break
            words.insert(0, token)
        if words and (name := phrase([w[0] for w in words], schema)):
            if schema.table("_".join(w[0] for w in words), loose=True) and not ledger.find(
                r"(?:new|add|create|an?)(?: new)? [a-z_ ]+ table"
            ):
                continue
            at = words[-1].start() if name.count("_") < len(words) - 1 else words[0].start()
            return Headline(name, at, match.end(), listed=left[match.end() :].startswith(" ("))
    if found := _for_them(ledger, schema):
        return found
    for match in matches(rf"{_THING} (?P<name>for|of|to|that|which|where|in)", left):
        if found := _for_what(ledger, match, schema):
            return found
    if match := ledger.find(rf"(?:called|named) {_NAME}"):
        joins = ledger.find(_JOINS) or ledger.find(r"table")
        if joins and is_new(match["name"], schema) and (pair or plural(match["name"]) == match["name"]):
            return Headline(match["name"], match.start(), match.end())
    return None


_OF_COLUMN = re.compile(
    r" (?:text|string|column|field|flag|boolean|date|number|integer|json|list|timestamp|attribute)(?: (?:that )?is)? $"
)
"""What is called so is a column."""


def _heads_columns(left: str, match: re.Match[str], schema: Schema) -> bool:
    """ "quests table: child_id, title": the name is said before, and the first column stands behind the colon."""
    if regex.search(r"_(?:id|at|url)$", match["name"]):
        return True
    before = (left[: match.start()].split() or [""])[-1]
    return bool(
        regex.search(r":(?: as| it)? $", left[: match.start("name")])
        and regex.match(_THING + " ", left[match.start() :])
        and before not in NO_NAME
        and is_new(before, schema)
    )


def _for_them(ledger: Ledger, schema: Schema) -> Headline | None:
    """ "Children earn trophies. Add a table for them": of what was spoken of before, where that is one thing."""
    match = ledger.find(rf"{_THING} for (?:them|these|those|it|that|this)")
    if not match:
        return None
    words = regex.findall(r"[a-z_]+", ledger.text[: match.start()])
    spoken = {word for word in words if is_fresh(word, schema) and not regex.fullmatch(PEOPLE, word)}
    return Headline(spoken.pop(), match.start(), match.end()) if len(spoken) == 1 else None


def _for_what(ledger: Ledger, match: re.Match[str], schema: Schema) -> Headline | None:
    """ "a table for quests", "a table to hold the achievements"."""
    tail = re.compile(
        r"(?: (?:for|of|to|that|which|where|in|we|you|i|they|can|stores?|store|hold|holds|track|tracks|keep|keeps|put|record|records|save|manage|the|our|all|a|every|each|new|what))+ (?P<name>[a-z_]+(?: [a-z]+)?)"
    ).match(ledger.left, match.start("name") - 1)
    if not tail:
        return None
    words = tail["name"].split()
    for noun in (words, words[:1]):
        if len(noun) == 2 and (noun[1] in lexicon.FILLERS or noun[1] in ("a", "children")):
            continue
        name = phrase(noun, schema)
        if name and name == plural(name) and name != singular(name):
            return Headline(name, match.start(), tail.start("name") + len(" ".join(noun)))
    return None
