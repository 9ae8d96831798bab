"""Who may do what with the rows of a new table: actors, verbs and negations, clause by clause."""

import re

from agent.offline import regex
from agent.offline.reading.access_walk import NOT_THEY, OWN, Said, walk
from agent.offline.reading.access_words import (
    ACTOR,
    DO,
    LEFT_TO,
    NEGATES,
    OWNERS,
    SERVERS,
    STRANGERS,
    VERB,
    spoken,
)
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import CHARGED, FILLERS, NEVER_NAMES, NO_VALUE
from agent.offline.words import singular, wordset

_LABEL = r"(?:rls|access|permissions?|polic(?:y|ies)|security|rights|privileges|who|who can do what|who may do what|row level security)"
_APPEND = re.compile(
    r"\bappend-only\b|\bwrite-once\b|\bimmutable\b|\bonly (?:ever )?added\b|\bnothing is ever (?:edited|changed|updated)\b"
)
_SPARED = re.compile(
    rf" (?:, )?(?:except(?: for)?|apart from|other than|besides|but not|(?<=crud )but|(?<=everything )but|(?<=all )but) (?:(?:the|rights?|to|of|for) )*(?P<verbs>(?:{VERB})(?: (?:,|and|or|{VERB}))*)(?: (?:it|them|any|rows?|the rows?|entries))?(?=$| (?:with|on|of|for|by|,|;)(?![^ ])| (?:is|are) (?:open|allowed|possible|permitted|granted|fine|ok)(?![^ ]))"
)
"""What is left out of all that somebody may do."""
_NEVER = re.compile(
    rf"\b(?:not|never|cannot|nothing|no longer|nobody|no one|no-one)\b(?: (?!(?:{VERB})\b)[a-z]+){{0,4}} (?:changed?|edit(?:ed|s)?|updated?|modif(?:y|ied)|altered?|touched)\b"
)
_STRONG = re.compile(
    r"§|\d|\b(?:if|unless|until|when|except|while|where|password|hours?|minutes?|days?|after|before|whose|approved|older|newer|published)\b|[a-z]+_(?:id|at|on)\b"
    r"|\b(?:on|at|in|during|over|every|once a|twice a|per) (?:(?:the|an?|their|his|her|every) )?(?:week|month|year|term|morning|evening|afternoon|night|holiday|vacation|weekday|[a-z]+day|home|school|office|week-?end)s?\b|\bduring\b"
    r"|\b(?:nearly|hardly|barely|scarcely|rarely|seldom|partly|partially|sometimes|occasionally|almost|mostly|usually|temporarily|mainly)\b"
)
_STANDS = re.compile(
    r"\b(?:unless otherwise|when (?:it is |they are )?(?:done|created)|once (?:written|created|it is written|they exist|saved)|afterwards|after that|from then on|(?:whose|where the) (?:child|row|rows|profile|they|it)(?: (?:is|are|belongs?))?(?: theirs)?|(?:if|when|where|whose|while|provided|as long as|so long as)(?: (?!not|never|no)[a-z]+){1,4}? (?:is|are|belongs? to|concerns?)(?: (?:one|of|for|about|an?))* (?:theirs|their own|(?:their|that parent|the parent) (?:own )?(?:children|child|kids?))|who (?:own|owns) (?:it|them)|except (?:for |by |from )?(?:the )?(?:systems?|service role|backend|server|app|platform)|where (?:they|the user|he|she) (?:is|are) (?:a )?members?)\b"
)
_NOT_REFUSED = re.compile(
    r"(?<![^ ])(?:(?:not|never|cannot|nobody|none|neither)(?: (?!only|just|and|or|but)[a-z]+){0,2}|no [a-z]+(?: [a-z]+){0,2}) (?:denied|refused?|forbidden|forbid|prohibit(?:ed)?|block(?:ed)?|barr?(?:ed)?|bann?(?:ed)?|prevent(?:ed)?|stop(?:ped)?|kept from|withheld|withhold|true that|case that)(?![^ ])"
)
_REFUSES = re.compile(r"(?<![^ ])(?:not|cannot|never|no|nothing|neither|nor|without|nobody)(?![^ ])")
ROW_NOUNS = wordset("row rows record records entry entries it one table each every link links they this these those")
_SERVED = rf"(?:and |so |as |because )?(?:that|this|it|both|these|which) (?:is|are|stays?|remains?|happens?)(?: (?:only|all))? (?:up to|left to|for|(?:done|made|handled) by|through|via|(?:the )?(?:job|task|matter|business) (?:of|for)) (?:(?:the|our|an?) )*(?:{SERVERS})(?: (?:only|alone|exclusively))?"
""" "That is up to the backend"."""
_DONE_BY = re.compile(
    rf"(?<![^ ])(?:{VERB}) (?:(?:only|are|is|always) )*(?:goe?s?|runs?|happens?|done|handled) (?:only )?(?:through|via|by|to) (?:(?:the|our|an?) )*(?!(?:the|our|an?) |{ACTOR}(?![^ ]))[a-z]+"
)
""" "Deletes go through support": somebody who is not known."""
_TOLD = re.compile(
    r"(?:we|i) [^,;]*?(?<![^ ])(?:what|how|why|where|when|which) (?:the |our |their )?(?:kids?|children|child)(?![^ ])"
)
""" "We want to celebrate what the kids manage to do"."""
_RIGHT = (
    r"(?:things?|options?|choices?|operations?|rights?|actions?|permissions?|access|verbs?|privileges?|polic(?:y|ies))"
)
_CLOSES = re.compile(
    r"(?<![^ ])(?:(?:other than|apart from|besides|beyond|except for) (?:that|this|these) ,? ?)?(?:(?:and|but|i|we|need|want|they|he or she|he|she|it|(?:the |a )?(?:parents?|users?)|can|may|do|does|are|is|be|able|allowed|to|that is) )*"
    r"(?:(?:not|cannot|never) (?:be )?(?:(?:able|allowed|permitted|need|have|want) to )?(?:do )?(?:anything|any|something)|(?:do )?nothing)"
    r"(?: (?:else|more|other|further|beyond (?:that|this))|(?<=than that , they cannot do anything)|(?<=than that they cannot do anything))(?: (?:is|are|can|be|done|possible|allowed|with|it|them|here|at|all))*(?![^ ])"
    rf"|(?<![^ ])(?:(?:who|which|they|and|but|parents?|must|should|may|has|have|gets?) )*(?:no|without) (?:other|further|more) {_RIGHT}(?: (?:is|are|be))?(?: (?:allowed|possible|permitted|granted|given|open|needed|there))?(?![^ ])"
    rf"|(?<![^ ])(?:(?:that|this|which|it) )?(?:is|are) (?:all|everything|the (?:only|sole|single|one)(?: {_RIGHT})?)(?: that| which)?(?: (?:the|an?))?(?: (?:(?:parents?|they|users?) )?(?:(?:can|may|could|should|must|is|are|be|able|allowed|permitted|open|granted|needed|possible|get|gets|have|has|receive|given|to|need|do|them|parents?|for) ?)+(?:(?:here|with (?:it|them|rows))(?![^ ]))?)?(?= *(?:$|[,;.]))"
    r"|(?<![^ ])(?:and |but )*(?:(?:that|this|which) is (?:it|all)|(?:no|nothing) (?:more|else|further|beyond|besides)(?: than)?(?: (?:that|this))?|(?:grant|give|allow|let) (?:them|parents?) nothing (?:else|more|further|beyond)(?: (?:than )?(?:that|this))?)(?= *(?:$|[,;.]))"
)
""" "They cannot do anything else"."""
_OF_OTHERS = re.compile(
    rf"(?<![^ ])(?:,? ?(?:and|but) )?(?:(?:they|parents?|users?|nobody|no one) )?(?:(?:can|may) )?(?:not|cannot|never|nothing|no access) (?:(?:be able to|even|do|{VERB}|,|or|and|touch|anything|with|the|those|any|rows|tablets?|ones?) )+(?:of |from |for )?(?:(?:the|any) )?(?:others?|other (?:parents?|people|families|users?|children|kids?|profiles)|(?:anyone|anybody|someone|somebody|everyone) else|another (?:parent|family|user|child|kid))(?: s)?(?: (?:children|kids?|rows|ones))?(?= *(?:$|[;,.]))"
    r"|(?<![^ ])(?:those of )?(?:others?|other (?:parents?|people|families|users?|children|kids))(?: [a-z]+)? (?:(?:is|are|be|stays?|remains?|must|should|to|them|completely) )+(?:invisible|hidden|private|off[ -]limits|out of (?:reach|sight))(?: (?:to|for|from) (?:them|others|everyone else))?"
)
""" "They can't do anything with those of others": theirs is not spoken of."""
_IS_WHAT = rf"(?<![^ ])(?:{VERB})(?: (?:,|and|or|nor|rows|them|it|{VERB}))* (?:is|are|stays?|remains?) (?!(?:not|never|no|one|possible|allowed|permitted|ok|okay|fine|open|for|by|with|to|from|granted|only|all|also|limited|restricted|reserved|done|left|up|enough|what|something|the|in|that|theirs|this|these|those|there|visible|just|given|both|always|available|made|handled|through|via|done|supported|wanted|needed|planned|on|parents?|everything|yes|no|own|their|{SERVERS}|{VERB})(?![^ ]))[a-z-]+"
""" "Updating stays closed": what is said of it is not known."""
_THOSE_OF_OTHERS = r"(?<![^ ])(?:other|another) (?:parents?|famil(?:y|ies)|child|children|kids?|users?|people)(?![^ ])"
_GRANTS = rf"[^;]*(?: only (?:{VERB})(?= (?:,|and|or|those|rows|them|it|theirs?|the ones)(?![^ ])| *$)| (?:{VERB})(?: [a-z]+){{0,3}} only| (?:cannot|not|never|nothing) |(?:{VERB}) (?:(?:just|only) )?(?:those|rows|the ones|them) of (?:their|his|her) own)(?![^ ])"
""" "So that parents can view those of their own children" grants, "so that parents can see how it went" is why."""
_EVERYONE = re.compile(rf"signed-in(?: (?:users?|{OWNERS}))? : ?(?:{VERB})(?![^ ])")


