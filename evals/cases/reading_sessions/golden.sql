-- Migration: Add reading sessions
-- Created: 2026-12-18
-- Purpose: Let parents note when and how long they read together, with a stamp that also bears a version.

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.reading_sessions (
  id uuid primary key default gen_random_uuid(),
  child_id uuid not null references public.children (id) on delete cascade,
  book_title text not null check (char_length(book_title) between 1 and 200),
  minutes smallint not null check (minutes between 1 and 600),
  mood_kind text not null default 'calm' check (mood_kind in ('calm', 'merry', 'sleepy')),
  revision integer not null default 1 check (revision > 0),
  read_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_reading_sessions_child_id_read_at
on public.reading_sessions (child_id, read_at desc);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.reading_sessions enable row level security;

revoke all on table public.reading_sessions from anon, authenticated, service_role;
grant select, insert, update, delete on table public.reading_sessions to authenticated;
grant all on table public.reading_sessions to service_role;

drop policy if exists "Parents can view reading sessions" on public.reading_sessions;
create policy "Parents can view reading sessions"
on public.reading_sessions for select to authenticated
using (
  exists (
    select 1 from public.children
    where children.id = reading_sessions.child_id and children.parent_id = (select auth.uid())
  )
);

drop policy if exists "Parents can note reading sessions" on public.reading_sessions;
create policy "Parents can note reading sessions"
on public.reading_sessions for insert to authenticated
with check (
  exists (
    select 1 from public.children
    where children.id = reading_sessions.child_id and children.parent_id = (select auth.uid())
  )
);

drop policy if exists "Parents can correct reading sessions" on public.reading_sessions;
create policy "Parents can correct reading sessions"
on public.reading_sessions for update to authenticated
using (
  exists (
    select 1 from public.children
    where children.id = reading_sessions.child_id and children.parent_id = (select auth.uid())
  )
)
with check (
  exists (
    select 1 from public.children
    where children.id = reading_sessions.child_id and children.parent_id = (select auth.uid())
  )
);

drop policy if exists "Parents can delete reading sessions" on public.reading_sessions;
create policy "Parents can delete reading sessions"
on public.reading_sessions for delete to authenticated
using (
  exists (
    select 1 from public.children
    where children.id = reading_sessions.child_id and children.parent_id = (select auth.uid())
  )
);

-- SECTION 4: FUNCTIONS AND TRIGGERS

create or replace function public.stamp_reading_session()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  new.revision := old.revision + 1;
  return new;
end;
$$;

revoke all on function public.stamp_reading_session() from public, anon, authenticated, service_role;

drop trigger if exists stamp_reading_session on public.reading_sessions;
create trigger stamp_reading_session
before update on public.reading_sessions
for each row execute function public.stamp_reading_session();

-- SECTION 5: COMMENTS

comment on table public.reading_sessions is 'When a parent and a child read together';
comment on column public.reading_sessions.book_title is 'Title of the book, 1 to 200 characters';
comment on column public.reading_sessions.minutes is 'How long, 1 to 600 minutes';
comment on column public.reading_sessions.mood_kind is 'calm, merry or sleepy';
comment on column public.reading_sessions.revision is 'Counts the corrections, from 1';
comment on function public.stamp_reading_session() is 'Trigger: stamps updated_at and counts the revision';

-- Rollback
-- drop table if exists public.reading_sessions;
-- drop function if exists public.stamp_reading_session();
