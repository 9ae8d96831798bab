"""Statements that rule something about rows, and what in the description explains them.

A statement obliges, forbids, leaves out, makes an exception or sets a condition by the words that it does so with. Some
of these need a certain part of a description, whatever else is said: what is left out needs a condition, what is fixed
needs rows that nobody updates (`OPERATORS`). Of the others, each word that means something has to be in the
description, or be one that requests are made of. What is said of the app, or of what people feel, rules no rows.
"""

import re
from collections.abc import Iterable, Iterator

from agent.offline import regex
from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddUnique,
    Backfill,
    Change,
    ChangeType,
    Fill,
    NewTable,
)
from agent.offline.reading.access import speaks_of_access
from agent.offline.reading.access_words import strange_words
from agent.offline.reading.accounted.atoms import atoms, columns_of
from agent.offline.reading.accounted.operators import EXCLUDES, OPERATORS, conditions_of, of_kind
from agent.offline.reading.accounted.plain import ALIKE, PLAIN
from agent.offline.reading.alteration.asides import LACKS, strike_asides
from agent.offline.reading.alteration.clauses import Clause, clauses, spelled_out, without_asides
from agent.offline.reading.alteration.unique import is_granted
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.lexicon import CHARGED
from agent.offline.reading.material import PEOPLE, is_idle, is_wished
from agent.offline.reading.prose import UNTOUCHED
from agent.offline.reading.shapes import read_shapes
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset

_RULES = re.compile(
    r" (?:must|should|shall|has to|have to|cannot|(?<!in )may|can|need not|only|never|always|nobody|no one|without|unless|except|initially|not(?! null)|no|too|also|as well|instead|first|"
    r"if|when|once|whenever|until|excluded|skip|skipped|left out|leave|keep|(?:visible|hidden)(?= (?:from|to|for|if|when|until))|at most|at least|is to|are to|\d+) "
)
_STRONG = re.compile(
    r" (?:must|should|shall|has to|have to|cannot|may|can|need not|always|without|unless|except|instead|if|when|once|whenever|until|is to|are to|it|they|ones?|rows?|those|entries|only|\d+) "
)
_APP = (
    r"(?:apps?|ui|screens?|pages?|sites?|website|player|dashboards?|forms?|buttons?|lists?|frontend|clients?|designers?|cms|shop|catalogue|widget|reports?|charts?|team|tablet|server|"
    r"marketing|legal|support|product|finance|sales|qa|colleagues?)"
)
_LEAD = r" ?(?:(?:when|if|once) [^,]*, |for (?:[a-z]+ ){1,4})?(?:(?:and|but|so|because|since|as|that|which|,|also|please|then|the|our|an?|my|your|their|its?) )*"
_MIGHT = r"(?:(?:must|should|can|could|will|would|cannot|do|does|may|might|is|are|has|have|to|need|needs|not|never|always|also|only|ever|just|no longer|be|able) )+"
_HUMAN = (
    r"(?:feel|wait|sleep|worr|love|like|hate|lose|notic|complain|know|tell|understand|browse|learn|proud|happy|sad|frighten|scared|confus|afford|host|paste|pay|think|believe|"
    r"expect|care|ship|launch|miss|guess|remember|wonder|ask|hope|wish|enjoy|cry|play|plan|talk|speak|answer|explain|decide|nudge|show|prove)[a-z]*"
)
_ABOUT_APP = re.compile(
    rf"{_LEAD}(?:[a-z]+ ){{0,2}}?{_APP} {_MIGHT}|{_LEAD}(?:[a-z]+ing )?(?:{PEOPLE}|[a-z]+) {_MIGHT}{_HUMAN} |(?!.*[_<>=]).* (?:in|on) (?:the|our) {_APP} "
)
_TELLS = re.compile(
    rf"{_LEAD}(?:(?:it|this|that|there|which) (?:is|are|was|were|does|do|has|had) |(?:[a-z]+ ){{0,3}}{PEOPLE} (?!can|may|must|should|cannot|have to|only)|(?:[a-z]+ ){{0,2}}{_APP} |since |because |for [a-z]+ who (?:want|need|like|wish)|(?:and|but) (?:never|not) [a-z]+ed )"
    r"(?!.* (?:must|should|shall|has to|have to|cannot|may|is to|are to|need to) )"
)
"""Whose doing is no row's: the app's, a department's, what people feel; and what only tells how things are."""

