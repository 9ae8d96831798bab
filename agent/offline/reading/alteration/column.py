"""One new column: its name, and what is said of it anywhere in the request."""

import re
from dataclasses import replace
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import AddColumns, Format, Index, Key
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.flag import read_flag_column
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.names import Spot
from agent.offline.reading.alteration.values import default_among, read_values, values_apart
from agent.offline.reading.columns import build
from agent.offline.reading.conventions import Named
from agent.offline.reading.known import strike_table
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear, compiled
from agent.offline.reading.numbers import Compared, read_numbers
from agent.offline.reading.shapes import read_shapes
from agent.offline.reading.slots import bare_type, read_slots
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.vocabulary import type_for
from agent.offline.words import plural, wordset

NO_INDEX = r"(?:without(?: an?)?|no|not|never)(?: [a-z]+)? index(?:ed)?(?! (?:[a-z_⋅]+ ){0,6}(?:yet|so far|today|now|currently|at the moment|right now))|index(?: is)? not (?:needed|necessary|required|wanted)|(?:do|does) not (?:need|have to be|want)(?: an?| be)? index(?:ed)?"
_INDEX = r"index(?:ed)?"
_BOOLEAN = r"flag|boolean|bool|marker|yes-no|true-or-false|check ?box|tick(?:s|ed|box)?|opt-in|opt-out|(?<=an )switch|(?<=a )switch|toggle|indicator|on/off"
_THING = r"column|field|attribute|property|flag|marker|indicator|boolean|bool|value|setting|option"
_TRUE = r"(?:nothing|nobody|no one|none) (?:is|are|has) [a-z]+ by default|true|false|(?:on|off|yes|no|enabled|disabled) by default|default(?:s|ing)?(?: (?:is|to|value|=|:))* (?:on|off|yes|no)"
_BARE = r"(?:date|time|number)(?! (?:\||/|or) )"
_SPENT = (
    rf"check|constraint|{_THING}|columns?|unique|only|default|new|old|existing|if|when|where|before|after|until|1|one|first|both|instead|same|policy|view|drop|remove|automatically|function|"
    r"hidden from|true|false|not|null|yes|no|mandatory|optional|required|initially"
)
_KEPT = r"(?:existing|old|other|current|all|the)(?: [a-z_~]+)* (?:(?:stays?|remains?|keeps?)(?= (?:as|unchanged|untouched|the same|how|like|where|what|alone|in place|[.,;)\n])| ?$)|unchanged|untouched)|(?:do not|not) (?:touch|change|drop|alter)[^.\n]*|nothing else[^.\n]*"


def read_columns(
    ledger: Ledger, clauses: list[Clause], table: str, spots: list[Spot], schema: Schema, *, unindexed: bool
) -> tuple[AddColumns, tuple[str, ...]]:
    """Each column by the stretch around its name. Raises Unclear."""
    if len(spots) == 1:
        return read_column(ledger, clauses, table, spots[0].name, schema, unindexed=unindexed)
    shared = [
        c for c in _sentences(ledger) if ledger.find(_OF_ALL, *c) and not any(c[0] <= s.start < c[1] for s in spots)
    ]
    end = next((high for low, high in _sentences(ledger) if low <= spots[-1].start < high), len(ledger.text))
    if said := re.compile(r" (?=(?:both|all|each)(?: of them)? )").search(ledger.text, spots[-1].end, end):
        shared.append((said.start(), end))  # "a and b, both integers"
    of_one = "|".join(word for s in spots for word in {*s.name.split("_"), plural(s.name.split("_")[-1])})
    if lost := next((c for c in shared if regex.search(rf" (?:{of_one}) ", ledger.text[slice(*c)])), None):
        raise Unclear(ledger.text[slice(*lost)])
    edges = [0, *(_before(ledger.text, a.end, b.start) for a, b in pairwise(spots)), len(ledger.text)]
    made: list[AddColumns] = []
    assumed: tuple[str, ...] = ()
    for spot, (low, high) in zip(spots, pairwise(edges), strict=True):
        own = Ledger(ledger.text, ledger.quoted)
        own.left = STRUCK * low + ledger.left[low:high] + STRUCK * (len(ledger.text) - high)
        reach = [(low, min([high, *(s[0] for s in shared if s[0] >= low)])), *shared]
        for start, end in shared:
            own.left = own.left[:start] + ledger.left[start:end] + own.left[end:]
        own.take_all(_OF_ALL)
        parts = [
            Clause(max(c.low, low), min(c.high, high), c.talk)
            for c in clauses
            for low, high in reach
            if max(c.low, low) < min(c.high, high)
        ]
        change, more = read_column(own, parts, table, spot.name, schema, unindexed=unindexed)
        made.append(change)
        assumed += more
    columns = tuple(column for change in made for column in change.columns)
    return AddColumns(
        table,
        columns,
        tuple(index for change in made for index in change.indexes),
        tuple(mark for change in made for mark in change.marks),
    ), tuple(assumed)


