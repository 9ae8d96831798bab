"""Other ways of writing which values there are and what holds where nothing is said; applied in order, line by line."""

from agent.offline.reading.lexicon import CHOICE_NOUNS
from agent.offline.reading.wording import REJECTED
from agent.offline.words import plural, singular

_WHO = r"(?:we|you|they|i|people|somebody|someone|one|(?:(?:the|an?|our) )?(?:editor|parent|author|teacher|admin|user|caller|client|app|creator)s?)"
_SETS = r"(?:says?|said|gives?|given|sets?|chooses?|chosen|picks?|picked|enters?|entered|provide[sd]?|specifie[sd]|specify|state[sd]?|indicates?|mentions?|mentioned|notes?|noted)"
_GIVE = r"(?:set|give|say|pick|choose|specify|provide|mention|fill|enter|indicate|decide|tell|chosen|picked|given|said|decided|specified|told)(?! (?:to|which|what|how)\b)"
_DONE = r"(?:rated|labelled|labeled|marked|classified|tagged|touched|assigned|graded|sorted|categori[sz]ed)"
_NOTHING_SAID = "|".join(
    (
        rf"(?:whenever|when|if|in case|where) {_WHO} (?:leaves?|omits?|skips?|forgets?|(?:do|does|did|have|has) not)(?: {_GIVE})?(?: (?:it|that|one|this|anything|something|any))?(?: (?:out|in|away|off))?",
        rf"(?:whenever|when|if|in case|where) {_WHO} {_SETS} (?:nothing|none|no value)",
        rf"(?:whenever|when|if|in case|where) (?:nobody|no one|nothing|none|no value) (?:(?:is|was|were|has|have|had|been|gets?) )*(?:{_SETS}|indicated|decided)(?: (?:it|one|anything|any|a value))?",
        r"for (?:[a-z]+ ){1,2}(?:that|which) (?:do|does|did) not (?:specify|say|state|set|mention|give)(?: (?:one|it|any|anything))?",
        rf"(?:those|ones|lessons|rows|whatever) (?:that |which )?(?:nobody|no one|not) (?:has |have )?{_DONE}(?= (?:is|are|count|becomes?|gets?)\b)",
        r"(?:if )?in (?:case of )?doubt,?|failing that,?",
        r"(?:(?:an?|any|each|every|the|all) )?(?:new )?[a-z]+ (?:(?:that|which|who) (?:is|are|was|were) )?(?:created|saved|stored|inserted|added|made) without (?:one|it|any|an? (?:value|status|type))",
        r"(?:rows|those|ones|[a-z]+s) without an? (?:explicit|own|given|stated|chosen) (?:one|value|choice)",
    )
)
_END = r"(?= *(?:[),.;]|$))"
_LIST = r"[a-z_]+(?:, [a-z_]+)*,? (?:or|and) (?!not\b)[a-z_]+"
_KIND = rf"(?:(?!the |an? |its |of )[a-z]+ )?(?:{'|'.join(sorted({form for noun in CHOICE_NOUNS for form in (noun, plural(noun))} - {'value', 'values'}, key=len)[::-1])})"
_AT_FIRST = r"(?:by default|as (?:the )?default|at (?:the )?(?:first|start|beginning)|initially|to (?:begin|start) with|unless (?:(?:it is )?(?:stated|said|told|set|specified|noted|marked|given) otherwise|otherwise (?:stated|said|told|set|specified|noted|marked|given)))"
_THEN = r"(?:(?:it|they|that|which|and|or|but|can|may|could|might|must|should|be) )*(?:(?:otherwise|also|else|alternatively|later(?: on)?|then|afterwards|from there(?: on)?|becomes?|turns?(?: into)?|change to|move on to|go (?:on )?to|(?:the )?(?:other|remaining) (?:(?:possible|allowed|valid|permitted) )*(?:ones|values|options|choices|possibilities|status(?:es)?|states|types|kinds|levels)(?: (?:are|is|being))?|the others(?: (?:are|being))?)(?=[ ,])(?: (?:it|they|can|may|could|might|be|become|either|turn|go|move|to))*,? )+"
UNSAID = (
    (r"\b(?:reject|refuse|forbid|disallow|block|prevent|do not (?:allow|accept|permit|take)) (?:anything|everything|whatever|all|any (?:value|number)s?|values|numbers)(?:,? (?:(?:that|which) )?(?:is|are) not|,? (?:other than|but|except|unless (?:it|they) (?:is|are))) (?=(?:at|between|from|above|below|over|under|greater|more|less|higher|positive|larger|bigger|of|a multiple)\b)", "it must be "),
    (r"\bonly (positive|non-negative|whole) (?!numbers?\b|values?\b|integers?\b)([a-z_]+(?: [a-z_]+)?s) (?:are|is) (?:ever )?(?:valid|allowed|accepted|permitted|ok|okay|possible|fine)", lambda m: f"the {m[2] if m[2] == 'points' else singular(m[2])} must be {m[1]}"),
    # what else is refused
    (rf"(?<=[a-z])[;,.] (?:and |but )?(?:anything|everything|whatever|all|any value) else (?:{REJECTED})(?= *(?:[;,.)]|$))|(?<= )(?:and|or) ([a-z_]+)[;,.] (?:and |but )?nothing else(?: (?:is|are|will be|gets) (?:allowed|accepted|valid|possible|permitted|ok|okay))?(?= *(?:[;.)]|$))", lambda m: m[0].rpartition(m[1])[0][-len(m[0]):] + m[1] if m[1] else ""),
    (rf"\b(?:(?:an?|any|every|each|all) ((?!other |value)[a-z_]+(?: [a-z_]+)?)|(?:anything|everything|any (?:other )?values?|values|whatever)) (?:(?:that|which) (?:is|are) )?(?:other than|but|except|besides|apart from|outside(?: of)?|not(?: in)?) ({_LIST}) {REJECTED}(?: (?:as|for) (?:an?|the) ([a-z_]+))?", lambda m: f"{f'the {m[3] or m[1]}' if m[3] or m[1] else 'it'} is one of {m[2]}"),
    # what there is
    (rf"(?<![:=] )\b(?:in |of |has |as )?one of (?:(?:the|our|these|following|possible|allowed|different|\w+ly|two|three|four|five|six|\d) )*({_KIND}s?)(?=(?: ?[(:]|, namely|, which are) ?{_LIST}| ?[(:] ?[a-z_]+,)", lambda m: f"{'has ' if m[0].startswith('has') else ''}a {singular(m[1])}"),
    (rf"(?<=[a-z]) - ({_LIST}|[a-z_]+(?:, [a-z_]+)+) - ", r" (\1) "),
    (r"\b(?:the )?(?:full|complete|whole) list(?: of (?:them|values|options|choices))?(?: is|:)(?= [a-z_]+,)", "it is one of"),
    (rf"(^|[.;] )for (?:the |its )?({_KIND}),? (?:please )?(?:(?:only|just|we|you) )*(?:allow|permit|accept|use|take|support|have)(?: only| just)? (?={_LIST})", r"\1the \2 is one of "),
    (rf"\b(tell|keep) ({_LIST}) (?:ones |[a-z]+s )?apart\b", r"distinguish \2"),
    (rf",? so (?:that )?(?:we|you|one|people|the app) (?:can|may|could) (?:distinguish|differentiate)(?: between)? ({_LIST})(?: ones| [a-z]+s)?(?= *(?:[.;]|$))", r": \1"),
    (rf"\b(?:{REJECTED}|(?:is|are) (?:not|never) (?:fine|good|complete)) unless (?:it|they) (has|have|is|are)\b", lambda m: f"must {'have' if m[1].startswith('ha') else 'be'}"),
    (rf"\b(?:(?:we|you|please) )*(?:do not|never|must not) (?:ever )?(?:accept|allow|permit|take|store|save) (?:an?|any) ([a-z_]+(?: [a-z_]+)?) (?:other than|but|except|besides|apart from|outside(?: of)?) (?={_LIST})", r"the \1 is one of "),
    # what it is at first
    (r"\bstarts? (?:out |off )?as ([a-z_]+),? (?=(?:(?:and|but|or|can|may|could|might|be) )+(?:otherwise|also|later|then|afterwards) (?:be |become )*[a-z_]+(?:,| or ))", r"is \1 by default "),
    (r"\binitial (?:value|one|choice|option)(?: is|:| =| of)? ", "default "),
    (rf"(^|[.;] ){_AT_FIRST},? (?:the|an?|its|each|every) ([a-z_]+(?: [a-z_]+)?) is (?=[a-z_]+[;,.])", r"\1by default the \2 is "),
    (rf"(^|[.;,] )(?:(?:each|every|any|an?|all) )?(?:(?:new )?[a-z]+ (?:always )?(?:starts?|begins?)(?: out| off| life)? (?:with|in|at|as|on)|new [a-z]+ (?:has|have|gets?|carry|carries)) (?:the|an?) ({_KIND})(?: of)? ([a-z_]+)(?=[;,.])", r"\1the \2 is \3 by default"),
    (rf"\b(?:the )?default ({_KIND})(?: of (?:an?|the|each|every) [a-z]+)? is ([a-z_]+)(?=[;,.])", r"the \1 is \2 by default"),
    (rf"\b({_KIND})(?P<mark>[:,]?) (?P<which>(?:(?:which|that) (?:always )?)?)(?:starts?|begins?)(?: out| off| life)?(?: (?:as|at|with|in|on))? (?!as |at |with |in |on )([a-z_]+)[;,.]? {_THEN}({_LIST}|[a-z_]+(?:, [a-z_]+)+)", lambda m: f"{m[1]}{m['mark']} {m['which'] and 'that '}{'' if m['mark'] == ':' else 'is '}one of {m[4]} (default), {m[5]}"),
    (rf"\b(?:besides|apart from|other than|in addition to) ([a-z_]+),? \(?(?:which is |as |being )?(?:the |its )?default\)?,? (?:(?:the|an?|its) ({_KIND})|it) (?:can|may|might) (?:also )?be ({_LIST})", lambda m: f"{'the ' + m[2] if m[2] else 'it'} is one of {m[1]} (default), {m[3]}"),
    (rf"\b(?:use|take|with|have) ([a-z_]+) as (?:the |its )?default (?:for|of) (?:the |its )?({_KIND})\b", r"the \2 is \1 by default"),
    (rf"\b(?:moves|goes|changes|runs) from ([a-z_]+),? \(?(?:which is )?(?:the |by )?default\)?,? to ({_LIST})", r"is one of \1 (default), \2"),
    (rf"\bby default the ({_KIND}) is ([a-z_]+)[;,.] {_THEN}({_LIST})", r"the \1 is one of \2 (default), \3"),
    (rf"(?:(?<= )({_KIND}), )?\b([a-z_]+),? {_AT_FIRST}[;,.]? (?:{_THEN}({_LIST})|(?:(?:that|which|it|and|but) )*(?:can|may|might|could) be ({_LIST}) (?:too|as well|also))", lambda m: f"{m[1] + ' of ' if m[1] else ''}{m[2]} (default), {m[3] or m[4]}"),
    (r"\bthe default (?:one|choice|option)\b(?! (?:is|of)\b)", "the default"),
    (rf"(?<=, )([a-z_]+) if (?:it is )?(?:not (?:given|set|specified|stated|said)|nothing is (?:given|set|said|specified)){_END}", r"default \1"),
    (r"\b([a-z_]+) (?:as|is|being) (?:the|its) default,? (?:with|and) ([a-z_]+) and ([a-z_]+) (?:as|being) the other (?:two|2) (?:(?:allowed|possible|permitted) )?(?:values|choices|options|levels)", r"one of \1, \2 or \3, with \1 as default"),
    (r"\b(an? [a-z ]+?) should be possible on (?:an?|the|every|each) ([a-z_]+)\b", r"add \1 to \2"),
    (r"\b(?:each|every|any|an?|one) ([a-z]+) (?:may|can|must|should) (?:only )?(?:have|get) (?:at most|no more than|only|just) (?:one|1|a single) (?:row|entry|record) (?:per|for each|for every) ([a-z]+)\b", r"only one row per \1 and \2"),
    (r"^where an? ([a-z]+) has no ([a-z_ ]+?)(?: at all)?, (insert|add|create) (one|a default one)(?: by default)?\b", r"for each \1 that has no \2, \3 \4"),
    (r"\bwithout being (?:required|mandatory|obligatory|needed)\b", "optional"),
    (r"\bof which ([a-z_]+) is (?:the )?default\b", r"default \1"),
    (r"\b([a-z_]+)((?:, [a-z_]+)+,? (?:(?:or|and) )?[a-z_]+|(?:, [a-z_]+)+)([^.\n,;]{0,40})(?:[,;]| and) (?:(?:of which |with )?the first (?:one )?(?:is |being |as )(?:the )?default|default(?:s|ing)? (?:to|is|being) the first(?: one| value)?(?: of (?:these|them|those|the \w+))?)\b", r"\1\2\3, default \1"),
    (r"\b([a-z_]+), which is (?:also )?the default,", r"\1 (default),"),
    (r"(?<=\()([a-z_]+) by default, (?:or )?(?=[a-z_]+,)", r"\1 (default), "),
    (r"\bdefault ['\"`]?([a-z_]+)['\"`]?,? \(?(?:the )?others?(?: (?:are|being|values))*:? ((?:[a-z_]+, )+(?:or |and )?[a-z_]+)(?:\)(?!\)))?", r"one of \1 (default), \2"),
    (rf"\bif (?:nothing|none|no value) is (?:given|set|said|specified|stated), (?:the )?([a-z_]+) is ([a-z_]+){_END}", r"the \1 is \2 by default"),
    (r"\brequired (?=(?:when|if) (?:(?:it is|a value is|one is) )?(?:present|given|set|filled|there)\b)", ""),
    (r"\b(?!(?:we|i|you|they|people|parents|users) )([a-z_]+) needs? (?:somewhere|a (?:place|spot)) (?:to (?:put|store|keep|save|hold)|for) (?:the|their|its|an?) ", r"\1 need a "),
    (r"\bfrom ([a-z]+),? (?:through|via|over) ([a-z]+),? to ([a-z]+)\b(?! \d)", r"one of \1, \2, \3"),
    (r"\bwith ([a-z_]+) as (?:the |its )?default(?: value)?,? (?:and |plus )?(?:with )?((?:[a-z_]+, )*[a-z_]+,? (?:and|or) [a-z_]+) as (?:the |its )?(?:only |two |three |2 |3 |possible )*(?:others?|alternatives?|alternative (?:values|choices)|other (?:choices|values|options|possibilities))\b", r"one of \1 (default), \2"),
    (r"[.;] (?:if|when) (?:nothing|none|no value) is (?:given|set|said|specified|stated),? it (?:should|must|will|shall|is to) be ([a-z_]+)[,;.] (?:and )?the (?:only )?others?(?: (?:two|2))?(?: (?:values|options|choices|levels))? are ([a-z_]+) and ([a-z_]+)(?=[.;]|$)", r", one of \1 (default), \2 or \3"),
    (r"(^|[.;] )with ([a-z_]+) as (?:the |its )?default(?: value)?, (an? [^.;]*?)(?= (?:is|has|needs|should|must|to) (?:to )?be (?:stored|kept|recorded|saved|held|tracked))", r"\1\3 (default \2)"),
    (r"\b(?:default(?:s|ing)?(?: is| to| of)?) ([a-z_]+)[;,.] (?:and )?(?:the only other|the other|apart from (?:it|that|this|\1),? only|apart from (?:it|that|this|\1),?) ?(?:two |2 )?(?:values|options|choices|ones|levels)?(?: (?:that )?(?:it|one|you|we)? ?(?:can |may )?(?:accepts?|takes?|allows?|have|has|be|choose|allowed|accepted|possible|permitted))? ?(?:are|is|being)? ([a-z_]+) (?:and|or) ([a-z_]+)(?: (?:are|is) (?:(?:also|the only ones) )?(?:allowed|accepted|possible|permitted|valid))?(?=[.;]|$)", r"one of \1 (default), \2 or \3"),
    (r"\bwith (?:the |a )?default(?: of| value)? ([a-z_]+)[;,.] (?:it|they|this) (?:can|may|could) (?:also |otherwise |instead )*be ([a-z_]+) or ([a-z_]+)(?=[.;]|$)", r"one of \1 (default), \2 or \3"),
    (rf"\bunless (?:{_WHO} {_SETS}|{_WHO} {_GIVE}) (?:an? different|another|some other|something else)(?: [a-z]+)?{_END}", "unless stated otherwise"),
    (rf"\bunless (?:an? different|another|some other) (?:one|value|[a-z]+) (?:is|was|has been|gets) {_SETS}{_END}", "unless stated otherwise"),
    (rf"\b(?:{_NOTHING_SAID})\b(?! (?:empty|blank|null|(?:an?|the|any|its|their|out|to) [a-z]))", "if nothing is said"),
    (r"\b(?:as )?an? enumeration (?:of|with|from) (?=[a-z_]+(?:,| or | and ))", "one of "),
    (r"\b(?:that|which|it) falls? back (?:to|on) ([a-z_]+)\b(?! for)", r", default \1"),
)  # fmt: skip
