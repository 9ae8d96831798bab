-- What is left of the platform: webhooks, GraphQL, and the CLI's own tables.

-- As upstream leaves it while pg_graphql is off, which it is in new projects.
create function graphql_public.graphql(
    "operationName" text default null, query text default null, variables jsonb default null,
    extensions jsonb default null
) returns jsonb language plpgsql as $$
begin
    return jsonb_build_object('errors', jsonb_build_array(
        jsonb_build_object('message', 'pg_graphql extension is not enabled.')));
end $$;

create table supabase_functions.migrations (
    version text constraint migrations_pkey primary key,
    inserted_at timestamptz not null default now()
);
create table supabase_functions.hooks (
    id bigserial constraint hooks_pkey primary key,
    hook_table_id integer not null,
    hook_name text not null,
    created_at timestamptz not null default now(),
    request_id bigint
);
comment on table supabase_functions.hooks is
    'Supabase Functions Hooks: Audit trail for triggered hooks.';

-- The trigger of a database webhook: url, method, headers, params, timeout in ms.
create function supabase_functions.http_request() returns trigger language plpgsql security definer
set search_path = supabase_functions, pg_temp as $$
declare
    url constant text := nullif(tg_argv[0], 'null');
    method constant text := nullif(tg_argv[1], 'null');
    headers constant jsonb := coalesce(nullif(tg_argv[2], 'null'), '{"Content-Type": "application/json"}');
    params constant jsonb := coalesce(nullif(tg_argv[3], 'null'), '{}');
    milliseconds constant integer := coalesce(nullif(tg_argv[4], 'null'), '1000');
    request bigint;
begin
    if url is null then
        raise exception 'url argument is missing';
    elsif method is null then
        raise exception 'method argument is missing';
    elsif method not in ('GET', 'POST') then
        raise exception 'method argument % is invalid', method;
    end if;
    -- Where Supabase offers webhooks pg_net is there too. Here it need not be: then the hook is logged without one.
    if pg_catalog.to_regnamespace('net') is null then
        null;
    elsif method = 'GET' then
        request := net.http_get(url, params, headers, milliseconds);
    else
        request := net.http_post(
            url,
            jsonb_build_object('old_record', old, 'record', new, 'type', tg_op, 'table', tg_table_name,
                'schema', tg_table_schema),
            params, headers, milliseconds
        );
    end if;
    insert into supabase_functions.hooks (hook_table_id, hook_name, request_id) values (tg_relid, tg_name, request);
    return new;
end $$;
revoke all on function supabase_functions.http_request() from public;

alter table supabase_functions.migrations owner to supabase_functions_admin;
alter table supabase_functions.hooks owner to supabase_functions_admin;
alter function supabase_functions.http_request() owner to supabase_functions_admin;

-- The CLI makes these as the role that runs migrations.
set role postgres;
create schema supabase_migrations;
create table supabase_migrations.schema_migrations (
    version text not null primary key,
    statements text[],
    name text
);
create table supabase_migrations.seed_files (path text not null primary key, hash text not null);
reset role;
