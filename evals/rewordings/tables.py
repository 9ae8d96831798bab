"""Tables and columns, written down in another way."""

import copy
import re
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Original, deparse, inner, relation
from evals.mutants.tables import columns
from evals.rewordings.base import edit, put, rewording
from tools.checks._statements import Piece

_TABLES = ("CreateStmt", "AlterTableStmt")
_TYPES = {
    "integer": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "boolean": "bool",
    "timestamptz": "timestamp with time zone",
}
_DEFAULTS = (
    (r"default now\(\)", "default current_timestamp"),
    (r"default false\b", "default 'false'::boolean"),
    (r"default true\b", "default 'true'::boolean"),
    (r"default (\d+)\b", r"default '\1'"),
    (r"default '(\{\}|\[\])'::jsonb", r"default jsonb '\1'"),
    (r"default '(\w+)'(?!:)", r"default ('\1')"),
)


@rewording
def types_spelled_otherwise(good: Original) -> str:
    """Types go by their other names."""
    pattern = re.compile(rf"(?<![\w'\"])({'|'.join(_TYPES)})(?![\w'\"(])")
    return put(good, _TABLES, lambda piece: pattern.sub(lambda found: _TYPES[found[1]], piece.statement.text))


@rewording
def defaults_spelled_otherwise(good: Original) -> str:
    """Defaults are written in another way."""

    def say(piece: Piece) -> str:
        text = piece.statement.text
        for pattern, other in _DEFAULTS:
            text = re.sub(pattern, other, text)
        return text

    return put(good, _TABLES, say)


@rewording
def constraints_below_the_columns(good: Original) -> str:
    """CHECKs, references and UNIQUE of a column stand below all columns."""
    kinds = (pg_query_pb2.CONSTR_CHECK, pg_query_pb2.CONSTR_FOREIGN, pg_query_pb2.CONSTR_UNIQUE)

    def change(node: Any) -> bool:
        moved = []
        for column in columns(node):
            for held in [c for c in column.constraints if c.constraint.contype in kinds]:
                one = pg_query_pb2.Node()
                one.CopyFrom(held)
                if one.constraint.contype == pg_query_pb2.CONSTR_FOREIGN:
                    one.constraint.fk_attrs.add().string.sval = column.colname
                if one.constraint.contype == pg_query_pb2.CONSTR_UNIQUE:
                    one.constraint.keys.add().string.sval = column.colname
                moved.append(one)
            kept = [c for c in column.constraints if c.constraint.contype not in kinds]
            del column.constraints[:]
            column.constraints.extend(kept)
        node.table_elts.extend(moved)
        return bool(moved)

    return edit(good, ("CreateStmt",), change)


@rewording
def columns_in_another_order(good: Original) -> str:
    """The columns of a new table stand in the opposite order, the key ahead."""

    def change(node: Any) -> bool:
        made = [e for e in node.table_elts if e.HasField("column_def")]
        rest = [e for e in node.table_elts if not e.HasField("column_def")]
        order = [*made[:1], *made[:0:-1], *rest]
        del node.table_elts[:]
        node.table_elts.extend(order)
        return len(made) > 2

    return edit(good, ("CreateStmt",), change)


@rewording
def column_added_afterwards(good: Original) -> str:
    """The last column that nothing in the table asks for is added by a statement of its own."""

    def say(piece: Piece) -> str:
        made = [e for e in piece.node.table_elts if e.HasField("column_def")]
        free = [e for e in made if piece.statement.text.count(e.column_def.colname) == 1 and not _has_key(inner(e))]
        if piece.node.HasField("partspec") or not free or piece.nested:
            return ""
        column = free[-1].column_def.colname
        with_it, without = (pg_query_pb2.CreateStmt() for _ in range(2))
        for node, kept in ((with_it, [free[-1]]), (without, [e for e in piece.node.table_elts if e is not free[-1]])):
            node.CopyFrom(piece.node)
            del node.table_elts[:]
            node.table_elts.extend(kept)
        definition = deparse(with_it).partition("(")[2].rpartition(")")[0]
        assert definition.startswith(column)
        table = relation(piece.node.relation)
        return f"{deparse(without)};\n\nalter table {table} add column if not exists {definition}"

    return put(good, ("CreateStmt",), say)


