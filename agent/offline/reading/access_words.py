"""The language of access: actors, verbs of the table's operations, and other words for either in a plain form."""

import re
from collections.abc import Callable

from agent.offline import regex
from agent.offline.description import VERBS, Verb
from agent.offline.words import wordset

DO: dict[str, tuple[Verb, ...]] = {
    **dict.fromkeys(
        wordset("see sees seen seeing select selects selecting view views viewed viewing read reads reading look looks looking looked access accesses query list lists browse visible readable viewable accessible show shown"),
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
STRANGERS = r"(?:anon|anonymous|anonymously|public|publicly|unauthenticated|visitors?|guests?|teachers?|internet|logged-out|world)"
VERB = "|".join(sorted(map(re.escape, DO), key=len, reverse=True))
LEFT_TO = (
    rf"(?<![^ ])(?:{VERB})(?: (?:,|and|or|the|rows|it|them|{VERB}))* (?:(?:(?:is|are|stays?|remains?|belongs?|go|goes|does|do|happens?|shall be|should be|must be|will be) |: )?"
    r"(?:(?:only|just|strictly|solely|always|entirely|exclusively|a|the|none \() )*(?:for|to|up to|left to|left for|with|reserved (?:for|to)|restricted to|limited to|(?:done|made|handled|managed) by|(?:comes?|arrives?) (?:from|through|via)|(?:job|task|matter|business|responsibility) (?:of|for))"
    rf" (?:(?:the|our|an?|only) )*(?:{SERVERS})|(?:(?:is|are|does|do|:) )*(?:(?:none \(|only|just|the|our|an?) )*(?:{SERVERS})(?= only| alone| exclusively|$|[ ]*[,;)])|: (?:none|nobody|no one))(?![^ ])(?: (?:only|alone|exclusively|\)))*"
)
"""What is done is the server's business."""
NO_STRANGERS = (
    rf"(?:^|(?<![^ ])(?:[,;.] |and |but )*)(?:(?:the|any|all|every) )*{STRANGERS}(?: (?:users?|visitors?|people|role|clients?|callers?))*(?: (?!(?:{OWNERS})\b)[a-z:-]+)*? (?:nothing|no|none|not|cannot|never)\b[^,;.\n]*|"
    rf"(?:^|(?<![^ ])(?:[,;.] |and |but )*)(?:nothing|none|no (?:access|rights|permissions|polic(?:y|ies)|grants?)(?: at all)?) (?:for|to) (?:the )?{STRANGERS}[^,;.\n]*"
)
"""Strangers are kept out, as they are anyway."""
_LETTERS = {"c": "create", "r": "read", "u": "update", "d": "delete", "w": "write"}
_ROWS = r"(?:it|them|these|those|rows|the rows|entries|anything|any)"
_WORDING: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(?:no one|no-one|(?:nobody|none) (?:else|other)|(?:nobody|none) of (?:them|these|those|you|us))\b|\bno (?:parent|user|family|famil(?:y|ies)|client|member|signed-in user|app user|other (?:user|parent|person|client))s?\b(?! (?:polic|access))", "nobody"),
    (rf"\b(?:(?:all|any|every|each) )?(?:{OWNERS}|everyone|everybody|anyone|people) (?:with (?:an?|their) (?:login|account|session)|(?:that|who) (?:has|have) (?:an account|a login))\b", "signed-in users"),
    (rf"(?<![^ ])(?:only )?we (?=(?:{VERB})(?<!ing)(?: (?:it|them|these|those|rows|the rows))?(?= *(?:$|[,;.–]|ourselves)))", "backend "),
    (r"\b(?:anything|something|nothing) (?:we|i|you) (?:want|need|plan|offer|allow)(?: to (?:allow|offer|support))?\b", "wanted"),
    (r"\b(?:is|are) (?:not )?(?:nothing|not something|no option|not an option|off limits|out of the question|not on the table)(?: wanted)?\b|\bmakes? no sense\b", "is not possible"),
    (rf"\bno ((?:{VERB})(?: (?:,|and|or|{VERB}))*) polic(?:y|ies)\b", r"no \1"),
    (r"\bit (?:is|will be) not (?:possible|allowed|permitted) (?:for [a-z]+ )?to\b", "cannot"),
    (r"\bbackend bypass(?:es)? (?:it|rls|row level security|them)(?: anyway| anyhow| in any case)?\b", ""),
    (rf"\bthere (?:is|are|will be) no (?=[a-z]+ing\b|(?:{VERB})(?![^ ]))", "no "),
    (r"\bthere (?:is|will be) nothing to (?=[a-z])", "nobody can "),
    (r"(?<!is )(?<!are )(?<!be )(?<![^ ])not (?=(?:allowed|possible|permitted|wanted|needed)(?![^ ]))", "are not "),
    (r"\b(only|but|except|for|by|to|from|with) (?:us|we)\b", r"\1 backend"),
    (r"\bsigned-in(?= (?:can|may|should|gets?|reads?|sees?|has|have|cannot)\b)", "signed-in users"),
    (rf"\b(?:has|have|gets?) no ((?:{VERB})) (?:access|rights?|permissions?)\b", r"cannot \1"),
    (r"\br and w\b|\brw\b", "read and write"),
    (r"(?<![^ ])(?=[crudw]{2,4}(?![^ ]))(?!crud)[crudw]+", lambda m: " and ".join(_LETTERS[c] for c in m[0])),
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
    (r"\b(?:edge functions?|cron jobs?|service role|service_role|service-role)\b", "backend"),
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


def strange_words(words: list[str]) -> list[str]:
    """Those of a clause about access that are not in the language of access."""
    text = regex.sub(
        rf"(?<![^ ])(?:{VERB}|{ACTOR}|signed-in|possible|wanted|owning|neither|nor)(?![^ ])",
        "",
        regex.sub(LEFT_TO, "", spoken(words)),
    )
    return text.split()
