import pytest

from tests.tools.checks.judged import draft, findings, result, rules, told
from tools.workbench import Workbench


def plpgsql(body: str, signature: str = "f(child_id_param uuid)", returns: str = "uuid", more: str = "") -> str:
    return (
        f"create or replace function public.{signature} returns {returns} language plpgsql {more} "
        f"set search_path = ''\nas $$\n{body}\n$$;\n"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("begin return (select parent_id from public.children where id = child_id_param); end", []),
        ("begin return (select parent_id from children where id = child_id_param); end", ["42P01"]),
        ("begin return (select parent_id from public.child where id = child_id_param); end", ["42P01"]),
        ("begin return (select parent from public.children where id = child_id_param); end", ["42703"]),
        ("begin return uuid_generate_v4(); end", ["42883"]),
        ("begin return extensions.uuid_generate_v4(); end", []),
        ("declare c public.children; begin select * into c from public.children; return c.parent_id; end", []),
        ("declare c public.children%rowtype; begin c.name := 'x'; return c.parent_id; end", []),
        ("declare c public.children%rowtype; begin return (select id from public.profiles where id = c.owner); end",
         ["42703"]),
        ("declare n public.children.name%type; begin update public.children set name = n where id = child_id_param;"
         "return null; end", []),
        ("declare r record; begin for r in select * from public.children loop perform r.nothing; end loop;"
         "return r.id; end", ["called"]),  # a record's fields show only when it runs
        ("declare r record; begin for r in select * from public.childs loop null; end loop; return null; end",
         ["42P01"]),
        ("begin for i in 1..(select count(*) from public.childs) loop null; end loop; return null; end", ["42P01"]),
        ("declare a uuid[]; begin a[1] := (select id from public.childs limit 1); return a[1]; end", ["42P01"]),
        ("declare x uuid; begin begin x := null; exception when others then x := public.nope(); end; return x; end",
         ["42883"]),
        ("begin return (select id from public.childs limit 1); exception when undefined_table then return null; end",
         []),
        ("begin if to_regclass('public.childs') is not null then return (select id from public.childs); end if;"
         "return null; end", []),
        ("begin if exists (select from pg_extension where extname = 'http') then perform http_get('x'); end if;"
         "return null; end", []),
        ("begin create temp table t (id uuid); insert into t values (child_id_param); return null; end", []),
        ("begin execute 'select 1 from public.childs'; return null; end", ["called"]),
        ("begin execute format('select %L', (select id from public.childs limit 1)); return null; end", ["42P01"]),
        ("begin insert into public.badges (nam) values ('x'); return null; end", ["42703"]),
        ("begin delete from public.badges where id = f.child_id_param; return null; end", []),
        ("<<main>>\ndeclare id uuid; begin select c.id into id from public.children c where c.id = main.id;"
         "return id; end", []),
        ("declare id uuid; begin select id into id from public.children; return id; end", ["42702"]),
        ("#variable_conflict use_column\ndeclare id uuid; begin select id into id from public.children; return id; end",
         []),
        ("declare x public.no_such_type; begin return null; end", ["42704"]),
        ("begin return null::public.emotion_typ; end", ["42704"]),
        ("begin raise notice '%', (select 1 from public.childs); return null; end", ["42P01"]),
        ("begin return (select name from public.children order by nam limit 1); end", ["42703"]),
        ("begin perform public.log_child_change(1); return null; end", ["42883"]),
        ("begin return child_id_param; end", []),
        ("begin commit; return null; end", ["2D000"]),
    ],
)  # fmt: skip
def test_bodies(bench: Workbench, body: str, expected: list[str]) -> None:
    hints = {
        "42P01": "qualify it",
        "42703": "columns",
        "42883": "arguments",
        "42704": "type",
        "42702": "Rename",
        "2D000": "COMMIT",
        "called": "Call it",
    }
    report = bench.judge([draft(plpgsql(body))])
    if report.checks[1].status == "fail":
        assert expected == ["42704"]  # a variable's type is looked up when the function is made
        return
    found = [f for f in report.findings() if f.rule == "functions/body"]
    assert len(found) == len(expected), found
    assert all(hints[state] in f.hint for f, state in zip(found, expected, strict=True))


