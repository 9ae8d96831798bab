"""A new column that is true or false: what new rows say, what the rows say that are there, and certain ones of these.

The request is cut into statements; each gives a value (true, "not premium", unknown) to new rows, to existing ones, to
both, or to those that meet conditions. Conditions are taken as done once, in the migration, and only where it says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import AddColumns, Column, Condition, Index, Key, Mark
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.conditions import read_conditions
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.schema import Schema

_YES = r"true|yes|enabled|checked|(?:switched|turned|set|flipped|is|are|=|:|to|be|default|starts?|initially|starts? out|defaults?) on|on (?:by default|unless|if|from the start|for (?:all |the |every |each )*(?:existing|old|new|current|present))"
_NO = r"false|no|off|disabled|unchecked|unset|inactive|nobody|nothing|none"
_EMPTY = r"null|unknown|empty|blank|undecided|undefined"
_NEW = (
    r"default(?:s|ed|ing)?|new(?:ly)?|fresh|initial(?:ly)?|starts?|starting|begins?|beginning|begin|future|from now on|we add|is added|are added|added later|later|comes?|"
    r"when(?:ever)? nothing|if nothing|unless|until|till|otherwise|if not|not (?:said|given|specified)|preset|assumed?|by itself|value"
)
_OLD = r"existing|exists?|exist|current(?:ly)?|old|present|already|so far|we have|today|all|every|everything|everybody|everyone|each|now"
_REST = r"(?:(?:all|every|any) )?(?:the )?(?:others?|rest)(?: (?:one|ones|[a-z~]+))?|(?:everything|everybody|everyone|anything|anyone|all) else"
_ONCE = (
    r"set|mark|flag|tick|switch|turn|update|fill|backfill|make|existing|current|currently|old|already|we have|day one|right away|at once|straight away|immediately|in the (?:same )?migration|to (?:start|begin) with|"
    r"for (?:a )?start|initially|for now|today|now|from the (?:start|beginning)"
)
_THEM = r"(?:set|mark|flag|make|turn|switch|put|so|and|please|then|also|those|them|these|it|to|as|in|the|same|migration|at|once|right|away|on|is|are|be|should|must|there)"
_SPENT = (
    r"check|constraint|columns?|field|attribute|property|flag|marker|indicator|boolean|bool|value|setting|option|unique|only|default|new|old|existing|if|when|where|before|after|until|till|1|one|first|both|instead|same|policy|view|drop|remove|automatically|function|"
    rf"hidden from|true|false|not|null|yes|no|off|mandatory|optional|required|initially|nullable|unless|while|as long as|{_ONCE}"
)
_GLOSS = r"(?:true|false|null)(?:(?: ,| or| /| and)+ (?:true|false|null))+|(?:true|false|null|yes|no|boolean|empty)(?: /)? (?:=|means|meaning|stands for|is for|->)(?! (?:default|existing|new)) [^,;.\n()]+"
_CUT = re.compile(
    r" , (?!\w+ (?:,|and|or) |and \w+ (?:are|is) )(?!\d)| and (?=(?:true|false|no|yes|on|off|null|new|old|existing|all|every|each|set|mark|the (?:rest|others)|others|for (?:new|existing|old)) )"
)


@dataclass
class _Said:
    """None where nothing was said; `marks` in the order of the text."""

    new: bool | None = None
    old: bool | None = None
    empty: bool = False
    """Existing rows have no value."""
    marks: list[Mark] = field(default_factory=list)

    def tell(self, name: str, value: bool, *, new: bool, old: bool) -> None:
        """Raises Unclear for what contradicts what was said before."""
        if (new and self.new not in (None, value)) or (old and self.old not in (None, value)):
            raise Unclear(f"what {name} is by default")
        self.new = value if new else self.new
        self.old = value if old else self.old


def read_flag_column(
    ledger: Ledger,
    wishes: list[Clause],
    table: str,
    name: str,
    schema: Schema,
    *,
    required: bool | None,
    indexed: bool,
    unindexed: bool,
) -> tuple[AddColumns, tuple[str, ...]]:
    """`required` as far as it was said. Raises Unclear."""
    null = [
        m for m in ledger.take_all(_GLOSS) if regex.match(r"null(?! ,| or| /| and)", m[0]) or m[0].endswith(" null")
    ]
    required = False if null and required is None else required
    if null and regex.match(r" \( [^()]*(?:old|existing)[^()]*\)", ledger.text[null[0].end() :]):
        raise Unclear(ledger.text[null[0].start() :])
    no_default = bool(
        ledger.take_all(
            r"(?:no|without an?|without|(?:do|does) not (?:put|set|give|need|want|have)(?: it)?(?: an?)?) defaults?(?: values?)?|(?:default|defaults to)(?: (?::|=|is|to|of))* (?:none|null)|tri-state|three-state|boolean (?:/|,|or) (?:unknown|null|unset|unclear|empty|undecided)"
        )
    )
    said = _Said()
    stem = regex.sub(r"^(?:is|has|can|needs|wants|requires|allows|was|shows)_", "", name).replace("_", "[ _]")
    for clause in wishes:
        for low, high in _statements(ledger, clause):
            _read(ledger, low, high, said, stem, table, name, schema)
    if no_default and said.new is not None:
        raise Unclear(f"what {name} is by default")
    new = said.new
    if new is None and not no_default and not said.empty and required is not False:
        new = said.old if said.old is not None and required else False
    if said.empty and (said.old is not None or said.new is not None):
        raise Unclear(f"what {name} of the existing rows is")
    marks = [m for m in said.marks if said.old is None or m.value != said.old]
    there = said.old if said.old != new else None
    required = new is not None and not said.empty if required is None else required
    if required and (new is None or said.empty):
        raise Unclear(f"what {name} is, which is required and has no default")
    meant = "|".join(rf"{word[:4]}\w*" for word in stem.split("[ _]") if len(word) > 4)  # "to archive" of is_archived
    about = {name, stem.replace("[ _]", " "), *stem.split("[ _]")}
    refuse_leftover(ledger, wishes, table, schema, spare=f"{_SPENT}|deleting|{meant or '(?!)'}", about=about)
    small = schema.is_small(table)
    keys = (Index((Key(name),)),) if indexed or (small and not unindexed) else ()
    column = Column(name, "boolean", required=required, default=new, existing=there)
    assumed = (
        () if said.new is not None or new is None else (f"{name} is {str(new).lower()} unless something else is said.",)
    )
    return AddColumns(table, (column,), keys, tuple(dict.fromkeys(marks))), assumed


def _statements(ledger: Ledger, clause: Clause) -> Iterator[tuple[int, int]]:
    """What stands between commas, brackets, and "and" before another statement."""
    for low, high in ledger.spans(r"[;()]|\.", clause.low, clause.high):
        cuts = [m.start() for m in _CUT.finditer(ledger.left, low, high)]
        yield from pairwise([low, *cuts, high])


def _read(ledger: Ledger, low: int, high: int, said: _Said, stem: str, table: str, name: str, schema: Schema) -> None:
    text = ledger.left[low:high] + " "
    cut = regex.search(r" (?:unless|until|till|except when|as long as nobody) ", text)
    verbs = ("has", "can", "needs", "wants", "requires", "allows", "shows")
    verb = next((v for v in verbs if name.startswith(f"{v}_")), "is")
    value = _value(text[: cut.start() + 1] if cut else text, stem, verb)
    scope = regex.sub(rf" (?:(?:is|are|be|not|a|an|as|stays?) )+{stem}(?= )", " ~", text)  # "not new" is no new row
    where: tuple[Condition, ...] = ()
    if not regex.search(r" (?:boolean|bool|column|field|flag called|new flag) ", ledger.text[low:high]):
        where = tuple(read_conditions(ledger, [(low, high)], table, schema, columns_of(table, schema)))
    if where:
        if not regex.search(rf" (?:{_ONCE}) ", ledger.text[low:high] + " ") and not regex.search(
            r"(?<![^ ])(?:so|,|then|and|please) (?:please )?(?:set|mark|update|make) ", ledger.text[high : high + 24]
        ):
            raise Unclear(ledger.text[low:high])
        root = "|".join({stem[:-1], stem[:-2], stem[:-3]} - {""}) if stem.endswith("ed") else "(?!)"
        if value is None:
            value = True if regex.search(rf" (?:set|mark|tick|flag|switch|turn|{root}) ", text) else None
        if value is None:
            raise Unclear(ledger.text[low:high])
        said.marks.append(Mark(name, value, where))
        ledger.take_all(rf"{_YES}|{_NO}|{stem}s?|{root}|->", low, high)
        return
    if regex.search(rf" (?:{_EMPTY}) ", text) and regex.search(rf" (?:{_OLD}) ", text):
        said.empty = True
        ledger.take_all(_EMPTY, low, high)
        return
    if value is None:
        if regex.search(
            rf" (?:{_OLD}) [^,]*(?:stays?|remains?|become|becomes) (?!as |unchanged |untouched |the same )[a-z]+ ", text
        ):
            raise Unclear(ledger.text[low:high])
        return
    text = scope
    if said.marks and regex.fullmatch(rf"(?: (?:{_THEM}|{_YES}|{_NO}|{stem}|~+))+ ", text):  # "so set them to true"
        if said.marks[-1].value != value:
            raise Unclear(ledger.text[low:high])
        ledger.strike(low, high)
        return
    rest = bool(regex.search(rf" (?:{_REST}) ", text))
    new, old = bool(regex.search(rf" (?:{_NEW}) ", text)), bool(regex.search(rf" (?:{_OLD}) ", text)) or rest
    alone = bool(
        regex.fullmatch(
            rf"(?: (?:{_YES}|{_NO}|not null|required|boolean|bool|~+|mandatory|is|and|:|->|=|•|\n))+ ", text
        )
    )
    if new or old or alone:
        said.tell(
            name, value, new=new or alone or (rest and said.new is None), old=old and not (new and not _both(text))
        )
        ledger.take_all(
            rf"{_YES}|{_NO}|not (?:an? )?{stem}|(?:un|non-?){stem}|(?:starts?|begins?)(?: (?:with|as|at|out))*",
            low,
            high,
        )


def _both(text: str) -> bool:
    """It speaks of the rows that are there beside the new ones."""
    return bool(regex.search(r" (?:existing|exists?|exist|current|old|already|so far|we have|today) ", text))


def _value(text: str, stem: str, verb: str) -> bool | None:
    """The value that a statement gives: true, false, "not premium", "unseen"; None where it gives none or both."""
    free = "|free" if stem in ("premium", "paid") else ""
    does = {"is": "is|are|be", "has": "has|have", "can": "can|may"}.get(verb, f"{verb}|{verb.removesuffix('s')}")
    no = (
        rf"(?<= )(?:not (?:yet |an? |be )*(?:{stem}s?|set|on|true|so)|(?:un|non-?|in){stem}|(?:is|are|{does}) no {stem}s?|not(?= $)|{_NO}{free}|"
        rf"(?:do|does|did|has|have|is|are) not(?: (?:{does}))?(?: (?:an?|the|any|their|its))*(?: {stem}s?)?)(?= )"
    )
    given = rf"(?:is|are|as|be|stays?|counts? as|considered|also|becomes?|get|gets|{does})(?: (?:also|an?|still|all|then|always|the|their|its))*"
    denied = bool(regex.search(no, text))
    affirmed = bool(regex.search(rf" (?:{_YES}|{given} {stem}s?) ", regex.sub(no, "~", text)))
    return affirmed if affirmed != denied else None
