"""Stand-ins can be created by the role that runs migrations, say what they are, and do what they claim."""

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.facts import read
from tools.postgres.server import Connection, Server
from tools.postgres.stand_ins import found

FOLDER = files("tools.postgres") / "extensions"
STAND_INS = sorted(entry.name.removesuffix(".control") for entry in FOLDER.iterdir() if entry.name.endswith(".control"))
TRUSTED = (FOLDER / "trusted.txt").read_text().split()
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


@pytest.fixture(scope="module")
def own(server: Server) -> Iterator[Connection]:
    """As `postgres`, on a database of this file's."""
    with server.clone() as name, server.connect(name) as connection:
        yield connection


@pytest.fixture
def conn(own: Connection) -> Iterator[Connection]:
    """The same, in a transaction that is rolled back."""
    own.execute("begin")
    yield own
    own.execute("rollback")


def value(conn: Connection, query: str, *arguments: Any) -> Any:
    row = conn.execute(query, arguments or None).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def error(conn: Connection, statement: str) -> tuple[str | None, str | None] | None:
    try:
        with conn.transaction():
            conn.execute(statement)
    except psycopg.Error as raised:
        return raised.sqlstate, raised.diag.message_primary
    return None


@pytest.mark.parametrize("name", STAND_INS + TRUSTED)
def test_anybody_may_create_it_and_its_comment_says_whether_it_is_real(conn: Connection, name: str) -> None:
    fixed = value(conn, "select schema from pg_available_extension_versions where name = %s", name)
    clause = "" if fixed else "with schema extensions"
    conn.execute(f'do $$ begin drop extension if exists "{name}" cascade; end $$')
    conn.execute(f"do $$ begin execute 'create extension \"{name}\" {clause} cascade'; end $$")
    described = "select extowner::regrole::text, obj_description(oid) from pg_extension where extname = %s"
    owner, comment = value(conn, described, name)
    assert owner == "postgres"
    assert comment.startswith("stand-in: ") == (name in STAND_INS and not (name == "pgtap" and found(name)))
    conn.execute(f'create extension if not exists "{name}"; drop extension "{name}"')


def test_what_a_fresh_project_has(conn: Connection) -> None:
    assert conn.execute("select extname, extnamespace::regnamespace::text from pg_extension order by 1").fetchall() == [
        ("pg_stat_statements", "extensions"), ("pgcrypto", "extensions"), ("plpgsql", "pg_catalog"),
        ("supabase_vault", "vault"), ("uuid-ossp", "extensions"),
    ]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=300), key=st.binary(max_size=200))
def test_hashes_are_pythons(own: Connection, data: bytes, key: bytes) -> None:
    query = "select array_agg(digest(%s::bytea, h)), array_agg(hmac(%s::bytea, %s::bytea, h)) from unnest(%s::text[]) h"
    assert value(own, query, data, data, key, list(HASHES)) == (
        [hashlib.new(name, data).digest() for name in HASHES],
        [hmac.new(key, data, name).digest() for name in HASHES],
    )


