-- Migration: Create reading goals
-- Created: 2026-11-20
-- Purpose: Let a child set a goal and earn a badge with it.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.reading_goals (
  id uuid primary key default gen_random_uuid(),
  child_id uuid not null references public.children (id) on delete cascade,
  badge_id uuid references public.badges (id) on delete set null,
  title text not null check (char_length(title) between 3 and 120),
  due_on date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create index if not exists idx_reading_goals_child_id_due_on on public.reading_goals (child_id, due_on);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY
-- ============================================================================

alter table public.reading_goals enable row level security;

revoke all on table public.reading_goals from anon, authenticated, service_role;
grant select, insert, update, delete on table public.reading_goals to authenticated;
grant all on table public.reading_goals to service_role;

drop policy if exists "Parents can view their children's reading goals" on public.reading_goals;
create policy "Parents can view their children's reading goals"
on public.reading_goals for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can add their children's reading goals" on public.reading_goals;
create policy "Parents can add their children's reading goals"
on public.reading_goals for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can change their children's reading goals" on public.reading_goals;
create policy "Parents can change their children's reading goals"
on public.reading_goals for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can remove their children's reading goals" on public.reading_goals;
create policy "Parents can remove their children's reading goals"
on public.reading_goals for delete to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_reading_goals_updated_at on public.reading_goals;
create trigger update_reading_goals_updated_at
  before update on public.reading_goals
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.reading_goals is 'What a child wants to read, and by when';
comment on column public.reading_goals.title is 'The goal in the child''s words, 3 to 120 characters';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.reading_goals;
