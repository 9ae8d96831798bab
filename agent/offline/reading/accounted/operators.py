"""Words that need a certain part of a description, whatever else is said, and how it is found there.

What is left out needs a condition, what is fixed needs rows that nobody updates, what goes without a default a column
that has none.
"""

from collections.abc import Callable, Iterator

from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddUnique,
    Backfill,
    Change,
    ChangeType,
    Column,
    Condition,
    Constrain,
    Fill,
    NewTable,
    SetDefault,
    SetNotNull,
)
from agent.offline.reading.accounted.atoms import columns_of
from agent.offline.reading.material import PEOPLE

__all__ = ["EXCLUDES", "OPERATORS", "conditions_of", "of_kind"]

Explains = Callable[[tuple[Change, ...]], bool]


def conditions_of(made: tuple[Change, ...]) -> tuple[Condition, ...]:
    return tuple(_conditions(made))


def _conditions(value: object) -> Iterator[Condition]:
    if isinstance(value, Condition):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _conditions(item)
    else:
        for name in ("index", "indexes", "where", "marks", "lacking", "given", "owning", "across"):
            if (part := getattr(value, name, None)) is not None:
                yield from _conditions(part)


def of_kind(made: tuple[Change, ...], *kinds: type) -> bool:
    return any(isinstance(change, kinds) for change in made)


def _narrows(made: tuple[Change, ...]) -> bool:
    optional = of_kind(made, AddColumns) and any(not column.required for column in columns_of(made))
    return bool(conditions_of(made)) or optional or of_kind(made, NewTable)


def _folds(made: tuple[Change, ...]) -> bool:
    if any(isinstance(change, AddUnique) and change.ignoring_case for change in made):
        return True
    return any(column.format or column.shape or column.choices for column in columns_of(made)) or not (
        of_kind(made, AddUnique, AddIndex, NewTable) or any(column.unique for column in columns_of(made))
    )


def _keeps(made: tuple[Change, ...]) -> bool:
    return any(
        isinstance(change, NewTable) and (change.append_only or "update" not in change.access.verbs) for change in made
    )


def _hides(made: tuple[Change, ...]) -> bool:
    return any(isinstance(change, NewTable) and "select" not in change.access.verbs for change in made)


def _fills(made: tuple[Change, ...]) -> bool:
    return of_kind(made, Fill, SetNotNull) or any(column.existing is not None for column in columns_of(made))


def _lacks_default(made: tuple[Change, ...]) -> bool:
    columns = [*columns_of(made)]
    return not columns or any(column.default is None for column in columns)


def _counts(made: tuple[Change, ...]) -> bool:
    columns: list[Column] = [*columns_of(made)]
    return (
        any(isinstance(test.value, tuple) for test in conditions_of(made))
        or any(isinstance(change, Backfill) and change.lacking for change in made)
        or any(isinstance(change, AddUnique) and change.nulls_equal for change in made)
        or any(column.existing is not None or column.default is not None for column in columns)
        or of_kind(made, SetDefault)
    )


