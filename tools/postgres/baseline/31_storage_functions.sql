-- The storage schema's functions. Signatures, volatility and results are upstream's; the listing functions are written
-- for correctness on few rows where upstream's are written for millions.

set role supabase_storage_admin;

create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
    parts constant text[] := string_to_array(name, '/');
begin
    return parts[1:array_length(parts, 1) - 1];
end $$;

create function storage.filename(name text) returns text language plpgsql immutable as $$
declare
    parts constant text[] := string_to_array(name, '/');
begin
    return parts[array_length(parts, 1)];
end $$;

-- After the last dot of the file name; the whole file name where there is none.
create function storage.extension(name text) returns text language plpgsql immutable as $$
declare
    parts constant text[] := string_to_array(name, '/');
begin
    return reverse(split_part(reverse(parts[array_length(parts, 1)]), '.', 1));
end $$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language plpgsql stable as $$
begin
    return query
        select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id from storage.objects o group by o.bucket_id;
end $$;

create function storage.operation() returns text language plpgsql stable as $$
begin
    return current_setting('storage.operation', true);
end $$;

create function storage.allow_only_operation(expected_operation text) returns boolean language sql stable as $$
    select coalesce(
        nullif(regexp_replace(expected_operation, '^storage\.', ''), '')
            = regexp_replace(storage.operation(), '^storage\.', ''),
        false
    )
$$;

create function storage.allow_any_operation(expected_operations text[]) returns boolean language sql stable as $$
    select exists (
        select from unnest(expected_operations) as expected
        where nullif(regexp_replace(expected, '^storage\.', ''), '')
            = regexp_replace(storage.operation(), '^storage\.', '')
    )
$$;

-- Tries an insert as the caller and always undoes it: SQLSTATE PT200 means that it would have been allowed.
create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void
language plpgsql as $$
begin
    insert into storage.objects (bucket_id, name, owner, metadata) values (bucketid, name, owner, metadata);
    raise exception 'ROLLBACK' using errcode = 'PT200', detail = 'rollback successful insert';
end $$;

-- The key up to and including the first delimiter after the prefix; null for an object directly under it.
create function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
language sql immutable as $$
    select case when position(p_delimiter in substr(p_key, length(p_prefix) + 1)) > 0
        then left(p_key, length(p_prefix) + position(p_delimiter in substr(p_key, length(p_prefix) + 1))) end
$$;

create function storage.list_objects_with_delimiter(
    _bucket_id text, prefix_param text, delimiter_param text, max_keys integer default 100,
    start_after text default '', next_token text default '', sort_order text default 'asc'
) returns table (
    name text, id uuid, metadata jsonb, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz
) language plpgsql stable as $$
#variable_conflict use_column
declare
    prefix constant text := coalesce(prefix_param, '');
    after constant text := coalesce(nullif(next_token, ''), start_after, '');
    ascending constant boolean := lower(coalesce(sort_order, 'asc')) = 'asc';
begin
    return query
        with found as (
            select rtrim(storage.get_common_prefix(o.name, prefix, delimiter_param), delimiter_param) as folder, o.*
            from storage.objects o
            where o.bucket_id = _bucket_id and starts_with(o.name, prefix)
        ), entries as (
            select distinct f.folder as name, null::uuid as id, null::jsonb as metadata,
                null::timestamptz as updated_at, null::timestamptz as created_at, null::timestamptz as last_accessed_at
            from found f where f.folder is not null
            union all
            select f.name, f.id, f.metadata, f.updated_at, f.created_at, f.last_accessed_at
            from found f where f.folder is null
        )
        select e.* from entries e
        where after = ''
            or ascending and e.name collate "C" > after
            or not ascending and e.name collate "C" < after
        order by case when ascending then e.name collate "C" end, e.name collate "C" desc
        limit max_keys;
end $$;

create function storage.search_by_timestamp(
    p_prefix text, p_bucket_id text, p_limit integer, p_level integer, p_start_after text, p_sort_order text,
    p_sort_column text, p_sort_column_after text
) returns table (
    key text, name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz,
    metadata jsonb
) language plpgsql stable as $$
#variable_conflict use_column
declare
    prefix constant text := coalesce(p_prefix, '');
    ascending constant boolean := p_sort_order = 'asc';
    since constant timestamptz := coalesce(nullif(p_sort_column_after, '')::timestamptz, 'epoch');
begin
    return query
        with found as (
            select rtrim(storage.get_common_prefix(o.name, prefix, '/'), '/') as folder, o.*
            from storage.objects o
            where o.bucket_id = p_bucket_id and starts_with(o.name, prefix)
        ), entries as (
            -- A folder is as old as its oldest object.
            select f.folder as name, null::uuid as id, min(f.created_at) as updated_at, min(f.created_at) as created_at,
                null::timestamptz as last_accessed_at, null::jsonb as metadata
            from found f where f.folder is not null group by f.folder
            union all
            select f.name, f.id, f.updated_at, f.created_at, f.last_accessed_at, f.metadata
            from found f where f.folder is null
        ), dated as (
            select e.*, date_trunc('milliseconds', coalesce(
                case when p_sort_column = 'updated_at' then e.updated_at else e.created_at end, 'epoch'
            )) as moment
            from entries e
        )
        select split_part(d.name, '/', p_level), d.name, d.id, d.updated_at, d.created_at, d.last_accessed_at,
            d.metadata
        from dated d
        where p_start_after = ''
            or ascending and (d.moment, d.name collate "C") > (since, p_start_after)
            or not ascending and (d.moment, d.name collate "C") < (since, p_start_after)
        order by case when ascending then d.moment end, case when ascending then d.name collate "C" end,
            d.moment desc, d.name collate "C" desc
        limit p_limit;