_OF_ALL = r"(?:both|all|each|every one|neither|none)(?: of (?:them|these|the (?:two|2|three|3|columns|fields)))?(?: (?:columns|fields))?|they|them|these|the (?:two|2) (?:columns|fields)"


def _sentences(ledger: Ledger) -> list[tuple[int, int]]:
    return [(low, high) for low, high in ledger.sentences()]


def _before(text: str, low: int, high: int) -> int:
    """Where the words begin that lead up to a name: behind the last mark before it."""
    marks = [
        m.end() - 1
        for m in regex.finditer(
            r" (?:,|;|and|plus|\n|\.|\)) (?=(?:(?:and|an?|also|the|new|optional|required|plus|add|column|field|with|nullable|•|please|then) )*$)",
            text[:high],
        )
        if m.start() >= low
    ]
    return marks[0] if marks else high


def read_column(
    ledger: Ledger, clauses: list[Clause], table: str, name: str, schema: Schema, *, unindexed: bool
) -> tuple[AddColumns, tuple[str, ...]]:
    """Raises Unclear."""
    wishes = [c for c in clauses if not c.talk]
    comment = _comment(ledger, name)
    strike_table(ledger, table, schema)
    spelled = name.replace("_", "[ _]")
    beside = [
        match[1] or match[2]
        for match in ledger.take_all(
            rf"{spelled} (?:[(:,=] |column |field |as |of type |type |an? )*({_BARE})|({_BARE}) (?:column |field |called |named )*{spelled}"
        )
    ]
    ledger.take_all(
        rf"(?:new |the |column |field |called |named |flag )*{spelled}(?: (?:column|field|attribute|flag|marker|property|value))*"
    )
    if partial := ledger.find(r"(?:partial )?index(?:ed)?(?: [a-z~]+){0,4} (?:where|only|when)|partial index"):
        raise Unclear(partial[0])
    indexed = bool(ledger.take_all(_INDEX)) and not unindexed
    ledger.take_all(_KEPT)
    there: str | None = None
    given = False
    flag = bool(ledger.find(_BOOLEAN)) or bool(
        regex.match(r"(?:is|has|can|needs|wants|requires|allows|shows|was)_", name)
    )
    flag = flag or (type_for(name) == "text" and bool(ledger.find(_TRUE)))
    if flag:
        required = False if _optional(ledger, wishes) else True if ledger.take_all(_REQUIRED) else None
        indexed = indexed and not unindexed
        change, told = read_flag_column(
            ledger, wishes, table, name, schema, required=required, indexed=indexed, unindexed=unindexed
        )
        columns = tuple(replace(column, comment=comment) for column in change.columns)
        return replace(change, columns=columns), told
    traits = Traits()
    shaped = read_shapes(ledger)
    if beside and not shaped:
        traits.type = bare_type(beside[0])
        if "_" not in name and f" {name} {beside[0]} " in ledger.text and beside[0] in ("date", "time", "number"):
            name = f"{name}_{beside[0]}"  # "a due date" is named by both words
    listed = read_values(ledger, wishes, table, schema)
    facts: list[Compared] = []
    if listed is None:
        for clause in wishes:
            facts += read_numbers(ledger, clause.low, clause.high)
    else:
        traits.choices = listed
        if name.endswith("_url"):
            raise Unclear(f"{name}, which may be {' or '.join(listed)}")
        given = bool(Ledger(ledger.text).find(_NO_DEFAULT))
        ledger.take_all(_NO_DEFAULT)
        apart = values_apart(ledger, clauses, listed)
        there, default = apart or (None, default_among(ledger, clauses, listed))
        if given and default and not apart:  # what is told is of the rows that are there
            there = default
        if default is not None:
            traits.default = default
    if _optional(ledger, wishes):
        traits.required = False
    if listed is None and regex.search(r"(?:^|_)(?:url|link|uri|website|address)$", name):
        traits.format = _scheme(ledger, wishes)
    for slot in read_slots(ledger, listed or ()):
        if traits.default is not None and slot.traits.default is not None:
            slot.traits.default = None if slot.traits.default == traits.default else slot.traits.default
        if slot.traits.type == "text" and slot.traits == Traits(type="text") and (traits.choices or traits.format):
            continue
        if traits.required is False and slot.traits.required is False:
            continue
        if traits.format and slot.traits.format:
            slot.traits.format = None
        traits.merge(slot.traits)
    for more in (*(fact.traits for fact in facts), *(shape.traits for shape in shaped)):
        traits.merge(more)
    if (
        traits.default is None
        and traits.shape
        and (
            given_as := ledger.take(
                r"(?P<word>[^ ~]+) (?:by default|as (?:the )?default|(?:is )?(?:the )?default(?= for)|unless)(?: and)?"
            )
        )
    ):
        traits.default = ledger.quoted.get(given_as["word"], given_as["word"])
    if traits.format in ("url", "https") and regex.search(
        rf" {name} (?:.*(?:its|the) )?(?:url|link|address) ", ledger.text
    ):
        name = name if name.endswith(("_url", "url", "link")) else f"{name}_url"
    bare = traits in (Traits(), Traits(required=traits.required), Traits(unique=True))
    listed_there = any(
        regex.search(r" [a-z]+ (?:,|/|\|) [a-z]+ (?:,|/|\||or|and) ", ledger.text[c.low : c.high] + " ") for c in wishes
    )
    if bare and "_" in name and type_for(name) == "text" and listed_there:
        raise Unclear(f"what {name} is")
    spoken = "_" not in name or f" {name} " not in ledger.text
    known = {name, name.split("_")[-1]} & _TEXTS or schema.table(name)
    if bare and spoken and type_for(name) == "text" and not known:
        raise Unclear(f"what {name} is")
    if traits.set_when or traits.after or traits.before or traits.unique_per or traits.refers:
        raise Unclear(f"a rule between {name} and another column")
    if listed and not given and traits.default is None and traits.required is not False and _PRESET.search(ledger.text):
        raise Unclear(f"what {name} is by default")
    used = frozenset(str(n) for n in (traits.low, traits.high, traits.default, len(listed or ())) if n is not None)
    if listed:
        first = ledger.text.find(f" {listed[0].lower()} ")
        for label in listed:  # what is told of a value apart from its being the default
            for match in regex.finditer(rf"(?<![^ ]){re.escape(label.lower())}(?![^ ])", ledger.left):
                if match.start() > first and any(c.low <= match.start() < c.high for c in wishes):
                    raise Unclear(next(ledger.text[c.low : c.high] for c in wishes if c.low <= match.start() < c.high))
    ledger.take_all(_RESTATED)
    about = {name, name.replace("_", " "), *(label.lower() for label in listed or ())}
    refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, numbers=used, about=about)
    if traits.type is None and type_for(name) == "text" and any(ledger.find("date", c.low, c.high) for c in wishes):
        raise Unclear(f"whether {name} is a date")
    built = build(Named(name), traits, schema, existing=True)
    column = replace(built.column, existing=there, default=None if given else built.column.default, comment=comment)
    small = schema.is_small(table)
    wanted = indexed or column.references or (column.type == "boolean" and small and not unindexed)
    keys = (Index((Key(column.name),)),) if wanted and not column.unique else ()
    return AddColumns(table, (column,), keys), built.assumed


