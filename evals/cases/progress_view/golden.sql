-- Migration: Add progress overview
-- Created: 2026-12-08
-- Purpose: One row per child and subject for the weekly report, under the caller's own rights.

-- SECTION 1: CREATE/ALTER TABLES

create or replace view public.progress_overview
with (security_invoker = true)
as
select
  progress.child_id,
  lessons.subject,
  count(*) filter (where progress.status = 'completed') as completed,
  coalesce(sum(progress.points_earned), 0) as points
from public.user_progress as progress
join public.lessons on lessons.id = progress.lesson_id
group by progress.child_id, lessons.subject;

-- SECTION 3: ROW LEVEL SECURITY (RLS)

revoke all on table public.progress_overview from anon, authenticated, service_role;
grant select on table public.progress_overview to authenticated, service_role;

-- SECTION 5: COMMENTS

comment on view public.progress_overview is 'Completed lessons and points by child and subject';

-- Rollback
-- drop view if exists public.progress_overview;
