"""Columns that are unique together."""

import re

from agent.offline import regex
from agent.offline.description import AddUnique
from agent.offline.reading.alteration.clauses import Clause, only_heard
from agent.offline.reading.alteration.conditions import hear, read_conditions
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import Resolve, mentions, spoken_columns
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset

WANTED = (
    r"a second [a-z_~ ]*?(?:row|entry|record|for)|(?:must|should|has to|have to|shall|need to|needs to)(?: all)?(?: be)? (?:different|distinct|differ)|(?:not|never|no)(?: be)? repeat(?:ed|s)?|(?:not|never|cannot|no (?:two|2) [a-z~]+)(?: ever)? share|unique(?:ness|ly)?|duplicates?|duplicated|doubles?|doubled|twice|two times|2 times|(?:only|at most|just|exactly|no more than|more than) (?:once|one|1)|once|"
    r"(?:one|1|a single) (?:time|row|entry|record)|again|(?:no|not|never|without|cannot|two|2|same|identical) [^.;\n]*?(?:same|again|identical)|never (?:two|2)|no (?:two|2)|(?:one|1|a single|single) [a-z_ ~]*?(?:per|for each|for every|for the same|for a given)"
)
_ROWS_FOR = r" (?:rows?|entries|entry|records?) (?:for|per|of|with) (?:(?:the|one|an?|each|every|same|given|single) )*(?P<of>[a-z_]+ (?:and|\+|/) (?:(?:the|one|an?|each|every|same|given) )*[a-z_]+)"
_SPENT = r"index|only|if|when|same|again|both|before|fields?|where|instead|given|one|1|2|two|never|once|twice|constraint|key|after|duplicate|table|each other"
_NARROWED = r"(?:but only|only (?:for|if|when|while|within|among)|where|except|unless|ignoring|(?<!in )(?<!this )(?<!that )(?<!use )(?<!edge )case(?! (?:matters|counts|sensitive|is significant))|case-insensitive\w*|per (?:day|week|month|year)|a (?:day|week|month))"
_EXACT = (
    r"(?:an? )?exact (?:comparison|match)[^.;,]*|(?:upper and lower|upper ?/ ?lower|upper or lower|letter) case (?:may|can|matters|counts|is|are)[^.;,]*|"
    r"case[- ]sensitive(?:ly)?[^.;,]*|(?:differences? |differ |differing )(?:only )?(?:in|by) case [^.;,]*(?:fine|ok|okay|allowed|different)"
)
_ANY_CASE = (
    r"(?:(?:,|and|but|so|also|even|both|:) )?(?:(?:are|is|be|being|compared|treated|checked|should|must|it|that|this|the) )*(?:case[- ]insensitive(?:ly)?|(?:ignoring|regardless of|irrespective of|no matter|whatever|without regard to|independent of|not looking at|disregarding)(?: the)? (?:(?:upper|lower)(?: and| or| /)? ?(?:lower|upper)?[ -]?)?(?:case|capitali[sz]ation|capitals|casing|spelling in capitals))(?: of (?:the )?letters| comparison)?|"
    r"(?:(?:upper|lower)(?: ?(?:and|or|/|vs) ?(?:lower|upper))?[ -]?|letter )?(?:case|capitali[sz]ation|capitals|casing|capital letters) (?:should |must |shall |do |does |is |are |to )*(?:not (?:matter|count|mak(?:e|ing) (?:a|any) difference|be significant)|ignored|irrelevant|no difference)|(?:even )?(?:if|when) (?:only )?(?:the )?(?:case|capitali[sz]ation|capitals|casing) (?:is different|differs?|differ)|"
    r"(?:do not|does not|not) (?:differ only|only differ) (?:in|by) (?:case|capitali[sz]ation)|not even (?:in|with) (?:another|different|other) (?:case|capitali[sz]ation|capitals)|(?:also|even) (?:with|in) (?:another|different|other) (?:case|capitali[sz]ation|capitals)"
)
_GRANTS = r"fine|ok|okay|allowed|permitted|no problem|not a problem|all right|alright|legitimate|normal|as many|any number|(?:may|can|could)(?: [a-z]+){0,2} (?:share|repeat|reuse|both|have|exist|appear|occur|be|each|all|use)|do(?:es)? not (?:count|matter)|not (?:affected|included|concerned|counted)|excluded|exempt"
_EMPTINESS = r"without|nulls?|empty|missing|blank|unset|not (?:have|has|set)|no [a-z_]+|has none|have none|with none"
_MATERIAL = r"only|where|unless|except|same|both|count\w*|null|empty|missing|case|columns?|per|each|within|combination|pair|together|different|distinct"
_ALIKE = r"(?:counts?|is|are|treated|considered|regarded|taken|be|also|too|as|a|an|the|this|it|they|that|so|,|then|in|both|:|of|them|two|2|by|rows|values|nulls?) "
STRONG = r"a second [a-z_~ ]*?(?:row|entry|record|for)|(?:must|should|has to|have to|shall|need to|needs to)(?: all)?(?: be)? (?:different|distinct|differ)|(?:not|never|no)(?: be)? repeat(?:ed|s)?|(?:not|never|cannot|no (?:two|2) [a-z~]+)(?: ever)? share|(?:two|2|multiple|several|many|double) [a-z_~ ]*?(?:rows|entries|records|lines|ones|same)|duplicates?|twice|two times|2 times|same [^.;\n]*?same|at most (?:one|1) (?:row|entry|record)|only (?:one|1) (?:row|entry|record)|unique (?:per|within|across|together|in|on|\(|for each|among)|(?:must|should|has to|have to|are|is|be) (?:be )?unique"
"""What speaks of rows that there may be one of, and of no new column."""


