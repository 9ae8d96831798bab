"""How new columns are called: one word with underscores, or a noun by which a list, a type or "column" stands."""

import re
from dataclasses import dataclass
from itertools import product

from agent.offline import regex
from agent.offline.reading import lexicon
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.conventions import is_snake
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.material import SLOTS, is_wished
from agent.offline.schema import USERS, Schema
from agent.offline.words import singular, wordset

_STOPS = wordset(
    "to for of on per in with and or is are as so that which from by if unless it each every column field attribute property flag "
    "optional required new simple small unique nullable mandatory text string integer boolean missing goes restricted limited again short brief"
)
_NEVER = (
    lexicon.NEVER_NAMES
    | lexicon.NO_VALUE
    | lexicon.FILLERS
    | _STOPS
    | wordset(
        "lowercase uppercase letter letters digit digits plus hash hyphen underscore know tell see say store remember track show learn"
    )
    | wordset(
        "off on switched turned error errors exception way limit range bound list set choice number chance look idea bit request question problem help group partial composite uniqueness index trigger constraint audit history backfill rule pair combination type performance duplicate sure rows trail possible impossible null something change lookup query queries search report item detail info information scheme protocol"
    )
)
_LAST = wordset("url link uri address number") | lexicon.CHOICE_NOUNS
_ARTICLE = r"(?:(?:an?|by one|the|new|short|brief|another|its|their|his|her|our|my|number of|optional|required|simple|small|unique|nullable|mandatory|text|string|integer|boolean|numeric|following|own) )"
_AFTER = (
    r"(?=:|\(|,|\.|;|->|-|=|\)|$|column|field|attribute|property|to |for |on |per |in |of |with |that |which |so |from |is |are |as |must |should |can |may |text |boolean |integer |enum |type |whose |one of |and |optional |required |missing |"
    r"restricted |limited |again |besides? |next |[a-z0-9_]+ (?:\||/|,) |not null|default |null|who |when |where |if |being |here |at |also |please |they |it |we |was |were )"
)
_GETS = (
    r"(?:add(?:s|ing|ed)?|introduc(?:e|es|ing)|create|put|give[ns]?|want|like|need(?:s|ed)?|ha(?:ve|s)|gets?|store[ds]?|storing|stores|tag(?:s|ged)?|know|receives?|carry|carries|record(?:s|ed)?|save|extend(?:ed)?|exten[dt]|classify|keep|"
    r"include|attach|track|tell|say|says|remember|show|with|by|lacks?|called|named|specify|define|see|set up|offer|support|missing)"
)
_RATE = r"(?<= )([a-z]+)(?: (?:limit|time|goal|cost|budget))? per (?:second|minute|hour|day|night|week|month|term|year|session|round|quiz|page)(?= )"
_PRESET = r" (?:(?:as|is|being|for) )+(?:(?:the|our|its|an?) )*(?:default|fallback|preset|standard|initial)(?![^ ])"
"""Behind a value: "with medium as the default"."""
_TAKES = re.compile(rf" (?:{SLOTS}|gets?|needs?|carry|carries) | [a-z]+ (?:,|/|\|) [a-z]+ (?:,|/|\||or|and) ")
"""Of a clause that says what is to be."""


@dataclass(frozen=True)
class Spot:
    """A name, and where its words stand."""

    name: str
    start: int
    end: int


def new_names(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema, *, nouns: bool) -> list[Spot]:
    """In the order of the text, each once; `nouns` allows names in plain words that are not called columns, too."""
    wishes = [c for c in clauses if not c.talk]
    found = _snakes(ledger, wishes, table, schema)
    if (
        not found
        and not nouns
        and regex.search(
            r" (?:add|new|\() (?:(?:an?|the|new) )*(?:column|field) | (?:column|field|attribute|property) (?:called|named) ",
            ledger.text,
        )
    ):
        return _nouns(ledger, wishes, table, schema, listed=False)
    told = [c for c in clauses if c.talk]
    talk = Ledger(ledger.text, ledger.quoted)
    found = found or _snakes(talk, told, table, schema)
    if found:
        found = [*found, *_beside(ledger, wishes, found, table, schema)]
        found = sorted([*found, *_nouns(ledger, wishes, table, schema, listed=True)], key=lambda spot: spot.start)
    elif nouns:
        found = _nouns(ledger, wishes, table, schema, listed=False) or _nouns(talk, told, table, schema, listed=False)
    if len(found) == 1:
        found += _joined(ledger, found[0], table, schema)
    kept: list[Spot] = []
    for spot in found:
        alike = next((n for n, other in enumerate(kept) if _same(spot.name, other.name)), None)
        if alike is None:
            kept.append(spot)
        elif is_snake(spot.name) and not is_snake(kept[alike].name):
            kept[alike] = spot
    return kept


