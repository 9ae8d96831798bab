-- Migration: Add child statistics
-- Created: 2026-12-03
-- Purpose: Answer the dashboard's question how a child is doing in one call.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.get_child_stats(child_id_param uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  stats jsonb;
begin
  if not exists (
    select 1 from public.children where id = child_id_param and parent_id = (select auth.uid())
  ) then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  select jsonb_build_object(
    'lessons', count(distinct progress.lesson_id),
    'points', coalesce(sum(progress.points_earned), 0),
    'completed', count(*) filter (where progress.status = 'completed')
  )
  into stats
  from public.user_progress as progress
  where progress.child_id = child_id_param;

  return stats;
end;
$$;

revoke all on function public.get_child_stats(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_child_stats(uuid) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.get_child_stats(uuid) is
  'What a child has done: {"lessons": 12, "points": 340, "completed": 9}; for the own parent only';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.get_child_stats(uuid);
