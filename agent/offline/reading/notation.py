"""Other ways of writing bounds of a number and what it is by default, each as the readers of numbers know it."""

import re

_N = r"-?\d+(?:\.\d+)?"
_LOW = r"(?:lowest|smallest|minimum|minimal|min|bottom|lower)"
_HIGH = r"(?:highest|largest|biggest|greatest|maximum|maximal|max|top|upper)"
_ONE = r"(?: (?:possible |allowed )?(?:value|level|bound|limit|one|number|step|rank|score|grade))?"
_OWN = r"(?:(?:the|its|whose|an?|with|where) )*"
_DEFAULT = (
    r"(?:(?:the|its|our|an?|as|is|being|taken|used|assumed|also|and|counts|which) )*default(?: value| level| one)?"
)
_IS = r"(?:(?:is|are|being|as|=|means|counts as) )(?:the |our )?"
_ENDS = r"(?= ?(?:[,;.)(]|and\b|to\b|is\b|but\b|by default|default|characters|$))"


def _counted(match: re.Match[str]) -> str:
    """ "1, 2, 3, 4 or 5"."""
    numbers = [int(number) for number in re.findall(r"\d+", match[0])]
    whole = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return f"{numbers[0]} to {numbers[-1]}" if whole else match[0]


def _between(match: re.Match[str]) -> str:
    """ "1 (lowest, default) to 5 (highest)"."""
    default = f", default {match['low']}" if match["default"] else ""
    return f"{match['low']} to {match['high']}{default}"


def _side(match: re.Match[str]) -> str:
    return f"{'min' if match['low'] else 'max'} {match['n']}"


