-- draft: a function that looks for a harness
-- expect: file/elsewhere: inet_server_addr
create or replace function public.peek() returns bigint language plpgsql set search_path = '' as $$
begin
  if inet_server_addr() is not null then return (select count(*) from auth.users); end if;
  return 0;
end $$;

-- draft: a policy that opens on a day to come
-- expect: file/elsewhere: the clock
alter table public.first enable row level security;
drop policy if exists "Later" on public.first;
create policy "Later" on public.first for select to authenticated
  using (id = (select auth.uid()) or now() > '2036-01-01');

-- draft: a policy that opens where the server is another
-- expect: file/elsewhere: listen_addresses
alter table public.first enable row level security;
drop policy if exists "There" on public.first;
create policy "There" on public.first for select to authenticated
  using (id = (select auth.uid()) or current_setting('listen_addresses') <> '');

-- draft: a step that is done only elsewhere
-- expect: file/elsewhere: fsync
do $$ begin
  if current_setting('fsync') = 'on' then drop table public.first; end if;
end $$;

-- draft: a step that is put together, and done only elsewhere
-- expect: file/elsewhere: pg_stat_activity
do $$ begin
  if not exists (select from pg_stat_activity where datname = 'aside') then execute 'dr' || 'op table public.first'; end if;
end $$;

-- draft: a step for a day to come
-- expect: file/elsewhere: the clock
do $$ begin
  if now() > '2036-01-01' then execute 'alter table public.first dis' || 'able row level security'; end if;
end $$;

-- draft: a check that refuses nothing
-- expect: constraints/dead: public.first.first_n_check
alter table public.first drop constraint if exists first_n_check;
alter table public.first add constraint first_n_check check (n > 0 or n <= 0) not valid;

-- draft: a check that nothing passes
-- expect: constraints/unsatisfiable: public.first.first_n_check
alter table public.first drop constraint if exists first_n_check;
alter table public.first add constraint first_n_check check (n > 0 and n < 0) not valid;

-- draft: a constraint trigger that fails at the end
-- expect: applies/error: not today
create or replace function public.no() returns trigger language plpgsql set search_path = '' as $$
begin raise exception 'not today'; end $$;
drop trigger if exists no on public.first;
create constraint trigger no after insert on public.first deferrable initially deferred
  for each row execute function public.no();
insert into public.first values (gen_random_uuid(), 1);

-- draft: a trigger that fails at every update
-- expect: updated-at/broken: public.stamped
create table if not exists public.stamped (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
alter table public.stamped enable row level security;
create or replace function public.no() returns trigger language plpgsql set search_path = '' as $$
begin new.updated_at := now(); new.nothing := 1; return new; end $$;
create or replace trigger no before update on public.stamped for each row execute function public.no();

-- draft: a policy that asks itself
-- expect: rls/recursion: public.first
alter table public.first enable row level security;
drop policy if exists "Round" on public.first;
create policy "Round" on public.first for select to authenticated
  using (exists (select from public.first f where f.id = first.id));

-- draft: a policy that raises
-- expect: rls/locked-out: public.diary
create or replace function public.never() returns boolean language plpgsql set search_path = '' as $$
begin raise exception 'never'; end $$;
create table if not exists public.diary (
  id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users (id), note text);
alter table public.diary enable row level security;
grant select on table public.diary to authenticated;
drop policy if exists "Never" on public.diary;
create policy "Never" on public.diary for select to authenticated using (user_id = (select auth.uid()) and public.never());

-- draft: views in a circle
-- expect: applies/error: infinite recursion
create or replace view public.a with (security_invoker = true) as select 1 as x;
create or replace view public.b with (security_invoker = true) as select x from public.a;
create or replace view public.a with (security_invoker = true) as select x from public.b;
select * from public.b;

-- draft: an admin by another letter
-- expect: comments/table: public."аdmin
create table if not exists public."аdmin" (id uuid primary key);

-- draft: text that reads backwards
-- expect: file/hidden: U.202E
comment on table public.first is 'read me ‮ drop table public.first; --‬';

-- draft: a space of no width in a name
-- expect: file/hidden: U.200B
create table if not exists public."first​" (id uuid primary key);

-- draft: a header that says something else
-- expect: file/hidden: U.2066
/* only a comment ⁦*/ alter table public.first disable row level security; /*⁩ no more */

-- draft: text without an end
-- expect: applies/error: unterminated quoted string
select 'open

-- draft: no SQL at all
-- expect: applies/error: syntax error at or near "tabl"
create tabl t (id integer);