def read_unique(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> AddUnique:
    """Raises Unclear where it holds by something that was not read, or where no columns are named."""
    resolve = columns_of(table, schema)
    hear(ledger, clauses, table, schema, resolve)
    wishes = only_heard(ledger, clauses, WANTED, _MATERIAL)
    ledger.take_all(_EXACT)
    any_case = _any_case(ledger)
    granted = [
        c for c in clauses if is_granted(ledger.left[c.low : c.high] if not c.talk else ledger.text[c.low : c.high])
    ]
    for clause in granted:
        clause.drop(ledger)
    wishes = [c for c in wishes if c not in granted] or wishes
    nulls_equal = _nulls_equal(ledger, wishes, table, schema, resolve)
    where = tuple(read_conditions(ledger, [(c.low, c.high) for c in wishes], table, schema, resolve))
    if where:
        ledger.take_all(
            r"unless|as long as|so long as|while|provided(?: that)?|if|when|except(?: for)?|but only|only(?: (?:for|if|when|while|among))?|where|ignoring"
        )
    if ledger.find(_NARROWED) or (
        not where
        and any(
            regex.search(r" (?:while|as long as|unless|except (?:for|if|when)) ", ledger.text[c.low : c.high])
            for c in clauses
            if c not in granted
        )
    ):
        raise Unclear(ledger.text)
    bare = table.split(".")[-1]
    for mention in mentions(ledger.left, schema):
        if mention.table == table and mention.words not in schema.columns(table):
            ledger.strike(mention.start, mention.end)
    groups = [list(spoken_columns(ledger, resolve, c.low, c.high)) for c in (*wishes, *(c for c in clauses if c.talk))]
    asked = [g for c, g in zip(wishes, groups, strict=False) if ledger.find(WANTED, c.low, c.high) and g]
    firm = [g for c, g in zip(wishes, groups, strict=False) if ledger.find("unique(?:ness)?", c.low, c.high) and g]
    spoken = max(firm or asked, key=len) if asked else []
    pair = regex.search(_ROWS_FOR, ledger.text)
    if pair and len(of := spoken_columns(Ledger(ledger.text), resolve, pair.start("of"), pair.end())) > 1:
        spoken = of
    if len({s.column for s in spoken}) < (1 if where else 2):
        told = [g for g in groups if len({s.column for s in g}) > 1]
        whole = Ledger(ledger.text)
        told += [spoken_columns(whole, resolve, c.low, c.high) for c in clauses if c.talk]
        told = [
            g for g in told if len({s.column for s in g}) > 1 and {s.column for s in spoken} <= {s.column for s in g}
        ]
        spoken = told[0] if told else spoken
    if not spoken:  # "we print display names, so no two may have the same one"
        near = [spoken_columns(Ledger(ledger.text), resolve, c.low, c.high) for c in clauses]
        spoken = next((group for group in near if len({s.column for s in group}) == 1), [])
    spoken = [s for s in spoken if not s.column.endswith("_by") or s.column in ledger.text.split()]  # "may be invited"
    counted = [s for s in spoken if regex.search(r" (?:only|at most|just) (?:one|1) $", ledger.text[: s.start])]
    if len({s.column for s in spoken}) > 2:  # "only one emotion per child and day" counts emotions
        spoken = [s for s in spoken if s not in counted]
    columns = list(dict.fromkeys(s.column for s in spoken))
    columns += [name for name in _implied(ledger, table, schema) if name not in columns]
    lone = len(columns) == 1 and not where and columns[0] in {key.column for key in schema.foreign_keys(table)}
    if lone and ledger.find(r"same|twice|two times|2 times|identical|again"):
        raise Unclear(f"what else than {columns[0]} of {table} shall be unique")
    if not columns or all(schema.default(table, name) == "now()" for name in columns):
        raise Unclear(f"which columns of {table} shall be unique")
    columns += [name for name in _apart(ledger, granted, resolve) if name not in columns]
    for group in groups:
        for one in group:
            if one.column in columns:
                ledger.strike(one.start, one.end)
    rows = {bare, singular(bare), *singular(bare).split("_"), "row", "rows", "record", "records", "entry", "entries"}
    match = ledger.find(rf"(?:unique|of|on) (?:\( )?([a-z]+) (?:in|of|on|per|and|,) {STRUCK}")
    if (
        match
        and match[1] not in rows
        and match[1] not in ("pair", "combination", "the", "together", "constraint", "index", "key")
    ):
        raise Unclear(match[0])
    subject = ledger.find(rf"{STRUCK}+ (?P<noun>[a-z]+) (?:may|can|must|should|is|are|has|cannot|appears?|exists?)")
    if subject and subject["noun"] not in rows | FILLERS | wordset(
        "pair combination table together constraint twice once both"
    ):
        raise Unclear(subject[0])
    ledger.take_all(WANTED)
    refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, whole=True)
    texts = [
        c for c in columns if schema.type_of(table, c).startswith(("text", "char")) and not schema.choices(table, c)
    ]
    if any_case and (nulls_equal or not texts):
        raise Unclear(ledger.text)
    return AddUnique(table, _ordered(columns, ledger.text, table, schema), where, nulls_equal, any_case)


