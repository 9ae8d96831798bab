"""Ways of asking for a change of a table, said the way that `alter` and `traits` read them.

Each rule keeps what the words say; what cannot be kept is refused. Rules see one plain sentence at a time.
"""

import re
from dataclasses import replace

from agent.offline.reading.naming import HARD, Unclear, content
from agent.offline.reading.stories import announced, told
from agent.offline.reading.target import mentions
from agent.offline.reading.text import Plain, Sentence
from agent.offline.schema import Schema

_LIST = r"[a-z_][\w-]*(?:, ?(?!and\b|or\b)[a-z_][\w-]*)*(?:,? ?(?:and|or|/|\|) ?[a-z_][\w-]*)+"
_MUST = r"(?:must|should|shall|may|can|will|has to|have to|needs? to|is to|are to)"
_SAID = r"(?:said|says?|stated?|states|specif\w+|choos\w+|chose|sets?|tells?|asks?|picks?|decides?|entered|enters?)"
_WHO = r"(?:somebody|someone|anybody|anyone|they|we|you|i|it|(?:the |a |an )?[a-z]+)"
_VERBS = r"(?:chang|convert|alter|turn|widen|upgrad|migrat|switch|mov|enlarg|promot|transform|rais|expand)"
_ENDS = r"(?= *(?:$|[,.;:)]|and\b|or\b|but\b|characters?\b|letters?\b|points?\b|minutes?\b|default))"
_NEW = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"
_RULES: tuple[tuple[str, str], ...] = (
    # numbers
    (rf"\b((?:at (?:least|most)|than|under|below|over|above|exceeds?|exceed|min(?:imum)?(?: of| is)?|max(?:imum)?(?: of| is)?|between|from|or)) one\b{_ENDS}", r"\1 1"),
    (r"\b(?:never|not|neither)(?: be| go| fall| get)* (?:under|below|less than|smaller than|lower than) (-?[\d.]+) (?:or|nor|and) (?:be |go |not )*(?:over|above|more than|greater than|larger than|higher than|exceed(?:ing)?) (-?[\d.]+)", r"between \1 and \2"),
    (r"\b(?:never|not|neither)(?: be| go| fall| get)* (?:over|above|more than|greater than|larger than|higher than|exceed(?:ing)?) (-?[\d.]+) (?:or|nor|and) (?:be |go |not )*(?:under|below|less than|smaller than|lower than) (-?[\d.]+)", r"between \2 and \1"),
    (r"\bnot (?:be )?(?:before|earlier than|prior to) (\d+)\b", r"at least \1"),
    (r"\bnot (?:be )?(?:after|later than) (\d+)\b", r"at most \1"),
    (r"(?<=\d),? \(?(?:both )?(?:inclusive(?:ly)?|included|including both(?: ends)?|both ends included)\)?", ""),
    # choices
    (r"\bought to\b", "should"),
    (
        rf"^(?:it|this|that|the value|they|which) (?:takes?|holds?|can take|has|is limited to|comes? in|accepts?|knows?) (?:one of |values |only )*(?={_LIST})",
        "one of ",
    ),
    (r"\bone of (?:the |these )?(?:values|options|choices|levels):? ", "one of "),
    (r"^(?:allowed|permitted|possible|valid|options?|choices|levels)(?: values| options| are)?\s*[:=] ?(?=[a-z_]+[,/| ])", "values "),
    (r"; ([a-z0-9_]+) unless (?:otherwise )?(?:specified|said|stated|given|set|chosen)(?: otherwise)?\)", r"), default \1"),
    (
        r"^most (?:of )?(?:the |our )?[a-z]+ (?:are|will be) ([a-z_]+),? (?:so|and) (?:that|this|it) (?:one )?"
        r"(?:is|should be|shall be|must be|will be|can be) (?:also )?(?:the |our )?default$",
        r"default \1",
    ),
    (rf"\b(?:the )?(?:only )?(?:\d+ )?(?:possible|allowed|valid|permitted|accepted|acceptable|available|legal)? ?(?:values|options|choices|levels) (?:for (?:it|this|that) )?(?:(?:are|is|shall be|should be|must be)(?: only| just| exactly)*|only):? (?:one of )?(?:either )?(?={_LIST}|[a-z_]+, )", "values "),
    (rf"\b(?:with |in |has |have |of )?\d+ (?:possible |allowed |different )?(?:levels|values|options|choices|states|kinds|grades|steps|stages)(?: are)?:? (?={_LIST})", "values "),
    (rf"\b{_MUST} only (?:ever )?(?:be|take|have|contain|hold|accept)(?: one of| either)? (?:the values? )?(?!set\b|changed\b|read\b|seen\b)(?={_LIST})", "one of "),
    (rf"\b(?:for which |where )?only (?:the )?(?:values? |options? |choices? )?(?P<list>{_LIST})(?: are| is| {_MUST} be)* (?:permitted|allowed|accepted|valid|possible)\b", r"values \g<list>"),
    (r",? -+ (?:all |each )?(?:stored|written|saved|kept) (?:in )?lower ?case\b|\(?\b(?:all |stored )?in lower ?case\b\)?", ""),
    # numbers that only tell why
    (
        r"^(?:we|i|users|children|some) (?:will |may |might )*(?:expect|have|need|see|reach|exceed|get)\b[^:;]*"
        r"\b(?:billions?|millions?|\d{7,})\b[^:;]*$",
        "",
    ),
    (r",? (?:because|since|as) (?:an? |the )?(?:int4|int|integer|smallint)\b[^.;:]*$", ""),
    (
        r"\b(?:nobody|no one|no user) (?:should|must|can|may|shall|is)(?: ever)?(?: be)?(?: able| allowed)?(?: to)? "
        r"(?:save|enter|store|create|insert|have|give|set|record)\b",
        "never",
    ),
    # defaults
    (rf"\bunless {_WHO} {_SAID}(?: so| it)?(?: otherwise| something else| differently| anything else| something different)*", "unless otherwise said"),
    (rf"\b(?:when|if|where|as long as) (?:it|nothing|none|no value|no one|nobody|no \w+|the value)(?: else)?(?: is| was| has been)?(?: not)? (?:given|specified|set|provided|chosen|{_SAID})(?: otherwise)?(?: one| it| anything| a value| any)?,? (?:then )?(?:the |it is |use )?([a-z0-9_]+)(?: value)? (?:is|will be|shall be|should be|gets|applies)(?: to be)?(?: assumed| used| taken| applied| chosen| meant| set| the default)*(?=$|[,;.)])", r"default \1"),
    (rf"(?:(?<=^)|(?<=, )|(?<=and ))by default,? (?:it|they|that|this|(?:the |a |an |every |each )?[a-z_]+(?: [a-z_]+)?) (?:is|are|has|{_MUST} be) (?:set to )?(?!not\b|no\b)([a-z0-9_]+)$", r"default \1"),
    (r"\b(?:the |all )?[a-z]+ (?:that|which) (?:already )?(?:exist|are there|we have)(?: already)? (?=are|get|become|should|count|start)", "existing ones "),
    (r"\bfor (?:the |all )?(?:existing|current|old) [a-z]+,? (?:it|they|the value|that|this) (?:is|are|should be|shall be|will be|must be) ([a-z0-9_]+)", r"existing ones are \1"),
    (r",? (?:and )?(?:for |the )?new (?:ones|rows|entries|[a-z]+)(?: it is)? (?:also|too|as well|likewise)(?: (?:if|when|unless) (?:nothing|something|nobody|none)(?: else)? (?:is|was) \w+)?$", ""),
    (r"\b(?:an? )?empty (array|list|object)(?= (?:(?:by|as|is|being|for|the|a) )+default)", r"empty_\1"),
    (r"\b(false|true|off|on|no|yes) unless (?:it is )?(?:set|switched on|ticked|checked|turned on)$", r"default \1"),
    (
        r"\b(?:if|when|where) (?:it is |they are |is |the value is |the field is )*(?:omitted|missing|unspecified|unset|left out|left empty|absent|not (?:given|specified|set|provided|present)),? "
        r"(?:then )?(?:(?:it|the value|this|use|assume|is|are|take|becomes?|defaults to|counts as|we|will be|should be|shall be|must be) )+"
        r"(?!rejected|refused|invalid|ignored|created|filled|not\b|no\b|an?\b|the\b|null\b)([a-z0-9_]+)(?=$|[,;.)])",
        r"default \1",
    ),
    (r",? (?:and )?(?:so|also) (?:is|are) (?:any|every|each|all|the)? ?new (?:ones?|rows?|entries)(?: unless otherwise said)?", ""),
    # what may be empty
    (r"\b(?:it |which |that )?(?:may|can|might|could) (?:also )?(?:stay|remain|be kept) (?:empty|blank|null|unset)\b", "optional"),
    (r"\b(?:if|when|where) (?:there is|it has|they have|it holds|it contains) (?:an? |any |some )?(?:value|one|link|url|address|something)\b", "if given"),
    (r"^unless otherwise said[:,] (?:it is |it should be |use |it |is )*([a-z0-9_]+)$", r"default \1"),
    (r"\b([a-z_]+) (?:is|are) (?:still )?(?:missing|lacking|needed|wanted) (?:on|in|from|for|of) ", r"add \1 to "),
    (r"^(?:please )?require (?!that\b|an?\b|unique)([a-z_]+ (?:of|on|in|for) [a-z_]+)", r"\1 is required"),
    (rf"\b(?:which |that |it |and )*{_MUST} be left (?:empty|blank|out|null)", "optional"),
    (r"\b(?:and |which |that |it |then )*(?:becomes?|is set to|gets|is|set to|goes) null (?:when|if|once|as soon as) (?:the |its |a |that )?\w+ (?:is|gets|was|has been) (?:deleted|removed|gone)", " optional"),
    (r"\bnot (?:obligatory|compulsory|mandatory)\b", "optional"),
    # formats
    (rf"\b(?:{_MUST} )?(?:look|be formed|be formatted|be written)s? like (?:an? )?(?:valid |proper )?(e-?mail(?: address)?|urls?|web address|link)\b", r"valid \1"),
    (rf"\bonly (https?|http or https) (?:address(?:es)?|links?|urls?|ones|values)?(?: are| is| {_MUST} be)* (?:accepted|allowed|permitted|valid|ok)\b", r"\1 only"),
    (r"\b(hex(?:adecimal)? colou?r(?: code)?)s?,? \(?(?:like|such as|for example|eg) #[0-9a-f]{3,8}\)?", r"\1"),
    # types
    (rf"\b(?:{_MUST} be |be )?{_VERBS}e?d ?(?=from\b|to\b|into\b|:|->)", "change "),
    (r"\b(?:an? |the |plain |current )*(?:int4|int|integer|smallint|varchar)s? (?:is|are|has|gets?|becomes?)(?: been| getting| becoming| going| now| already| simply| to be| just)* (?:too (?:small|short|narrow|tight)|not (?:big|large|wide)(?: enough)?|full)(?: for (?:us|that|this|it|them))?", ""),
    (r"^we (?:are )?(?:going to |will |may |might |about to |soon )*(?:run|running|ran) out of (?:integers?|numbers|values|room|space|ids)(?: soon)?$", ""),
    # new columns
    (rf"\b(?:is|are|{_MUST} be) (?:to be )?(?:extended|enriched|equipped|supplemented|enlarged|augmented|complemented|expanded|provided) (?:by|with) ", "gets "),
    (rf"\b(?:{_MUST}|are|is) (?:be )?able to (?:pick|choose|select|have|set|enter|specify|state|give) ", "should have "),
    (r"\b((?:add|insert|create|put|introduce)\b.{0,40} (?:field|column|flag|attribute|property)) (is|has) ([a-z]+)(?=$|[ ,;:(])(?! (?:be|to be|of|called)\b)", r"\1 \2_\3"),
    (r"^(?:please )?(?:add|create|put|introduce) an? indexed (.+)$", r"add \1, with an index on it"),
    (r"^([a-z_]+\.[a-z_]+): (?=\S)", r"\1 "),
    (r"(?<!default)(?<! to)(?<! is)(?<! at)(?<! as)(?<! =)(?<! of),? \b(?:now|nowadays|these days|from today)$", ""),
    (r",? (?:ever )?again$", ""),
    (rf"^it {_MUST} be (?:ensured|guaranteed|made sure|enforced|checked|assured|secured) that ", "ensure that "),
    (r"^(?:we|i) (?:also )?(?:noticed|decided|agreed|found out) that (?=.* (?:must|should|shall)\b)", ""),
)  # fmt: skip
_BEYOND = re.compile(
    r"\bfollowed by\b|\bregex(?:p)?\b|\bends? with\b|\bending with\b|\bexclusive(?:ly)?\b|\b(?:plus|minus) sign\b"
)
"""What no constraint of the built-in drafter says."""
_SAME = re.compile(
    r"^(?:(?P<first>.+?)(?:[;,]| and)+ )??(?:and )?(?:the )?same (?:goes|is true|applies|holds|is needed|thing)"
    r"(?: true| also)?(?: for| to| with) (?P<second>.+)$"
)
_TWO = re.compile(
    r"^(?:both )?(?P<first>(?:the )?[a-z_]+ (?:of|in|on) [a-z_]+|[a-z_]+\.[a-z_]+) and "
    rf"(?P<second>(?:the )?[a-z_]+ (?:of|in|on) [a-z_]+|[a-z_]+\.[a-z_]+) (?P<what>(?:both )?(?:{_MUST}|cannot|never)\b.+)$"
)
_PREDICATE = re.compile(rf"^(?P<who>.+?) (?P<what>(?:{_MUST}|cannot|never)\b.+)$")
_STATE = re.compile(
    r"^(?:it|this|that|which) (?:is|stays?|remains?) (?:empty|null|unset|blank) (?:as long as|until|while|unless|before|if|when) "
    r"(?:the |a |an )?(?:\w+ )?(?:is |are |was |has been |gets )?(?:not )?(?P<state>[a-z]+)(?: yet)?$"
)


