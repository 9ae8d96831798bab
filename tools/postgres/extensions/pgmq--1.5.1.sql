-- Queues as pgmq lays them out: pgmq.q_NAME, its archive pgmq.a_NAME, and a row in pgmq.meta. Reading with a poll does
-- not wait, and there are no partitioned queues.

set local search_path = pg_catalog, pg_temp;  -- a draft's own operators must not be found while this runs as superuser

create table pgmq.meta (
    queue_name varchar unique not null,
    is_partitioned boolean not null,
    is_unlogged boolean not null,
    created_at timestamptz not null default now()
);
create type pgmq.message_record as (
    msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb
);
create type pgmq.queue_record as (
    queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz
);
create type pgmq.metrics_result as (
    queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer, total_messages bigint,
    scrape_time timestamptz
);

create function pgmq.validate_queue_name(queue_name text) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if length(queue_name) > 47 then
        raise exception 'queue name is too long, maximum length is 47 characters';
    end if;
end $$;
create function pgmq.format_table_name(queue_name text, prefix text) returns text language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    if queue_name ~ '\$|;|--|''' then
        raise exception 'queue name contains invalid characters: $, ;, --, or \''';
    end if;
    return lower(prefix || '_' || queue_name);
end $$;

create function pgmq._create(queue_name text, unlogged boolean) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    q constant text := pgmq.format_table_name(queue_name, 'q');
    a constant text := pgmq.format_table_name(queue_name, 'a');
    kind constant text := case when unlogged then 'unlogged' else '' end;
begin
    perform pgmq.validate_queue_name(queue_name);
    execute format('create %s table if not exists pgmq.%I (msg_id bigint primary key generated always as identity,
        read_ct integer not null default 0, enqueued_at timestamptz not null default now(), vt timestamptz not null,
        message jsonb, headers jsonb)', kind, q);
    execute format('create table if not exists pgmq.%I (msg_id bigint primary key, read_ct integer not null default 0,
        enqueued_at timestamptz not null default now(), archived_at timestamptz not null default now(),
        vt timestamptz not null, message jsonb, headers jsonb)', a);
    execute format('create index if not exists %I on pgmq.%I (vt)', q || '_vt_idx', q);
    execute format('create index if not exists %I on pgmq.%I (archived_at)',
        'archived_at_idx_' || lower(queue_name), a);
    insert into pgmq.meta (queue_name, is_partitioned, is_unlogged) values (queue_name, false, unlogged)
    on conflict do nothing;
end $$;
create function pgmq.create(queue_name text) returns void language sql set search_path = pg_catalog, pg_temp as $$
    select pgmq._create(queue_name, false)
$$;
create function pgmq.create_non_partitioned(queue_name text) returns void language sql
set search_path = pg_catalog, pg_temp as $$
    select pgmq._create(queue_name, false)
$$;
create function pgmq.create_unlogged(queue_name text) returns void language sql
set search_path = pg_catalog, pg_temp as $$
    select pgmq._create(queue_name, true)
$$;
create function pgmq.drop_queue(queue_name text) returns boolean language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    execute format('drop table if exists pgmq.%I, pgmq.%I',
        pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a'));
    delete from pgmq.meta where meta.queue_name = drop_queue.queue_name;
    return found;
end $$;

create function pgmq._send(queue_name text, msgs jsonb[], headers jsonb[], visible timestamptz) returns setof bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format(
        'insert into pgmq.%I (vt, message, headers)
        select $3, m, h from unnest($1, $2) as sent (m, h) returning msg_id',
        pgmq.format_table_name(queue_name, 'q')) using msgs, headers, visible;
end $$;
create function pgmq.send(queue_name text, msg jsonb, delay integer default 0) returns setof bigint
language sql set search_path = pg_catalog, pg_temp as $$
    select pgmq._send(queue_name, array[msg], null, clock_timestamp() + make_interval(secs => delay))
$$;
create function pgmq.send(queue_name text, msg jsonb, delay timestamptz) returns setof bigint
language sql set search_path = pg_catalog, pg_temp as $$
    select pgmq._send(queue_name, array[msg], null, delay)
$$;
create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay integer default 0) returns setof bigint
language sql set search_path = pg_catalog, pg_temp as $$
    select pgmq._send(queue_name, array[msg], array[headers], clock_timestamp() + make_interval(secs => delay))
$$;
create function pgmq.send_batch(queue_name text, msgs jsonb[], delay integer default 0) returns setof bigint
language sql set search_path = pg_catalog, pg_temp as $$
    select pgmq._send(queue_name, msgs, null, clock_timestamp() + make_interval(secs => delay))
