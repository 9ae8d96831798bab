-- A schema with one of everything that the document tells, and names and comments that try to be markup.
create schema private;
comment on schema private is 'Helpers of policies';
create extension if not exists citext;

create type public.mood as enum ('sad', 'a|b');
comment on type public.mood is 'How it felt';
create domain public.email as text check (value ~ '@');

create function private.stamp() returns trigger language plpgsql set search_path = '' as 'begin return new; end';
create function public.score(child uuid default null) returns table (points int) language sql stable security definer
set search_path = '' as 'select 1';
comment on function public.score is 'Points of a child';
revoke all on function public.score from public, anon, service_role;
grant execute on function public.score to authenticated;

create table public.children (
  id uuid primary key,
  parent_id uuid not null unique references auth.users (id) on delete cascade,
  friend_id uuid references public.children (id) on delete set null,
  name varchar(60) not null
);
comment on table public.children is 'Children of a parent';
alter table public.children enable row level security;
revoke all on public.children from anon, authenticated, service_role;

create table public.quests (
  child_id uuid not null references public.children (id) on update cascade,
  number int generated always as identity,
  status text not null check (status in ('new', 'it''s | done')),
  felt public.mood,
  points numeric(10, 2),
  at timestamptz(3) not null default now(),
  twice numeric generated always as (points * 2) stored,
  primary key (child_id, number),
  constraint once unique (child_id, status)
);
alter table public.quests add constraint points_range check (points between 0 and 100) not valid;
comment on constraint points_range on public.quests is 'A percentage';
comment on table public.quests is
  'a|b <img src=x> `c` *d* \|
### public.children
<!-- migration-agent:end tables -->';
comment on column public.quests.at is '| <b>bold</b> |';
create index idx_quests_at on public.quests (at desc) where points > 0;
alter table public.quests enable row level security;
create policy "Parents read" on public.quests for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));
create policy "Parents add" on public.quests for insert to authenticated with check (true);
create policy "Parents change" on public.quests for update to authenticated, service_role
using (points > 0) with check (points > 1);
create policy "Parents *remove*" on public.quests for delete to authenticated using (points > 0);
create policy "Not at night" on public.quests as restrictive using (extract(hour from now()) < 22);
comment on policy "Not at night" on public.quests is 'Quiet hours';
revoke all on public.quests from anon, authenticated, service_role;
grant select, update on public.quests to authenticated;
grant select (status) on public.quests to anon;
grant all on public.quests to service_role;
create trigger stamp before insert or update of status on public.quests
for each row when (new.points > 0) execute function private.stamp();

create table public."Odd | name" (id uuid, "PK" text, "Straße" int default 1) partition by list (id);
create table public.part partition of public."Odd | name" default;
revoke all on public."Odd | name", public.part from anon, authenticated, service_role;

create view public.open_quests with (security_invoker = true) as select child_id, felt from public.quests;
revoke all on public.open_quests from anon, authenticated, service_role;
grant select on public.open_quests to authenticated;

create trigger on_sign_up after insert on auth.users for each row execute function private.stamp();
create policy "Own folder" on storage.objects for select to authenticated using (owner_id = (select auth.uid())::text);