def speaks_of_access(words: list[str], rows: frozenset[str] = frozenset()) -> bool:
    """An actor with a verb of the table's operations, such verbs refused, or rows that never change."""
    text = spoken(_of_rows(words, rows))
    if _TOLD.match(text):
        return False
    if _CLOSES.fullmatch(" ".join(words)) or (
        _CLOSES.search(" ".join(words)) and regex.search(rf"(?<![^ ])(?:{VERB})(?![^ ])", _CLOSES.sub("", text))
    ):
        return True
    if not text and regex.search(rf"\b(?:{STRANGERS}|policy|policies|access|rights|permissions)\b", " ".join(words)):
        return True
    if (
        text == "crud"
        or regex.match(rf"(?:the )?{_LABEL} :", text)
        or _EVERYONE.match(text)
        or _APPEND.search(text)
        or regex.search(LEFT_TO, text)
        or (_REFUSES.search(text) and regex.fullmatch(NOT_THEY, text))
        or regex.fullmatch(_SERVED, text)
        or regex.search(rf"(?<![^ ])(?:{SERVERS}) only(?![^ ])|(?<![^ ])no polic(?:y|ies)(?![^ ])", text)
    ):
        return True
    if regex.search(rf"\b{STRANGERS}\b.*\b(?:{VERB})\b", text):
        return True
    if regex.search(
        r"\b(?:belongs? to(?! (?:one of |any of )?(?:their|his|her|the parent) own)|owned by|linked to|references)\b",
        text,
    ) and not regex.search(r"\b(?:can|may|only|able)\b", text):
        return False
    if "read-only" in words and (rows | {"table", "app"}) & set(words):
        return True
    own = r"(?:(?!§|\d|(?:has|have|with|gets?) an?\b|had\b)[^ ;]+ ){0,7}?"
    if regex.search(rf"(?<![^ ]){ACTOR} {own}(?:{VERB})(?![^ ])", text) and not regex.match(
        rf"(?:as an? |so that (?!{_GRANTS}))", text
    ):
        return True
    if regex.search(
        rf"(?<![^ ])(?:{VERB})(?: [^ ;§]+){{0,6}}? (?:by|for|to|through|via|from|:|only|,) (?:[a-z-]+ ){{0,3}}?{ACTOR}(?![^ ])",
        text,
    ):
        return True
    if regex.search(
        rf"(?:^|[,;] |and |but |so )(?:no|not|never|without|cannot(?: be)?|neither|nor) (?:[a-z]+ )?(?:{VERB})(?![^ ])(?! (?:value|null|date|time))",
        text,
    ) and not regex.search(r"§|\d|_at\b", text):
        return True
    if regex.search(
        rf"(?<![^ ])(?:{VERB})(?: [a-z]+){{0,4}} (?:is|are) (?:(?:also|not|never|always|only) )*(?:possible|allowed|permitted|ok|okay|fine|forbidden|supported|wanted|needed|planned)",
        text,
    ):
        return True
    if (
        regex.search(rf"^(?:only )?(?:{VERB})(?:(?: (?:,|and|/|\+|or))* (?:only|{VERB}))+(?: [a-z]+){{0,3}}$", text)
        and len(words) < 9
    ):
        return True
    return bool(_NEVER.search(text)) and (
        not rows
        or regex.match(r"(?:and |but )?(?:never|cannot be|no longer)\b", text) is not None
        or any(regex.search(rf"\b{re.escape(row)}\b", text) for row in rows | {"rows", "they", "it", "entries", "once"})
    )


