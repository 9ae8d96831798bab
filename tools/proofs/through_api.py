"""Functions that ask who is connected. Through the API that is `authenticator`, whoever signed in; a trigger or an
admin's SQL editor comes as somebody else, and many a helper (`is_claims_admin`) lets those pass."""

import re
from contextlib import suppress

import psycopg

from tools.postgres.server import Connection

_ASKING = """
select pg_catalog.pg_get_functiondef(p.oid) from pg_catalog.pg_proc p
where p.oid >= 16384 and p.prokind in ('f', 'p') and strpos(lower(p.prosrc), 'session_user') > 0
"""
_SESSION_USER = re.compile(r"(?<![\w'\".])session_user(?![\w'\"])", re.IGNORECASE)
_API = "'authenticator'::name"


def connect_through_api(conn: Connection) -> None:
    """From here to the end of the transaction such functions see what they see when the API calls."""
    for (definition,) in conn.execute(_ASKING).fetchall():
        with suppress(psycopg.Error), conn.transaction():
            conn.execute(_SESSION_USER.sub(_API, definition))
