"""New tables that a request does not call tables: "Children can earn achievements. Each achievement has ..."."""

import re

from agent.offline import regex
from agent.offline.reading import lexicon
from agent.offline.reading.conventions import is_snake
from agent.offline.reading.headline_names import NO_NAME, is_new, matches, overlapping, phrase
from agent.offline.reading.ledger import STRUCK, Ledger
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

Found = tuple[str, int, int, bool]
"""The name, where it stands, and whether its columns are listed right behind it."""
_CREATES = r"(?:add|create|make|build|introduce|set up|design|implement|track|store|record|keep track of|log|support|save|model|new|please|need|give kids|give)"
_EACH = r"(?:(?:each|every|per|one|an?|the|its|this) )(?P<one>[a-z][a-z0-9_]*(?: [a-z]+)?) (?:also )?(?:has|have|belongs|is (?:something|what|an?|for|linked|tied|unlocked|attached|owned|given|assigned|written|belonging)|asks|shows|records|describes|names|lists|holds|consists|stores|carries|gets|contains|includes|should have|needs|must|comes with|will have|starts)"
_SEEN = re.compile(
    r" (?:parents?|members?|users?|everyone|everybody|admins?|editors?|owners?) [^.\n]*(?:see|view|read|look|select|access)"
)
_TO_DO = ("to", "we", "will", "please", "let", "us", "and")
_NO_THING = ("row", "record", "entry", "link", "pair", "column", "field", "user", "value", "person", "word")


def implied(ledger: Ledger, schema: Schema) -> Found | None:
    for shape in (_of_two, _quoted, _heading, _created, _told, _opening, _owned, _written, _leading):
        if found := shape(ledger, schema):
            return found
    return None


def _found(match: re.Match[str], name: str, noun: str, left: str) -> Found:
    end = match.start("name") + len(noun)
    return name, match.start("name"), end, left[end:].startswith((" (", " :"))


def _of_two(ledger: Ledger, schema: Schema) -> Found | None:
    """Two known tables in one name: child_skills."""
    for token in ledger.tokens():
        first, _, rest = token[0].partition("_")
        if rest and is_new(token[0], schema) and schema.table(first) and schema.table(rest) and plural(rest) == rest:
            return token[0], token.start(), token.end(), ledger.left[token.end() :].startswith(" (")
    return None


def _quoted(ledger: Ledger, schema: Schema) -> Found | None:
    """A name in quotes that only a table has: "we'd like `lesson_comments`"."""
    for token in ledger.tokens():
        name = token[0]
        if ledger.quoted.get(name) != name or not is_snake(name) or plural(name) != name or not is_new(name, schema):
            continue
        if not regex.search(r"_(?:id|at|url|on)s?$|^(?:is|has)_", name) and _SEEN.search(ledger.left):
            return name, token.start(), token.end(), ledger.left[token.end() :].startswith((" (", " :"))
    return None


def _heading(ledger: Ledger, schema: Schema) -> Found | None:
    """A line of one noun above others."""
    lines, place = ledger.left.split("\n"), 0
    if len(lines) < 3 and "•" not in ledger.left:
        return None
    for line in lines:
        text = line.split("(")[0]
        text = text.split(" : ")[-1] if line.strip().startswith("feature") else text
        words = [word for word in regex.findall(r"[a-z][a-z0-9_-]*", text) if word not in NO_NAME]
        if len(words) == 1 and is_fresh(words[0], schema) and len(line.split()) < 6:
            at = ledger.left.index(words[0], place)
            return words[0], at, at + len(words[0]), False
        place += len(line) + 1
    return None


