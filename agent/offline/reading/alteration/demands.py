"""What is asked of a column that is there: bounds, a wider type, a default, that it be filled."""

import re

from agent.offline import regex
from agent.offline.description import Change, Constrain
from agent.offline.reading.alteration.clauses import Clause, only_heard
from agent.offline.reading.alteration.conditions import read_conditions
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.order import read_order
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.alteration.values import read_values
from agent.offline.reading.existing import on_existing
from agent.offline.reading.known import Resolve, spoken_columns, strike_table
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.material import is_wished
from agent.offline.reading.numbers import MATERIAL, Compared, confirmed, read_numbers
from agent.offline.reading.satisfied import same_check
from agent.offline.reading.slots import read_slots
from agent.offline.reading.traits import Traits, value_of
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset

_KEPT = (
    r"keep|keeps|stays?|remains?|survives?|unchanged|untouched|intact|as (?:is|it is|they are)|like (?:it is|now|before)|not (?:lose|touch|change)|no (?:data|values?) (?:is |are |be )?lost|nothing (?:else|is lost|gets lost)|"
    r"everything else|leave|still"
)
_INSTEAD = r"\( (?:was|were|is|currently|now|today|before|formerly|previously|so far|old|up to now|until now)(?: [a-z]+)*(?: -?\d+)(?: (?:to|and|until|-) -?\d+)?(?: [a-z]+){0,3} \)|(?:instead of|rather than|no longer|and not|not just|not only)(?: (?:the|current|old|present|range|limit|of|from|only|just))* -?\d+(?: (?:to|and|until|-) -?\d+)?"
"""What held up to now."""
_REST = (
    r"(?:everything|anything|all|whatever|any (?:other )?(?:value|number)s?|(?<!negative )(?:other )?(?:values|numbers)|the rest|nothing|no other (?:value|number)s?)"
    r"(?: (?:outside|else|beyond|other|(?:lower|higher|smaller|larger|bigger|less|more|below|above)(?! (?:than )?-?\d)|than|of|that|this|these|it|them|the|range|bounds|limits?|is|are|gets?|should|must|will|be|to|has|have|at (?:the )?database level|in the (?:database|db)))*(?: (?:rejected|refused|invalid|forbidden|wrong|an error|turned away|not allowed|allowed|accepted))?(?<! all)(?<! nothing)"
)
"""What lies outside of the bounds, once more."""
_EDGE = r"(?P<edge>-?\d+) (?:(?:itself|is|are|would|be|still|perfectly) )+(?:ok|okay|fine|allowed|good|valid|accepted)(?: ,)?(?: (?:and|but))? (?:anything|everything|all|nothing|values?) (?:that is )?(?:(?P<low>less|lower|below|smaller|under)|more|higher|above|larger|bigger|over)(?! than \d)"
""" "0 is okay, anything less is not"."""
_KEPT_BOUND = r"(?:\( |, )?(?:and |but )?(?:keep|keeping) (?:the )?(?:>=|<=|> =|< =|at least|at most) (?P<kept>-?\d+)(?: (?:check|rule|constraint))?(?: \))?"
_MOVED = r"(?:raise|lower|move|change|increase|reduce|lift|set|decrease|extend)(?: the| its)* (?:(?P<low>lower|minimum|min|bottom|smallest)|(?:upper|maximum|max|top|highest|largest))(?: (?:bound|limit|value|end|of|allowed|~+))*(?: from -?\d+)?(?: ,)? to (?P<new>-?\d+)"
""" "raise the lower bound from 0 to 1"."""
_TURNED = r"(?:(?P<low>lower|minimum|min|smallest)|(?:upper|maximum|max|largest))(?: (?:bound|limit|value|(?:of|for|in|on)(?: (?:the|a|our))*(?: [a-z_]+){1,3}|~+))* (?:is|was) (?:(?:currently|now|today) )?-?\d+(?: (?:now|today|currently|at the moment|so far))?(?: (?:,|\.|;))?(?: (?:and|but|please))* (?:change|raise|lower|increase|reduce|set|make|move) (?:it|that|this) (?:(?:in)?to )?(?P<new>-?\d+)"
""" "The maximum is 10 now. Please lower it to 5"."""
_OTHER_BOUND = (
    r"(?:(?:and|but|,|;) )*(?:(?:please|just) )?(?:leave|keep|do not (?:touch|change)) (?:(?:the|its|our|existing|current|present|old) )*(?:(?:lower|upper|other|minimum|maximum|min|max)(?: \S+)? )?(?:limit|bound|end|check|constraint|rule|minimum|maximum|min|max|one)(?: (?:alone|unchanged|untouched|in place|in force|as (?:it )?is|of -?\d+|at -?\d+|where it is))*|"
    r"(?:(?:and|but|,|;) )*(?:(?:the|its|our)(?: (?:existing|current|present|old))*(?: (?:lower|upper|other))? |(?=m[a-z]+ (?:stays?|remains?) ))(?:limit|bound|end|check|constraint|minimum|maximum|min|max)(?: of -?\d+)? (?:stays?|remains?|is kept|is there(?: already)?|(?:we )?(?:already )?(?:have|exists?)(?: already)?)(?: (?:alone|unchanged|untouched|in place|in force|as (?:it )?is|at -?\d+|where it is|already|the same))*"
)
"""The bound at the other end, which stays."""
_NEVER_EMPTY = r"(?:(?:must|should|may|can|shall|is|be) )*(?:not|never|cannot|no|neither|nor)(?: (?:be|to|an?|ever|left|completely|just|allowed|allow|permit|let|go|have|accept))* (?:empty|blank|empty-text)(?: (?:texts?|strings?|values?|ones?|anymore|allowed))*|non-(?:empty|blank)|something (?:must|has to) be (?:in it|there)"
_OF_IT = r"(?:default|check|constraint|limit|not null|null|bounds?)"
_TAKEN = rf" (?:(?:remove|drop|delete|clear|unset|get rid of|loses?)(?: (?:the|its|their))?|(?:no longer|not|never) (?:have|has|need|needs|get|gets|carry|be given)(?: (?:an?|the|its|any))?|(?:have|has|with|gets?) no|without an?(?:y)?) {_OF_IT} "
"""Something that it has shall go."""
_SCALE = r"scale|range|(?:up )?(?:to|until) -?\d+|most|maximum|max|past|above|beyond|over|exceeds?"
_HUGE = 10**9
_SPENT = r"check|constraint|rule|limits?|type|column|default|integer|int|whole|number|bigint|numeric|smallint|decimals?|int[248]|64[ -]?bits?|bits?|unique|instead|only|before|after"


