"""How a table is asked for: its name, what it joins and who reaches it, each in the one way that the readers know.

Applied line by line behind `reading.wording`.
"""

_NO_NAME = (
    r"columns|fields|rows|this|thus|has|was|its|always|besides|thanks|parents|children|kids|users|families|lessons"
)
_NAME = rf"(?!(?:{_NO_NAME})\b)(?:[a-z]+(?:_[a-z]+)+|[a-z]{{3,}}s)"
_MANY = r"(?:any number of |many |several |multiple |our |the |existing )*(?P<{}>[a-z]+s|children)(?: table)?"
_PARENTS = r"(?:the |their |all |our )*(?:parents?|guardians?|famil(?:y|ies))"
_TABLE = r"(?:[a-z-]+ ){0,3}table\b"
_PLEASE = rf"(?=(?:please |kindly )*(?:add|create|build|make|introduce|set up|(?:we|i)(?: also)? (?:need|want|would)|let us|could (?:you|we)|can (?:you|we)|(?:need |have )?an? {_TABLE}|the table\b))"
_RIGHTS = r"(?:access|permissions?|rights|rls|security|visibility|row level security)"
_CAN = r"can|may|should|get|must|have|are able|are allowed"

ASKING = (
    # its name
    (rf"\btable (?:of|with|by|under|having) (?:just )?(?:that|this|the same|this very) name(?:, ({_NAME})\b)?", lambda m: f"table called {m[1]}" if m[1] else "table for them"),
    (r"\btable (?:with|by|under|of|bearing|having) (?:the )?name:? ", "table called "),
    (r"\b(?:an? )?table (?:of|on) (?:its|their) own\b|\b(?:its|their) own table\b", "a table"),
    (rf"\btable (?:name|(?:behind|for|under|backing|underneath) (?:it|this|that|them))(?: is|:)? ({_NAME})(?=[ ,.;:)]|$)", r"table called \1"),
    (rf"^({_NAME}) (?:schema|entity|model|data model|storage)(?: as [^:.,]*)?:?$", r"table called \1"),
    (rf"\b(table|relation)(?:, ({_NAME})(?:,(?= (?:that|which|where|in which|with|whose|for|from|between|of|each|linking|joining|connecting|to) )|(?=[,.;:)]|$))| \(({_NAME})\))", lambda m: f"{m[1]} called {m[2] or m[3]}"),
    (rf"(^|\b(?:create|add|introduce|set up|build|make|in|into|of|have|need|get|want|like|model|keep|store|to|called|please) )({_NAME})(?:, | as )(?:an?|the|one|our)? ?((?:[a-z-]+ ){{0,2}})table\b(?! of\b)", r"\1a \3table called \2"),
    (r",? (?:as|which is what) (?:the|this|that) (?:new )?table (?:will|shall|should|is to|is|would) (?:be )?(?:called|named)(?=,)", ""),
    (r"(\btable called [a-z_]+),? to (?:keep|store|hold|put|save) (?:them|these|those|it) in\b", r"\1"),
    (rf"\btable (?:is|will be|would be|shall be|should be) (?:needed|required|wanted|missing|due)[,:] ({_NAME})\b", r"table called \1"),
    (rf"\b(?:the )?({_NAME})((?: (?:of|for) (?:an?|the|our|each|every) [a-z]+)?) (?:is|are|will be|shall be|should be|becomes?) (?:to be )?(an?|the|one) ((?:new |separate )?)table\b", r"\3 \4table called \1\2"),
    (rf"\b(?:the |a )?table ({_NAME}) (?:does not exist|is missing|is not there)(?: yet)?[.;,] (?:so |please )*(?:create|add|make|build) it\b", r"create a table called \1"),
    (r"\bneeds? (?:a (?:new )?)?(?:home|place to live|somewhere to live)\b", "are to be stored"),
    # its rows
    (r"\b(?:i|we) (?:want|need|would like) ((?:(?:the|all|our) )?[a-z]+s|(?:an?|each|every|the) [a-z]+) to (?:show|have|carry|hold|store|contain|come with|keep|include|bear) (?=an? |its |the )", r"\1 has "),
    (r"(^|[.;] )(?:what|how|where|which)(?: [a-z]+){1,7} (?:is|are|gets?) (?:written|stored|kept|recorded|put|described|told|explained|said|saved|held|noted)(?: down)? (?:in|into|as|by|with) (?:the|an?|its) (?=[a-z_]+(?: [a-z_]+)?[,.;:(])", r"\1it has a "),
    (r",? for which (?=(?:\d|at (?:most|least)|up to|between|from)\b)", r" of "),
    (r"\bon top of (?:that|this|it|these),? ", "also "),
    (r"\breferences to (?:the )?([a-z]+) and (?:to )?(?:the )?([a-z]+)(?= ?[.,;)]|$)", r"a reference to \1 and a reference to \2"),
    (r",? and, (?:optionally|possibly|if (?:available|given|there is one)), ", ", optionally "),
    (r"\b(?:that |which )?(?:stores|has|holds|keeps|records|contains), (?:for|per) (?:an?|each|every|the|one) ([a-z]+), ", r"for each \1, with "),
    (r" ?\((?:1|one)(?: ?[:-] ?| to |-to-)(?:n|many)\)", ""),
    (r"\b(?:the )?parent(?: table)?(?: is|:) ?(?=children\b|[a-z]+s\b)", "belongs to: "),
    (r"(^|[.;] )(?:for (?:each|every)(?: one)?(?: of (?:them|these))?, )?(?:record|store|keep|note|say|save) (?:which|what|whose) ([a-z]+) (?:it|each|they|each one) (?:belongs? to|is of|is for|is from|was|is)\b", r"\1it belongs to one \2"),
    (r"\b(?:is|are) (?:each )?(?:described by\b|(?:named|called|titled|known|classified) by\b(?= (?:its|an?|the) ))|\bdescribes (?:it|each|them|each one) (?:by|with)\b", "has"),
    (r"(\btable called [a-z_]+|\b[a-z_]+s table),? (?:(?:in|on|for) which|where) we (?:can |will |should |want to |would like to )*(?:remember|keep|store|record|save|note|track|hold)\b", r"\1 with"),
    (r"\bwhat (?:each|every|an?|the) ([a-z]+) has [a-z]+ed(?=,? and when)", r"the \1"),
    # what it joins
    (r"\b(?:type|kind|relation|relationship|cardinality|multiplicity) ?: ?(?=many-to-many)", ""),
    (r"\bin (?:an? |the )?(?:manner )?many-to-many(?: (?:fashion|way|manner|style))?\b", "many-to-many"),
    (r"\brelation(?:ship)? of many-to-many\b", "many-to-many relation"),
    (r"\bsides: ?([a-z]+)(?:,| and) ([a-z]+)\b", r"between \1 and \2"),
    (rf"\b(?:it )?(?:belongs to|with|is between|references) {_MANY.format('one')} on (?:the )?one(?: side)?(?: and|,) (?:to |with )?{_MANY.format('many')} on the other(?: one)?(?: side)?\b", r"between \g<one> and \g<many>"),
    (r"\b(?:brings? ([a-z]+) (?:and|with) ([a-z]+) together|(?:joins|links|connects): ?([a-z]+)(?: with| and| to|,) ([a-z]+))\b", lambda m: f"links {m[1] or m[3]} and {m[2] or m[4]}"),
    (r"\bany number of ([a-z]+) (?:(?:can|may|could|should) )?(?:be |get )?(?:[a-z]+ed|put|set)(?: up)? (?:with|to) any number of ([a-z]+)\b", r"many-to-many between \1 and \2"),
    (r"\bstands for (?:one|an?|1|exactly one) ([a-z]+) (?:with|and|in|having) (?:one|an?|1|exactly one) ([a-z]+)\b", r"belongs to one \1 and one \2"),
    # who reaches it
    (rf"(^|[.;] )(?:when it comes to|regarding|concerning|with (?:regards?|respect) to|in terms of|as regards|about|as for|on) (?:the |its )?{_RIGHTS}(?: (?:to|of|for|on) (?:it|them|(?:this|the) table))?[,:] ?", r"\1access: "),
    (rf"(^|[.;,] )({_RIGHTS}|polic(?:y|ies))(?: is| are)? (?=(?:select|insert|read|view|see|update|add)\b)", r"\1\2: "),
    (rf"(^|[.;] )(?:row )?{_RIGHTS} (?:first|last|next|is that|means(?: that)?)[:,]? ", r"\1access: "),
    (r"\bit would be (?:wonderful|great|nice|lovely|good|ideal|helpful|perfect) (?:if|for) ([a-z]+) (?:could|can|to)(?: be able to)? ", r"\1 can "),
    (rf"\b(?:we|i) (?:want|would like|would love) (?:for )?(?:them|{_PARENTS}) to (?:be able to|be allowed to|get to) ", "parents can "),
    (r"\b(parents?\b(?:(?!children|kids|child)[^\n.])*?\b(?:give|grant|allow|let|permit|permitting|giving|allowing|letting|granting)) them\b", r"\1 parents"),
    (r"\bit (?:is|would be) (?:enough|sufficient|all right|fine|ok|okay|good) (?:if|when|that) (?=(?:the )?(?:parents?|users?|famil))", ""),
    (r"\bit is (only |just )?(?:the )?parents (?:who|that) (?:can |may |should )?", r"\1parents can "),
    (r"\b(?:users|people|accounts|those) who are parents\b", "parents"),
    (r"\b(can|may) do the following(?: [^.;:]*)?: ?", r"\1 "),
    (r"\b(and|but) also (?=[a-z])", r"\1 "),
    (r"\br/o\b", "read-only"),
    # why it is asked for, and what a list of values is of
    (r"(^|[.;] )(?:(?:i|we) (?:want|need|would like|have)|(?:parents|users|people|families|children|editors) (?:want|need|ask|would like)) to (?:be able to )?(?:sort|order|filter|group|rank|show|see|display|find|list|tell|know|search|compare|report|browse|pick|choose|recommend|suggest) (?:(?!only|never|except|unless|without)[a-z'_]+ ){1,12}?[a-z'_]+, (?:and )?so (?=(?:please |kindly )*(?:give|add|put|create|extend|introduce|index|let us|make) (?![^.;\n]*\b(?:them|they|it|those|these|this|that)\b))", r"\1"),
    (r"\b((?:add|give) (?:to )?(?:the |each |every )?[a-z_]+ an? [a-z_]+), (?=[a-z_]+, [a-z_]+,? or )", r"\1: "),
    # two sentences in one
    (rf"(?:,|\.)? so (?:that )?(?={_PARENTS} (?:{_CAN}) [^.;\n]*\bown\b)", ". "),
    (rf"(^|[.;] )(?:so that|in order that|for) ({_PARENTS} (?:{_CAN}|to) [^.;\n]*?\bown\b[^.;\n]*?), (?={_PLEASE[3:-1]})", r"\1\2. "),
    (rf"(\bparents? [^.;\n]*?\b(?:own|their|his|her) [^.;\n]*?) in (?=an? new {_TABLE})", r"\1. create "),
    (rf"(?:,? so|,? and so|,? and for (?:this|that)|,? therefore|,? hence|,? thus|,? and thus| ?->),? {_PLEASE}", ". "),
    (rf", which (?:(?:are|is|should be|will be|shall be|get) (?:kept|stored|saved|recorded|held) in|(?:live|go|belong) in|(?:calls?|asks?) for|needs?|requires?) (?=an? {_TABLE})", ". create "),
    (rf",? and (?:where |also |please )*(?=(?:let|allow|give|grant|permit) {_PARENTS} |{_PARENTS} (?:{_CAN}))", ". "),
)  # fmt: skip
"""Regular expressions and what stands for what they match."""
