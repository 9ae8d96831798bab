"""How a table is asked for: its name, what it joins and who reaches it, each in the one way that the readers know.

Applied line by line behind `reading.wording`.
"""

import re

from agent.offline.reading.lexicon import CHOICE_NOUNS
from agent.offline.words import plural, singular

_KINDS = "|".join(sorted({plural(noun) for noun in CHOICE_NOUNS}))
_KIND = rf"[a-z_]*(?:{'|'.join(sorted({singular(noun) for noun in CHOICE_NOUNS}))})"
_COUNT = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+)"
_LAST = r"(?:the )?(?:very )?(last|latest|most recent|first)"
_HAPPENED = r"(?:took place|happened|occurred|was done|was(?= *(?:[.,;]|$)))"
_LABELS = r"(?:an? )?[a-z_]+(?:, (?:an? )?[a-z_]+)*,? or (?:an? )?(?!not\b)[a-z_]+(?: one)?"
_ARTICLES = re.compile(r"\ban? | one$")
_X = r"[a-z_]+(?: [a-z_]+)?"
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


def _joined(match: re.Match[str]) -> str:
    """ "A child can have many skills and a skill many children; link the two": which two that are."""
    one, many, other, back, rest = match.groups()
    if singular(many) != other or singular(back) != one:
        return match[0]
    rest, told = re.subn(
        r"\b(?:the two(?: of them| tables| sides)?|both of them|them both|this many-to-many (?:relationship|relation)(?: between [a-z]+ and [a-z]+)?)\b",
        lambda m: f"{'many-to-many between ' if 'many' in m[0] else ''}{back} and {many}",
        rest,
        count=1,
    )
    return rest if told else match[0]


