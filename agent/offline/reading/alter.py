"""What one sentence says of a table that is there, and the changes that follow from all of them."""

import re
from dataclasses import dataclass, field

from agent.offline.description import (
    AddColumns,
    AddReference,
    AddUnique,
    Change,
    ChangeType,
    Column,
    Constrain,
    Index,
    Key,
    Reference,
    SetDefault,
    SetNotNull,
)
from agent.offline.reading import lookups
from agent.offline.reading.body import Body, Entry
from agent.offline.reading.columns import build, referencing, sound
from agent.offline.reading.items import items
from agent.offline.reading.lists import join_choices
from agent.offline.reading.naming import GENERIC, Named, Unclear, content
from agent.offline.reading.target import MARK
from agent.offline.reading.traits import Rest, Traits, value_of
from agent.offline.schema import Schema
from agent.offline.vocabulary import type_for
from agent.offline.words import singular

_NEGATIVE = (
    (r"\b(?:nobody|no one|no-one|none) (?:can|may|should|must|is able to|is allowed to)(?: ever)? (?:set|enter|store|save|give|have|put)\b", "never"),
    (r"\b(?:prevent(?:s|ing)?|forbid(?:s|ding)?|disallow(?:s|ing)?|reject(?:s|ing)?|refuse|block(?:s|ing)?|avoid|stop|prohibit|do not (?:allow|permit|accept|let)|not (?:allow|permit|accept)|never (?:allow|permit|accept))(?: us| anyone| people| the| any| a| an| from| ever)*\b", "never"),
    (r"\b(no|never|not|nobody|none of) ((?:(?:the|any|one|can|may|should|must|have|has|be|to|get|getting|setting|with|having|of|a|values?|allow|for) |¤ ?|[a-z_]+ )*?)((?:go |going |drop |dropping |fall |falling |be |is |being )*(?:below|under|less than|above|over|more than|exceed|negative|null|empty|duplicates?|twice))\b", r"\2 \1 \3"),
)  # fmt: skip
ACTIONS = re.compile(
    r"\b(?:know|knows|capture|captures|specify|specifies|display|displays|show|shows|embed|that (?:stores?|holds?|contains?|records?|keeps?)|can set|up(?= to (?:a )?(?:big|64|int|small))|(?:(?:hold|store|take|fit|support|allow|have|needs?|want|expect|require)(?: much)? )?(?:bigger|larger|higher|huge|very large) (?:numbers|values|totals|amounts|integers)(?: for| in| of)?|add(?:s|ing|ed)?|create|introduce|put|include|attach|extend|expand|equip|append|give|provide|insert|implement|build|set up|define|apply|place|require that|"
    r"change|convert|alter|turn|widen|upgrade|migrate|switch|modify|move|grow|classify|categori[sz]e|rate|increase|bump|promote|enlarge|adjust|update|keep|let|allow(?:ing)?|"
    r"ensure|enforce|guarantee|validate|check(?:s)?|constraints?|rules?|restriction|restrict|limit(?= |$)|verify|make sure|insist|store|storing|save|hold|track|record|remember|support|want|needs?|see|"
    r"database|db|schema|sql|migration|postgres|level(?= check| constraint)|integer column|new|data ?types?|types?(?= of| to| from| into| ->|$)|(?:instead of|rather than|not|from|no longer) (?:an? )?(?:integer|int4?|smallint|varchar(?:\(\d+\))?)(?! default)|(?:integer|int4?|smallint|varchar)(?: is| was| being)? (?:too small|not (?:big|large|enough)(?: enough)?)|(?:integer|int4?|smallint|varchar(?:\(\d+\))?)(?= ?->)|->|so (?:that )?(?:it|they|we) (?:does|do|will|can|would) (?:not|never) (?:overflow|run out)|(?:the )?size(?: of)?|into|to(?= a?n? ?(?:¦|$))|possible|via|that says|saying|"
    r"is too small|too small|overflow(?:s|ing)?|run(?:s|ning)? out(?: of (?:room|space|range))?)\b"
)
_FLAG = (
    rf"(?:(?:that |which |to )?(?:tells?|says?|shows?|indicates?|stores?|marks?|knows?|sees?|remembers?|records?|tracks?) (?:if|which|whether)|whether|that says (?:whether|if)|to tell (?:whether|if|which)|know (?:whether|if|which)|say (?:whether|if|which)|see (?:whether|if|which))(?: or not)? (?:some |a |an |the |certain )*(?:{MARK}|it|they|one)(?: can be| are| is| should be| may be)+ (?:only |a |an |for |still |currently )*(?P<flag>(?!by\b|with\b|to\b|as\b|in\b|for\b|an?\b|the\b|it\b|of\b|from\b|at\b|on\b|new\b|boolean\b|set\b|given\b|present\b|null\b|empty\b|negative\b|required\b|tells\b|says\b)[a-z]+)(?:-only)?(?: or not| members?| users?| content| subscribers| only)*",
    rf"(?:mark|flag|label|tag|designate|declare|classify|set)(?:ing|s|ed)? (?:some |certain |which |individual |a |an |specific |particular )*(?:of )?(?:{MARK})(?: (?:that|which))?(?: can be| are| is| as| being| to be| should be)* (?P<flag>(?!by\b|with\b|to\b|as\b|in\b|for\b|an?\b|the\b|it\b|of\b|from\b|at\b|on\b|new\b|boolean\b|set\b|given\b|present\b|null\b|empty\b|negative\b|required\b|tells\b|says\b)[a-z]+)(?: or not| content| ones?)?",
    rf"(?:some |certain )(?:of )?(?:{MARK})(?: will be| should be| can be| are| may be| must be| is)+ (?:marked |flagged |only |a |as )*(?P<flag>(?!by\b|with\b|to\b|as\b|in\b|for\b|an?\b|the\b|it\b|of\b|from\b|at\b|on\b|new\b|boolean\b|set\b|given\b|present\b|null\b|empty\b|negative\b|required\b|tells\b|says\b)[a-z]+)(?:-only)?(?: or not| only)?",
    rf"(?:{MARK})(?: should| can| may| could| must| need to| have to| are to| to)* be (?:marked|flagged|markable|flaggable|labelled|tagged|declared|set)(?: as| to be| to)? (?P<flag>(?!by\b|with\b|to\b|as\b|in\b|for\b|an?\b|the\b|it\b|of\b|from\b|at\b|on\b|new\b|boolean\b|set\b|given\b|present\b|null\b|empty\b|negative\b|required\b|tells\b|says\b)[a-z]+)(?: or not)?",
    rf"(?:{MARK})(?: should| can| may| could| will| might)* be (?P<flag>[a-z]+) or not",
    rf"(?:{MARK}) should be (?P<flag>[a-z]+)-only",
    rf"(?:distinguish|separate|tell)(?: between)? (?P<flag>(?!by\b|with\b|to\b|as\b|in\b|for\b|an?\b|the\b|it\b|of\b|from\b|at\b|on\b|new\b|boolean\b|set\b|given\b|present\b|null\b|empty\b|negative\b|required\b|tells\b|says\b)[a-z]+) (?:from|and) (?:[a-z]+ )?(?:{MARK})",
    r"(?P<flag>(?!by\b|with\b|to\b|as\b|in\b|for\b|an?\b|the\b|it\b|of\b|from\b|at\b|on\b|new\b|boolean\b|set\b|given\b|present\b|null\b|empty\b|negative\b|required\b|tells\b|says\b)[a-z]+)(?:-| )(?:flag|marker|indicator|switch|toggle|boolean)",
    r"(?:flag|marker|indicator|boolean|toggle|switch) (?:for|called|named|to mark|marking|that marks|indicating|showing|saying)(?: it| them| the| a| ones| being)*(?: as| is| are)? (?P<flag>(?!whether|if|which)[a-z_]+)",
)  # fmt: skip
_IT = r"(?:it|that|this|them|(?:the|that|this) (?:new )?(?:column|flag|field|attribute|one))"
_INDEXED = re.compile(
    rf"^(?:{MARK} )?(?P<name>[a-z_]+(?: [a-z_]+)?)(?: {MARK})? (?:should|must|needs to|has to|ought to) be indexed$"
)
_USUALLY = re.compile(
    rf"^(?:(?:{MARK}|they|it|all|by default|normally|usually) )*(?:are|is) (?P<word>not \w+|\w+)(?: by default| unless \w+ otherwise| normally)$"
)
"""What a flag says of most rows."""
_WANTS_INDEX = (
    rf"(?:(?:,|and|also|plus|with|;|then|please) )*(?:(?:add|create|put|build|have|give) )?(?:an? |its own )?(?:(?:and|also) )?index(?:ed)?(?: on| for)? {_IT}(?: too| as well| also)?|"
    rf"(?:and |, ?|plus |with |including |\+ ?)+(?:an? |its own |also )*(?:indexed|index)(?: too| as well| for (?:it|filtering|lookups))?\s*$|"
    rf"(?:it |that |which |{_IT} )?(?:should |must |needs to |has to |will |is to )(?:also )?be indexed|(?:give|put) {_IT} an index|(?:with|plus|including) (?:an |its )?index on {_IT}"
)
_ADDS = re.compile(
    r"\b(?:add(?:s|ing|ed)?|create|introduce|put|include|attach|extend|expand|equip|append|give|provide|insert|implement|build|set up|define|needs?|wants?|have|has|having|new|columns?|fields?|attributes?|property|properties|flags?|gets?|"
    r"store|record|track|save|hold|remember|support|without|missing|link|connect|tie|associate|assign)\b"
)
_WIDER: dict[str, tuple[str, ...]] = {
    "smallint": ("integer", "bigint", "numeric"),
    "integer": ("bigint", "numeric"),
    "bigint": ("numeric",),
    "real": ("double precision",),
    "date": (),
}