def test_line_in_the_body(bench: Workbench) -> None:
    text = "select 1;\n\n" + plpgsql(
        "declare\n  x uuid;\nbegin\n  x := null;\n  select nope into x from public.badges;\nend"
    )
    (found,) = findings(bench, "functions", text)
    assert text.splitlines()[found.line - 1].strip() == "select nope into x from public.badges;"


@pytest.mark.parametrize(
    ("signature", "returns", "body", "expected"),
    [
        ("f(a uuid)", "table (id uuid, name text)", "begin return query select id, name from public.children; end", 1),
        ("f(a uuid)", "table (id uuid, name text)",
         "begin return query select c.id, c.name from public.children c; end", 0),
        ("f(a uuid, out name text)", "text", "begin select name into name from public.children; end", 1),
        ("f(uuid)", "uuid", "begin return (select id from public.childs where id = $1); end", 1),
        ("f(variadic a uuid[])", "bigint",
         "begin return (select count(*) from public.children where id = any (a)); end", 0),
        ("f(a numeric(5, 2) default 1)", "setof public.badges",
         "begin return query select * from public.badges where length(name) > a; end", 0),
        ("f(a anyelement)", "text", "begin return (select name from public.childs); end", 0),  # not planned
        ('"F g"("A b" uuid)', "uuid", 'begin return (select id from public.children where id = "A b"); end', 0),
    ],
)  # fmt: skip
def test_signatures(bench: Workbench, signature: str, returns: str, body: str, expected: int) -> None:
    found = findings(bench, "functions", plpgsql(body, signature, returns))
    assert [f.rule for f in found] == ["functions/body"] * expected


SUMMARY = "public.get_emotion_summary(uuid,integer)"
TRIGGER = plpgsql("begin {} return new; end", "f()", "trigger")
ON = "create or replace trigger t{0} before update on public.{0} for each row execute function public.f();\n"


@pytest.mark.parametrize(
    ("body", "tables", "expected"),
    [
        ("new.updated_at = now();", ["badges"], 0),
        ("new.updated := now();", ["badges"], 1),
        ("new.tier := 'gold';", ["badges", "skills"], 0),  # right for one of them
        ("new.colour := 'red';", ["badges", "skills"], 1),
        ("if new.tier is distinct from old.tier then new.name := tg_table_name || tg_argv[0]; end if;", ["badges"], 0),
        ("insert into public.audit_log (table_name) values (new.colour);", ["badges"], 1),
        ("insert into public.audit_log (table_name, details) values (tg_op, to_jsonb(new) - 'id');", ["badges"], 0),
        ("insert into public.audit (table_name) values (tg_op);", [], 0),  # nothing calls it yet
        ("if tg_table_name = 'lessons' then new.video_url := new.grade_level; end if;", ["badges"], 0),
        (
            "case tg_table_name when 'lessons' then new.video_url := old.grade_level; else null; end case;",
            ["badges"],
            0,
        ),
        ("if tg_op = 'UPDATE' then new.video_url := ''; end if;", ["badges"], 1),
        (
            "if tg_table_name = 'badges' then insert into public.audit (table_name) values (tg_op); end if;",
            ["badges"],
            1,
        ),
    ],
)
def test_triggers(bench: Workbench, body: str, tables: list[str], expected: int) -> None:
    text = TRIGGER.replace("{}", body) + "".join(ON.format(table) for table in tables)
    assert len([f for f in findings(bench, "functions", text) if f.rule == "functions/body"]) == expected


def test_transition_tables(bench: Workbench) -> None:
    text = plpgsql("begin perform name{} from fresh; return null; end", "f()", "trigger") + (
        "create trigger t after insert on public.badges referencing new table as fresh"
        " for each statement execute function public.f();"
    )
    assert not findings(bench, "functions", text.replace("{}", ""))
    assert [f.message[-30:] for f in findings(bench, "functions", text.replace("{}", "s"))] == [
        'column "names" does not exist.',
    ]