$$;

create function pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb default '{}')
returns setof pgmq.message_record language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format(
        'update pgmq.%1$I as q set vt = clock_timestamp() + make_interval(secs => $1), read_ct = read_ct + 1
        from (select msg_id from pgmq.%1$I where vt <= clock_timestamp() and ($3 = ''{}'' or message @> $3)
            order by msg_id limit $2 for update skip locked) as next
        where q.msg_id = next.msg_id
        returning q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message, q.headers',
        pgmq.format_table_name(queue_name, 'q')) using vt, qty, conditional;
end $$;
create function pgmq.read_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer default 5, poll_interval_ms integer default 100,
    conditional jsonb default '{}'
) returns setof pgmq.message_record language sql set search_path = pg_catalog, pg_temp as $$
    select * from pgmq.read(queue_name, vt, qty, conditional)
$$;
create function pgmq.pop(queue_name text) returns setof pgmq.message_record language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format(
        'delete from pgmq.%1$I where msg_id = (select msg_id from pgmq.%1$I where vt <= clock_timestamp()
            order by msg_id limit 1 for update skip locked)
        returning msg_id, read_ct, enqueued_at, vt, message, headers',
        pgmq.format_table_name(queue_name, 'q'));
end $$;

create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format('delete from pgmq.%I where msg_id = any ($1) returning msg_id',
        pgmq.format_table_name(queue_name, 'q')) using msg_ids;
end $$;
create function pgmq.delete(queue_name text, msg_id bigint) returns boolean language sql
set search_path = pg_catalog, pg_temp as $$
    select exists (select from pgmq.delete(queue_name, array[msg_id]))
$$;
create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format(
        'with gone as (delete from pgmq.%I where msg_id = any ($1) returning *)
        insert into pgmq.%I (msg_id, read_ct, enqueued_at, vt, message, headers)
        select msg_id, read_ct, enqueued_at, vt, message, headers from gone returning msg_id',
        pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a')) using msg_ids;
end $$;
create function pgmq.archive(queue_name text, msg_id bigint) returns boolean language sql
set search_path = pg_catalog, pg_temp as $$
    select exists (select from pgmq.archive(queue_name, array[msg_id]))
$$;
create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer) returns setof pgmq.message_record
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format('update pgmq.%I set vt = clock_timestamp() + make_interval(secs => $2) where msg_id = $1
        returning msg_id, read_ct, enqueued_at, vt, message, headers',
        pgmq.format_table_name(queue_name, 'q')) using msg_id, vt;
end $$;
create function pgmq.purge_queue(queue_name text) returns bigint language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    gone bigint;
begin
    execute format('delete from pgmq.%I', pgmq.format_table_name(queue_name, 'q'));
    get diagnostics gone = row_count;
    return gone;
end $$;

create function pgmq.list_queues() returns setof pgmq.queue_record language sql
set search_path = pg_catalog, pg_temp as $$
    select queue_name, is_partitioned, is_unlogged, created_at from pgmq.meta
$$;
create function pgmq.metrics(queue_name text) returns pgmq.metrics_result language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    result pgmq.metrics_result;
begin
    execute format(
        'select %L, count(*), extract(epoch from now() - max(enqueued_at))::integer,
            extract(epoch from now() - min(enqueued_at))::integer, coalesce(max(msg_id), 0), now() from pgmq.%I',
        queue_name, pgmq.format_table_name(queue_name, 'q')) into result;
    return result;
end $$;
create function pgmq.metrics_all() returns setof pgmq.metrics_result language sql
set search_path = pg_catalog, pg_temp as $$
    select pgmq.metrics(queue_name) from pgmq.meta
$$;

-- Supabase hands everything in the extension to postgres.
do $$
declare
    object text;
begin
    for object in
        select format('table pgmq.%I', relname) from pg_catalog.pg_class
        where relnamespace = 'pgmq'::regnamespace and relkind = 'r'
        union all
        select format('type %s', typ.oid::regtype) from pg_catalog.pg_type typ
        join pg_catalog.pg_class class on class.oid = typ.typrelid
        where typ.typnamespace = 'pgmq'::regnamespace and class.relkind = 'c'
        union all
        select format('function %s', oid::regprocedure) from pg_catalog.pg_proc
        where pronamespace = 'pgmq'::regnamespace
    loop
        execute format('alter %s owner to postgres', object);
    end loop;
end $$;
