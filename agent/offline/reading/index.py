"""An index on a table that is there: its columns, order, method, and the rows it holds."""

import re
from typing import Literal

from agent.offline.description import AddIndex, Condition, Index, Key
from agent.offline.reading.known import Resolve, Spoken, resolver, spoken_columns
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema

WANTED = r"index(?:es|ed|ing)?|indices|speed(?:s|ing)? up|faster|fast|slow(?:er|ly|ness)?|quick(?:er|ly)?|optimi[sz]e|performance|full-text|searchable"
LOOKED_UP = r"(?:filter(?:s|ed|ing)?|look(?:ed|s|ing)?(?: [a-z~]+)? ?up|look-ups?|lookups?|quer(?:y|ied|ies)|search(?:es|ed)?|sort(?:s|ed)?|order(?:ed)?|found|list(?:ed)?|fetch)"
_SPENT = rf"{WANTED}|partial|composite|only|just|where|whose|when|that are|which are|both|gin|b-?tree|not|null|is|are|=|true|false|limited|restricted|covering|until|same|if"
_OTHERS = rf"\(? ?(?:,? ?and )?(?:the )?(?:other|others|all other)(?: {STRUCK}+| ones| rows| lessons)? (?:should|must|need|do|shall) not (?:be|need to be|have to be) (?:in (?:the index|it)|indexed|part of (?:the index|it))(?: \))?"
_OMITS = r"(?:leav(?:es?|ing) out|except(?:s|ing)?|exclud(?:es?|ing)|omit(?:s|ting)?|without|skip(?:s|ping)?)(?: (?:everything|all|those|rows|lessons|that|which|~+|isn|is|are|the|anything|ones))* (?:not|unless)"
_NEWEST = r"(?:newest|latest|most recent)(?: (?:ones?|first|to oldest))*|from new(?:est)? to old(?:est)?"
_DOWN = r"(?:in )?(?:descending|desc|highest first|largest first|reversed?)(?: order| first)?"
_LIST = r"(?:by|on|over|for|using btree|columns?) (?:the |their |its |column |columns |attribute |field |\( )*(?P<list>[^.;:\n()]+)"
_ORDERS = r"add|create|must|should|shall|please|unique|change|partial|where"
Method = Literal["btree", "gin", "text search"]


def read_index(ledger: Ledger, table: str, schema: Schema) -> tuple[AddIndex, tuple[str, ...]]:
    """An index on `table`, whose mentions are struck out. Raises Unclear."""
    ledger.take_all(_OTHERS)
    method: Method = "btree"
    if ledger.take(
        r"(?:(?:a|an|with|using|of|as|over|type) )*(?:full-text|text search|tsvector)(?: search)?(?: index| search)*"
    ):
        method = "text search"
    elif ledger.take(r"(?:(?:a|an|with|using|of|as|type) )*(?:gin|inverted|containment)(?: index)?"):
        method = "gin"
    ledger.take_all(r"(?:using |a |plain )*b-?tree|(?:the )?(?:jsonb|text|boolean|timestamp)(?= column| [a-z_]+| \))")
    ledger.take_all(r"(?:in )?(?:ascending|asc)(?: order)?")
    omits = bool(ledger.take(_OMITS))
    columns = schema.columns(table)
    by_name = resolver(table, schema)

    def resolve(words: str) -> str | None:
        holders = [name for name in columns if words in schema.choices(table, name)]
        if holders and words not in columns:
            return None
        if column := by_name(words):
            return column
        near = schema.column(table, words, loose=True) if " " not in words and len(words) > 4 else None
        return near if near and not (words in FILLERS or re.fullmatch(WANTED, words)) else None

    _strike_story(ledger, resolve)
    tested = _null_tests(ledger, table, schema, resolve)
    newest = ledger.take(_NEWEST)
    spoken = [s for s in spoken_columns(ledger, resolve) if not _is_story(ledger, s)]
    marker = ledger.find(r"where|whose|only|just|that are|which are|when|limited to|restricted to|if")
    keys: list[Key] = []
    where: list[Condition] = []
    for mention in spoken:
        if STRUCK in ledger.left[mention.start : mention.end]:
            continue
        condition = _condition(
            ledger, mention, columns, marker.start() if marker else None, omits, schema.choices(table, mention.column)
        )
        if condition:
            where.append(condition)
        else:
            follows = re.match(rf" (?:\( )?(?:{_DOWN})(?![^ ])", ledger.left[mention.end :])
            down = follows and ledger.take(_DOWN, mention.end, mention.end + follows.end() + 1)
            keys.append(Key(mention.column, bool(down)))
        ledger.strike(mention.start, mention.end)
    keys = _asked(ledger, keys)
    where += tested
    where += _values(ledger, table, schema, {c.column for c in where} | {k.column for k in keys})
    where = list(dict.fromkeys(where))
    keys = [key for place, key in enumerate(keys) if key.column not in {k.column for k in keys[:place]}]
    if (
        not keys
        and where
        and not marker
        and not ledger.find(r"partial")
        and any("_" in s.column for s in spoken)
        and len(where) == 1
        and re.search(rf"(?<![^ ]){where[0].column}(?![^ ])", ledger.text)
    ):
        keys, where = [Key(where[0].column)], []
    _nothing_else(ledger, bool(keys))
    if ledger.take(_DOWN) and keys and not any(key.descending for key in keys):
        keys[-1] = Key(keys[-1].column, True)
    if newest:
        dated = [n for n, key in enumerate(keys) if schema.type_of(table, key.column).startswith(("timestamp", "date"))]
        if dated:
            keys[dated[-1]] = Key(keys[dated[-1]].column, True)
        elif "created_at" in columns:
            keys.append(Key("created_at", True))
        else:
            raise Unclear("newest first, without a column that says when")
    if within := re.search(r" (?:within|inside) (?:(?:an?|each|every|the|one|its) )*([a-z_]+)", ledger.text):
        keys.sort(key=lambda key: key.column.removesuffix("_id") != within[1])
    assumed: list[str] = []
    if not keys:
        keys = [_natural_key(table, schema, where, ledger)]
        assumed.append(f"The index is on {keys[0].column}, since no column was named.")
    kinds = {schema.type_of(table, key.column) for key in keys}
    if method == "btree" and len(keys) == 1 and (kinds <= {"jsonb"} or any(kind.endswith("[]") for kind in kinds)):
        method = "gin"
    if method == "gin" and not all(kind in ("jsonb", "tsvector") or kind.endswith("[]") for kind in kinds):
        raise Unclear(f"a GIN index on {', '.join(key.column for key in keys)}")
    if method == "text search" and not all(kind.startswith(("text", "character varying")) for kind in kinds):
        raise Unclear(f"full text search on {', '.join(key.column for key in keys)}")
    ledger.take_all(_SPENT)
    return AddIndex(table, Index(tuple(keys), method, tuple(where))), tuple(assumed)


