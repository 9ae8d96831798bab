-- draft: the tool's own functions are replaced
-- expect: applies/error: permission denied for schema _throwaway|must be owner of function
create or replace function _throwaway.answers(a text[], b text[], c text[], d text[], e boolean[]) returns void
language sql as 'select';

-- draft: the tool's own schema goes
-- expect: applies/error: must be owner of schema _throwaway
drop schema if exists _throwaway cascade;

-- draft: auth goes
-- expect: applies/error: must be owner of schema auth
drop schema auth cascade;

-- draft: everybody is somebody
-- expect: applies/error: permission denied for schema auth|must be owner of function
create or replace function auth.uid() returns uuid language sql as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

-- draft: storage's tables
-- expect: applies/error: must be owner of table objects
alter table storage.objects disable row level security;

-- draft: the history is rewritten
-- expect: safe-change/destructive: supabase_migrations.schema_migrations
delete from supabase_migrations.schema_migrations;

-- draft: public goes
-- expect: safe-change/destructive: public
drop schema public cascade;

-- draft: functions that hide Postgres's own
-- expect: reversible/leftover: setting role postgres
create or replace function public.now() returns timestamptz language sql as 'select null::timestamptz';
alter role postgres set search_path = public, pg_catalog;

-- draft: an operator that says yes
-- expect: reversible/leftover: operator
create or replace function public.yes(text, text) returns boolean language sql as 'select true';
create operator public.= (leftarg = text, rightarg = text, function = public.yes);
set search_path = public, pg_catalog;

-- draft: settings for whoever comes next
-- expect: reversible/leftover: table public.x
select set_config('search_path', 'hostile', false), set_config('request.jwt.claims', '{"role": "service_role"}', false);
select set_config('statement_timeout', '77s', false), set_config('transform_null_equals', 'on', false);
create table if not exists public.x (id integer);

-- draft: temporary tables under the names of others
-- expect: idempotent/error: already exists
create temp table pg_class as select * from pg_catalog.pg_class where false;
create temp table first (id integer);

-- draft: prepared statements under the names of others
-- expect: idempotent/error: already exists
do $$ declare r record; begin
  for r in select name from pg_catalog.pg_prepared_statement() as s where not from_sql loop
    execute format('deallocate %I', r.name);
    execute format('prepare %I as select 1', r.name);
  end loop;
end $$;
prepare ours_0 as select 1;
listen everything;

-- draft: a stand-in that looks like its own
-- expect: applies/error: must be owner of extension|extension
drop extension if exists plpgsql cascade;

-- draft: rows for the migration after
-- expect: reversible/leftover: rows of supabase_migrations.schema_migrations
insert into supabase_migrations.schema_migrations (version, name) values ('99999999999999', 'mine') on conflict do nothing;

-- draft: a rollback that attacks
-- expect: reversible/error: permission denied
alter table public.first add column if not exists note text;
-- rollback: select pg_read_file('/etc/passwd');

-- draft: a rollback that never ends
-- expect: reversible/error: still running after
alter table public.first add column if not exists note text;
-- rollback: do $$ begin loop begin perform pg_sleep(9); exception when query_canceled then end; end loop; end $$;

-- draft: a rollback that drops more than was made
-- expect: reversible/leftover: public.first
alter table public.first add column if not exists note text;
-- rollback: drop table if exists public.first;

-- draft: a rollback that leaves its transaction
-- expect: reversible/error: transaction that the file is applied in
alter table public.first add column if not exists note text;
-- rollback: commit; drop table public.first;
