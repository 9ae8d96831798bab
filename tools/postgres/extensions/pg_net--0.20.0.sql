-- Requests wait in net.http_request_queue for a worker that is not here; net._http_response stays empty.

set local search_path = pg_catalog, pg_temp;  -- a draft's own operators must not be found while this runs as superuser

create schema net;
create domain net.http_method as text check (value ~* '^(get|post|delete)$');
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');

create unlogged table net.http_request_queue (
    id bigserial,
    method net.http_method not null,
    url text not null,
    headers jsonb,
    body bytea,
    timeout_milliseconds integer not null
);
create unlogged table net._http_response (
    id bigint,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamptz not null default now()
);

create function net._urlencode_string(string varchar) returns text language sql immutable strict
set search_path = pg_catalog, pg_temp as $$
    select string_agg(case when byte ~ '^(2d|2e|5f|7e|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])$'
        then chr(('x' || byte)::bit(8)::int) else '%' || upper(byte) end, '' order by place)
    from regexp_matches(encode(convert_to(string, 'UTF8'), 'hex'), '..', 'g') with ordinality as bytes (pair, place),
        unnest(pair) as byte
$$;

create function net._enqueue(
    method text, url text, params jsonb, headers jsonb, body bytea, timeout_milliseconds integer
) returns bigint language sql set search_path = pg_catalog, pg_temp as $$
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    select method,
        url || coalesce((
            select case when strpos(url, '?') > 0 then '&' else '?' end
                || string_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value), '&')
            from jsonb_each_text(params)
        ), ''),
        headers, body, timeout_milliseconds
    returning id
$$;

create function net.http_get(
    url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000
) returns bigint language sql security definer set search_path = net, pg_temp as $$
    select net._enqueue('GET', url, params, headers, null, timeout_milliseconds)
$$;

create function net.http_post(
    url text, body jsonb default '{}', params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds integer default 5000
) returns bigint language sql security definer set search_path = net, pg_temp as $$
    select net._enqueue('POST', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
$$;

create function net.http_delete(
    url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000,
    body jsonb default null
) returns bigint language sql security definer set search_path = net, pg_temp as $$
    select net._enqueue('DELETE', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
$$;

create function net.check_worker_is_up() returns void language sql as '';

revoke all on function net._enqueue, net.http_get, net.http_post, net.http_delete from public;
grant usage on schema net to supabase_functions_admin, postgres, anon, authenticated, service_role;
grant execute on function net.http_get, net.http_post, net.http_delete
    to supabase_functions_admin, postgres, anon, authenticated, service_role;
-- No TRIGGER: the functions above write here as superuser, and would run it.
grant select, insert, update, delete on all tables in schema net to postgres;
grant usage on all sequences in schema net to postgres;
