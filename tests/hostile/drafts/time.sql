-- draft: endless loop
-- expect: applies/error: still running after
do $$ begin loop end loop; end $$;

-- draft: endless loop that will not be cancelled
-- expect: applies/error: still running after
do $$ begin loop begin perform pg_sleep(9); exception when query_canceled then end; end loop; end $$;

-- draft: no limit but its own
-- expect: applies/error: still running after
set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0;
select pg_sleep(100);

-- draft: billions of rows counted
-- expect: applies/error: still running after
select count(*) from generate_series(1, 1e12);

-- draft: ten million rows returned
-- expect: applies/error: still running after
select g, repeat('x', 100) from generate_series(1, 10000000) g;

-- draft: recursion that finds no end
-- expect: applies/error: still running after|temp_file_limit
with recursive r (n) as (select 1 union all select n + 1 from r) select count(*) from r;

-- draft: a regular expression that backtracks
-- expect: applies/error: still running after|too complex
select count(*) from generate_series(1, 1000000) g where repeat('ab', 2000 + g) ~ '^(.+)(.+)\1\2(.+)\3c$';

-- draft: a join of thirty tables to plan
-- expect: applies/error: still running after
set join_collapse_limit = 100; set from_collapse_limit = 100; set geqo = off;
do $$ declare wide text; begin
  select 'explain select 1 from public.first t0 ' || string_agg(format('join public.first t%s on t%s.n = t%s.n', g, g, g - 1), ' ')
  into wide from generate_series(1, 30) g;
  execute wide;
end $$;

-- draft: a rule that sleeps in a concurrent step
-- expect: applies/error: still running after
create index concurrently if not exists idx_first_n on public.first (n);
select pg_sleep(60);

-- draft: everything locked, and then a nap
-- expect: applies/error: still running after
do $$ declare r record; begin
  for r in select oid::regclass as name from pg_class where relkind = 'r' loop
    begin execute 'lock table ' || r.name || ' in access exclusive mode'; exception when others then null; end;
  end loop;
end $$;
select pg_sleep(100);

-- draft: a default that sleeps
-- expect: applies/error: still running after
alter table public.first add column if not exists late timestamptz default clock_timestamp() + pg_sleep(9)::text::interval;

-- draft: a policy that sleeps
-- expect: functions/endless: public.first.*did not come back
alter table public.first enable row level security;
drop policy if exists "Slow" on public.first;
create policy "Slow" on public.first for select to authenticated using (pg_sleep(30) is null);

-- draft: a trigger that sleeps
-- expect: functions/endless: public.first.*did not come back
create or replace function public.nap() returns trigger language plpgsql set search_path = '' as $$
begin perform pg_sleep(30); return new; end $$;
create or replace trigger nap before insert or update on public.first for each row execute function public.nap();

-- draft: a function that sleeps when it is called
-- expect: functions/endless: public.nap.*did not come back
create or replace function public.nap() returns integer language plpgsql set search_path = '' as $$
begin perform pg_sleep(1000); return 1; end $$;

-- draft: a trigger that fires itself
-- expect: functions/endless: stack depth limit exceeded
create or replace function public.again() returns trigger language plpgsql set search_path = '' as $$
begin insert into public.first values (gen_random_uuid(), 1); return new; end $$;
create or replace trigger again after insert on public.first for each row execute function public.again();

-- draft: notifications without end
-- expect: applies/error: still running after|out of memory
select pg_notify('flood', repeat('y', 7000) || g) from generate_series(1, 10000000) g;

-- draft: notices without end
-- expect: applies/error: still running after
do $$ begin loop raise notice '%', repeat('n', 1000); end loop; end $$;