def _asked(ledger: Ledger, keys: list[Key]) -> list[Key]:
    """Where an index "on" columns is asked for, other columns only tell why."""
    match = ledger_text(
        ledger, r"index(?:ed|es)? (?:on|over|for|by)(?: the)? (?:\( )?(?P<list>[a-z_]+(?: (?:,|and) [a-z_]+)*)"
    )
    if match is None:
        return keys
    names = re.findall(r"[a-z_]+", match["list"])
    asked = sorted((key for key in keys if key.column in names), key=lambda key: names.index(key.column))
    return (
        asked
        if asked and all(n in {k.column for k in keys} for n in names if "_" in n) and "_" in match["list"]
        else keys
    )


def ledger_text(ledger: Ledger, pattern: str) -> re.Match[str] | None:
    return re.search(rf"(?<![^ ]){pattern}(?![^ ])", ledger.text)


def _is_story(ledger: Ledger, mention: Spoken) -> bool:
    """ "the existing index on subject can stay": it is about what is there already."""
    start = max(
        ledger.text.rfind(" . ", 0, mention.start),
        ledger.text.rfind(" - ", 0, mention.start),
        ledger.text.rfind(" ; ", 0, mention.start),
    )
    return bool(re.search(r"existing index", ledger.text[max(start, 0) : mention.start]))


def _condition(
    ledger: Ledger,
    mention: Spoken,
    columns: dict[str, dict[str, object]],
    marked: int | None,
    omits: bool,
    labels: tuple[str, ...],
) -> Condition | None:
    after = ledger.left[mention.end :]
    before = ledger.left[: mention.start]
    behind = marked is not None and mention.start > marked
    if columns[mention.column]["type"] == "boolean":
        no = re.match(r" (?:is |are |= |being )*(?:false|no|not true)(?![^ ])", after) or (
            not omits and re.search(r" (?:not|non-?|un)(?: yet| currently)? $", before)
        )
        return Condition(mention.column, "is false" if no else "is true")
    if not behind:
        return None
    if (test := re.match(r" ([a-z_]+)(?![^ ])", after)) and test[1] in labels:
        ledger.strike(mention.end, mention.end + test.end())
        return Condition(mention.column, "equals", test[1])
    if test := re.match(
        r" (?:(?:is|are|has been|have been|was) )*(?:not (?:null|empty|missing)|set|given|present|filled)(?![^ ])",
        after,
    ):
        ledger.strike(mention.end, mention.end + test.end())
        return Condition(mention.column, "is not null")
    if test := re.match(
        r" (?:(?:is|are|has been|have been|was|still) )*(?:null|empty|missing|not set|unset|not given)(?![^ ])", after
    ):
        ledger.strike(mention.end, mention.end + test.end())
        return Condition(mention.column, "is null")
    if test := re.match(r" (?:is|are|=|equals|being|of)+ (?:(?:still|currently) )?([a-z0-9_]+)", after):
        value = value_of(test[1], ledger.quoted)
        plain = str(columns[mention.column]["type"]).startswith(("text", "char"))
        if value not in labels if labels else not (isinstance(value, int) or plain):
            raise Unclear(f"{mention.column} {test[0].strip()}")
        ledger.strike(mention.end, mention.end + test.end())
        return Condition(mention.column, "equals", value)
    if re.search(r" (?:have|has|having|with)(?: an?| the)? $", before):
        return Condition(mention.column, "is not null")
    return None


