"""The person's own words, and what they are about: who may reach data, what is destroyed, what leaves the database.

What others said inside a request (quoted, fenced, in made-up marks) is not the person's word.
"""

import re
from typing import Literal

Deed = Literal["opens", "shares", "access", "destroys", "changes", "roles", "outward", "secrets"]

_OPENS = (
    r"public(?:ly)?|any(?:one|body)|every(?:one|body)|anon(?:ymous(?:ly)?)?|visitors?|guests?|unauthenticated"
    r"|(?:landing|marketing) (?:page|site)|website|(?:logged|signed)[ -]?out|not (?:logged|signed)[ -]?in"
    r"|(?:without|no) (?:an? |any )?(?:account|login|logging[ -]?in|sign(?:ing)?[ -]?(?:in|up)|auth\w*)"
)
_SHARES = (
    rf"{_OPENS}|(?:all|every|each|any|other|signed[ -]in|logged[ -]in|authenticated)\s(?:the\s|our\s|\w+\s)?"
    r"(?:users?|famil(?:y|ies)|parents?|members?|people|person|child(?:ren)?|kids?|customers?|accounts?|teams?"
    r"|readers?|students?|pupils?|teachers?|employees?|colleagues?|players?|owners?|organi[sz]ations?)"
    r"|shar(?:e|ed|es|ing)|publish\w*|leaderboards?|communit(?:y|ies)|brows\w+|each other|visible|director(?:y|ies)"
    r"|rank(?:s|ed|ings?)?|catalog(?:ue)?s?|reference|look-?up|the same for|hand(?:s|ed)? (?:it|them|\w+) (?:over|on)"
    r"|transfer\w*|reassign\w*"
)
_ACCESS = (
    rf"{_SHARES}|see|sees|seen|views?|reads?|reach\w*|access\w*|polic(?:y|ies)|rls|row level|show\w*|hid\w+|hidden"
    r"|private|permissions?|grants?|revoke\w*|roles?|allow\w*|let|lets|restrict\w*|only|who|whose|whom|own|owns|their"
    r"|owners?|admins?|moderators?|staff|can|cannot|may|able|manage\w*|edit\w*|writ\w+|secur\w+|members?|invit\w*"
)
_DESTROYS = (
    r"(?:drop|delet|remov|destroy|purg|truncat|discard|eras|wip|clear|clean|retir|eliminat|prun|replac|merg|convert"
    r"|chang|mov|renam|split|shorten|narrow|reduc|dump|cut|trim|los[et]|kill|strip|de-?dup|duplicat|expir|archiv"
    r"|get(?:ting)? rid|throw)\w*|tak(?:e|es|ing)\s(?:[\w.]+\s){1,5}(?:away|out)|no longer needed"
)
_CHANGES = (
    rf"{_DESTROYS}|(?:set|fill|backfill|updat|correct|fix|normali[sz]|re-?calculat|recount|round|reset|overwrit|adjust"
    r"|increas|raise|lower|default|rewrit|upper|mark)\w*"
)
_SAID = {
    deed: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    for deed, pattern in {
        "opens": _OPENS,
        "shares": _SHARES,
        "access": _ACCESS,
        "destroys": _DESTROYS,
        "changes": _CHANGES,
        "roles": r"(?:database |postgres )?roles?|bypassrls|superusers?|service_role|database users?",
        "outward": r"web-?hooks?|https?|urls?|endpoints?|apis?|slack|discord|e-?mails?|mails?|send\w*|notif\w*|call\w*"
        r"|edge functions?|sync\w*|remote|foreign|external|another (?:server|database)|cron\w*|schedul\w*|nightly|daily"
        r"|hourly|weekly|monthly|every (?:\w+ )?(?:minute|hour|day|night|morning|week|month)s?|periodic\w*|jobs?",
        "secrets": r"vaults?|secrets?|credentials?|tokens?|passwords?|keys?|encrypt\w*|sessions?",
    }.items()
}
_NOT = re.compile(
    r"\b(?:not|never|nothing|nobody|no(?! longer)|nor|except|cannot|(?:do|does|must|is|are|ca|should|wo)n['’]?t)\b"
    r"[^.,;:!?\n]{0,30}$",
    re.IGNORECASE,
)
_MARKS = r"(?:project|schema|house_rules|file|context|request|database|report|system|instructions?)"
_OTHERS = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|<!--.*?(?:-->|\Z)"
    rf"|<\s*/?\s*{_MARKS}\b[^<>]*>.*?(?:<\s*/\s*{_MARKS}\s*>|\Z)"
    r"|^[ \t]*>.*$|\"[^\"\n]{25,}\"|“[^”]{25,}[”“]|„[^“”]{25,}[“”]|«[^»]{25,}»|‘[^’]{25,}’(?!\w)"
    r"|(?<!\w)'(?:[^'\n]|(?<=\w)'(?=\w)){25,}'(?!\w)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def own(said: str) -> str:
    """What the person said themselves: without quotations, code, hidden remarks, and whatever stands in marks."""
    return _OTHERS.sub(" ", said)


def speaks_of(deed: Deed, own_words: str) -> bool:
    """The words want it, at least once without a "not" before."""
    return any(not _NOT.search(own_words, 0, found.start()) for found in _SAID[deed].finditer(own_words))