def _created(ledger: Ledger, schema: Schema) -> Found | None:
    """ "add quests (child_id, ...)", "track quests for each child with ..."."""
    name_of = r"(?:(?:an?|the|new|some|up|kids|table) )*(?P<name>[a-z][a-z0-9_]*(?: [a-z]+){0,2})"
    for match in overlapping(f"{_CREATES} {name_of}", ledger.left):
        words = match["name"].split()
        for noun in dict.fromkeys((match["name"], " ".join(words[:2]), words[0])):
            name = phrase(noun.split(), schema)
            if name and is_fresh(name, schema) and _is_told(ledger, match.start("name") + len(noun), name, schema):
                return _found(match, name, noun, ledger.left)
    return None


def _told(ledger: Ledger, schema: Schema) -> Found | None:
    """ "Let's introduce quests! A quest has ..."."""
    for match in matches(_EACH, ledger.left):
        for noun in dict.fromkeys((match["one"], match["one"].split()[0])):
            name = plural("_".join(noun.split()))
            if noun != singular(noun) or noun in _NO_THING or not is_fresh(name, schema):
                continue
            for token in ledger.tokens():  # "we want lesson_tips. A tip has ..."
                if regex.fullmatch(rf"[a-z]+(?:_[a-z]+)*_{name}", token[0]) and is_new(token[0], schema):
                    return token[0], token.start(), token.end(), False
            if at := regex.search(rf"(?<![^ ]){name.replace('_', '[ _]')}(?![^ ])", ledger.left):
                *_, led, before = ["", "", *ledger.left[: at.start()].split()]
                kind = (
                    led not in _TO_DO
                    and regex.fullmatch(r"[a-z]{3,}", before)
                    and before not in NO_NAME
                    and _kind_of(before, schema)
                )
                return (f"{before}_{name}" if kind else name), at.start(), at.end(), False
    return None


def _opening(ledger: Ledger, schema: Schema) -> Found | None:
    """ "quests for children: title, status"."""
    whose = r"(?: (?:for|per|of) (?:each |every |an? |the |our |all )*[a-z]+)?"
    match = regex.match(rf"[\s•]*(?P<name>[a-z][a-z0-9_]*(?: [a-z]+)?){whose} ?(?::|\(|with |table|\n \n)", ledger.left)
    name = phrase(match["name"].split(), schema) if match else None
    return _found(match, name, match["name"], ledger.left) if match and name and is_fresh(name, schema) else None


def _owned(ledger: Ledger, schema: Schema) -> Found | None:
    """ "Let children have pets: name, species"."""
    verbs = "have|keep|own|collect|upload|register|bookmark"
    match = regex.search(rf" (?:{verbs})s? (?P<name>[a-z]+) (?=[:(])", ledger.left)
    return (
        _found(match, match["name"], match["name"], ledger.left) if match and is_fresh(match["name"], schema) else None
    )


def _written(ledger: Ledger, schema: Schema) -> Found | None:
    """A name in snake_case of something that has rows, or that somebody may see: "so: screen_breaks. For every break ..."."""
    columns = {column for table in schema.tables for column in schema.columns(table)}
    for token in ledger.tokens():
        name = token[0]
        if (
            not is_snake(name)
            or name in columns
            or schema.table(name)
            or not is_new(name, schema)
            or regex.search(r"^(?:is|has)_", name)
        ):
            continue
        after = " " + ledger.left[token.end() :].lstrip(f" {STRUCK}")
        noun = singular(name.split("_")[-1])
        rows = rf" (?:each|every|per) (?:row|entry|record|{noun}|{singular(name).replace('_', ' ')}) "
        listed = regex.match(r" (?:with|:) [^.\n]*,[^.\n]*,", after) and name == plural(name)
        if listed or (regex.match(r" (?:\.|:|\n|;|\()", after) and (regex.search(rows, after) or _SEEN.search(after))):
            return name, token.start(), token.end(), after.startswith((" (", " :"))
        return None
    return None


