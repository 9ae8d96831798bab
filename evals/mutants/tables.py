"""Tables, their columns, constraints and comments."""

from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Mutant, Original, below, expression, function_name, inner, operator, relation
from tools.checks._statements import Piece

CHECK, FOREIGN, PRIMARY = pg_query_pb2.CONSTR_CHECK, pg_query_pb2.CONSTR_FOREIGN, pg_query_pb2.CONSTR_PRIMARY
NOT_NULL, DEFAULT = pg_query_pb2.CONSTR_NOTNULL, pg_query_pb2.CONSTR_DEFAULT


def columns(node: Any) -> list[Any]:
    """ColumnDefs of CREATE TABLE, or of ADD COLUMN."""
    if isinstance(node, pg_query_pb2.CreateStmt):
        held = [inner(element) for element in node.table_elts]
    else:
        held = [inner(getattr(inner(cmd), "def")) for cmd in node.cmds]
    return [column for column in held if isinstance(column, pg_query_pb2.ColumnDef)]


def constraints(column: Any, *kinds: int) -> list[Any]:
    return [c.constraint for c in column.constraints if c.constraint.contype in kinds]


def drop(column: Any, *kinds: int) -> None:
    """Takes constraints of these kinds off a column."""
    kept = [c for c in column.constraints if c.constraint.contype not in kinds]
    del column.constraints[:]
    column.constraints.extend(kept)


def set_type(column: Any, name: str) -> None:
    column.type_name.ClearField("names")
    column.type_name.ClearField("array_bounds")
    column.type_name.names.add().string.sval = name


def type_of(column: Any) -> str:
    return str(column.type_name.names[-1].string.sval)


def each_column(
    good: Original, wanted: Callable[[Any], object], change: Callable[[Any], object], *kinds: str
) -> Iterator[Mutant]:
    for piece in good.pieces(*(kinds or ("CreateStmt", "AlterTableStmt"))):
        yield from good.each(piece, lambda node: [c for c in columns(node) if wanted(c)], change)


def without_column(good: Original, name: str) -> Iterator[Mutant]:
    """A new table without one of its columns."""

    def change(node: Any) -> None:
        kept = [e for e in node.table_elts if not (e.HasField("column_def") and e.column_def.colname == name)]
        del node.table_elts[:]
        node.table_elts.extend(kept)

    for piece in good.pieces("CreateStmt"):
        if any(column.colname == name for column in columns(piece.node)):
            yield good.changed(piece, change)


@operator("columns/created-at applies/error")
def created_at_missing(good: Original) -> Iterator[Mutant]:
    """A table does not say when its rows were made."""
    if not any(waiver.rule == "columns/created-at" for waiver in good.migration.waivers):
        yield from without_column(good, "created_at")


@operator("columns/created-at")
def created_at_optional(good: Original) -> Iterator[Mutant]:
    """The time of creation may be empty."""
    yield from each_column(good, lambda c: c.colname == "created_at", lambda c: drop(c, NOT_NULL), "CreateStmt")


@operator("columns/created-at")
def created_at_left_to_clients(good: Original) -> Iterator[Mutant]:
    """The time of creation is what the client says."""
    yield from each_column(good, lambda c: c.colname == "created_at", lambda c: drop(c, DEFAULT), "CreateStmt")


@operator("columns/updated-at applies/error")
def updated_at_missing(good: Original) -> Iterator[Mutant]:
    """A table whose rows users change does not say when that was; its trigger is gone as well."""
    changed = {
        relation(inner(grant_object))
        for piece in good.pieces("GrantStmt")
        if any(p.access_priv.priv_name == "update" for p in piece.node.privileges)
        and any(g.role_spec.rolename == "authenticated" for g in piece.node.grantees)
        for grant_object in piece.node.objects
    }
    for mutant in without_column(good, "updated_at"):
        broken = good.now(mutant)
        triggers = [t for t in broken.pieces("CreateTrigStmt") if "updated_at" in t.node.funcname[-1].string.sval]
        tables = {relation(piece.node.relation) for piece in good.pieces("CreateStmt")}
        if tables & changed:
            yield Mutant(mutant.place, broken.without(*triggers).text if triggers else mutant.text)


