"""The language of access: actors, verbs of the table's operations, and other words for either in a plain form."""

import re
from collections.abc import Callable

from agent.offline import regex
from agent.offline.description import VERBS, Verb
from agent.offline.words import wordset

DO: dict[str, tuple[Verb, ...]] = {
    **dict.fromkeys(
        wordset("consult consults consulting inspect inspects see sees seen seeing select selects selecting view views viewed viewing read reads reading look looks looking looked access accesses query list lists browse visible readable viewable accessible show shown reach reaches reached reachable"),
        ("select",),
    ),
    **dict.fromkeys(
        wordset("add adds added adding create creates created creating insert inserts inserted inserting inserting log logs post posts posting submit submits enter enters assign assigns assigning register upload uploads uploading make makes making creation insertion"),
        ("insert",),
    ),
    **dict.fromkeys(wordset("write writes written writing w"), ("insert", "update")),
    **dict.fromkeys(
        wordset("edit edits edited editing update updates updated updating change changes changed changing modify modifies modified modifying correct corrects adjust adjusts rename touch touches touched editable alter alters altered updatable"),
        ("update",),
    ),
    **dict.fromkeys(wordset("delete deletes deleted deleting remove removes removed removing deletion removal deletable withdraw withdraws withdrawing withdrawn unassign erase erases discard discards discarding"), ("delete",)),
    **dict.fromkeys(
        wordset("manage manages managed managing maintain maintains maintained administer administers control controls crud everything full all handle handles"),
        VERBS,
    ),
}  # fmt: skip
OWNERS = "parents?|guardians?|carers?|caregivers?|mums?|moms?|dads?|mothers?|fathers?|famil(?:y|ies)|users?|members?|owners?|authors?|creators?|person|people|i|they|he|she|teammates?|team|reporters?|customers?|kid|kids|clients?"
ROLES = "admins?|administrators?|editors?|viewers?"
SERVERS = "systems?|backend|back-end|server|servers|service|service_role|platform|application|functions?|api|cron|jobs?|workers?"
NOBODY = "nobody|no-one|noone|none"
ANYONE = "everyone|everybody|anyone|anybody"
ACTOR = rf"(?:{OWNERS}|{ROLES}|{SERVERS}|{NOBODY}|{ANYONE})"
STRANGERS = r"(?:(?:anyone|anybody|everyone|nobody|no-one|no one|visitors?|people|users?|callers?) (?:without (?:an? |any )?(?:login|account|session)|(?:who|that) (?:is|are) not signed-in)|anon|anonymous|anonymously|public|publicly|unauthenticated|visitors?|guests?|teachers?|grandparents?|coach(?:es)?|tutors?|therapists?|nurses?|doctors?|psychologists?|siblings?|friends?|nieces?|nephews?|cousins?|classmates?|schools?|neighbou?rs?|relatives?|moderators?|managers?|internet|logged-out|world)"
VERB = "|".join(sorted(map(re.escape, DO), key=len, reverse=True))
LEFT_TO = (
    rf"(?<![^ ])(?:{VERB})(?: (?:,|and|or|the|rows|it|them|{VERB}))* (?:(?:(?:is|are|stays?|remains?|belongs?|go|goes|does|do|happens?|shall be|should be|must be|will be) ||: |= |-> |=> )?"
    r"(?:(?:only|just|strictly|solely|always|entirely|exclusively|a|the|none \() )*(?:for|to|up to|left to|left for|with|reserved (?:for|to)|restricted to|limited to|(?:done|made|handled|managed) by|(?:comes?|arrives?) (?:from|through|via)|(?:job|task|matter|business|responsibility) (?:of|for))"
    rf" (?:(?:the|our|an?|only) )*(?:{SERVERS})|(?:(?:is|are|does|do|:) )*(?:(?:none \(|only|just|the|our|an?) )*(?:{SERVERS})(?= only| alone| exclusively|$|[ ]*[,;)])|: (?:none|nobody|no one))(?![^ ])(?: (?:only|alone|exclusively|\)))*"
)
"""What is done is the server's business."""
NO_STRANGERS = (
    rf"(?:^|(?<![^ ])(?:[,;.] |and |but )*)(?:(?:the|any|all|every) )*{STRANGERS}(?: (?:users?|visitors?|people|role|clients?|callers?))*(?: (?!(?:{OWNERS})\b)[a-z:-]+)*? (?:nothing|no|none|not|cannot|never)\b[^,;.\n]*|"
    r"(?<![^ ])(?:nobody|no one|no-one) (?:without (?:an? |any )?(?:login|account|session)|(?:who|that) (?:is|are) not signed-in)(?![^ ])[^,;.\n]*|"
    rf"(?:^|(?<![^ ])(?:[,;.] |and |but )*)(?:nothing|none|no (?:access|rights|permissions|polic(?:y|ies)|grants?)(?: at all)?) (?:for|to) (?:the )?{STRANGERS}[^,;.\n]*"
)
"""Strangers are kept out, as they are anyway."""
_WHO = rf"(?:(?:the|any|an?|all|every|each|of|our|these|signed-in) )*(?:{OWNERS}|{ANYONE}|signed-in)(?![^ ])"
_RIGHT = r"(?: (?:to|from|of|for|the|an?|any|all|be|able|rights?|access|permissions?|ability|way|means|do|ever))*"
_VERBS = rf"(?:{VERB})(?: (?:,|and|or|nor|the|any|them|it|rows|{VERB}))*(?![^ ])"
_KEEPS = r"(?<![^ ])(?:forbids?|withholds?|prohibits?|prevents?|bars?|bans?|blocks?|deny|denies|refuses?|disallows?|stops?|keeps?|(?:does not|do not|not|never) (?:allow|let|permit|give|grant|offer))"
"""Not to let somebody do what follows."""
_DENIED = r"(?:(?:already|always|strictly|completely|all|both|just|simply|now) )*(?:denied|refused|forbidden|prohibited|disallowed|blocked|barred|banned|disabled|locked|closed(?: off)?|shut|withheld|excluded|exempt(?:ed)?|left out|omitted|impossible|off[ -]limits|out of (?:bounds|reach|the question)|off the table|ruled out|(?:not|never|no) (?:open|available|granted|given|exposed|offered|an option|on the table|something|theirs(?: to do)?|up to (?:them|parents)))"
"""What is said of that which nobody may do."""
_BUT_SERVERS = rf"(?: ,? ?(?:except|but|other than|apart from|besides)(?: for| by)?(?: (?:the|our))* (?:{SERVERS})(?: \( (?:{SERVERS}) \))?)?"
NEGATES = r"(?<![^ ])(?:den(?:y|ies|ied)|refus|forb[ia]d|prohibit|prevent|barr?(?:ed|s|ing)?(?![a-z])|bann?(?:ed|s|ing)?(?![a-z])|block|disallow|withh|revo[ck]|lack|los(?:e|es|t)(?![a-z])|lock|impossible|disabled|minus|off(?![a-z])|stop|exclud|less(?![a-z])|hidden|invisible|fail|reject|unable|unless|hardly|neither of|exception|short of|sav(?:e|ing)(?![a-z])|barring|rule[sd]? out)[a-z]*"
"""Words that refuse in a way that is not understood where they are left over."""
_OF_OWN = r"(?:(?:the )?(?:rows?|records?|entries|ones|those|data) (?:of|for|about|belonging to) )?(?:their|his|her|one s)(?: own)? (?:children|child|kids?)"
"""Those that a right covers: "stops at those of their own children"."""
_LETTERS = {"c": "create", "r": "read", "u": "update", "d": "delete", "w": "write", "s": "select", "i": "insert"}
_ROWS = r"(?:it|them|these|those|rows|the rows|entries|anything|any)"
_WORDING: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(?:edge functions?|cron jobs?|service role|service_role|service-role)\b", "backend"),
    (rf"(?<![^ ])(?:minus|less|sans|excluding|excepting|barring|bar|short of|save(?: for)?|leaving out|not including|with (?:the|one|1|an) exception(?: of)?) (?={_VERBS})", "except "),
    (r"(?<![^ ])with (?:one|1|an) exception :", ";"),
    (r"(?<![^ ])(?:(?:i|we|please|also|want|need|would|like|have|love|going|to) )*(?:add|create|insert|make|build|introduce|set up) (?:(?:an?|the|another|1|new|simple|separate) )+(?:[a-z_-]+ ){0,3}?(?:tables?|polic(?:y|ies))(?: (?:called|named) [a-z_]+)?(?= |$)", ""),
    (rf"(?<![^ ])({VERB})(?<=ing) (?:new )?rows(?= (?:,|and|or|nor)(?: (?:,|and|or|nor))* (?:{VERB})(?![^ ]))", r"\1"),
    (rf"(?<![^ ])not even {_WHO}", "nobody"),
    (rf",? (?:including {_WHO}|{_WHO} (?:included|or otherwise))(?: ,)?(?= )", ""),
    (rf"(?<![^ ])(?:(?:all|everything|the only things?)(?: that)? )({_WHO}) (?:can|may|gets? to|(?:is|are) (?:able|allowed) to)(?: do)?(?: here)?(?: with (?:it|them|rows))? (?:is|are)(?: to)? (?={_VERBS})", r"\1 can only "),
    (rf"({_VERBS})(?: (?:access|rights?|permissions?))? (?:is|are) (?:all|everything|the only things?)(?: that)? ({_WHO}) (?:(?:can|may|gets? to|could|should|(?:is|are) (?:able|allowed) to)(?: (?:be )?do(?:ing)?)?|gets?|has|have|need|needs)(?: (?:here|with (?:it|them|rows)))?(?= *(?:$|[,;]| of | for | and ))", r"\2 can only \1"),
    (rf"(?<![^ ])(?:,? ?(?:and|but|which|that) )?(?:(?:it|this|that|access|they) )?(?:(?:only|always) )?(?:(?:stops?|ends?) (?:at|with)|(?:reach|go|extend|stretch)(?:es)? (?:no (?:further|farther) than|only (?:as far as|to)|just (?:to|as far as))|covers? (?:only|just|nothing (?:but|except|other than|beyond))|(?:does|do|must|should|may|can) not (?:go|reach|extend) (?:further than|beyond)|(?:is|are) (?:scoped|confined|narrowed|bound) to) (?={_OF_OWN})", " for only "),
    (rf"(?<![^ ])(?:is|are) (?:not|never) (?:for|up to) (?:{_WHO}|them)(?![^ ])", "is not possible"),
    (rf"(?:(?<![^ ])(?:do |does |be able to |able to )+)?(?<![^ ])(?:nothing|(?:not|never|cannot)(?: be able to)?(?: do)? any(?:thing|\\s?more)|no (?:access|rights?|operations?|polic(?:y|ies)|permissions?)) (?:else )?(?:but|except(?: for)?|other than|apart from|besides|beyond)(?: (?:to|an?|the|for))* (?={_VERBS})", "only "),
    (rf"(?<![^ ])(?:apart from|besides|other than|except for) (?:that|this)(?: ,)? (?={ACTOR}(?![^ ]))", ""),
    (r"(?<![^ ])(?:any(?:one|body)|someone|users?|accounts?) signed-in as (?:an? )?(?=parents?\b)", ""),
    (r"\bown-children (?:rule|rules|policy|policies|only)?", "own children "),
    (r",? not even (?:(?:for|with|of|on|in|to|the|a|his|her|[a-z]+s) )*(?:own|their) (?:own )?(?:children|kids?|child)(?![^ ])", ""),
    (rf"(?<![^ ])(?:it is|is it) (?:(?:only|just|solely|the|our) )*((?:{SERVERS}))(?: (?:alone|only|itself))?(?: ,)?(?: (?:via|with|through|using) (?:the )?(?:{SERVERS}) ,)? (?:that|who|which) ", r"only \1 "),
    (r"\b(?:(?:all|every|any|each)(?: (?:of )?the)?(?: (?:4|crud|other|database|usual))? (?:operations?|actions?|rights?|verbs|permissions?)|(?:all|everything|anything|all 4|all of it|any)(?= (?:except|but|apart from|other than|besides|minus)\b)|all 4|(?:do )?the lot)\b", "crud"),
    (r"\bwrit(e|es|ing) (?=(?:(?:some|a|an|any) )?(?:new|more|another|additional|further|fresh)\b)", lambda m: {"e": "add", "es": "adds", "ing": "adding"}[m[1]] + " "),
    (r"\bonce (?:it is |they are |rows? (?:is|are) )?(?:logged|created|written|added|saved|stored|inserted|recorded|made|posted|submitted)(?: ,)?(?= )", "once"),
    (rf"\bleave (?=({_VERBS}) to (?:(?:the|our|an?) )*(?:{SERVERS})(?![^ ]))\1 (?=to)", r"\1 is left "),
    (rf"\bno (?:users?|parents?|famil(?:y|ies)|clients?) of (?:the|our) app(?: ,)?(?: (?:{OWNERS}) or (?:otherwise|not) ,?)? ?", "nobody "),
    (r"(?<![^ ])(?:not|never) (?:supposed|meant|intended|entitled|authori[sz]ed|welcome|eligible|expected|going) to(?= )", "cannot"),
    (rf"{_KEEPS} (?:{_WHO}|(?:them|him|her)(?![^ ])){_RIGHT} (?={_VERBS})", "parents cannot "),
    (rf"{_KEEPS}(?<!keep)(?<!keeps)(?<!stop)(?<!stops){_RIGHT} ({_VERBS})(?: (?:rights?|access|permissions?|polic(?:y|ies)))?(?: (?:for|by|to|from|of) {_WHO})?", r"parents cannot \1"),
    (rf"({_WHO}) (?:(?:is|are|be|being|gets?|stays?) )*(?:{_DENIED}|prevented|kept){_RIGHT} (?={_VERBS})", r"\1 cannot "),
    (rf"(?<![^ ])(?:lacks?|loses?|(?:has|have|gets?) no|(?:do|does) not (?:have|get)|without){_RIGHT} (?={_VERBS})", "cannot "),
    (rf"(?<![^ ])(?:(?:is|are|be|stays?|remains?|must|should|shall|to) )*(?:{_DENIED})(?:(?: (?:to|for|from|by|with) {_WHO})+(?: or otherwise| of the app)?{_BUT_SERVERS})?(?![^ ])(?! ?:)", "is not possible"),
    (rf"(?<=is not possible)(?: ,)?(?: and)? (?:so|as|neither|nor|likewise) (?:is|are|must be|should be|shall be|does|goes for) (?=({_VERBS})$)(.*)", r" ; \1 is not possible"),
    (r"(?<![^ ])(?:(?:everything|all|anything) else|the (?:rest|others?)|(?:any|all|every|the) other (?:operations?|rights?|actions?)) (?:is|are) (?:ok|okay|fine|allowed|permitted|possible|open|granted|up to them)(?: (?:to|for) (?:them|the parents?|parents))?(?![^ ])", "parents can crud"),
    (rf"(?<![^ ])({_VERBS})(?: :)? (?:no|never|not|none)(?= *(?:$|[,;|]))", r"no \1"),
    (rf"(?<![^ ])(?<!no )({_VERBS})(?: :)? yes(?= *(?:$|[,;|]))", r"may \1"),
    (rf"(?<![^ ])(?:{_DENIED}|not (?:allowed|permitted|possible)) (?:for|to) {_WHO} : (?={_VERBS})", "parents cannot "),
    (rf"(?<![^ ])(?:is|are) (?:something|things?|what) (?:that )?({_WHO}) (?:can|may|should|are able to|are allowed to|get to)(?: do)?(?![^ ])", r"by \1"),
    (r"\b(?:no one|no-one|(?:nobody|none) (?:else|other)|(?:nobody|none) of (?:them|these|those|you|us))\b|\bno (?:parent|user|family|famil(?:y|ies)|client|member|signed-in user|app user|other (?:user|parent|person|client))s?\b(?! (?:polic|access))", "nobody"),
    (rf"\b(?:(?:all|any|every|each) )?(?:{OWNERS}|everyone|everybody|anyone|people) (?:with (?:an?|their) (?:login|account|session)|(?:that|who) (?:has|have) (?:an account|a login))\b", "signed-in users"),
    (rf"(?<![^ ])(?:only )?we (?=(?:{VERB})(?<!ing)(?: (?:it|them|these|those|rows|the rows))?(?= *(?:$|[,;.–]|ourselves)))", "backend "),
    (r"\b(?:anything|something|nothing) (?:we|i|you) (?:want|need|plan|offer|allow)(?: to (?:allow|offer|support))?\b", "wanted"),
    (r"\b(?:is|are) (?:not )?(?:nothing|not something|no option|not an option|off limits|out of the question|not on the table)(?: wanted)?\b|\bmakes? no sense\b", "is not possible"),
    (rf"\bno ((?:{VERB})(?: (?:,|and|or|{VERB}))*) polic(?:y|ies)\b", r"no \1"),
    (r"\b(?:should|must|may) not be (?=(?:allowed|possible|permitted)\b)", "is not "),
    (r"\bit (?:is|will be) not (?:possible|allowed|permitted) (?:for [a-z]+ )?to\b", "cannot"),
    (r"\bbackend bypass(?:es)? (?:it|rls|row level security|them)(?: anyway| anyhow| in any case)?\b", ""),
    (rf"\bthere (?:is|are|will be) no (?=[a-z]+ing\b|(?:{VERB})(?![^ ]))", "no "),
    (r"\bthere (?:is|will be) nothing to (?=[a-z])", "nobody can "),
    (r"(?<!is )(?<!are )(?<!be )(?<![^ ])not (?=(?:allowed|possible|permitted|wanted|needed)(?![^ ]))", "are not "),
    (rf"\b(?:children|kids?|child|they|he|she|who|{OWNERS}) (?:(?:can|may|could) )?(?:write|writes|wrote|send|sends) (?:it |them )?to (?:us|me)\b", ""),
    (r"\b(only|but|except|for|by|to|from|with) (?:us|we)\b", r"\1 backend"),
    (r"\bsigned-in(?= (?:can|may|should|gets?|reads?|sees?|has|have|cannot)\b)", "signed-in users"),
    (rf"\b(?:has|have|gets?) no ((?:{VERB})) (?:access|rights?|permissions?)\b", r"cannot \1"),
    (r"\br and w\b|\brw\b", "read and write"),
    (r"(?<![^ ])(?=[crudw]{2,4}(?![^ ]))(?!crud)[crudw]+|(?<![^ ])(?:siud?|sid|sud|iud)(?![^ ])|(?<=no )[crudw](?![^ ])", lambda m: " and ".join(_LETTERS[c] for c in m[0])),
    (r"\bfrom (?=(?:(?:their|the|his|her|its) )?(?:own|kids?|child|children)\b)", "of "),
    (r"\b(?:hand|give|dish|throw|take|clean|toss)(ing|s)? (?:(?:it|them|these|those|rows|any|one) )?(?:out|away|back)\b", lambda m: ("add" if regex.search(r"hand|give|dish", m[0]) else "delete") + (m[1] or "")),
    (r"(?<=can )(?:award|grant|give|issue|assign)(?= )|(?<=cannot )(?:award|grant|give|issue|assign)(?= |$)|(?<=not )(?:award|grant|give|issue|assign)(?= )|(?<=to )(?:award|grant|give|issue)(?= (?:it|them|any|one|themselves)\b)", "add"),
    (r"\bget(ting|s)? rid of\b", "delete"),
    (r"\b(?:new ones|more|others|rows|they|it)(?: (?:only|always|can|may))* (?:come|comes|arrive|arrives) (?:only )?(?:from|through|via)\b", "adding only by"),
    (r"\bmake it (?:so )?(?:that )?", ""),
    (rf", (?:while|whereas) (?=[^;]*(?<![^ ])(?:{VERB})(?![^ ]))", " but "),
    (r"\b(?:make|making)(?= (?:new|more|any|some|it|them|one)\b)", "add"),
    (r"\b(?:full|complete|all) (?:crud|access|control|rights?|operations?|permissions?|management)\b|\bdo (?:it )?(?:all|everything|anything)\b|\bcan all\b", "crud"),
    (r", only (?:ever )?(?:be )?added\b", ""),
    (rf"\b(?:everything|anything|all|the rest|any other (?:access|operation))(?: else)?(?: (?:->|=>))? (?=(?:(?:is|goes|are|through|by|to|for|:|only|left|up|stays|with|just|the|our|done|happens|via) )*(?:{SERVERS})\b)", "writing : "),
    (r"\bwriting : (?=is |are |goes |stays |only |happens |left |by |through )", "writing "),
    (r"\b(?:everything|all) else\b|\bthe rest\b", ""),
    (r"\bour (?:own )?(?:team|staff|people|admins?)(?: via (?:the )?backend)?\b", "backend"),
    (r"\bhave all\b", "have crud"),
    (r"\ball (?=[a-z])(?!writes|inserts|changes|updates|deletes|reads)", "every "),
    (r"\bfull\b(?! crud)", ""),
    (r"\bread-only\b|\b(?:read|viewing) access\b", "read"),
    (r"\bwrite notes\b", "add"),
    (r"\b(?:no|without any) (?:other|further|more|additional) (?:polic(?:y|ies)|access|rights|permissions)\b", ""),
    (r"\bmakes? sure\b|\bcan (?:be )?(?:made|able)\b|\bshow up\b", ""),
    (NO_STRANGERS, ""),
    (rf", (?:we|i|it|that|this)\b(?! (?:can|may|must|should|only)\b)(?:(?!(?<![^ ])(?:{VERB})(?![^ ]))[^,;])*$", ""),
)  # fmt: skip
"""Other words for actors, verbs and refusals, and what says nothing of either."""


