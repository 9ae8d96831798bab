"""Idioms of requests for a change of a table, and how `alter` and `traits` read them: patterns and what stands for them."""

LIST = r"[a-z_][\w-]*(?:, ?(?!and\b|or\b)[a-z_][\w-]*)*(?:,? ?(?:and|or|/|\|) ?[a-z_][\w-]*)+"
MUST = r"(?:must|should|shall|may|can|will|has to|have to|needs? to|is to|are to)"
_SAID = r"(?:said|says?|stated?|states|specif\w+|choos\w+|chose|sets?|tells?|asks?|picks?|decides?|entered|enters?)"
_WHO = r"(?:somebody|someone|anybody|anyone|they|we|you|i|it|(?:the |a |an )?[a-z]+)"
_VERBS = r"(?:chang|convert|alter|turn|widen|upgrad|migrat|switch|mov|enlarg|promot|transform|rais|expand)"
_ENDS = r"(?= *(?:$|[,.;:)]|and\b|or\b|but\b|characters?\b|letters?\b|points?\b|minutes?\b|default))"
NEW = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"
RULES: tuple[tuple[str, str], ...] = (
    # numbers
    (
        rf"\b((?:at (?:least|most)|than|under|below|over|above|exceeds?|exceed|min(?:imum)?(?: of| is)?"
        rf"|max(?:imum)?(?: of| is)?|between|from|or)) one\b{_ENDS}",
        r"\1 1",
    ),
    (
        r"\b(?:never|not|neither)(?: be| go| fall| get)* (?:under|below|less than|smaller than|lower than)"
        r" (-?[\d.]+) (?:or|nor|and) (?:be |go |not )*(?:over|above|more than|greater than|larger than|higher"
        r" than|exceed(?:ing)?) (-?[\d.]+)",
        r"between \1 and \2",
    ),
    (
        r"\b(?:never|not|neither)(?: be| go| fall| get)* (?:over|above|more than|greater than|larger than"
        r"|higher than|exceed(?:ing)?) (-?[\d.]+) (?:or|nor|and) (?:be |go |not )*(?:under|below|less than"
        r"|smaller than|lower than) (-?[\d.]+)",
        r"between \2 and \1",
    ),
    (r"\bnot (?:be )?(?:before|earlier than|prior to) (\d+)\b", r"at least \1"),
    (r"\bnot (?:be )?(?:after|later than) (\d+)\b", r"at most \1"),
    (r"(?<=\d),? \(?(?:both )?(?:inclusive(?:ly)?|included|including both(?: ends)?|both ends included)\)?", ""),
    # choices
    (r"\bought to\b", "should"),
    (
        rf"^(?:it|this|that|the value|they|which) (?:takes?|holds?|can take|has|is limited to|comes? in"
        rf"|accepts?|knows?) (?:one of |values |only )*(?={LIST})",
        "one of ",
    ),
    (r"\bone of (?:the |these )?(?:values|options|choices|levels):? ", "one of "),
    (
        r"^(?:allowed|permitted|possible|valid|options?|choices|levels)(?: values| options|"
        r" are)?\s*[:=] ?(?=[a-z_]+[,/| ])",
        "values ",
    ),
    (
        r"; ([a-z0-9_]+) unless (?:otherwise )?(?:specified|said|stated|given|set|chosen)(?: otherwise)?\)",
        r"), default \1",
    ),
    (
        r"^most (?:of )?(?:the |our )?[a-z]+ (?:are|will be) ([a-z_]+),? (?:so|and) (?:that|this|it) (?:one )?"
        r"(?:is|should be|shall be|must be|will be|can be) (?:also )?(?:the |our )?default$",
        r"default \1",
    ),
    (
        rf"\b(?:the )?(?:only )?(?:\d+ )?(?:possible|allowed|valid|permitted|accepted|acceptable|available"
        rf"|legal)? ?(?:values|options|choices|levels) (?:for (?:it|this|that) )?(?:(?:are|is|shall be|should"
        rf" be|must be)(?: only| just| exactly)*|only):? (?:one of )?(?:either )?(?={LIST}|[a-z_]+, )",
        "values ",
    ),
    (
        rf"\b(?:with |in |has |have |of )?\d+ (?:possible |allowed |different )?(?:levels|values|options"
        rf"|choices|states|kinds|grades|steps|stages)(?: are)?:? (?={LIST})",
        "values ",
    ),
    (
        rf"\b{MUST} only (?:ever )?(?:be|take|have|contain|hold|accept)(?: one of| either)? (?:the values?"
        rf" )?(?!set\b|changed\b|read\b|seen\b)(?={LIST})",
        "one of ",
    ),
    (
        rf"\b(?:for which |where )?only (?:the )?(?:values? |options? |choices? )?(?P<list>{LIST})(?: are| is"
        rf"| {MUST} be)* (?:permitted|allowed|accepted|valid|possible)\b",
        r"values \g<list>",
    ),
    (
        r",? -+ (?:all |each )?(?:stored|written|saved|kept) (?:in )?lower ?case\b|\(?\b(?:all |stored )?in"
        r" lower ?case\b\)?",
        "",
    ),
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
    (
        rf"\b([a-z0-9_]+) {MUST} (?:be )?(?:used|assumed|taken|applied|chosen|set|the default) (?:if|when|where|whenever) "
        rf"(?:it|none|nothing|no \w+|nobody|the value|they) (?:is |are |was |has been )?(?:not )?"
        rf"(?:given|specified|provided|set|chosen|said|omitted|missing|unset|left out|left empty|{_SAID})(?: one| it)?$",
        r"default \1",
    ),
    (
        rf"\b(?:if|when|where) (?:nothing|none|nobody|no one|no \w+)(?: else)? (?:is |was |has been |are )?"
        rf"(?:given|specified|provided|set|chosen|said|{_SAID})(?: one| it| anything| any)?,? "
        r"(?:then )?(?:(?:it|the value|this|use|assume|is|are|take|becomes?|defaults to|will be|should be|shall be|must be) )+"
        r"(?!rejected|refused|invalid|ignored|not\b|no\b|an?\b|the\b|null\b)([a-z0-9_]+)(?=$|[,;.)])",
        r"default \1",
    ),
    (
        rf"\bunless {_WHO} {_SAID}(?: so| it)?(?: otherwise| something else| differently| anything else|"
        rf" something different)*",
        "unless otherwise said",
    ),
    (
        rf"\b(?:when|if|where|as long as) (?:it|nothing|none|no value|no one|nobody|no \w+|the value)(?:"
        rf" else)?(?: is| was| has been)?(?: not)? (?:given|specified|set|provided|chosen|{_SAID})(?:"
        rf" otherwise)?(?: one| it| anything| a value| any)?,? (?:then )?(?:the |it is |use )?([a-z0-9_]+)(?:"
        rf" value)? (?:is|will be|shall be|should be|gets|applies)(?: to be)?(?: assumed| used| taken| applied"
        rf"| chosen| meant| set| the default)*(?=$|[,;.)])",
        r"default \1",
    ),
    (
        rf"(?:(?<=^)|(?<=, )|(?<=and ))by default,? (?:it|they|that|this|(?:the |a |an |every |each"
        rf" )?[a-z_]+(?: [a-z_]+)?) (?:is|are|has|{MUST} be) (?:set to )?(?!not\b|no\b)([a-z0-9_]+)$",
        r"default \1",
    ),
    (
        r"\b(?:the |all )?[a-z]+ (?:that|which) (?:already )?(?:exist|are there|we have)(?: already)? (?=are"
        r"|get|become|should|count|start)",
        "existing ones ",
    ),
    (
        r"\bfor (?:the |all )?(?:existing|current|old) [a-z]+,? (?:it|they|the value|that|this) (?:is|are"
        r"|should be|shall be|will be|must be) ([a-z0-9_]+)",
        r"existing ones are \1",
    ),
    (
        r",? (?:and )?(?:for |the )?new (?:ones|rows|entries|[a-z]+)(?: it is)? (?:also|too|as well"
        r"|likewise)(?: (?:if|when|unless) (?:nothing|something|nobody|none)(?: else)? (?:is|was) \w+)?$",
        "",
    ),
    (r"\b(?:an? )?empty (array|list|object)(?= (?:(?:by|as|is|being|for|the|a) )+default)", r"empty_\1"),
    (r"\b(false|true|off|on|no|yes) unless (?:it is )?(?:set|switched on|ticked|checked|turned on)$", r"default \1"),
    (
        r"\b(?:if|when|where) (?:it is |they are |is |the value is |the field is )*(?:omitted|missing"
        r"|unspecified|unset|left out|left empty|absent|not (?:given|specified|set|provided|present)),? "
        r"(?:then )?(?:(?:it|the value|this|use|assume|is|are|take|becomes?|defaults to|counts as|we|will be"
        r"|should be|shall be|must be) )+"
        r"(?!rejected|refused|invalid|ignored|created|filled|not\b|no\b|an?\b|the\b|null\b)([a-z0-9_]+)(?=$|[,;.)])",
        r"default \1",
    ),
    (
        r",? (?:and )?(?:so|also) (?:is|are) (?:any|every|each|all|the)? ?new (?:ones?|rows?|entries)(?:"
        r" unless otherwise said)?",
        "",
    ),
    # what may be empty
    (
        r"\b(?:it |which |that )?(?:may|can|might|could) (?:also )?(?:stay|remain|be kept) (?:empty|blank"
        r"|null|unset)\b",
        "optional",
    ),
    (
        r"\b(?:if|when|where) (?:there is|it has|they have|it holds|it contains) (?:an? |any |some )?(?:value"
        r"|one|link|url|address|something)\b",
        "if given",
    ),
    (r"^unless otherwise said[:,] (?:it is |it should be |use |it |is )*([a-z0-9_]+)$", r"default \1"),
    (r"\b([a-z_]+) (?:is|are) (?:still )?(?:missing|lacking|needed|wanted) (?:on|in|from|for|of) ", r"add \1 to "),
    (r"^(?:please )?require (?!that\b|an?\b|unique)([a-z_]+ (?:of|on|in|for) [a-z_]+)", r"\1 is required"),
    (rf"\b(?:which |that |it |and )*{MUST} be left (?:empty|blank|out|null)", "optional"),
    (
        r"\b(?:and |which |that |it |then )*(?:becomes?|is set to|gets|is|set to|goes) null (?:when|if|once"
        r"|as soon as) (?:the |its |a |that )?\w+ (?:is|gets|was|has been) (?:deleted|removed|gone)",
        " optional",
    ),
    (r"\bnot (?:obligatory|compulsory|mandatory)\b", "optional"),
    # formats
    (
        rf"\b(?:{MUST} )?(?:look|be formed|be formatted|be written)s? like (?:an? )?(?:valid |proper"
        rf" )?(e-?mail(?: address)?|urls?|web address|link)\b",
        r"valid \1",
    ),
    (
        rf"\bonly (https?|http or https) (?:address(?:es)?|links?|urls?|ones|values)?(?: are| is| {MUST} be)*"
        rf" (?:accepted|allowed|permitted|valid|ok)\b",
        r"\1 only",
    ),
    (r"\b(hex(?:adecimal)? colou?r(?: code)?)s?,? \(?(?:like|such as|for example|eg) #[0-9a-f]{3,8}\)?", r"\1"),
    # types
    (rf"\b(?:{MUST} be |be )?{_VERBS}e?d ?(?=from\b|to\b|into\b|:|->)", "change "),
    (
        r"\b(?:an? |the |plain |current )*(?:int4|int|integer|smallint|varchar)s? (?:is|are|has|gets?"
        r"|becomes?)(?: been| getting| becoming| going| now| already| simply| to be| just)* (?:too (?:small"
        r"|short|narrow|tight)|not (?:big|large|wide)(?: enough)?|full)(?: for (?:us|that|this|it|them))?",
        "",
    ),
    (
        r"^we (?:are )?(?:going to |will |may |might |about to |soon )*(?:run|running|ran) out of"
        r" (?:integers?|numbers|values|room|space|ids)(?: soon)?$",
        "",
    ),
    # new columns
    (r"\b((?:is|has|can|wants|needs|should|allows)_[a-z_]+) (?:flag|marker|toggle|switch|checkbox)\b", r"\1"),
    (
        r"\b((?:mark|flag|label|tag)(?:ing|ed)? [^:,]{3,40}): (?:with )?an? (?:new )?(?:boolean|flag)"
        r"(?: column| field| flag| attribute)?\b",
        r"\1, boolean",
    ),
    (
        rf"\b(?:is|are|{MUST} be) (?:to be )?(?:extended|enriched|equipped|supplemented|enlarged|augmented"
        rf"|complemented|expanded|provided) (?:by|with) ",
        "gets ",
    ),
    (
        rf"\b(?:{MUST}|are|is) (?:be )?able to (?:pick|choose|select|have|set|enter|specify|state|give) ",
        "should have ",
    ),
    (
        r"\b((?:add|insert|create|put|introduce)\b.{0,40} (?:field|column|flag|attribute|property)) (is|has)"
        r" ([a-z]+)(?=$|[ ,;:(])(?! (?:be|to be|of|called)\b)",
        r"\1 \2_\3",
    ),
    (r"^(?:please )?(?:add|create|put|introduce) an? indexed (.+)$", r"add \1, with an index on it"),
    (r"^([a-z_]+\.[a-z_]+): (?=\S)", r"\1 "),
    (r"(?<!default)(?<! to)(?<! is)(?<! at)(?<! as)(?<! =)(?<! of),? \b(?:now|nowadays|these days|from today)$", ""),
    (r",? (?:ever )?again$", ""),
    (rf"^it {MUST} be (?:ensured|guaranteed|made sure|enforced|checked|assured|secured) that ", "ensure that "),
    (r"^(?:we|i) (?:also )?(?:noticed|decided|agreed|found out) that (?=.* (?:must|should|shall)\b)", ""),
)
