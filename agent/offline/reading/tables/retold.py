"""Sentences about a column that are built in another way, retold as the readers of columns know them.

"No quest may be saved without a title" says that the title is required, "chores begin as open" what the status is by
default, "quests come in three types, namely a, b and c" what the type is one of. Each rule knows the nouns of the
rows and leaves alone what is said of anything else.
"""

import re
from functools import cache, partial

from agent.offline import regex
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import CHOICE_NOUNS, COLUMN_WORDS, STATES
from agent.offline.words import plural, singular

_X = r"(?P<x>(?!few|lot|child_id)[a-z][a-z_]*)"
_A = r"(?:(?:an?|the|its|any|their|some|valid|one) )*"
_WHO = r"(?:(?:the )?(?:parents?|child|kids?|users?|family|families|people|editors?)|you|we|i|they|one|nobody|no one|anyone|anybody|somebody|someone)"
_MUST = r"(?:must|has to|have to|should|shall|needs? to|is to|are to|will)"
_BAD = r"(?:rejected|refused|invalid|an error|a bug|a mistake|forbidden|impossible|not (?:allowed|accepted|valid|permitted|ok|okay))"
_GIVEN = r"(?:given|set|passed|specified|supplied|provided|said|stated|chosen|there|present|written|entered|told|sent)"
_MAKE = r"(?:save|create|add|store|insert|have|make|enter|keep)"
_ANY = r"(?:anything|everything|any(?: other)? values?|other values|all (?:others?|other values)|any [a-z_]+|whatever)"
_BUT = r"(?:but|other than|except(?: for)?|apart from|besides|beyond|outside)"
_LISTED = r"(?=(?!\d+ )[a-z0-9_]+ (?:,|or|and|/|\|) )"
_END = r"(?= ?(?:[.;,()\n]|and\b|but\b|$))"
_ALONE = r"(?= ?(?:[.;,()\n]|and\b|but\b|of (?:\d|at|up|between|from)|with\b|who\b|that\b|which\b|it\b|they\b|$))"
_VALUE = r"(?P<v>(?!not |an? |the |its )[a-z0-9_]+)"
_CHOICES = "|".join(sorted({form for noun in CHOICE_NOUNS for form in (singular(noun), plural(noun))}, key=len)[::-1])
_ANY_CHOICE = ("label", "value", "option", "choice", "enum")
_NAMED = "|".join(noun for noun in _CHOICES.split("|") if noun.rstrip("s") not in _ANY_CHOICE)
_MARK, _JOINT = "¤", "·"
"""What a noun of the rows begins with, and what joins its words, while the text is retold."""
_ROWS = frozenset(["row", "rows", "record", "records", "entry", "entries"])
_NOBODY = ("one", "it", "owner", "somebody", "someone", "them", "value", "default", "limit", "that")
_RULES: tuple[tuple[str, str], ...] = (
    # whether something is so
    (r"(?<=[.;,•\n] )(?:(?:(?:we|i) (?:also )?(?:need|want|have|like) to|please|also|and|we) )*(?:mark|record|store|track|know|say|tell|remember|note|add a flag (?:that says|saying|for)|(?:{row}|it) (?:says|tells|shows|records|knows))(?: us)? (?:whether|if) (?:{row}|it) (?:is|was|has been|are|were)(?: already)? (?:an? |the (?:[a-z]+ (?=[a-z]+ {noun}))?)?{x}(?: {noun}| one)?(?: (?:by|from|for|to) (?:the )?[a-z]+)?{end}", "{flag}"),
    (r"(?:, )?(?:and )?(?:we |then )?assume (?P<v>yes|no|true|false)", " default {v}"),
    (r"(?:and )?the answer is (?P<v>yes|no|true|false) by default", "default {v}"),
    (r"whether (?:{row}|it) is {x} is (?:stored|kept|saved|recorded)(?: (?:as|in) an? (?:boolean|flag))?", "{flag}"),
    (r"is {row} (?:an? )?{x} \. (?:that|it|this) is", "{flag} ,"),
    (r"{row} (?:can|may) be {x}(?: by the [a-z]+)?(?= [.;,] (?:and |but )?(?:new (?:ones|{noun}) are not|by default|normally|initially|they are not|it is not|(?:store|save|keep|record) (?:that|this|it) ))", "{flag}"),
    (r"boolean(?: [,;.])+(?: and| but)?(?: (?:normally|usually|by default|initially|at first|unless [a-z ]+?))(?: ,)? (?:it|they) (?:(?:is|are|does|do|was) )?not(?: [a-z]+)?{end}", "boolean default false"),
    (r"boolean(?: [,;.])+(?: and| but)? (?:new (?:ones|{noun})|newly [a-z]+ (?:ones|{noun})) (?:are|is) not {x}{end}", "boolean default false"),
    (r"{row} is {x} (?:by default|at first|at the start|in the beginning|normally|initially|from the (?:beginning|start)|from (?:beginning|start))", "{true}"),
    (r"(?:new|freshly [a-z]+|newly [a-z]+) (?:{noun}|ones) are not {x}(?: (?:unless|until) [a-z ]+?)?{end}", "{false}"),
    (r"(?:, )?(?:and |but |which )*(?:(?:we|you|it|that) )?(?:(?:can|may|want|to|be|able|should) )+(?:turn|turned|switch|switched) (?:(?:that|it|this) )?off(?: (?:through|with|via|by|using)(?: the| a)?(?: boolean| flag| column)* (?P<k>(?:is|has)_[a-z_]+))?", "~"),
    (r"(?:store|save|keep|record) (?:that|this|it) (?:as|in) an? boolean(?: column| flag)?(?: called| named| ,)* {x}", "it has {x} boolean"),
    (r"(?<=, )(?:via|through|using|with) (?:the |a )?(?:boolean |flag |column )*(?P<x>(?:is|has)_[a-z_]+)(?: ,)?(?: an?)?", "it has {x}"),
    (r"(?P<x>(?:is|has|can)_[a-z_]+) : (?:can|is|does|has|was|should|may) [^.;:\n]+? \.", "{x} : boolean ,"),
    (r"(?:if|when|where|unless) (?:nothing|none|nobody|no one)(?: is)? (?:said|given|set|specified|passes it|sets it|says so|says anything|told)(?: ,)? (?P<x>(?:is|has)_[a-z_]+|it) is (?P<v>true|false|yes|no)", "{x} is {v} by default"),
    # what has to be there
    (r"(?:please )?(?:do not|never|must not) (?:let|allow) {who}(?: to)? {make} {row} without {a}{x}{alone}", "the {x} is required"),
    (r"(?:nobody|no one) (?:(?:can|may|should|must|shall|is|be|able|allowed|to) )*{make} {row} without {a}{x}{alone}", "the {x} is required"),
    (r"{who} (?:cannot|must not|may not|should not|can never|must never) (?:be able to )?{make} {row} without {a}{x}{alone}", "the {x} is required"),
    (r"{row} without {a}{x} (?:(?:must|should|shall|will|has to|have to|is|are|be|gets?|makes?|counts? as) )*{bad}", "the {x} is required"),
    (r"(?:there (?:is|are|must be|can be|should be) )?no {noun} (?:(?:may|can|must|shall|should|is|are|will|be|ever|goes|go|exists?|stored|saved|left|created) )*(?:without|lacks?) {a}{x}{alone}(?: (?:who|that|which|it|they)(?: [a-z]+)+?{end})?", "the {x} is required"),
    (r"(?:{row} |and |whose rows |which |it |they |, |that )?(?:(?:must|may|can|does|do|should|will) )?(?:cannot|never|not|no longer) (?:be (?:stored|saved|created) |exists? |live |go )without {a}{x}{alone}(?: (?:who|that|which|it|they)(?: [a-z]+)+?{end})?", "the {x} is required"),
    (r"leaving {a}{x} (?:out|empty|blank|away) {must} (?:fail|be {bad})(?: as well| too)?", "the {x} is required"),
    (r"(?:that|which) {who} (?:may|can|cannot|must not|should not|is allowed to)(?: not)? (?:leave out|leave empty|omit|skip|forget)", ", required"),
    (r"nor (?:is|are) an? (?:missing|empty) {x}", "the {x} is required"),
    (r"on {every}{noun} there {must} be {a}{x}", "the {x} is required"),
    (r"(?:and |so )?every {noun} {must} have one{end}", "it is required"),
    (r"(?:{who} {must} (?:say|know|choose|pick|tell|record|give) )?(?:which|what) {x} (?:{row}|it) (?:has|is(?: of)?)(?: \( (?P=x) \))?(?: (?:always )?{must} (?:always )?be (?:recorded|known|given|stored|set|said))? ?(?::|{end})", "the {x} is required ,"),
    (r"{who} {must} (?:choose|pick|give|select|enter) {a}{x} (?:for|of) {row}", "the {x} is required"),
    (r"the column (?:holding|for|storing|with|of) (?:that|this|it)", "it"),
    (r"(?:is|are) not allowed to be", "must not be"),
    (r"(?:which |it |that )?(?:(?:{must}|always) )+(?:has|have) (?:a|some) value", "is required"),
    # what may be missing
    (r"{who} (?:is|are) (?:forced|obliged|required|made)(?: to)? (?:fill|give|enter|write|set|provide) (?:it|one|that|this|them)(?: in| out)?", "it is optional"),
    (r"(?:but |and )?having (?:none|no {x})(?: at all)? is (?:fine|ok|okay|allowed)", "it is optional"),
    (r"(?:but |and )?(?:it|they) (?:do|does) not have to{end}", "it is optional"),
    (r"(?:is|are) (?:just |only )?(?:an? )?nice[ -]to[ -]have(?: , (?:but )?not a must)?", "is optional"),
    (r"{row} (?:do|does) not (?:need|require) an? {x}|(?:we|i) do not (?:need|require) an? {column}|(?:we|i) do not want {a}{x3}(?: of {row})? to be (?:mandatory|required|compulsory)", "the {x} is optional"),
    (r"(?:an? |the |its )(?P<k>[a-z_]+(?: [a-z_]+)?) (?:can|may|could) (?:optionally )?be (?:added|attached|given|entered|written|provided|linked|assigned|uploaded|supplied)(?: too| as well| optionally)?(?: (?:to|for|with|on) {row})?{end}", "it has an optional {k}"),
    (r"an? (?P<k>[a-z_]+(?: [a-z_]+)?) (?:can|may|could|might) (?:come|go|be) (?:along )?with (?:it|{row})", "it may have a {k}"),
    (r"(?:let|allow) {who}(?: to)? (?:attach|add|leave|write|enter|give|put) an? {x}(?: (?:to|on|for|with) {row})? (?:if|when|where|should) they (?:feel like|want|wish|like)(?: (?:it|to|so))?", "the {x} is optional"),
    (r"(?:where|when|if|whenever) (?:an?|the|any) {x} is {given}(?: ,)?|(?:if|when) {who} (?:writes?|enters?|gives?|adds?|provides?) an? {x2}(?: ,)?", "the {x} is optional , it"),
    (r"(?<![a-z0-9)] )(?:where|when|if|whenever) (?:there is one|one is {given}|it has one|(?:it is )?(?:present|given|set|there)|it is|they are)(?: ,)?(?= (?:it|they|its|the) )", ""),
    (r"(?:but )?(?:i|we) do want it to be(?: kept)?", "it is"),
    # what there is
    (r"(?<=[.;•\n] )with (?:each|every) {noun} ,(?= (?:we|i|please|also|keep|store|save|record|there) )", "~"),
    (r"(?<=, )(?:plain|free) text", "text"),
    (r"(?<=[.;•\n] )optionally ,", "optionally"),
    (r"{row} (?:can |may |must )?(?:has|have) (?:only|just|exactly|precisely) (?:1|one) (?=[a-z]+{end})", "each row belongs to one "),
    (r"(?:(?:we|i) (?:(?:would|also|do) )*(?:want|need|like) an? {x} on {every}{noun}|(?:please )?(?:store|keep|save|put|include) an? (?:short |long )?{x2} (?:with|on|for) (?:it|them|{row}))", "it has a {x}"),
    (r"(?:please |then |also )*give it an? {x}", "it has a {x}"),
    (r"(?:teachers?|parents?|families|users|people|kids|children|support|they) (?:have )?asked for an? {x} (?:field|column)", "it has a {x}"),
    (r"(?:where|when|if) (?:the )?(?:family|families|parents?|child|they|people) (?:wants?|likes?|needs?|wish(?:es)?) (?:one|it)", ", optional"),
    (r"(?:we|i) (?:would )?(?:also )?(?:want|need|like|would like) (?P<k>an?) {x}{end}", "it has {k} {x}"),
    (r"(?:always )(?:comes?|come) with", "always has"),
    (r"(?:comes?|come) with", "has"),
    (r"the {x} of (?:an?|each|every|the) {noun}(?= (?:is|are|must|may|can|cannot|should|shall|has|can) )", "the {x}"),
    (r"that {x}(?= (?:must|has to|should|shall|cannot|may) )", "the {x}"),
    (r"(?<=[.;•\n] )(?P<s>titles|names|labels|descriptions|headlines|captions|summaries)(?= (?:cannot|must|may|are|over|of|should|longer|shorter|under|exceeding|with|have) )", "the {s}"),
    (r"the (?:length|size) of the {x}(?= (?:,|{must}|is|are|may|can|cannot) )", "the {x}"),
    (r"(?:, )?(?:and )?(?:as|so|nor) (?:are|is) {row} whose {x} (?:has|is|have|are) (?P<k>[^.;]*)", ". the {x} must not be {k}"),
    (r"(?:, )?nor are (?P<s>titles|names|labels|descriptions|headlines|captions|summaries) (?P<k>[^.;,]*)", " . the {s} cannot be {k}"),
    (r"the {x} , which is an? (?P<k>[^.;,]*?)(?: field| column)? , (?=(?:must|shall|should|has to|may|can|cannot|is) )", "the {x} is {k} , "),
    # how long it is
    (r"(?:(?:and |but |we )?do not (?:limit (?:its|the) length|put (?:any|a) (?:length )?(?:check|limit) on it)(?: either)?|(?:and |but |it |with )?(?:has |have )?(?:no|without an?|without any) (?:upper |length |size )*(?:limits?|maximum)(?: on (?:its|the) length| on how long (?:it is|they are))?|there is (?=~)|unbounded|of any length)", "~"),
    (r"(?:and )?(?:its|their) (?:length|size)(?= (?:{must}|is|are|may|can|cannot) )", "it"),
    (r"whose length", "which"),
    (r"(?<=(?:null|text|ired|tory|ring|here|onal|able) )(?:, |check |, check |\( )?length(?= (?:in|between|at|from|of|>=|<=|<|>|max|min|no|not|up) )", ","),
    (r"(?:the )?shortest(?: ones?)?(?: (?:that )?we (?:allow|accept)| allowed)? (?:has|is|are)(?= \d)", "it has at least"),
    (r"(?:the )?longest(?: ones?)?(?: (?:that )?we (?:allow|accept)| allowed)? (?:has|is|are)(?= \d)", "at most"),
    (r"(?:please )?(?:keep|limit|hold) (?:it|them|that|its length) (?:to )?(?=(?:at most|at least|within|between|under|below|up to|max|min|\d))", "it is "),
    (r"(?:must|should|shall) (?:be|have|contain) (?=(?:at least|at most) )", "is "),
    # what it is by default
    (r"(?:if|when|where|whenever) (?:no {x}|nothing|none|it) (?:is )?(?:not )?{given}(?: on (?:insert|creation))?(?: ,)? (?:then )?(?:please )?(?:(?:(?:it|that|the [a-z_]+) (?:should be|must be|shall be|is|becomes?)|use|take|assume|set it to) {v}{end}|{v} is (?:assumed|used|taken|set|meant))", "{the} {begins}"),
    (r"(?:{row}|an? [a-z]+(?: [a-z]+)?) (?:that is |which is |that are )?(?:saved|stored|created|inserted) without {a}{x} (?:{must} )?(?:comes?|ends?) (?:out|up) (?:with (?P=x) = |as |in )?{v}{end}", "the {x} {begins}"),
    (r"(?:when|if|once) {row} is (?:created|added|saved|inserted)(?: ,)? its {x} is {v}{end}", "the {x} {begins}"),
    (r"{row} (?:are|is) (?:inserted|created|saved|stored) with {a}{x} {v}{end}", "the {x} {begins}"),
    (r"{row} (?:always )?(?:begins?|starts?)(?: out| off| life)* in {a}(?P<s>{choices}) {v}{end}", "the {s} {begins}"),
    (r"{row} (?:always )?(?:begins?|starts?)(?: out| off| life)* as {v}{end}", "{The} {begins}"),
    (r"(?:an? |the )?(?:new|fresh|freshly [a-z]+|newly [a-z]+|just [a-z]+) (?:{noun}) (?:is|are|{must} be) {v}{end}", "{the} {begins}"),
    (r"{row} is {v} until (?:somebody|someone|anybody|{who}) changes? (?:that|it|this)", "{the} {begins}"),
    (r"(?:by default|initially|normally) (?:the )?(?P<s>{choices}) is {v}{end}", "the {s} {begins}"),
    (r"default (?:the )?(?P<s>{choices}) to {v}{end}", "the {s} {begins}"),
    (r"{v} is (?:filled in|used|taken|set) (?:automatically|by itself)", "{v} by default"),
    (r"(is|are) (?P<v>true|false|yes|no|on|off) for (?:all )?new (?:{noun}|ones|rows)", "is {v} by default"),
    (r"per (?P<k>{noun})(?: ,)? (?=(?:we|i|there|please|store|keep|save|record) )", "for each {k} "),
    # what it is one of
    (r"(?P<k>[a-z_]+(?: (?:,|and|or|, and|, or) [a-z_]+)+) are the (?:only |possible |allowed |valid |permitted |\d )*(?:{choices})(?: to be [a-z]+| that (?:are|is|may be) [a-z]+)? (?:in|of|for) (?:its|the) (?P<s>(?:{noun} )?[a-z]+)(?: column| field)", "the {s} is one of {k}"),
    (r"we (?:are |hand |have |give |want |introduce |introducing |out |know |distinguish |award )+(?:kinds|types|sorts) of {noun}(?: (?:for|to) [a-z]+)? (?::|,) {listed}", "the type is one of "),
    (r"(?:{noun} (?:come|comes|are (?:issued|available|offered)|exist) (?:in|at|as) (?:1 of |one of )?|there are )(?:(?:only|exactly|just) )?(?:\d+ )?(?P<s>{choices})(?: of {noun})?(?: which are| namely| called| , (?:which are|namely))?(?: :)?(?P<k> \()?(?= )", "the {s} is one of{k}"),
    (r"(?:the )?other (?:(?:allowed|possible|valid|permitted) )*(?:{choices})(?: (?:are|is|:))? {listed}", "it can also be one of "),
    (r"(?P<k>[a-z_]+(?: (?:,|and|or|, and|, or) [a-z_]+)*) (?:are|is) the (?:only )?other (?:(?:allowed|possible) )*(?:{choices})", "it can also be one of {k}"),
    (r"(?:and )?(?:(?:besides|apart from|other than|in addition to|next to) (?:that|this|it|{v})?|from there(?: on)?|later(?: on)?|afterwards|then)(?: ,)? (?:(?:it|they|(?:its|their|the) (?:{choices})) )?(?:can|may|is|are)(?: also| only)?(?: be| become)? {listed}", "it can also be one of "),
    (r"(?:is )?{v} by default(?= [,;.] it can also be one of )", "starts as {v}"),
    (r"(?:is|are|as) {v} unless {who} (?:sets?|changes?|moves?|turns?) (?:it|that|this) to {listed}", "starts as {v} . it can also be one of "),
    (r"(?:and )?(?:(?:it|they) )?(?:may|can) (?:later|then|afterwards|also) (?:become|be|turn|change to) {listed}", ". it can also be one of "),
    (r"(?:(?:only|the|that|these|just|our|full|list|of|all|\d+|allowed|valid|possible|permitted|accepted|legal) )+(?P<s>{choices})(?: (?:are|is))?(?: (?:allowed|possible|valid|permitted|accepted))?(?: ,? which)? ?(?:are|is|:)(?= (?!required|optional|mandatory|nullable|text)[a-z_]+ (?:,|and|or) )", "the {s} is one of"),
    (r"(?:allowed|permitted|possible|valid|accepted)(?: values)? are {listed}", "it is one of "),
    (r"(?:, )?(?:and )?(?:there (?:is|are) no others?|no other (?:{choices}) (?:exists?|is allowed|are allowed)|nothing else goes in (?:that|this|the) column|the [a-z_]+ column accepts no other (?:words|values))", "~"),
    (r"(?P<s>one of|:) \( (?P<k>[a-z_]+(?: (?:,|or|and|/|\||, or|, and) [a-z_]+)+) \)", "{s} {k}"),
    (r"(?<=[.;•\n] )(?:column|field) {x}(?= :)", "{x}"),
    (r"{x} => {listed}", "{x} : "),
    (r"(?:please )?make (?:the )?{x} (?P<k>mandatory|required|optional|nullable)", "the {x} is {k}"),
    (r"(?:we |to )?(?:track|show|tell|record|know|see) where {row} (?:stands|is)(?: with| by| in| through)? (?:an? )?(?P<s>{choices})(?: column| field)?", "it has a {s}"),
    (r"(?:that |which )?(?:goes|moves|passes|runs) from (?P<k>[a-z_]+(?: to [a-z_]+){{2,}})", "one of {l}"),
    (r"(?:what|which) {x} does {row} have(?: \.)?", "it has a {x} ."),
    (r"{row} (?:can be|may be|is) (?:either )?(?P<k>[a-z_]+(?: , [a-z_]+)+(?: ,)? or [a-z_]+)(?: ,? as recorded in its [a-z]+)?{end}", "{state} is one of {k}"),
    (r"whether {row} is an? (?P<k>[a-z_]+(?: , (?:an? )?[a-z_]+)*(?: ,)? or (?:an? )?[a-z_]+) {noun}|whether it is an? (?P<k>[a-z_]+(?: , (?:an? )?[a-z_]+)*(?: ,)? or (?:an? )?[a-z_]+) {noun}", "the type is one of {k}"),
    (r"(?:{row}|and) is an? (?!(?:text|string|number|date|boolean|list|object|json|required|optional) )(?P<k>[a-z_]+(?: , an? [a-z_]+(?: one)?)+(?: ,)? or an? [a-z_]+(?: one)?){end}", ". the type is one of {m}"),
    (r"(?:nobody|no one) (?:(?:can|may|should|must|shall|is|be|able|allowed|to) )*{make} {row} whose {x} is (?:empty|missing|null) or (?:is )?not one of(?: :)?", "the {x} is required and is one of"),
    (r"(?:use )(?:a )?text(?: column)? with a check(?: constraint)? for the {x}", "the {x} is text"),
    (r"no (?:other )?{x} {but} (?P<k>[^.;]*?) (?:is|are|{must} be) (?:allowed|accepted|permitted|valid|possible)", "the {x} is one of {k}"),
    (r"(?:the |only )*(?:possible|valid|allowed|permitted|accepted) (?P<s>[a-z]+s) are {listed}", "the {s} is one of "),
    (r"(?:the |only )*(?:possible|valid|allowed|permitted|accepted) (?P<s>[a-z]+s) are (?:from |between )?(?=-?\d)", "the {s} is from "),
    (r"(?:do not|never) (?:permit|allow|accept) any {x} {but}|no {x2} (?:may|can|must|shall|should) be anything {but}", "the {x} is one of"),
    (r"(?:reject|refuse|forbid|disallow|do not (?:allow|accept|permit)) {any} (?:that is )?(?:{but}|not)", "it is one of"),
    (r"(?:{must}|may|can) (?:be|take|have) (?:no (?:other )?value|nothing) {but}", "is one of"),
    (r"(?:(?:{must}|can|may|only|is|are|be) )*(?:takes?|accepts?|offers?|allows?|limited to|restricted to|confined to|(?:selected|chosen|picked|taken) from|pick(?:ed)? from|choose from|from this (?:set|list)|take 1 of|take one of)(?: (?:only|just))?(?: (?:the|these|this|a))?(?: (?:values|words|list|set|options|choices))?(?: of)?(?: :)? {listed}", "is one of "),
)  # fmt: skip