@dataclass
class Work:
    """Changes to one table while they are read."""

    table: str
    body: Body
    changes: list[Change] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    wants_index: bool = False

    @property
    def labels(self) -> set[str]:
        """Values of the columns that were read."""
        return {label for entry in self.body.entries for label in entry.traits.choices}


def read_clause(work: Work, text: str, schema: Schema, *, bullet: bool) -> None:
    rest = Rest(text)
    if (match := _INDEXED.match(text)) and (column := schema.column(work.table, "_".join(match["name"].split()))):
        text = f"index {column}"
        rest = Rest(text)
    elif (match := re.search(_WANTS_INDEX, text)) and (
        work.body.entries or content(ACTIONS.sub(" ", text[: match.start()].replace(MARK, " ")))
    ):
        rest.text = f"{text[: match.start()]} ¦ {text[match.end() :]}"
        work.wants_index = True
        if not content(rest.text.replace(MARK, " ")):
            return
    if lookups.WANTED.search(rest.text.replace("by default", "")) and not re.search(r"\bunique\b", rest.text):
        index, assumed = lookups.read_index(rest.text, work.table, schema)
        work.changes.append(index)
        work.assumed += assumed
        return
    text = rest.text
    for pattern, into in _NEGATIVE:
        text = re.sub(pattern, into, text)
    flag = None
    rest = Rest(text)
    for pattern in _FLAG:
        if match := rest.take(pattern):
            flag = match["flag"]
            break
    if work.body.entries and (match := _USUALLY.match(rest.text)):
        work.body.entries[-1].traits.merge(Traits(default=value_of(match["word"].replace(" ", "_"))))
        return
    rest.text = re.sub(r"^(?:please )?require(?:s|d)? (?:an? |the )?([a-z_]+)\b", r"\1 is required", rest.text)
    rest.text = re.sub(rf"\b(?:link|connect|tie|attach|associate) {MARK} (?:to|with) ", " linked to ", rest.text)
    for match in re.finditer(r"\b(?:number|amount|count) of ([a-z_]+)", rest.text):
        if match[1] in schema.columns(work.table):
            rest.text = rest.text.replace(match[0], match[1])
    adds = bool(_ADDS.search(rest.text))
    text = ACTIONS.sub(" ", rest.text.replace(MARK, " ¦ "))
    text = join_choices(re.sub(r"\s+", " ", text).strip(" ¦,;"))
    read = items(text, work.body.verbatim, bullet=bullet or ":" in text)
    if flag:
        usually = re.fullmatch(r"(?:¦ |, |and |but )*(not [a-z]+|[a-z]+) by default", text.strip())
        read = [] if usually else read
        traits = Traits(default=usually[1].replace(" ", "_")) if usually else read[0].traits if read else Traits()
        if any(content(item.text) for item in read):
            raise Unclear(text)
        name = flag if flag.startswith(("is_", "has_")) else f"is_{flag}"
        work.body.entries.append(Entry(Named(name, "boolean"), traits))
        return
    if not read and work.body.entries:
        return
    if not read and not work.wants_index:
        raise Unclear(text or work.table)
    later = bool(work.body.entries)
    for item in read:
        if work.body.entries and all(word in GENERIC for word in content(item.text)):
            work.body.entries[-1].traits.merge(item.traits)
            continue
        before = len(work.body.entries)
        work.body.add(item)
        if len(work.body.entries) > before:
            _certain(work, work.body.entries[-1], schema, adds=adds or bullet, words=item.words, later=later)