def read_demands(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> list[Change]:
    """Raises Unclear, and where no column that is there is meant."""
    resolve = columns_of(table, schema)
    names = "|".join(f"{name}|{name.replace('_', ' ')}|{name.split('_')[-1]}" for name in schema.columns(table))
    wishes = only_heard(ledger, clauses, names, MATERIAL)
    if order := read_order(ledger, wishes, table, schema, resolve):
        refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, whole=True)
        return [order]
    ledger.take_all(_INSTEAD)
    ledger.take_all(_OTHER_BOUND)
    held = {
        n
        for name in schema.columns(table)
        for check in schema.checks(table, name)
        for n in regex.findall(r"-?\d+", check)
    }
    if lost := next((m for m in ledger.take_all(_KEPT_BOUND) if m["kept"] not in held), None):
        raise Unclear(lost[0])
    turned = Ledger(ledger.text).take_all(_TURNED)  # its first half is talk
    for match in turned:
        ledger.strike(match.start(), match.end())
    moved = [(m, "low" if m["low"] else "high", m["new"]) for m in (*turned, *ledger.take_all(_MOVED))]
    moved += [(m, "low" if m["low"] else "high", m["edge"]) for m in ledger.take_all(_EDGE)]
    ledger.take_all(_REST)
    for clause in wishes:
        if _tells_bound(ledger, clause, wishes, table, schema, resolve):
            clause.drop(ledger)
        _strike_kept(ledger, clause, table, schema)
    strike_table(ledger, table, schema)
    named = [s for c in wishes for s in spoken_columns(ledger, resolve, c.low, c.high)]
    literal = [s for s in named if s.column in ledger.text[s.start : s.end].replace(" ", "_")]
    named = literal or named  # "for one lesson" names no column where another is written out
    if not named:  # the talk says of what
        heard = [s for s in spoken_columns(Ledger(ledger.text), resolve) if s.column not in ("id",)]
        named = ([s for s in heard if ledger.text[s.start : s.end] == s.column and "_" in s.column] or heard)[:1]
    if not named:
        raise Unclear(ledger.words(0, len(ledger.left)) or ledger.text)
    for spoken in named:
        ledger.strike(spoken.start, spoken.end)
    if regex.search(
        rf" add (?:an? |the )?(?:new )?(?:column |field )?{named[0].column} (?:to|on|,|:|\(|as|for) ", ledger.text
    ):
        raise Unclear(f"{named[0].column}, which {table} has already")
    columns = {s.column: Traits() for s in named}
    for name in columns:
        _in_unit(ledger, name)
    for old in filter(None, (_plain(schema.default(table, name)) for name in columns)):
        ledger.take_all(rf"(?:instead of|rather than|not|no longer) {re.escape(old)}")
    found: list[Compared] = []
    for match, side, value in moved:
        bound = Traits()
        setattr(bound, side, int(value))
        found.append(Compared(match.start(), match.end(), bound))
    if ledger.find(_SCALE):  # "starts at 1 and goes up to 9" is about what may stand there
        starts = ledger.take_all(r"(?:starts?|begins?|starting|beginning)(?: (?:at|with|from|out|on))+ (-?\d+)")
        found += [Compared(m.start(), m.end(), Traits(low=int(m[1]))) for m in starts]
    filled = schema.is_required(table, named[0].column) and schema.type_of(table, named[0].column) == "text"
    never_empty = filled and ledger.take_all(_NEVER_EMPTY)
    for clause in wishes:
        for name in columns:
            columns[name].merge(_default(ledger, clause, table, name, schema) if len(columns) == 1 else Traits())
        if ledger.take(r"requires?|make(?: it| this)? (?:required|mandatory)", clause.low, clause.high):
            columns[named[0].column].merge(Traits(required=True))
        if to := ledger.take(r"(?:in)?to (?:an? )?(?:plain )?text", clause.low, clause.high):
            found.append(Compared(to.start(), to.end(), Traits(type="text")))
        ledger.take_all(r"\d+ (?:decimals?|decimal places|digits)", clause.low, clause.high)
        found += read_numbers(ledger, clause.low, clause.high)
    ledger.take_all(r"(?:raises?|gives?|throws?|causes?|produces?) (?:an? |the )?(?:errors?|exceptions?)")
    if len(columns) == 1 and (listed := read_values(ledger, wishes, table, schema)):
        found.append(Compared(named[0].start, named[0].end, Traits(choices=listed)))
    labels = tuple(label for name in columns for label in schema.choices(table, name))
    slots = [Compared(s.start, s.end, s.traits) for s in read_slots(ledger, labels)]
    slots = _without_old_types(slots, {schema.type_of(table, name) for name in columns})
    retyped = any(s.traits.type for s in slots)
    if retyped:
        found = [f for f in found if f.traits.low is None or abs(float(f.traits.low)) < _HUGE]
    for fact in (*found, *slots):
        if any(schema.choices(table, name) for name in columns) and fact.traits.choices:
            raise Unclear(f"other values for {', '.join(columns)} of {table}")
        if fact.traits.choices and not all(schema.type_of(table, name) == "text" for name in columns):
            raise Unclear(ledger.text[fact.start : fact.end])
        before = [s for s in named if s.start < fact.end] or named[:1]
        owner = before[-1].column
        if fact.implied and columns[owner].low is not None and columns[owner].low >= 0:  # type: ignore[operator]
            continue  # at least 1 is never negative
        columns[owner].merge(fact.traits)
    others = Ledger(ledger.text, ledger.quoted)
    others.left = ledger.left
    rows = read_conditions(others, [(c.low, c.high) for c in wishes], table, schema, resolve)
    if some := [
        test.column for test in rows if test.column not in columns and test.test not in ("is null", "is not null")
    ]:
        raise Unclear(f"a rule for rows of a certain {' and '.join(some)}")
    if never_empty and columns[named[0].column].low is None:
        columns[named[0].column].merge(Traits(low=1, of_length=True))
    told = {name: traits for name, traits in columns.items() if traits}
    if not told and _alarmed(ledger, clauses):
        told = {named[0].column: Traits(low=0)}
    if not told:
        raise Unclear(f"what shall change about {' and '.join(columns)} of {table}")
    if len(told) < len(columns):
        raise Unclear(f"what {' and '.join(name for name in columns if name not in told)} has to do with it")
    for clause in wishes:
        for traits in told.values():
            if traits.range:
                confirmed(ledger, clause.low, clause.high, traits)
    used = {str(n) for traits in told.values() for n in (traits.low, traits.high, traits.default) if n is not None}
    for name, traits in told.items():
        _signed(traits, name)
        _refuse_outside(traits, table, told, schema)
    if retyped:
        used |= {t[0] for t in ledger.tokens() if regex.fullmatch(r"\d+\.\d+", t[0])}
        used |= {t[0] for t in ledger.tokens() if t[0].isdigit() and int(t[0]) >= _HUGE}
    ledger.take_all(r"(?:(?:this|that|an?|the|its) )?(?:upper|lower) (?:limit|bound|end)")
    if taken := regex.search(_TAKEN, ledger.text):
        raise Unclear(taken[0])
    refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, numbers=frozenset(used), whole=True)
    made = [
        change
        for name, traits in told.items()
        for change in on_existing(table, name, _news(table, name, traits, schema), schema)
    ]
    kept = retyped and regex.search(rf" (?:{_KEPT}) ", ledger.text)
    return [c for c in made if not (kept and isinstance(c, Constrain) and same_check(c, schema))]