@settings(max_examples=25, deadline=None)
@given(namespace=st.uuids(), name=st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_named_uuids_are_pythons(own: Connection, namespace: uuid.UUID, name: str) -> None:
    assert value(own, "select uuid_generate_v3(%s, %s), uuid_generate_v5(%s, %s)", *(namespace, name) * 2) == (
        uuid.uuid3(namespace, name),
        uuid.uuid5(namespace, name),
    )


def test_other_uuids(conn: Connection) -> None:
    first, second, random = value(conn, "select uuid_generate_v1(), uuid_generate_v1mc(), uuid_generate_v4()")
    assert (first.version, second.version, random.version) == (1, 1, 4)
    assert abs(first.time - uuid.uuid1().time) < 60 * 10**7
    assert value(conn, "select uuid_nil(), uuid_ns_dns()") == (uuid.UUID(int=0), uuid.NAMESPACE_DNS)


@pytest.mark.parametrize(
    ("salt", "shape"),
    [("'bf'", r"^\$2a\$06\$.{53}$"), ("'bf', 10", r"^\$2a\$10\$.{53}$"), ("'md5'", r"^\$1\$.{8}\$.{22}$"),
     ("'xdes'", "^_.{19}$"), ("'des'", "^.{13}$")],
)  # fmt: skip
def test_passwords_verify(conn: Connection, salt: str, shape: str) -> None:
    stored = value(conn, f"select crypt('secret', gen_salt({salt}))")
    checks = "select %s ~ %s, crypt('secret', %s) = %s, crypt('Secret', %s) = %s"
    assert value(conn, checks, stored, shape, *[stored] * 4) == (True, True, False)


@settings(max_examples=25, deadline=None)
@given(data=st.text(st.characters(exclude_characters="\0", codec="utf-8")), key=st.text("abc", min_size=1))
def test_what_is_sealed_opens_with_its_key_only(own: Connection, data: str, key: str) -> None:
    sealed = value(own, "select pgp_sym_encrypt(%s, %s)", data, key)
    assert value(own, "select pgp_sym_decrypt(%s, %s)", sealed, key) == data
    with pytest.raises(psycopg.Error, match="Wrong key or corrupt data"):
        own.execute("select pgp_sym_decrypt(%s, %s)", [sealed, key + "x"])
    raw = data.encode()
    round_trip = "select decrypt(encrypt(%s::bytea, %s, 'aes'), %s, 'aes'), dearmor(armor(%s::bytea))"
    assert value(own, round_trip, raw, key.encode(), key.encode(), raw) == (raw, raw)


@pytest.mark.parametrize(
    ("call", "state"),
    [("digest('a', 'md6')", "22023"), ("hmac('a', 'b', 'md6')", "22023"), ("gen_random_bytes(1025)", "39000"),
     ("gen_salt('x')", "22023"), ("gen_salt('bf', 40)", "22023"), ("crypt('a', '!')", "22023")],
)  # fmt: skip
def test_pgcrypto_refuses_as_upstream(conn: Connection, call: str, state: str) -> None:
    found = error(conn, f"select {call}")
    assert found is not None
    assert found[0] == state


def test_random_bytes_are_as_many_as_asked_and_differ(conn: Connection) -> None:
    lengths = "select array_agg(length(gen_random_bytes(n))), count(distinct gen_random_bytes(16)) from unnest(%s) n"
    assert value(conn, lengths, [1, 14, 15, 1024]) == ([1, 14, 15, 1024], 4)


def test_pgjwt(conn: Connection) -> None:
    conn.execute("create extension pgjwt with schema extensions")
    token = value(conn, """select sign('{"sub":"1234567890","name":"John Doe","iat":1516239022}', 'secret')""")
    assert token.endswith(".XbPfbIHMI6arZ3Y922BhjWgQzWXcXNrz0ogtVhfEd2o")  # jwt.io's example
    valid = "select valid from verify(sign(%s, 's'), %s)"
    assert [value(conn, valid, *case) for case in (("{}", "s"), ("{}", "t"), ('{"exp": 1}', "s"))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("clause", ["", "with schema extensions", "schema pg_catalog"])
def test_cron(conn: Connection, clause: str) -> None:
    conn.execute(f"create extension pg_cron {clause}")
    assert (
        value(conn, "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_cron'")
        == "pg_catalog"
    )
    schedule = "select cron.schedule('nightly', %s, 'select 1')"
    assert value(conn, schedule, "0 3 * * *") == value(conn, schedule, "*/5 9-17 1,15 * mon-fri")
    assert value(conn, "select cron.schedule('30 seconds', 'select 2')") is not None
    conn.execute("select cron.alter_job(jobid, active := false) from cron.job where jobname = 'nightly'")
    jobs = conn.execute("select jobname, schedule, active, username from cron.job order by jobid").fetchall()
    assert jobs == [("nightly", "*/5 9-17 1,15 * mon-fri", False, "postgres"), (None, "30 seconds", True, "postgres")]
    assert value(conn, "select cron.unschedule('nightly')") is True
    assert error(conn, "select cron.unschedule('nightly')") == (
        "XX000", "could not find valid entry for job 'nightly'",
    )  # fmt: skip
    for wrong in ("60 * * * *", "* * * *", "* * 0 * *", "soon", "90 seconds"):
        assert error(conn, f"select cron.schedule('{wrong}', 'x')") == ("22023", f"invalid schedule: {wrong}")
    assert error(conn, "insert into cron.job (schedule, command) values ('* * * * *', 'x')") is not None


def test_net_queues(conn: Connection) -> None:
    conn.execute("create extension pg_net with schema extensions; set local role authenticated")
    conn.execute("select net.http_get('http://x?a=1', '{\"k\": \"ä b\"}'), net.http_delete('http://y')")
    conn.execute("select net.http_post(url := 'http://z', body := '{\"n\": 1}')")
    conn.execute("reset role")
    assert conn.execute("select method, url, body from net.http_request_queue order by id").fetchall() == [
        ("GET", "http://x?a=1&k=%C3%A4%20b", None), ("DELETE", "http://y", None), ("POST", "http://z", b'{"n": 1}'),
    ]  # fmt: skip


def test_queues(conn: Connection) -> None:
    conn.execute("create extension pgmq; select pgmq.create('Jobs'); select pgmq.create('Jobs')")
    conn.execute("select pgmq.send('Jobs', '{\"n\": 1}'); select pgmq.send_batch('Jobs', '{1,2}'::jsonb[])")
    conn.execute("select pgmq.send('Jobs', '4', 60)")
    assert conn.execute("select msg_id, read_ct, message from pgmq.read('Jobs', 30, 1)").fetchall() == [
        (1, 1, {"n": 1})
    ]
    assert conn.execute("select msg_id from pgmq.pop('Jobs')").fetchall() == [(2,)]
    assert value(conn, "select pgmq.archive('Jobs', 1), pgmq.delete('Jobs', 3), pgmq.delete('Jobs', 9)") == (
        True, True, False,
    )  # fmt: skip
    assert value(conn, "select queue_length, total_messages from pgmq.metrics('Jobs')") == (1, 4)
    assert value(conn, "select array_agg(msg_id) from pgmq.a_jobs") == [1]
    assert value(conn, "select pgmq.drop_queue('Jobs'), (select count(*) from pgmq.list_queues())") == (True, 0)
    assert value(conn, "select to_regclass('pgmq.q_jobs')") is None


def test_vault(conn: Connection) -> None:
    secret = value(conn, "select vault.create_secret('a', 'key', 'about')")
    shown = (
        "select decrypted_secret, secret <> decrypted_secret, description from vault.decrypted_secrets where id = %s"
    )
    assert value(conn, shown, secret) == ("a", True, "about")
    conn.execute("select vault.update_secret(%s, 'b')", [secret])
    assert value(conn, shown, secret) == ("b", True, "about")
    assert error(conn, "select vault.create_secret('c', 'key')") is not None
    assert error(conn, "update vault.secrets set secret = 'x'") is not None
    assert error(conn, "set local role anon; select vault.create_secret('c')") is not None


SCHEMA = """{"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
    "a": {"type": "integer", "minimum": 1}, "b": {"type": ["string", "null"], "maxLength": 2, "pattern": "^x"},
    "c": {"type": "array", "items": {"enum": [1, "y"]}, "minItems": 1, "uniqueItems": true}}}"""


@pytest.mark.parametrize(
    ("instance", "matches"),
    [('{"a": 1}', True), ('{"a": 1.0, "b": null, "c": [1, "y"]}', True), ('{"a": 2, "b": "x1"}', True),
     ("{}", False), ('{"a": 0}', False), ('{"a": 1.5}', False), ('{"a": 1, "d": 1}', False),
     ('{"a": 1, "b": "yy"}', False),
     ('{"a": 1, "b": "xxx"}', False), ('{"a": 1, "c": []}', False), ('{"a": 1, "c": [1, 1]}', False),
     ('{"a": 1, "c": [2]}', False), ("[]", False)],
)  # fmt: skip
def test_json_schemas_judge(conn: Connection, instance: str, matches: bool) -> None:
    conn.execute("create extension pg_jsonschema with schema extensions")
    assert value(conn, "select jsonb_matches_schema(%s, %s)", SCHEMA, instance) is matches
    assert error(conn, """select json_matches_schema('{"$ref": "#/x"}', '1')""") is not None


def test_the_rest_says_that_it_cannot(conn: Connection) -> None:
    conn.execute("create extension http with schema extensions; create extension index_advisor cascade")
    conn.execute("create extension pg_graphql with schema graphql; create extension pgsodium; create extension pg_tle")
    assert error(conn, "select http_get('http://x')") == (
        "0A000",
        "the throwaway database has no network: GET http://x",
    )
    assert value(conn, "select urlencode('a b/ü')") == "a%20b%2F%C3%BC"
    assert value(conn, "select errors from index_advisor('select 1')") == ["index_advisor is only a stand-in here"]
    assert "errors" in value(conn, "select graphql.resolve('{a}')")
    sealed = "pgsodium.crypto_aead_det_encrypt('hi', 'about', k.id)"
    opened = f"select pgsodium.crypto_aead_det_decrypt({sealed}, 'about', k.id) from pgsodium.create_key() k"
    assert value(conn, opened) == b"hi"
    assert value(conn, "select pgtle.install_extension('x', '1', 'about', 'select 1')") is True
    conn.execute("""
        select pgtle.install_extension('supabase-dbdev', r ->> 'version', 'about', r ->> 'sql')
        from http(('GET', 'https://api.database.dev/rest/v1/package_versions?package_name=eq.supabase-dbdev',
            array[('apiKey', 'x')::http_header], null, null)) as h, lateral (select h.content::json -> 0) as answer (r);
        create extension "supabase-dbdev";
        select dbdev.install('supabase-dbdev');
        create extension plpgsql_check with schema extensions;
        create extension pg_stat_monitor with schema extensions;
        select * from pg_stat_monitor;
        create extension pgtap with schema extensions;
        select plan(2);
        select is(count(*), 0::bigint, 'none'), ok(true), results_eq('select 1', array[1]) from pg_stat_monitor;
        select * from finish()""")
    assert value(conn, "select count(*) from plpgsql_check_function_tb('auth.uid()')") == 0


def test_real_ones_work(conn: Connection) -> None:
    conn.execute("""
        create extension vector with schema extensions;
        create table public.v (e extensions.vector(3));
        create index on public.v using hnsw (e extensions.vector_l2_ops);
        create extension moddatetime with schema extensions;
        create table public.m (id int, updated_at timestamptz);
        create trigger m before update on public.m for each row execute function extensions.moddatetime(updated_at);
        insert into public.m values (1, '2020-01-01');
        update public.m set id = 2;
    """)
    assert value(conn, "select updated_at = now() from public.m") is True


POINT_TO_POINT = "st_point(-0.1276, 51.5072)::geography, st_point(2.3522, 48.8566)::geography"


@pytest.fixture
def spatial(conn: Connection) -> Connection:
    conn.execute("create extension postgis with schema extensions; set local search_path = public, extensions")
    return conn


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("'SRID=4326;POINT(1 2)'::geometry(Point, 4326)::text", "SRID=4326;POINT(1 2)"),
        ("'POINT(1 2)'::geography(Point)::text", "SRID=4326;POINT(1 2)"),
        ("st_astext(st_geomfromgeojson('{\"type\": \"Point\", \"coordinates\": [7.5, 47]}'))", "POINT(7.5 47)"),
        ("st_asgeojson('LINESTRING(0 0, 1 1)'::geometry)", '{"type":"LineString","coordinates":[[0,0],[1,1]]}'),
        ("st_distance('POINT(0 0)'::geometry, 'POINT(3 4)'::geometry)", 5.0),
        (f"round(st_distance({POINT_TO_POINT}) / 1000)", 344),
        (f"st_dwithin({POINT_TO_POINT}, 343000), st_dwithin({POINT_TO_POINT}, 345000)", (False, True)),
        ("st_contains(st_makeenvelope(0, 0, 9, 9), st_point(5, 5)), st_within(st_point(5, 5), st_point(6, 6))",
         (True, False)),
        ("st_makeenvelope(0, 0, 9, 9) && st_point(9, 10), st_x(st_point(3, 4)), st_srid(st_point(3, 4, 3857))",
         (False, 3.0, 3857)),
        ("st_length('LINESTRING(0 0, 3 4, 3 5)'::geometry), st_area('POLYGON((0 0,0 2,2 2,2 0,0 0))'::geometry)",
         (6.0, 4.0)),
        ("st_astext(st_union(g)) from (values ('POINT(0 0)'::geometry), ('POINT(2 3)')) v(g)",
         "POLYGON((0 0, 0 3, 2 3, 2 0, 0 0))"),
        ("count(*) from (values (st_point(1, 1)), (st_point(1, 1))) a(g) where g = st_point(1, 1)", 2),
    ],
)  # fmt: skip
def test_spatial_values(spatial: Connection, asked: str, answer: Any) -> None:
    assert value(spatial, f"select {asked}") == answer