@operator("columns/timestamptz")
def wall_clock(good: Original) -> Iterator[Mutant]:
    """A time without its zone."""
    yield from each_column(good, lambda c: type_of(c) == "timestamptz", lambda c: set_type(c, "timestamp"))


@operator("columns/id applies/error")
def id_counted_up(good: Original) -> Iterator[Mutant]:
    """An id that counts rows, and tells how many there are."""

    def change(column: Any) -> None:
        set_type(column, "bigserial")
        drop(column, DEFAULT)

    yield from each_column(good, _own_id, change, "CreateStmt")


@operator("columns/id")
def id_without_default(good: Original) -> Iterator[Mutant]:
    """Whoever adds a row has to make up its id."""
    yield from each_column(good, _own_id, lambda c: drop(c, DEFAULT), "CreateStmt")


@operator("columns/id applies/error")
def key_lost(good: Original) -> Iterator[Mutant]:
    """A table has no primary key."""

    def change(node: Any) -> None:
        kept = [e for e in node.table_elts if e.constraint.contype != PRIMARY]
        del node.table_elts[:]
        node.table_elts.extend(kept)
        for column in columns(node):
            drop(column, PRIMARY)

    for piece in good.pieces("CreateStmt"):
        if not any(waiver.rule == "columns/id" for waiver in good.migration.waivers):
            yield good.changed(piece, change)


def _own_id(column: Any) -> bool:
    return column.colname == "id" and bool(constraints(column, PRIMARY)) and bool(constraints(column, DEFAULT))


@operator("constraints/status")
def status_open(good: Original) -> Iterator[Mutant]:
    """A text that is one of a few values takes any."""
    kinds = ("status", "type", "kind", "role", "difficulty")

    def wanted(column: Any) -> bool:
        named = column.colname.split("_")[-1] in kinds
        return named and type_of(column) == "text" and bool(constraints(column, CHECK))

    yield from each_column(good, wanted, lambda c: drop(c, CHECK))


NUMBERS = ("int2", "int4", "int8", "numeric")
MEASURES = {"progress", "points", "rating", "count", "level", "minutes", "seconds", "hours"}
"""Words of names of columns that cannot be less than nothing."""


@operator("constraints/range")
def number_unbounded(good: Original) -> Iterator[Mutant]:
    """A number that has a least value takes any (one that is compared with another column aside)."""
    yield from each_column(good, _bounded, lambda c: drop(c, CHECK))


@operator("constraints/range")
def bound_always_true(good: Original) -> Iterator[Mutant]:
    """A constraint that refuses nothing."""

    def change(column: Any) -> None:
        for constraint in constraints(column, CHECK):
            constraint.raw_expr.CopyFrom(expression("true"))

    yield from each_column(good, _bounded, change)


def _bounded(column: Any) -> bool:
    measure = type_of(column) in NUMBERS and bool(MEASURES & set(column.colname.split("_")))
    return measure and bool(constraints(column, CHECK)) and column.colname not in ("max_uses", "use_count")


@operator("constraints/foreign-key")
def reference_lost(good: Original) -> Iterator[Mutant]:
    """An id that points nowhere in particular."""
    yield from each_column(
        good,
        lambda c: constraints(c, FOREIGN) and c.colname.endswith("_id") and not c.colname.startswith("owner"),
        lambda c: drop(c, FOREIGN),
    )


@operator("columns/default applies/error applies/seed")
def required_without_default(good: Original) -> Iterator[Mutant]:
    """A column that existing rows and yesterday's app cannot fill."""

    def change(column: Any) -> None:
        drop(column, DEFAULT, NOT_NULL)
        column.constraints.add().constraint.contype = NOT_NULL

    def filled(column: Any) -> bool:
        return any(c.constraint.contype == pg_query_pb2.CONSTR_GENERATED for c in column.constraints)

    yield from each_column(good, lambda column: not filled(column), change, "AlterTableStmt")


