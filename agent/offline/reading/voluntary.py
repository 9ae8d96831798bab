"""What need not be there, in the many ways of saying it: each becomes ", optional", or "it may have a ..."."""

from agent.offline.words import singular

_NOT_NEEDED = r"not (?:an? )?(?:required|mandatory|needed|necessary|obligatory|compulsory|must)"
_ONE = r"(?: (?:one|it|any|that|this|there|set|given|filled(?: in)?|present|provided|attached|linked|used))"
_IT = r"(?:(?:it|they|which|one|(?:that|this)(?: (?:one|part|bit))?|there) )?"
_BE = r"(?: (?:be|have|give|set|carry|get|provide|use|exist))"
_FREE = (
    rf"{_IT}(?:(?:do|does) not (?:have|need) to{_BE}?{_ONE}?|(?:do|does) not (?:need|require){_ONE}?|needs? not{_BE}?{_ONE}?|needs? (?:no|none)(?: [a-z]+)?)|"
    rf"{_IT}(?:is|are|being) (?:also |just |only |purely |of course )?(?:optional|voluntary|nullable|{_NOT_NEEDED})|{_NOT_NEEDED}|"
    rf"{_IT}(?:can|may|might|could) (?:also )?be (?:missing|empty|null|absent|omitted|skipped|left (?:out|empty|blank|off))|"
    rf"no need to (?:provide|give|have|set|add|attach|fill|choose|pick|enter){_ONE}?(?: in)?|"
    rf"(?:nobody|no one|no-one) (?:has|needs|is (?:obliged|forced|required)) to (?:provide|give|have|set|add|attach|fill|choose|pick|enter){_ONE}?"
)
_FEW = r"(?:(?:which|that) )?not (?:every|each|all|any)(?: (?:of (?:the|them|these)|one))?(?: (?!child|parent|kid|user|famil|member|person|people)[a-z_]+)? (?:(?:will|may|must|should) )?(?:has|have|needs?|gets?|carry|carries|comes? with|shows?)(?: (?:one|it|any|an? [a-z]+))?"
_UNFORCED = r"without (?:making|requiring|forcing|demanding|insisting on) (?:that|it|this|one|them)(?: (?:mandatory|required|compulsory|obligatory|to be there|a must))?|without (?:that|it|this) being (?:mandatory|required|compulsory|obligatory|a must)"
_ANY = r"(?:if|where|when|whenever) (?:there is (?:one|any)|(?:it|they) (?:has|have) (?:one|any)|(?:we|you|they|people) (?:feel like it|like(?: to)?|want(?: to| one| it)?|choose(?: to| one| it)?))"
_BUT = r"(?:but|though|although|even though|yet)"
_END = r"(?= *(?:[,.;)]|$|and\b))"
_A = r"(an? [a-z_]+(?: [a-z_]+)?)"