def phrased(plain: Plain, schema: Schema) -> Plain:
    """The request with its idioms evened out. Raises Unclear."""
    whole = " . ".join(sentence.text for sentence in plain.sentences)
    found: list[Sentence] = []
    for sentence in plain.sentences:
        found += [replace(sentence, text=_said(said, whole, schema)) for said in _alike(sentence.text, found)]
    kept = [sentence for sentence in found if content(sentence.text) and not told(sentence.text, len(found))]
    return replace(plain, sentences=tuple(announced(kept, schema)))


def _said(text: str, whole: str, schema: Schema) -> str:
    if _BEYOND.search(text):
        raise Unclear(text)
    for _ in range(2):  # one rule may uncover what another one reads
        for pattern, into in _RULES:
            text = re.sub(pattern, into, text)
    if (match := _STATE.match(text)) and re.search(rf"\b(?:\w+_)?{match['state']}_(?:at|on|by|date)\b", whole):
        return "optional"
    return _named(_filled(_reason(text, schema), schema), schema).strip(" ,;")


def _alike(text: str, before: list[Sentence]) -> list[str]:
    """ "a must not be negative; the same goes for b", as two."""
    if both := _TWO.match(text):
        return [f"{both['first']} {both['what']}", f"{both['second']} {both['what']}"]
    if not (match := _SAME.match(text)):
        return [text]
    first = match["first"] or (before[-1].text if before else "")
    if not (predicate := _PREDICATE.match(first)):
        raise Unclear(text)
    second = f"{match['second']} {predicate['what']}"
    return [first, second] if match["first"] else [second]


