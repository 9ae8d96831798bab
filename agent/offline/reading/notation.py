"""Idioms of requests for tables, said the way that the other modules read them.

Every rule keeps what the words say; it changes how they say it. Rules see one plain sentence at a time.
"""

import re
from dataclasses import replace

from agent.offline.reading.lists import join_choices
from agent.offline.reading.naming import HARD
from agent.offline.reading.text import Plain, Sentence
from agent.offline.reading.traits import Rest, read_traits

_LABEL = re.compile(
    r"^(?:(?:fields?|columns?|attributes?|properties|rules?|constraints?|checks?|index(?:es)?|access(?: rules| control)?|"
    r"permissions?|policies|rls|security|row[ -]level security|acceptance criteria|criteria|purpose|notes?|requirements?|"
    r"details|structure|schema|relations?|references|who|rights)(?: (?:are|is))?)$"
)
_LABELLED = re.compile(
    r"^(?:purpose|access(?: rules| control)?|permissions?|policies|policy|rls|row[ -]level security|security|rules?|"
    r"acceptance criteria|rights|goal)\s*(?::| - )\s*"
)
_COLUMN = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"
_REQUIRED = r"required|mandatory|obligatory|optional|nullable|not null|not nullable"
_FIELDS = r"(?:the |these |following |all |its )*(?:fields?|columns?|attributes?|properties|values)?"
_SAME = re.compile(
    rf"^{_FIELDS} ?(?:which |that )?(?:are |is )?(?P<what>{_REQUIRED})(?: {_FIELDS})?\s*:\s*(?P<list>.+)$"
)
_RULES: tuple[tuple[str, str], ...] = (
    (r"^(?:please )?to (?=add|create|make)", ""),
    (r"(?:(?<=table )with (?:the |a )?name|\b(?:with|of|has) the name|\b(?:under|by) (?:the |a )?name) (?=[a-z]+(?:_[a-z]+)*(?:[ ,]|$))(?!of|as|and|which|that|must|between|from|up|at|max|min|no|is|can|should)", "called "),
    (r"\b(is|are) belonging to\b", "belongs to"),
    (r"\b(?:mums?|moms?|mothers?) (?:and|or) (?:dads?|fathers?)\b", "parents"),
    (r"\b(?:must|should|has to|shall|will) always (belong|have|be)\b", r"must \1"),
    (r"\bnot (?:obligatory|compulsory|mandatory)\b", "optional"),
    (r"\b(\w+) is not$", r"\1 is optional"),
    (r"\bif we have (?:one|it|any),? ", "optional "),
    (r",? if (?:ever|at all|any|known|applicable)(?=[,.;)]|$)", " optional"),
    (r"\bchildren (?:<->|x|<>|/) ", "children and "),
    (r" (?:<->|<>|<-->) ", " and "),
    (r"\bpk\b", "primary key"),
    (r"\bfk (?=[a-z])", "references "),
    (r"\bby default (?:is|are|it is) ([a-z0-9_]+)", r"default \1"),
    (r"\bwith (\d+|[a-z_]+) (?:being|as|for) (?:the |its |a )*default(?: value)?\b", r"default \1"),
    (r"\b(not|never|no) (?:smaller|lower|less) than (\d+) (?:and|or) (?:not )?(?:larger|greater|bigger|higher|more) than (\d+)", r"\2 to \3"),
    (r">= ?(-?\d+) (?:and|,|&) <= ?(-?\d+)", r"\1 to \2"),
    (r"\bbetween (\d+) \. ?\. (\d+)", r"\1 to \2"),
    (r"\b(\d+) till (\d+)\b", r"\1 to \2"),
    (r"\b(default|defaults to|starts at) (\d+),? not negative\b", r"\1 \2, non-negative"),
    (r"(\d) \((?:sun|mon|tues|wednes|thurs|fri|satur)day\)", r"\1"),
    (r"\bdefault (?:is )?(?:the )?current (?:time|timestamp|date and time)(?:stamp)?\b", "default now"),
    (r"\((?:right |just )?now,? unless \w+ otherwise\)", "(default now)"),
    # "it starts at some point (started_at, required)"
    (r"\bit (?:starts|ends|begins|finishes|happens|closes|opens)(?: at| on)? (?:some|a certain|a given|a) (?:point|time|moment|day)(?: in time)? \((\w+_(?:at|on))(?:, ([^()]*))?\)", r"it has \1 (\2)"),
    (r"\band (?:starts|ends|begins|finishes|happens|closes|opens)(?: at| on)? (?:some|a certain|a given|a) (?:point|time|moment|day)(?: in time)? \((\w+_(?:at|on))(?:, ([^()]*))?\)", r"and \1 (\2)"),
    # "is unlocked by a child at a certain time"
    (r"\bis (\w+ed) by (an?|one|exactly one) (\w+) (?:at|on) (?:an?|the|some)(?: certain| given| particular| specific)? (?:time|point(?: in time)?|moment|date)", r"belongs to \2 \3, has \1_at"),
    # "there are 3 types of achievements: a, b and c"
    (r"^there (?:are|is|will be|should be) (?:\d+ |several |the following |these )*(type|kind|categor(?:y|ie)|statuse|status|level)s? of \w+ ?(?::|-|,) (?=.+)", r"\1 is one of "),
    (r"^(?:it|they|each|each one|a \w+|an \w+|each \w+|every \w+) (?:is|are|can be|must be|may be|should be) either (?:an? )?([a-z]+(?:, (?:an? )?[a-z]+)*,? or (?:an? )?[a-z]+) (?!and\b)[a-z]+$", r"type is one of \1"),
    # "an optional badge" in a sentence of its own
    (r"^(?:it|each|every \w+|each \w+|an? \w+) (?:may|might|can|could)(?: also| optionally)? (?:award|give|grant|reference|have|unlock|mention|point to|link to|be linked to|be tied to|refer to|contain|come with) (an?|one) (?=[a-z]+$)", "it has an optional "),
    (r",? (?:stored? |written |all |saved? |kept )*in lower ?case\b", ""),
    (r" -- ?store in lower ?case", ""),
    (r"^it should be possible to (?=\w)", ""),
    (r"^(?:an? |the )?(many-to-many relation(?:ship)? (?:between|of) .+?) (?:is|are) (?:needed|required|wanted|necessary)$", r"create a \1"),
    (r"\bfor the relation many-to-many (?=between)", "for the many-to-many relation "),
    (r"^(\w+) and (\w+) (?:must|should|are|need to|have to|can|will)(?: to)?(?: be)? (?:connected|linked|related|associated|joined)(?: with| to)?(?: each other| one another)?(?: \(?many-to-many\)?)? (?:in|through|via|by|using|with) (?:an? |the )?(?:new |junction )*table (?:called |named )?([a-z_]+)", r"junction table \3 between \1 and \2"),
    (r"\b(?:link|connect|join|relate|tie|map) (\w+) (?:to|with|and) (\w+) (?:through|via|using|by|in) (?:an? |the )?(?:new )?(?:junction |join |link )?(?:table )?(?:called |named )?(\w+_\w+)\b", r"junction table \3 between \1 and \2"),
    (r"\b(?:association|junction|join|link|mapping|bridge) table (?:of|for) (\w+) (?:per|for each|by) (\w+) \((\w+_\w+)\)", r"junction table \3 between \2 and \1"),
    (r"\b(\w+) ?(?:\+|,? and|,|&) ?(\w+) (?:=|are|is|form|forms|make up|as|together|being|both| )+ (?:the |a )?(?:composite |combined )?primary key\b", r"primary key (\1, \2)"),
    (r"\bnew feature table\b", "new table"),
    (r"\bwhere we (?:save|store|keep|record|track|note) (?:what|which|all|the) \w+ (?:an?|each|every) (\w+) (?:has |have |had )?\w+(?=:|$)", r"for each \1"),
    (r"\bwhere an? (\w+) can (?:register|store|save|keep|list|note) (?:their|his or her|his|her|its) (?:own )?\w+", r"belonging to a \1"),
    (r"\b(status) \w+_status enum\b", r"\1 enum"),
    (r"\bon delete set null\b", "optional"),
    (r"\b(default \w+) (?=(?:check|between)\b)", r"\1, "),
    (r"\b(index(?:es)? on \w+),? and (?:an index |another )?on (?=\w)", r"\1; index on "),
    (r"\b(\w+ (?:was|is|were|has been) (?:last )?\w+ed) optional$", r"\1 (optional)"),
    (r"\b(for each \w+(?:(?: and|,) (?:each |every )?\w+)*),? (?:we|i|please|the app) (?:also )?(?:store|keep|record|track|save|note|want|need) ", r"\1, with "),
    (r"\ban? (?:additional|extra|further|own) (?:attribute|column|field|property) (?=[a-z])", ""),
    (r"(?:,? which|,? that|,? it) has (?=(?:an? )?\w+_\w+ )", " with "),
    (r"^(?:let us )?store (\w+)$", r"create a table \1"),
    (r"\b(\d+ (?:to|-) ?\d+) stars\b", r"\1"),
    (r"^(\w+_\w+) (?:joins|links|connects|maps|relates|ties) (\w+) (?:with|to|and) (\w+)\b", r"junction table \1 between \2 and \3"),
    (r"\b(table (?:called |named )?(\w+)) (?:that|which) (?:stores?|holds?|contains?|keeps?|tracks?|has) (?:(?:all|the|our) )*(?:(?!a\b|an\b|optional)[a-z]+(?:,? and |, |,? or | )){0,6}\2\b", r"\1"),
    (r"\bthe (parent|user|owner|member|teacher) profile\b", r"the \1"),
    (r"\bplease create a table (\w+) for (?:this|that|it)\b", r"create a table \1"),
    (r"\bthe time (?:when )?(?:it|they) (?:was|were|is) (\w+ed)(?: at)?(?:, which| that| which)? (?=default)", r"\1_at "),
    (r"\b(?:the )?times? when (it|they) (\w+(?: \w+)?), (\w+(?: \w+)?),? and (\w+(?: \w+)?)$", r"when \1 \2, when \1 \3, when \1 \4"),
    (r"; ?(title|name|description)$", r", \1"),
    (r"^(\w+ed) \w+ have an? (\w+) time,? and (?:the )?others? do not(?=;|$)", r"\2 time is set exactly when status is \1"),
    (r"\b(?:an? |the )\w+ expires after it becomes available\b", "expires_at must be after available_at"),
    (r"\bhow far (?:the |a )?\w+ (?:got|has got|is|came) in percent\b", "progress in percent"),
    (r"\bmany-to-many table between (\w+) and (\w+) (?:called|named) (\w+)", r"junction table \3 between \1 and \2"),
    (r"^(?:(?:i|we) (?:want|need|would like) to )?(?:create a table|store|track|save) (\w+) that (?:an?|each|every) (\w+) (?:unlocks|earns|gets|has|receives|wins)$", r"create a table \1 for each \2"),
)  # fmt: skip


