"""An index: its columns, their order, its method, and the rows that it holds."""

import re
from typing import Literal

from agent.offline import regex
from agent.offline.description import AddIndex, Condition, Index, Key
from agent.offline.reading.alteration.clauses import Clause, only_heard
from agent.offline.reading.alteration.conditions import TELLING, hear, read_conditions
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import Resolve, spoken_columns, strike_table
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.schema import Schema
from agent.offline.words import plural

WANTED = r"index(?:es|ed|ing)?|indices|speed(?:s|ing)? up|faster|fast|slow(?:er|ly|ness)?|quick(?:er|ly)?|optimi[sz]e|performance|full-text|searchable|gin|(?:idx|ix)_\w+"
LOOKED_UP = r"(?:filter(?:s|ed|ing)?|look(?:ed|s|ing)?(?: [a-z~]+)? ?up|look-ups?|lookups?|quer(?:y|ied|ies)|search(?:es|ed)?|sort(?:s|ed)?|order(?:ed)?|found|list(?:ed)?|fetch)"
_SPENT = (
    rf"{WANTED}|{LOOKED_UP}|both columns|but only|but not|only (?:if|when|for|by|in)|partial|composite|only|just|where|whose|when|if|both|gin|b-?tree|not|null|is|are|=|true|false|limited|restricted|covering|until|same|before|after|while|unless|whenever|view|"
    r"first|then|together|order|1|one|2|two|instead|automatically|trigger|hidden from|job that|concurrently|lock|locks?|policy|average|expire[sd]?"
)
_REST = (
    r"not (?:be )?(?:in (?:it|the index)|indexed|needed|searched|search|covered|part of|looked up|need to be|for all|every|all)|left out|leave out|leaves out|excluded|skipped|never (?:searched|shown|listed|looked up|queried|read)|nothing else|"
    r"do not (?:need|have|search|want|care)|does not (?:need|have)|no index for|the others?|the rest|others"
)
_NEWEST = r"most recently(?: [a-z_~]+)? first|(?:newest|latest|most recent|recent)(?: (?:ones?|first|on top|at the top|to oldest|entries|[a-z_~]+ first))+|from new(?:est)? to old(?:est)?|(?:newest|latest) (?:first|on top)"
_DOWN = r"(?:in )?(?:descending|desc|highest first|largest first|reversed?)(?: order| first)?"
_AHEAD = r"(?:first|on top|at the (?:front|top|beginning|start)|in front|leading|to lowest)"
_TOGETHER = r"combined|composite|compound|multi-column|two-column|joint"
_NULLS_LAST = r"(?:(?:and|with|,) )*(?:the )?(?:nulls?|(?:empty|missing|null|blank)(?: [a-z~]+)?|(?:(?:the )?(?:rows|those|ones|entries)|and the ones) (?:without (?:one|a value|any|an? [a-z]+)|(?:that|which) (?:have|has) (?:no|an? empty) [a-z_]+))(?: (?:go|come|are|stay|should|must|shall|have to|be|belong|sort|sorted|listed|placed|put|at|in))* (?:last|(?:the )?(?:very )?(?:end|bottom|back)|to the end|behind)(?:(?: ,| and| but)? not (?:at |in |to )?(?:the )?(?:first|start|top|front|beginning))?"
_COUNTS = re.compile(r"smallint|integer|bigint|numeric|real|double")
_MATERIAL = r"only|just|solely|where|whose|those|except|without|partial|gin|full-text|first|newest|latest|desc|descending|asc|ascending|then|unique|cover\w*|includ\w*|hold\w*|contain\w*|inside|in it|left out|limited to|restricted to|columns?|keys?|same|also|both|second|nulls?|excluded|of no|irrelevant|skip\w*|ignor\w*|need not|do not need"
_ONLY = r"(?:only|just|solely|merely|exclusively) (?:for|on|over|the|those|these|with|rows|entries|records|covers?|holds?|contains?|includes?|when|where|if|ones|[a-z]+(?: [a-z~]+)? (?:rows|entries|records|ones))"
_NARROWED = rf"{_ONLY}|(?:covers?|covering|holds?|holding|contains?|containing) (?:only|just|solely)|partial|where|limited to|restricted to|subset"
_NO_NULLS = r"(?:only )?(?:where|when|if|for rows where|rows where) (?:it|this|that|they|the value)(?: (?:is|are|has|have|been|actually))* (?:set|filled(?: in)?|given|present|known|there|not null|not empty|a value)|(?:skip\w*|without|no|ignor\w*|leav\w+ out|except|exclud\w*|omit\w*|not)(?: (?:the|any|all|its|for))* (?:nulls|null values|empty values|(?:null|empty) (?:ones|rows|entries))|non-null (?:rows|values|ones) only|only non-null (?:rows|values|ones)"
Method = Literal["btree", "gin", "text search"]


