-- Migration: Create user progress
-- Created: 2026-03-24
-- Purpose: Record how far each child has come in each lesson, and the points earned on the way.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.user_progress (
  id uuid primary key default extensions.uuid_generate_v4(),
  child_id uuid not null references public.children (id) on delete cascade,
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  status text not null default 'not_started' check (status in ('not_started', 'in_progress', 'completed')),
  points_earned integer not null default 0 check (points_earned >= 0),
  score integer check (score between 0 and 100),
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_progress_completion_check check (completed_at is null or status = 'completed')
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_user_progress_child_id_status on public.user_progress (child_id, status);
create index if not exists idx_user_progress_lesson_id on public.user_progress (lesson_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.user_progress enable row level security;

revoke all on table public.user_progress from anon, authenticated, service_role;
grant select, insert, update on table public.user_progress to authenticated;
grant all on table public.user_progress to service_role;

drop policy if exists "Parents can view their children's progress" on public.user_progress;
create policy "Parents can view their children's progress"
on public.user_progress for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can record their children's progress" on public.user_progress;
create policy "Parents can record their children's progress"
on public.user_progress for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can update their children's progress" on public.user_progress;
create policy "Parents can update their children's progress"
on public.user_progress for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_user_progress_updated_at on public.user_progress;
create trigger update_user_progress_updated_at
  before update on public.user_progress
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.user_progress is 'How far a child has come in a lesson';
comment on column public.user_progress.status is 'not_started, in_progress or completed';
comment on column public.user_progress.points_earned is 'Points the child got for this lesson, never negative';
comment on column public.user_progress.score is 'Result of the closing quiz in percent, 0 to 100; empty without a quiz';
comment on column public.user_progress.completed_at is 'When the lesson was completed; only set with status completed';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.user_progress;