end $$;

create function storage.search_v2(
    prefix text, bucket_name text, limits integer default 100, levels integer default 1, start_after text default '',
    sort_order text default 'asc', sort_column text default 'name', sort_column_after text default ''
) returns table (
    key text, name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz,
    metadata jsonb
) language plpgsql stable as $$
#variable_conflict use_column
declare
    direction constant text := case when lower(sort_order) = 'desc' then 'desc' else 'asc' end;
    most constant integer := least(coalesce(limits, 100), 1500);
begin
    if lower(sort_column) in ('updated_at', 'created_at') then
        return query select * from storage.search_by_timestamp(
            prefix, bucket_name, most, levels, start_after, direction, lower(sort_column), sort_column_after);
    else
        return query
            select split_part(l.name, '/', levels), l.name, l.id, l.updated_at, l.created_at, l.last_accessed_at,
                l.metadata
            from storage.list_objects_with_delimiter(bucket_name, prefix, '/', most, start_after, '', direction) l;
    end if;
end $$;

-- Names are relative to the prefix, and the prefix is found in any case. levels is ignored, as upstream's is.
create function storage.search(
    prefix text, bucketname text, limits integer default 100, levels integer default 1, offsets integer default 0,
    search text default '', sortcolumn text default 'name', sortorder text default 'asc'
) returns table (
    name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb
) language plpgsql stable as $$
#variable_conflict use_column
declare
    base constant text := coalesce(prefix, '');
    wanted constant text := base || coalesce(search, '');
    ascending constant boolean := lower(coalesce(sortorder, 'asc')) = 'asc';
begin
    return query
        with found as (
            select rtrim(storage.get_common_prefix(o.name, wanted, '/'), '/') as folder, o.*
            from storage.objects o
            where o.bucket_id = bucketname and starts_with(lower(o.name), lower(wanted))
        ), entries as (
            select distinct f.folder as name, null::uuid as id, null::timestamptz as updated_at,
                null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata
            from found f where f.folder is not null
            union all
            select f.name, f.id, f.updated_at, f.created_at, f.last_accessed_at, f.metadata
            from found f where f.folder is null
        ), dated as (
            select e.*, case lower(sortcolumn) when 'updated_at' then e.updated_at when 'created_at' then e.created_at
                when 'last_accessed_at' then e.last_accessed_at end as moment
            from entries e
        )
        select substr(d.name, length(base) + 1), d.id, d.updated_at, d.created_at, d.last_accessed_at, d.metadata
        from dated d
        -- Sorted by time, folders come first.
        order by (lower(sortcolumn) <> 'name' and d.id is null) desc,
            case when ascending then d.moment end, case when ascending then lower(d.name) collate "C" end,
            d.moment desc, lower(d.name) collate "C" desc
        limit least(coalesce(limits, 100), 1500) offset offsets;
end $$;

create function storage.list_multipart_uploads_with_delimiter(
    bucket_id text, prefix_param text, delimiter_param text, max_keys integer default 100,
    next_key_token text default '', next_upload_token text default ''
) returns table (key text, id text, created_at timestamptz) language plpgsql as $$
#variable_conflict use_column
begin
    return query
        with uploads as (
            select coalesce(storage.get_common_prefix(u.key, prefix_param, delimiter_param), u.key) collate "C" as key,
                u.id, u.created_at
            from storage.s3_multipart_uploads u
            where u.bucket_id = $1 and starts_with(lower(u.key), lower(prefix_param))
        )
        select distinct on (u.key) u.key, u.id, u.created_at from uploads u
        where (next_key_token = '' or next_upload_token <> '' or u.key > next_key_token)
            and (next_upload_token = '' or u.id collate "C" > next_upload_token)
        order by u.key, u.created_at
        limit max_keys;
end $$;

create function storage.enforce_bucket_name_length() returns trigger language plpgsql as $$
begin
    if length(new.name) > 100 then
        raise exception 'bucket name "%" is too long (% characters). Max is 100.', new.name, length(new.name);
    end if;
    return new;
end $$;

create function storage.protect_delete() returns trigger language plpgsql as $$
begin
    if current_setting('storage.allow_delete_query', true) is distinct from 'true' then
        raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
            using errcode = '42501', hint = 'This prevents accidental data loss from orphaned objects.';
    end if;
    return null;
end $$;

create function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end $$;

create trigger enforce_bucket_name_length_trigger before insert or update of name on storage.buckets
    for each row execute function storage.enforce_bucket_name_length();
create trigger protect_buckets_delete before delete on storage.buckets
    for each statement execute function storage.protect_delete();
create trigger protect_objects_delete before delete on storage.objects
    for each statement execute function storage.protect_delete();
create trigger update_objects_updated_at before update on storage.objects
    for each row execute function storage.update_updated_at_column();

reset role;