_PRESET = re.compile(
    r" (?:unless|otherwise|(?:by|as|the|our|is|its) default|default (?:is|to|:|=)|initially|at first) "
)
_NO_DEFAULT = r"(?:with |has |have )?(?:no|without(?: an?| any)?) default(?: value)?(?: (?:afterwards|after that|for new ones))?|(?:need|needs|must have|must be given|get|gets|require|requires)(?: to be given)?(?: an?)? explicit(?:ly)?(?: given)?(?: values?| ones?)?"
_TEXTS = wordset("name title description summary notes subtitle nickname bio comment email phone_number")
_RESTATED = (
    rf"(?:for )?(?:all |the |our |any |every )*(?:existing|current|old|new|present|other)(?: (?:and|or|,|existing|new|old|current|ones?|rows?|records?|{STRUCK}+|entries|values?))*(?: (?:are|is|get|gets|become|count as|as|too|stay|stays|keep|have|should|be|will))*|"
    r"(?:if|when(?:ever)?|unless|until)(?: (?:app|client|sends?|sent|pass(?:es|ed)?|nothing|not|it|is|we|one|nobody|somebody|someone|they|set|given|said|say|otherwise|told|specified|picked|chosen|else|says|was|has|been|no|value|there|something|switch|on|turn|off|a|the))*|otherwise"
)


def _comment(ledger: Ledger, name: str) -> str | None:
    """What the column's comment shall say, in quotes. Struck out."""
    if name == "comment":
        return None
    pattern = r"(?:(?:with|and|the|a|an|its|as|column|database|db|sql|add|put|set) )*comments?(?: (?:on it|on (?:the )?(?:column|~+)|for it|of the column|text|should|be|read|say|is|says|saying|that says|reads|:|=|as))* (?P<word>[^ ]+)"
    for match in compiled(pattern).finditer(ledger.left):
        if match["word"] in ledger.quoted:
            ledger.strike(match.start(), match.end())
            return ledger.quoted[match["word"]]
    return None


