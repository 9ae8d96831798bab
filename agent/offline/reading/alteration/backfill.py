"""Rows for everything that has none: for whom, and what counts as having one."""

import re

from agent.offline import regex
from agent.offline.description import Backfill, Condition, Lookup, Owning
from agent.offline.reading.alteration.across import read_across
from agent.offline.reading.alteration.asides import LACKS, strike_asides
from agent.offline.reading.alteration.clauses import Clause, only_heard
from agent.offline.reading.alteration.conditions import read_conditions
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.pair import Pair, holders_of, named, pair_of
from agent.offline.reading.alteration.row import read_values
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import mentions, spoken_columns
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.lexicon import ACCESS_VERBS
from agent.offline.schema import USERS, Schema
from agent.offline.words import singular

_FILLS = r"(?:back-?fill(?:s|ed|ing)?|insert(?:s|ed|ing)?(?: into)?|add(?:s|ed|ing)?|creat(?:e|es|ed|ing)|giv(?:e|es|en|ing)|seed(?:s|ed)?|populate|generate|gets?|receives?|(?:one|1|an?) (?:[a-z]+ )?(?:row|entry|log|record)(?: in [a-z_]+)? (?:each|per|for)|(?:should|shall|must|has to|have to|ought to|to) (?:have|start with|be given)|needs?|wants?|make sure|ensure|must get|fill(?: in| up)?|default|initial|starter|starting|put|(?:one|1|a) row for each|assign(?:ed)?|set up|(?:start|begin)s? (?:out )?with|missing)"
_ENSURED = r"(?:make sure|ensure|guarantee)(?: [a-z_,~]+){0,14} (?:there (?:is|are)|has|have|exists?|gets?) (?:an?|its|their|at least (?:1|one)|1|one)"
_STOPS = r" (?:(?:is|are|be) given|,|\.|;|:|\n|\(|->|receives?|gets?|get|should|must|shall|needs?|insert|add|create|give|put|so|please|sees?|breaks?|crash(?:es)?|shows?|looks?|see|break|and then|x) "
"""Where it ends what somebody lacks."""
_ROW = r"(?<= )(?:{table}s?|{words}s?|rows?|entry|entries|records?|logs?)(?: (?:rows?|entry|entries|records?|logs?|yet|at all|so far))*(?= |$)"
_HAS = r"(?:has|have|having) (?:an?|at least one|one|at least 1|1|some|its|their)(?= (?:[a-z_~]+ )*(?:with|of|whose|where|that|in) )"
"""What everybody shall have: who has none like it lacks one."""
_THIS = r"(?<= )(?:this|that|such an?|the same|these|said|the given|one such) ([a-z_]+)(?= |$)"
_OTHERS = (
    r"(?:nobody|no one|nothing|no other [a-z]+|none of the others?) (?:else )?(?:for (?:anybody|anyone|the others?|others|the rest)(?: else)?|gets?[^.;\n]*|is added[^.;\n]*|changes?[^.;\n]*)|"
    r"(?:leave|leaving|keep|skip|ignore) (?:out )?(?:all )?(?:the )?(?:rest|others?)[^.;,\n]*|\( (?:the |all )?(?:others?|rest)[^()]*\)|(?:the )?other [a-z_]+ (?:do|does|are|is) not (?:count|matter|relevant)"
)
"""That whoever has one gets no other."""
_SPENT = (
    r"back-?fill(?:s|ed|ing)?|insert into|select|from|where|without|none|no|not|never|missing|lack(?:s|ing)?|any|default|if|when|until|at|least|most|exactly|"
    r"once|only|unless|same|fix|exists?|id|before|first|twice|each|starter|starts? with|begins? with|initial|created_at|now|after"
)
_COUNTED = r"(?:at least|exactly|just|>=|=|=>|only|with|has|have|for|:)? ?(?:0|1)(?: or more)?(?: [a-z_]+)? (?:logs?|rows?|entry|entries|records?|ones?|each|per|{nouns})|(?:at least|exactly|>=|just|an?|the) (?:default|starter|first|initial|new|single|~+ )?? ?(?:0|1)"
_UNHELD = r"sibling|every day|each day|per (?:day|week|month)|last [a-z]+|random|average|copy|(?:log|row|entry|record|one|any|label|version|none|any)s? (?:today|yesterday|this (?:week|month|year)|since [a-z0-9]+|from (?:today|yesterday))|(?<!of )(?<!intensity )(?:[2-9]|\d\d+)(?: (?!for|to|of|and|in|as|with|where|each|per|on|at|by|without|that|who)[a-z~]+){0,2} (?:logs?|rows?|entries|records?|labels?|ones)"
"""Rows that are not alike, or more than one."""
_SKIPPED = r"skip(?:s|ped|ping)?|nothing|no rows?|ignor[a-z]+|left out|leave out|exclud[a-z]+|(?:not|no) (?:get|need|receive)s?(?: [a-z]+)?|(?:not|un) ?affected|untouched|unchanged|left alone|as should|same for|so (?:are|should)|likewise|out"
_STAMPED = r"(?:(?:with|and|the|a|an|its|their|set|use|using|take|taking|same|of|has|have) )*(?:created_at|back-?dated|dated?|time-?stamp(?:ed)?|created|creation (?:time|date))(?: (?:=|:|->|is|at|to|the|as|from|of|on|when|same|own|taken|take|copied|copy|time|date|moment|creation|created_at|created|was|were|it|they|he|she|row|signed|up|joined|account|be|should|must|its|in|with|now|current|today|instead|not|use|using|~+|{holders}|⋅|their|his|her|and|so|that|chart|right|~+))*"