def _news(table: str, name: str, traits: Traits, schema: Schema) -> Traits:
    """Without what holds already, where something else is asked for."""
    silent = Traits()
    for key, holds in (
        ("default", _plain(schema.default(table, name)) == str(traits.default).lower()),
        ("required", traits.required == schema.is_required(table, name)),
    ):
        value = getattr(traits, key)
        setattr(traits, key, getattr(silent, key))
        if not (holds and traits):
            setattr(traits, key, value)
    return traits


_TIMES = wordset("second seconds minute minutes hour hours day days week weeks month months year years")


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def _in_unit(ledger: Ledger, name: str) -> None:
    """Raises Unclear for a number in another unit than the column's, unless it is said in that, too: "4 hours, i.e. 240"."""
    unit = name.split("_")[-1]
    if unit not in _TIMES:
        return
    said = r"(?<![^ ])\d+ (?P<unit>[a-z]+)(?: (?:,|\(|=))*(?: (?:meaning|that is|so|=|or))*(?P<more> \d+)?(?![^ ])"
    for match in regex.finditer(said, ledger.left):
        if match["unit"] in _TIMES and singular(match["unit"]) != singular(unit):
            own, other = _SECONDS.get(singular(unit), 0), _SECONDS.get(singular(match["unit"]), 0)
            same = own and str(int(match[0].split()[0]) * other // own)
            if match["more"]:
                ledger.strike(match.start(), match.start("more"))
            elif same and regex.search(rf" {same} ", ledger.text):
                ledger.strike(match.start(), match.end())
            else:
                raise Unclear(match[0])


def _signed(traits: Traits, name: str) -> None:
    """Raises Unclear where it may be negative and may not."""
    if traits.signed and traits.low is not None and traits.low >= 0:
        raise Unclear(f"{name} below 0 and at least {traits.low}")


def _refuse_outside(traits: Traits, table: str, told: dict[str, Traits], schema: Schema) -> None:
    """A default that the column's bounds would refuse, and bounds that leave nothing."""
    name = next(name for name, found in told.items() if found is traits)
    low = [
        traits.low,
        *(int(n) for check in schema.checks(table, name) for n in regex.findall(r">= \(?(-?\d+)", check)),
    ]
    high = [
        traits.high,
        *(int(n) for check in schema.checks(table, name) for n in regex.findall(r"<= \(?(-?\d+)", check)),
    ]
    floor = max((n for n in low if n is not None), default=None)
    ceiling = min((n for n in high if n is not None), default=None)
    if floor is not None and ceiling is not None and floor > ceiling:
        raise Unclear(f"{name} from {floor} to {ceiling}")
    held = _plain(schema.default(table, name)) or ""
    if regex.fullmatch(r"\d+", held) and traits.high is not None and int(held) > traits.high and traits.default is None:
        raise Unclear(f"{name} up to {traits.high}, though its default is {held}")
    if isinstance(traits.default, bool) or not isinstance(traits.default, int):
        return
    if (floor is not None and traits.default < floor) or (ceiling is not None and traits.default > ceiling):
        raise Unclear(f"{traits.default} as the default of {name}, which its bounds refuse")


def _default(ledger: Ledger, clause: Clause, table: str, name: str, schema: Schema) -> Traits:
    """The one value that stands in a stretch about the default, struck out."""
    labels = {word: said for word, said in ledger.cased.items() if said.isupper() and len(said) > 1} | {
        label.lower(): label for label in schema.choices(table, name)
    }
    for low, high in ledger.spans(r"[,;()]", clause.low, clause.high):
        if not ledger.find(
            r"defaults?|default(?:ed|ing)|starts?(?: (?:as|with|at|on|out))?|begins?|initial(?:ly)?|preset", low, high
        ):
            continue
        found = [
            t
            for t in ledger.tokens(low, high)
            if t[0] in labels or t[0] in ledger.quoted or regex.fullmatch(r"-?\d+(?:\.\d+)?|true|false", t[0])
        ]
        if len(found) != 1 or ledger.find(r"at least|at most|above|below|between|under|over", low, high):
            continue
        ledger.strike(found[0].start(), found[0].end())
        ledger.take_all(r"defaults?|default(?:ed|ing)|initial(?:ly)?|preset", low, high)
        word = found[0][0]
        return Traits(default=labels.get(word, ledger.quoted.get(word, value_of(word))))
    return Traits()


def _plain(default: str | None) -> str | None:
    return None if default is None else default.split("::")[0].strip("'").lower()


def _tells_bound(
    ledger: Ledger, clause: Clause, wishes: list[Clause], table: str, schema: Schema, resolve: Resolve
) -> bool:
    """ "estimated_minutes stops at 180": what holds now, where another clause has the number that is wished for."""
    said = ledger.text[clause.low : clause.high]
    numbers = set(regex.findall(r"(?<![^ ])-?\d+(?![^ ])", said))
    columns = {s.column for s in spoken_columns(Ledger(ledger.text), resolve, clause.low, clause.high)}
    held = {n for name in columns for check in schema.checks(table, name) for n in regex.findall(r"-?\d+", check)}
    others = any(regex.search(r" -?\d+ ", ledger.text[c.low : c.high] + " ") for c in wishes if c != clause)
    return bool(numbers) and numbers <= held and others and not is_wished(said)


def _strike_kept(ledger: Ledger, clause: Clause, table: str, schema: Schema) -> None:
    """What is to stay as it is needs nothing. Raises Unclear where it is not so now."""
    said = ledger.left[clause.low : clause.high]
    if not regex.search(rf" (?:{_KEPT}) ", said + " ") or regex.search(
        r" (?:above|below|over|under|than|least|most) ", said
    ):
        return
    if regex.search(r" (?:bigint|int8|numeric\S*) ", said):
        return
    resolve = columns_of(table, schema)
    columns = {s.column for c in (clause,) for s in spoken_columns(Ledger(ledger.text), resolve, 0)} & set(
        schema.columns(table)
    )
    numbers = regex.findall(r"(?<![^ ])-?\d+(?:\.\d+)?(?![^ ])", said)
    if regex.search(r" (?:constraint|check|limit|range|bounds) ", said):
        held = {
            n
            for name in schema.columns(table)
            for check in schema.checks(table, name)
            for n in regex.findall(r"-?\d+", check)
        } | {_plain(schema.default(table, name)) for name in columns}
        if not set(numbers) <= held:
            raise Unclear(said)
        clause.drop(ledger)
        return
    defaults = {_plain(schema.default(table, name)) for name in columns}
    if numbers and not set(numbers) <= defaults:
        return
    if regex.search(r" (?:nullable|optional|empty) ", said) and all(
        schema.is_required(table, name) for name in columns
    ):
        raise Unclear(said)
    clause.drop(ledger)


def _without_old_types(slots: list[Compared], old: set[str]) -> list[Compared]:
    """A type that the column has now is told, not wished for; numeric(5,1) says more than "decimals"."""
    kinds = {s.traits.type for s in slots if s.traits.type}
    if kinds & old and len(kinds) > 1:
        slots = [s for s in slots if s.traits.type not in old]
    if any(k and k.startswith("numeric(") and k != "numeric(10,2)" for k in kinds):
        slots = [s for s in slots if s.traits.type != "numeric(10,2)"]
    for slot in slots:
        if slot.traits.type in old:
            slot.traits.type = None
    return slots


def _alarmed(ledger: Ledger, clauses: list[Clause]) -> bool:
    """ "A lesson with negative points was imported. Make that impossible": the talk tells what is refused."""
    told = any(
        c.talk and regex.search(r" (?:negatives?|minus|below 0|-\d+) ", ledger.text[c.low : c.high] + " ")
        for c in clauses
    )
    return told and bool(
        ledger.find(
            r"impossible|prevent|not (?:happen|be possible|be allowed)|stop|forbid|never (?:happen|again)|rejects?|refuses?|fails?|check|constraint"
        )
    )