def _leading(ledger: Ledger, schema: Schema) -> Found | None:
    """A plural or a name in snake_case that a list of columns follows: "for that we want drawings : child ; ..."."""
    opens = r"(?:^ ?|[.\n:;,] (?:• )?|wants? |needs? |have |keep |store |in |into |add |create |build |make |do |table |it |them |for |a |an |the |new |our )"
    follows = (
        r"(?= [.:;(\n,=-]| has | have | with | per | for | as | table | belongs | stored | kept | saved | recorded )"
    )
    if regex.search(r" (?:trigger|audit|audited|log table|rpc|function) ", ledger.text):
        return None
    for match in regex.finditer(rf"{opens}(?P<name>[a-z][a-z0-9_]*){follows}", ledger.left):
        name, tail = match["name"], ledger.left[match.end("name") :]
        if not (
            is_fresh(name, schema)
            or (is_snake(name) and is_new(name, schema) and not regex.search(r"_(?:id|at|url|on|by)$", name))
        ):
            continue
        near = tail[:70].split()
        owned = any(
            singular(w.removesuffix("_id")) == w.removesuffix("_id") and schema.table(w.removesuffix("_id"))
            for w in near
        )
        if (
            regex.match(r"(?:is|has|can)_", name)
            or name in lexicon.ACCESS_VERBS
            or name in ("writes", "reads")
            or not (owned or (plural(name) == name and singular(name) != name))
        ):
            continue
        if tail.count(",") + tail.count(";") + tail.count("+") > 1:
            return name, match.start("name"), match.end("name"), tail.startswith((" (", " :"))
    return None


def is_fresh(name: str, schema: Schema) -> bool:
    """A plural that no table or column has."""
    columns = {column for table in schema.tables for column in schema.columns(table)}
    words = set(name.split("_"))
    parts = name.split("_")
    if len(parts) > 1 and (parts[0] in NO_NAME or (schema.table(parts[-1]) and not schema.table(parts[0]))):
        return False
    return (
        is_new(name, schema) and name == plural(name) and name != singular(name) and name not in columns and singular(name) not in columns
        and schema.table(name, loose=True) is None and (len(parts) > 1 or name != "links") and not words & {"points", "values", "types", "changes", "levels", "users", "rows", "duplicates", "columns", "fields", "minutes", "requirements", "goes", "has", "is", "was", "does", "as", "characters", "videos", "options", "times"}
    )  # fmt: skip


def _kind_of(word: str, schema: Schema) -> bool:
    """What kind of thing it is: "coin" transactions; no verb, adjective or owner."""
    other = r"daily|weekly|monthly|personal|special|custom|many|multiple|several|earn|collect|get|win|unlock|complete|receive|more|these|those|such|using|kids|store|storing|want|stores|upload|track|give|can"
    return not (
        schema.table(word) or regex.fullmatch(other, word) or word.endswith(("ing", "ed")) or word in lexicon.FILLERS
    )


def _is_told(ledger: Ledger, end: int, name: str, schema: Schema) -> bool:
    """Columns are listed behind it, or it is said whose it is."""
    tail = ledger.left[end:]
    owner = regex.match(r" (?:for|of|per|by|from) (?:(?:our|the|each|every|all|a|my) )*([a-z_]+)", tail)
    if owner and (table := schema.table(owner[1])):
        after = regex.match(r" ([a-z_]+)", tail[owner.end() :])
        return not (after and after[1] in schema.columns(table)) if table in schema.tables else True
    if regex.match(r" (?:\(|:)", tail) or regex.search(
        r"(?:each|every|an?|it|they|columns|fields)(?: one)? (?:[a-z]+ )?(?:has|belongs|consists|stores|:)", tail
    ):
        return True
    return bool(regex.match(r"(?: with| that| as|,| which| \.)", tail)) and (
        tail.count(",") > 1
        or any(schema.table(stem) for stem in regex.findall(r"(?<![^ ])([a-z]+)_id(?![^ ])", tail))
        or "_" in name
        or bool(regex.search(r"(?:belongs|children|child|each)", tail))
    )