_REASON = re.compile(
    rf"{UNTOUCHED}|^ to (?:keep|protect|avoid|help|make|let|be|prevent|guard|spare|save) [^,]* ,|(?<= )(?:unless|until) (?:(?:the|an?|some|their|our) )?[a-z]+ (?:tick|set|pick|choos|say|switch|opt|turn|chang|decid|mark|select|enter|tell)[a-z]*(?: [a-z]+){{0,4}}|"
    rf"(?<= )(?:(?:so|because|since) (?:that|it|we|people|families|parents|users|kids|children|the|their|they|nobody)|which (?=[^,]* anyway )|for (?:the )?[a-z]+ (?:who|that) (?:want|need|like|do|have|are|wish|would|love|prefer)s?) .*|"
    r"\( (?:[a-z]+ ){0,3}(?:has|have|had|is|are|was|were|did|do) not (?:(?!must|should|shall|only|never|unless|\d)[^ ()]+ )*\)"
)
"""Why, for whom, an aside about how things are, and what stays."""
_STANDING = r" (?:[,;:] )?(?:as an? |.* not (?:change|affect|alter|touch) (?:who|how|what|access|policies) |.* (?:stays?|remains?|to remain) (?:as |the |$)|do not (?:touch|change) )"
"""Whose wish it is, and what stays."""

_HAPPENED = re.compile(
    rf"{_LEAD}(?:[a-z]+ ){{0,2}}(?:bugs?|issues?|problems?|tickets?|{_APP}) (?:is|are|was|were|has|have|had|got|keeps?|kept) (?!to )"
)
"""What happened to something that is no row."""
_CREATES = re.compile(r" (?:please )?(?:store|create|introduce|track|keep (?:an? |the )?(?:record|list|track|log) of) ")
_HEADED = re.compile(
    r"^ (?:(?!must|should|cannot|may|can|only|never|no|not|without|unless|except|if|when)[a-z_]+ ){1,4}: (?=[a-z])"
)
"""What a flag or a table stands under: "hidden badges: ..."."""
_NOTHING = re.compile("(?!)")
_ROWS = wordset("it they them one ones those these row rows record records entry entries value values which that")

_TURNED = r" (?:only|other|others|rest|else|everything|not|but|except) .*(?:exclu|skip|out)"
_OF_INDEX = r" (?:no longer|not|never) (?:need|want|require|use)s? (?:an?|the|this|that|any) index | for (?:the |all |only )*(?:newest|latest|oldest|most recent|recent|last|first|top|best|longest|shortest|popular|biggest) (?:[a-z]+ )?(?:[a-z]+s|ones) (?!first)| (?:carry|carries|covering|one of a kind|non-key|payload|index-only) | (?<!not )(?<!no )(?<!not be )(?<!non-)(?:unique|duplicates?|doubles?|twice|a second|(?:must|should|has to) (?:refuse|reject|prevent)) "
_OF_UNIQUE = r" (?:may|can|might|is allowed to|are allowed to)(?! not| never| only| no) (?:(?:still|well|happily|occasionally) )*(?:repeat|occur|appear|exist|pile up|be doubled|be repeated) (?!only |at most |just |once )| wins | (?:newest|latest|oldest|first|highest|last) (?:row |one |of them )?(?:stays|wins|survives|is kept|remains)| keep(?:s|ing)? (?:only )?(?:the )?(?:newest|latest|oldest|first|last|most recent|highest) "
_LIMIT = r" (?:no more than|not more than|at most|only|max|maximum|a single|a maximum of) (?:1|one) (?P<what>[a-z]+) (?:per|for each|for every|in each|at a|in a) "
_OF_ADDED = r" only (?:the )?(?:[a-z_]+ ){1,3}(?:may|can|should|must|is allowed to|are allowed to) (?:be able to )?(?:set|change|pick|choose|edit|write|mark|flag|update|turn|give|assign) | (?:parents|users|members|famil(?:y|ies)|nobody|no one|they) (?:cannot|must not|may not|can|may) (?:be able to )?(?:set|change|edit|write|mark|flag|update|turn|give|assign)  | (?:hide|restrict|reserve|unlock|lock|keep)(?: [a-z_]+){1,4} (?:from|to|for) (?:[a-z-]+ ){0,2}(?:users|parents|families|members|subscribers|customers|people|everyone|everybody|anyone|nobody|guests|visitors|teachers) | (?:let|allow)(?: only)?(?: [a-z-]+){1,3} (?:to )?(?:see|read|view|access|open|watch|reach) "