def read_index(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> tuple[AddIndex, tuple[str, ...]]:
    """Raises Unclear."""
    resolve = _with_moment(columns_of(table, schema), table, schema)
    hear(ledger, clauses, table, schema, resolve)
    wishes = only_heard(ledger, clauses, "index(?:es|ed|ing)?", f"{_MATERIAL}|{TELLING}")
    for clause in wishes:
        rest = ledger.find(_REST, clause.low, clause.high)
        copy = Ledger(ledger.text, ledger.quoted)
        copy.left = ledger.left
        if rest and read_conditions(copy, [(clause.low, clause.high)], table, schema, resolve):
            continue  # "archived ones need not be in it"
        if rest and not ledger.find(r"where|partial", clause.low, clause.high) and len(wishes) > 1:
            if ledger.find("null", clause.low, clause.high):
                raise Unclear(ledger.text[clause.low : clause.high])
            if ledger.find("only", rest.end(), clause.high):
                ledger.strike(clause.low + 1, rest.end())
            elif not ledger.find("index(?:es|ed)?", clause.low, rest.start()):
                clause.drop(ledger)
    ends = ledger.take_all(_NULLS_LAST)
    method = _method(ledger)
    ledger.take_all(r"(?:in )?(?:ascending|asc)(?: order)?|(?:using |a |plain )*b-?tree")
    strike_table(ledger, table, schema)
    keys, where = _parts(ledger, wishes, table, schema, resolve)
    assumed: list[str] = []
    together = len(keys) < 2 and Ledger(ledger.text).find(_TOGETHER)
    if (
        not keys
        or together
        or ledger.find(r"(?:these|those|both|them|the two|the 2)(?: (?:two|2|columns|fields|ones))?")
    ):
        talk = [c for c in clauses if c not in wishes] or [c for c in clauses if c.talk]
        told = Ledger(ledger.text)
        strike_table(told, table, schema)
        more, others = _parts(told, talk, table, schema, resolve)
        if {key.column for key in keys} <= {key.column for key in more}:
            keys = _in_order(told, more, table, schema)
        where = where or others
    if together and len(keys) < 2 and not where:
        raise Unclear(f"which columns the {together[0]} index on {table} is of")
    keys = [key for place, key in enumerate(keys) if key.column not in {k.column for k in keys[:place]}]
    flags = [c for c in where if c.test == "is true"]
    if (
        not keys
        and len(where) == len(flags) == 1
        and not ledger.find(r"where|only|just|partial")
        and "_" in flags[0].column
        and flags[0].column in ledger.text
    ):
        keys, where = [Key(flags[0].column)], []
    keys = _in_order(ledger, keys, table, schema)
    if ends:
        keys = [
            Key(k.column, True, True) if k.descending and not schema.is_required(table, k.column) else k for k in keys
        ]
    if ledger.take(_NO_NULLS):
        where += [Condition(k.column, "is not null") for k in keys if not schema.is_required(table, k.column)]
    if not where and (narrowed := ledger.find(_NARROWED) or Ledger(ledger.text).find(_ONLY)):
        raise Unclear(ledger.text[narrowed.start() :])
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


def _with_moment(resolve: Resolve, table: str, schema: Schema) -> Resolve:
    """ "By date" means created_at, where no other column tells a date."""
    dated = [n for n in schema.columns(table) if schema.type_of(table, n).startswith(("timestamp", "date"))]
    alone = {*dated} <= {"created_at", "updated_at"} and "created_at" in dated
    return lambda words: resolve(words) or ("created_at" if alone and words in ("date", "time", "day") else None)


def _method(ledger: Ledger) -> Method:
    if ledger.take(
        r"(?:(?:a|an|with|using|of|as|over|type) )*(?:full-text|text search|tsvector)(?: search)?(?: index| search)*"
    ):
        return "text search"
    if ledger.take(r"(?:(?:a|an|with|using|of|as|type) )*(?:gin|inverted|containment)(?: index)?"):
        return "gin"
    return "btree"


def _parts(
    ledger: Ledger, clauses: list[Clause], table: str, schema: Schema, resolve: Resolve
) -> tuple[list[Key], list[Condition]]:
    """Keys and conditions that the clauses name, struck out. Raises Unclear."""
    keys: list[Key] = []
    references = {key.column for key in schema.foreign_keys(table)}
    one = rf"(?:{'|'.join(schema.columns(table))})(?: (?:{_DOWN}))?"
    for keyed in ledger.take_all(rf"(?<=~ )\( {one}(?: , {one})+ \)"):  # a flag in it is a key
        keys += [Key(part.split()[0], " " in part) for part in keyed[0].strip("( )").split(" , ")]
    where = read_conditions(ledger, [(c.low, c.high) for c in clauses], table, schema, resolve)
    written = any(name in ledger.left.split() for name in schema.columns(table))
    told = " ".join(f"{ledger.text[c.low : c.high]} " for c in clauses)
    for clause in clauses:
        named = spoken_columns(ledger, resolve, clause.low, clause.high)
        plain = [s for s in named if s.column in ledger.text[s.start : s.end].replace(" ", "_")]
        for mention in named:
            if regex.search(r" inclu(?:de|des|ding) (?:the )?$", ledger.text[: mention.start]):
                raise Unclear(ledger.text[clause.low : clause.high])  # a column that is carried along, and no key
            led = regex.search(r" (?:for|as) (?:an? |the |our |all )?$", ledger.text[: mention.start])
            said = ledger.text[mention.start : mention.end]
            listed = regex.match(r" (?:and|,|then|\+|&) ", ledger.text[mention.end :])  # "for child and created_at"
            aside = (plain and led and not listed) or (
                written and said == plural(said)
            )  # "for the parents' overview" is no key
            again = mention not in plain and f" {mention.column} " in told  # "of a record ... by record_id"
            if not (again or (aside and mention.column in references and mention not in plain)):
                follows = regex.match(rf" (?:\( )?(?:{_DOWN})(?![^ ])", ledger.left[mention.end : clause.high] + " ")
                if follows:
                    ledger.take(_DOWN, mention.end, clause.high)
                keys.append(Key(mention.column, bool(follows)))
            ledger.strike(mention.start, mention.end)
    return keys, where


def _in_order(ledger: Ledger, keys: list[Key], table: str, schema: Schema) -> list[Key]:
    """The keys as they are asked for: "newest first", "subject first", "within a document"."""
    if best := ledger.take(rf"(?:highest|largest|biggest|best|most)(?P<of>(?: [a-z_~]+){{0,3}}?) {_AHEAD}"):
        named = columns_of(table, schema)(regex.sub(r"~+", "", ledger.text[best.start("of") : best.end("of")]).strip())
        place = next((n for n, key in enumerate(keys) if key.column == named), len(keys) - 1)
        keys[place : place + 1] = [Key(keys[place].column, True)] if keys else []
    unread = ledger.find(rf"(?:date|time|day|month|[a-z]+_[a-z_]+) {_DOWN}")
    if unread:
        raise Unclear(unread[0])
    down, newest = ledger.take(_DOWN), ledger.take(_NEWEST)
    if not newest and len(keys) == 1 and schema.type_of(table, keys[0].column).startswith(("timestamp", "date")):
        newest = Ledger(ledger.text).find(_NEWEST)  # how the rows are listed is told before
    if down and keys and not any(key.descending for key in keys):
        keys[-1] = Key(keys[-1].column, True)
    if newest:
        dated = [n for n, key in enumerate(keys) if schema.type_of(table, key.column).startswith(("timestamp", "date"))]
        if dated:
            keys[dated[-1]] = Key(keys[dated[-1]].column, True)
        elif moment := _moment(table, schema):
            keys.append(Key(moment, True))
        else:
            raise Unclear("newest first, without a column that says when")
    if ledger.find("youngest(?: [a-z_~]+)? first"):  # of those who were born last
        born = [n for n, key in enumerate(keys) if regex.search(r"birth|born|dob", key.column)]
        if len(born) != 1:
            raise Unclear("youngest first")
        keys[born[0]] = Key(keys[born[0]].column, True)
        ledger.take_all("youngest(?: [a-z_~]+)? first")
    if best := ledger.take(
        r"(?!(?:newest|latest|oldest|earliest|lowest|smallest|least|fewest|weakest|shortest|worst|youngest|first) )[a-z]+est(?: (?!and |then )[a-z_~]+)? first"
    ):
        counted = [n for n, key in enumerate(keys) if _COUNTS.match(schema.type_of(table, key.column))]
        if len(counted) != 1:
            raise Unclear(best[0])
        keys[counted[0]] = Key(keys[counted[0]].column, True)
    if within := regex.search(r" (?:within|inside) (?:(?:an?|each|every|the|one|its) )*([a-z_]+)", ledger.text):
        keys.sort(key=lambda key: key.column.removesuffix("_id") != within[1])
    if match := regex.search(
        r" (?<!newest )(?<!latest )(?<!recent )(?<!highest )(?<!largest )([a-z_]+(?: [a-z]+)?) (?:first|comes first|leading|in front)(?: ,| \.| and| \n| then|$)| first (?:the )?([a-z_]+)",
        ledger.text,
    ):
        lead = columns_of(table, schema)((match[1] or match[2]).removeprefix("the "))
        keys.sort(key=lambda key: key.column != lead)
    return keys


def _moment(table: str, schema: Schema) -> str | None:
    """When a row came to be: the one moment that every row has, else created_at."""
    every = [
        name
        for name in schema.columns(table)
        if schema.type_of(table, name).startswith("timestamp") and schema.is_required(table, name)
    ]
    own = [name for name in every if name not in ("created_at", "updated_at")]
    return own[0] if len(own) == 1 else "created_at" if "created_at" in schema.columns(table) else None


def _natural_key(ledger: Ledger, table: str, schema: Schema, where: list[Condition]) -> Key:
    """What rows of the table are usually picked by: the first reference or category without an index."""
    if not where or any(condition.test in ("at least", "above", "at most", "below") for condition in where):
        words = [
            t[0]
            for t in ledger.tokens()
            if t[0] not in FILLERS | {"fix", "solve", "help", "improve"}
            and not regex.fullmatch(rf"{WANTED}|{LOOKED_UP}", t[0])
        ]
        raise Unclear(" ".join(words) or f"which column of {table} to index")
    used = {condition.column for condition in where}
    references = {key.column for key in schema.foreign_keys(table)}
    for name in schema.columns(table):
        chosen = name in references or schema.choices(table, name)
        if name not in used and chosen and not schema.is_indexed(table, [name]):
            return Key(name)
    return Key("created_at", True) if "created_at" in schema.columns(table) else Key(schema.primary_key(table)[0])