def spoken(words: list[str]) -> str:
    text = " ".join("and" if word in ("+", "&", "/") else word for word in words)
    for pattern, into in _WORDING:
        text = regex.sub(pattern, into, text)
    return regex.sub(r" +", " ", text).strip(" ,")


_SMALL = wordset(
    "the a an any all each every some of to for with on in at by via through from and or but not no never cannot only also just both solely exclusively alone can may must shall should be is are was were being "
    "able allowed permitted possible wanted do does done happens here that this these those they them it its own their his her theirs child children kid kids one ones row rows entry entries there else "
    "nothing anything everything so as well what which who whose where belongs belong belonging to up left once exists exist job rights right access operations policies policy rls permissions "
    "signed-in ever themselves get gets have has means meaning : , ; / ( ) -> = please let want open granted given limited restricted if must whether provided long"
)


def is_all_access(words: list[str], rows: frozenset[str]) -> bool:
    """They say who does what with the rows, and there is no other word in them."""
    told = spoken(words).split()
    strange = [w for w in told if w not in _SMALL and w not in rows and not regex.fullmatch(f"{VERB}|{ACTOR}", w)]
    if not told:
        return regex.search(rf"(?<![^ ]){STRANGERS}(?![^ ])", " ".join(words)) is not None
    listed = regex.fullmatch(rf"(?:(?:{VERB})(?: :)? (?:yes|no)[ ,;]*)+", " ".join(words))
    return bool(listed) or (
        not strange and any(w in DO for w in told) and any(regex.fullmatch(f"{ACTOR}|signed-in|own", w) for w in told)
    )


def strange_words(words: list[str]) -> list[str]:
    """Those of a clause about access that are not in the language of access."""
    text = regex.sub(
        rf"(?<![^ ])(?:{VERB}|{ACTOR}|signed-in|possible|wanted|owning|neither|nor)(?![^ ])",
        "",
        regex.sub(LEFT_TO, "", spoken(words)),
    )
    return text.split()