def _has_key(column: Any) -> bool:
    kinds = (pg_query_pb2.CONSTR_PRIMARY, pg_query_pb2.CONSTR_UNIQUE, pg_query_pb2.CONSTR_FOREIGN)
    return any(c.constraint.contype in kinds for c in column.constraints)


@rewording
def checks_added_afterwards(good: Original) -> str:
    """The last CHECK of a new table that has a name is added by a guarded statement of its own."""

    def say(piece: Piece) -> str:
        named = [e for e in piece.node.table_elts if e.HasField("constraint") and e.constraint.conname]
        checks = [e for e in named if e.constraint.contype == pg_query_pb2.CONSTR_CHECK]
        if not checks or piece.nested or piece.node.HasField("partspec"):
            return ""
        without, alone = copy.deepcopy(piece.node), pg_query_pb2.CreateStmt()
        del without.table_elts[:]
        without.table_elts.extend(e for e in piece.node.table_elts if e is not checks[-1])
        alone.relation.CopyFrom(piece.node.relation)
        alone.table_elts.append(checks[-1])
        table, name = relation(piece.node.relation), checks[-1].constraint.conname
        definition = deparse(alone).partition("(")[2].rpartition(")")[0]
        return (
            f"{deparse(without)};\n\ndo $check$\nbegin\n"
            f"  if not exists (select from pg_catalog.pg_constraint\n"
            f"                 where conrelid = '{table}'::regclass and conname = '{name}') then\n"
            f"    alter table {table} add {definition};\n  end if;\nend;\n$check$"
        )

    return put(good, ("CreateStmt",), say)


@rewording
def texts_as_varchar(good: Original) -> str:
    """Columns of a new table that are text are varchar without a length."""

    def change(node: Any) -> bool:
        texts = [c for c in columns(node) if c.type_name.names[-1].string.sval == "text"]
        plain = [c for c in texts if not c.type_name.array_bounds and not _is_computed_from(node, c.colname)]
        for column in plain:
            column.type_name.names[-1].string.sval = "varchar"
        return bool(plain)

    return edit(good, ("CreateStmt",), change)


def _is_computed_from(table: Any, column: str) -> bool:
    generated = pg_query_pb2.CONSTR_GENERATED
    held = [c.constraint for made in columns(table) for c in made.constraints if c.constraint.contype == generated]
    return any(column in str(constraint.raw_expr) for constraint in held)


@rewording
def uuids_made_otherwise(good: Original) -> str:
    """Ids are made by the extension's function."""
    return put(
        good,
        ("CreateStmt",),
        lambda piece: piece.statement.text.replace(
            "default gen_random_uuid()", "default extensions.uuid_generate_v4()"
        ),
    )


@rewording
def indexes_turned(good: Original) -> str:
    """Plain indexes of several columns run backwards."""

    def change(node: Any) -> bool:
        orders = [element.index_elem.ordering for element in node.index_params]
        if node.access_method not in ("", "btree") or len(orders) < 2 or any(o > 1 for o in orders) or node.unique:
            return False
        for element in node.index_params:
            element.index_elem.ordering = pg_query_pb2.SORTBY_DESC
        return True

    return edit(good, ("IndexStmt",), change)


@rewording
def index_methods_said(good: Original) -> str:
    """Indexes say their method and order even where it is the usual one."""

    def change(node: Any) -> bool:
        for element in node.index_params if node.access_method in ("", "btree") else ():
            if element.index_elem.ordering == pg_query_pb2.SORTBY_DEFAULT:
                element.index_elem.ordering = pg_query_pb2.SORTBY_ASC
        node.access_method = node.access_method or "btree"
        return True

    return edit(good, ("IndexStmt",), change)


@rewording
def privileges_one_by_one(good: Original) -> str:
    """Each privilege is granted by a statement of its own."""

    def say(piece: Piece) -> str:
        node = piece.node
        if not node.is_grant or len(node.privileges) < 2:
            return ""
        parts = []
        for privilege in node.privileges:
            one = pg_query_pb2.GrantStmt()
            one.CopyFrom(node)
            del one.privileges[:]
            one.privileges.append(privilege)
            parts.append(deparse(one))
        return ";\n".join(parts)

    return put(good, ("GrantStmt",), say)
