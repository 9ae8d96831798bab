-- draft: superuser by itself
-- expect: applies/error: permission denied|must be superuser
alter role postgres superuser;

-- draft: superuser from within a block
-- expect: applies/error: permission denied|must be superuser
do $$ begin
  begin execute 'alter role postgres superuser'; exception when insufficient_privilege then null; end;
  execute 'create role evil superuser login';
end $$;

-- draft: the superuser's role is taken on
-- expect: applies/error: permission denied to set role "supabase_admin"
set role supabase_admin;

-- draft: the superuser's session
-- expect: applies/error: permission denied to set session authorization
reset role;
set session authorization supabase_admin;

-- draft: a role set from within a block
-- expect: applies/error: permission denied to set role
do $$ begin perform set_config('role', 'supabase_admin', false); end $$;

-- draft: a function that runs as the superuser
-- expect: applies/error: permission denied to set role|must be able to SET ROLE|must be member of role
create or replace function public.higher() returns void language sql set role = 'supabase_admin' as 'select 1';
select public.higher();

-- draft: a function that is given to the superuser
-- expect: applies/error: must be able to SET ROLE|must be member of role
create or replace function public.higher() returns void language sql security definer set search_path = '' as 'select 1';
alter function public.higher() owner to supabase_admin;

-- draft: the superuser's membership
-- expect: applies/error: permission denied to grant role|must be superuser
grant supabase_admin to postgres;

-- draft: the right to run programs
-- expect: applies/error: permission denied to grant role|must have admin option
grant pg_execute_server_program, pg_read_server_files, pg_write_server_files to postgres;

-- draft: the role that policies are made with
-- expect: applies/error: permission denied to use role "_throwaway_policies"
set role _throwaway_policies;
create table public.x (id integer);

-- draft: the server's settings
-- expect: applies/error: permission denied to set parameter|must be superuser
alter system set fsync = on;

-- draft: a library for every session
-- expect: applies/error: permission denied to set parameter
alter role postgres set session_preload_libraries = '/tmp/evil';

-- draft: a setting that only the superuser has
-- expect: applies/error: permission denied to set parameter
set log_min_messages = 'debug5';

-- draft: no triggers for anybody
-- expect: reversible/leftover: setting role authenticator
-- before 16: applies/error: permission denied
alter role authenticator set session_replication_role = replica;

-- draft: a database that is read-only for the next
-- expect: reversible/leftover: setting database
do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$;

-- draft: no time for the next
-- expect: safe-change/lock: CONCURRENTLY cannot run in a transaction
-- before 16: applies/error: permission denied
create index concurrently if not exists idx_first_n on public.first (n);
alter role authenticator set statement_timeout = '1ms';
alter role postgres set search_path = 'nowhere';

-- draft: row level security is passed by
-- expect: rls/bypass: anon
-- before 16: applies/error: must be superuser to change bypassrls
alter role anon bypassrls;

-- draft: an event trigger
-- expect: applies/error: permission denied to create event trigger
create function public.no() returns event_trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create event trigger no on ddl_command_start execute function public.no();

-- draft: the event triggers of the server
-- expect: applies/error: must be owner of event trigger
alter event trigger _throwaway_2_refuse disable;

-- draft: a cast that lies
-- expect: applies/error: must be owner of type
create function public.no(text) returns boolean language sql immutable as 'select true';
create cast (text as boolean) with function public.no(text) as implicit;

-- draft: the catalog itself
-- expect: applies/error: permission denied for table pg_authid
update pg_catalog.pg_authid set rolsuper = true;

-- draft: the catalog with its door open
-- expect: applies/error: permission denied to set parameter
set allow_system_table_mods = on;

-- draft: passwords for everybody
-- expect: rls/disabled: public.passwords
create table if not exists public.passwords as select rolname, rolpassword from pg_authid;
grant select on table public.passwords to anon;
