"""Other ways of writing the same, each with the words that the readers know; applied in order, line by line."""

import re

from agent.offline.words import singular

CONTRACTIONS = (
    (r"\b(i|we)'d (?:like|love)\b", r"\1 want"),
    (r"\bcan'?t\b|\bcan not\b", "cannot"),
    (r"\bwon'?t\b", "will not"),
    (r"\bshan't\b", "should not"),
    (r"\bshall\b(?! (?:we|i)\b)", "should"),
    (r"\b(\w+)n't\b", r"\1 not"),
    (r"\b(do|does|must|should|is|are|would|has|have|did|could)nt\b", r"\1 not"),
    (r"\bwhether they're\b", "whether they are"),
    (r"\b(i|you|we|they|who|that|there|it|he|she|what)'(?:d|ll|ve|re|m)\b", r"\1"),
    (r"\b(it|that|there|what|who|here)'s\b|\b(that|there|what)s\b", r"\1\2 is"),
    (r"\blet's\b", "let us"),
    (r"(?<=s)'(?=\s)", ""),
    (r"(\w)'s\b", r"\1"),
    (r"\b(it|that|which|he|she|they)(?: is| has| have) got\b", r"\1 has"),
    (r"\b(?:it|that|this|they|each one) (?:is|are)(?= ?:)", "it has"),
    (
        r"\b(?:besides|apart from|in addition to|other than|next to) the (\w+),? (?:it|they|(?:each|every|an?|the) \w+|we) (?:also )?(?:has|have|holds?|needs?|stores?|contains?|keeps?|carries|gets|wants?)\b",
        r"it has the \1,",
    ),
    (
        r"\b(start|begin|beginning|opening)(,? (?:and|/) (?:an? |the )?(?:optional |required |nullable )?(?:end|finish|closing) (time|date)s?\b)",
        r"\1 \3\2",
    ),
    (r"\benum-ish\b", ""),
    (r"(?<=[a-z])-ish\b", ""),
    (r"\bsmallint ?/ ?int(?:eger)?\b", "smallint"),
)

HTTP = (
    (r"[\"'`]?\^?\(?https\?\)?(?::?(?:\\?/){2})?[\"'`]?", " http or https "),
    (r"\bhttps?\(s\)(?:://)?", "http or https"),
    (r"\bhttps?://(?=$|[\s,.;)\"'`])", lambda m: m[0].rstrip(":/")),
)
_REJECTED = (
    r"(?:(?:there|is|are|shall|should|must|has to|have to|needs? to|will|to|be|get|gets|makes?|cause|causes|gives?) )*(?:rejected|refused|(?:an? )?errors?|not (?:be )?(?:allowed|accepted|ok|okay|permitted|valid|possible)|forbidden|disallowed|"
    r"invalid|turned away|fails?(?: the check| validation)?)"
)
_KIND = r"(?:json )?(list|array|object)s?"
_OTHER_KIND = r"(?:an? |any |plain |bare |single )*(?:lists?|arrays?|objects?|strings?|scalars?|numbers?|values?)"
_OTHER_KINDS = rf"{_OTHER_KIND}(?:(?:,? (?:or|and|not|nor)|,) {_OTHER_KIND})*"
_NOT_ABOVE_ZERO = r"(?:(?:zero|0)(?: (?:or|and|nor)|,? nor|, no|/) (?:an? |any )?(?:negatives?|less|below|lower|fewer|smaller)|(?:an? )?negatives?(?: (?:or|and|nor)|, no|/) (?:an? |any )?(?:zero|0))"


def _each_kind(match: re.Match[str]) -> str:
    """ "A list or a bare value is an error": it must be an object."""
    return f"{match[1]}it must be an {'object' if match[2] in ('list', 'array') else 'array'}"


def _above_zero(match: re.Match[str]) -> str:
    what = match[1] or "it"
    return f"{'it' if what in ('values', 'value', 'numbers', 'number', 'points', 'ones') else what} must be above 0"


_UNSAID = (
    r"(?:if|when|whenever|in case) (?:(?:it|one|they|that|this|the value) (?:is|are|was) (?:left (?:out|away)|omitted|missing|absent|unset|not (?:given|set|entered|specified|provided|passed|there))|"
    r"(?:nothing|none|no value) (?:(?:is|are|was|has been) )?(?:given|set|entered|specified|provided|passed|said|there|chosen)|"
    r"(?:nobody|no one) (?:gives?|sets?|enters?|says?|specifies|provides?|passes|chooses)(?: (?:it|one|anything|a value|something))?|omitted|missing|unset)"
)
_VALUE = r"(-?\d+\b(?!\.\d)|zero\b|\[ ?\]|\{ ?\}|an empty (?:list|array|object)\b|true\b|false\b|today\b)"
_ONCE = r"(?:unique|distinct|once|twice|duplicates?|different|not repeat|only one|just one|at most one)"


def _and_listed(match: re.Match[str]) -> str:
    """ "Unique on child_id, code"."""
    return f"unique: {match[1].replace(', ', ' and ')}"


def _unlike(match: re.Match[str]) -> str:
    """ "A child's chores all have different names": the name is unique per child."""
    return f"the {singular(match[2])} must be unique per {match[1]}"


_GONE = r"(?:deletion|removal|loss)"
_MAY_HAVE = r"it may be linked to a \1"


def _one_of(match: re.Match[str]) -> str:
    """ "Attach one of our lessons to a quest"."""
    return f"it may be linked to a {singular(match[1])}"


