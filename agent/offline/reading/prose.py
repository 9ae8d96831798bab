"""Prose around a request: what it is good for, politeness, background. None of it may carry an instruction."""

import re

from agent.offline.reading.lists import join_choices
from agent.offline.reading.naming import content

_PURPOSE = re.compile(
    r"(?:^|[\s,(-]+)(?:so that|so (?=we\b|that\b|parents?\b|users?\b|they\b|you\b|it\b|the\b|our\b|i\b|people\b|children\b|kids\b|members?\b|teachers?\b|admins?\b|editors?\b|families\b|everyone\b|each\b)|in order (?:to|that)|because|since (?=we|the|our|they|it|users|parents|people)|as we\b|"
    r"which (?:will |would )?(?:lets?|allows?|helps?|makes?|means)|this (?:lets?|allows?|helps?|makes?|means|is for|will)|that way|the (?:reason|idea|goal|point|purpose) (?:is|being)|"
    r"to (?:help|let|allow|support|motivate|encourage|make (?:it|sure we|things|the (?:app|ui|dashboard|page))|enable|power|show|keep (?:kids|children|them|users|people)|prepare|improve|celebrate|reward|give|warn|know)\b|"
    r"for (?:the|our|a|an) (?:new |upcoming |parent |admin |mobile |web |main )*(?:dashboard|app|ui|page|screen|feature|report|reports|reporting|launch|release|client|frontend|analytics|gdpr|compliance|marketing|demo|homepage|search page|listing|overview|filter|editors?|compliance reasons|paywall|subscription))\b"
    r"[^.;\n]*"
)
"""From the words that announce a purpose to the end of the clause."""
_POLITE = re.compile(
    r"\b(?:please|pls|thanks(?: a lot| so much| in advance)?|thank you(?: very much| so much)?|hi(?: there| team| all)?|hello(?: there| team)?|hey(?: there| team)?|dear \w+|cheers|kind regards|best(?: regards)?|"
    r"if (?:possible|you can|you do not mind|that is ok|you could)|when you (?:get a chance|have time|can)|asap|as soon as possible|i think|i guess|i suppose|i believe|i was wondering if|"
    r"(?:can|could|would|will) you(?: please| kindly| maybe)?|(?:an? |the |some )?(?:way|means|option|ability|possibility)(?: to| of)|(?:i|we) (?:would |should )?(?:really |very much |also )?(?:like|love)(?: it if you could| you to| to have| to see| to)?|"
    r"(?:i|we) (?:really |also |now |just )*(?:need|want|wish|require|have|plan|intend|decided|aim)(?: you)?(?: to(?: be able to)?)?(?: have)?|let us|for us|for me|go ahead and|help me(?: to)?|help us(?: to)?|"
    r"it would be (?:nice|great|good|cool|helpful|useful)(?: to(?: have)?| if (?:we|you) (?:could|had))?|we are missing|there (?:should|must|needs to|has to) be|(?:our|the) (?:team|app|product|users?|platform|editors?|parents?|customers?) (?:really |also )*(?:needs?|wants?|would like|asked for|requires?|keeps? asking for)(?: to(?: be able to)?)?|"
    r"going forward|from now on|in future|in the future|for (?:compliance|security|legal|gdpr|regulatory|privacy|auditing|accountability)(?: reasons| purposes)?|right now|at the moment|currently|as of now|as well|basically|actually|really|simply|quickly|somehow|obviously|of course|maybe(?! an? )|perhaps(?! an? )|by the way|btw|ok so|okay|alright|well then)\b"
)
_INSTRUCTIVE = re.compile(
    r"\d|\b(?:must|never|cannot|not|no|unique|default|required|optional|nullable|null|index|indexes|only|between|enum|"
    r"drop|delete|remove|truncate|rename|disable|grant|revoke|anon|public|policy|policies|rls|column|table|references?|"
    r"changes|logged|need|needs|whether|audit|audited|backfill|trail|whenever|rpc|stats|statistics|speed|faster|slow|duplicates?|once|twice|without|unless|missing|https?|urls?|accepted|valid|positive|negative|least|most|characters|range|log every|log all|track|flag|mark|alter|add|creates|edits|deletes|updates|inserts|removes|adds|create|make|trace|written|change|convert|insert|update|set|every|each|exactly|ensure|except|unless|owner|cascade|constraint|trigger|function|password)\b"
)
DESTRUCTIVE = re.compile(
    r"\b(?:drop(?:ped|ping)?(?! (?:below|under|to |down))|truncate|wipe|purge|erase|destroy|get rid of|throw away|rename|merge|split|narrow|shrink|downsize|partition|encrypt|anonymi[sz]e|"
    r"disable|turn off|switch off|bypass|without (?:rls|policies|row level security|protection)|no (?:rls|policies|row level security)|anon|anonymous|unauthenticated|superuser|security_?definer|bypassrls)\b"
)
_IMPERATIVE_DELETE = re.compile(
    r"(?:^|\b(?:and|then|also|please|to|could you|can you|should|must|we|i|first|finally|,)\s+)(?:delete|remove|clear|empty|clean up|get rid of)\s+(?!otherwise|until|if|when|it$|them$|their|rows$|by default|or\b|strings?\b)"
)
_PUBLIC = re.compile(
    r"\b(?:make|made|making|be|is|are|become|becomes|open|expose|exposed|available|accessible|visible|readable)\b[^.]{0,30}\b(?:public|publicly|world|internet|everyone|visitors|guests)\b|\bpublic (?:read|access|api)\b|\b(?:world-readable)\b"
)


def without_purpose(text: str) -> tuple[str, str]:
    """The text without the clauses that only say what it is good for, and those clauses.

    A clause that carries numbers, conditions or orders stays where it is.
    """
    dropped: list[str] = []

    def cut(match: re.Match[str]) -> str:
        if _INSTRUCTIVE.search(match[0].replace("so that", "").replace("only", "")):
            return match[0]
        dropped.append(match[0].strip())
        return " "

    return _PURPOSE.sub(cut, text).strip(), " ".join(dropped)


def without_politeness(text: str) -> str:
    return re.sub(r"\s+", " ", _POLITE.sub(" ", text)).strip(" ,;-:")


def is_background(text: str) -> bool:
    """A sentence that says nothing about what to do."""
    text = re.sub(r"\bfor [a-z ]{3,30} only\b|\bonly for [a-z]+\b", " ", text)
    return not content(text) or not _INSTRUCTIVE.search(without_politeness(text))


_VERB_LIST = re.compile(
    r"\b(?:inserts?|updates?|adds?|edits?|chang(?:es?|ing)|creates?|inserted|updated|edited|added|view|see|read|manage|insert(?:s|ing|ions?)|updat(?:es|ing)|edit(?:s|ing))"
    r"(?:,? (?:and |or )?| and | or |/|, )(?:delet|remov)(?:es?|ed|ing|ions?|als?)\b"
)


def alarming(text: str) -> str | None:
    """The words that ask for something that the drafter does not do: destroying, renaming, weakening access."""
    text = _VERB_LIST.sub(" ", text)
    text = re.sub(
        r"\(?\b(?:delete|remove)d? (?:the |its |their |all )?\w* ?(?:too |also |along )?(?:when|if|once|together with|along with) (?:the |its |their |a )?\w+(?: (?:is|are|gets?) (?:deleted|removed|gone))?",
        " ",
        text,
    )
    text = re.sub(r"\w+(?:/\w+)+", " ", join_choices(text))
    for pattern in (DESTRUCTIVE, _IMPERATIVE_DELETE, _PUBLIC):
        if match := pattern.search(text):
            return match[0].strip(" ,")
    return None