def is_backfill(ledger: Ledger, schema: Schema) -> bool:
    """Something is missing for somebody, and shall be added."""
    bare = Ledger(ledger.left, ledger.quoted)
    strike_asides(bare)
    if bare.find(
        r"columns?|fields?|index|unique|flag|boolean|attribute|property|link|table (?:called|named)|(?:at most|no more than|only) (?:1|one)"
    ) and not bare.find(r"insert into|insert|backfill|back-fill|missing rows?"):
        return False
    if any(_is_new(token[0], schema) and token[0] not in ledger.quoted for token in bare.tokens()):
        return False
    beside = bare.left != ledger.left and bare.find(r"rows?|records?|entry|entries") and bare.find(r"each|every|all")
    beside = beside and bare.find(r"insert|back-?fill|seed|populate|fill(?: up)?|add missing|create")
    lacks = bare.find(LACKS) or bare.find(_ENSURED) or beside
    return bool(lacks and bare.find(_FILLS) and pair_of(bare, schema))


def _is_new(word: str, schema: Schema) -> bool:
    """A name with underscores that nothing in the schema has."""
    if not regex.fullmatch(r"[a-z]+(?:_[a-z]+)+", word) or schema.table(word) or word in ("auth_users", "check_ins"):
        return False
    columns = {name for table in schema.tables for name in schema.columns(table)}
    labels = {
        label for table in schema.tables for name in schema.columns(table) for label in schema.choices(table, name)
    }
    return word not in columns | labels | set(schema.columns(USERS))