_EMPTY = re.compile(
    r"\b([a-z_]+) (?:(?:must|may|should|shall|can) (?:not|never)|cannot)(?: ever)? be (?:empty|blank|an empty (?:string|text))$"
)


def _filled(text: str, schema: Schema) -> str:
    """A text that is required already and must not be empty either has a character at least."""
    if match := _EMPTY.search(text):
        for *_, table, _ in mentions(text, schema):
            if match[1] in schema.columns(table) and schema.is_required(table, match[1]):
                if schema.type_of(table, match[1]) == "text":
                    return f"{text[: match.end(1)]} must have at least 1 character"
    return text


_LEADS = re.compile(
    r"^(?P<why>[^:,()]{3,100})(?::|, so|,) (?P<order>(?:please|kindly|could you|can you|add|create|change|widen|convert|make|alter|"
    r"index|introduce|insert|turn|switch|upgrade)\b.+)$"
)
_WANTS = re.compile(
    r"\b(?:should|must|shall|needs?|has to|have to|gets?|add|may|can|could|(?:will|would|to) (?:have|get) an?)\b"
)


def _reason(text: str, schema: Schema) -> str:
    """ "As points can be huge, ..." tells why; a number in it is no bound of a type."""
    if match := _LEADS.match(text):
        tables = {table for *_, table, _ in mentions(match["why"], schema)}
        home = {table for *_, table, _ in mentions(match["order"], schema)}
        idle = not (HARD.search(match["why"]) or _WANTS.search(match["why"]) or re.search(_NEW, match["why"]))
        idle = idle and not re.search(r"\bindex", match["order"])
        if idle and home and tables <= home:
            return match["order"]
        if idle and not home and len(tables) == 1 and match["order"].startswith("add "):
            return f"add to {tables.pop().split('.')[-1]} {match['order'].removeprefix('add ')}"
    match = re.match(r"^(?:as|since|because|given that) (?P<why>[^,]{5,90}), (?P<order>.+)$", text)
    if not match or re.search(
        r"\b(?:must|should|shall|cannot|never|only|unless|except|required|default)\b", match["why"]
    ):
        return text
    if not re.search(rf"\b(?:{_MUST}|add|change|make|need|create|please)\b", match["order"]):
        return text
    if re.search(r"\d", match["why"]) and not re.search(r"\b(?:bigint|big int|int8|64)", match["order"]):
        return text
    return match["order"]