WORDING = (
    (r"\bshould (?:the|that|an?|this) ([a-z]+) (?:be|get) (deleted|removed)\b", r"if the \1 is \2"),
    (r"\b(?:losing|deleting|removing) (?:the|that|an?|this) ([a-z]+) (?:must|should|shall|does|may|will) not (?:delete|remove|take)[^.;,]*?(?:(?:, | but | and )(?:(?:but|and|it|just|should|must|only) )*(?:set|empty|clear|null)[^.;,]*|(?=[.;,]|$))", r"if the \1 is deleted it stays"),
    (rf"\b(?:the )?{_GONE} of (?:the|that|its|an?) ([a-z]+) leaves [^.;,]*", r"if the \1 is deleted it stays"),
    (rf"\b(?:it )?survives? (?:the )?{_GONE} of (?:the|that|its|an?) ([a-z]+)[^.;,]*", r"if the \1 is deleted it stays"),
    (rf"\b(?:it )?survives? ([a-z]+) {_GONE}(?: with null)?", r"if the \1 is deleted it stays"),
    (rf"\b([a-z]+) {_GONE} is (?:blocked|refused|prevented|forbidden|not possible)(?: while [a-z ]+| as long as [^.;(]*)?", r"deleting the \1 is refused"),
    (r"\b(?:nulled|nullified|nullify|cleared|emptied)(?: out)? (?:on delete|(?:when|if|once) (?:it|that) (?:is|gets) (?:deleted|removed))\b", "set null on delete"),
    (r"\b([a-z]+) deleted ?[-=]> ?(?:set )?null(?:, [a-z]+ (?:is )?(?:kept|stays))?", r"if the \1 is deleted it stays"),
    (r"\bcascade on [a-z]+ delete\b", "on delete cascade"),
    (r"\b[a-z]+ (?:about|of|for|with|on|from) an? (?:deleted|removed) ([a-z]+) (?:are|is|get|gets) deleted(?: as well| too)?", r"if the \1 is deleted it goes too"),
    (r"\bas long as (?:it|they) (?:does|do),? ", ""),
    (r",? (?:but|though|although) (?:(?:it|they) )?(?:do(?:es)?|need) not(?: (?:have|need) to)?(?: be)?(?= ?[.;,]|$)", ", optional"),
    (r"\bmay or may not\b", "may"),
    (r"(^|[.;] )(?:please )?link it to (?=an? )", r"\1it is linked to "),
    (r",? (?:i\. ?e\. ?,?|meaning|so) ?(?:that )?the (?:column|field|reference|link) (?:goes back to|becomes|is|turns) (?:null|empty)\b", ""),
    (r"\b(?:is|are) sometimes (?=[a-z]+(?:ed|ilt|t) )", "may be "),
    (r",? in which case (?:we|it) (?:stores?|says|records?|knows?|keeps?) which (?:one|[a-z]+)(?: it is)?", ""),
    (r"\bit is (?:fine|ok|okay) for there to be none\b", "it is optional"),
    (r"(^|[.;] )no ([a-z]+) is (?:fine|ok|okay)(?: too| as well)?(?= ?[.;]|$)", r"\1the \2 is optional"),
    (r"\bthere (?:may|can|might|could) be an? ([a-z]+) (?:behind|linked to|attached to|for|with|on) (?:an?|the|each|every) [a-z ]+?(?= ?[.;,]|$)", r"it may have a \1"),
    (r"\blink from (?:the|an?|each|every) [a-z]+ to (?=the |an? )", "link to "),
    (r"\b(?:we|i) want to (?:be able to )?(?:attach|link|connect|tie) (?:one of (?:our|the) |an? )([a-z]+) to (?:an?|the|each|every) [a-z ]+?(?= ?[.;,]|$)", _one_of),
    (r"\b(?:an? |the )?[a-z]+ (?:does|do|need) not need an? ([a-z]+),? but (?:it )?(?:can|may) have one(?: from (?:our|the) [a-z]+(?: table)?)?", _MAY_HAVE),
    (r"\b(?:if|where|when) (?:an?|the) [a-z]+(?: [a-z]+)? (?:comes from|trains|has|uses|is about|belongs to|is linked to|is for) (?:an?|one of (?:our|the)) ([a-z]+),? (?:we|i) (?:store|keep|want to (?:know|store|keep)|record|save) which(?: one)?[,;]? ?otherwise (?:(?:it|that) (?:is|stays) )?(?:null|empty)\b", _one_of),
    (r"\bnot (?:every|each) [a-z]+ (?:trains|has|needs|uses|comes from) an? [a-z]+, so (?=the |its |this )", ""),
    (r"-> ?([a-z_]+)\.id\b", r"-> \1"),
    (r",? or for (?:none|no [a-z]+)(?: at all)?(?:,? and then [a-z_]+ is null)?(?= ?[.;,]|$)", ", optional"),
    (r"\bis an? (nullable|optional|required) (?:foreign key|fk|reference)(?! (?:to|on|for|into)\b)", r"is \1"),
    (rf"(\b{_ONCE}\b|\brepeat|\breuse|\bsame )([^.]*?)(?:[;,.]| \() ?(?:(?:though|but|while|and|whereas|yet) )?(?:they can repeat across (?:children|kids|parents|users)|across (?:children|kids|parents|users) [^.;()]*?\brepeat|(?:(?:two|2|an)? ?(?:different|other) )(?:children|kids|parents|users|child) (?:(?:may|can|could|are free to|are allowed to)(?: well| of course| still)*) (?:repeat|share|reuse|use|have (?:(?:quests|[a-z]+) with )?the same)\b)[^.;()]*\)?", r"\1\2"),
    (rf"(^|[.;:] ?)(?:within|for|per|inside) (?:an?|one|any|each|every|the same|a single)(?: given| single)? ((?!row\b|new\b)[a-z]+(?: and [a-z_]+)?),? ((?:(?:each|every|the|an?|there|no) )?[a-z_ ]*\b{_ONCE}\b[a-z_ ]*)(?= *(?:[.;,]|$))", r"\1\3 per \2"),
    (r"\bif (?:an?|the) ([a-z]+) already has (?:an?|one) [a-z ]+? (?:with|of) (?:that|the same|this) ([a-z_]+),? [^.;]*?\b(?:fails?|rejected|refused|not allowed|an error)\b", r"the \2 must be unique per \1"),
    (r"\b(?:an?|each|every|one|the) ([a-z]+)'?s? [a-z]+ (?:(?:must|should|shall|need to|have to) )?(?:all )?have (?:different|distinct|unique) ([a-z_]+)\b", _unlike),
    (r"\b(?:(?:do(?:es)?|must|may|can|shall|should) not|cannot|never) (?:be )?(?:repeat(?:ed|s)?|reused?|recurs?)\b( (?:within|per|in|for|by|inside) (?:(?:an?|one|each|every|any|the same) )?(?=[a-z]))?", lambda m: f"must be unique{' per ' if m[1] else ''}"),
    (rf"\ba (?:second|2nd|duplicate|further) ([a-z ]+?) (?:for|of|with|by) (the same [^.;]*?) {_REJECTED}\b", r"there cannot be two \1 for \2"),
    (r"\b(one|two|1|2) ([a-z]+) for an? ([a-z]+) and an? ([a-z]+)\b", r"\1 \2 per \3 and \4"),
    (r"\b(?:(?:please|add|create|put|with|an?|the|composite|compound) )*unique (?:constraint|key|index)? ?(?:on|over|across) \(?([a-z_]+(?:, [a-z_]+)+)\)?(?= *(?:[.;]|$))", _and_listed),
    (r"\b(once (?:per|for each|for every) [a-z_ ]+?),? (?:and|but) (?:not again|never again|not twice|no more)\b", r"\1"),
    (r"\b(?:one|1) ([a-z_]+),? (?:and )?(?:one|1) ([a-z_]+),? (?:one|1) (?:row|record|entry)\b(?:[:,;] (?:please )?enforce (?:that|this|it)(?: (?:in|by) the database)?)?", r"one row per \1 and \2"),
    (r"\buniqueness ?: ?", "unique: "),
    (r"\b((?:only|just|at most) (?:one|1) [^.;,]*?) (?:is|are|may be) (?:allowed|permitted|possible|accepted)\b", r"\1"),
    (rf"\b{_UNSAID},? (?:(?:then|it|they|we|please|should|shall|must|will|be|is|are|use|take|takes|assume|becomes?|gets?|store|starts?|at|as|counts?) )*{_VALUE}", r"it defaults to \1"),
    (rf"(?:\bit is |\bthey are )?(?<![\w.]){_VALUE},? {_UNSAID}(?! empty)", r"it defaults to \1"),
    (rf"\b(?:leaving (?:it|them) (?:out|away)|omitting (?:it|them)|having no [a-z]+) (?:gives|means|yields|results in|sets it to) {_VALUE}", r"it defaults to \1"),
    (rf"\bby default there (?:is|are) none(?:,? (?:i\. ?e\. ?|meaning |so )?,? ?{_VALUE})?", "it is empty by default"),
    (r"(?:,? and |, |\b)(?:(?:checked|constrained|validated|a check|a constraint) (?:with|by|that|using|via) )?jsonb?_typeof ?(?:\([a-z_ ]*\))? ?(?:=|is|must be) ?['\"]?(array|object)\b['\"]?", r", it must be an \1"),
    (r"\bneither(?: of (?:them|these|the (?:two|2)))?(?: (?:is|are|may be|can be))? (?:nullable|optional|empty|null)\b", "both are required"),
    (r"\bthere is (also )?an? (jsonb? (?:list|array|object)) for the ([a-z_]+(?: [a-z_]+)?)(?= *(?:[.,;(]|which|that|$))", r"the \3 is a \2"),
    (r"\b(?:we|i) want the ([a-z_]+) to be (?=an? )", r"the \1 is "),
    (r"\bstrictly (?=greater|more|larger|bigger|higher|above|over|less|below|smaller|lower|under|positive)", ""),
    (r"\b(?:starts?|begins?|goes|runs) (?:from|at) (\d+|one|zero) (?:with|and has|and|but has) no (?:upper|maximum) (?:limit|bound)\b", r"is at least \1"),
    (r",? (?:(?:and|but|with|has|an?|there is) )*no (?:upper|lower|length|size) (?:limit|bound)(?: on (?:how long (?:it is|they are)|(?:its|the|their) lengths?))?\b", ""),
    (r"\bwith (-?\d+) as (?:the |its )?(?:lower|minimum|bottom|smallest|lowest)(?: bound| limit| value)? and (-?\d+) as (?:the |its )?(?:upper|maximum|top|largest|highest)(?: bound| limit| value)?\b", r"from \1 to \2"),
    (r"\b(\d+) ?= ?[a-z]+(?: [a-z]+)? (?:to|through|until|up to) (\d+) ?= ?[a-z]+(?: [a-z]+)?(?= *[,;.)]|$)", r"\1 to \2"),
    (r"\bthe (minimum|min|lowest|smallest|maximum|max|highest|largest) (?!length|value|number|size|amount|age)([a-z_]+) (?:is|shall be|must be|should be) (?=\d)", lambda m: f"the {m[2]} is at {'least' if m[1] in ('minimum', 'min', 'lowest', 'smallest') else 'most'} "),
    (r"\b(starts?|begins?) (at|with|from|on) (?:level|stage|number|rank|step) (?=\d|one\b)", r"\1 \2 "),
    (r"\b(?:(?:an?|each|every|all|any|the) )?(?:brand[ -])?new (?!child\b|children\b|parents?\b|users?\b)[a-z]+ (?:(?:start|begin|stand)s?(?: out)? (?:at|with|on|as|from)|(?:is|are) at) (?=\d|zero\b|one\b)", "it starts at "),
    (r"\b(?:it is|is|are|being) (\d+|zero|one) for (?:an?|each|every|all|any) (?:brand[ -])?new [a-z]+\b", r"starts at \1"),
    (r"\b(?:drop|dip|sink|fall|climb|rise|grow)(s?)(?: down| up)? (below|under|beneath|above|over|beyond)(?= (?:-?\d|zero|one))", r"go\1 \2"),
    (r"(^|[.;] )(?:please )?(?:keep|store|record|save|track|hold) (?:how|what|which) [^.,;()]+? in (?:the )?(?:column |field )?([a-z_]+)(?= ?[(:,])", r"\1\2"),
    (r"\bvalues of (?:the )?(?=[a-z_]+ (?:under|below|over|above|less|more|outside|lower|higher)\b)", "the "),
    (r"\b(?:make sure|ensure|enforce|check|verify|guarantee)(?: that)? (?:it|they)(?: really| actually)? (?:is|are) (?!optional|nullable)", "it must be "),
    (rf"\b(?:anything|everything|whatever|values?) (?:(?:that|which) (?:is|are) not|other than|but|except) ([^.,;]+?) {_REJECTED}\b", r"it must be \1"),
    (rf"\bnon-{_KIND}(?: values?)? {_REJECTED}\b", r"it must be an \1"),
    (rf"\b(jsonb? )(list|array|object)((?: only| in it)*) ?[(,;-] ?(?:and |but )?(?:(?:never|not|no) {_OTHER_KINDS}|{_OTHER_KINDS} {_REJECTED})(?: ?\))?", r"\1\2\3, must be an \2,"),
    (rf"(^|[.;,] )(?:an? )?(list|array|object)s? (?:or|and) (?:an? )?(?:bare|plain|scalar|single) values? {_REJECTED}\b", _each_kind),
    (rf"\b(?:we|i) (?:never|do not) (?:ever )?(?:want|need|accept|allow|take) {_NOT_ABOVE_ZERO} ([a-z_]+)", _above_zero),
    (rf"\b(?:(?:can|may|must|should|shall|will|is|are) (?:not|never)|cannot(?: ever)?|never)(?: ever)? (?:be |go |drop )*{_NOT_ABOVE_ZERO}\b|\bno {_NOT_ABOVE_ZERO}\b", "must be above 0"),
    (rf"\b{_NOT_ABOVE_ZERO}(?: ([a-z_]+))? {_REJECTED}\b", _above_zero),
    (r"\blet (?:the |its |their )?([a-z_]+(?: [a-z_]+){0,4}?) be (?=\d|jsonb?\b|an? (?:optional|required|whole|integer|text|number|date|boolean|json)|at (?:least|most)|between|more|optional|required|\[|\{)", r"the \1 is "),
    (r"(^|[.;:] )for (?:the )?((?!(?:an?|the|each|every|all|any|our|one) )[a-z_]+(?: [a-z_]+){0,4}?),? (?:please )?(?:(?:we|i) (?:want|need|store|keep|record|use)|record|store|keep|use|save|take|there (?:is|should be)) (?=an? (?:(?:required|optional|nullable|whole|short|json|free) )*(?:numbers?|integer|int|text|string|jsonb?|boolean|date|timestamp|decimal|list|object|array|percentage)\b)", r"\1the \2 is "),
    (r"\be\.\s?g\.,?", "such as"),
    (r"\bi\.\s?e\.,?", "meaning"),
    (r"\betc\.?(?=[\s,;)]|$)", ""),
    (r"\b(max|min|approx|char|chars|opt|req)\.(?=\s+(?:[\d(]|one\b|two\b))", r"\1"),
    (r"\bchars?\b", "characters"),
    (r"\bvs\.?(?= )", "versus"),
    (r"\bw/o\b", "without"),
    (r"\bw/(?=\s)", "with"),
    (r"\bif[ -]and[ -]only[ -]if\b|\biff\b", "exactly when"),
    (r"\b(up to|until|till|through|to|from),? (?:and|&) including\b", r"\1"),
    (r"\b(?:up to|until|till|to),? but (?:not including|excluding|without)\b", "to below"),
    (r",? *\b(?:shall we say|let us say|so to (?:say|speak)|as it were|if you will|i must say|needless to say|to be honest|strictly speaking)\b,?", ""),
    (r"\b(in|by|before|until|since|from|after|mid|early|late|end of)[ -]may\b(?= *(?:[.,;:)\n]|\d|and\b|$))", r"\1 june"),
    (r"\b(may|can|could|should|must) (?:still|of course|continue to)\b", r"\1"),
    (r"\bwould it be possible (?:that|to|for)\b", "please"),
    (r"\b(?:leav(?:es?|ing) out|exclud(?:es?|ing)|skip(?:s|ping)?|omit(?:s|ting)?|ignor(?:es?|ing)|without) (?:everything|all|anything|whatever|rows|ones|those|the ones|[a-z]+s) (?:that|which) (?:is|are) not (?:both )?", "only "),
    (r"\b(below|under|above|over|beyond) (?:that|this|it)\b", r"\1 «"),
    (r"\b(?:i|we)(?: am| are)? (?:thinking (?:of|about)|imagining|picturing) ?:?", "it has "),
    (r"\b(?:every(?:one|body| child| kid| row)|they all|each one|new ones) (?:starts?|begins?) (?:on|at|with|as|from) ", "starts at "),
    (r"\b(an?|optional|required|the) (?:longer|shorter|bigger|nice|little) (?=[a-z])", r"\1 "),
    (r"\b(?:on|at) (?:or|/) (after|before)\b", lambda m: "not before" if m[1] == "after" else "not after"),
    (r"\b(?:i|we) ask (?:(?:the|our) )?(?:parents?|family|families|child|children|kids?|users?) for (an?) ", r"it has \1 "),
    (r"\bfrom (\d+|one|zero) (?:up(?:wards?)?|onwards?)(?! to)\b", r"at least \1"),
    (r"\b((?:the|this|each|an?|its|their|by|in|of) [a-z_]+|they|it) (?:itself|themselves)\b", r"\1"),
    (r"(_(?:at|on|id|url)) ?/ ?(?=\w+_(?:at|on|id|url)\b)", r"\1 and "),
    (r"\b(?:do(?:es)?|need) not (?:have to |need to )?be (?:filled(?: in| out)?|given|set|there|present)\b", "is optional"),
    (r"\b(?:throw|chuck|toss) (them|it|those|these) (?:away|out)\b|\bget rid of (them|it|those)\b", r"delete \1\2"),
    (r"\bwithout not null\b", "optional"),
    (r"\bso (?:that|this|it|that one) is (?:an? )?(required|mandatory|obligatory|optional|must(?!-))\b", r"which is \1"),
    (r"\b(required|mandatory|optional) (?:this|that|every|the whole) time\b", r"\1"),
    (r"(^|[.;] )unless (?:(?:specified|stated|told|noted|set|given|said) )?otherwise(?: (?:specified|stated|noted|set|given|said))?,? (?:the )?([a-z_]+) (?:(?:shall|should|must|will) be|is) ([^.;,()]+?)(?= *(?:[.;]|$))", r"\1the \2 is \3 by default"),
    (r"(^|[.;,] )(?:and )?(?:the )?default (?!value|choice|option|one|of|for|to|is|on|at)([a-z_]+) (?:is|shall be|should be|must be|will be) ([\w'-]+)(?= *(?:[.;,]|$))", r"\1the \2 is \3 by default"),
    (r"(_(?:at|on)|(?<=ed) at)(?: for)? when (?:it|they|he|she|we|the [a-z]+)(?: (?:was|is|were))? (?!is\b|in\b|not\b|set\b|null\b)[a-z]+(?: it| them)?\b", r"\1"),
    (r"(^|[.;] )if no ([a-z_]+) is (?:given|set|specified|stated|provided), (?:the |an? )?([^.;,()]+?) (?:shall|should|must|will) be (?:used|set|taken|assumed)(?= *(?:[.;]|$))", r"\1the \2 is \3 by default"),
    (r"\b([a-z_]+) being (?:the |its )?default(?: value| one| choice)?\b", r"default \1"),
    (r"\bwith an? check (?:constraint )?(?:on|for|of) (?=[a-z_]+, [a-z_]+(?:,| or| and) )", "one of "),
    (r"\bunless (?:we|you|they|i|somebody|someone|editors?|people|anybody|anyone) (?:says?|sets?|picks?|choose|chooses|tells?|specif(?:y|ies)|states?|decides?)(?: it| so| that| you| us)?(?: something)? (?:otherwise|else|differently)\b", "by default"),
    (r"\b([a-z]{4,})\b([^.;\n]{0,40}?)\benum(?:s|eration)?(?: type)?(?: called| named)? [a-z]+_\1\b(?: ?:)?", r"\1\2enum"),
    (r"\benum (column|field) ([a-z_]+) (on|to|for|in) ((?:(?:the|our|table) )*[a-z_]+)", r"\1 \2 \3 \4 , enum"),
    (r"\b([a-z_]+) enum (to|on|for|in) ((?:(?:the|our|table) )*[a-z_]+)(?= ?[:,(]| with)", r"\1 \2 \3 , enum"),
    (r"\benum(?: type)? (?:with|of|containing|whose values are)(?: the)?(?: values?| options?| labels?)?:? (?=[a-z_]+(?:,| and| or) )", "enum one of "),
    (r"\b(?:do not|does not|need not|must not|should not|not to|without)(?: (?:make|making|be|have|need|needs|enforce|add|force|want|require|the|it|them|that|this|these|pair|combination|to|an?|any|two|of))+ unique(?:ness)?(?: constraint| index| key)?\b", "not unique"),
    (r"\bdisallow(s|ed)?\b", r"forbid\1"),
    (r"\bwhat (?:we need|is (?:needed|wanted|required)|i (?:need|want))(?: (?:here|now))? is(?= an? | the | one )", "please add"),
    (r"\b(?:could|can|may|should|would) (?:the |our |each |every )?([a-z_]+) (?:please )?be given(?= an? )", r"please give \1"),
    (r"(?<!has )(?<!have )(?<!needs )(?<!need )(?<!is )(?<!are )(?<!want )\bto be (added|created|introduced)(?= (?:to|on|in) )", r"has to be \1"),
    (r"(^|[.;:] |[!?] )((?:an? |the )?(?!column|field)[a-z_]+(?: [a-z_]+){0,2}?(?: ?\([^()]*\))?) (?:has to|must|should|needs? to|is to|shall|could|may|can) be (?:added|introduced) (to|on|for) (?!an? )", r"\1add \2 \3 "),
    (r"\b(?:i|we) (?:want|need|would like) (?:the |our )?(?:system|database|db|app|schema|backend) to (?=refuse|reject|forbid|enforce|prevent|stop|allow|accept|log|record|audit)", "please "),
    (r"\b(?:whenever|if|when|as soon as) (?:the )?([a-z_ ]+?) (?:would |is to |were to )?(?:exceed|be (?:above|over|more than|greater than|higher than)|is (?:above|over|more than|greater than|higher than))s? (-?\d+),? (?:then )?(?:the )?(?:database|db|system|row|insert|update|write|change|it) (?:should|must|has to|shall) (?:be )?(?:reject|refuse)(?:ed|d)?(?: (?:that|the|this|such an?) [a-z]+| it)?", r"\1 must not exceed \2"),
    (r"\b(?:whenever|if|when|as soon as) (?:the )?([a-z_ ]+?) (?:would |is to |were to )?(?:be|is|falls?|drops?|goes|go) (?:below|under|less than|lower than) (-?\d+),? (?:then )?(?:the )?(?:database|db|system|row|insert|update|write|change|it) (?:should|must|has to|shall) (?:be )?(?:reject|refuse)(?:ed|d)?(?: (?:that|the|this|such an?) [a-z]+| it)?", r"\1 must be at least \2"),
    (r", (?:which|and that|that) is why\b", ". "),
    (r"\bcovering (?=(?:only|just) )", "with "),
    (r"^((?:as an? [a-z][a-z -]{2,40},? )?i (?:want|need|would like|wish|am supposed) to (?!not )(?:(?!only|never|except|unless|without)[a-z']+ ){2,12}?[a-z']+), so (?=(?:the |our |every |each )?[a-z_]+ (?:needs?|should|must|has to|have to|gets?|wants?) )", ""),
    (r"(?:, |; |\. ?)(?:and |as |like |just as |the way )?(?:the )?[a-z]\w*\.[a-z_]+ (?:already |also )*(?:has|have|does|do)(?: already)?(?: (?:such|that|one|it|this|the same|an?|a similar))*(?: (?:check|rule|constraint|index|limit|bound|column|default))?(?: already)?(?= *(?:[.;]|$))", ""),
    (r",? but (?:(?:that|this)(?: one)?|it|they)? ?(?:(?:do(?:es)? not (?:have|need) to|need not|needs? no)(?: be| have one| exist)?|is optional)(?= *(?:[.,;)]|$))", ", optional"),
    (r"\b([a-z_]+) (?:by default|at first|initially),? (?:and |or |but )*(?:otherwise|later(?: on)?|then|afterwards)(?: either)? (?=[a-z_]+(?:,| or ))", r"\1 (default), "),
    (r"\bavailable-from(?: (?:time|date))?\b", "availability"),
    (r"\bshall\b", "should"),
    (r"\b(valid|active|visible|available) (until|since|(?<!available )from)(?= *(?:[:=,;(.<>]|$| and\b))", r"\1_\2"),
    (r"\bif an? ([a-z_]+(?: (?:time|date))?) is (?:given|set|known|there|present), (?:it|this) (?=(?:must|should|has to|is|lies|comes)\b)", r"the \1 "),
    (r"\bwhat (kind|type|sort)(?: of [a-z]+)? (?:it|this) is\b", r"a \1"),
    (r"\bwhere (?:it|this) stands\b", "a status"),
    (r" so far(?= *(?:[,;.)(]|(?:is|are|which|that)\b))", ""),
    (r"\bif (?:wanted|desired|needed|any|applicable|known), (?=an? )", "optionally "),
    (r"\bwhat (?:it|they) (?:pays?|gives?|brings?|earns?|yields?)(?: out)?: ", ""),
    (r"\b((?:jsonb? )?(?:list|array|object)s?), (?=empty (?:by default|at first|initially))", r"\1 "),
    (r"\b(array|list|object)( [^.;\n]{0,40}\bempty) one\b", r"\1\2 \1"),
    (r"(^|[.;] )(?:also )?(?:recorded|stored|kept|tracked|included|needed) (?:also )?are(?= (?:the|an?|its) )", r"\1it has"),
    (r" // ", " . "),
    (r"\bin (?:a|the) table (?:of the same name|called the same)\b", ""),
    (r"\b(?:whenever|when|if|in case) (?:we|you|they|i|people|somebody|someone|one|editors|parents) (?:leaves?|omits?|skips?|forgets?|do(?:es)? not)(?: (?:set|give|say|pick|choose|specify|provide|mention|fill|enter))?(?: (?:it|that|one|this|anything|something))?(?: (?:out|in|away|off))?\b(?! (?:empty|blank|null))", "if nothing is said"),
    (r"\b(?:1|one) ([a-z]+) ?: ?(?:n|many) [a-z]+\b", r"each row belongs to one \1"),
    (r"\b(mark|flag)able as\b", r"\1ed as"),
    (r"\b(an?|one|per|same|each|every) family\b(?= (?:can|may|must|has|have|should)| ?[.,;]|$)", r"\1 parent"),
    (r",? *\bof course\b,?", ""),
    (r"\( ?(?:it |this |that )?is (optional|required|mandatory|nullable|obligatory) ?\)", r"(\1)"),
    (r"\bone ([a-z]+) = one ([a-z]+)\b", r"each \1 belongs to one \2"),
    (r"\b(?:instead of|rather than) (?:the |an? )?32[ -]?bits?(?: (?:ones?|integers?|numbers?))?\b", ""),
    (r"\b(?:date|(?:mon|tues|wednes|thurs|fri|satur|sun)?day)(?: on which| that| when)? (?:its (\w+)|the (week|month|term|quarter|year)) (start|begin|end)s(?: on)?\b", lambda m: f"{m[1] or m[2]}_{m[3].replace('begin', 'start')}_date"),
    (r"\b(is|are|was) (\w+(?:ed|[eowr]n|[rl]d)) ((?:by|to|from|for) an? [a-z]+) at (?:some|a certain) (?:point(?: in time)?|time|moment) ?(?:\(|, )(?:(?:please|which) )?(?:is |we )?(?:store|keep|record|save)d?(?: it| that| when| the time)?(?:\)|(?=,))", r"\1 \2 \3, has \2_at"),
    (r"(^\s*|[.;] )(?:and )?((?:(?![.;:(] )[^\n;])+?) (?:goes?|belongs?|is (?:stored|kept|saved)|are (?:stored|kept|saved)) (?:in(?:to)? (?:there|it)|there)(?: too| as well)?(?:,? and so (?:does|do|is|are) |(?=,| *[.;]))", lambda m: f"{m[1]}it also has {m[2]}{' and ' if m[0].endswith(' ') else ''}"),
    (r"\bwhere (?:it|they|the [a-z]+) (?:comes?|came|originates?) from\b(?= ?(?:[,(:.;]|and |\n|$))", "the source"),
    (r"\b(and,?|,) if (?:an?|the|there is an?) [a-z]+(?: (?:has been|was|is|got) [a-z]+(?:ed|en|n|t))?, an? (?=[a-z])", r"\1 an optional "),
    (r"(^\s*|\. )(?:both )?((?:the|an?) [^.:;\n]+?),? (?:should|must|will|has to|have to|needs? to|is|are)(?: to)? be (?:recorded|stored|kept|saved|tracked|noted) for (?:each|every) [a-z]+(?= *(?:[.;\n]|$))", r"\1it has \2"),
    (r"(^\s*|\. )(?:our )?(?:kids|children|parents|users|families|members) (?:should|must|can|will|may) (?:be able to |get to )?(?:collect|earn|gain|unlock|win|receive|gather) [a-z]+(?: [a-z]+)?, so (?=we|please|i |let us|add|create)", r"\1"),
    (r"(?<=[a-z])(?:,| is| are| has)? (?:exactly )?(?:the )?(?:same (?:thing|here|again)|ditto|likewise)(?= *(?:[,.;)]|$|and |plus ))", " : same"),
    (r"\breqd?\b(?= *(?:[,;)]|$))", "required"),
    (r"\bopt\b(?= *(?:[,;)]|$))", "optional"),
    (r"(?<!has )(?<!have )(?<!had )(?<!needs )(?<!need )(?<!ought )(?<!only )\bto (?:begin|start) with\b(?! (?:an? )?(?:literal|http|letter|slash|hash|@|#|/))", "initially"),
    (r"\s*\+=\s*", " : add "),
    (r"\b(jobs?|workers?|scripts?|functions?|process(?:es)?|backend|server) \((?:the |via |with |as |by |uses |using )*service[ _]role(?: key)?\)", r"\1"),
    (r"\b(?:the )?moment of (?:the )?(?:insertion|creation|inserting)\b|\b(?:insertion|insert) time\b", "now"),
    (r"\b(jsonb?)(?: objects?)?,? (?:both )?(?:an )?empty(?: objects?)?,? (?:by default|initially|unless (?:(?:it|they) (?:is|are) )?(?:given|set|told|said|filled|provided|specified)(?: otherwise)?)(?!\w)", r"\1 default {}"),
    (r"\b(?:the )?(?:last|latter) (?:two|2)(?: of (?:them|these))?(?: (?:are|being|is))? (?=optional|nullable|required|mandatory)", "both "),
    (r"\b(?:that|which) (?:we|i)(?: will| shall)? call\b", "called"),
    (r",? please(?= ?[?.!])", ""),
    (r"\bbelongs_to\b", "belongs to"),
    (r"\b([a-z]+)-(?:scoped|owned)\b", r"per \1"),
    (r"\bper-(?=[a-z])", "per "),
    (r"\b(?:upper|top) (?:limit|bound)\b", "maximum"),
    (r"\b(?:lower|bottom) (?:limit|bound)\b", "minimum"),
    (r"\b(min|max)_length ?[:=]? ?(\d+)", r"\1 \2 characters"),
    (r",? (?:both |each )?(?:ends |bounds )?inclusive(?:ly)?(?= *(?:[.;,)]|$))", ""),
    (r"\b(optional|required|mandatory|nullable) text ([a-z_]+)(?= ?\()", r"\1 \2 text"),
    (r"\b(?:and )?(?:i|we) (?:believe|think|guess|suppose|reckon) (?:that )?(?:this |that |it )?(?:means|calls for|asks for) ", ". we need "),
    (r"\b(?:and )?leave (?:it|them) (nullable|optional)\b", r"\1"),
    (r"\b(?:(?:must|should|shall|has to|may|can) )?(?:accepts?|takes?|holds?|contains?)(?= (?:[a-z]+ ){0,3}\d+(?: ?(?:to|and|-) ?\d+)? characters)", "is"),
    (r"\b(?:be |is |are )?(?:restricted|limited|confined) to the range(?: of| from)? ", "between "),
    (r"\benum(?: stored)? as text\b|\btext enum\b", "text"),
    (r"\bchar(?:acter)?_length\b(?: ?\( ?[a-z_]+ ?\))?", "length"),
    (r"(?:^|(?<=[.;] ))oh,? (?:and )?", ""),
    (r"\bby the (?:db|database)\b", ""),
    (r"\b(?:(?:must|has to|should|shall|needs to) )?(?:fits?|fitting) (?:into|in|within) (?=\d)", "at most "),
    (r"\b(?:bounded|cap(?:ped)?(?: it| them| this| that)?) (?:at|to|by) (?=\d)", "at most "),
    (r"\banywhere (?=from|between)", ""),
    (r"(?:^|(?<=[;,.])|\b(?:and|so)\b) *(?:please )?enforce (?:it|that|this)(?: in the (?:db|database))?(?= *(?:[.;]|$))", ""),
    (r"\bthe (?:db|database) (?:should|must|shall|has to|needs to) (?:enforce|ensure|check|make sure) that\b", ""),
    (r"\b(an?|the) (?:not|non)[ -]null(?:able)? (?=[a-z])", r"\1 required "),
    (r"\bcol\b", "column"),
    (r"\b(a|the|check) constrain\b", r"\1 constraint"),
    (r"\buniq\b", "unique"),
    (r"\bdup(?:e?s|e)?\b", "duplicate"),
    (r"\bidx\b", "index"),
    (r"\bpls\b|\bplz\b", "please"),
    (r"\s&\s", " and "),
    (r"(^|[.;] )(?:the )?(required|mandatory|obligatory|optional)(?: (?:fields|columns|ones))? (?:are|is):?(?= [a-z])", r"\1\2:"),
    (r"\b(?:nobody|no one|no-one) (?:else )?(?:except|but|other than|besides)(?: for)?(?: the)?(?= )", "only"),
    (r"\byes ?/ ?no\b|\btrue ?/ ?false\b|\byes or no\b|\btrue or false\b", "boolean"),
    (r"\bmany[ -]?(?:to|2)[ -]?many\b|\bn:m\b|\bm:n\b|\bm2m\b", "many-to-many"),
    (r"\bread[ -]only\b|(?<!and )(?<!, )(?<!/ )(?<!or )\b(?:view|select|look)[ -]only\b", "read-only"),
    (r"\b(append|insert|add)[ -]only\b", "append-only"),
    (r"\b(table|column)s? (?:affected|concerned|involved|in question|to (?:change|alter|extend))(?= *:)", r"\1"),
    (r"\b(?:affected|relevant) (table|column)(?= *:)", r"\1"),
    (r"\bnon[ -]?negative\b", "non-negative"),
    (r"\bat the (?:very )?(?:outside|most|max)\b|\bat very most\b|\btops\b(?= *(?:[,.;)]|$))", "at most"),
    (r"\bat the (?:very )?least\b|\bno fewer than\b", "at least"),
    (r"(?<!\d )\b(?:until|till|upto|not over|not above) (?=\d+ (?:letters|characters|signs|symbols)\b)", "at most "),
    (r"\bnon[ -]?null(?:able)?\b", "not null"),
    (r"\b(?:(?:composite|compound|combined|joint|two-column|2-column) )?(?:pk|primary key)\b(?!_)", "primary key"),
    (r"\b(?:composite|compound) key\b", "primary key"),
    (r"\bset[ -]null\b", "set-null"),
    (r"\bup[ -]to\b", "up to"),
    (r"\bsigned[ -]in\b|\blogged[ -]in(?= (?:users?|people|members|persons?|parents?|famil(?:y|ies)|accounts?|clients?|can|may)\b)|\bauthenticated\b", "signed-in"),
    (r"\b(?:who|that)(?:'s| is| are) (?:logged|signed)[ -]in\b", "signed-in"),
    (r"\bdate(?: (?:and|plus|with|&|\+) (?:the (?!time (?:it|he|she|they|when|that|the|a) ))?|[ -]?)time\b", "datetime"),
    (r"\btime ?stamps?\b", "timestamp"),
    (r"\btimestamps? with(?:out)? time ?zone\b", "timestamptz"),
    (r"\bfull[ -]text(?: |-)?", "full-text "),
    (r"\b(?:numeric|decimal) ?\( ?(\d+) ?, ?(\d+) ?\)", r"numeric#\1#\2"),
    (r"\b(?:varchar|character varying|char) ?\( ?(\d+) ?\)", r"varchar#\1"),
    (r"\b(text|string|int|integer|uuid) ?\[ ?\]", r"\1-array"),
    (r"\[ ?\]", "empty-list"),
    (r"\{ ?\}", "empty-object"),
    (r"\b(?:now|current_timestamp)\(\)", "now"),
    (r"\bcurrent_timestamp\b", "now"),
    (r"\bcurrent_date\b", "today"),
    (r"\bhttp,? ?(?:and|or|/|&|,|\|) ?(?:with )?https\b|\bhttps,? ?(?:and|or|/|&|,|\|) ?http\b", "http-or-https"),
    (r"\bpublic\.(?=\w)", ""),
    (r"\bauth\.users\b", "auth_users"),
)  # fmt: skip