def _certain(work: Work, entry: Entry, schema: Schema, *, adds: bool, words: str, later: bool) -> None:
    """A new column is asked for in so many words. Raises Unclear."""
    name = entry.named.name
    if entry.tied or schema.column(work.table, name):
        return
    if name in work.labels or (name.count("_") > 2 and " " in words):
        raise Unclear(words)
    bare = entry.traits in (Traits(), Traits(unique=True))
    if not adds and (later or (bare and type_for(name) == "text")):
        raise Unclear(words)


def changes_of(work: Work, schema: Schema) -> list[Change]:
    """What the entries mean for the table: a change of a column that is there, or a new one."""
    found = list(work.changes)
    new: list[Column] = []
    for entry in _without_announcements(work.body.entries):
        name = schema.column(work.table, entry.named.name) or (
            None if entry.tied else schema.column(work.table, entry.named.name, loose=not _is_complete(entry.traits))
        )
        if name and not (entry.tied and not schema.column(work.table, f"{entry.named.name}_id")):
            found += _on_existing(work, name, entry, schema)
        elif entry.tied:
            column = referencing(entry.named.name, entry.tied, schema, required=entry.traits.required, existing=True)
            if column.required:
                raise Unclear(f"what the rows that are there get for the required {column.name}")
            new.append(column)
        else:
            if entry.traits.set_when or entry.traits.after:
                raise Unclear(f"a rule between {entry.named.name} and another column")
            if entry.traits.unique_per:
                raise Unclear(f"{entry.named.name} unique per {entry.traits.unique_per}")
            built = build(entry.named, entry.traits, schema, existing=True)
            new.append(built.column)
            work.assumed += built.assumed
    if new:
        found.append(AddColumns(work.table, tuple(new), tuple(_indexes(work, new, schema))))
    elif work.wants_index and len(work.body.entries) == 1:
        raise Unclear("an index beside a change of a column")
    return found


