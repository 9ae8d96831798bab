-- graphql_public.graphql() stays the placeholder that says GraphQL is off.

set local search_path = pg_catalog, pg_temp;  -- a draft's own operators must not be found while this runs as superuser

do $$ begin
    if to_regnamespace('graphql') is null then
        create schema graphql;
    end if;
end $$;

create function graphql.resolve(
    query text, variables jsonb default '{}', "operationName" text default null, extensions jsonb default null
) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object('errors', jsonb_build_array(
        jsonb_build_object('message', 'pg_graphql is only a stand-in here')))
$$;
create sequence graphql.seq_schema_version as integer cycle;
create function graphql.get_schema_version() returns integer language sql stable
set search_path = pg_catalog, pg_temp as $$
    select last_value::integer from graphql.seq_schema_version
$$;
create function graphql.comment_directive(comment_ text) returns jsonb language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select coalesce(nullif(substring(comment_ from '@graphql\((.*)\)'), '')::jsonb, '{}')
$$;

grant usage on schema graphql to postgres with grant option;
grant usage on schema graphql to anon, authenticated, service_role;
grant all on all functions in schema graphql to postgres, anon, authenticated, service_role;
grant all on all sequences in schema graphql to postgres, anon, authenticated, service_role;
