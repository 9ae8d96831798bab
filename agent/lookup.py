"""describe and find: what the model, or another agent, may look up in the schema."""

import difflib
from collections.abc import Callable, Iterator, Sequence

import psycopg

from agent.digest import ranked, words
from agent.schema import Schema, bare_name, one_line
from tools.document import is_own
from tools.workbench import Workbench

_LONGER = 4
"""Letters of a word that is looked for alone."""
_SEED_LINES = 10


def described(bench: Workbench, names: Sequence[str]) -> str:
    """Each object in full; for a name that is not there, those nearest to it. Seed files by their path and lines."""
    schema = Schema(bench.catalog, bench.project.config)
    return "\n\n".join(_seed(bench, name) or _described(bench, schema, name) for name in names)


def _seed(bench: Workbench, name: str) -> str:
    """The text of a seed file, or of the lines that ``:80-120`` asks for, under which lines it is; else empty."""
    path, _, lines = name.partition(":")
    for seed in bench.project.seeds:
        if path in (seed.path.relative_to(bench.project.root).as_posix(), seed.path.name):
            first, _, last = lines.partition("-")
            whole = seed.text.splitlines()
            start = max(1, int(first)) if first.isdigit() else 1
            end = min(int(last), len(whole)) if last.isdigit() else len(whole)
            return "\n".join([f"{path}, lines {start} to {end} of {len(whole)}:", *whole[start - 1 : end]])
    return ""


def found(bench: Workbench, query: str) -> str:
    """One line each for what has words of `query` in its name, columns or comment, and for lines of the seed."""
    schema = Schema(bench.catalog, bench.project.config)
    asked = {word for word in words(query) if len(word) > 1}
    lines = [schema.brief(name) for _, name in ranked(schema, query) if name in schema.tables][:10]
    lines += [schema.view(name) for _, name in ranked(schema, query) if name not in schema.tables][:5]
    for kind, line in (("function", schema.function), ("type", schema.type)):
        lines += [line(name) for name in schema.own(kind) if asked & set(words(bare_name(name)))][:10]
    named = {line.split(":")[0].split(" (")[0] for line in lines}
    for column, told in schema.catalog.of("column").items():
        own = bare_name(column).lower()
        wanted = query.lower() in own or (asked & set(words(own)) and is_own(column))
        if wanted and column not in named and len(lines) < 40:
            lines.append(f"column {column} {told['type']}")
    lines += _seed_lines(bench, query)
    return "\n".join(lines) or "Nothing has a word of that in its name, columns or comment, and no line of the seed."


def _seed_lines(bench: Workbench, query: str) -> list[str]:
    """Lines of the seed files that hold the query, or else one of its longer words."""
    longer = [word for word in query.lower().split() if len(word) >= _LONGER]
    for wanted in ([query.lower()], longer):
        found = [
            f"{seed.path.relative_to(bench.project.root).as_posix()}:{number}: {one_line(line, 160)}"
            for seed in bench.project.seeds
            for number, line in enumerate(seed.text.splitlines(), start=1)
            if any(word in line.lower() for word in wanted)
        ]
        if found:
            more = f"({len(found) - _SEED_LINES} more lines of the seed)"
            return [*found[:_SEED_LINES], *([more] if len(found) > _SEED_LINES else [])]
    return []


def shown(bench: Workbench, name: str) -> Iterator[str]:
    """The facts of the object of that name, one line each; none where there is no such object."""
    wanted = {name, f"public.{name}", name.replace('"', "")}
    objects: dict[tuple[str, str], dict[str, str]] = {}
    for fact in bench.facts:
        bare = fact.object.split("(")[0]
        last = fact.object.rsplit("/", 1)[-1]
        if fact.object in wanted or bare in wanted or (last != fact.object and {last, f"public.{last}"} & wanted):
            objects.setdefault((fact.kind, fact.object), {})[fact.attribute] = fact.value
    for (kind, found_name), told in sorted(objects.items()):
        yield f"{kind} {found_name}{''.join(f' {told[key]}' for key in _TELLING if key in told)}"


_TELLING = ("type", "kind", "definition", "default", "using", "with check", "returns", "labels")
"""What is told of an object that stands as evidence."""


def _described(bench: Workbench, schema: Schema, asked: str) -> str:
    kinds: dict[str, Callable[[str], str]] = {
        "table": lambda name: schema.table(name, comments=1_000),
        "view": lambda name: f"{schema.view(name)}\n{schema.catalog.get('view', name)['definition']}",
        "type": schema.type,
        "function": lambda name: f"{schema.function(name)}\n{_source(bench, name)}",
    }
    wanted = asked.split("(")[0].lower()
    known = {kind: [*schema.catalog.of(kind)] for kind in kinds}
    for matches in (
        lambda name: name.lower() == asked.lower(),
        lambda name: name.split("(")[0].lower() in (wanted, f"public.{wanted}"),
        lambda name: bare_name(name).lower() == wanted,
    ):
        hits = [(kind, name) for kind, names in known.items() for name in names if matches(name)]
        if hits:
            return "\n\n".join(kinds[kind](name) for kind, name in hits[:5])
    everything = {bare_name(name): name for names in known.values() for name in names}
    near = difflib.get_close_matches(bare_name(asked), everything, n=3, cutoff=0.5)
    hint = f" Near: {', '.join(everything[name] for name in near)}." if near else " Try find."
    return f"There is no {asked!r}.{hint}"


def _source(bench: Workbench, function: str) -> str:
    with bench.session() as session:
        try:
            row = session.conn.execute("select pg_get_functiondef(%s::regprocedure)", [function]).fetchone()
        except psycopg.Error as error:  # an aggregate has none
            return str(error).splitlines()[0]
    return str(row[0]) if row else ""