def test_what_a_following_file_brings_is_not_missing(bench: Workbench) -> None:
    body = plpgsql("begin insert into public.stars (child_id) values (child_id_param); return null; end")
    assert len(findings(bench, "functions", body, "create table public.planets (id uuid);")) == 1
    assert not findings(bench, "functions", body, "create table public.stars (child_id uuid);")


def test_what_was_broken_before_is_not_news(bench: Workbench) -> None:
    """A column goes that has the same name as the one that an older function asks another table for."""
    broken = plpgsql("begin return (select c.criteria from public.children c); end")
    gone = "alter table public.badges drop column criteria;"
    report = bench.judge([draft(broken), draft(gone, 1)])
    assert [len([f for f in r.findings() if f.rule == "functions/body"]) for r in report.parts] == [0]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("alter table public.children rename column parent_id to guardian_id;", {SUMMARY}),
        ("alter table public.emotion_logs rename to feelings;", {SUMMARY}),
        ("alter table public.audit_log drop column details;", {"public.log_child_change()"}),
        ("alter table public.children drop column avatar_url;", set()),
        ("alter table public.badges drop column criteria;", set()),
        ("set check_function_bodies = off; create function public.g() returns bigint language sql set search_path = '' "
         "as $$ select count(*) from public.childs $$;", {"public.g()"}),
    ],
)  # fmt: skip
def test_what_is_dropped_under_a_function(bench: Workbench, sql: str, expected: set[str]) -> None:
    assert {o for slug, o in told(bench, "functions", sql) if slug == "body"} == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create function public.f() returns int language sql as 'select 1';", ["functions/search-path"]),
        ("create function public.f() returns int language sql set search_path = public as 'select 1';", []),
        ("create function public.f() returns int language sql return 1;", []),
        ("create function public.f() returns trigger language plpgsql as 'begin return new; end';",
         ["functions/search-path"]),
        ("create procedure public.f() language plpgsql as 'begin end';", ["functions/search-path"]),
        ("create aggregate public.f(int) (sfunc = int4pl, stype = int);", []),
        ("alter function public.update_updated_at_column() reset search_path;", ["functions/search-path"]),
        ("comment on function public.update_updated_at_column() is 'x';", []),
        ("create extension if not exists pg_trgm with schema extensions;", []),
    ],
)  # fmt: skip
def test_search_path(bench: Workbench, sql: str, expected: list[str]) -> None:
    assert rules(bench, "functions", sql) == expected


READS = "begin return (select parent_id from public.children where id = child_id_param); end"
NAMED = "begin return (select parent_id from public.children where name = 'Ada' || child_id_param::text); end"
CHECKS = "begin if not public.is_mine(child_id_param) then raise exception 'no'; end if; return null; end"
MINE = (
    "create function public.is_mine(a uuid) returns boolean language sql set search_path = '' as $$ "
    "select exists (select from public.children where id = a and parent_id = (select auth.uid())) $$;\n"
)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (plpgsql(READS, more="security definer"), ["functions/leak"]),
        (plpgsql(NAMED, more="security definer"), ["functions/caller"]),
        (plpgsql(READS), []),
        (plpgsql(READS, more="security definer") + "revoke all on function public.f from public, anon, authenticated;",
         []),
        (plpgsql(READS, more="security definer") + "revoke all on function public.f from public, anon;",
         ["functions/leak"]),
        (plpgsql(READS.replace("id = child", "parent_id = (select auth.uid()) and id = child"),
                 more="security definer"), []),
        (plpgsql(READS.replace("id = child", "current_setting('request.jwt.claims') <> '' and id = child"),
                 more="security definer"), ["functions/leak"]),  # everybody has claims
        (MINE + plpgsql(CHECKS, more="security definer"), []),
        (plpgsql("begin if current_setting('role') <> 'service_role' then raise 'no'; end if; return null; end",
                 more="security definer"), []),
        (plpgsql(READS, more="security definer") + "create role reader; grant reader to postgres with set true;"
         "grant create on schema public to reader; alter function public.f owner to reader;", []),
        (plpgsql(READS, "f(child_id_param uuid default auth.uid())", more="security definer"), ["functions/leak"]),
        (MINE.replace("(select auth.uid())", "a") + plpgsql(CHECKS, more="security definer"), ["functions/caller"]),
        (plpgsql("begin return new; end", "f()", "trigger", "security definer"), []),
        ("create schema i; " + plpgsql(READS, more="security definer").replace("public.f", "i.f"), []),
        ("alter function public.get_emotion_summary(uuid, integer) security definer;", []),
    ],
)  # fmt: skip
def test_caller(bench: Workbench, sql: str, expected: list[str]) -> None:
    assert rules(bench, "functions", sql) == expected