@cache
def _rules() -> list[tuple[re.Pattern[str], str]]:
    noun = f"{_MARK}[^ ]+"
    every = "(?:an?|each|every|the|all|any) "
    row = f"(?:(?:an?|the|each|every|any|no|some|new|all|of|one|this|that) )*{noun}"
    parts = {
        "who": _WHO, "must": _MUST, "bad": _BAD, "given": _GIVEN, "make": _MAKE, "a": _A, "noun": noun, "row": row, "every": every,
        "but": _BUT, "listed": _LISTED, "end": _END, "v": _VALUE, "choices": _CHOICES, "x": _X, "alone": _ALONE, "any": _ANY, "column": f"(?P<x>{'|'.join(COLUMN_WORDS)})",
    }  # fmt: skip

    def filled(pattern: str) -> str:
        """Several groups of one pattern are called x, xx and xxx."""
        pattern = regex.sub(r"\{([a-z]+?)\d?\}", lambda m: parts[m[1]], pattern).replace("{{", "{").replace("}}", "}")
        for name in ("x", "v", "k", "s"):
            first, *others = pattern.split(f"(?P<{name}>")
            pattern = first + "".join(f"(?P<{name * n}>{part}" for n, part in enumerate(others, 1))
        return pattern

    return [(re.compile(rf"(?<![^ ]){filled(pattern)}(?:(?<= )|(?![^ ]))"), told) for pattern, told in _RULES]


