"""A function that sums up one row's children: what it is called, about whom, and which figures it gives."""

import re

from agent.offline import regex
from agent.offline.description import Figure, Stats
from agent.offline.reading.known import mentions as known_mentions
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

WANTED = re.compile(
    r"\b(?:rpc|stored procedure|(?:database |sql |postgres |db |stats |statistics |summary )function|function (?:that|which|to|for|called|named|returning|get_\w+)|function\b|get_\w*(?:stats|statistics|summary|totals|overview)\w*|procedure)\b|\b(?:stats|statistics) (?:function|for|about|of|per)\b"
)
_WORDS = re.compile(
    r"\b(?:rpc|stored procedure|procedure|function|callable|client|database|postgres|sql|db|call(?:s|ed)?|return(?:s|ing)?|get(?:s|ting)?|giv(?:e|es|ing)|comput(?:e|es|ing)|calculat(?:e|es|ing)|fetch(?:es)?|show(?:s|ing)?|report(?:s|ing)?|stats?|statistics|summary|summari[sz](?:e|es|ing)|totals?|overview|figures?|numbers?|"
    r"for|about|of|a|given|one|single|per|each|json|jsonb|object|as|add|create|build|write|make|expose|api|app|id|takes?|param(?:eter)?|argument|parents?|own|only|can|may|caller|check(?:s|ing)?|access|belongs?|to|it|ask|see|by|with|from|authenticated|signed-in|users?|allowed|granted?|execute|grant|must|ensure|verify|verif(?:y|ies|ying)|that|who|is|be|row|security|their|they|dashboard|data|based|on|new|progress|small|simple|including|include|includes|containing|contain|how|well|doing|page|and|the|what|has|have|so far)\b"
)
_SUM = r"(?:total|sum(?: of)?|overall|accumulated|all|the sum of|cumulative)"
_COUNT = r"(?:total(?: number of)?|number of|count of|how many|amount of|no\. of|distinct)"
_MEAN = r"(?:average|avg|mean|the average)"


def mentions(text: str, schema: Schema, *, loose: bool = False) -> list[tuple[int, int, str, int]]:
    return [(m.start, m.end, m.table, 0) for m in known_mentions(text, schema, loose=loose)]


def content(text: str) -> list[str]:
    """The words that carry meaning."""
    return [word for word in regex.findall(r"[\w#%<>=-]+", text) if regex.search(r"\w", word) and word not in FILLERS]


def read_stats(text: str, schema: Schema) -> tuple[Stats, tuple[str, ...]]:
    """Raises Unclear."""
    name = next((m for m in regex.findall(r"\b((?:get|fetch|compute|calculate|load|show)_\w+)", text)), None)
    if not name and (match := regex.search(r"\b(?:called|named|function|rpc) (?!with|by|from)([a-z]\w*_\w+)", text)):
        name = match[1]
    left = text.replace(name or "\0", " ¦ ")
    left = regex.sub(r"\(\s*\w+_id\w*(?: uuid)?\s*\)", " ", left)
    left = regex.sub(r"\b(?:called|named)\s+¦|\(\s*\)", " ", left)
    subject, left = _subject(name or "", left, schema)
    sources = [(t, k.column) for t in schema.tables for k in schema.foreign_keys(t) if k.table == subject]
    named = {table for *_, table, _ in mentions(left, schema)} | {
        table for *_, table, _ in mentions(left, schema, loose=True)
    }
    preferred = [source for source in sources if source[0] in named] or sources
    options = []
    for source, reference in preferred:
        figures, rest = _figures(left, source, subject, schema)
        for start, end, table, _ in reversed(mentions(rest, schema, loose=True)):
            if table in (source, subject):
                rest = rest[:start] + " " + rest[end:]
        rest = _WORDS.sub(" ", rest.replace("_", " "))
        options.append((len(content(rest)), -len(figures), source, reference, figures, rest))
    options.sort(key=lambda option: option[:2])
    if not options or not options[0][4]:
        raise Unclear(
            "which figures the function gives (say for instance: total points, number of lessons, completion rate, average score)"
        )
    if options[0][0]:
        raise Unclear(" ".join(content(options[0][5])))
    if len(options) > 1 and options[0][:2] == options[1][:2]:
        raise Unclear(f"which table the figures come from ({options[0][2]}, {options[1][2]})")
    _, _, source, reference, figures, _ = options[0]
    key = schema.primary_key(subject)[0]
    return Stats(
        f"public.{name or 'get_' + singular(subject.split('.')[-1]) + '_stats'}",
        subject,
        key,
        source,
        reference,
        figures,
    ), ()