def _of_rows(words: list[str], rows: frozenset[str]) -> list[str]:
    """The table's own nouns as "rows", and "a quests", where a headline was, as the table."""
    named = {n for n, word in enumerate(words) if n and words[n - 1] in ("a", "an") and word != singular(word)}
    own = rows - ROW_NOUNS
    return [
        ("table" if n in named else "rows") if word in own and len(word) > 2 else word for n, word in enumerate(words)
    ]


def take_access(words: list[str], said: Said, rows: frozenset[str] = frozenset()) -> None:
    """Adds what the words grant and withhold. Raises Unclear for conditions and for strangers."""
    told = " ".join(_of_rows(words, rows))
    if double := _NOT_REFUSED.search(told):
        raise Unclear(double[0])
    said.closed = said.closed or bool(_CLOSES.search(told))
    text = spoken(_OF_OTHERS.sub(" ", _CLOSES.sub(" ", told)).split())
    if regex.search(rf"(?<![^ ]){STRANGERS}(?![^ ])", text):
        raise Unclear(text)
    if (did := regex.search(_WHO_DID, text)) or not set(regex.findall(_WHICH_OF_THEM, text)) <= _ANY_OF_THEM:
        raise Unclear(did[0] if did else text)
    if some := regex.search(_SOME_ROWS, text):
        raise Unclear(some[0])
    if (others := regex.search(_THOSE_OF_OTHERS, text)) and not _REFUSES.search(text):
        raise Unclear(others[0])
    said.all_rows = said.all_rows or regex.search(_ALL_ROWS, text) is not None
    if spared := _SPARED.search(text):
        said.withheld |= {verb for word in regex.findall(VERB, spared["verbs"]) for verb in DO[word]}
        if _REFUSES.search(text[: spared.start()]) and "but not" not in spared[0]:
            raise Unclear(text)
        text = f"{text[: spared.start()]}{text[spared.end() :]}"
    said.told += [told] if text else []
    if regex.fullmatch(_SERVED, text) and not said.withheld:
        raise Unclear(text)
    if left := regex.search(NEGATES, text):
        raise Unclear(f"{text} ({left[0]})")
    if strong := _STRONG.search(_STANDS.sub(" ", text)):
        raise Unclear(f"{text} ({strong[0]})")
    if unread := regex.search(_IS_WHAT, text):
        raise Unclear(unread[0])
    if done := _DONE_BY.search(text):
        raise Unclear(done[0])
    if (origin := regex.search(r"\bfrom (?:the )?([a-z]+)", text)) and origin[1] not in _FROM:
        raise Unclear(text)
    owners = regex.search(
        rf"(?<![^ ])(?:{OWNERS})(?![^ ])[^;]*(?<![^ ])(?:not|never|cannot)(?![^ ])|(?:not|never) (?:let|have|want) (?:(?:the|an?|any) )?(?:{OWNERS})(?![^ ])",
        text,
    )
    if _APPEND.search(text) or (_NEVER.search(text) and not owners and _is_about_rows(text, rows)):
        said.append_only = True
        said.withheld |= {"update", "delete"} if _APPEND.search(text) else {"update"}
    said.own = said.own or regex.search(OWN, text) is not None
    said.whose |= {singular(noun) for noun in regex.findall(r"(?:own|their|his|her) (?!own )([a-z]+)", " ".join(words))}
    walk(text, said)
    if regex.search(r"\bread-only\b", " ".join(words)):
        said.granted.add("select")
        said.withheld |= {"insert", "update", "delete"}