def _strike_story(ledger: Ledger, resolve: Resolve) -> None:
    """A sentence that only tells what the index is for names nothing that the one asking for it does not."""
    told = {span: {s.column for s in spoken_columns(ledger, resolve, *span)} for span in ledger.sentences()}
    asked = {span for span in told if told[span] and ledger.find(r"index(?:es|ed)?|indices", *span)}
    known = {column for span in asked for column in told[span]}
    for span, names in told.items():
        if asked and span not in asked and names <= known and not ledger.find(_ORDERS, *span):
            ledger.strike(*span)


def _null_tests(ledger: Ledger, table: str, schema: Schema, resolve: Resolve) -> list[Condition]:
    """ "(accepted_at is null)", "without accepted_at", "not accepted yet"; what says the same once more is struck out."""
    found: list[Condition] = []
    patterns = (
        r"(?P<column>[a-z_]+) (?:is|are|=) (?P<is_not>not )?null",
        r"(?:without|with no|(?:have|has) no|(?:have|has|having) not)(?: (?:an?|any|the|yet|been|got))* (?P<column>[a-z_]+)(?: yet)?(?P<is_not>)",
        r"(?:(?:is|are|was|were) )?(?:not|never)(?: (?:yet|been))* (?P<column>[a-z_]+)(?: yet)?(?P<is_not>)",
    )
    for pattern in patterns:
        place = 0
        while match := ledger.find(pattern, place):
            place = match.start() + 1
            name = resolve(match["column"])
            if name is None or ("null" in match[0] and name != match["column"]):
                continue
            if schema.type_of(table, name) == "boolean" or schema.is_required(table, name):
                continue
            condition = Condition(name, "is not null" if match["is_not"] else "is null")
            ledger.strike(match.start(), match.end())
            if condition not in found:
                found.append(condition)
    for condition in found:
        stem = condition.column.removesuffix("_at")
        if stem != condition.column:
            ledger.take_all(
                rf"(?:(?:is|are|have|has|been|was|were|already|not|never) )+{stem}(?: yet)?|{stem}(?= (?:ones?|rows?|only)| {STRUCK})"
            )
    return found


def _values(ledger: Ledger, table: str, schema: Schema, used: set[str]) -> list[Condition]:
    """ "only the completed rows": a word that is a value of one column."""
    found = []
    for token in ledger.tokens():
        holders = [name for name in schema.columns(table) if token[0] in schema.choices(table, name)]
        if len(holders) == 1 and holders[0] not in used and re.fullmatch(r"[a-z_]{4,}", token[0]):
            if re.search(r" (?:not|non|un)(?: yet)? $", ledger.left[: token.start()]):
                raise Unclear(f"not {token[0]}")
            ledger.strike(token.start(), token.end())
            found.append(Condition(holders[0], "equals", token[0]))
    return found


def _nothing_else(ledger: Ledger, keyed: bool) -> None:
    """Raises Unclear where a list of columns names one that is not there."""
    for match in re.finditer(rf"(?<![^ ])(?:{_LIST})", ledger.left):
        for part in re.split(
            r",|(?<![^ ])(?:and|then|where|only|but|so|because|which|that|for|in|to|on|of|limited|restricted|with|when|whose|just|not|all|very|a lot|often|is|are|as|we|it|using|an?|by|together|-|/)(?![^ ])",
            match["list"],
        ):
            words = [w for w in part.split() if w.strip(STRUCK) and w not in FILLERS]
            listed = STRUCK in match["list"]
            if 0 < len(words) < 3 and not keyed and STRUCK not in part:
                raise Unclear(" ".join(words))
            if (
                words
                and listed
                and STRUCK not in part
                and len(words) < 3
                and re.search(rf"(?:,|and) {re.escape(part.strip())} ?(?:$|,|and)", match["list"])
            ):
                raise Unclear(" ".join(words))


def _natural_key(table: str, schema: Schema, where: list[Condition], ledger: Ledger) -> Key:
    """What rows of the table are usually picked by: the first reference or category without an index."""
    if not where or ledger.find(r"by|keyed on|on"):
        words = [
            t[0]
            for t in ledger.tokens()
            if t[0] not in FILLERS and not re.fullmatch(rf"{WANTED}|{LOOKED_UP}|create|add|please", t[0])
        ]
        if not where:
            raise Unclear(" ".join(words) or "which column to index")
    used = {condition.column for condition in where}
    references = {key.column for key in schema.foreign_keys(table)}
    for name in schema.columns(table):
        if (
            name not in used
            and (name in references or schema.choices(table, name))
            and not schema.is_indexed(table, [name])
        ):
            return Key(name)
    return Key("created_at", True) if "created_at" in schema.columns(table) else Key(schema.primary_key(table)[0])
