"""What a request says of rows, order and people that the description cannot hold, or lacks; and clauses nobody took.

The readers look for the facts that they know. What is said beside them in plain words (who sees what, what comes
first, which rows begin with another value) would be passed over, so each such manner of speaking is looked for here.
"""

import re
from collections.abc import Iterator

from agent.offline import regex
from agent.offline.description import AddColumns, AddIndex, AddUnique, Change, Index, NewTable
from agent.offline.reading.accounted.atoms import atoms, columns_of
from agent.offline.reading.lexicon import FILLERS, NEVER_NAMES
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

_PEOPLE = r"(?:famil(?:y|ies)|parents?|users?|people|members?|every(?:one|body)|no(?:body| one)|kids?|child(?:ren)?|visitors?|teachers?|editors?|admins?|readers?|guests?|authors?|owners?|they|you|i|who(?:ever)?)"
_MAY = r"(?:(?:may|can|could|should|must|shall|will|are|is|to|be|able|allowed|get|gets|ever) )*"
_LIMITED = rf" {_PEOPLE} {_MAY}(?:only|just|no longer|never|not|cannot|still) {_MAY}(?:see|read|view|find|look)s? | {_PEOPLE} {_MAY}(?:see|read|view|find|look at)s? (?:only|just|no|nothing) "
"""Who sees what, narrowed down."""
_NARROWED = r"(?:[a-z_]+ ){0,6}(?:that|which|who|if|when|once|until|unless|while|where|as long as)(?: [a-z_]+){0,2} (?:is|are|was|were|has|have|not|they)(?! (?:theirs?|own|his|hers|belong|linked|logged|signed))"
_ALIKE = r"(?:(?:the|an?|any|two|2|one|1) )*(?:same|duplicates?|[a-z]+ twice)(?= )"
"""What nobody sees once rows are unique: "the same lesson twice"."""
_FIRST = r" (?:newest|oldest|latest|youngest|most recent(?:ly [a-z]+)?|earliest|highest|lowest|last|longest)(?: (?!at |the |in )[a-z_]+){0,4} (?:come |comes |go |goes |on |at |to )*(?:first|top|the top) "
_TOP = r" (?:the )?(?:(?:first|last|top|newest|oldest|latest|most recent(?:ly [a-z]+)?) \d+|\d+ (?:most|least|newest|oldest|latest|first|last|best|top|longest|highest|lowest)) (?!characters?|letters|digits|signs|chars|weeks?|days?|months?|years?|hours?|minutes?)"
_BY = r" (?:filter|sort|order|group|search|list|quer|ask|look)[a-z]*(?: (?!by)[a-z_]+){0,5} by (?P<columns>(?:the )?[a-z_]+ (?:(?:,|and|then|\+|by|the) )+[a-z_]+(?: (?:,|and|then|\+) (?:by |the )?[a-z_]+)*)"
_FORM = (
    r" (?:no|without|neither|not (?:have|hold|contain|include)(?: any)?|free of) (?:blanks?|spaces?|white ?spaces?|line breaks?|new ?lines?|tabs|emojis?|special characters)(?! (?:value|string|text)s?) ",
    r" (?:only|just|nothing but) (?:[a-z]+ ){0,3}(?:letters|digits|numerals|ascii|latin)(?= (?:,|and|or|\.|\n))| letters (?:,|and|or) (?:digits|numbers) | alphanumeric ",
)
"""What a text may hold, where no form was read."""
_UNHELD = (
    r" (?:outlives?|survives?|lives? on(?! an? | our )|inherits?|cascades? to|trimmed|stripped|normali[sz]ed|kept (?:up to date|in sync|current)) ",
    r" (?:made|taken|derived|built|copied|filled(?: in)?|set) (?:(?:in|by|with|from|to) )*(?:whoever|the (?:title|name|one who|person|user|editor) ?|whatever)(?! (?:is|value))",
    r" (?:vanish|disappear|go away|expire|get deleted|are deleted|is deleted|gets deleted)(?:es|s)? (?:on (?:its|their) own|by (?:itself|themselves)|automatically) ",
    r" (?:from|as of|starting(?: from)?|beginning|until|by) (?:next|last) (?:week|month|year|quarter|spring|summer|autumn|winter|monday) ",
    r" only (?:1|one) [a-z]+ (?:may|can|must|should|shall) be [a-z]+ at ",
    r" \d+ [a-z]+ at most (?:per|for|of) | once (?:it is )?(?!logged|created|written|added|saved|stored|inserted|recorded|made|posted|submitted)[a-z]+ ,? ?(?:an?|the|it|they) (?:[a-z]+ )?(?:cannot|can never|must not|may not|is (?:final|frozen|locked)) ",
    r" (?:only|just) (?:those|the ones|rows|entries) (?:of|from) the (?:last|past|current) ",
    r" (?!(?:goes|going) on [.,;)\n])(?:goes|turns|switches|flips|jumps|counts|going) (?:(?:on|off|up|down|back)(?: (?:when|once|by|as soon as|if|after|with)|(?= [.,;)\n]))) ",
    r" (?:max|maximum|at most|up to|no more than) (?!1 )\d+ (?:[a-z]+ )?(?:per|for each|for every) (?:child|parent|profile|user|person|lesson|document|organization|family|day|week|month|year) ",
    r" (?:only|just) (?:today|yesterday|this (?:week|month|year))(?! (?:by default|as default)) ",
    r" (?:created|published|added|updated|completed|started|logged|finished|joined|born) (?:(?:in|during|within|since|over) )?(?:this|last|(?:the )?(?:last|past|current|previous)(?: \d+)?) (?:years?|months?|weeks?|days?|quarter) ",
    r" (?:only|just) from (?:our|my|the same|a|their) (?!own child)",
    r" (?:as|by) (?:an? |its |their )?(?:hash|digest)(?:es)? | in the clear | must not (?:really|actually) | (?:is|are|gets?) set instead ",
    r" (?:such|those|these) [a-z]+ (?:cannot|can not|may not|must not|are not|should not)(?: be)? (?:seen|read|viewed|visible|shown|found) ",
    r" (?:has to|have to|must|should|needs to|shall) be (?:tomorrow|yesterday|today) or ",
    rf" {_PEOPLE} (?:can|may|are allowed to|are permitted to|get to|have the right to)[^.\n;]*? (?:read|see|view|look at|change|edit|update|delete|remove|add|insert|correct|fix)(?: [a-z]+){{0,3}}(?: ,)? (?:as long as|provided(?: that)?|so long as|only (?:while|until|before|after|if|when|once)|unless|while|until) (?!(?:[a-z]+ ){{0,4}}(?:own|theirs|belongs?|linked|logged|signed))",
)
"""Rules that no part of a description can express."""
_ADDED_UNHELD = (
    r" (?<!so )(?:with|that|which|whose|who|created|older|newer) [^.,\n]*? (?:gets?|receives?|becomes?|starts? as) (?!rejected|refused|an? |the |one )[a-z0-9_]+ (?=[.,;\n])",
    r" (?:must|should|shall|can|may|cannot|will) (?:not |never |only |no longer )*(?:be )?(?:show up|shown|appear|seen|displayed|offered|started|opened|visited|completed|awarded|assigned|earned)(?= (?:for|to|by|any|again|if|when|until|unless|\.|\n))",
    r" (?:left out|kept out|excluded|absent|gone|removed) (?:of|from) (?!the index)",
    r" add (?:(?:an?|the|some|new) )*(?!(?:columns?|fields?|[a-z]+_[a-z_]+|the|these|following|two|three|\d) )[a-z]+ (?:for|of) (?:the |our )?[a-z_]+ : [a-z_ ]+ , [a-z_ ]+ , [a-z_]+ (?:,|and|\.)(?! or)",
    r" (?:shown|visible|known|available|open|accessible) (?:to|for) (?:the )?[a-z]+ only | only (?:shown|visible|available|accessible) (?:to|for) ",
    r" (?:not|never) (?:above|below|before|after|earlier than|later than|over|under|more than|less than) (?!that|this|it|zero|null)[a-z][a-z_]* ",
    r" (?:created|made|added|written|joined|published|registered|there|signed up) (?:before|after|since|until) (?:[a-z]+ )?(?:19|20)\d\d ",
)
"""The same, of columns that are added."""
_MEANT = r" (?:whether|if|that) (?:it|they|this|(?:the|an?|each|every) [a-z_]+)(?: is| are)? $"
"""A flag says so."""
_EMPTY_TEXT = r" {name} (?:(?:is|,|text|as|which|it|of|that|:|\() )*(?:empty by default|initially empty|empty initially|default(?:s)? (?:to )?(?:an? )?(?:empty|empty-text|empty (?:text|string))) "
_SERVES = r" (?:the |our |only the )?(?:server|backend|service role|service|system) (?:may|can|should) "
_UNTOUCHED = r" (?:nobody|no one|nothing|never|not even) (?:ever |else )?(?:edit|change|update|modif|alter|overwrit|touch)[a-z]* "


