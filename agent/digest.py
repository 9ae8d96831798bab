"""The schema as the model reads it: whole for a small project, for a large one an outline and what the request touches.

The order is fixed, so the same schema and request give the same text.
"""

import re
from collections.abc import Iterable, Iterator

from agent.schema import Schema, bare_name, one_line, schema_of
from tools.config import Config
from tools.document import is_own
from tools.facts import Catalog

BUDGET = 21_000
"""Characters: about 6,000 tokens, at three and a half each."""


def digest(catalog: Catalog, config: Config, request: str, budget: int = BUDGET) -> str:
    """At most `budget` characters; `request` decides what is told in full where not everything fits."""
    schema = Schema(catalog, config)
    whole = "\n\n".join([*map(schema.table, schema.tables), *schema.around()])
    return whole if len(whole) <= budget else _outline(schema, request, budget)


def words(text: str) -> list[str]:
    """Lower-case words of a name or a sentence, without the plural's ending; ``lessonPlans`` are two."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+", text)
    return [_singular(part.lower()) for part in parts]


def ranked(schema: Schema, text: str) -> list[tuple[float, str]]:
    """Tables and views by how much of `text` is about them, best first; those that it says nothing about are left out.

    A word counts the more the fewer tables have it in their name.
    """
    asked = set(words(text))
    relations = [*schema.tables, *schema.own("view")]
    common: dict[str, int] = {}
    for name in relations:
        for word in set(words(bare_name(name))):
            common[word] = common.get(word, 0) + 1
    scores = []
    for name in relations:
        own = words(bare_name(name))
        hits = [word for word in own if word in asked]
        score = sum(10 / common[word] ** 0.5 for word in hits)
        score += 20.0 * (len(hits) == len(own) and bool(own)) / max(1, common[own[0]] ** 0.5 if len(own) == 1 else 1)
        columns = {word for column in schema.catalog.columns(name) for word in words(column)}
        score += 0.5 * len(asked & columns - _EVERYWHERE)
        kind = "table" if name in schema.catalog.of("table") else "view"
        score += 0.25 * len(asked & set(words(schema.catalog.get(kind, name).get("comment", ""))) - _EVERYWHERE)
        if name in text:
            score += 50
        if score >= 1:
            scores.append((score, name))
    return sorted(scores, key=lambda item: (-item[0], item[1]))


def _outline(schema: Schema, request: str, budget: int) -> str:
    """What the request names in full, with what it hangs on; then briefly; then names alone."""
    seeds = [name for _, name in ranked(schema, request) if name in schema.catalog.of("table")][:8]
    near = _neighbours(schema, seeds)
    parts = [
        f"{len(schema.tables)} tables; below is what the request seems to touch, then names alone. "
        "Use describe and find for the rest."
    ]
    left = budget - len(parts[0]) - 2
    for name in near:
        for text, share in ((schema.table(name), 0.45), (schema.table(name, 0), 0.45), (schema.brief(name), 0.3)):
            if len(text) + 2 <= left - budget * share:
                parts.append(text)
                left -= len(text) + 2
                break
    used = {told["type"].removesuffix("[]") for name in near for told in schema.catalog.columns(name).values()}
    triggered = {told["function"] for told in schema.catalog.of("trigger").values()}
    asked = set(words(request))
    functions = sorted(
        schema.own("function"), key=lambda f: (f not in triggered, -len(asked & set(words(bare_name(f)))), f)
    )
    about = [*(schema.type(name) for name in schema.types() if name in used), *schema.outside()]
    about += [schema.function(name) for name in functions[:12]]
    parts.append(_fitting(about, int(left * 0.3)))
    left -= len(parts[-1]) + 2
    lists = [
        ("tables", schema.tables),
        ("views", schema.own("view")),
        ("functions", [name.split("(")[0] for name in schema.own("function")]),
        ("types", schema.types()),
    ]
    for kind, all_names in lists:
        text = "\n".join(_index_of(kind, all_names, left - 2))
        if text:
            parts.append(text)
            left -= len(text) + 2
    return "\n\n".join(part for part in parts if part)


def _neighbours(schema: Schema, seeds: list[str]) -> list[str]:
    """The seeds, what they hang on up to the owner, then what hangs on them."""
    found = dict.fromkeys(seeds)
    edge = seeds
    for _ in range(3):
        edge = [to for name in edge for to in schema.references.get(name, []) if is_own(to)]
        found.update(dict.fromkeys(edge))
    for name in schema.tables:
        if any(to in seeds for to in schema.references.get(name, [])):
            found.setdefault(name)
    return list(found)


def _index_of(kind: str, all_names: Iterable[str], room: int) -> Iterator[str]:
    """Names by schema; where they do not fit, how many begin with which word."""
    by_schema: dict[str, list[str]] = {}
    for name in dict.fromkeys(all_names):
        by_schema.setdefault(schema_of(name), []).append(bare_name(name))
    for schema, bare in by_schema.items():
        text = f"{kind} in {schema}: {', '.join(bare)}"
        if len(text) > room:
            groups: dict[str, int] = {}
            for name in bare:
                groups[name.split("_")[0]] = groups.get(name.split("_")[0], 0) + 1
            listed = (name if count == 1 else f"{name}_* ({count})" for name, count in groups.items())
            text = one_line(f"{kind} in {schema}, by first word: {', '.join(listed)}", max(0, room))
        if len(text) > 40:
            room -= len(text) + 1
            yield text


def _fitting(lines: Iterable[str], room: int) -> str:
    kept = []
    for line in lines:
        if len(line) + 1 > room:
            break
        kept.append(line)
        room -= len(line) + 1
    return "\n".join(kept)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(ss|us|is)$", word) or len(word) < 4:
        return word
    if re.search(r"(ches|shes|xes|sses)$", word):
        return word[:-2]
    return "child" if word == "children" else word.removesuffix("s")


_EVERYWHERE = frozenset(("id", "created", "updated", "at", "name", "a", "the", "of", "and", "in", "to", "for", "on"))
