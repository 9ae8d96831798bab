"""A value for every row that lacks it."""

from agent.offline import regex
from agent.offline.description import Fill, Value
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import spoken_columns, strike_table
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema

_SPENT = (
    r"back-?fill(?:s|ed|ing)?|insert into|select|from|where|without|none|no|not|never|missing|lack(?:s|ing)?|any|default|if|when|until|at|least|most|exactly|"
    r"0|1|once|only|unless|same|fix|exists?|id|before|first|twice|each|starter|initial|created_at|now|after"
)
_NULL = r"(?:(?:it |that |they |this |which |value )?(?:is|are|=)? ?(?:still |currently )?(?:null|empty|missing|blank|unset|not set|not filled|not given|unknown)|(?:has|have|had) (?:no|none)|without|with(?: an?)? (?:no|empty|missing)|lack(?:s|ing)?|(?:is|are) not (?:there|set|filled|known))"
_SETS = r"set|fill(?:s|ed)?(?: in| up)?|update|put|use|backfill|default|replace|should (?:get|be|become|have)|gets?|becomes?|treat|count|write|to be|give|make|change"


def is_fill(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> bool:
    """A value is to be put where a column that may be empty is empty, and the column itself is not spoken of."""
    if ledger.find(
        r"(?:required|mandatory|not null|default|new column|add(?: an?)? column|flag|index(?:es|ed)?|unique|always be (?:set|filled)|from now on|new (?:column|field))"
    ) and not ledger.find(
        r"(?:column|it|that|field|this)(?: itself)? (?:stays?|remains?|should stay|can stay|is|keeps?) (?:nullable|optional)|(?:do not|not) (?:change|touch|alter) the (?:column|default|schema)"
    ):
        return False
    resolve = columns_of(table, schema)
    named = {s.column for c in clauses for s in spoken_columns(ledger, resolve, c.low, c.high)}
    empty = [name for name in named if not schema.is_required(table, name)]
    return bool(empty and ledger.find(_NULL) and ledger.find(_SETS))


def read_fill(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> Fill:
    """Raises Unclear."""
    resolve = columns_of(table, schema)
    named = list(dict.fromkeys(s.column for c in clauses for s in spoken_columns(ledger, resolve, c.low, c.high)))
    columns = [name for name in named if not schema.is_required(table, name)]
    if len(columns) != 1 or len(named) > 1:
        raise Unclear(f"which column of {table} to fill ({', '.join(named)})")
    name, kind = columns[0], schema.type_of(table, columns[0])
    for clause in clauses:
        if clause.talk or (
            ledger.find(
                r"(?:do not|not|never|leave|leaves|keep|stays?|alone|untouched|unchanged|others?|rest|remains?)",
                clause.low,
                clause.high,
            )
            and not ledger.find(_SETS.replace("|change", ""), clause.low, clause.high)
        ):
            clause.drop(ledger)
    for clause in clauses:
        ledger.take_all(
            r"(?:column|it|that|field|this)(?: itself)? (?:stays?|remains?|should stay|can stay|is|keeps?) (?:nullable|optional)|(?:do not|not) (?:change|touch|alter) [^.\n]*|(?:leave|keep) [^.\n]*",
            clause.low,
            clause.high,
        )
    for spoken in spoken_columns(ledger, resolve):
        ledger.strike(spoken.start, spoken.end)
    strike_table(ledger, table, schema)
    ledger.take_all(_NULL)
    labels = {label.lower(): label for label in schema.choices(table, name)}
    values = [
        t
        for t in ledger.tokens()
        if t[0] in ledger.quoted or t[0] in labels or regex.fullmatch(r"-?\d+(?:\.\d+)?", t[0])
    ]
    if len({v[0] for v in values}) != 1:
        raise Unclear(f"what {name} of {table} shall be filled with")
    for found in values:
        ledger.strike(found.start(), found.end())
    word = values[0][0]
    value: Value
    if regex.match(r"smallint|integer|bigint|numeric", kind):
        said = value_of(word)
        if isinstance(said, str) or said is None:
            raise Unclear(f"{word} as {name}, which is {kind}")
        value = said
    else:
        value = labels.get(word, ledger.quoted.get(word, word))
        if (labels and value not in labels.values()) or not kind.startswith(("text", "character")):
            raise Unclear(f"{word} as {name}, which is {kind}")
    refuse_leftover(ledger, clauses, table, schema, spare=_SPENT + r"|where|when|if|replace", whole=True, narrow=False)
    return Fill(table, name, value)