@operator("safe-change/type")
def json_as_text(good: Original) -> Iterator[Mutant]:
    """json, which cannot be indexed or compared."""

    def change(column: Any) -> None:
        set_type(column, "json")
        empty = any(c.constraint.contype == DEFAULT for c in column.constraints)
        drop(column, DEFAULT, CHECK)
        if empty:
            added = column.constraints.add().constraint
            added.contype = DEFAULT
            added.raw_expr.CopyFrom(expression("'{}'"))

    yield from each_column(good, lambda c: type_of(c) == "jsonb", change)


@operator("safe-change/type applies/error")
def padded_text(good: Original) -> Iterator[Mutant]:
    """char(n), which pads with blanks."""

    def change(column: Any) -> None:
        set_type(column, "bpchar")
        column.type_name.typmods.append(expression("40"))

    yield from each_column(
        good, lambda c: type_of(c) == "text" and not c.type_name.array_bounds and c.colname != "explanation", change
    )


@operator("postgres-version/newer")
def newer_key(good: Original) -> Iterator[Mutant]:
    """A default that the project's Postgres does not know."""

    def calls(node: Any) -> list[Any]:
        found = [n for column in columns(node) for n in below(column) if isinstance(n, pg_query_pb2.FuncCall)]
        return [call for call in found if function_name(call) in ("gen_random_uuid", "extensions.uuid_generate_v4")]

    def change(call: Any) -> None:
        del call.funcname[:]
        call.funcname.add().string.sval = "uuidv7"

    for piece in good.pieces("CreateStmt"):
        yield from good.each(piece, calls, change)


@operator("postgres-version/newer")
def computed_on_reading(good: Original) -> Iterator[Mutant]:
    """A generated column of a kind that the project's Postgres does not know."""
    for piece in good.pieces("CreateStmt"):
        start, end = piece.statement.start, piece.statement.end
        if ") stored" in good.text[start:end]:
            yield good.put(piece, piece.statement.text.replace(") stored", ") virtual", 1))


@operator("columns/id applies/error functions/body idempotent/error")
def extension_unqualified(good: Original) -> Iterator[Mutant]:
    """A function of an extension is called without its schema."""

    def calls(node: Any) -> list[Any]:
        found = [n for column in columns(node) for n in below(column) if isinstance(n, pg_query_pb2.FuncCall)]
        return [call for call in found if function_name(call).startswith("extensions.")]

    for piece in good.pieces("CreateStmt"):
        yield from good.each(piece, calls, lambda call: call.funcname.__delitem__(0))


def _comments(good: Original, kind: int) -> list[Piece]:
    return [piece for piece in good.pieces("CommentStmt") if piece.node.objtype == kind]


def _target(piece: Piece) -> list[str]:
    return [item.string.sval for item in inner(piece.node.object).items]


@operator("comments/table")
def table_unexplained(good: Original) -> Iterator[Mutant]:
    """A new table has no comment."""
    partitions = {_names(piece.node) for piece in good.pieces("CreateStmt") if piece.node.HasField("partbound")}
    for piece in _comments(good, pg_query_pb2.OBJECT_TABLE):
        if tuple(_target(piece)) not in partitions:
            yield good.without(piece)


@operator("comments/column")
def column_unexplained(good: Original) -> Iterator[Mutant]:
    """A column that does not explain itself (jsonb, array, enum, checked) has no comment."""
    special = {
        (*_names(piece.node), column.colname)
        for piece in good.pieces("CreateStmt", "AlterTableStmt")
        for column in columns(piece.node)
        if constraints(column, CHECK)
        or column.type_name.array_bounds
        or type_of(column) == "jsonb"
        or column.type_name.names[0].string.sval == "public"
    }
    for piece in _comments(good, pg_query_pb2.OBJECT_COLUMN):
        if tuple(_target(piece)) in special:
            yield good.without(piece)


def _names(node: Any) -> tuple[str, str]:
    return node.relation.schemaname, node.relation.relname
