-- There is no network: whatever would make a request raises, but for the one that fetches dbdev.

create domain http_method as text;
create type http_header as (field varchar, value varchar);
create type http_request as (
    method http_method, uri varchar, headers http_header[], content_type varchar, content varchar
);
create type http_response as (status integer, content_type varchar, headers http_header[], content varchar);

create function http(request http_request) returns http_response language plpgsql as $$
begin
    if request.uri like 'https://api.database.dev/%eq.supabase-dbdev%' then
        -- What the documented way to install dbdev asks for; pg_tle does not read it, there is a stand-in.
        return row(200, 'application/json', null, '[{"version": "0.0.5", "sql": "-- stand-in"}]')::http_response;
    end if;
    raise exception 'the throwaway database has no network: % %', request.method, request.uri using errcode = '0A000';
end $$;
create function http_header(field varchar, value varchar) returns http_header language sql
return row(field, value)::http_header;
create function http_get(uri varchar) returns http_response language sql
return http(row('GET', uri, null, null, null)::http_request);
create function http_get(uri varchar, data jsonb) returns http_response language sql return http_get(uri);
create function http_head(uri varchar) returns http_response language sql
return http(row('HEAD', uri, null, null, null)::http_request);
create function http_post(uri varchar, content varchar, content_type varchar) returns http_response language sql
return http(row('POST', uri, null, content_type, content)::http_request);
create function http_post(uri varchar, data jsonb) returns http_response language sql
return http_post(uri, data::text::varchar, 'application/x-www-form-urlencoded'::varchar);
create function http_put(uri varchar, content varchar, content_type varchar) returns http_response language sql
return http(row('PUT', uri, null, content_type, content)::http_request);
create function http_patch(uri varchar, content varchar, content_type varchar) returns http_response language sql
return http(row('PATCH', uri, null, content_type, content)::http_request);
create function http_delete(uri varchar) returns http_response language sql
return http(row('DELETE', uri, null, null, null)::http_request);
create function http_delete(uri varchar, content varchar, content_type varchar) returns http_response language sql
return http(row('DELETE', uri, null, content_type, content)::http_request);
create function http_set_curlopt(curlopt varchar, value varchar) returns boolean language sql return true;
create function http_reset_curlopt() returns boolean language sql return true;

create function urlencode(string varchar) returns text language sql immutable strict
set search_path = pg_catalog, pg_temp as $$
    select string_agg(case when byte ~ '^(2d|2e|5f|7e|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])$'
        then chr(('x' || byte)::bit(8)::int) else '%' || upper(byte) end, '' order by place)
    from regexp_matches(encode(convert_to(string, 'UTF8'), 'hex'), '..', 'g') with ordinality as bytes (pair, place),
        unnest(pair) as byte
$$;
create function urlencode(data jsonb) returns text language sql immutable strict
begin atomic
    select string_agg(urlencode(key::varchar) || '=' || urlencode(value::varchar), '&') from jsonb_each_text(data);
end;
