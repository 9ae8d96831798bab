"""A database of ours is what Supabase's would be, to the role that runs migrations; and no more than that."""

import uuid
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tools.postgres.server import SUPERUSER, Connection, Server

BASELINE = files("tools.postgres") / "baseline"
SOMEBODY = "6f7a2f5e-3c1b-4a51-9c0e-2f9d3a1b7c11"


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[str]:
    with server.clone() as name:
        yield name


@pytest.fixture
def conn(server: Server, database: str) -> Iterator[Connection]:
    """As `postgres`, in a transaction that is rolled back."""
    with server.connect(database) as connection:
        connection.execute("begin")
        yield connection
        connection.execute("rollback")


def value(conn: Connection, query: str, *arguments: Any) -> Any:
    row = conn.execute(query, arguments or None).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def attempt(conn: Connection, statement: str) -> tuple[str, str] | None:
    """SQLSTATE and message of the error, None where there is none; undone where there is one."""
    try:
        with conn.transaction():
            conn.execute(statement)
    except psycopg.Error as error:
        return str(error.sqlstate), str(error.diag.message_primary)
    return None


ROLES = {  # superuser, login, inherit, createdb, createrole, replication, bypassrls
    "postgres": "-lidcrb",
    "supabase_admin": "slidcrb",
    "anon": "--i----",
    "authenticated": "--i----",
    "service_role": "--i---b",
    "authenticator": "-l-----",
    "supabase_auth_admin": "-l--c--",
    "supabase_storage_admin": "-l--c--",
    "supabase_realtime_admin": "-------",
    "supabase_functions_admin": "-l--c--",
    "supabase_replication_admin": "-li--r-",
    "supabase_etl_admin": "-li--r-",
    "supabase_read_only_user": "-li---b",
    "dashboard_user": "--idcr-",
    "pgbouncer": "-li----",
}
ATTRIBUTES = """
select rolname, string_agg(case when has then letter else '-' end, '' order by place)
from pg_roles, unnest(
    array[rolsuper, rolcanlogin, rolinherit, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls],
    '{s,l,i,d,c,r,b}'::text[]
) with ordinality as attributes (has, letter, place)
where rolname !~ '^(pg|_throwaway)_'
group by rolname
"""


def test_roles_have_supabases_attributes_settings_and_memberships(conn: Connection) -> None:
    assert dict(conn.execute(ATTRIBUTES).fetchall()) == ROLES
    settings = dict(conn.execute("select rolname, rolconfig from pg_roles where rolconfig is not null").fetchall())
    assert settings["postgres"] == ['search_path="\\$user", public, extensions']
    assert settings["authenticated"] == ["statement_timeout=8s"]
    assert settings["supabase_admin"] == ['search_path=""']  # finds nothing that a draft made
    assert not [entry for entries in settings.values() for entry in entries if "preload" in entry]
    members = "select roleid::regrole::text from pg_auth_members where member = 'postgres'::regrole and inherit_option"
    assert {name for (name,) in conn.execute(members)} == {
        *("anon", "authenticated", "service_role", "pg_monitor", "pg_read_all_data", "pg_signal_backend"),
        "_throwaway_gate",
    }


def test_the_roles_file_puts_back_what_a_migration_changed(server: Server) -> None:
    with server.connect() as conn, server.connect(user=SUPERUSER) as admin:
        conn.execute("alter role anon bypassrls; alter role anon set work_mem = '1GB'")
        conn.execute("alter role authenticator set pgrst.db_schemas = 'public, api'")
        admin.execute((BASELINE / "00_roles.sql").read_text().encode())
        assert dict(conn.execute(ATTRIBUTES).fetchall()) == ROLES
        assert value(conn, "select rolconfig from pg_roles where rolname = 'anon'") == ["statement_timeout=3s"]


TABLES = {
    "auth": (
        "supabase_auth_admin",
        "audit_log_entries flow_state identities instances mfa_amr_claims mfa_challenges mfa_factors one_time_tokens"
        " refresh_tokens saml_providers saml_relay_states schema_migrations sessions sso_domains sso_providers users",
        "custom_oauth_providers oauth_authorizations oauth_client_states oauth_clients oauth_consents"
        " webauthn_challenges webauthn_credentials",
    ),
    "storage": (
        "supabase_storage_admin",
        "buckets buckets_analytics buckets_vectors iceberg_namespaces iceberg_tables migrations objects"
        " s3_multipart_uploads s3_multipart_uploads_parts vector_indexes",
        "",
    ),
    "realtime": ("supabase_realtime_admin", "messages", "subscription"),
}


