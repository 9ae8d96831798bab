"""An index: its columns, their order, its method, and the rows that it holds."""

import re
from typing import Literal

from agent.offline.description import AddIndex, Condition, Index, Key
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import Resolve, Spoken, spoken_columns, strike_table
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema

WANTED = r"index(?:es|ed|ing)?|indices|speed(?:s|ing)? up|faster|fast|slow(?:er|ly|ness)?|quick(?:er|ly)?|optimi[sz]e|performance|full-text|searchable"
LOOKED_UP = r"(?:filter(?:s|ed|ing)?|look(?:ed|s|ing)?(?: [a-z~]+)? ?up|look-ups?|lookups?|quer(?:y|ied|ies)|search(?:es|ed)?|sort(?:s|ed)?|order(?:ed)?|found|list(?:ed)?|fetch)"
_SPENT = (
    rf"{WANTED}|{LOOKED_UP}|both columns|but only|but not|only (?:if|when|for|by|in)|partial|composite|only|just|where|whose|when|if|both|gin|b-?tree|not|null|is|are|=|true|false|limited|restricted|covering|until|same|before|after|while|unless|view|"
    r"first|then|together|order|1|one|2|two|instead|automatically|trigger|hidden from|job that|concurrently|lock|locks?|policy|average|expire[sd]?"
)
_REST = (
    r"not (?:be )?(?:in (?:it|the index)|indexed|needed|searched|search|covered|part of|looked up|need to be|for all|every|all)|left out|leave out|leaves out|excluded|skipped|never (?:searched|shown|listed|looked up|queried|read)|nothing else|"
    r"do not (?:need|have|search|want|care)|does not (?:need|have)|no index for|the others?|the rest|others"
)
_OMITS = r"(?:leav(?:es?|ing) out|except(?:s|ing)?|exclud(?:es?|ing)|omit(?:s|ting)?|without|skip(?:s|ping)?|ignor(?:es?|ing))(?: (?:everything|all|those|rows|that|which|~+|is|are|the|anything|ones))* (?:not|unless)"
_NEWEST = r"(?:newest|latest|most recent|recent)(?: (?:ones?|first|on top|at the top|to oldest|entries|[a-z]+ first))+|from new(?:est)? to old(?:est)?|(?:newest|latest) (?:first|on top)"
_DOWN = r"(?:in )?(?:descending|desc|highest first|largest first|reversed?)(?: order| first)?"
_MARK = r"where|whose|only|just|that are|which are|that (?:have|has)|which (?:have|has)|when|limited to|restricted to|if|for rows|with status|rows with|covers?|covering|contain|contains|partial|those|for the|holds?|not yet|still"
Method = Literal["btree", "gin", "text search"]