ASKING = (
    # its name
    (r"\b(?:extend|enrich|complement|supplement) (?:the|our) (?:schema|database|db|data model|app) (?:with|by) ", "add "),
    (rf"(^\W*|[.;] )to (?:reward|motivate|encourage|engage|celebrate|support|inspire|delight|recogni[sz]e|honou?r|praise|thank) (?:[a-z]+ ){{0,3}}?[a-z]+,? {_PLEASE}", r"\1"),
    (
        rf"(^\W*|[.;] )(?:it is time for|(?:we|i) (?:are (?:adding|introducing|planning|building|launching)|want|need|would like|plan|have)|(?:our |the )?(?P<who>children|kids|users) (?:should|must|can|will)(?: be able to)? (?:have|earn|collect|get|unlock|gain|win|receive)) (?P<name>{_NAME})(?P<more>(?: (?:for|of) [a-z ]+?)?)[.;:,]?"
        r" (?:(?:so|and|please|then|also|now|we|i|let us|kindly),? )*(?:add|create|build|make|introduce|set up|needs?|wants?) (?:an?|the)(?: new)? table (?:for|of) (?:them|these|those|it)\b(?:,? (?:named|called) (?P=name))?",
        lambda m: f"{m[1]}add a table called {m['name']}{m['more'] or (' for ' + m['who'] if m['who'] else '')}",
    ),
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
    (rf"\b(?:the )?({_NAME})((?: (?:of|for) (?:an?|the|our|each|every) [a-z]+)?) (?:is|are|will be|shall be|should be|becomes?) (?:to be )?(an?|the|one) ((?:new |separate )?)table\b(?: to (?:be )?(?:add|create|make|build|introduce)(?:e?d)?\b)?", r"\3 \4table called \1\2"),
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
    (r"\b(children|[a-z]+s) (?:is|are|being|as) (?:its|the|their) parent(?: table)?\b", r"it belongs to \1"),
    (r"(^|[.;] )(?:for (?:each|every)(?: one)?(?: of (?:them|these))?, )?(?:record|store|keep|note|say|save) (?:which|what|whose) ([a-z]+) (?:it|each|they|each one) (?:belongs? to|is of|is for|is from|was|is)\b", r"\1it belongs to one \2"),
    (r"\b(?:is|are) (?:each )?(?:described by\b|(?:named|called|titled|known|classified) by\b(?= (?:its|an?|the) ))|\bdescribes (?:it|each|them|each one) (?:by|with)\b", "has"),
    (r"(\btable called [a-z_]+|\b[a-z_]+s table),? (?:(?:in|on|for) which|where) we (?:can |will |should |want to |would like to )*(?:remember|keep|store|record|save|note|track|hold)\b", r"\1 with"),
    (r"\bwhat (?:each|every|an?|the) ([a-z]+) has [a-z]+ed(?=,? and when)", r"the \1"),
    # its columns
    (r"\b(is|are) (?:always |also |all )?given (?=an? |its |the )", "has "),
    (r",? among (?:many )?other(?: things|s)\b", ""),
    (rf"\bneither (the {_X}) nor (the {_X}) (?:may|can|must|should) (?:ever )?be (?:left (?:out|empty|blank)|missing|empty|null|omitted|blank|absent|skipped)", r"\1 and \2 are required"),
    (rf"\bno [a-z]+ (?:may|can|must|should) (?:ever )?have an? ({_X}) (?:outside(?: of)?|other than|besides|except(?: for)?|beyond) (?=[a-z])", r"the \1 is one of "),
    (rf"\b({_KIND}) (?:tells?|says?|shows?|states?|indicates?|records?|decides|determines)(?: us| you| me)? (?:whether|if) (?:it|they|this|(?:an?|the|each|every|this) [a-z]+) (?:is|are|was) ({_LABELS})", lambda m: f"{m[1]} is one of {_ARTICLES.sub('', m[2])}"),
    (rf"\b(?:there are|we have|we (?:distinguish|know)) (?:(?:exactly|only|just|precisely) )?{_COUNT} (?:(?:different|possible|allowed|valid|permitted) )*(?:{_KINDS}) (?:for|of|in) (?:the|its|an?) ({_X})(?:,|:| -) ", r"the \1 is one of "),
    (rf"\b(there are|we have|we distinguish|we know) (?:(?:exactly|only|just|precisely) )?{_COUNT} (?=(?:[a-z]+ )?(?:{_KINDS})\b)", r"\1 "),
    (rf"\b(?:use|there are|we have) (?:exactly )?{_COUNT} ([a-z]+ )levels,? (?:(?:numbered|counted|going|ranging|labelled) )?(?:from )?(?=\w+ to )", r"the \1level is from "),
    (rf"\b(an?|the) (\d+|one)[- ]to[- ](\d+|five|ten|three|four|six) ({_X})(?=,| that| which| with| and|$|[.;(])", r"\1 \4 from \2 to \3"),
    (r"\b(\d+) ?\(default\) ?(to|-|\.\.) ?(\d+)\b", r"\1 to \3, default \1"),
    (r"\b(?:start|begin)(?:s|ning|ing)? (?:at|from|with) (\d+|one|zero)(?: by default)?,? (?:and|but) (?:(?:can|may|could|might) )?(?:go(?:es|ing)?|run(?:s|ning)?|reach(?:es|ing)?|rises?|rising|grow(?:s|ing)?|climb(?:s|ing)?|end(?:s|ing)?|stop(?:s|ping)?)(?: up)?(?: to| at)? (\d+|five|ten|three|four|six)\b", r"from \1 to \2, starting at \1"),
    (r"\b(?:make|making|with) (\d+|one|(?!that\b|it\b|this\b|them\b|those\b|which\b)[a-z_]+) (?:as )?(?:the|its) default\b(?! (?:for|of)\b)", r"default \1"),
    (rf"\b({_KIND}(?: (?:as|is) (?:an? )?(?:text|string|enum))?,?(?: (?:which|that|is|are|must|should|be|can|to))*) (?:drawn|picked|chosen|taken|selected|checked|validated|restricted|limited) (?:from|out of|among|against|to) (?:(?:an?|the|our|fixed|closed|short|small|given|following|set|list|group|of|values|choices|options|types|these|this) )*(?=[a-z_]+(?:, [a-z_]+)*,? (?:and|or) [a-z_]+)", r"\1 is one of "),
    (r"(^|[.;] )as (?:the |an? )?([a-z_]+(?: [a-z_]+)??),? (?:we|there|it|please)? ?(?:have|use|allow|accept|know|want|offer|are|is|takes?|allows?)(?: (?:only|just|these|the following|three|two|four|values|choices|options))*:? (?=[a-z_]+(?:, [a-z_]+)+)", r"\1the \2 is one of "),
    (r"\b(?:two|both|2) ((?:required |mandatory |optional |not null )?)(?:short |plain )?(text|string)s?(?: columns| fields)?(?:,|:| called| named| namely)+ (?:the |an? )?([a-z_]+) and (?:the |an? )?([a-z_]+)\b", r"a \1\3 (\2) and a \1\4 (\2)"),
    (r"(^|[.;] )(?:the|our) (?:app|ui|screen|page|dashboard|website) (?:shows|displays|lists|presents) (an? [^.;]+?) (?:for|of|on|with) (?:each|every) ([a-z]+)\b", r"\1each \3 has \2"),
    (r"(^|[.;] )for (?:the |its )?([a-z_]+) and (?:the |its )?([a-z_]+),? (?:please )?use (?:plain |free |simple )?(text|string)s?\b", r"\1it has a \2 (\4) and a \3 (\4)"),
    (r"\b(required|mandatory|optional|nullable|not null) in both cases\b", r"both \1"),
    (r"^(\W*[a-z_]+_at)(?: ?[-:] ?| \()(?:the |an? )?(?:date and |exact )?(?:time|timestamp|moment|date|point in time) (?:of|when|at which|that|the|it|an?) (?:(?!optional|required|default|null|must|may|not|never|after|before|unique|index)[a-z]+ ?)+\)?$", r"\1 timestamp"),
    (rf"\bwe (?:sort|group|classify|divide|split) [a-z]+ by (?:the |their |its )?({_X}) into (?=[a-z_]+(?:,| and | or ))", r"the \1 is one of "),
    (r"\bwe (?:rate|measure|express|score|grade|judge) (?:the |an? |its |each )?(?=(?:[a-z]+ )?(?:level|score|progress|rating|rank|intensity)\b)", "it has a "),
    (r"\bon an? [a-z0-9]+[- ](?:step|point|level|stage) scale (?:of |from |going from )?(?=\d|one )", "from "),
    (r"\b(\d+|five|ten) is as high as (?:it|they|one) (?:gets?|goes|can (?:go|get))\b", r"the maximum is \1"),
    (r"\bthere (?:(?:do|does) not (?:have|need) to|need not) be an? index\b[^.;,]*", "no index"),
    (r"\bin steps (?:of )?(?=\d+(?:, \d+)+,? (?:and|or) \d)", "from "),
    (r"\b([a-z_]+|\d+) is what (?:an?|each|every) (?:new|fresh) [a-z]+ (?:gets|starts with|begins with|has)(?= *(?:[.;,)]|$))", r"\1 is the default"),
    (r"\b(?:what|how) (?:it|they|each one) (?:is|are) titled\b", "the title"),
    (r"\bhow (?:it|they|each one) (?:is|are) described\b", "the description"),
    (r"\bwhich ((?:[a-z]+ )?(?:type|kind|category|level|status)) (?:it|each one) (?:is|has)(?: of)?(?=:|,| and\b| out of\b|$|[.;])", r"the \1"),
    (r",? yet to be (?:created|made|added|built)\b", ""),
    # moments
    (r"\b(?:most recent|latest) (time|date)\b(?= (?:(?:that|when) )?(?:the|it|an?|they|this) )", r"last \1"),
    (r"(^|[.;] )(the (?:(?:last|first|exact) )?(?:time|date|moment|day) [^.;,]*?) (?:should|must|has to|needs to) be known(?= *(?:[.;]|$))", r"\1it has \2"),
    (r"\b([a-z]+ed|done|given|seen|won|taken|worn|played) (at|on) (?:time(?:stamp)?|moment|datetime)\b(?! (?:of|when|which|that|at)\b)", r"\1_\2"),
    (r"\b([a-z]+ed|done|seen|won|read|worn)( it| them| (?:the|that) [a-z]+)? for the (?:very )?(last|first) time\b", r"\3 \1\2"),
    (rf"\b(?:when|at (?:what|which) time|(?:the )?(?:time|moment|date)(?: and time)?(?: when| that| at which)?) (?:{_LAST} ([a-z]+)(?: session)?|(?:the )?([a-z]+?)(?: session)? (last|first)) {_HAPPENED}", lambda m: f"the time of the {m[1] or m[4]} {m[2] or m[3]}"),
    (r"\bit (?:should|must|has to|needs to|can) be (?:known|clear|visible|possible to (?:see|tell|know)) (?=when|how|which|whether)", "it has "),
    (r"(^|[.!?] )(when|how [a-z]+) (was|were|is|has) (it|they|(?:the|a) [a-z]+) ([a-z ]+?)\? ?(?:please )?(?:keep|store|record|save|note|remember) (?:that|this|it)\b", r"\1it has \2 \4 \3 \5"),
    (r"\bknowing (when|how) ([^.,;]+?) (?:is|would be) (?:important|useful|helpful|essential|good|needed)(?: to us| for us)?(?:,? (?:and )?so (?:please )?(?:give|add|make) (?:it|that|this) an? (?:own )?column(?: for (?:it|that))?)?", r"it has \1 \2"),
    # what it joins
    (
        r"\b(?:(?:since|as|because) )?(?:any|an?|each|every|one) ([a-z]+) (?:can|may|could) (?:[a-z]+ ){1,2}?(?:many|several|any number of|multiple) ([a-z]+),? (?:and|while) (?:any|an?|each|every|one|that|the same) ([a-z]+) (?:can|may|could) (?:[a-z]+ ){1,3}?(?:many|several|any number of|multiple) ([a-z]+)[,;.] ([^.;]*)",
        lambda m: _joined(m),
    ),
    (r"\b(?:type|kind|relation|relationship|cardinality|multiplicity) ?: ?(?=many-to-many)", ""),
    (r"\bin (?:an? |the )?(?:manner )?many-to-many(?: (?:fashion|way|manner|style))?\b", "many-to-many"),
    (r"\brelation(?:ship)? of many-to-many\b", "many-to-many relation"),
    (r"\bsides: ?([a-z]+)(?:,| and) ([a-z]+)\b", r"between \1 and \2"),
    (rf"\b(?:(?:it|that|which) )?(?:belongs to|with|is between|references|refers to|points to) {_MANY.format('one')} on (?:the )?one(?: side)?(?: and|,) (?:to |with )?{_MANY.format('many')} on the other(?: one)?(?: side)?\b", r"between \g<one> and \g<many>"),
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
    (r"((?:^|[.;] )parents [^\n.]*?\. )they ((?:need|want|would like|ought|have) to (?:be able to )?|should (?:be able to )?|can |may )(?=(?:view|see|read|look|create|add|edit|update|insert)\b[^.\n]*\bown\b)", r"\1parents \2"),
    (r"\b(?:have|let|make) (each|every) ([a-z]+) (point|refer|belong|link)(?= to\b)", r"\1 \2 \3s"),
    (r"(^|[.;] )([a-z]+s) (?:should|must|shall|need to|have to) (?:be (?:stored|kept|saved|held)|live|go) in (?:an? )?new (?:database )?table\b", r"\1add a new table called \2"),
    (r"(^|[.;] )an? (?:new )?table ([a-z_]+) is (?:needed|required|wanted)\b", r"\1add a new table called \2"),
    (r"\bit (?:is|would be) (?:enough|sufficient|all right|fine|ok|okay|good) (?:if|when|that) (?=(?:the )?(?:parents?|users?|famil))", ""),
    (r"\bit is (only |just )?(?:the )?parents (?:who|that) (?:can |may |should )?", r"\1parents can "),
    (r"\b(?:users|people|accounts|those) who are parents\b", "parents"),
    (r"\b(can|may) do the following(?: [^.;:]*)?: ?", r"\1 "),
    (r"\b(and|but) also (?=[a-z])", r"\1 "),
    (r"\br/o\b", "read-only"),
    # why it is asked for, and what a list of values is of
    (r"(^|[.;] )(?:(?:i|we) (?:want|need|would like|have)|(?:parents|users|people|families|children|editors) (?:want|need|ask|would like)) to (?:be able to )?(?:sort|order|filter|group|rank|show|see|display|find|list|tell|know|search|compare|report|browse|pick|choose|recommend|suggest) (?:(?!only|never|except|unless|without)[a-z'_]+ ){1,12}?[a-z'_]+, (?:and )?so (?=(?:please |kindly )*(?:give|add|put|create|extend|introduce|index|let us|make) (?![^.;\n]*\b(?:them|they|it|those|these|this|that)\b))", r"\1"),
    (r"\b((?:add|give) (?:to )?(?:the |each |every )?[a-z_]+ an? [a-z_]+), (?=[a-z_]+, [a-z_]+,? or )", r"\1: "),
    (r"^(?:getting|seeing|having|finding|noticing) (?=[a-z ]+[.;:] )", "we keep seeing "),
    (r"(\bone [^.;,]*? per [a-z_]+), (?:and |but )?never (?:two|2|more)(?: than (?:one|that)| of them)?(?=[.;]|$)", r"\1"),
    (r"(\b(?:not|no|never|nobody)\b[^.;\n]*?),? (?:and|so) (?:the|our) (?:database|db|system|app) (?:should|must|has to|needs to|shall|will) (?:reject|refuse|forbid|prevent|block) (?:them|it|those|this|that|such (?:rows|values|ones))(?=[.;]|$)", r"\1"),
    (r"\b(there are (?:(?:exactly|only|just|two|three|four|five|\d|different|possible) )*[a-z]+ (?:types|kinds|statuses|states)), (?:which are |namely )?([a-z_]+, [^.;:\n]*? and [a-z_]+)(?:,? and (?:each|every) [a-z]+ (?:has|is of|is|gets) (?:exactly )?one of (?:them|these))?(?=[.;]|$)", r"\1: \2"),
    (r"(^|[.;] )as (?:an? |the |its )?((?:[a-z]+ )?(?:type|kind|status|state)), ([a-z_]+(?:, [a-z_]+)*,? and [a-z_]+) are (?:the only|only|all)(?: (?:values|ones|choices|options))?(?: (?:that are )?(?:allowed|accepted|possible|permitted|valid))?(?=[.;]|$)", r"\1the \2 is one of \3"),
    (r"\b(type|kind|status),? which is ([a-z]+) ([a-z]+) or (?=[a-z]+ *(?:[,.;]|$))", r"\1: \2, \3 or "),
    (r"(^|[.;] )(?:the )?(?:first|second|third|one|other)(?: (?:one|rule))? is that (?=(?:an?|the|each|every|it|any) )", r"\1"),
    (r"(^|[.;] )(?:integrity|consistency)(?: rules?)?(?: first| next| last)?: ", r"\1"),
    (r"\bunless (?:something|anything) else is (?:set|chosen|said|given|specified|picked)\b", "by default"),
    (r"\bsomewhere (?=between |from )", ""),
    (r"\b(length of [a-z_]+) <= (?=\d)", r"\1 at most "),
    (r"(\btable called [a-z_]+) between (?:them|both|the two|these two|those two)(?= ?[.;,]|$)", r"\1"),
    (r"\bthe ([a-z]+ (?:time|date)) (?:says|tells|shows|records|states|tells us) when (?:it|(?:the|an?|each|every) [a-z]+) (?:was|is) [a-z]+(?= ?[.;,]|$)", r"it has the \1"),
    (r"\b(with|has|have|having|contains?) (?:the following|these|this) (?:contents?|structure|shape|layout|setup|make-?up|definition|schema|parts)(?= ?[:.]|$)", r"\1 the following columns"),
    (r"\b(?:that |which )?(?:resolves|represents|models|implements|expresses|maps|captures) (?:the|a) many-to-many(?: relationship| relation)? (?:of|between) ", "for the many-to-many between "),
    (r"\bthe (?:attributes|columns|fields|properties) of (?:the|this|each|every|a) (?:relationship|relation|link|pair|connection|table|row) are ", "it has "),
    (r"(^|[.;] )(?:please )?send me (?=[a-z_]+, )", r"\1it has "),
    # two sentences in one
    (rf"(?:,|\.)? so (?:that )?(?={_PARENTS} (?:{_CAN}) [^.;\n]*\bown\b)", ". "),
    (rf"(^|[.;] )(?:so that|in order that|for) ({_PARENTS} (?:{_CAN}|to) [^.;\n]*?\bown\b[^.;\n]*?), (?={_PLEASE[3:-1]})", r"\1\2. "),
    (rf"(\bparents? [^.;\n]*?\b(?:own|their|his|her) [^.;\n]*?)(?:,? (?:all |which are )?(?:kept|stored|saved|held))? in (?=an? new {_TABLE})", r"\1. create "),
    (rf"(?:,? so|,? and so|,? and for (?:this|that)|,? therefore|,? hence|,? thus|,? and thus| ?->),? {_PLEASE}", ". "),
    (rf", which (?:(?:are|is|should be|will be|shall be|get) (?:kept|stored|saved|recorded|held) in|(?:live|go|belong) in|(?:calls?|asks?) for|needs?|requires?) (?=an? {_TABLE})", ". create "),
    (rf",? and (?:where |also |please )*(?=(?:let|allow|give|grant|permit) {_PARENTS} |{_PARENTS} (?:{_CAN}))", ". "),
)  # fmt: skip
"""Regular expressions and what stands for what they match."""