def read_backfill(ledger: Ledger, clauses: list[Clause], schema: Schema) -> tuple[Backfill, tuple[str, ...]]:
    """Raises Unclear."""
    if (pair := pair_of(Ledger(ledger.text, ledger.quoted), schema) or pair_of(ledger, schema)) is None:
        raise Unclear("which rows to add, and for what")
    table, parent, columns = pair.table, pair.parent, schema.columns(pair.table)
    ledger.quoted = {word: said for word, said in ledger.quoted.items() if word not in ACCESS_VERBS}  # `INSERT`
    bare, holders = table.split(".")[-1], holders_of(ledger, pair, schema)
    nouns = "|".join(
        {
            bare,
            singular(bare),
            bare.replace("_", " "),
            *(m.words for m in named(ledger.text, schema, ledger.quoted) if m.table == table),
        }
    )
    labels = "|".join(re.escape(label.lower()) for name in columns for label in schema.choices(table, name)) or "(?!)"
    _hear_purpose(ledger, clauses)
    ledger.take_all(_OTHERS)
    rest = strike_asides(ledger, nouns)
    wishes = only_heard(
        ledger,
        clauses,
        rf"{bare}|{bare.replace('_', ' ')}|{LACKS}|insert|backfill|populate|seed",
        rf"{_FILLS}|{'|'.join(columns)}|values?|row|with|{_SKIPPED}|{labels}",
    )
    _hear_gap(ledger, clauses, wishes, holders)
    if ledger.find(_UNHELD):
        raise Unclear(ledger.text)
    ledger.take_all(_COUNTED.format(nouns=nouns))
    dated = _dated(ledger, pair, holders, schema)
    across = read_across(ledger, wishes, table, parent, pair.reference, holders, schema)
    own = (pair.reference, *([across.reference] if across else []))
    excluded = _excluded(ledger, wishes, pair, schema)
    lacking, alike, given, owning = _whom(ledger, wishes, pair, schema)
    for mention in named(ledger.left, schema, ledger.quoted):
        valued = regex.search(
            rf" (?:{'|'.join(columns)}|called|named)(?: (?:=|:|is|as|to|of))* $", ledger.left[: mention.start]
        )
        if mention.table in (table, parent) and mention.words not in columns and not valued:
            ledger.strike(mention.start, mention.end)
    ledger.take_all(r"(?:insert into )?\( [a-z_]+ (?:, [a-z_]+ )+\)(?: \n)? select(?: id)?", 0)
    ledger.take_all(rf"{pair.reference}")
    copied = _copied(ledger, pair, own, holders, schema)
    values, assumed = read_values(ledger, table, (*own, *(mine for mine, _ in copied)), lacking, schema)
    held = dict(values)
    for name in sorted(alike - {test.column for test in lacking}):
        if isinstance(held.get(name), Lookup | None):
            raise Unclear(f"which {name} of {table} counts")
        lacking = (*lacking, Condition(name, "equals", held[name]))  # type: ignore[arg-type]
    if ledger.find(r"their (?!own)[a-z]+'?s?(?! (?:is|are|was|were|looks?|stays?|shows?|remains?|seems?) )"):
        raise Unclear(ledger.text)
    for mention in named(ledger.left, schema, ledger.quoted):
        around = next((c for c in wishes if c.low <= mention.start < c.high), None)
        third = mention.table not in (table, parent) and any(
            k.table == parent for k in schema.foreign_keys(mention.table)
        )
        if around and third:
            raise Unclear(ledger.text[around.low : around.high])
    for clause in wishes:
        for spoken in spoken_columns(ledger, columns_of(parent, schema), clause.low, clause.high):
            before = ledger.text[: spoken.start]
            if spoken.column not in columns and regex.search(
                r" (?:without|with|no|having|has|have|whose|lacking|missing|in|of)(?: (?:an?|any|the|their))* $", before
            ):
                raise Unclear(ledger.text[clause.low : clause.high])
    ledger.take_all(_SPENT)
    refuse_leftover(ledger, wishes, table, schema, spare="|".join((_SPENT, *columns)), conditions=False)
    quiet = dated is None and not rest and across is None and pair.reference != "id"
    if (dated or quiet) and "created_at" in columns and "created_at" in schema.columns(parent):
        copied = (*copied, ("created_at", "created_at"))
    found = tuple(dict.fromkeys((*given, *excluded)))
    return Backfill(table, parent, pair.reference, pair.key, values, copied, lacking, found, owning, across), assumed


def _hear_purpose(ledger: Ledger, clauses: list[Clause]) -> None:
    """ "So that each child has a row for each lesson" says what is wished for, "those without are skipped" for whom."""
    for place, clause in enumerate(clauses):
        said = ledger.text[clause.low : clause.high]
        result = regex.match(r" (?:so|such) that (?:each|every|all|no) .* (?:has|have|gets?|is without|lacks?) ", said)
        skips = regex.search(rf" (?:{LACKS}) ", said) and regex.search(rf" (?:{_SKIPPED}) ", said)
        after = ledger.text[clause.high : clauses[place + 1].high] if place + 1 < len(clauses) else ""
        told = regex.match(
            rf" ?(?:but|and|yet|,|who) (?:[a-z]+ )?(?:{LACKS}) ", after
        )  # "kids with progress but without a log"
        if clause.talk and (result or skips or told):
            clauses[place] = Clause(clause.low, clause.high, False)
            ledger.left = ledger.left[: clause.low] + said + ledger.left[clause.high :]
        elif clause.talk and (arrow := regex.search(r" (?:->|=>) ", said)):  # "so the chart is not empty -> happy, 5"
            low = clause.low + arrow.start()
            clauses[place] = Clause(low, clause.high, False)
            ledger.left = ledger.left[:low] + ledger.text[low : clause.high] + ledger.left[clause.high :]