def lost_behaviour(made: tuple[Change, ...], text: str, schema: Schema) -> Iterator[str]:
    """Order, rows with a beginning of their own, who sees which rows, and what a text may hold."""
    held = [*_indexes(made)]
    creates = any(isinstance(change, NewTable) for change in made)
    formed = any(column.shape or column.format == "slug" for column in columns_of(made))
    for pattern in _UNHELD if formed else (*_FORM, *_UNHELD):
        if said := regex.search(pattern, text):
            yield said[0]
    for change in made:
        if isinstance(change, AddColumns):
            yield from _lost_of_added(change, text, schema)
    for said in regex.finditer(_LIMITED, text) if not all(isinstance(change, AddIndex) for change in made) else ():
        alike = regex.match(_ALIKE, text[said.end() :]) and any(isinstance(change, AddUnique) for change in made)
        if not alike and (not creates or regex.match(_NARROWED, text[said.end() :])):
            yield text[said.start() : said.end() + 40]
    if (said := regex.search(_FIRST, text)) and not any(len(i.keys) > 1 or i.keys[0].descending for i in held):
        yield said[0]
    if not creates and (said := regex.search(_TOP, text)):
        yield said[0]
    if creates and (said := regex.search(_SERVES, text)) and regex.search(_UNTOUCHED, text):
        yield said[0]
    for column in columns_of(made):
        if column.type == "text" and column.default is None:
            spoken = column.name.replace("_", "[ _]")
            if said := regex.search(_EMPTY_TEXT.format(name=spoken), text):
                yield said[0]
    for said in regex.finditer(_BY, text):
        columns = {w for w in regex.findall(r"[a-z_]+", said["columns"]) if _is_column(w, made, schema)}
        if len(columns) > 1 and not any(columns <= {key.column for key in index.keys} for index in held):
            yield said[0]
    for change in made:
        if isinstance(change, AddUnique) and not change.where:
            yield from _lost_kinds_of_rows(change, text)