@pytest.mark.parametrize("schema", TABLES)
def test_managed_tables_have_their_owner_and_row_security(conn: Connection, schema: str) -> None:
    owner, protected, open_ = TABLES[schema]
    found = conn.execute(
        "select relname, relowner::regrole::text, relrowsecurity from pg_class"
        " where relnamespace = %s::regnamespace and relkind in ('r', 'p') and relowner <> 10",
        [schema],
    )
    assert set(found) == {(t, owner, True) for t in protected.split()} | {(t, owner, False) for t in open_.split()}


CLAIMS = f'{{"sub": "{SOMEBODY}", "role": "authenticated", "email": "a@example.com", "app_metadata": {{"x": 1}}}}'


def test_auth_functions_read_the_claims(conn: Connection) -> None:
    claims = "select auth.uid(), auth.role(), auth.email(), auth.jwt() #>> '{app_metadata,x}'"
    assert value(conn, claims) == (None, None, None, None)
    conn.execute("select set_config('request.jwt.claims', %s, true)", [CLAIMS])
    for role in ("postgres", "anon", "authenticated", "service_role"):
        conn.execute(f"set local role {role}")
        assert value(conn, claims) == (uuid.UUID(SOMEBODY), "authenticated", "a@example.com", "1")
    conn.execute("select set_config('request.jwt.claim.sub', %s, true)", [str(uuid.UUID(int=7))])
    assert value(conn, "select auth.uid()") == uuid.UUID(int=7)
    conn.execute("set local request.jwt.claims = ''; set local request.jwt.claim.sub = ''")
    assert value(conn, claims) == (None, None, None, None)


POLICY = "create policy mine on {} for select to authenticated using (true)"
OWN = "create policy mine on storage.objects using (true); "


