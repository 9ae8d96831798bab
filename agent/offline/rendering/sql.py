"""SQL in the project's spelling: built with sqlglot, printed in lower case, reserved names quoted."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

import postgast
from postgast import pg_query_pb2
from sqlglot import exp

from agent.offline import regex
from agent.offline.description import Column, Condition, Index, Later, Ordered, Range, Special, Value

_FORMATS = {
    "url": ("~*", "^https?://"),
    "https": ("~*", "^https://"),
    "email": ("~*", r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    "color": ("~*", "^#[0-9a-f]{6}$"),
    "slug": ("~", "^[a-z0-9]+(-[a-z0-9]+)*$"),
}
_COMPARED: dict[str, type[exp.Binary]] = {
    "equals": exp.EQ, "differs": exp.NEQ, "at least": exp.GTE, "above": exp.GT, "at most": exp.LTE, "below": exp.LT,
}  # fmt: skip
_LONGEST = 63
"""Bytes of an identifier."""


@cache
def identifier(name: str) -> exp.Identifier:
    """Quoted where it has to be; a name that comes quoted is taken as it is."""
    if name.startswith('"'):
        return exp.to_identifier(name[1:-1].replace('""', '"'), quoted=True)
    tokens = postgast.scan(name).tokens if regex.fullmatch(r"[a-z_][a-z0-9_]*", name) else []
    plain = len(tokens) == 1 and tokens[0].keyword_kind in (pg_query_pb2.NO_KEYWORD, pg_query_pb2.UNRESERVED_KEYWORD)
    return exp.to_identifier(name, quoted=not plain)


def name(text: str) -> str:
    """``schema.name`` or a bare name, as it is written in a statement."""
    return ".".join(identifier(part).sql(dialect="postgres") for part in text.split("."))


def short(text: str) -> str:
    """An identifier that Postgres does not cut."""
    return text if len(text.encode()) <= _LONGEST else text.encode()[:_LONGEST].decode(errors="ignore").rstrip("_ ")


def column(text: str) -> exp.Column:
    return exp.column(identifier(text).copy())


def table(text: str) -> exp.Table:
    schema, bare = text.split(".", 1)
    return exp.table_(identifier(bare).copy(), db=identifier(schema).copy())


def literal(value: Value, kind: str = "text") -> exp.Expr:
    """A value as a default or in a comparison, in a column's type."""
    match value:
        case bool():
            return exp.true() if value else exp.false()
        case Special.NOW:
            return exp.Anonymous(this="now")
        case Special.TODAY:
            return exp.CurrentDate()
        case Later(amount, "day" | "week" as unit) if kind == "date":
            return exp.Add(this=exp.CurrentDate(), expression=number(amount * (7 if unit == "week" else 1)))
        case Later(amount, unit):
            interval = exp.Interval(this=exp.Literal.string(f"{amount} {unit}{'s' if amount != 1 else ''}"))
            moment = exp.Add(this=exp.Anonymous(this="now", expressions=[]), expression=interval)
            return exp.cast(moment, "date") if kind == "date" else moment
        case Special.EMPTY_OBJECT:
            return cast(exp.Literal.string("{}"), "jsonb")
        case Special.EMPTY_LIST:
            return cast(exp.Literal.string("[]"), "jsonb")
        case Special.EMPTY_ARRAY:
            return cast(exp.Literal.string("{}"), kind)
        case int() | Decimal():
            return number(value)
        case _:
            return exp.Literal.string(str(value))


def cast(value: exp.Expr, kind: str) -> exp.Expr:
    return exp.cast(value, type_(kind))


def number(value: int | Decimal) -> exp.Expr:
    return exp.Literal.number(str(value)) if value >= 0 else exp.Neg(this=exp.Literal.number(str(-value)))


@cache
def type_(kind: str) -> exp.DataType:
    """A type by the name that Postgres gives it."""
    return exp.DataType.build(kind, udt=True)


def printed(expression: exp.Expr, *, pretty: bool = False) -> str:
    return lowered(expression.sql(dialect="postgres", pretty=pretty, normalize_functions=False))


