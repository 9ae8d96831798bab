-- Schemas, who may use them, and what new objects in them are granted to whom.
-- The API's default privileges are those of a project that exposes new tables; modes/api_defaults_off.sql is the other.

create schema extensions authorization postgres;
create schema auth;
create schema storage;
create schema realtime;
create schema _realtime authorization postgres;
create schema graphql;
create schema graphql_public;
create schema vault;
create schema pgbouncer authorization pgbouncer;
create schema supabase_functions;
-- Of projects that began before Postgres 17; their dumps create the extension in it.
create schema pgsodium;

grant usage on schema public, extensions, storage, realtime, graphql, graphql_public, supabase_functions
    to postgres, anon, authenticated, service_role;
grant usage on schema pgsodium to postgres with grant option;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant usage on schema storage, realtime, graphql, graphql_public to postgres with grant option;
grant all on schema auth to supabase_auth_admin, dashboard_user;
grant all on schema storage to supabase_storage_admin, dashboard_user;
grant all on schema realtime to supabase_realtime_admin;
grant all on schema extensions to dashboard_user;
grant all on schema supabase_functions to supabase_functions_admin;

alter default privileges for role postgres, supabase_admin in schema public
    grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public
    grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public
    grant all on functions to postgres, anon, authenticated, service_role;

alter default privileges for role postgres in schema storage
    grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema storage
    grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema storage
    grant all on functions to postgres, anon, authenticated, service_role;

alter default privileges for role supabase_admin in schema graphql, graphql_public, supabase_functions
    grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema graphql, graphql_public, supabase_functions
    grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema graphql, graphql_public, supabase_functions
    grant all on functions to postgres, anon, authenticated, service_role;

alter default privileges for role supabase_admin in schema extensions
    grant all on tables to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
    grant all on sequences to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
    grant all on functions to postgres with grant option;

alter default privileges for role supabase_auth_admin in schema auth grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on functions to postgres, dashboard_user;

alter default privileges for role supabase_admin in schema realtime grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_admin in schema realtime grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_admin in schema realtime grant all on functions to postgres, dashboard_user;

-- As on Supabase, so that public's owner, pg_database_owner, is postgres. A clone takes neither owner nor grants over
-- from its template: whoever makes one names postgres as its owner.
do $$ begin
    execute format('alter database %I owner to postgres', current_database());
end $$;