@pytest.mark.parametrize(
    "statement",
    [
        "create policy mine on storage.objects for insert to authenticated"
        " with check (bucket_id = 'a' and (storage.foldername(name))[1] = (select auth.uid())::text)",
        POLICY.format("auth.users"),
        POLICY.format("realtime.messages"),
        POLICY.format("public.own"),
        OWN + "alter policy mine on storage.objects using (false); drop policy mine on storage.objects",
        "drop policy if exists mine on storage.objects",
        f"do $$ begin {POLICY.format('storage.buckets')}; execute 'drop policy mine on storage.buckets'; end $$",
        f"do $$ begin {OWN} {OWN} exception when duplicate_object then null; end $$",
        "create trigger t after insert on auth.users for each row execute function public.noted();"
        "drop trigger t on auth.users; drop trigger if exists t on storage.objects",
        f"set session_replication_role = replica; {OWN}",
        f"set local role postgres; {OWN}",
    ],
)
def test_policies_and_triggers_on_managed_tables_are_allowed(conn: Connection, statement: str) -> None:
    conn.execute(
        "create table public.own (id int); create function public.noted() returns trigger language plpgsql"
        " as 'begin return new; end'"
    )
    assert attempt(conn, statement) is None
    assert value(conn, "select current_user, current_setting('role') in ('none', 'postgres')") == ("postgres", True)
    assert attempt(conn, "alter table storage.objects add column x int") is not None


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("alter table storage.objects enable row level security", "must be owner of table objects"),
        ("alter table storage.objects add column x int", "must be owner of table objects"),
        ("alter table auth.users disable trigger all", "must be owner of table users"),
        ("create index on storage.objects (owner_id)", "must be owner of table objects"),
        ("comment on table storage.objects is 'x'", "must be owner of table objects"),
        ("comment on column auth.users.email is 'x'", "must be owner of relation users"),
        ("drop table auth.users cascade", "must be owner of table users"),
        ("drop function auth.uid() cascade", "must be owner of function auth.uid"),
        ("alter function auth.uid() owner to postgres", "must be owner of function uid"),
        ("create table auth.x (id int)", "permission denied for schema auth"),
        ("create table storage.x (id int)", "permission denied for schema storage"),
        ("create view realtime.x as select 1", "permission denied for schema realtime"),
        ("create function auth.x() returns int language sql as 'select 1'", "permission denied for schema auth"),
        ("create or replace function auth.uid() returns uuid language sql as 'select null::uuid'",
         "permission denied for schema auth"),
        ("create type storage.x as enum ('a')", "permission denied for schema storage"),
        ("alter schema auth rename to x", "must be owner of schema auth"),
        (POLICY.format("auth.oauth_consents"), "must be owner of table oauth_consents"),
        (POLICY.format("auth.schema_migrations"), "must be owner of table schema_migrations"),
        (POLICY.format("storage.migrations"), "must be owner of table migrations"),
        (POLICY.format("vault.secrets"), "must be owner of table secrets"),
        (f"set session_replication_role = replica; {POLICY.format('storage.migrations')}",
         "must be owner of table migrations"),
        (f"set local role anon; {POLICY.format('storage.objects')}", "must be owner of table objects"),
        ("delete from auth.schema_migrations", "permission denied for table schema_migrations"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("wrap", ["{}", "do $do$ begin {}; end $do$"], ids=["plain", "do"])
def test_anything_else_on_managed_schemas_is_refused(conn: Connection, statement: str, message: str, wrap: str) -> None:
    assert attempt(conn, wrap.format(statement)) == ("42501", message)


def test_users_can_be_referenced_watched_and_read_on(conn: Connection) -> None:
    conn.execute("""
        create table public.profiles (id uuid primary key references auth.users on delete cascade, email text);
        create function public.welcome() returns trigger language plpgsql security definer set search_path = '' as $$
        begin
            insert into public.profiles values (new.id, new.email);
            return new;
        end $$;
        create trigger on_auth_user_created after insert on auth.users
            for each row execute function public.welcome();
        insert into auth.users (id, email) values (gen_random_uuid(), 'a@example.com');
    """)
    assert value(conn, "select email from public.profiles") == "a@example.com"
    again = "insert into auth.users (id, email, is_sso_user) values (gen_random_uuid(), 'a@example.com', {})"
    assert attempt(conn, again.format("false")) is not None
    assert attempt(conn, again.format("true")) is None
    assert attempt(conn, again.format("false") + " on conflict (email) where is_sso_user = false do nothing") is None
    conn.execute("delete from auth.users")
    assert value(conn, "select count(*) from public.profiles") == 0
    conn.execute("grant select, insert on auth.users to authenticated")
    granted = "select has_table_privilege('authenticated', 'auth.users', %s)"
    assert [value(conn, granted, verb) for verb in ("select", "insert")] == [True, False]


API_RIGHTS = """
select r.role,
    has_table_privilege(r.role, 'public.t', 'select'), has_table_privilege(r.role, 'public.t', 'truncate'),
    has_sequence_privilege(r.role, 'public.t_id_seq', 'usage'),
    exists (select from pg_proc, aclexplode(proacl)
        where oid = 'public.f()'::regprocedure and grantee = r.role::regrole),
    has_function_privilege(r.role, 'public.f()', 'execute')
from unnest('{anon,authenticated,service_role}'::text[]) as r (role)
"""


@pytest.mark.parametrize("mode", ["on", "off"])
def test_new_objects_reach_the_api_roles_as_the_mode_says(conn: Connection, mode: str) -> None:
    if mode == "off":
        conn.execute((BASELINE / "modes" / "api_defaults_off.sql").read_text().encode())
    conn.execute("create table public.t (id serial); create function public.f() returns int language sql as 'select 1'")
    on = mode == "on"
    assert conn.execute(API_RIGHTS).fetchall() == [
        (role, on, True, on, on, True) for role in ("anon", "authenticated", "service_role")
    ]


def test_storage_rows_cannot_be_deleted_by_anybody(conn: Connection, server: Server, database: str) -> None:
    with server.connect(database, SUPERUSER) as admin:
        for connection in (conn, admin):
            for table in ("buckets", "objects"):
                found = attempt(connection, f"delete from storage.{table} where false")
                assert found is not None
                assert found[0] == "42501"
    conn.execute("insert into storage.buckets (id, name) values ('a', 'a')")
    conn.execute("set local storage.allow_delete_query = 'true'; delete from storage.buckets")
    assert attempt(conn, f"insert into storage.buckets (id, name) values ('b', '{'b' * 101}')") is not None


def test_storage_helpers(conn: Connection) -> None:
    path = "select storage.foldername({0}), storage.filename({0}), storage.extension({0})"
    assert value(conn, path.format("'me/holiday/sun.set.png'")) == (["me", "holiday"], "sun.set.png", "png")
    assert value(conn, path.format("'plain'")) == ([], "plain", "plain")
    conn.execute("set local storage.operation = 'storage.object.upload'")
    operations = "select storage.allow_only_operation({}), storage.allow_any_operation({})"
    assert value(conn, operations.format("'object.upload'", "'{storage.object.upload}'")) == (True, True)
    assert value(conn, operations.format("'object.list'", "'{}'")) == (False, False)
    refused = attempt(conn, "select storage.can_insert_object('no', 'x', null, '{}')")
    assert refused is not None
    assert refused[0] == "23503"
    conn.execute("insert into storage.buckets (id, name) values ('b', 'b')")
    assert attempt(conn, "select storage.can_insert_object('b', 'x', null, '{}')") == ("PT200", "ROLLBACK")


def test_storage_listings(conn: Connection) -> None:
    conn.execute("insert into storage.buckets (id, name) values ('b', 'b')")
    for name in ("a/1.txt", "a/2.txt", "a/z/3.txt", "B.txt", "c/4.txt"):
        conn.execute(
            "insert into storage.objects (bucket_id, name, metadata) values ('b', %s, '{\"size\": 2}')", [name]
        )
    listed = "select array_agg(name), array_agg(id is null) from {}"
    assert value(conn, listed.format("storage.list_objects_with_delimiter('b', '', '/')")) == (
        ["B.txt", "a", "c"], [False, True, True],
    )  # fmt: skip
    assert value(conn, listed.format("storage.list_objects_with_delimiter('b', 'a/', '/', 2, 'a/1.txt')")) == (
        ["a/2.txt", "a/z"], [False, True],
    )  # fmt: skip
    assert value(conn, listed.format("storage.search_v2('', 'b', sort_order => 'desc')"))[0] == ["c", "a", "B.txt"]
    assert value(conn, listed.format("storage.search_v2('a/', 'b', sort_column => 'created_at')"))[0] == [
        "a/1.txt", "a/2.txt", "a/z",
    ]  # fmt: skip
    assert value(conn, listed.format("storage.search('A/', 'b')"))[0] == ["1.txt", "2.txt", "z"]
    assert value(conn, listed.format("storage.search('', 'b', 1, 1, 1)"))[0] == ["B.txt"]
    assert value(conn, "select size from storage.get_size_by_bucket()") == 10


def test_realtime(conn: Connection) -> None:
    notices: list[str] = []
    conn.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))
    conn.execute("create table public.t (id int)")
    conn.execute("alter publication supabase_realtime add table public.t")
    assert attempt(conn, "alter publication supabase_realtime add table public.t") == (
        "42710", 'relation "t" is already member of publication "supabase_realtime"',
    )  # fmt: skip
    conn.execute("drop publication supabase_realtime; create publication supabase_realtime for table public.t")
    conn.execute("select realtime.send('{}', 'event', 'room', false)")
    assert "no partition of relation" in notices[-1]
    assert attempt(conn, "select realtime.broadcast_changes('a', 'b', 'INSERT', 't', 'public', null, null)") is None
    conn.execute("set local realtime.topic = 'room:1'")
    assert value(conn, "select realtime.topic()") == "room:1"