def lowered(text: str) -> str:
    """Keywords and plain names in lower case; quoted names, literals and comments stay."""
    encoded = bytearray(text.encode())
    for token in postgast.scan(text).tokens:
        word = encoded[token.start : token.end]
        is_name = token.token == pg_query_pb2.IDENT or token.keyword_kind != pg_query_pb2.NO_KEYWORD
        if is_name and word[:1] != b'"':
            encoded[token.start : token.end] = word.lower()
    return encoded.decode()


def check(wanted: Column) -> exp.Expr | None:
    """What the column's bounds, choices and format demand; None where there is none."""
    this = column(wanted.name)
    parts: list[exp.Expr] = []
    if wanted.choices and not wanted.enum:
        parts.append(this.isin(*(exp.Literal.string(choice) for choice in wanted.choices)))
    if wanted.range:
        size = "char_length" if wanted.type == "text" else "cardinality" if wanted.type.endswith("[]") else None
        measured = exp.Anonymous(this=size, expressions=[this]) if size else this
        parts += _bounds(measured, wanted.range)
    if wanted.format:
        operator, pattern = _FORMATS[wanted.format]
        kind = exp.RegexpILike if operator == "~*" else exp.RegexpLike
        parts.append(kind(this=this.copy(), expression=exp.Literal.string(pattern)))
    if wanted.shape:
        parts.append(exp.RegexpLike(this=this.copy(), expression=exp.Literal.string(wanted.shape.pattern)))
    if wanted.holds:
        parts.append(exp.Anonymous(this="jsonb_typeof", expressions=[this.copy()]).eq(exp.Literal.string(wanted.holds)))
    return exp.and_(*parts) if parts else None


def _bounds(measured: exp.Expr, bounds: Range) -> list[exp.Expr]:
    if bounds.step is not None:
        rest = exp.Mod(this=measured.copy(), expression=number(bounds.step))
        return [*_bounds(measured, replace(bounds, step=None)), exp.EQ(this=rest, expression=number(0))]
    low, high = bounds.low, bounds.high
    if low is not None and high is not None and not bounds.low_open and not bounds.high_open:
        if low == high:
            return [exp.EQ(this=measured, expression=number(low))]
        return [exp.Between(this=measured, low=number(low), high=number(high))]
    parts: list[exp.Expr] = []
    if low is not None:
        parts.append((exp.GT if bounds.low_open else exp.GTE)(this=measured.copy(), expression=number(low)))
    if high is not None:
        parts.append((exp.LT if bounds.high_open else exp.LTE)(this=measured.copy(), expression=number(high)))
    return parts


def condition(wanted: Condition, kind: str = "text", *, of: str | None = None) -> exp.Expr:
    """`of` is the table's bare name, where the column needs one."""
    this = column(wanted.column) if of is None else exp.column(identifier(wanted.column).copy(), identifier(of).copy())
    match wanted.test:
        case "is true":
            return this
        case "is false":
            return exp.not_(this)
        case "is null":
            return exp.Is(this=this, expression=exp.null())
        case "is not null":
            return exp.Is(this=this, expression=exp.Not(this=exp.null()))
    value = wanted.value
    assert value is not None
    if isinstance(value, tuple):
        among = this.isin(*(literal(one, kind) for one in value))
        return among if wanted.test == "in" else exp.not_(among)
    return _COMPARED[wanted.test](this=this, expression=literal(value, kind))


def column_definition(wanted: Column, kind: str, *, checked: bool = True, referenced: bool = True) -> exp.ColumnDef:
    """Name, type, NOT NULL, default, reference and CHECK; `kind` is the type, which may be a new enum."""
    parts: list[exp.Expr] = []
    if wanted.required:
        parts.append(exp.NotNullColumnConstraint())
    if wanted.default is not None:
        parts.append(exp.DefaultColumnConstraint(this=literal(wanted.default, wanted.type)))
    if wanted.unique:
        parts.append(exp.UniqueColumnConstraint())
    if referenced and wanted.references:
        target = exp.Schema(
            this=table(wanted.references.table), expressions=[identifier(wanted.references.column).copy()]
        )
        parts.append(exp.Reference(this=target, options=[f"ON DELETE {wanted.references.on_delete.upper()}"]))
    if checked and (demand := check(wanted)) is not None:
        parts.append(exp.CheckColumnConstraint(this=demand))
    return exp.ColumnDef(
        this=identifier(wanted.name).copy(),
        kind=type_(kind).copy(),
        constraints=[exp.ColumnConstraint(kind=part) for part in parts],
    )