def _any_case(ledger: Ledger) -> bool:
    """Texts in upper and lower case count as the same: in words, or as lower(title). Struck out, with what shows it."""
    said = ledger.take_all(_ANY_CASE)
    for match in ledger.take_all(
        r"(?:unique )?(?:index )?(?:on |over |using )?lower \( (?P<column>[a-z_ ]+) \)(?: (?:is|would be) (?:ok|okay|fine|enough))?"
    ):
        said.append(match)
        low, high = match.start("column") - 1, match.end("column") + 1
        ledger.left = f"{ledger.left[:low]} {match['column']} {ledger.left[high:]}"
    if said:
        word = "|".join(map(re.escape, ledger.quoted)) or "(?!)"
        ledger.take_all(
            rf"(?:\( )?(?:so |such as |like )?(?:{word})(?: (?:=|is|and|equals|vs|versus|the same as|or|,))+ (?:{word})(?: (?:are|is|count as|the|same|a|duplicates?|equal))*(?: \))?"
        )
    return bool(said)


def is_granted(said: str) -> bool:
    """It says what stays allowed: that rows are empty there, or the same for another parent."""
    bare = regex.sub(r"[~.,;• \n]+", " ", f" {said} ")
    refused = r" (?:cannot|never|must|should|unique(?! index)|twice|only|mistake|no (?:two|2)) | not (?:be )?(?:ok|okay|fine|allowed|permitted) "
    return bool(
        regex.search(rf" (?:{_GRANTS}) ", bare)
        and not regex.search(refused, bare)
        and regex.search(rf" (?:{_EMPTINESS}|different|other|another|separate|several|between|across) ", bare)
    )