def test_a_webhook_is_logged_and_queued(conn: Connection) -> None:
    conn.execute("""
        create table public.t (id int);
        create trigger hook after insert on public.t for each row
        execute function supabase_functions.http_request('http://localhost/x', 'POST', '{}', '{}', '1000');
        insert into public.t values (1);
        create extension pg_net with schema extensions;
        insert into public.t values (2);
    """)
    requests = conn.execute("select request_id from supabase_functions.hooks order by id").fetchall()
    assert requests == [(None,), (1,)]
    assert value(conn, "select convert_from(body, 'UTF8')::jsonb #>> '{record,id}' from net.http_request_queue") == "2"


ESCAPES = [
    "drop event trigger _throwaway_1_return",
    "alter event trigger _throwaway_2_refuse disable",
    "drop schema _throwaway cascade",
    "drop owned by supabase_admin",
    "create or replace function _throwaway.refuse_role() returns event_trigger language plpgsql as 'begin end'",
    "set event_triggers = off",
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/tmp/x'",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "load '/tmp/x.so'",
    "alter role postgres superuser",
    "create role evil superuser",
    "alter role supabase_admin nologin",
    "grant supabase_admin to postgres",
    "grant pg_execute_server_program to postgres",
    "grant supabase_storage_admin to anon",
    "set role supabase_admin",
    "set session authorization supabase_admin",
    "set role supabase_auth_admin",
    "set role _throwaway_policies; alter table auth.users add column x int",
    "set role _throwaway_policies; drop table storage.objects",
    "create event trigger evil on ddl_command_end execute function public.evil()",
    "create extension dblink",
    "create extension postgres_fdw",
    "create extension file_fdw",
    "create function public.evil2() returns int language c as '/tmp/x', 'x'",
    "create subscription s connection 'host=localhost' publication p with (connect = false, slot_name = none)",
    "create trigger evil before insert on vault.secrets for each row execute function public.evil()",
    "create extension pg_net; create trigger e before insert on net.http_request_queue for each row"
    " execute function public.evil()",
    "create extension pg_cron; create trigger e before insert on cron.job_run_details for each row"
    " execute function public.evil()",
    "create extension pgsodium; create trigger e before insert on pgsodium.key for each row"
    " execute function public.evil()",
]