EXCLUDES = (
    r"exclud(?:e|es|ed|ing)|skip(?:s|ped|ping)?|exempt(?:ed)?|spared?|omit(?:s|ting)|(?<!feel )(?:left|leav(?:e|es|ing)|kept|keep(?:s|ing)?) (?:[a-z_]+ ){0,5}(?:out|aside)(?! of control| to dry)|"
    r"(?:is|are|do|does) (?:not|no) (?:to be |be )?(?:wanted|needed|belong|included|of (?:any )?(?:use|interest))|(?:are|is) of no (?:use|interest)"
)
_CHANGED = r"(?:chang|edit|alter|modif|touch|overwrit|mov|updat|rewrit)[a-z]*"
OPERATORS: tuple[tuple[str, Explains], ...] = (
    (rf" (?:{EXCLUDES}) ", _narrows),
    (
        r" (?:ignor[a-z]+|regardless of|no matter the|whatever the|either|any|upper|lower|letter)(?: and lower| or lower| the)?[ -](?:case|capitali[sz]ation) | (?:lower|upper) ?cas(?:e|es|ed|ing) | case (?:[a-z]+ )?(?:insensitiv|does not|is (?:not |un|ir)) ?| capital(?:s| letters?) ",
        _folds,
    ),
    (r" (?:fixed|frozen|final|immutable|unchangeable|set in stone|cast in stone) (?!list|set |number|order)", _keeps),
    (
        rf" (?:not|never|cannot|no longer|nobody|no one) (?:(?:may|can|be|to|ever|get|gets|allowed|able) )*{_CHANGED} (?:after|once|any ?more|later|afterwards|again|when|as soon)",
        _keeps,
    ),
    (r" (?:no|without(?: an?| any)?|not (?:want|need|have|get|give|leave|keep|set)(?: it)?(?: an?| any)?) default ", _lacks_default),
    (r" (?<!more than )(?<!only )(?<!at )(?<!just )(?<!than )(?<!least )(?<!most )once (?!(?:, |per |for |in |every |or |and |by |each |within |unless )|[^.;]* (?:time|date|timestamp|moment) (?:is|must|has to|should) (?:be )?(?:there|set|filled|present|required|given|recorded|known|stored) )(?:it |they |an? |the |he |she )?(?:[a-z]+ ){1,4}(?:, |always |cannot |never |no |stays? |remains? )", _keeps),
    (r" (?:do|does|goes|go|and) the same (?:for|to|with|on) | the same (?:goes|applies|holds) (?:for|to) | same for (?!(?:the )?(?:new|existing|old) )", lambda made: len(made) > 1 or len([*columns_of(made)]) > 1),
    (r" counts? (?:as|like) | (?:is|are|be|get|gets) (?:treated|considered|regarded|counted) (?:as|like) ", _counts),
    (r" (?:can|may|must|should|shall|has to|have to) (?:then )?(?:go|disappear|vanish|be dropped|be lifted)(?: away)?(?: then| too)? (?=[.,;)\n]|with |$)| out it goes | (?:shall|will|must|should) go away ", lambda made: any(isinstance(c, Constrain) and c.replaces for c in made)),
    (r"^(?!(?:[ ;,]|and |but |the )*other(?:s| (?:famil(?:y|ies)|parents?|people|users?|children|kids)) ).* (?:hidden|invisible|not (?:visible|shown|accessible|readable)) (?:from|to|for) (?!(?:the )?(?:others?|strangers?|any(?:one|body)|every(?:one|body)|anon|public|people|[a-z]+ of other) )", _hides),
    (r" dated ", lambda made: not of_kind(made, Backfill) or any(isinstance(c, Backfill) and c.copied for c in made)),
    (r" (?:set|change|turn|reset|correct|fix|raise|update|bring|put) (?:(?:the|all|any|old|our|those|such) )*(?:negatives?|existing|old|those|them|invalid|bad|longer|shorter|larger|wrong) (?:[a-z_]+ ){0,5}?(?:to|into|at) ", lambda made: _fills(made) or not of_kind(made, Constrain)),
    (r" (?:raised|lowered|lifted|rounded|clamped|bumped|cut|truncated|turned|replaced|converted) (?:[a-z]+ )?(?:to|into|by|with|at) \d", _fills),
    (r" created_at (?!(?:=|is|:) now)", lambda made: not of_kind(made, Backfill) or any(isinstance(c, Backfill) and (c.copied or "created_at" in dict(c.values)) for c in made)),
    (r" (?:trimmed|trims?|strip(?:ped|s)?|blanks|white ?space|(?:surrounding|trailing|leading) (?:spaces|blanks)|spaces in front)(?! (?:strings?|texts?)) ", lambda made: any(column.shape for column in columns_of(made))),
    (r" (?:no longer|not) (?:be |stay )?(?:the|a) default ", lambda made: of_kind(made, SetDefault)),
    (r" (?:superfluous|obsolete|redundant|stands? in for|takes? the place of) ", lambda made: False),
    (r" (?:go|going|move|moving|switch|switching|chang(?:e|ing)|set|turn|turned|fall|falling) (?:from [a-z_]+ )?back (?:from|to|into) ", lambda made: False),
    (r" (?:forbid|prohibit|ban) ", lambda made: not of_kind(made, ChangeType)),
    (r" (?:enforced?|checked?|verified|applied) (?:only |just )?(?:at|on|until|before|by) (?:the )?(?:commit|end of) | deferr[a-z]+ ", lambda made: False),
    (r" (?:none of (?:this|that|it|these)|(?:this|that|it|these) (?:does|do) not) (?:goes?|appl(?:y|ies)|holds?|counts?) (?:for|to) ", lambda made: False),
    (r" (?:idx_[a-z_]+|(?:old|present|existing|current) (?:index|constraint|check|trigger)|the (?:index|constraint|check|trigger) [a-z_]+) (?:is|are) (?:then )?(?:no longer|not) (?:needed|necessary|required|used|useful)(?: any ?more)? ", lambda made: False),
    (r" without (?:an? |the |any )?[a-z_]+ makes no sense | makes no sense without ", lambda made: False),
    (r" nothing (?:should|must|may|shall|will|is to) be (?:filled|preset|set|assumed|pre-?filled|given)| must (?:choose|pick|set|enter)(?: it| one| this)? themselves ", lambda made: all(column.default is None for column in columns_of(made))),
    (r" (?:leave|leaving|keep|keeping|left) (?:them|those|these) out | (?:skip|exclude|ignore|omit) (?:them|those|these) ", lambda made: any(test.test in ("differs", "not in", "is false", "is null", "is not null") for test in conditions_of(made)) or of_kind(made, Backfill)),
    (r" (?:will do|is enough|suffices?) ", lambda made: not of_kind(made, Backfill)),
    (rf" {PEOPLE}(?: [a-z]+){{0,5}} (?:must not|cannot|may not|should not|must never|must be kept from) (?:be able to )?(?:see|read|open|access|view|start|seeing|reading|opening) (?:them|those|these|it|premium|any) ", lambda made: not of_kind(made, AddColumns)),
    (r" (?:spell|spelled|written|write|be|put) (?:[a-z]+ ){0,3}?(?:lower ?-?case|upper ?-?case|capital letters|capitals) ", lambda made: any(c.shape or c.format in ("slug", "color") for c in columns_of(made))),
    (r" (?:cannot|must not|may not|should not|never|not) (?:[a-z]+ ){0,3}in the (?:future|past) ", lambda made: False),
)  # fmt: skip
"""What is said, and whether a description holds what it asks for."""