def lost_rules(made: tuple[Change, ...], text: str, schema: Schema, known: frozenset[str]) -> Iterator[str]:
    """Statements that rule something which nothing in the description explains."""
    creates, widens = of_kind(made, NewTable), all(isinstance(change, ChangeType) for change in made)
    tables = {str(getattr(change, name, "")) for change in made for name in ("table", "parent")} - {""}
    tied = {column.references.table for column in columns_of(made) if column.references}
    stems = _stems(atom for atom in atoms(made) if creates or atom not in tables)
    headed = _HEADED if creates or any(column.type == "boolean" for column in columns_of(made)) else _NOTHING
    nouns = _stems(tables)
    tested = _stems(atoms(conditions_of(made)))
    labels = {
        label.lower() for table in tables for name in schema.columns(table) for label in schema.choices(table, name)
    }
    spelled = spelled_out(text)
    found = clauses(spelled, known)
    unformed = Ledger(spelled)
    if any(column.type == "text" for column in columns_of(made)):
        read_shapes(unformed)
    fills = of_kind(made, Backfill, Fill)
    if fills:
        bare = {table.split(".")[-1] for table in tables}
        strike_asides(unformed, "|".join({*bare, *map(singular, bare)}))
    if regex.search(r" (?:already|as we do) ", spelled):
        tied_to = "|".join(re.escape(table.split(".")[-1]) for table in tables)
        unformed.take_all(rf"the same (?:for|to|with|on) (?:the )?(?:{tied_to})")
    titled = regex.match(rf" ([a-z]+) (?:{_nouns(tables)}) \n ", spelled)
    if titled and not creates and titled[1] in labels.union(*ALIKE) and not {titled[1][:4]} & stems:
        yield titled[0].strip()
    for clause in found:
        whole = f" {unformed.left[clause.low : clause.high].strip(' .•')} "
        said = without_asides(whole)
        if of_kind(made, AddUnique) and is_granted(whole):
            continue
        ruled = [explains(made) for pattern, explains in OPERATORS if regex.search(pattern, whole)]
        if not all(ruled) and not _HAPPENED.match(whole):
            yield said
        if not clause.talk:
            yield from (f"{said.strip()} ({name})" for name in _unread(made, said, schema))
        if clause.talk or _ABOUT_APP.match(said):
            continue
        if any(regex.search(pattern, whole) for pattern in _patterns(made)) or _lost_limit(made, said):
            yield said
        told = headed.sub(" ", _REASON.sub(" ", said))
        if widens and not is_wished(told):
            continue  # all rows have a type, whatever is told of some
        if (
            regex.match(_STANDING, said)
            or _is_present(told, tables, creates)
            or _leads_to(spelled, clause, told, known)
        ):
            continue
        if fills and (
            unformed.find(LACKS, clause.low, clause.high) or regex.match(r" (?:[a-z]+ ){2,5}\n", spelled[clause.low :])
        ):
            continue  # it tells for whom, or heads the rest
        words = regex.findall(r"[a-z]+(?:[-_][a-z]+)*|\d+|/", told)
        words = strange_words(words) if creates and speaks_of_access(words) else words
        lost = [word for word in words if not _is_plain(word, stems | nouns)]
        about = _STRONG.search(told) or nouns & _stems((told,))
        if (
            not all(_roots(word) & PLAIN for word in lost)
            and about
            and _RULES.search(told)
            and not (stems & _stems((told,)) or _TELLS.match(told))
        ):
            yield f"{said.strip()} ({', '.join(lost)})"
        if not tested & _stems((told,)) and not (creates and _CREATES.match(told)):
            for narrow in _narrowing(told, tables) if _RULES.search(told) else _subject(told, tables | tied):
                if narrow in lost or (narrow in labels and not {narrow[:4]} & stems):
                    yield f"{said.strip()} ({narrow})"
    yield from _inverted(made, [f" {spelled[c.low : c.high]} " for c in found])


def _is_present(said: str, tables: set[str], creates: bool) -> bool:
    """How a table is today, all of its rows: "badges are not covered"."""
    subject = (
        rf" (?:(?:and|but|so far|today|our|the) )*(?:{_nouns(tables)}) (?:is|are|was|were|has|have|had|do|does|did) "
    )
    return not creates and bool(regex.match(subject, said)) and not _STRONG.search(said)


def _leads_to(text: str, clause: Clause, said: str, known: frozenset[str]) -> bool:
    """ "Moderators look at strong feelings, so ...", "review, item 7": why, and of nothing that the database knows."""
    follows = regex.match(r" (?:, )?(?:and )?(?:so|therefore|hence) (?!that |far )", text[clause.high :])
    return bool(follows or is_idle(said, known)) and not (known | _ROWS) & set(said.split())


def _lost_limit(made: tuple[Change, ...], said: str) -> bool:
    """ "No more than one favourite per child": one of those rows that have something, where a key is about all."""
    flags = {part[:4] for column in columns_of(made) if column.type == "boolean" for part in column.name.split("_")}
    values = {value[:4] for column in columns_of(made) for value in column.choices}
    return any(match["what"][:4] in flags | values for match in regex.finditer(_LIMIT, said))


def _unread(made: tuple[Change, ...], said: str, schema: Schema) -> Iterator[str]:
    """Columns that a statement compares or picks, and that the description does not hold."""
    held = {str(atom) for atom in atoms(made)}
    for change in made:
        if isinstance(change, NewTable):
            tied = {column.references.table for column in change.columns if column.references}
            named = {name for table in tied for name in schema.columns(table) if "_" in name}
            yield from (name for name in sorted(named - held) if f" {name.replace('_', ' ')} " in said)