def _beside(ledger: Ledger, wishes: list[Clause], found: list[Spot], table: str, schema: Schema) -> list[Spot]:
    """Plain words in one list with names: "add website and logo_url"."""
    more = []
    for clause in wishes:
        pattern = r"(?<![^ ])(?:add|adds|adding|introduce|needs?|gets?|columns?|fields?)(?: (?:the|two|2|three|3|new|columns?|fields?|:|both))* (?P<list>[a-z_]+(?: (?:,|and|&|, and) [a-z_]+)+)"
        for listed in re.compile(pattern).finditer(ledger.left, clause.low, clause.high):
            names = list(re.compile(r"[a-z_]+").finditer(ledger.left, listed.start("list"), listed.end("list")))
            if not any(name[0] == spot.name for name in names for spot in found):
                continue
            plain = [n for n in names if n[0] != "and" and not is_snake(n[0]) and _may_be(n[0], ledger, table, schema)]
            more += [Spot(n[0], n.start(), n.end()) for n in plain]
    return more


def _joined(ledger: Ledger, spot: Spot, table: str, schema: Schema) -> list[Spot]:
    """Names that are joined to the first: "a difficulty (...) and a language (...)", "a video url and an audio url".

    Raises Unclear for one that may be no name.
    """
    more: list[Spot] = []
    end = spot.end
    led = rf" (?:\( [^()]* \) )?(?:, and|and|plus|,) (?:an?|another) {_ARTICLE}*"
    last = "|".join(_LAST)
    pattern = re.compile(
        rf"(?:{led}(?P<name>[a-z_]+(?: [a-z]+)? (?:{last})|[a-z_]+)| (?:, and|and|plus|,) (?P<bare>[a-z]+ (?:url|link|uri))) {_AFTER}"
    )
    while match := pattern.match(ledger.text, end):
        words = (match["name"] or match["bare"]).split()
        if not all(_may_be(word, ledger, table, schema) for word in words if word not in _LAST):
            break
        name = regex.sub(r"_(?:link|uri)$", "_url", "_".join(words))
        group = "name" if match["name"] else "bare"
        more.append(Spot(name, match.start(group), match.end(group)))
        end = match.end(group)
    lost = re.compile(rf"{led.replace('|,)', ')')}([a-z_]+) ").match(ledger.text, end)
    if lost and _may_be(lost[1], ledger, table, schema):
        raise Unclear(lost[0])
    return more


def _same(one: str, other: str) -> bool:
    bare = [regex.sub(r"^(?:is|has)_|_(?:url|link)$", "", singular(name)) for name in (one, other)]
    return (
        bare[0] == bare[1]
        or set(one.split("_")) <= set(other.split("_"))
        or set(other.split("_")) <= set(one.split("_"))
    )