_REQUIRED = r"(?:(?:it|which|that|is|are|must|should|has to|be|,|and) )*(?:required|mandatory|obligatory|not optional|not nullable|never (?:be )?(?:null|empty)|cannot (?:be|stay|remain) (?:null|empty|blank)|not (?:be )?(?:null|empty)|(?:must|has to|should) (?:always )?(?:be (?:set|filled|given)|have a value)|always (?:has|have) (?:a|some) value|always set)"


def _optional(ledger: Ledger, wishes: list[Clause]) -> bool:
    """It may stay empty, in whatever words."""
    found = False
    for clause in wishes:
        place = clause.low
        while match := ledger.find(_EMPTY, place, clause.high):
            place = match.end()
            if regex.search(
                r" (?:not|cannot|never|no)(?: be| stay| remain| left| ever)* $", ledger.left[: match.start()]
            ):
                continue
            ledger.strike(match.start(), match.end())
            found = True
    return found


_MAY = r"(?:it|this|that|which|they|and|but|or|can|may|could|might|is|are|be|stay|stays|remain|left|okay|ok|allowed|to|just|also|old|rows|existing|ones?|leave|them|blank|:|fine)"
_EMPTY = (
    rf"(?:{_MAY} )*(?:(?:stay|stays|is|are|remain|left|leave(?: it| them)?) (?:null|empty|blank|unset)|be (?:null|empty|blank|unset|missing|left out))(?: (?:is|are|for|ok|okay|fine|allowed|now|then|too|old|rows|existing|ones|the|all))*(?! only)|"
    r"(?:not|no) (?:all|every|each|everyone|everybody)(?! [a-z_~]+ (?:should|must|shall) )(?=[^.\n;]* (?:ha[sd]|have|needs?|will|do|does|comes?|gets?|got|with|one|knows?|exists?|there|can|may) )(?:(?! , (?:and|but|so) )[^.\n;])*|(?:empty|blank|null) is (?:ok|okay|fine|allowed)|(?:it )?is not (?:obligatory|mandatory|required|needed|compulsory)|not (?:required|mandatory|obligatory|needed|necessary|compulsory)|nullable|optional(?:ly)?|null (?:ok|okay|allowed|is fine)|"
    r"we do not have (?:one|it|them) for (?:all|every)[^.\n;]*|or (?:nothing|empty|null)|leave (?:it |them |this )?(?:blank|empty|null)(?: if[^.;\n]*)?|(?:stays|stay|remains?) (?:null|empty)(?: for[^.\n;]*)?"
)


_HTTP_TOO = r" http (?:(?:is|are|also|too|links?|urls?|still|as well) )*(?:allowed|ok|okay|fine|accepted|permitted|possible|works|valid)(?! only) "


def _scheme(ledger: Ledger, wishes: list[Clause]) -> Format | None:
    """The addresses that are let in; http and https, or https alone. None where nothing is said."""
    said: list[str] = []
    for clause in wishes:
        if found := ledger.find(
            r"http-or-https|https?(?: only)?|(?:valid |proper |real |web |http )+(?:url|link|web address|address)s?",
            clause.low,
            clause.high,
        ):
            said.append(found[0])
            ledger.take_all(
                r"(?:ftp|javascript|data|file|mailto|other)(?: (?:links?|urls?|schemes?|addresses|:|than|,|and|or|ftp|javascript|data|file|mailto))*",
                clause.low,
                clause.high,
            )
            ledger.take_all(
                r"(?:must|should|has to|have to|needs?|only|start(?:s|ing)?|begin(?:s|ning)?|if|when|where|there|present|filled(?: in)?|a|an|it|is|value|with|by|valid|proper|real|url|link|be|not(?! (?:optional|null|nullable|required|mandatory|needed|necessary))|anything|else|other|than|that|any|"
                r"rejected|refused|reject|refuse|turned away|schemes?|addresses|address|links?|urls?|text|check|match(?:es)?|http-or-https|https?|:|/|only|just|otherwise|are|and so on|given|set|so|add|for|either|or|literal\d+|invalid|not allowed|null)",
                clause.low,
                clause.high,
            )
    if not said:
        return None
    if (
        any(s in ("https", "https only") for s in said)
        and ledger.text.count(" http ")
        and not regex.search(_HTTP_TOO, ledger.text)
        and "http-or-https" not in ledger.text
    ):
        return "https"  # "only https, http is refused"
    if regex.search(_HTTP_TOO, ledger.text):
        return "url"
    return "https" if all(s.startswith("https") for s in said) and not any("http-or" in s for s in said) else "url"