def _subject(said: str, tables: set[str]) -> Iterator[str]:
    """ "Platinum badges count double"."""
    verb = r"(?:are|is|count|counts|do|does|have|has|get|gets|see|sees|stay|need|belong|start|begin|lose|keep|become|turn|gain|inherit|remain|default|fall|receive)"
    if found := regex.match(
        rf" (?:(?:and|but|only|all|the|our|of|parents) )*([a-z]+) (?:{_nouns(tables)}) {verb} ", said
    ):
        yield found[1]


def _nouns(tables: set[str]) -> str:
    bare = [table.split(".")[-1].replace("_", " ") for table in tables]
    return "|".join({form for noun in bare for form in (noun, singular(noun))} | {"ones?", "rows?", "entries", "entry"})


def _narrowing(said: str, tables: set[str]) -> Iterator[str]:
    """Words that say of which rows a statement speaks: "retired lessons", "drafts cannot", "except science"."""
    nouns = _nouns(tables)
    verb = r"(?:must|should|shall|cannot|can|may|need|needs|have to|has to|are|is|do|does|count|counts|will|begin|stay|get)"
    lead = r"^ (?:(?:and|but|only|not|no|all|every|each|any|the|our|existing|that|for|as|so|then) )*"
    left = rf" (?:except|excepting|unless|other than|not for|but not|apart from|only for|{EXCLUDES}) (?:(?:for|the|all|those|of|it|is|in) )*"
    behind = r"(?:(?:the|an?|their|are|is|have|has|was|were|not|no|never) )*"
    for pattern in (
        rf" (?:{nouns}) (?:of|from|whose|who|older than|younger than) {behind}([a-z]+) ",
        rf" (?:{nouns}) of [a-z]+ (?:who|whose|that|which) {behind}([a-z]+) ",
        rf" ([a-z]+) (?:{nouns}) ",
        rf"{lead}([a-z]+) {verb} ",
        rf"{left}([a-z]+) ",
    ):
        yield from (match[1] for match in regex.finditer(pattern, said))


def _patterns(made: tuple[Change, ...]) -> Iterator[str]:
    """What one kind of change cannot do."""
    for change in made:
        if isinstance(change, AddIndex) and not of_kind(made, AddUnique):
            yield _OF_INDEX
        elif isinstance(change, AddUnique) and not change.where:
            yield _OF_UNIQUE
        elif isinstance(change, AddColumns):
            yield _OF_ADDED
            yield rf" (?:enum|type|constraint|check|index) (?:is |be )?(?:called|named) (?:{'|'.join(c.name for c in change.columns)}) "


def _stems(said: Iterable[object]) -> frozenset[str]:
    parts = {
        part for atom in said for part in regex.findall(r"[a-z]{3,}|\d+", str(atom).lower().removeprefix("public."))
    }
    alike = {word for words in ALIKE if words & parts for word in words}
    return frozenset(part[:4] for part in parts | alike)


def _roots(word: str) -> set[str]:
    """ "covered", "known": a verb in another form."""
    bare = regex.sub(r"(?:ed|ing|n|es)$", "", word)
    return {bare, f"{bare}e"} - CHARGED


def _is_plain(word: str, stems: frozenset[str]) -> bool:
    return (
        len(word) < 3
        or bool({word, singular(word)} & PLAIN)
        or bool(regex.fullmatch(r".*ly|.*-(?:bit|side|level)|letter[a-z]", word))
        or any(part[:4] in stems for part in regex.findall(r"[a-z]{3,}|\d+", word.removeprefix("un")))
    )


def _inverted(made: tuple[Change, ...], statements: list[str]) -> Iterator[str]:
    """Rows that are left out, and of which a condition asks to be kept; and values that are verbs."""
    told = " ".join(statements)
    for test in conditions_of(made):
        used = f" {test.value} "
        if f"{used}the " in told and told.count(used) == told.count(f"{used}the "):
            yield f"{used}the"  # "without reading the table"
        if test.test not in ("equals", "in", "below", "at most", "above", "at least"):
            continue
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        for said in statements:
            named = any(regex.search(rf" {re.escape(str(value).lower())} ", said) for value in values)
            less = regex.search(r" (?:shorter|less|below|under|fewer|lower|smaller|younger) ", said)
            more = regex.search(r" (?:longer|more|above|over|greater|higher|older|bigger) ", said)
            same = (test.test in ("below", "at most") and less) or (test.test in ("above", "at least") and more)
            dropped = regex.search(rf" (?:{EXCLUDES}|does not count|do not count) ", said) and not regex.search(
                _TURNED, said
            )
            if named and dropped and (same or test.test in ("equals", "in")):
                yield said
