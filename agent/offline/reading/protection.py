"""How people word that rows are protected as they always are: row level security, policies, a login; what is left is who may do what.

Applied line by line between `reading.wording` and `reading.asking`.
"""

_PARENTS = r"(?:(?:a|the|each|every|all|our|any) )*(?:parents?|guardians?|famil(?:y|ies))"
_RLS = r"(?:the |an? )*(?:rls|row[- ]level security)(?: (?:polic(?:y|ies)|rules?))?"
_LETS = r"(?:(?:and|that|which|to|so) )*(?:lets?|letting|allows?|allowing|permits?|permitting|gives?|giving|grants?|granting)"
_DO = r"(?:select|read|see|view|insert|add|create|update|edit|change|delete|remove)"
_WHO_DOES = rf"(?={_PARENTS} |(?:let|allow|give|grant|permit)s? |only |(?:select|insert|update|delete|read|view)\b)"
_ON = r"(?:(?:(?:please|also|and|then) )*(?:enable|use|apply|activate|turn on|switch on|set up|put|have|keep)|(?:protect|secure|guard|lock down) (?:it|them|this|rows|access|the (?:new )?(?:table|rows|data))(?: (?:with|by|through|using|via))?|with|through|via|using|under)"
_OPENS = r"(?:(?:is|are|has|have) )?(?:(?:logged|signed) in|authenticated|logs? in|signs? in|opens? (?:it|the (?:table|app|page|list)))"
_THEIRS = r"(?:theirs|their own|his or her own|one of their own)"