def test_caller_by_a_new_grant(bench: Workbench) -> None:
    """An old function that only the server could call is opened to users."""
    first = (
        plpgsql(READS, more="security definer") + "revoke all on function public.f from public, anon, authenticated;"
    )
    report = bench.judge([draft(first), draft("grant execute on function public.f to authenticated;", 1)])
    assert [f.rule for f in report.parts[0].findings() if f.rule.startswith("functions/")] == ["functions/leak"]


def test_fixes(bench: Workbench) -> None:
    text = "create function public.f(a uuid) returns uuid language sql security definer as 'select a';"
    found = findings(bench, "functions", text)
    assert [f.rule for f in found] == ["functions/search-path", "functions/caller"]
    assert not findings(bench, "functions", "\n".join([text, *(f.fix for f in found)]))


def test_evidence(bench: Workbench) -> None:
    assert result(bench, "functions", "select 1;").status == "n/a"
    evidence = result(bench, "functions", plpgsql("begin return a; end", "f(a anyelement)", "anyelement")).evidence
    assert "not planned: public.f(anyelement)" in evidence
    assert "not called: public.f(anyelement) (its types cannot be told from here)" in evidence
    evidence = result(bench, "functions", plpgsql(READS)).evidence
    assert "proved: 1 called 7 times, as the owner of the ids, another user and a stranger" in evidence


SIGN_UP = """
create function public.welcome() returns trigger language plpgsql {} as
  $$ begin insert into {}profiles (id, display_name) values (new.id, 'x') on conflict do nothing; return new; end $$;
create trigger welcome after insert on auth.users for each row execute function public.welcome();
"""


@pytest.mark.parametrize(
    ("how", "schema", "broken"),
    [
        ("security definer set search_path = ''", "public.", ""),
        ("set search_path = ''", "public.", "permission denied for table profiles"),
        ("security definer", "", 'relation "profiles" does not exist'),  # the Auth service looks in its own schema
    ],
)
def test_signing_up(bench: Workbench, how: str, schema: str, broken: str) -> None:
    row = result(bench, "functions", SIGN_UP.format(how, schema))
    assert "signed somebody up, as the Auth service does" in row.evidence
    found = [f.message for f in row.findings if f.rule == "functions/body" and f.object == "auth.users"]
    assert len(found) == bool(broken)
    assert all(message.endswith(f"{broken}.") for message in found)


def test_what_a_following_file_brings_lets_people_sign_up(bench: Workbench) -> None:
    sign_up = SIGN_UP.format("security definer set search_path = ''", "public.").replace(".profiles (", ".newcomers (")
    later = "create table public.newcomers (id uuid primary key, display_name text);"
    assert told(bench, "functions", sign_up, "select 1;") == {("body", "public.welcome()")}
    assert told(bench, "functions", sign_up, later) == set()


def test_a_policy_that_follows_does_not_bring_its_table(bench: Workbench) -> None:
    body = "create function public.f() returns bigint language plpgsql set search_path = '' as "
    body += "$$ begin return (select count(*) from {}); end $$;"
    policy = 'create policy "More" on public.badges for select to authenticated using (true);'
    assert told(bench, "functions", body.format("badges"), policy) == {("body", "public.f()")}
    assert told(bench, "functions", body.format("public.medals"), "create table public.medals (id int);") == set()