_KEPT = re.compile(
    r"^(?:optional|required|nullable|mandatory|unique|boolean|integer|timestamp|text|numeric|jsonb?|date|whole|number|"
    r"percent|percentage)$"
)
_BRACKETED = re.compile(
    rf"\b(?:(?:that |which )?(?:tells?|says?|shows?|indicates?|marks?|stores?|knows?) )?(?P<words>(?:an?|the|some|its|their|whether|"
    rf"when|if|who|how)(?: [a-z]+){{1,7}}?) \((?:column |field |called |named )*(?P<name>{_NEW})(?P<more>(?:[,:;] ?| )[^()]*)?\)"
)
_COLON = re.compile(rf"^(?P<head>[^:()]+): (?P<tail>(?:[a-z]+ ){{0,5}}?(?P<name>{_NEW})\b.*)$")


def _named(text: str, schema: Schema) -> str:
    """A description that is followed by the column's name gives way to it."""
    if (match := _COLON.match(text)) and not schema.table(match["name"]):
        head = re.sub(r"\b(?:is |are )?(?:\w+ )?or not$", "", match["head"])
        if not (HARD.search(head) or re.search(rf"\b(?:{_NEW}\.\w+|table|index|columns|fields)\b", head)):
            text = _at_home(head, match["tail"], schema)

    def name(match: re.Match[str]) -> str:
        words = match["words"].split()
        if (
            HARD.search(match["words"])
            or re.search(r"\b(?:index|indexes|constraint|key)\b", match["words"])
            or schema.table(match["name"])
            or mentions(" ".join(words[1:-1]), schema)
            and words[0] in ("a", "an", "the")
        ):
            return match[0]
        more = (match["more"] or "").strip(" ,:;")
        kept = " ".join(word for word in words if _KEPT.match(word))
        return " ".join(f"{kept} {match['name']}{', ' + more if more else ''}".split())

    return _BRACKETED.sub(name, text)


def _at_home(head: str, tail: str, schema: Schema) -> str:
    """The tail as an order, with the table of the head where it names none of its own."""
    own = mentions(re.sub(r"\breferences .*", "", tail), schema)
    tables = list(dict.fromkeys(table for *_, table, _ in mentions(head, schema)))
    if not own and len(tables) != 1:
        return f"{head}: {tail}"
    kept = " ".join(word for word in head.split() if word in ("optional", "required", "nullable", "unique"))
    home = "" if own else f"to {tables[0].split('.')[-1]} "
    return " ".join(f"add {home}{kept} {tail}".split())