def _subject(name: str, text: str, schema: Schema) -> tuple[str, str]:
    """The table about one of whose rows it is. Raises Unclear."""
    for match in regex.finditer(
        r"\b(?:for|of|about|per|on) (?:(?:a|an|one|each|every|the|given|single|particular|specific|any) )+([a-z_]+)",
        text,
    ):
        table = schema.table(match[1])
        if table and schema.belongs(table):
            return table, text[: match.start()] + " ¦ " + text[match.end() :]
    for part in name.split("_"):
        table = schema.table(part)
        if table and part == singular(part) and schema.belongs(table):
            return table, text
    found = [m for m in mentions(text, schema) if schema.belongs(m[2])]
    parents = [m for m in found if any(k.table == m[2] for t in schema.tables for k in schema.foreign_keys(t))]
    if len({m[2] for m in parents}) == 1:
        start, end, table, _ = parents[0]
        return table, text[:start] + " ¦ " + text[end:]
    raise Unclear("about whom the function gives figures")


def _figures(text: str, source: str, subject: str, schema: Schema) -> tuple[tuple[Figure, ...], str]:
    """Figures that the text names and the table has, and the text without them."""
    found: list[tuple[int, Figure]] = []
    columns = schema.columns(source)
    numbers = [
        n
        for n, f in columns.items()
        if str(f["type"]) in ("integer", "bigint", "smallint", "numeric", "real", "double precision")
    ]
    references = {k.column: singular(k.table.split(".")[-1]) for k in schema.foreign_keys(source) if k.table != subject}
    states = [(n, label) for n in columns for label in schema.choices(source, n)]

    def take(pattern: str, figure: Figure) -> None:
        nonlocal text
        if match := regex.search(rf"(?<!\w)(?:the |their |a |an )?(?:{pattern})(?!\w)", text):
            found.append((match.start(), figure))
            text = text[: match.start()] + "¦" * (match.end() - match.start()) + text[match.end() :]

    for column, label in states:
        if label == "completed":
            take(
                r"(?:lesson )?completion (?:rate|percentage|ratio|share)|percent(?:age)? (?:of (?:lessons |them )?)?(?:that (?:are|is) )?completed?|share of completed(?: \w+)?|rate of completion|completed percentage|% completed?",
                Figure("completion_rate", "share", column, label),
            )
    for column in numbers:
        stem = (
            column.split("_")[0]
            if column.split("_")[0] in ("points", "xp", "coins", "minutes")
            else column.replace("_", " ")
        )
        noun = rf"(?:{column}|{column.replace('_', ' ')}|{stem})"
        take(rf"{_MEAN} {noun}|{noun} average", Figure(f"average_{stem.replace(' ', '_')}", "average", column))
        take(
            rf"{_SUM} (?:of )?(?:the |their |all )?{noun}(?: (?:they|it|the \w+) (?:has|have|earned|got|collected))?(?: earned| collected)?|{noun}(?: earned| in total| total| sum| collected| so far)|how many {stem}(?: (?:they|it|the \w+))?(?: (?:has|have|were|was))?(?: earned| collected| got)?",
            Figure(f"total_{stem.replace(' ', '_')}", "sum", column),
        )
    for column, noun in references.items():
        take(
            rf"(?:{_COUNT} )?completed {plural(noun)}|(?:{_COUNT} )?{plural(noun)} (?:that (?:are|were) )?(?:completed|finished|done)|{plural(noun)} completed|how many {plural(noun)} (?:[\w¦]+\s+){{0,4}}(?:has |have |was |were )?(?:completed|finished|done)",
            Figure(f"completed_{plural(noun)}", "count", "status", "completed"),
        ) if ("status", "completed") in states else None
        take(
            rf"{_COUNT} (?:different |distinct |of )?{plural(noun)}(?: (?:started|touched|tried|seen|taken|worked on|read|attempted|they (?:have|started)))?|{noun} count|{plural(noun)} (?:started|in total|count)",
            Figure(f"total_{plural(noun)}", "count distinct", column),
        )
    moment = next((c for c in ("created_at", "updated_at") if c in columns), None)
    if moment:
        take(
            r"(?:time of |date of |when )?(?:the )?(?:last|latest|most recent) (?:activity|entry|log|record|update|one|emotion)(?: (?:was|at|date|time))?",
            Figure("last_activity", "latest", moment),
        )
    own = source.split(".")[-1].replace("_", " ")
    take(
        rf"{_COUNT} (?:{own}|entries|records|rows|logs)|{singular(own)} count|entry count",
        Figure(f"total_{own.split(' ')[-1]}", "count"),
    )
    return tuple(figure for _, figure in sorted(found, key=lambda item: item[0])), text.replace("¦", " ")