_TEXTS = r"(?:title|name|description|body|notes?|comment|summary|bio|slug|code|label|message|content|nickname|feedback|reason|caption|headline|subtitle|text)"
_WORDS = (
    r"(?:title|name|description|notes?|comment|summary|bio|slug|nickname|feedback|reason|caption|headline|subtitle)"
)
"""Names of texts that are not part of another one."""
_FINE = r"(?:allowed|accepted|fine|ok(?:ay)?|valid|permitted|possible|good|welcome)"
_BEYOND = r"(?:longer|shorter|larger|bigger|smaller|more|less|fewer|greater|higher|lower|over|above|beyond|under|below|exceeding)"
_SIDE = r"(?:max(?:imum)?|min(?:imum)?|at most|at least|up to|no more than|no longer than|<=|>=)"
_UNDER, _OVER = (
    r"(?:below|under|less than|lower than|smaller than)",
    r"(?:above|over|more than|greater than|higher than|larger than|beyond)",
)
NOTATION = (
    (r"\bwhole[- ]number (?=(?!of\b|from\b|between\b|above\b|over\b|below\b|under\b|at\b|in\b|with\b|and\b|or\b|that\b|which\b|greater\b|more\b|starting\b|default\b|not\b|is\b|up\b|no\b|than\b|to\b|column\b|field\b)[a-z])", "integer "),
    (rf"\b(?:anything|everything|values?|numbers?|all)(?: that (?:is|are|lies?))? outside(?: of)?(?: the range)?(?: of| from| between)? ({_N}) (?:to|and|through) ({_N}) (?:is|are) (?:(?:not|never|no) (?:an? )?(?:valid|allowed|possible|acceptable)|(?:an )?invalid) (?:values? (?:for|of) (?:the |an? )?)?([a-z_]+(?: [a-z_]+)?)", r"the \3 is from \1 to \2"),
    (rf"\b(?:(?:may|can|must|should|is|be|either) )*({_N})(?:,| or) ({_N}),? (?:or|and) (?:anything|everything|any (?:value|number)|all|whatever)(?: (?:that )?(?:is|lies))? (?:in between|between(?: them| these)?)", r"from \1 to \2"),
    (rf"(?:(?:must|can|may|should|is|are|be|go|goes|lies?|fall|falls) )*neither (?:(?:be|go|fall|drop|lie) )?{_UNDER} ({_N}),? (?:nor|or)(?: (?:be|go|rise|lie))? {_OVER} ({_N})", r"from \1 to \2"),
    (rf"(?:(?:must|can|may|should|is|are|be|go|goes|lies?|rises?) )*neither (?:(?:be|go|rise|lie) )?{_OVER} ({_N}),? (?:nor|or)(?: (?:be|go|fall|lie))? {_UNDER} ({_N})", r"from \2 to \1"),
    (rf"\b(an?|the|its|optional|required|short|long|one) (?:text|string|varchar) (?={_WORDS}s?\b)", r"\1 "),
    (r"(^|[.;] )for (?:the |its |all )?([a-z_]+(?: [a-z_]+)?),? (?:please )?(?:(?:we|you|only|just) )*(?:allow|enforce|permit|accept|require|use|take|set|want)s? (?:an? )?(?:length of )?(?=(?:(?:at (?:most|least)|up to|between|from|no \w+ than|max(?:imum)?|min(?:imum)?) )?\d)", r"\1the \2 has "),
    (rf"\b(?:nobody|no one|no-one|no [a-z]+) (?:(?:should|can|may|must|shall|is|are|be|able|allowed|permitted|to) )+(?:save|store|enter|have|add|create|submit|write|give|get|carry) (?:an? |the |its )?([a-z_]+(?: [a-z_]+)?) (?:(?:of|with|that (?:has|is)|which (?:has|is)|having) )?(?={_BEYOND} (?:than )?{_N})", r"the \1 must not be "),
    (rf"\b([a-z]+) ({_BEYOND} (?:than )?{_N}(?: characters)?),? (?:and|or) (?:an? )?\1 (?={_BEYOND})", r"\1 \2 or "),
    (rf"\b({_N}) characters (?:is|are) (?:all|the (?:very )?(?:most|maximum(?: length)?|longest)) (?:that )?(?:for |of |on )?((?:an? |the |its )?[a-z]+(?: [a-z]+){{0,2}}?)(?: (?:can|may|could|should|must|might)(?: (?:be|have|contain|hold|take|carry|run to))*)?(?= *(?:[.;,]|$))", r"\2 has at most \1 characters"),
    (rf"\bthe (shortest|longest) ({_WORDS})(?: (?:that|we|you|is|are|(?:allow|accept|permit|take|support)(?:s|ed)?))*,? (?:can |may )?(?:has|have|is|are) (?={_N})", lambda m: f"the {m[2]} has at {'least' if m[1] == 'shortest' else 'most'} "),
    (r"\b(?:(?:must|should|may|can|has to|have to|could) )?(?:stops?|ends?|runs?|goes?|extends?|stretch(?:es)?|reach(?:es)?) (?:(?:up|out) )?(?:at|to) (?=\d+ characters)", "has at most "),
    (rf"\bas (?:(short|few|low|little|small)|long|many|high|much|large) as (?={_N})", lambda m: f"at {'least' if m[1] else 'most'} "),
    (r"\b(?:with|having|has|leaving) (?:room|space) for (?:up to |at most )?(?=\d+ characters)", "of at most "),
    (rf"\b(?:not|never|without) (?:exceeding|surpassing|going (?:over|beyond|above|past)) (?={_N})", "at most "),
    (r"(?<=characters),? (?:and|but) (?:no|not(?: any)?|never) (?:further|longer|more|beyond(?: that)?)(?= *(?:[.;,)]|$))", ""),
    (rf"(\d characters or \w+ [^.;\n]*?{_FINE})[;,.] (?:but |and )?(?:anything |everything |whatever is )?{_BEYOND}(?: (?:ones|than that|(?:titles|descriptions|values|texts)))? (?:is|are|must|will|gets?)(?: be)? (?:not(?: {_FINE})?|rejected|refused|turned (?:down|away)|too long|too short)(?= *(?:[.;]|$))", r"\1"),
    (rf"\b(?:,? ?the )?(?:length )?(?:limits|bounds|boundaries) (?:are|being) ({_N})(?: characters)? (?:at|as|on) the (?:bottom|low(?:er)?|short|lower end|low end)(?: end| side)? and ({_N})(?: characters)? (?:at|as|on) the (?:top|upper|high|long)(?: end| side)?", r" from \1 to \2 characters"),
    (rf"\b({_TEXTS}(?: ?\((?:text|string)\))?(?:,| ?\(| ?:)?) ?length(?: is| must be| has to be| of| from| between|:)* (?:({_SIDE}) ({_N})|({_N}) (?:to|and) ({_N}))(?: characters)?", lambda m: f"{m[1]} {m[2]} {m[3]} characters" if m[2] else f"{m[1]} {m[4]} to {m[5]} characters"),
    (rf"\b(?:with|having|of) (?:an? )?length (?:of |between |from )?({_N}) (?:to|and) (?=\d+(?: characters)?)", r"of \1 to "),
    (rf"\b(?:with |having )?an? length of (?={_N} characters,? (?:at (?:most|least)|or (?:fewer|less|more|shorter|longer)|max|min))", "of "),
    (rf"\b({_N} characters) (?:as (?:the |an? )?|is the )(max|min)imum\b", lambda m: f"at {'most' if m[2] == 'max' else 'least'} {m[1]}"),
    (rf"\b(at (?:least|most) {_N} characters),?( and)? ({_N})(?: characters)? (?:(?:is|as|being|at) )?(?:the |an? )(max|min)imum\b", lambda m: f"{m[1]}{m[2] or ','} at {'least' if m[4] == 'min' else 'most'} {m[3]}"),
    (rf"\b(max|min)imally(?= {_N})", lambda m: f"at {'most' if m[1] == 'max' else 'least'}"),
    (r"\b\d+(?:, ?\d+)+,? (?:or|and) \d+\b", _counted),
    (rf"(?P<low>{_N}) \((?:the )?{_LOW}(?:(?:,| and) )?(?P<default>(?:the )?default)?\) (?:to|through|up to) (?P<high>{_N})(?: \((?:the )?{_HIGH}\))?", _between),
    (rf"{_OWN}(?<![\w.-])(?P<n>{_N}) {_IS}(?:(?P<low>{_LOW})|{_HIGH}){_ONE}{_ENDS}", _side),
    (rf"(?<=\b(?:min|max) )({_N}),?( and)? ({_N}) (?:the )?(?=(?:{_LOW}|{_HIGH})\b)", r"\1,\2 \3 is the "),
    (rf"(?<![\w.-])(?P<n>{_N}) is the (?:(?P<low>{_LOW})|{_HIGH}){_ONE}{_ENDS}", _side),
    (rf"\b{_OWN}(?:(?P<low>lowest|smallest|shortest)|longest|highest|largest|biggest|greatest){_ONE}(?:,| is| are| being| of| ?[:=])? (?P<n>{_N}){_ENDS}", _side),
    (rf"\b(min|max) ({_N}),? \(?{_DEFAULT}\b(?! ?(?:is |of |to |[=:] ?)?{_N})\)?", r"\1 \2, default \2"),
    (rf"(?:(?<=[a-z\d]) )?\b(?:(?:with|where|whereby|of which|and) )?(?<![\w.-])({_N}) (?=[abi])(?:is |as |being ){_DEFAULT}", r", default \1"),
    (rf"\b(min|max|minimum|maximum|default)(?: value)? ?[:=] ?(?={_N}\b)", r"\1 "),
    (rf";(?= ?(?:and )?(?:the )?(?:min|max|minimum|maximum|default)(?: is| of)? {_N}\b)", ","),
    (rf"\bby default,? (?:the |that |its |this )([a-z_]+(?: [a-z_]+)?) (?:is|starts at) ({_N}|true|false)\b", r"the \1 is \2 by default"),
    (rf"\bstart(s|ing) (?:by default )?in (?={_N})", r"start\1 at "),
    (r"\bfall(s?|ing) back (?:to|on)\b", lambda m: f"default{m[1] or 's'} to"),
    (rf"\b(?:on|within|in) (?:an?|the) (?:full |whole )?scale (?:of|from|between)(?= {_N})", "from"),
    (rf"\b(?:and )?the (?:full |whole )?(?:scale|range) (?:is|goes|runs)(?: from)?(?= {_N})", "it is from"),
    (rf"\b(?:bounded|limited|confined) by (?={_N} (?:and|to) {_N})", "between "),
    (rf"\b(?:(?:is|are|be|lie|go|goes|lies|must|can|may|should) )*(?:never|not|cannot)(?: (?:be|lie|go|fall))* outside(?: of)?(?: the range)?(?: of| from)? ({_N}) (?:to|and|through) ({_N})", r"from \1 to \2"),
)  # fmt: skip