_START = r"(?:(?<=[,:¦;] )|(?<=^)|(?<=\band )|(?<=\bwith )|(?<=\bhas ))(?:an? |the )?"
_PROSE = (
    rf"{_START}(?P<words>(?:[a-z]+ ){{1,7}}?)\((?:the )?(?:column|field|called|named|stored (?:as|in)) "
    rf"(?P<name>{_COLUMN})[,;]? ?(?P<more>[^()]*)\)",
    rf"{_START}(?P<words>(?:[a-z]+ ){{1,8}}?)(?:called|named) (?P<name>{_COLUMN})\b(?P<more>)(?=[ ,.;]|$)(?! table)",
)
"""A column in prose, whose name follows: "date and time of unlock (column unlocked_at, default now)"."""
_NO_PROSE = re.compile(
    r"\b(?:tables?|links?|between|create|add|store|new|we|keep|belongs|index|with|has|where|model|entity|junction)\b"
)


def _by_name(match: re.Match[str]) -> str:
    """The name instead of the prose before it, unless that says more than what the column is for."""
    if _NO_PROSE.search(match["words"]) or HARD.search(match["words"]):
        return match[0]
    if re.search(r"\bbetween\b[^,;]*$", match.string[: match.start()]):
        return match[0]
    traits = read_traits(Rest(match["words"]))
    if traits.type in ("timestamptz", "date") and match["name"].endswith("_at"):
        traits.type = None
    if traits:
        return match[0]
    return f"{match['name']} ({match['more']})" if match["more"].strip() else match["name"]