def _without_announcements(entries: list[Entry]) -> list[Entry]:
    """ "Lessons can have a video. Store its address in video_url": the first only announces the second."""
    kept: list[Entry] = []
    for place, entry in enumerate(entries):
        said = Traits(required=entry.traits.required)
        later = next((e for e in entries[place + 1 :] if _goes_on(entry.named.name, e.named.name)), None)
        if later and entry.traits == said and not entry.tied:
            if later.traits.required is None:
                later.traits.required = entry.traits.required
            continue
        kept.append(entry)
    return kept


def _goes_on(first: str, second: str) -> bool:
    first, second = (re.sub(r"^(?:is|has)_", "", name) for name in (singular(first), second))
    return first == second or (first.startswith(f"{second}_") or second.startswith(f"{first}_"))


def _is_complete(traits: Traits) -> bool:
    """It says what a new column would be."""
    return bool(traits.choices or traits.type or traits.default is not None or traits.format)


def _indexes(work: Work, new: list[Column], schema: Schema) -> list[Index]:
    """References always; flags of small tables, since listings filter by them; all where an index was asked for."""
    small = schema.is_small(work.table)
    wanted = [
        c for c in new if c.references or (c.unique is False and (work.wants_index or (c.type == "boolean" and small)))
    ]
    return [Index((Key(c.name),), "gin" if c.type == "jsonb" or c.type.endswith("[]") else "btree") for c in wanted]


