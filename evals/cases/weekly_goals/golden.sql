-- Migration: Add weekly goals
-- Created: 2026-11-22
-- Purpose: Let families set weekly goals for their children and count how often each one has been done.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.weekly_goals (
  id uuid primary key default extensions.uuid_generate_v4(),
  child_id uuid not null references public.children (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 120),
  kind text not null check (kind in ('reading', 'movement', 'kindness', 'free')),
  target_count integer not null check (target_count between 1 and 14),
  done_count integer not null default 0,
  week_start date not null check (extract(isodow from week_start) = 1),
  settings jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint weekly_goals_child_id_week_start_title_key unique (child_id, week_start, title),
  constraint weekly_goals_done_count_check check (done_count between 0 and target_count)
);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.weekly_goals enable row level security;

revoke all on table public.weekly_goals from anon, authenticated, service_role;
grant select, insert, update, delete on table public.weekly_goals to authenticated;
grant all on table public.weekly_goals to service_role;

drop policy if exists "Parents can view their children's weekly goals" on public.weekly_goals;
create policy "Parents can view their children's weekly goals"
on public.weekly_goals for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can add weekly goals for their children" on public.weekly_goals;
create policy "Parents can add weekly goals for their children"
on public.weekly_goals for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can update their children's weekly goals" on public.weekly_goals;
create policy "Parents can update their children's weekly goals"
on public.weekly_goals for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can delete their children's weekly goals" on public.weekly_goals;
create policy "Parents can delete their children's weekly goals"
on public.weekly_goals for delete to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_weekly_goals_updated_at
  before update on public.weekly_goals
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.weekly_goals is 'Goals a family sets for a child and a week; seen and kept by the own parent only';
comment on column public.weekly_goals.title is 'What is to be done, 1 to 120 characters, unique for a child and week';
comment on column public.weekly_goals.kind is 'reading, movement, kindness or free';
comment on column public.weekly_goals.target_count is 'How many times it should be done in the week, 1 to 14';
comment on column public.weekly_goals.done_count is 'How many times it has been done so far, from 0 up to target_count';
comment on column public.weekly_goals.week_start is 'The Monday on which the week starts';
comment on column public.weekly_goals.settings is 'Free-form settings of the goal: {"color": "green", "remind": true}';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop table if exists public.weekly_goals;