def read_index(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> tuple[AddIndex, tuple[str, ...]]:
    """Raises Unclear."""
    resolve = columns_of(table, schema)
    wishes = [c for c in clauses if not c.talk]
    for clause in wishes:
        rest = ledger.find(_REST, clause.low, clause.high)
        if rest and not ledger.find(r"where|partial", clause.low, clause.high) and len(wishes) > 1:
            if ledger.find("null", clause.low, clause.high):
                raise Unclear(ledger.text[clause.low : clause.high])
            if ledger.find("only", rest.end(), clause.high):
                ledger.strike(clause.low + 1, rest.end())
            elif not ledger.find("index(?:es|ed)?", clause.low, rest.start()):
                clause.drop(ledger)
    method = _method(ledger)
    ledger.take_all(r"(?:in )?(?:ascending|asc)(?: order)?|(?:using |a |plain )*b-?tree")
    omits = bool(ledger.take(_OMITS))
    strike_table(ledger, table, schema)
    keys, where = _parts(ledger, wishes, table, schema, resolve, omits)
    assumed: list[str] = []
    if not keys or ledger.find(r"(?:these|those|both|them|the two|the 2)(?: (?:two|2|columns|fields|ones))?"):
        talk = [c for c in clauses if c.talk]
        told = Ledger(ledger.text)
        strike_table(told, table, schema)
        more, others = _parts(told, talk, table, schema, resolve, omits)
        if {key.column for key in keys} <= {key.column for key in more}:
            keys, where = _in_order(told, more, table, schema), where or others
    keys = [key for place, key in enumerate(keys) if key.column not in {k.column for k in keys[:place]}]
    flags = [c for c in where if c.test == "is true"]
    if (
        not keys
        and len(where) == len(flags) == 1
        and not ledger.find(_MARK)
        and "_" in flags[0].column
        and flags[0].column in ledger.text
    ):
        keys, where = [Key(flags[0].column)], []
    keys = _in_order(ledger, keys, table, schema)
    if not keys:
        keys = [_natural_key(ledger, table, schema, where)]
        assumed.append(f"The index is on {keys[0].column}, since no column was named.")
    kinds = {schema.type_of(table, key.column) for key in keys}
    if method == "btree" and len(keys) == 1 and (kinds <= {"jsonb"} or any(kind.endswith("[]") for kind in kinds)):
        method = "gin"
    if method == "gin" and not all(kind in ("jsonb", "tsvector") or kind.endswith("[]") for kind in kinds):
        raise Unclear(f"a GIN index on {', '.join(key.column for key in keys)}")
    if method == "text search" and not all(kind.startswith(("text", "character varying")) for kind in kinds):
        raise Unclear(f"full text search on {', '.join(key.column for key in keys)}")
    refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, narrow=False)
    return AddIndex(table, Index(tuple(keys), method, tuple(dict.fromkeys(where)))), tuple(assumed)


def _method(ledger: Ledger) -> Method:
    if ledger.take(
        r"(?:(?:a|an|with|using|of|as|over|type) )*(?:full-text|text search|tsvector)(?: search)?(?: index| search)*"
    ):
        return "text search"
    if ledger.take(r"(?:(?:a|an|with|using|of|as|type) )*(?:gin|inverted|containment)(?: index)?"):
        return "gin"
    return "btree"


def _parts(
    ledger: Ledger, clauses: list[Clause], table: str, schema: Schema, resolve: Resolve, omits: bool
) -> tuple[list[Key], list[Condition]]:
    """Keys and conditions that the clauses name, struck out."""
    keys: list[Key] = []
    where: list[Condition] = []
    for clause in clauses:
        told = {spoken.column for spoken in spoken_columns(ledger, resolve, clause.low, clause.high)} | {
            name
            for name in schema.columns(table)
            for label in schema.choices(table, name)
            if f" {label.lower()} " in ledger.text[clause.low : clause.high]
        }
        where += _null_tests(ledger, clause, table, schema, resolve)
        named = spoken_columns(ledger, resolve, clause.low, clause.high)
        references = {key.column for key in schema.foreign_keys(table)}
        plain = [s for s in named if s.column in ledger.text[s.start : s.end].replace(" ", "_")]
        for mention in named:
            if (
                plain
                and mention.column in references
                and mention not in plain
                and re.search(r" (?:for|as) (?:an? |the |our |all )?$", ledger.text[: mention.start])
            ):
                ledger.strike(mention.start, mention.end)  # "for the parents' overview"
                continue
            condition = _condition(ledger, clause, mention, table, schema, omits)
            if condition:
                where.append(condition)
            else:
                follows = re.match(rf" (?:\( )?(?:{_DOWN})(?![^ ])", ledger.left[mention.end : clause.high] + " ")
                if follows:
                    ledger.take(_DOWN, mention.end, clause.high)
                keys.append(Key(mention.column, bool(follows)))
            ledger.strike(mention.start, mention.end)
        known = {(c.column, str(c.value)) for c in where}
        where += _values(ledger, clause, table, schema, {c.column for c in where} | {k.column for k in keys}, known)
        outside = ledger.find(
            r"leave out|leaving out|excluded?|excluding|skip|except|ignore|omit|left out", clause.low, clause.high
        )
        if outside and not omits and any(c.column in told for c in where):
            raise Unclear(ledger.text[clause.low : clause.high])
    return keys, list(dict.fromkeys(where))