def tidied(plain: Plain) -> Plain:
    """The request in the words that are read; labels that only announce what follows are gone."""
    parent = next((m[1] for s in plain.sentences if (m := re.match(r"as an? (\w+)\b", s.text))), None)
    out: list[Sentence] = []
    for sentence in plain.sentences:
        if _LABEL.match(sentence.text):
            columns = re.match(r"fields?|columns?|attributes?|properties", sentence.text)
            out.append(replace(sentence, text="columns", lists=True) if columns else replace(sentence, text=""))
            continue
        text = _tidy(sentence.text, parent)
        if sentence.bullet and (both := re.fullmatch(r"([a-z_]+)(?:,| and| &| ?/| ?\+) ?([a-z_]+) ?: ([^:]+)", text)):
            text = f"{both[1]} ({both[3]}), {both[2]} ({both[3]})"
        out.append(replace(sentence, text=text))
    return replace(plain, sentences=tuple(_marked(out)))


def _marked(sentences: list[Sentence]) -> list[Sentence]:
    """Bullets under a label stay bullets; the labels themselves, and what is empty, go."""
    kept: list[Sentence] = []
    listing = False
    for sentence in sentences:
        if sentence.text == "columns" and sentence.lists:
            listing = True
            continue
        if not sentence.text:
            listing = False
            continue
        kept.append(replace(sentence, bullet=True) if listing and not sentence.bullet else sentence)
    return kept


def _tidy(text: str, storyteller: str | None) -> str:
    text = _LABELLED.sub("", text)
    if storyteller:
        text = re.sub(r"\bi (?=can|may|must|should|am)", f"{storyteller}s ", text)
        text = re.sub(r"\bmy (own )?(?=children|kids?|child|family)", "their own ", text)
    if match := _SAME.match(text):
        text = "with " + _each(match["list"], match["what"])
    for pattern in _PROSE:
        text = re.sub(pattern, _by_name, text)
    for pattern, into in _RULES:
        text = re.sub(pattern, into, text)
    text = re.sub(r"(?<=is one of ).*$", lambda m: re.sub(r"\ban? ", "", m[0]), text)
    return re.sub(r"\s+", " ", re.sub(r"\(\s*\)", "", text)).strip(" ,")


def _each(text: str, what: str) -> str:
    """ "a (x, y), b and c" with what holds of all of them said of each."""
    text = re.sub(r",? and (?=[a-z_ ]+(?:\([^()]*\))?\.?$)", ", ", join_choices(text))
    depth, parts, start = 0, [], 0
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return ", ".join(f"{part} {what}" for part in [*parts, text[start:].strip()] if part)