def _hear_gap(ledger: Ledger, clauses: list[Clause], wishes: list[Clause], holders: str) -> None:
    """The story may tell who lacks what ("some kids have no log. add one for each"): then that is heard."""
    if any(ledger.find(LACKS, c.low, c.high) and ledger.find(holders, c.low, c.high) for c in wishes):
        return
    own = Ledger(ledger.text)
    for clause in clauses:
        if (
            clause not in wishes
            and own.find(LACKS, clause.low, clause.high)
            and own.find(holders, clause.low, clause.high)
        ):
            said = ledger.text[clause.low : clause.high]
            ledger.left = ledger.left[: clause.low] + said + ledger.left[clause.high :]
            wishes.insert(0, Clause(clause.low, clause.high, False))
            return


def _dated(ledger: Ledger, pair: Pair, holders: str, schema: Schema) -> bool | None:
    """Whether the new rows take the parent's created_at, where the request says anything of it. Struck out."""
    said = ""
    for match in ledger.take_all(_STAMPED.format(holders=holders)):
        said += f" {match[0]} "
    if not regex.search(
        rf" (?:{holders}|their|signed|joined|when|same|now|today|current|own|account|they|it|~+) ", said
    ):
        return None
    return not regex.search(r" (?:now|today|current) ", said)


def _excluded(ledger: Ledger, wishes: list[Clause], pair: Pair, schema: Schema) -> list[Condition]:
    """ "Who is without grade gets nothing": columns of the parent that may not be empty, struck out."""
    found = []
    parent, child = columns_of(pair.parent, schema), schema.columns(pair.table)
    for clause in wishes:
        for part in regex.finditer(r"(?:(?! [.,;\n()] | but ).)+", ledger.text[clause.low : clause.high]):
            low, high = clause.low + part.start(), clause.low + part.end()
            lack = ledger.find(LACKS + r"(?: (?:an?|any|their|the|set))*", low, high)
            if not regex.search(rf" (?:{_SKIPPED}) ", f" {part[0]} "):
                continue
            spoken = spoken_columns(ledger, parent, low, high)
            spoken = [
                s
                for s in spoken
                if (lack and 0 <= s.start - lack.end() < 3)
                or regex.match(
                    r" (?:(?:is|are|still|=|not) )*(?:null|empty|missing|unknown|set|blank) ",
                    ledger.left[s.end :] + " ",
                )
            ]
            if spoken and spoken[0].column not in child and not schema.is_required(pair.parent, spoken[0].column):
                found.append(Condition(spoken[0].column, "is not null"))
                ledger.strike(low + 1, high - 1 if ledger.text[high - 1] == " " else high)
    return found


def _copied(
    ledger: Ledger, pair: Pair, own: tuple[str, ...], holders: str, schema: Schema
) -> tuple[tuple[str, str], ...]:
    """ "The name is the parent's display name": columns that take the parent's value, struck out. Raises Unclear."""
    found: list[tuple[str, str]] = []
    theirs = schema.columns(pair.parent)
    for name in schema.columns(pair.table):
        if name in (*own, "id", "created_at", "updated_at"):
            continue
        noun = rf"(?:{name}|{name.replace('_', ' ')}|{name.split('_')[0]})"
        for source in sorted(theirs, key=len, reverse=True):
            spelled = rf"(?:{source}|{source.replace('_', ' ')})"
            match = ledger.take(
                rf"(?:(?:the|a|an|with|set|use) )*{noun}(?: (?:=|:|is|should|shall|must|be|as|from|of|to|set|taken|copied|the|same|like|with))* (?:{holders}|their|~+)(?: ⋅)?(?: own)? {spelled}"
            )
            if match is None:
                continue
            mine, other = schema.type_of(pair.table, name), schema.type_of(pair.parent, source)
            texts = all(kind.startswith(("text", "character")) for kind in (mine, other))
            empty = schema.is_required(pair.table, name) and not schema.is_required(pair.parent, source)
            if empty or not (texts or mine == other):
                raise Unclear(match[0])
            found.append((name, source))
            break
    return tuple(found)