def _condition(
    ledger: Ledger, clause: Clause, mention: Spoken, table: str, schema: Schema, omits: bool
) -> Condition | None:
    after, before = ledger.left[mention.end : clause.high] + " ", ledger.left[clause.low : mention.start]
    labels = schema.choices(table, mention.column)
    marked = re.search(rf" (?:{_MARK}) ", before + " ")
    kind = schema.type_of(table, mention.column)
    if kind == "boolean":
        no = re.match(r" (?:is |are |= |being )*(?:false|no|not true)(?![^ ])", after) or (
            not omits and re.search(r" (?:not|non-?|un|in)(?: yet| currently| being| been)* $", before)
        )
        return Condition(mention.column, "is false" if no else "is true")
    spelled = {label.lower(): label for label in labels} | {label.lower().replace("_", " "): label for label in labels}
    test = re.match(
        r" (?:(?:is|are|=|equals?|being|of|:|still|currently|set to|==) )*(?:the )?([a-z0-9_]+(?: [a-z]+)?)", after
    )
    if test:
        for words in (test[1], test[1].split(" ")[0]):
            value = ledger.quoted.get(words, words)
            if words in spelled or value in labels:
                ledger.strike(mention.end, mention.end + test.start(1) + len(words))
                return Condition(mention.column, "equals", spelled.get(words, value))
    if not marked:
        return None
    if test := re.match(
        r" (?:(?:is|are|has been|have been|was) )*(?:not (?:null|empty|missing)|set|given|present|filled|there)(?![^ ])",
        after,
    ):
        ledger.strike(mention.end, mention.end + test.end())
        return Condition(mention.column, "is not null")
    if test := re.match(
        r" (?:(?:is|are|has been|have been|was|still) )*(?:null|empty|missing|not set|unset|not given)(?![^ ])", after
    ):
        ledger.strike(mention.end, mention.end + test.end())
        return Condition(mention.column, "is null")
    if test := re.match(r" (?:is|are|=|equals|==)+ ([a-z0-9_]+)", after):
        said = value_of(test[1], ledger.quoted)
        if labels or not (isinstance(said, int) or kind.startswith(("text", "char"))):
            raise Unclear(f"{mention.column} {test[0].strip()}")
        ledger.strike(mention.end, mention.end + test.end())
        return Condition(mention.column, "equals", said)
    if re.search(r" (?:have|has|having|with)(?: an?| the)? $", before):
        return Condition(mention.column, "is not null")
    return None


def _null_tests(ledger: Ledger, clause: Clause, table: str, schema: Schema, resolve: Resolve) -> list[Condition]:
    """ "(accepted_at is null)", "without accepted_at", "not accepted yet"; what says the same once more is struck out."""
    found: list[Condition] = []
    patterns = (
        r"(?P<column>[a-z_]+) (?:is|are|=) (?P<is_not>not )?null",
        r"(?:without|with no|(?:have|has) no|(?:have|has|having) not)(?: (?:an?|any|the|yet|been|got))* (?P<column>[a-z_]+)(?: yet)?(?P<is_not>)",
        r"(?:(?:is|are|was|were) )?(?:not|never)(?: (?:yet|been))* (?P<column>[a-z_]+)(?: yet)?(?P<is_not>)",
    )
    for pattern in patterns:
        place = clause.low
        while match := ledger.find(pattern, place, clause.high):
            place = match.start() + 1
            name = resolve(match["column"])
            if name is None or ("null" in match[0] and name != match["column"]):
                continue
            if schema.type_of(table, name) == "boolean" or schema.is_required(table, name):
                continue
            ledger.strike(match.start(), match.end())
            found.append(Condition(name, "is not null" if match["is_not"] else "is null"))
    for condition in found:
        stem = condition.column.removesuffix("_at")
        if stem != condition.column:
            ledger.take_all(
                rf"(?:(?:is|are|have|has|been|was|were|already|not|never) )+{stem}(?: yet)?|{stem}(?= (?:ones?|rows?|only)| {STRUCK})"
            )
    return list(dict.fromkeys(found))


