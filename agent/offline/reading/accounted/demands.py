"""What a request demands of columns and rows, in kind: uniqueness, an index, emptiness, types, who may do what."""

from collections.abc import Iterator

from agent.offline import regex
from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddUnique,
    Audit,
    Change,
    ChangeType,
    Constrain,
    NewTable,
    Order,
)
from agent.offline.reading.accounted.atoms import columns_of, is_named
from agent.offline.words import singular

_ALIKE = r"unique|twice|duplicates?|(?:only|just) once|at most once|1 row per|1 per"
_TYPES = {
    "bigint": "bigint",
    "jsonb": "jsonb",
    "uuid": "uuid",
    "smallint": "smallint",
    "timestamptz": "timestamptz",
}


def lost_keys(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    """What there may be one of, in a new table that does not say so."""
    tables = [change for change in made if isinstance(change, NewTable)]
    columns = tuple(columns_of(made))
    keys = [set(names) for t in tables for names in (t.primary_key, *t.uniques)]
    for said in regex.finditer(r" unique (?:on |for )?(?:\( )?([a-z_]+) (?:\+|and|,|&|/) ([a-z_]+)", wishes):
        named = [{c.name for c in columns if c.name.startswith(word[:4])} for word in said.groups()]
        if all(named) and not any(key & named[0] and key & named[1] for key in keys):
            yield said[0]
    pair = r" (?:one|1|a single|once|unique|alone)(?: [a-z_-]+){0,2} (?:per|for each|for every) (?:the )?[a-z_]+ (?:and|plus|/|\+|&) (?:per |each |the )?[a-z_]+"
    for table in tables:
        bare = regex.search(
            r" (?:no|without an?) (?:(?:separate|own|extra|surrogate|additional) )?id (?!for|of (?!its|their))", wishes
        )
        if bare and table.primary_key == ("id",):
            yield bare[0]
        led = regex.search(r" primary key [^.\n]*? ([a-z_]+) (?:comes |goes |stands )?first ", wishes)
        if led and len(table.primary_key) > 1 and not table.primary_key[0].startswith(singular(led[1])[:4]):
            yield led[0]
    keys += [set(change.columns) for change in made if isinstance(change, AddUnique)]
    if keys and all(len(key) < 2 for key in keys) and (half := regex.search(pair, wishes)):
        yield half[0]
    for table in tables:
        alike = table.uniques or table.primary_key != ("id",) or any(column.unique for column in table.columns)
        own = {singular(word) for word in table.table.split(".")[-1].split("_")} | {"row", "record", "entry"}
        for said in regex.finditer(r" (?:one|1|a single) [a-z-]+ (?:per|for each|for every) ([a-z]+) ", wishes):
            if not alike and singular(said[1]) not in own:
                yield said[0]
        dates = {column.name for column in table.columns if column.type == "date"}
        for said in regex.finditer(
            r" (?:one|1|once|twice|unique)(?: [a-z_-]+){0,3}? (?:per|each|every|for each)(?: [a-z_]+){0,3} (day|date|week|month|year) ",
            wishes,
        ):
            if not any(set(names) & dates for names in (table.primary_key, *table.uniques)):
                yield said[0]


def lost_parts(made: tuple[Change, ...], wishes: str) -> Iterator[str]:
    """Uniqueness, an index, and what may or has to be empty."""
    if not any(isinstance(change, NewTable | AddColumns) for change in made):
        return
    columns = tuple(columns_of(made))
    tables = [change for change in made if isinstance(change, NewTable)]
    alike = any(c.unique for c in columns) or any(t.uniques or t.primary_key != ("id",) for t in tables)
    whole = any(t.uniques or len(t.primary_key) > 1 for t in tables)
    joined = any(len({c.references.table for c in t.columns if c.references}) > 1 for t in tables)
    if joined and not whole and (said := regex.search(r" (?:join|junction|many-to-many|linking|pivot) table ", wishes)):
        yield said[0]
    if (
        tables
        and not whole
        and (
            said := regex.search(r" unique (?:pair|together|combination) | (?:pair|combination) [a-z ]*unique ", wishes)
        )
    ):
        yield said[0]
    if not alike and (said := regex.search(rf" (?<!not )(?<!non-)(?:{_ALIKE}) ", wishes)):
        yield said[0]
    if (
        any(isinstance(c, AddColumns) and not c.indexes for c in made)
        and not alike
        and not any(c.references for c in columns)
    ) and (
        said := regex.search(
            r" (?<!no )(?<!an )(?<!not )(?<!without )(?:index|indexed) (?!(?:is )?not |on |of |exists )", wishes
        )
    ):
        yield said[0]
    named = any(c.name.endswith("optional") for c in columns)
    if (
        all(c.required for c in columns)
        and not named
        and (said := regex.search(r" (?<!not )(?:optional|nullable) ", wishes))
    ):
        yield said[0]
    if not any(c.required for c in columns) and (
        said := regex.search(
            r" (?<!not )(?:required|mandatory|not null|obligatory|not optional|not nullable) | (?:whoever|who|anyone|leaving it|without|empty|null|nothing) (?:[a-z]+ ){0,5}(?:errors?|rejected|refused|fails?|forbidden) ",
            wishes,
        )
    ):
        yield said[0]


_OF_NAME = (
    (r".*_(?:url|link)|title|name|description|notes?|caption|summary|slug", r"text|varchar.*|char.*"),
    (r".*_at|time|date|.*_(?:date|time)|day", r"timestamp.*|date|time.*|int.*|smallint"),
    (r".*_on", r"date|timestamp.*|boolean"),
    (r"(?:is|has|can)_.*", "boolean"),
    (r".*_(?:count|minutes|points|seconds|days)", r"int.*|bigint|smallint|numeric.*"),
)
"""What the name of a column says of its type."""


_MANY = r" (?:list|array|set) of (?:[a-z-]+ ){0,4}(?:urls?|links?|addresses) | (?:several|multiple|many) (?:[a-z-]+ ){0,2}(?:urls|links|addresses) "


def lost_kinds(made: tuple[Change, ...], wishes: str, text: str) -> Iterator[str]:
    columns = tuple(columns_of(made))
    for column in columns:
        if (
            not column.choices
            and not column.shape
            and any(
                regex.fullmatch(name, column.name) and not regex.fullmatch(kind, column.type) for name, kind in _OF_NAME
            )
        ):
            yield f"{column.name} as {column.type}"
        spoken = column.name.replace("_", "[ _]")
        if column.format in ("url", "https") and (many := regex.search(_MANY, text)):
            yield many[0]
        typed = rf" {spoken} (?:(?:as|of type|type|:|\(|,|an?) )*(?:text|string|int|integer|numeric|date|jsonb?|uuid|timestamp[a-z]*) "
        if column.type == "boolean" and (other := regex.search(typed, text)):
            yield other[0]
    wider = regex.search(r" (?:bigint|int8|64[ -]?bits?) ", wishes)
    if wider and not columns and not any(isinstance(c, ChangeType) for c in made):
        yield wider[0]
    if any(isinstance(c, AddColumns | NewTable | Constrain) for c in made):
        if regex.search(r" (?:http-or-https|https) ", text) and not any(
            c.format or "http" in c.choices for c in columns
        ):
            yield "http or https"
        for word, kind in _TYPES.items():
            if f" {word} " in wishes and not any(kind in c.type for c in columns) and not is_named(word, made):
                yield word
    only = regex.search(
        r" (?:only|just) (?:log |record |audit |track |on |for |the |about )*(?:insert|creat|addition|updat|edit|delet|remov)[a-z]*(?! (?:and|or|/)|[a-z_])",
        wishes,
    )
    for change in made:
        if isinstance(change, NewTable) and (too := regex.search(_SERVER_TOO, text)):
            yield too[0]
        if isinstance(change, Audit) and (put := regex.search(_PUT, text)):
            yield put[0]
        if isinstance(change, Audit) and len(change.actions) < 3 and (three := regex.search(_THREE, wishes)):
            yield three[0]
        if isinstance(change, Audit) and only and len(change.actions) > 1:
            yield only[0]
        if isinstance(change, AddIndex) and not change.index.where and regex.search(r" partial ", wishes):
            yield "partial"


def lost_spared(text: str) -> Iterator[str]:
    """Whose changes an audit shall leave out, which no trigger of ours does."""
    if spared := regex.search(_SPARED, text):
        yield spared[0]


_HELD = r"(?:existing|old(?:er)?|present|current|previous|earlier|past|historic(?:al)?|legacy|those|these)"
_ROWS = r"(?:rows?|ones?|values?|entries|records?|data|duplicates?|doubles|negatives?|violations?|violators?|{nouns})"
_STAY = (
    r"(?:stays?|remains?|keeps?|kept|left|untouched|tolerated|grandfathered|exempt(?:ed)?|excepted|ignored|spared|skipped|accepted|allowed|unaffected|"
    r"(?:do|does|is|are|need|should|must) not (?:to )?(?:have to |be )?(?:matter|count|affected|concerned|checked|validated|touched|covered|verified|comply|conform))"
)
_SPARE = r"(?:(?:not|without) (?:valid(?:ate|ating)?|check(?:ing)?|verify(?:ing)?|touch(?:ing)?|apply(?:ing)?|enforced?|appl(?:y|ied))|leav(?:e|ing)|keep(?:ing)?|ignor(?:e|ing)|skip(?:ping)?|spar(?:e|ing)|tolerat(?:e|ing)|exempt(?:ing)?|allow(?:ing)?|accept(?:ing)?)"
_RUN = r"(?:(?!not |never |no |cannot |nor |out )[a-z_]+ ){0,6}?"
_LEFT = r"(?:stays?|remains?|untouched|tolerated|grandfathered|exempt|spared|(?:kept|left)(?! out))"
_EXEMPT = (
    rf" {_HELD} (?:[a-z]+ ){{0,2}}?{_ROWS} (?:[a-z_0-9]+ ){{0,8}}?{_STAY} | (?:those|these|what|whatever|everything|all) (?:(?:is|that|was|already|there|exists?|we|have|rows?) )*{_STAY} ",
    rf" {_ROWS} (?:(?:that|which|we|from|are|is|were|have|had|already|too|longer|shorter|negative|larger|smaller|below|above|zero|\d+) )*(?:exist|there|have|before|today|already|now|then) (?:[a-z]+ ){{0,4}}?{_STAY} ",
    rf" {_SPARE} (?:(?:for|to|on|in|the|all|any|our|it|this|that|against) )*{_HELD} (?:[a-z]+ ){{0,2}}?{_ROWS} ",
    rf" (?<!no )(?<!any )(?<!be )(?:negatives?|minus|violat[a-z]+|offending) {_RUN}(?:{_LEFT}|alone|fine|ok|okay|not to be touched) | (?<!no )(?<!any )duplicates? {_RUN}{_LEFT} ",
    r" (?:may|can|could|should|will|to) (?:still )?(?:stay|remain|be left|keep) (?:[a-z]+ )?(?:negative|minus|duplicated?|doubled) ",
    r" (?:as|it|constraint|check|rule) not valid | without (?:validation|validating) | no validation of ",
    rf" appl(?:y|ies|ied) (?:[a-z]+ ){{0,3}}(?:from now on|(?:to|for) (?:only )?(?:new|future)) | (?:only|just) (?:for|to|on|of|in) (?:the |all )?(?:new|future) {_ROWS} | (?:for|of|on|in) (?:(?:all|any) )?(?:new|future) {_ROWS} (?:only|alone) | {_ROWS} (?:added|inserted|created) from now on | (?:whatever|everything|anything) (?:that )?(?:is|gets) (?:added|inserted|edited|changed|saved)[a-z ]* from now on ",
)
"""That a rule does not hold for the rows that are there."""


_FREE = r" (?:(?:need|needs|must|should) not|(?:do|does) not (?:need to|have to)|no longer)(?: be)? unique | (?<!are )(?<!is )(?<!was )(?<!were )not unique "
"""What is to be no rule."""


def lost_exempt(made: tuple[Change, ...], text: str) -> Iterator[str]:
    """Rows that a new rule shall spare: each is checked when it is added, and on each change."""
    tables = {change.table for change in made if isinstance(change, Constrain | AddUnique | Order)}
    bare = {table.split(".")[-1] for table in tables}
    nouns = "|".join(sorted({*bare, *map(singular, bare)}))
    if (said := regex.search(_FREE, text)) and any(isinstance(change, AddUnique) for change in made):
        yield said[0]
    for sentence in regex.split(r" [.;\n](?= )", text) if tables else ():
        for pattern in _EXEMPT:
            if said := regex.search(pattern.replace("{nouns}", nouns), f"{sentence} "):
                yield said[0]


_PUT = r" (?:put|store|write|add|include|save|keep|copy|want|need|see|have|carry|hold|contain) (?!(?:only )?(?:the |just )*(?:names?|columns?|which|changed|an? (?:entry|row|record|line)) )(?:[a-z_]+ ){1,6}?(?:in|into|to|as|under) (?:the )?details "
"""More than an entry of an audit says."""
_THREE = r" (?:every|all|each|any|covering|on|for) (?:inserts?|insertion) (?:,|/) updates? (?:,|/|and|&|, and|or) deletes?(?! (?:is|are) not| not) "
_SPARED = r" (?:jobs?|service ?_?role|backend|system|server|cron|imports?|scripts?|migrations?) (?:[a-z]+ ){0,6}(?:is|are|should|must|shall|need|do|does) not (?:be )?(?:recorded|logged|audited|written|tracked|produce|leave|create)[a-z]* | (?:along|together) with it | (?:stop|disable|turn off|switch off|end|cease|no more|remove) (?:the )?(?:audit\w*|logging|tracking|recording) | (?:changes?|edits?|updates?|inserts?|deletions?|deletes|writes) [^.;\n]*(?:made|done|performed|caused|issued) by (?:(?:the|our|an?|any) )*(?!whom)[a-z_]+ "
"""Changes of some that leave no entry."""
_SERVER_TOO = (
    r" not even (?:by |for )?(?:the |our |a )?(?:server|backend|service|service_role|admins?|support|team|job)[a-z_]* "
)
_DOES = {
    "insert": r"add|create|insert",
    "update": r"edit|update|change|modify|correct",
    "delete": r"delete|remove|throw away",
}


_ALL = r" (?:parents?|users?|famil(?:y|ies)) (?:can|may|should|get|have)(?: [a-z]+){0,4} (?<!read )(?<!see )(?<!view )(?<!list )(?<!query )(?:all|everything|anything|full access|full control)(?! (?:their|the|his|her|of|own))(?= )"


_APP_READS = r" (?:apps?|clients?|frontend|website|ui|players?) (?:(?:can|may|should|must|will|shall) )?(?:only|just|merely) (?:ever )?(?:reads?|shows?|displays?|lists?|views?|sees?|selects?|queries) "


def lost_access(made: tuple[Change, ...], wishes: str, words: str) -> Iterator[str]:
    """What those who sign in may do, and what they may not."""
    for change in made:
        if not isinstance(change, NewTable):
            continue
        if len(change.access.verbs) > 1 and (said := regex.search(_APP_READS, words)):
            yield said[0]
        if len(change.access.verbs) < 3 and (said := regex.search(_ALL, wishes)):
            yield said[0]
        for verb, does in _DOES.items():
            may = verb in change.access.verbs
            no = rf" (?:cannot|not|never|nobody|no) (?:(?!only)[a-z]+ )?(?:{does}) (?:them|it|rows|their|any|the)? ?(?=[.,;\n]|$|anything|and)"
            yes = rf" (?<!no )(?<!nor )(?:parents?|users?|i|they|mums?|dads?|famil(?:y|ies)|members?) (?:can|may|should be able to|are allowed to)(?: [a-z]+ (?:,|and|or|/))* (?:{does}) (?:them|it|rows|their|the)"
            refused, granted = regex.search(no, wishes), regex.search(yes, wishes)
            if may and refused and not granted:
                yield refused[0]
            if not may and granted and not refused and change.access.audience == "owner":
                yield granted[0]
