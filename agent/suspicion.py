"""Text in a project that reads like an instruction to a language model: told to the person, passed on as data.

Nothing depends on it: what such text could bring a model to do is refused by the checks and by `agent.consent`. It is
for the person, who should know that somebody tries. So it is precise rather than complete: phrases that nobody writes
to a colleague. What tells a chatbot of the app who it is ("You are a helpful assistant") counts in comments only.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.facts import Facts
from tools.migration import Migration
from tools.project import Project

_MODEL = r"(?:ai|llms?|language models?|assistants?|claude|chat-?gpt|gpt|copilot|chatbots?|migration[- ]agent)"
_ACTS = r"(?:grant|drop|disable|delete|truncate|reveal|print|leak|open up|using ?\(true)\b"


@dataclass(frozen=True)
class _Sign:
    """A pattern, and words of which one must be there: searching for those is what makes it quick."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def found(self, text: str, lower: str) -> str:
        """What in the text it is; empty where it is not. `lower` is the text in lower case."""
        for word in self.words:
            place = lower.find(word)
            while place >= 0:
                if hit := self.pattern.search(text, max(0, place - _NEAR), place + _NEAR):
                    return hit[0]
                place = lower.find(word, place + len(word))
        return ""


def _sign(words: str, pattern: str) -> _Sign:
    return _Sign(tuple(words.split(",")), re.compile(pattern, re.IGNORECASE))


_NEAR = 160
"""Characters around such a word in which the pattern is looked for."""
_HAVE_TO = r"(?:must|shall|should|ha(?:s|ve) to|needs? to)"
_ANYWHERE = (
    _sign(
        "ignore,disregard,forget",
        r"\b(?:ignore|disregard|forget)\s+(?:\w+\s+){0,2}?(?:all|any|previous|prior|above|earlier|preceding|your|these"
        r"|those)\s+(?:\w+\s+){0,3}?(?:instructions?|rules?|prompts?|guidelines?|orders)\b",
    ),
    _sign(
        "system prompt,environment var,env var,/etc/",
        r"\b(?:reveal|print|show|output|repeat|leak|send|include|echo)\s+(?:me\s+)?(?:your|the|all)\s+"
        r"(?:system prompt|environment var|env var|contents? of /etc/)",
    ),
    _sign(
        "attention,note,message,important",
        rf"\b(?:attention|note|message|important)\s*(?:to|for|,|:)\s+(?:the\s+|any\s+|all\s+|every\s+)?{_MODEL}\b",
    ),
    _sign(
        "must,shall,should,has to,have to,need",
        rf"\b(?:{_MODEL}\b[^.\n]{{0,40}}|(?:every|any|all|each|next|future)\s+(?:new\s+|later\s+)?migrations?\b"
        rf"[^.\n]{{0,60}})\b{_HAVE_TO}\b[^.\n]{{0,80}}\b{_ACTS}",
    ),
    _sign(
        "</,<house_rules,<request,<system",
        r"</\s*(?:schema|database|house_rules|request|report)\s*>|<\s*(?:house_rules|request|system)\s*>",
    ),
    _sign("\U000e0061,\U000e0065,\U000e0020", r"[\U000E0020-\U000E007E]{12,}"),
)
"""In whatever text. The last is what no screen shows."""
_IN_COMMENTS = re.compile(
    rf"\byou(?:'re|’re| are)\s+(?:now\s+)?(?:an?|the|my)\s+(?:\w+\s+){{0,4}}?{_MODEL}\b"
    rf"|\bas an? (?:\w+\s+)?{_MODEL}\b,?\s+(?:you|I)\b|\byour (?:system prompt|instructions)\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:^|[.!:;]\s*|\b(?:please|must|always|should|now|to)\s+)(?:also\s+|first\s+)?"
    r"(?:grant\s+(?:\w+\W+){1,8}?to\s+(?:anon|public|everyone)\b"
    r"|(?:disable|turn off|switch off)\s+(?:rls|row[- ]level[- ]security)\b|drop\s+(?:the\s+)?tables?\s+\w"
    r"|use\s+\W?using\s*\(true\))",
    re.IGNORECASE,
)
"""In what stands in the catalog as prose."""
_SQL_COMMENT = re.compile(r"^[ \t]*--[^\n]*|/\*.*?\*/", re.MULTILINE | re.DOTALL)
_PROSE = ("comment", "labels", "default")
MOST = 3
"""Notes that are told one by one."""


@dataclass(frozen=True)
class Suspicion:
    """A text that reads like an instruction."""

    where: str
    """``the comment on public.lessons``, ``20260301080000_create_profiles.sql``, ``the request``."""
    text: str
    """What gave it away."""

    @property
    def note(self) -> str:
        return f"note: {self.where} reads like an instruction to the model; it was passed on as data."


def suspicions(
    project: Project, facts: Facts, request: str, revised: Sequence[Migration] = (), context: str = ""
) -> list[Suspicion]:
    """One for each place, the catalog's first; what stands in the catalog is not told of its migration again.

    `context` is what was said around the request.
    """
    found = [*_in_catalog(facts), *_in_request(request), *_read("a part of the issue", context, prose=True)]
    known = {one.text for one in found}
    found += [one for one in _in_files(project, revised) if one.text not in known]
    return list({one.where: one for one in reversed(found)}.values())[::-1]


def notes(found: list[Suspicion]) -> list[str]:
    """A line for each of the first, and one for the rest."""
    lines = [one.note for one in found[:MOST]]
    if more := [one.where for one in found[MOST:]]:
        lines.append(f"note: so do {len(more)} more places: {', '.join(more[:10])}{', …' if len(more) > 10 else ''}.")
    return lines


def _in_catalog(facts: Facts) -> Iterator[Suspicion]:
    for fact in sorted(facts, key=lambda fact: (fact.attribute != "comment", fact.kind != "table", fact)):
        kind, name = fact.kind, fact.object
        if fact.attribute in _PROSE:
            what = {"comment": f"the comment on {name}", "labels": f"a value of the enum {name}"}
            yield from _read(what.get(fact.attribute, f"the {fact.attribute} of {name}"), fact.value, prose=True)
        elif kind == "policy" and fact.attribute == "command":
            yield from _read(f"the name of the policy {name}", name.partition("/")[2], prose=True)


def _in_files(project: Project, revised: Sequence[Migration]) -> Iterator[Suspicion]:
    for migration in (*project.migrations, *revised):
        yield from _read(migration.file_name, migration.text)
    for seed in project.seeds:
        yield from _read(seed.path.name, seed.text)


def _in_request(request: str) -> Iterator[Suspicion]:
    yield from _read("a part of the request", request)


def _read(where: str, text: str, *, prose: bool = False) -> Iterator[Suspicion]:
    """Everything that gives it away. `prose`: all of it is words to a reader; else it is SQL or anything."""
    lower = text.lower()
    hits = [hit for sign in _ANYWHERE if (hit := sign.found(text, lower))]
    comments = [text] if prose else [match[0] for match in _SQL_COMMENT.finditer(text)] if "you" in lower else []
    patterns = [(_IN_COMMENTS, comment) for comment in comments] + ([(_IMPERATIVE, text)] if prose else [])
    hits += [found[0] for pattern, comment in patterns if (found := pattern.search(comment))]
    for hit in hits:
        yield Suspicion(where, " ".join(hit.lower().split()))
