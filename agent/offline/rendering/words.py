"""What comments say: the meaning of a table, and of columns whose kind does not explain itself."""

from dataclasses import replace

from agent.offline.description import Access, Column, NewTable, Range
from agent.offline.words import plural, singular

_EXAMPLES = {
    "requirements": '[{"type": "lesson", "count": 3}]',
    "steps": '[{"title": "First step", "done": false}]',
    "items": '[{"name": "First item", "count": 1}]',
    "answers": '[{"question": 1, "answer": "b"}]',
    "questions": '[{"text": "How are you?", "options": ["well", "so so"]}]',
    "metadata": '{"source": "import", "version": 2}',
    "settings": '{"theme": "dark", "notifications": true}',
    "preferences": '{"theme": "forest", "read_aloud": true}',
    "config": '{"enabled": true, "limit": 10}',
    "payload": '{"event": "created", "id": 1}',
}
_FORMS = {
    "url": "an http or https address",
    "https": "an https address",
    "email": "an e-mail address",
    "color": "a colour such as #1a2b3c",
    "slug": "lower-case words joined by hyphens",
}


def spaced(name: str) -> str:
    return name.replace("_", " ")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(values: tuple[str, ...], last: str = "or") -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} {last} {values[-1]}"


def of_table(table: NewTable) -> str:
    """One row's meaning, whose it is, and who reaches it."""
    noun = spaced(singular(table.table.split(".")[-1]))
    belongs = [spaced(c.name.removesuffix("_id")) for c in table.columns if c.references and c.required]
    of = f" of a {listed(tuple(belongs), 'and a')}" if belongs else ""
    if table.primary_key != ("id",):
        first, second = (spaced(key.removesuffix("_id")) for key in table.primary_key[:2])
        return f"Which {first} has which {second}, one row for each pair; {_reach(table.access)}"
    lasting = "; rows are added, never changed" if table.append_only else ""
    return f"{capital(plural(noun))}: one row is one {noun}{of}{lasting}; {_reach(table.access)}"


def _reach(access: Access) -> str:
    if access.audience == "signed-in":
        return "the same for everybody who is signed in"
    if access.audience == "nobody":
        return "internal, out of the API's reach"
    how = "seen" if access.verbs == ("select",) else "seen and changed"
    return f"{how} by those whom it belongs to"


def of_column(column: Column) -> str | None:
    """None where the name says enough."""
    if column.comment:
        return column.comment
    noun = capital(spaced(column.name.removesuffix("_id")))
    optional = "" if column.required else "; may be empty"
    if column.references:
        return None
    if column.choices:
        start = f"; starts as {column.default}" if isinstance(column.default, str) else ""
        return f"{noun}: {listed(column.choices)}{start}{optional}"
    forms = [_FORMS[column.format]] if column.format else []
    forms += [column.shape.said] if column.shape else []
    if forms:
        return f"{noun}, {', '.join(forms)}{_size(column)}{optional}"
    if column.range:
        return f"{noun}{_size(column)}{optional}"
    if column.type == "jsonb":
        shape = "a list" if column.holds == "array" or str(column.default) == "empty list" else "an object"
        sample = _EXAMPLES.get(column.name, '[{"name": "example"}]' if shape == "a list" else '{"key": "value"}')
        if shape == "a list" and not sample.startswith("["):
            sample = f"[{sample}]"
        return f"{noun}, {shape} such as {sample}"
    if column.type.endswith("[]"):
        sample = "{1,2}" if column.type.startswith("int") else "{first,second}"
        return f"{noun}, a list such as {sample}"
    return None


def _size(column: Column) -> str:
    if column.range is None:
        return ""
    unit = (
        " characters"
        if column.type == "text"
        else " entries"
        if column.type.endswith("[]")
        else " percent"
        if column.range == Range(0, 100) and "progress" in column.name
        else ""
    )
    return f", {of_range(column.range)}{unit}"


def of_range(bounds: Range) -> str:
    if bounds.step is not None:
        rest = replace(bounds, step=None)
        return f"{f'{of_range(rest)}, ' if rest != Range() else ''}in steps of {bounds.step}"
    low, high = bounds.low, bounds.high
    if low is not None and high is not None:
        if low == high:
            return f"exactly {low}"
        more = f"more than {low}" if bounds.low_open else str(low)
        return f"{more} to {'less than ' if bounds.high_open else ''}{high}"
    if low == 0 and not bounds.low_open and high is None:
        return "never negative"
    if low is not None:
        return f"{'more than' if bounds.low_open else 'at least'} {low}"
    return f"{'less than' if bounds.high_open else 'at most'} {high}"