_WHICH_OF_THEM = r"(?:^|(?<=[,;:.] )|(?<![^ ])(?:only|just|the|all|every|each|some|an?|no|any|for|to|by) )(?P<which>[a-z-]+) (?:parents?|users?|members?|famil(?:y|ies)|people|accounts?|customers?)(?![^ ])"
_SOME_ROWS = r"(?<![^ ])(?:the|those|these|only|their|all|any) (?:most )?(?:newest|latest|oldest|first|last|recent|recently|upcoming|past|former|older|newer|active|inactive|open|closed|finished|unfinished|pending|approved|public|shared|pinned|archived|visible|new) (?:rows|ones)(?![^ ])"
_WHO_DID = rf"(?<![^ ])(?:{OWNERS}) (?:(?:who|that|whose) (?!(?:own|owns|belongs?|can|may|must|should|cannot|not|is signed-in|are signed-in|is (?:not|able|allowed)|are (?:not|able|allowed))(?![^ ]))|(?:with|without|in|at) (?!(?:the |an? |that |his |their |its )?(?:organi[sz]ation|team|family|profile|app|row|rows|full|own|read|crud|children|kids|select|no)(?![^ ])))[a-z-]+|(?<![^ ])(?:rows?|ones|those|what)(?: that| which)? (?:they|he|she|i)(?: have| has)? (?:created|added|made|wrote|written|logged|entered|posted|submitted)(?![^ ])|(?<![^ ])only (?:(?:the|our) )*(?:{SERVERS}) (?:(?:can|may|is|are|able|allowed|to) )*(?:read|see|view|select|look)(?![^ ])"
"""Some of those who sign in, some of the rows, and nobody at all."""
_ALL_ROWS = r"(?<![^ ])(?:see|read|view|select|look at) (?:all|every|any)(?: other)? rows?(?! (?:of|for|from|whose|where|that|which|belonging)(?![^ ]))"
_ANY_OF_THEM = (
    FILLERS
    | NEVER_NAMES
    | NO_VALUE
    | CHARGED
    | wordset(
        "child childs other signed-in logged-in app respective concerned normal ordinary regular corresponding responsible rightful owning actual matching meaning while whereas because since grant enable permit authorize authorise entitle empower usual"
    )
)
_FROM = wordset("our client clients app backend api server frontend dashboard ui outside the service system")


def _is_about_rows(text: str, rows: frozenset[str]) -> bool:
    """ "Rows are never changed", "nobody may ever update it", not "parents cannot change it"."""
    if regex.match(r"(?:and |but )?(?:nobody|nothing)", text):
        return bool(regex.search(r"\b(?:ever|never|once)\b", text)) or any(row in text.split() for row in rows)
    if regex.match(r"(?:and |but )?(?:never|cannot be|no longer)\b", text):
        return True
    return bool(
        regex.search(r"\b(?:is|are|be|gets?|once|rows?|entries|records?|it|ever)\b", text)
    ) and not regex.search(r"(?<![^ ])(?:parents?|users?|members?|owners?)(?![^ ])", text)