def _snakes(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> list[Spot]:
    labels = {label.lower() for t in schema.tables for name in schema.columns(t) for label in schema.choices(t, name)}
    named = mentions(ledger.left, schema)  # "pending = accepted_at is null" is about what is there
    return [
        Spot(t[0], t.start(), t.end())
        for clause in clauses
        for t in ledger.tokens(clause.low, clause.high)
        if is_snake(t[0])
        and (ledger.quoted.get(t[0], t[0]).lower() == t[0] or t[0].endswith(("_url", "_link")))
        and t[0] not in labels
        and t[0] not in schema.columns(table)
        and not schema.table(t[0])
        and not any(t[0] in schema.columns(m.table) for m in named if m.table != table)
        and not _names_a_rule(t[0])
        and not regex.search(
            r" (?:name of the (?:index|constraint)|(?:index|constraint) name)(?: (?:is|:|=|column))* $",
            ledger.text[: t.start()],
        )
        and not _in_list(t[0], ledger.left[clause.low : clause.high] + " ")
    ]


def _nouns(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema, *, listed: bool) -> list[Spot]:
    """With `listed` only such that have a list or brackets of their own."""
    bare = table.split(".")[-1]
    one = singular(bare)
    own = (
        rf"(?:{bare}|{one}|{bare.replace('_', ' ')}|{one.replace('_', ' ')}|{one.split('_')[-1]}|{bare.split('_')[-1]})"
    )
    word = r"[a-z]+(?:(?:_[a-z]+)?_per_[a-z]+)?"
    name = rf"(?P<name>(?!(?:{'|'.join(_STOPS)}) ){word}(?: (?!(?:{'|'.join(_STOPS)}) ){word})?)"
    single = rf"(?P<name>{word})"
    article = _ARTICLE
    orders: list[Clause] = []
    tells: list[Clause] = []
    for clause in clauses:
        said = ledger.text[clause.low : clause.high] + " "
        (orders if is_wished(said) or _TAKES.search(said) else tells).append(clause)
    marked = {
        match[0]: match
        for clause in (clauses if regex.search(r" [a-z_]+ (?:,|/|\|) [a-z_]+ ", ledger.text) else ())
        for match in ledger.tokens(clause.low, clause.high)
        if ledger.quoted.get(match[0]) == match[0]
        and _may_be(match[0], ledger, table, schema)
        and not _in_list(match[0], ledger.text)
    }
    if len(marked) == 1 and not listed:  # the only word in quotes that is no value
        (match,) = marked.values()
        return [Spot(match[0], match.start(), match.end())]
    for clause in clauses:  # "add `plan`"
        for match in ledger.tokens(clause.low, clause.high):
            led = regex.search(
                r" (?:(?:add|new|introduce|call it|name it|(?:column|field)(?: (?:would|should|is|be|called|named|:))*) (?:(?:an?|the|new|column|field) )*|as |[.\n•] )$",
                ledger.text[: match.start()],
            )
            typed = regex.match(
                r" (?:text|varchar|string|int|integer|bool|boolean|numeric|date|jsonb?|nullable|optional|required|not null|:|-|\() ",
                ledger.text[match.end() :],
            )
            if (
                led
                and (typed or not regex.search(r"[.\n•] $", led[0]))
                and ledger.quoted.get(match[0]) == match[0]
                and match[0] not in schema.columns(table)
            ):
                return [Spot(match[0], match.start(), match.end())]
    shapes: tuple[str, ...] = (
        rf" (?:column|field|attribute|property) (?:called|named|(?:would|should|shall|could) be(?: called| named)?) {single} ",
        rf" {article}+{name} (?:column|field|attribute|property) ",
        rf" (?:column|field|attribute|property) , {single} (?=, [a-z]+ing |, (?:which|that|with|of) )",
        rf" (?:add|introduce|put) {article}*{name} (?:to|on|for) (?:(?:the|our|all|every|each) )*{own} ",
        rf" (?:column|field|attribute|property)(?: (?:called|named|is|:|name|for|holding|with|=))* {article}*{name} {_AFTER}",
        rf" (?:column|field|attribute|property)(?: (?:called|named|is|:|name|=))* {single} ",
        rf" (?:array|list|set) of {single} ",
        rf"^ {article}+{name} (?:on|for|to|in|of) ",
        rf" (?:called|named|(?:call|name) (?:it|the (?:column|field))|name :|name is) {single} ",
        rf"(?:^|[(,:-]) {single} (?:on|in|to) (?:(?:the|our) )?{own} (?=[),.:]|$)",
        rf" {article}+{name} (?:column|field|attribute|property|enum|flag) ",
        rf" {single} (?:column|field|attribute|property|enum|flag) ",
        rf" {own} ⋅ {single} ",
        rf"^(?: [-:;,])? {single} (?:[,:(] )?(?:one of|either|can be|is one of) ",
        rf" {own} {name} is (?=[a-z]+ (?:,|/|or) )",
        rf" (?:leave|enter|provide|choose|pick|set) {article}*{name} (?:on|in|for|of) (?:their|his|her|its|an?|the|each|every) (?:own )?{own} ",
        rf" {_GETS} (?:it|that|this|them|(?:its|the|their|this|that) (?:address|url|link|value|content))(?: (?:on|in|with|to|at|for|per) (?:(?:the|each|every|our|all) )*{own})? as {article}*{name} {_AFTER}",
        rf" {_GETS} (?:(?:{own}|each|every|all|one|us|them|the|our|me|with|any|to|for|on|in|by) )*{article}+{name} {_AFTER}",
        rf" {_GETS} {name} (?=:|\(|,|[a-z0-9_]+ (?:\||/) |to |for |on |from |text |one of |as |is |with |of |in |;|->|\.|-|$|optional |enum )",
        rf" {own} (?::|->|-|,|\.) (?:(?:add|new|an?|optional|need|needs|please|column|field|should have) )*{name} {_AFTER}",
        rf" (?:its|their|which|what) {name} {_AFTER}",
        rf" (?:which|what) {single} (?=(?:the|an?|our|each) )",
        rf"^ (?:the |its )?{single} (?:should|must|can|may|is|has to) (?:only )?(?:be|one of) ",
        rf"^ {single} (?::|is missing|on {own}|of {own}|for {own}|for each|for every|goes on)",
    )
    if regex.search(
        r" or |[/|]| (?:boolean|flag|http|https|http-or-https|text|one of|values|options|default|please) ", ledger.text
    ):
        shapes += (rf" {own} {name} $", rf" {name} (?:on|for|of|to|in) (?:the |each |every |our |all )*{own} ")
    if listed:
        shapes = (
            rf" (?:(?:an?|and|,|add|:|;|get|with|has|have) )+{single} (?=\( [a-z_]+ (?:,|/|\|) |[a-z_]+ (?:\||/) |: [a-z_]+ (?:,|/|\|) )",
        )
    for shape, part in product(shapes, (orders, tells)):
        for clause in part:
            text = regex.sub(_RATE, _rate, " " + ledger.text[clause.low : clause.high].strip(" .\n•") + " ")
            offset = (
                clause.low
                + ledger.text[clause.low : clause.high].find(ledger.text[clause.low : clause.high].strip(" .\n•"))
                - 1
            )
            for match in regex.finditer(regex.sub(r"^ ", "(?<= )", shape), text):
                words = match["name"].split()
                if regex.match(_PRESET, text[match.end("name") :]) or text[: match.start("name")].endswith(" per "):
                    continue
                while len(words) > 1 and words[-1] in ("setting", "option", "info", "information", "indicator"):
                    words = words[:-1]
                while (
                    len(words) > 1
                    and words[-1] not in {*_LAST, "group"}
                    and not _may_be(words[-1], ledger, table, schema)
                ):
                    words = words[:-1]
                joined = "_".join(words)
                if joined in ("link", "url", "address") and regex.match(
                    r" (?:to|of|for) an? [a-z]+ ", text[match.end("name") :]
                ):
                    return [_spot(joined, text, match, offset)]
                address = len(words) > 1 and words[-1] in ("url", "link")
                if all(
                    (address and word not in _STOPS | lexicon.FILLERS)
                    or _may_be(word, ledger, table, schema)
                    or (n and word in {*_LAST, "group"})
                    for n, word in enumerate(words)
                ) and _may_be(joined, ledger, table, schema):
                    return [_spot(joined, text, match, offset)]
    return []


def _rate(match: re.Match[str]) -> str:
    """ "Minutes per day" is one name."""
    return match[0] if match[1] in _NEVER else match[0].replace(" ", "_")


def _spot(name: str, text: str, match: re.Match[str], offset: int) -> Spot:
    """ "a link to a video" and "video link" are addresses."""
    start, end = match.start("name") + offset, match.end("name") + offset
    if name in ("link", "url", "address") and (
        of := regex.match(r" (?:to|of|for) an? ([a-z]+) ", text[match.end("name") :])
    ):
        return Spot(f"{of[1]}_url", start, end + of.end(1))
    return Spot(regex.sub(r"_(?:link|uri|web_address)$", "_url", name), start, end)


def _may_be(name: str, ledger: Ledger, table: str, schema: Schema) -> bool:
    if name in schema.columns(table) or columns_of(table, schema)(name.replace("_", " ")):
        return False
    refers = schema.table(name)
    if (
        (refers and (refers in (table, USERS) or name != singular(name)))
        or name in _NEVER
        or ledger.quoted.get(name, name).lower() != name
    ):
        return False
    return bool(regex.fullmatch(r"[a-z][a-z_]*", name)) and len(name) > 2


def _names_a_rule(word: str) -> bool:
    return bool(
        regex.match(r"(?:idx|uq|unique|check|chk|fk|ix|trg|pg)_", word)
        or regex.search(r"_(?:idx|key|check|fkey)$", word)
    )


def _in_list(word: str, text: str) -> bool:
    """It stands among values, between marks of a list."""
    spelled = re.escape(word)
    return bool(
        regex.search(
            rf"(?:one of|values|options|choices|either|allowed|accepts?|among|between)(?: (?:are|is|:))* (?:\w+ (?:,|or|and) )*{spelled} | {spelled}(?: , \w+)*(?: ,)? (?:or|/|\|) \w+| (?:or|/|\||one of|either) {spelled} | \w+ , {spelled}(?: , \w+)* (?:or|and) \w+| \( {spelled} (?:, \w+ )+\)| \( (?:\w+ , )+{spelled} [,)]",
            text,
        )
    )