def ordered(demand: Ordered) -> exp.Expr:
    comparison = exp.GTE if demand.or_equal else exp.GT
    return comparison(this=column(demand.later), expression=column(demand.earlier))


def create_index(
    index: Index,
    on: str,
    *,
    concurrently: bool = False,
    unique: bool = False,
    named: str | None = None,
    lowered: Sequence[str] = (),
) -> str:
    """``create index if not exists ...;`` on the columns, on those in `lowered` in lower case."""
    columns: list[exp.Expr] = []
    if index.method == "text search":
        texts = [exp.func("coalesce", column(key.column), exp.Literal.string("")) for key in index.keys]
        whole: exp.Expr = texts[0] if len(texts) > 1 else column(index.keys[0].column)
        for text in texts[1:]:
            whole = exp.DPipe(this=exp.DPipe(this=whole, expression=exp.Literal.string(" ")), expression=text)
        columns.append(exp.Anonymous(this="to_tsvector", expressions=[exp.Literal.string("english"), whole]))
    else:
        columns += [
            exp.Ordered(this=column(key.column), desc=True, nulls_first=not key.nulls_last)
            if key.descending
            else exp.Anonymous(this="lower", expressions=[column(key.column)])
            if key.column in lowered
            else column(key.column)
            for key in index.keys
        ]
    where = exp.Where(this=exp.and_(*map(condition, index.where))) if index.where else None
    using = None if index.method == "btree" else exp.var("gin")
    created = exp.Create(
        this=exp.Index(
            this=identifier(named or index_name(index, on)).copy(),
            table=table(on),
            params=exp.IndexParameters(using=using, columns=columns, where=where),
        ),
        kind="INDEX",
        exists=True,
        concurrently=concurrently,
        unique=unique,
    )
    return printed(created).replace(" using gin(", " using gin (").replace(f"{name(on)}(", f"{name(on)} (") + ";"


def index_name(index: Index, on: str) -> str:
    """``idx_table_columns[_type]``."""
    if index.name:
        return index.name
    ending = {"btree": (), "gin": ("gin",), "text search": ("search",)}[index.method]
    down = ("desc",) if index.keys[-1].descending else ()
    picks = tuple(c.word for c in index.where[:2])
    if (
        index.where
        and index.where[0].test in ("is not null", "is null")
        and index.where[0].column == index.keys[0].column
    ):
        picks = ()
    return short("_".join(["idx", on.split(".")[-1], *(key.column for key in index.keys), *down, *picks, *ending]))


def drop_index(index: Index, on: str, *, concurrently: bool = False, named: str | None = None) -> str:
    schema = on.split(".")[0]
    how = "concurrently " if concurrently else ""
    return f"drop index {how}if exists {name(schema)}.{name(named or index_name(index, on))};"


def text(value: str) -> str:
    """A string literal."""
    return str(exp.Literal.string(value).sql(dialect="postgres"))


def comment(kind: str, on: str, words: str) -> str:
    return f"comment on {kind} {on} is {text(words)};"


def guarded(condition: str, statement: str) -> str:
    """A statement that runs unless what it makes is there."""
    body = "\n".join(f"    {line}" if line else "" for line in statement.splitlines())
    return f"do $$\nbegin\n  if {condition} then\n{body}\n  end if;\nend;\n$$;"


def without_constraint(on: str, constraint: str) -> str:
    """A condition for `guarded`."""
    return (
        "not exists (\n    select 1\n    from pg_catalog.pg_constraint\n"
        f"    where conrelid = {text(name(on))}::regclass and conname = {text(constraint)}\n  )"
    )