def _apart(ledger: Ledger, granted: list[Clause], resolve: Resolve) -> list[str]:
    """ "Different parents may share a name": it is unique within a parent."""
    found = []
    for clause in granted:
        said = ledger.text[clause.low : clause.high] + " "
        for match in regex.finditer(
            r" (?:different|other|another|across|between|separate)(?: (?:the|all|two|2))? ([a-z_]+(?: [a-z]+)?) ", said
        ):
            name = resolve(match[1]) or resolve(match[1].split()[0])
            found += [name] if name else []
    return found


def _implied(ledger: Ledger, table: str, schema: Schema) -> list[str]:
    """Columns that an idiom stands for: "nobody ... twice" is about a user, "called the same" about a name. Struck out."""
    found: list[str] = []
    users = [
        key.column
        for key in schema.foreign_keys(table)
        if schema.is_user_key(key.table, key.target)
        and schema.is_required(table, key.column)
        and schema.primary_key(table) != (key.column,)
    ]
    if len(users) == 1 and ledger.take(
        r"nobody|no one|somebody|someone|anybody|anyone|everybody|everyone|person|people|users?|members?"
    ):
        found.append(users[0])
    if ledger.take(r"(?:called|named)(?: (?:exactly|the|just))* (?:same|alike|identical(?:ly)?)"):
        found += [name for name in ("name", "title") if name in schema.columns(table)][:1]
    return found


def _nulls_equal(ledger: Ledger, wishes: list[Clause], table: str, schema: Schema, resolve: Resolve) -> bool:
    """Two rows without a value are the same, too. Struck out."""
    empty = r"(?:null|empty|missing|blank|unset|no value|not (?:set|given|known))"
    for clause in wishes:
        said = ledger.left[clause.low : clause.high] + " "
        alike = regex.search(
            rf" {empty} (?:{_ALIKE})*(?:the same|same|equal|identical|duplicates?|a duplicate|a value|alike)(?: [a-z]+)?(?: too| also| as well)? "
            rf"| nulls not distinct | (?:two|2) {empty}s? [^.;]*(?:same|equal|identical|duplicates?) ",
            said,
        )
        if alike and not regex.search(r" (?:not|never|no) (?:the same|same|equal|identical|duplicates?|count) ", said):
            clause.drop(ledger) if regex.match(
                r" ?(?:\n )?(?:when|if|where|and|two|nulls|empty|rows|a|the|also)", said
            ) else None
            ledger.strike(clause.low + alike.start() + 1, clause.low + alike.end() - 1)
            return True
    return False


def _ordered(columns: list[str], text: str, table: str, schema: Schema) -> tuple[str, ...]:
    """As named; "within each organization" first; references in the order of the table."""
    references = {key.column for key in schema.foreign_keys(table)}
    if set(columns) <= references:
        order = list(schema.columns(table))
        return tuple(sorted(columns, key=order.index))
    match = regex.search(
        r" (?:per|within|of the same|in(?:side)?(?= (?:one|an?|each|every|the same))|for the same) (?:(?:each|every|the|an?|one|same|single) )*([a-z_]+)",
        text,
    )
    if match and len(columns) == 2 and columns[1].removesuffix("_id") in (match[1], singular(match[1])):
        return columns[1], columns[0]
    return tuple(columns)