_SAID = r"(?:an? |the |as |its |that is |this is )*"
_HOW = r"how [a-z]+ (?:(?:the|an?|each|every) [a-z]+|it|they|one) (?:is|are|has|have|was|got)(?: (?:come|got|in|at|with|it|them|that|each|the|skill|far))*"
""" "How good the child is (a proficiency level)"."""
_ABLE = r"(?:(?:(?:we|i|you) (?:also )?(?:want|need|would like|should) (?:to )?)?be able to|(?:we|i|you) (?:can|may|could)|it (?:is|should be|must be|has to be) possible to)"
VOLUNTARY = (
    (r"(^|[.;] )no ([a-z]+) is (?:fine|ok|okay)(?: too| as well)?(?= ?[.;]|$)", r"\1the \2 is optional"),
    (r"\b(?:please )?(?:add |create )?(an? (?:nullable|optional|required|mandatory)) (?:reference|link|foreign key|fk|relation|pointer|connection) from (?:(?:the|an?|each|every) )?[a-z]+ to (?=(?:the |an? |our )?[a-z_]+ *[.;,])", r"it has \1 reference to "),
    (r"^\s*(optional|nullable|required|mandatory) ?[:-] ?((?!yes\b|no\b|true\b|false\b|none\b)[a-z_]+(?: [a-z_]+)?)\s*$", r"\2, \1"),
    (r"\b(can|may|could|might),? but (?:(?:need|must|should) not|(?:do|does) not (?:need|have) to|(?:has|have) not to),? (?=(?:be|have|carry|come|point|refer|link|bring)\b)", r"\1 "),
    (rf"\b{_ABLE} (?:give|award|assign|grant) ((?:an?|the|each|every) [a-z]+) an? ([a-z]+)(?= *(?:[.;,]|$))", r"\1 may have a \2"),
    (r"\b(?:sometimes|occasionally),? ((?:an?|the|each) [a-z]+) (?:has|gets?|carries|comes? with) (?=an? )", r"\1 may have "),
    (r"\b(?:only )?(?:sometimes|occasionally) (?:has|have|gets?|carry|carries|comes? with) (?=an? )|\b(?:has|have|gets?|carry|carries|comes? with) (?=an? [a-z_]+ only (?:sometimes|occasionally|in some cases))", "may have "),
    (r"\b(may have an? [a-z_]+) only (?:sometimes|occasionally|in some cases)", r"\1"),
    (r"\b(?:the|its|this|that) (?:reference|link|foreign key|fk|pointer|relation)(?: to (?:it|the [a-z]+))? (is|may be|can be|stays|remains) (?=nullable|optional|null|empty|not required)", r"it \1 "),
    (rf"\b(?:{_ABLE}|(?:we|i) want to) (?:attach|add|hook|assign|bind|link|connect|tie) (?:one of (?:our|the)(?: existing)? |an? )([a-z]+) (?:up )?(?:to|with) (?:an?|the|each|every) ([a-z ]+?)(?= ?[.;,]|$)", lambda m: f"a {singular(m[1])} may be linked to the {m[2]}"),
    (r"\b(?:we|i) (?:want|need|would like) to (?:attach|hook|put) ((?!(?:an?|the|one|each|every)\b)[a-z_]+(?: [a-z_]+)?) (?:to|on|with) (?:an?|each|every) ([a-z]+)(?=[,.;])", r"each \2 has \1"),
    (r"\b(?:we|i) (?:(?:would|also|do) )*(?:want|need|like) ((?:(?:an?|the|each|every|all) )?(?!(?:parents?|children|child|kids?|users?|people|families|family|you|them|it|us|members?|teachers?|editors?)\b)[a-z]+) to (?:always )?(?:have|come with|carry|include|contain|store|hold|show|offer|award|bring) (?=an? |its |their )", r"\1 has "),
    (r"(^\W*|[.;] )(?:how [a-z]+|what) (?!is\b|are\b)[a-z][^.,;:()\d]{2,60}? (?:is|are|makes up|forms) (?:its|the|called (?:the|its)|kept as (?:the|its)|stored as (?:the|its)) (?=(?!same\b|reason\b)[a-z]+(?: [a-z]+)? *[,(:])", r"\1it has the "),
    (r"(?<!says )(?<!tells )(?<!tells us )(?<!shows )(?<!states )(?<!say )\bwhether (?:the|its) ([a-z]+(?: [a-z]+)?) is (?=(?:(?!not\b)[a-z_]+(?: \([^()]*\))?, )+[a-z_]+,? or |(?!not\b)[a-z_]+ or (?!not\b)[a-z_]+ *[,.;(])", r"the \1, one of "),
    (r"\bhow (?:large|big|high|great|much|many) (?:the|its) ([a-z]+ (?:reward|score|amount|total|points|price|cost|bonus|level|value)|points|score|reward|price|cost|progress) (?:is|are)(?= *[,.;(]| and\b)", r"the \1"),
    (rf"\b{_HOW},? ?\( ?{_SAID}([a-z]+[ _][a-z]+) ?\)", r"a \1"),
    (rf"\b{_HOW} ?\( ?{_SAID}([a-z]+[ _](?:level|score|rating|grade|rank)|[a-z]+(?=:))(?:[,:] ?| (?=from|between|of|with|at|\d))", r"a \1 ("),
    (rf"\b{_HOW}, (?:the|its|an?) (?=[a-z]+[ _](?:level|score|rating|grade|rank) being\b)", "a "),
    (rf"\b{_HOW},? as (?:an? |the )?(?=(?!an? |the )[a-z_]+ (?:level|score|rating|grade|rank)\b)", "a "),
    (r"\b(and|plus),? (?:if|where|when) (?:available|present|given|known|there is one|it has one|one exists|wanted), (?=(?!an? |the |its )[a-z_]+(?: [a-z_]+)? *(?:[,.;)]|$))", r"\1 optional "),
    (r"(^\W*|[.;] )(?:if|where|when|whenever) (?:available|present|given|known|there is one|it has one|one exists), (?:the|an?|its) (?=[a-z_]+(?: [a-z_]+)? (?:is|are|goes|should|will|has to|must) )", r"\1the optional "),
    (r",? and,? optionally, (?=an? |the |its )", " and optionally "),
    (r"(^\W*|[.;] )(?:then |finally |also |lastly |next )?there are (?:(?:two|three|four|\d|more|further|other|fixed) )*(?:texts|numbers|strings|dates|flags|columns|fields|links|choices|json columns)(?:,? (?:which|that) are|,? namely|:|,) ", r"\1it has "),
    (r"\bon top of (?:that|this|it),? (?:(?:it|there|they) (?:is|are|has|also|we)? ?)?", "it also has "),
    (r"(?<=, )equally (?=an? |the )", ""),
    (r"\b([a-z]{3,}(?:ed|en))(,? and when)(?= *(?:[.;:?]|$))", r"\1\2 it was \1"),
    (rf"\b(?:allow|permit|support|accept)s?,? but (?:do(?:es)? not|never) (?:require|need|demand|enforce|force|insist on),? {_A}{_END}", r"it may have \1"),
    (rf",? ?(?:(?:that|which|and|but) )*(?:people|users|parents|you|we|they|one|nobody) (?:can|may|could|might|(?:are|is) (?:free|allowed|welcome|able) to) (?:also )?(?:leave|omit|skip)(?: it| them| this)? ?(?:blank|empty|out|unset|away|off){_END}", ", optional"),
    (rf"(^\W*|[.;] )(?:we|i) (?:may|might|can|could) (?:(?:also|optionally|possibly|want to|wish to|like to) )*(?:add|attach|give|set|include|provide|store|keep|have|save|record|supply) (?:it |them )?(?!an? [a-z ]*(?:index|trigger|check|constraint|policy|rule|table|column|default|key)\b){_A}(?: to (?:it|them|each|one))?, {_BUT} (?:we|i|it|that|this) (?:(?:do|does) not (?:have|need) to|(?:is|are) {_NOT_NEEDED}){_END}", r"\1it may have \2"),
    (rf"\b(?:an?|any|the|each|every) [a-z]+ (?:without|with no|that lacks|which lacks|lacking) {_A} (?:is|would be) (?:also |still |perfectly |just )*(?:fine|okay|ok|allowed|possible|valid|acceptable|permitted|no problem|all right){_END}", r"it may have \1"),
    (rf"\bthere (?:(?:do|does) not (?:have|need) to|need not) be {_A}{_END}", r"it may have \1"),
    (rf"\b(?:comes?|exists?|goes|go) (?:either )?with or without {_A}", r"may have \1"),
    (r"\b(?:is|are) something (?:an?|the|each|every) [a-z]+ can (?:do|be|live|go) without", "is optional"),
    (r"\b(?:should there be|(?:if|where|when) there is) an? [a-z]+, (?:we|i) (?:keep|store|save|record|want) (?:its|the|an?) ([a-z_]+(?: [a-z_]+)?)(?= *(?:[.;,]|$))", r"it may have a \1"),
    (r"\bnon-? ?(?:mandatory|required|obligatory|compulsory|essential)\b", "optional"),
    (rf"\( ?(?:{_BUT} )?(?:{_FREE}|{_FEW}|{_UNFORCED}) ?\)", "(optional)"),
    (rf",? {_BUT} (?:{_FREE}|{_FEW}){_END}|,? (?:{_UNFORCED}){_END}|(?:, | (?=which |that )){_FEW}{_END}", ", optional"),
    (rf"(?<=[a-z])(?<!\band)(?<!\bor) {_ANY}{_END}|, {_ANY}(?= *(?:[.;)]|$|,? and (?!,)))", ", optional"),
    (r"\b(?:can|may|could|might) (?:also )?(?:bring|show|carry|come with) (?=an? )", "may have "),
    (rf"(^\W*|[.;] |, |and )not (?:every|each|all|any) (?!child|parent|kid|user|famil|member|person|people)[a-z_]+ (?:has|have|needs?|gets?|comes? with|carry|carries) {_A}{_END}", r"\1it may have \2"),
    (rf"\b(?:an? (?:reference|link) to )?{_A} (?:is|would be) (?:possible|allowed|permitted|accepted|welcome|fine|ok)(?=, optional)", r"it may have \1"),
    (rf"\b(?:attaching|linking|adding|giving|having|setting|providing|assigning|choosing) {_A} is (?=optional|voluntary|{_NOT_NEEDED})", r"\1 is "),
    (r"\blet (?:an?|the|each|every) [a-z]+ (?:refer|link|point|be linked|be tied) to an? ([a-z_]+)", r"it may be linked to a \1"),
    (r"\b(?:(?:please )?leav(?:e|es|ing)|[a-z]+s (?:need|want|have)|(?:an?|each|every) [a-z]+ (?:needs|wants|has)) (?:some |also )?(?:room|space|a place|a spot) for ([^.;\n]*)", lambda m: "it has " + m[1].replace("as well as for ", "as well as ").replace("and for ", "and ")),
    (r"\b(?:if|when|where) there is an? [a-z]+, its [a-z]+ (?:goes|is (?:stored|kept|saved)|belongs) (?:in|into|as) (?=an? optional )", "it has "),
)  # fmt: skip
