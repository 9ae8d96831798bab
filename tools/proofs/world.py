"""The tables that decide about some tables: what they hang on, and who belongs to whom."""

from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files

from tools.postgres.server import Connection
from tools.proofs.links import USERS
from tools.proofs.ownership import Ownership
from tools.proofs.surface import Surface, surfaces
from tools.rows.filler import Schema
from tools.rows.samples import SampleRow

_NEAR = files("tools.proofs").joinpath("near.sql").read_text()


def world(
    conn: Connection, tables: Iterable[str], samples: tuple[SampleRow, ...] = ()
) -> tuple[Ownership, dict[str, Surface]]:
    """The tables, all that they hang on, and the memberships that decide about those; each as the API sees it."""
    schema = Schema.read(conn, [*tables, USERS], samples)
    accounts = Ownership(schema, ()).accounts
    near = conn.execute(_NEAR, {"tables": sorted(schema.tables.keys() - accounts), "users": sorted(accounts)})
    wide = schema
    if more := {name for (name,) in near} - schema.tables.keys():
        wide = Schema.read(conn, [*schema.tables, *more], samples)
    found = surfaces(conn, wide.tables)
    ownership = Ownership.of(wide, found)
    kept = wide.closure([*schema.tables, *(m.table for m in ownership.memberships)])
    return replace(ownership, schema=kept), found