def _whom(
    ledger: Ledger, wishes: list[Clause], pair: Pair, schema: Schema
) -> tuple[tuple[Condition, ...], set[str], tuple[Condition, ...], Owning | None]:
    """What counts as having one, in which columns besides, for which rows of the parent, and what else these have.

    Struck out. The columns are those in which a row counts that is like the new one: "a log of this context".
    """
    lacking: list[Condition] = []
    alike: set[str] = set()
    given: list[Condition] = []
    owning: Owning | None = None
    bare = singular(pair.table.split(".")[-1])
    child, parent = (columns_of(table, schema) for table in (pair.table, pair.parent))
    row = re.compile(_ROW.format(table=bare, words=bare.replace("_", "[ _]")))
    for clause in wishes:
        place = clause.low
        while lack := ledger.find(rf"{LACKS}|{_HAS}", place, clause.high):
            place = lack.end()
            stop = regex.search(_STOPS, ledger.left[lack.end() : clause.high] + " ")
            until = lack.end() + stop.start() if stop else clause.high
            noun = row.search(ledger.left, lack.end(), until)
            if noun and not regex.match(
                r" (?:whose|where|with|in|of|that|which|having|for|from|at)(?= )", ledger.left[noun.end() : until]
            ):
                until = noun.end()
            said = ledger.left[lack.end() : until]
            if third := [
                m
                for m in mentions(ledger.left, schema, lack.end(), until, loose=True)
                if m.table not in (pair.table, pair.parent)
            ]:
                raise Unclear(f"{pair.table} for those without {third[0].words}")
            if (
                regex.match(
                    r" (?:one|any|none|it|ones|that|this|yet|of (?:them|these|those))(?= |$)(?! [a-z_]+ (?:log|row|entry|record))",
                    said,
                )
                or lack[0] == "at least one"
                or (
                    regex.search(r" (?:none|0|not a single)$", lack[0])
                    and not regex.match(r" (?:with|of|in|whose|where|for) ", said)
                    and not noun
                )
            ):
                continue
            spoken = [s for s in spoken_columns(ledger, child, lack.end(), until) if s.start - lack.end() < 8]
            called = any(
                name.replace("_", " ").endswith(f" {said.strip(' .,)')}") for name in schema.columns(pair.table)
            )
            if not noun and (called or (spoken and spoken[0].column not in bare.split("_"))):
                continue  # "and no weekly report" is what the new row holds
            alike |= {name for word in regex.findall(_THIS, said) if (name := child(word)) and name != pair.reference}
            lacking += read_conditions(ledger, [(lack.end(), until)], pair.table, schema, child)
            given += read_conditions(ledger, [(lack.end(), until)], pair.parent, schema, parent)
            named = regex.match(
                r"(?: (?:an?|any|the|single|their|own))* ([a-z_]+)(?= |$)", ledger.left[lack.end() : until]
            )
            if (
                named and regex.search(r"never|logged|recorded", lack[0]) and child(named[1])
            ):  # "never logged an emotion"
                ledger.strike(lack.end() + named.start(1), lack.end() + named.end())
        first = ledger.find(LACKS, clause.low, clause.high)
        if first is None:
            continue
        begin = max([m.end() for m in regex.finditer(r" (?:\.|\n)(?= )", ledger.text[: first.start()])], default=0)
        lead = [
            m.end()
            for m in regex.finditer(r" (?:for|each|every|all|whoever|:)(?= )", ledger.left[begin : first.start()])
        ]
        begin += lead[0] if lead else 0
        other = _third(ledger, pair, schema, begin, clause.high)
        if other:
            table, reference, low, high = other
            owning = Owning(
                table,
                reference,
                tuple(read_conditions(ledger, [(low, high)], table, schema, columns_of(table, schema))),
            )
            ledger.take_all(r"at least (?:one|1)", low, high)
            for mention in mentions(ledger.left, schema, low, high, loose=True):
                ledger.strike(mention.start, mention.end)
        given += read_conditions(ledger, [(begin, first.start())], pair.parent, schema, parent)
    return tuple(dict.fromkeys(lacking)), alike, tuple(dict.fromkeys(given)), owning


def _third(ledger: Ledger, pair: Pair, schema: Schema, low: int, high: int) -> tuple[str, str, int, int] | None:
    """Another table of which the parent must have a row: (table, its reference, where that is said)."""
    for mention in mentions(ledger.left, schema, low, high, loose=True):
        keys = [k.column for k in schema.foreign_keys(mention.table) if k.table == pair.parent]
        if mention.table in (pair.table, pair.parent) or len(keys) != 1:
            continue
        has = list(regex.finditer(r" (?:has|have|having|with|own|owns)(?= )", ledger.left[low : mention.start]))
        if not has:
            continue
        end = regex.search(r" (?:but|and|,|who|without|receives?|gets?) ", ledger.left[mention.end : high] + " ")
        return mention.table, keys[0], low + has[-1].end(), mention.end + (end.start() if end else high - mention.end)
    return None