def lost_locks(text: str) -> Iterator[str]:
    """How long a lock may be waited for or held."""
    limit = r"(?:must|should|cannot|may|not|give up|at most|no more|within|timeout|less than)"
    if said := regex.search(
        rf"(?: {limit} [^.\n]* lock[a-z_]* | lock[a-z_]* [^.\n]* {limit} )[^.\n]*\d+ (?:seconds?|s|ms|minutes?) ", text
    ):
        yield said[0]


def _lost_of_added(change: AddColumns, text: str, schema: Schema) -> Iterator[str]:
    """Rules over rows, and another table than the one that the columns are added to."""
    noun = change.table.split(".")[-1].replace("_", "[ _]")
    if not change.marks:
        for pattern in _ADDED_UNHELD:
            if (said := regex.search(pattern, text)) and not regex.search(_MEANT, text[: said.start() + 1]):
                yield said[0]
    for column in change.columns:
        values = "|".join(map(re.escape, column.choices)) or "(?!)"
        some = rf" (?:all|every|each|those|existing|the) [a-z_]+ (?:that|which|with|whose|who|of|in) [^.,;\n]*? (?:is|are) ({values}) "
        if not change.marks and (said := regex.search(some, text)):
            yield said[0]
        apart = rf" (?!all|our|existing|old|those|these|the|current|present)([a-z]+) (?:{noun}|{singular(noun)}) (?:is|are) (?:all )?{column.existing} "
        if column.existing is not None and (said := regex.search(apart, text)):
            yield said[0]
        gone = rf" (?:remove|drop|delete|rename|revert|undo|get rid of|take away) (?:(?:the|column|field|flag|our) )*{column.name.replace('_', '[ _]')} "
        if said := regex.search(gone, text):
            yield said[0]
        to = regex.search(
            rf" add (?:(?:an?|the|new|optional|required) )*{column.name} (?:to|on|for) (?:(?:the|our|all|every|each) )*([a-z_]+) ",
            text,
        )
        if to and (table := schema.table(to[1])) and table != change.table:
            yield to[0]
        places = regex.search(r" (\d) decimals? ", text)
        if places and column.type.startswith("numeric") and not column.type.endswith(f",{places[1]})"):
            yield places[0]


def _indexes(made: tuple[Change, ...]) -> Iterator[Index]:
    for change in made:
        if isinstance(change, AddIndex):
            yield change.index
        elif isinstance(change, AddColumns | NewTable):
            yield from change.indexes


def _is_column(word: str, made: tuple[Change, ...], schema: Schema) -> bool:
    tables = (getattr(change, "table", "") for change in made)
    return any(word in schema.columns(table) for table in tables) or any(c.name == word for c in columns_of(made))


def _lost_kinds_of_rows(change: AddUnique, text: str) -> Iterator[str]:
    """ "Two open invitations": which rows have to differ."""
    noun = change.table.split(".")[-1].replace("_", "[ _]")
    known = {part for atom in atoms(change) for part in regex.findall(r"[a-z]+", str(atom))}
    for said in regex.finditer(
        rf" (?:2|two|second|1|one|single|another|same) ([a-z]+) (?:{noun}|{singular(noun)}) ", text
    ):
        if said[1] not in FILLERS | known | NEVER_NAMES | {"different", "identical", "duplicate", "equal", "separate"}:
            yield said[0]


def lost_tables_named(made: tuple[Change, ...], text: str) -> Iterator[str]:
    """A column that the request introduces as a table: "document_stars : user_id and document_id"."""
    for change in made:
        if isinstance(change, AddColumns):
            for column in change.columns:
                others = [c.name for c in change.columns if c.name != column.name]
                opened = rf"(?:^|\n|\.) (?:• )?{column.name} (?::|has|have|holds?|contains?|stores?|\() ([^.\n]*)"
                listed = regex.search(opened, text)
                noun = singular(change.table.split(".")[-1])
                tabular = plural(column.name) == column.name and column.name.startswith(f"{noun}_")
                if listed and (tabular or any(f" {name} " in f" {listed[1]} " for name in others)):
                    yield f"whether {column.name} is a new table"