def test_spatial_columns_and_indexes(spatial: Connection) -> None:
    spatial.execute(
        "create table public.places (id int primary key, at geography(Point, 4326) not null, area geometry(PolygonZ));"
        "create index on public.places using gist (at); create index on public.places using gist (area);"
        "create index on public.places (area);"
        "insert into public.places select i, st_point(i / 100.0, 5)::geography from generate_series(1, 300) i;"
        "set local enable_seqscan = off"
    )
    near = "select count(*) from public.places where st_dwithin(at, st_point(1, 5)::geography, 1200)"
    assert value(spatial, near) == 3
    nearest = "select id from public.places order by at <-> st_point(2.001, 5)::geography limit 1"
    assert value(spatial, nearest) == 200
    types = {
        f.object: f.value for f in read(spatial) if f.attribute == "type" and f.object.startswith("public.places.")
    }
    assert types["public.places.at"] == "extensions.geography(Point,4326)"
    assert types["public.places.area"] == "extensions.geometry(PolygonZ)"
    assert value(spatial, "select type, srid from geography_columns") == ("POINT", 4326)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("select 'POINT(1 2)'::geometry(Polygon)", "Geometry type (Point) does not match column type (Polygon)"),
        ("select 'POINT(1 2)'::geometry(Point, 4326)", "Geometry SRID (0) does not match column SRID (4326)"),
        ("select 'nonsense'::geometry(Point)", "parse error - invalid geometry"),
        ("create table public.t (g geometry(Pnt))", "Invalid geometry type modifier: pnt"),
        ("select st_intersects('POINT(0 0)'::geometry, st_point(0, 0, 4326))",
         "Operation on mixed SRID geometries (point, 0) != (point, 4326)"),
    ],
)  # fmt: skip
def test_spatial_errors(spatial: Connection, statement: str, said: str) -> None:
    told = error(spatial, statement)
    assert told
    assert told[1] == said