@pytest.mark.parametrize("statement", ESCAPES)
def test_a_hostile_draft_gets_no_further(conn: Connection, statement: str) -> None:
    conn.execute("create function public.evil() returns trigger language plpgsql as 'begin return new; end'")
    with pytest.raises(errors.InsufficientPrivilege):
        conn.execute(statement)


def test_the_servers_own_settings_stay(server: Server, database: str) -> None:
    with server.connect(database) as own, pytest.raises(errors.InsufficientPrivilege):
        own.execute("alter system set work_mem = '1GB'")


WITNESS = """
create table public.seen (who text);
create function public.watch() returns boolean language plpgsql as
    $$ begin insert into public.seen values (current_user); return true; end $$;
"""


def test_extension_scripts_find_no_operators_of_a_drafts(conn: Connection) -> None:
    conn.execute(
        WITNESS
        + """
        create schema trap;
        create function trap.eq(oid, regclass) returns boolean language sql as 'select public.watch()';
        create operator trap.= (function = trap.eq, leftarg = oid, rightarg = regclass);
        create function trap.format(text, name) returns text language sql as 'select public.watch()::text';
        create extension pg_cron with schema trap;
        create schema pgmq;
        create function pgmq.format(text, name) returns text language sql as 'select public.watch()::text';
        create extension pgmq;
    """
    )
    assert conn.execute("select who from public.seen").fetchall() == []


UNPINNED = """
select oid::regprocedure from pg_proc
where prosecdef and proowner = 10 and not coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false)
    and not coalesce('search_path=net, pg_temp' = any (proconfig), false)
"""
TRIGGERABLE = """
select oid::regclass from pg_class
where relkind in ('r', 'p') and relnamespace in (select pronamespace from pg_proc where prosecdef and proowner = 10)
    and has_table_privilege('postgres', oid, 'trigger')
"""


def test_functions_with_the_superusers_rights_cannot_be_bent(conn: Connection) -> None:
    """Unpinned, they find a draft's temporary types; triggers on what they write would run with their rights."""
    extensions = (files("tools.postgres") / "extensions").iterdir()
    for name in sorted(entry.name.removesuffix(".control") for entry in extensions if entry.name.endswith(".control")):
        conn.execute(f'create extension if not exists "{name}" cascade')
    assert conn.execute(UNPINNED).fetchall() == []
    assert conn.execute(TRIGGERABLE).fetchall() == []
