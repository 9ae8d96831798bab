"""Where a migration leads: a clone of the case's base with its files applied, its facts, and what its tables hold."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import sql

from tools.facts import Catalog, Facts, Touched, read
from tools.history import apply_file
from tools.migration import Migration
from tools.postgres.server import Connection, Server
from tools.workbench import Workbench

_ASIDE = {"comment", "position"}
"""Attributes that say nothing about what the schema does."""
_CATALOGS = frozenset(
    {
        "pg_namespace", "pg_extension", "pg_publication", "pg_publication_namespace", "pg_publication_rel",
        "pg_event_trigger", "pg_default_acl", "pg_authid", "pg_auth_members", "pg_db_role_setting",
        "pg_foreign_server", "pg_statistic_ext", "pg_constraint", "pg_cast", "pg_operator",
    }
)  # fmt: skip
_MANAGED = """(
    'pg_catalog', 'information_schema', 'pg_toast', '_throwaway', 'auth', 'storage', 'realtime', 'vault', 'cron',
    'graphql', 'graphql_public', 'pgbouncer', 'net', 'extensions', 'supabase_functions', 'supabase_migrations', 'pgmq',
    'pgsodium', 'pgsodium_masks', 'pgtle', '_realtime', '_analytics'
)"""
_IN_PLAY = f"""
select array(select c.oid::bigint from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
             where n.nspname not in {_MANAGED} or c.oid in (
                 to_regclass('auth.users'), to_regclass('storage.objects'), to_regclass('storage.buckets'))),
       array(select p.oid::bigint from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
             where n.nspname not in {_MANAGED}),
       array(select t.oid::bigint from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
             where n.nspname not in {_MANAGED})
"""
_TABLES = f"""
select pg_catalog.format('%I.%I', n.nspname, c.relname)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition
  and (n.nspname not in {_MANAGED} or (n.nspname, c.relname) in (('storage', 'buckets'), ('cron', 'job')))
order by 1
"""


@dataclass(frozen=True)
class State:
    """A database after a migration; it lives as long as its `reached`."""

    server: Server
    database: str
    seconds: float
    """How long whatever is tried here may take."""
    facts: Facts = frozenset()
    """Of the project's own objects and of those that it shares with Supabase, but for comments and positions."""
    failure: str = ""
    """Why the files do not apply; then there is nothing else here."""

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.facts)

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A transaction that is rolled back, as the role that owns the tables."""
        with self.server.connect(self.database) as conn:
            conn.execute("begin")
            with self.server.deadline(conn, self.seconds):
                yield conn
            if not conn.closed:
                conn.execute("rollback")


@contextmanager
def reached(bench: Workbench, migrations: Sequence[Migration]) -> Iterator[State]:
    """The state after these files."""
    seconds = bench.project.config.postgres.seconds
    with bench.server.clone(bench.database) as name:
        with bench.server.connect(name) as conn:
            for migration in migrations:
                run = apply_file(bench.server, conn, migration, seconds)
                if run.failure:
                    yield State(bench.server, name, seconds, failure=f"{migration.file_name}: {run.failure.message}")
                    return
            found = facts(conn)
        yield State(bench.server, name, seconds, found)


def facts(conn: Connection) -> Facts:
    """What is compared of a database."""
    row = conn.execute(_IN_PLAY).fetchone()
    assert row is not None
    relations, functions, types = (frozenset(oids) for oids in row)
    found = read(conn, Touched(relations, functions, types, _CATALOGS))
    return frozenset(fact for fact in found if fact.attribute not in _ASIDE)


def tables(conn: Connection) -> list[str]:
    """Those whose rows are compared, as facts name them."""
    return [name for (name,) in conn.execute(sql.SQL(_TABLES)).fetchall()]