def _values(
    ledger: Ledger, clause: Clause, table: str, schema: Schema, used: set[str], known: set[tuple[str, str]]
) -> list[Condition]:
    """ "only the completed rows", "status draft": a word that is a value of one column."""
    found = []
    holders: dict[str, list[tuple[str, str]]] = {}
    for name in schema.columns(table):
        for label in schema.choices(table, name):
            for words in {label.lower(), label.lower().replace("_", " ")}:
                holders.setdefault(words, []).append((name, label))
    for words, held in sorted(holders.items(), key=lambda item: -len(item[0])):
        if len(held) != 1 or len(words) < 4 or (held[0][0] in used and held[0] not in known):
            continue
        for form in (words, f"{words}s"):
            if match := ledger.find(re.escape(form), clause.low, clause.high):
                if re.search(r" (?:not|non|un)(?: yet)? $", ledger.left[: match.start()]):
                    raise Unclear(f"not {words}")
                ledger.strike(match.start(), match.end())
                used.add(held[0][0])
                if held[0] not in known:
                    found.append(Condition(held[0][0], "equals", held[0][1]))
                break
    return found


def _in_order(ledger: Ledger, keys: list[Key], table: str, schema: Schema) -> list[Key]:
    """The keys as they are asked for: "newest first", "subject first", "within a document"."""
    down, newest = ledger.take(_DOWN), ledger.take(_NEWEST)
    if down and keys and not any(key.descending for key in keys):
        keys[-1] = Key(keys[-1].column, True)
    if newest:
        dated = [n for n, key in enumerate(keys) if schema.type_of(table, key.column).startswith(("timestamp", "date"))]
        if dated:
            keys[dated[-1]] = Key(keys[dated[-1]].column, True)
        elif "created_at" in schema.columns(table):
            keys.append(Key("created_at", True))
        else:
            raise Unclear("newest first, without a column that says when")
    if within := re.search(r" (?:within|inside) (?:(?:an?|each|every|the|one|its) )*([a-z_]+)", ledger.text):
        keys.sort(key=lambda key: key.column.removesuffix("_id") != within[1])
    if match := re.search(
        r" ([a-z_]+(?: [a-z]+)?) (?:first|comes first|leading|in front)(?: ,| \.| and| \n| then|$)| first (?:the )?([a-z_]+)",
        ledger.text,
    ):
        lead = columns_of(table, schema)((match[1] or match[2]).removeprefix("the "))
        keys.sort(key=lambda key: key.column != lead)
    return keys


def _natural_key(ledger: Ledger, table: str, schema: Schema, where: list[Condition]) -> Key:
    """What rows of the table are usually picked by: the first reference or category without an index."""
    if not where:
        words = [
            t[0] for t in ledger.tokens() if t[0] not in FILLERS and not re.fullmatch(rf"{WANTED}|{LOOKED_UP}", t[0])
        ]
        raise Unclear(" ".join(words) or f"which column of {table} to index")
    used = {condition.column for condition in where}
    references = {key.column for key in schema.foreign_keys(table)}
    for name in schema.columns(table):
        chosen = name in references or schema.choices(table, name)
        if name not in used and chosen and not schema.is_indexed(table, [name]):
            return Key(name)
    return Key("created_at", True) if "created_at" in schema.columns(table) else Key(schema.primary_key(table)[0])