def _on_existing(work: Work, name: str, entry: Entry, schema: Schema) -> list[Change]:
    """Raises Unclear where nothing, or nothing safe, is asked of the column."""
    traits, table = entry.traits, work.table
    kind = schema.type_of(table, name)
    found: list[Change] = []
    if entry.tied:
        return [AddReference(table, name, Reference(entry.tied, schema.primary_key(entry.tied)[0], "cascade"))]
    if traits.type and traits.type != kind:
        if not is_wider(kind, traits.type):
            raise Unclear(f"{table}.{name} from {kind} to {traits.type}, which may lose values")
        found.append(ChangeType(table, name, kind, traits.type))
    if traits.range:
        sound(traits.range, name)
    if traits.range or traits.choices or traits.format:
        if traits.enum:
            raise Unclear(f"an enum for {table}.{name}, which is {kind} now")
        number = bool(re.match(r"smallint|integer|bigint|numeric|real|double", kind))
        if traits.range and not number and not kind.startswith(("text", "character")):
            raise Unclear(f"bounds for {table}.{name}, which is {kind}")
        bounds = Column(
            name, kind if number else "text", range=traits.range, choices=traits.choices, format=traits.format
        )
        found.append(Constrain(table, bounds))
    if traits.default is not None:
        if traits.required and not schema.is_required(table, name):
            found.append(SetNotNull(table, name, traits.default))
        found.append(SetDefault(table, name, traits.default, kind))
    elif traits.required and not schema.is_required(table, name):
        found.append(SetNotNull(table, name))
    if traits.unique_per:
        within = schema.column(table, traits.unique_per)
        if within is None:
            raise Unclear(f"{name} unique per {traits.unique_per}")
        found.append(AddUnique(table, (within, name)))
    if traits.unique:
        found.append(AddUnique(table, (name,)))
    if not found:
        raise Unclear(f"{table}.{name} is there already; what shall change about it was not understood")
    return found


def is_wider(old: str, new: str) -> bool:
    """Every value of the old type is one of the new, unchanged."""
    if new in ("text", "varchar") and old.startswith(("character varying", "varchar", "character(")):
        return True
    lengths = [re.fullmatch(r"(?:numeric)\((\d+),(\d+)\)", kind) for kind in (old, new)]
    if lengths[0] and lengths[1]:
        before, after = ([int(x) for x in match.groups()] for match in lengths if match)
        return after[1] >= before[1] and after[0] - after[1] >= before[0] - before[1]
    return new.split("(")[0] in _WIDER.get(old, ()) and not (new.startswith("numeric(") and old != "smallint")