PROTECTION = (
    (rf"(^|[.;,] ){_RLS}(?: (?:should|must|shall|will|has to|needs to))? (?:be|is|stays?|gets?) (?:enabled|on|active|in place|switched on|turned on|used|needed)(?:,? and (?:its|the) policies| ?(?=[.;]|$)|,? so that)", r"\1"),
    (rf"(^|[.;,] )(?:{_ON} {_RLS}(?: (?:on|for) (?:it|this|(?:the |this )?(?:new )?table))?(?: (?:enabled|on|in place|active))?|(?:protect|secure) (?:it|this|them|rows|the (?:new )?table)(?= so ))(?:,? (?:so that|such that|so|that|where|which)|,|:)? {_WHO_DOES}", r"\1"),
    (rf"(^|[.;] )(?:(?:please|also) )*(?:enable|activate|turn on|switch on|use) {_RLS}(?: (?:on|for) (?:it|this|(?:the |this )?(?:new )?table))?(?=[.;]|$)", r"\1"),
    (rf"(^|[.;,] )(?:and )?(?:(?:please|also|then) )*{_RLS}(?: (?:should|must|shall|will|has to|needs to))? (let|allow|give|grant|permit)s? ", r"\1\2 "),
    (rf"(^|[.;,] )(?:and )?(?:(?:please|also|then) )*(?:(?:add|create|write|have|set up|include|put in|define|with) )?(?:an?|one|the|its|\d) (?:rls |row[- ]level security )?polic(?:y|ies) {_LETS} ", r"\1let "),
    (r"(^|[.;,] )(?:and )?(?:its|the) policies (?=(?:let|allow|give|grant|permit) )", r"\1"),
    (rf"\bgrant ({_DO}(?:(?:,? and|,) {_DO})*) to ({_PARENTS})", r"let \2 \1"),
    (rf"(^|[.;,] )(?:when|once|after|whenever|if) {_PARENTS} {_OPENS}, (?=(?:they|he|she|he or she|the parents?) (?:can|may|only|should|must)\b)", r"\1"),
    (rf"(^|[.;,] )(?:if|when|where|provided|as long as) (?:a|the) child is {_THEIRS}, ({_PARENTS} (?:can|may) )((?:(?!(?:and|or) ).)*? )?(?:that|this|the) child ([a-z_]+)", r"\1\2\3the \4 of their own children"),
    (rf"(^|[.;,] )(?:if|when|where|provided|as long as) (?:a|the) child is {_THEIRS}, ({_PARENTS} (?:can|may) {_DO}) its ([a-z_]+)", r"\1\2 the \3 of their own children"),
    (rf"\b({_PARENTS}) (?:need|have|get|receive|hold)s? (?:(?:only|just|exactly|these|the following|one|two|three|four|\d) )*(?:rights?|permissions?|abilities|privileges?)((?: (?:on|over|for|to|with|of) [^:.;]*)?): ((?:to )?{_DO}(?:(?:,? and|,) (?:to )?{_DO})*)(?=[.;]|$)", lambda m: f"{m[1]} can {m[3].replace('to ', '')}{m[2] or ''}"),
    (r"\b(by|for|to) (?:the |a |that )?parents? (?:whose child (?:it|they|(?:the|that|a|each) [a-z]+) (?:belongs? to|is|are|is for|is about)|(?:to|of) (?:whom|which) the child belongs|(?:who|that) owns the child|of (?:the|that) child)(?![^ .;,])", r"\1 parents for their own children"),
    (r"\b(by|for|to) (?:that|the|this|each) child (?:own )?parents?(?![^ .;,])", r"\1 parents for their own children"),
    (rf"(^|[.;,] )(?:and )?(?:please )?show ({_PARENTS}) (?=(?:only )?(?:the |all )?[a-z_ ]+ (?:of|for) (?:their|his|her) own)", r"\1\2 can view "),
    (r"(^|[.;,] )(?:and )?(?:please )?make ((?:the |all )?[a-z_ ]+?) (?:of (?:each|every|a) child )?(viewable|readable|visible) (?=(?:only |just )?(?:by|for|to) )", r"\1\2 are \3 "),
    (rf"(^|[.;,] )(?:and )?(?:please )?(?:restrict|limit|confine) ({_PARENTS}) to (?:only )?(?=(?:select|read|view|see|add|insert|updat|edit)(?:e?ing)?\b)", r"\1\2 can only do "),
    (r"\b(?:the |those |these )?(child|kid)(ren|s)? (?:that|who|which) (?:is|are|belongs? to) (?:theirs|their own|them)\b", r"their own \1\2"),
    (r"\b(?:an?|any|one|some|the) (child|kid) of (?:theirs|their own)\b", r"their own \1"),
    (r"\b(children|kids) of (?:theirs|their own)\b", r"their own \1"),
    (rf"\b({_PARENTS}) whose child(?:ren)? (?:they|these|those|it|the [a-z_]+) (?:are|is|belongs? to|is about|are about)(?= (?:can|may|should|must)\b)", r"\1 with their own children"),
    (r"\b((?:an?|each|every|the|that) child [a-z_]+ (?:can|may|should|must|is|are) [a-z, ]+?) (by|for|to) (?:their|its|his or her) (?:own )?parents?\b", r"\1 \2 parents for their own children"),
    (rf"(\b(?:by|for|to) {_PARENTS}(?: for their own children)?),? (?:and|but) (?:(?:by|for|to) )?(?:no one|nobody|no-one) else\b", r"\1"),
    (rf"\b({_PARENTS}|they) (can|may) (?:do )?(?:no|nothing|not) more (?:than|but) (?=(?:to )?{_DO}\b)", r"\1 \2 only "),
    (rf"(^|[.;] )(?:visibility|privacy|security|rights|permissions?|policy|policies|scope): (?={_PARENTS} )", r"\1access: "),
    (r"[;,] (?:scope|scoped to|limited to|restricted to)(?: is|:) (?:(?:only|their|just) )*own children\b", ", own children only"),
    (r"\b(?:records|rows|entries) of (?=[a-z_]+ of (?:the|their|his|her) )", ""),
)  # fmt: skip
"""Regular expressions and what stands for what they match."""
