-- draft: a text that doubles
-- expect: applies/error: invalid memory alloc|out of memory|still running after|requested length too large
do $$ declare t text := 'x'; begin loop t := t || t; end loop; end $$;

-- draft: an array that grows
-- expect: applies/error: invalid memory alloc|out of memory|still running after
do $$ declare a text[] := '{}'; begin loop a := a || repeat('x', 1000000); end loop; end $$;

-- draft: two halves of a gigabyte
-- expect: applies/error: invalid memory alloc|out of memory|still running after
select repeat('x', 540000000) || repeat('y', 540000000);

-- draft: a document of millions
-- expect: applies/error: out of memory|still running after|exceeds the maximum|invalid memory alloc
select length(jsonb_agg(repeat('x', 1000))::text) from generate_series(1, 100000000);

-- draft: a hash table of everything
-- expect: applies/error: still running after|temp_file_limit|out of memory
set work_mem = '2000GB';
select count(*) from (select md5(g::text) from generate_series(1, 1000000000) g group by 1) d;

-- draft: work memory without end
-- expect: applies/error: still running after|out of memory
set work_mem = '1000GB';
select count(*) from (select repeat(md5(g::text), 10) from generate_series(1, 1000000000) g order by 1) d;

-- draft: a sort that fills the disk
-- expect: applies/error: temp_file_limit|still running after
select count(*) from (select repeat(md5(g::text), 30) from generate_series(1, 1000000000) g order by 1) d;

-- draft: a table that fills the disk
-- expect: applies/error: still running after
insert into public.first select gen_random_uuid(), g from generate_series(1, 1000000000) g;

-- draft: a temporary table that fills the disk
-- expect: applies/error: still running after
create temp table t as select repeat(md5(g::text), 100) from generate_series(1, 1000000000) g;

-- draft: a cursor that is kept
-- expect: applies/error: still running after|temp_file_limit
do $$ begin execute 'declare c cursor with hold for select g from generate_series(1, 1000000000) g'; end $$;
set constraints all immediate;
select pg_sleep(100);

-- draft: large objects
-- expect: applies/error: still running after|out of memory
select lo_from_bytea(0, decode(repeat('00', 20000000), 'hex')) from generate_series(1, 1000000);

-- draft: subtransactions by the million
-- expect: applies/error: still running after|out of memory
do $$ begin loop begin insert into public.first values (gen_random_uuid(), 1); exception when others then null; end; end loop; end $$;

-- draft: all advisory locks
-- expect: applies/error: out of shared memory|still running after
select pg_advisory_lock(g) from generate_series(1, 100000000) g;

-- draft: a value that is generated
-- expect: applies/error: still running after|out of memory|invalid memory
alter table public.first add column if not exists big text generated always as (repeat('x', 200000000)) stored;

-- draft: an index of giant keys
-- expect: applies/error: still running after|index row requires|out of memory
create index if not exists idx_first_giant on public.first ((repeat(n::text, 100000000)));

-- draft: a recursion that eats the stack
-- expect: applies/error: stack depth limit exceeded
create or replace function public.deep(n integer) returns integer language plpgsql set search_path = '' as $$
begin return public.deep(n + 1); end $$;
select public.deep(1);

-- draft: a document nested too deep
-- expect: applies/error: stack depth limit exceeded
select repeat('[', 100000)::jsonb;

-- draft: an expression too long for the parser
-- expect: applies/error: stack depth limit exceeded|out of memory|still running after|memory exhausted
do $$ begin execute 'select ' || repeat('1+', 3000000) || '1'; end $$;

-- draft: a function that answers with gigabytes
-- expect: functions/endless: public.everything.*did not come back
create or replace function public.everything() returns text language sql stable set search_path = ''
as $$ select string_agg(repeat('x', 1000000), '') from generate_series(1, 100000000) $$;