def retold(text: str, nouns: frozenset[str]) -> str:
    """The text of a request for a table whose rows are called by `nouns`."""
    text = regex.sub(r"[ ~]+", " ", text)
    spoken = "|".join(sorted(map(re.escape, nouns | _ROWS), key=len, reverse=True))
    text = regex.sub(rf"(?<![^ ])(?:{spoken})(?![^ ])", lambda m: _MARK + m[0].replace(" ", _JOINT), text)
    for pattern, told in _rules():
        chosen = list(regex.finditer(rf"(?<![^ ])(?:{_NAMED})(?![^ ])", text))
        text = pattern.sub(partial(_told, told=told, chosen=chosen), text)
    text = regex.sub(r" [~ ]+", " ", text)
    return text.replace(_MARK, "").replace(_JOINT, " ")


def _told(match: re.Match[str], told: str, chosen: list[re.Match[str]]) -> str:
    """The words as retold; as they are where nothing says which column is meant."""
    said = {name[0]: value for name, value in match.groupdict().items() if value}
    x, v, k, s = (said.get(name, "") for name in "xvks")
    near = min(chosen, key=lambda m: abs(m.start() - match.start())) if chosen else None
    the = x or (near and _one(near[0])) or ""
    if "{The}" in told and not the:
        raise Unclear(match[0].replace(_MARK, "").replace(_JOINT, " "))
    state = the if the in ("state", "stage", "phase") else "status"
    if (
        ("{the}" in told and not the)
        or ("{s}" in told and not s)
        or ("{state}" in told and not STATES & set(k.split()))
    ):
        return match[0]
    if "{x}" in told and x in _NOBODY:
        return "~"
    if any(part in told for part in ("{flag}", "{true}", "{false}")):
        named = regex.search(rf"(?<![^ ])(?:is|has)_{x}(?![^ ])", match.string)
        again = len(regex.findall(rf"(?<![^ ]){x}(?:_[a-z]+)?(?![^ ])", match.string)) > 1 + (_flagged(match, x))
        if not named and (again or "{flag}" not in told):
            return match[0]
        said_of = {"{true}": f"is_{x} is true by default", "{false}": f"is_{x} is false by default"}
        return said_of.get(told) or told.replace("{flag}", "~" if named else f"it has an is_{x} boolean")
    begins = f"is {v} by default" if v in ("true", "false", "yes", "no", "on", "off") else f"starts as {v}"
    s = the if s.rstrip("s") in _ANY_CHOICE and the else _one(s)
    return told.format(
        x=x,
        v=v,
        k=k,
        s=s,
        the=f"the {the}",
        The=f"the {the}",
        state=f"the {state}",
        l=k.replace(" to ", " , "),
        m=regex.sub(r"(?<= )an? | one(?= |$)", "", k),
        begins=begins,
    )


def _flagged(match: re.Match[str], x: str) -> int:
    """How often the flag is named again where its default is told."""
    return len(regex.findall(rf"(?:not|are|is) {x}(?= (?:[.;,]|by default|unless))", match.string[match.end() :]))


def _one(noun: str) -> str:
    return noun if " " in noun or (noun in CHOICE_NOUNS and singular(noun) not in CHOICE_NOUNS) else singular(noun)
