-- Migration: Add emotion summary
-- Created: 2026-09-14
-- Purpose: Answer the parent dashboard's question how a child has felt lately in one call.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.get_emotion_summary(child_id_param uuid, days_param integer default 7)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  summary jsonb;
begin
  if not exists (
    select 1 from public.children where id = child_id_param and parent_id = (select auth.uid())
  ) then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  select coalesce(jsonb_object_agg(felt.emotion, felt.figures), '{}'::jsonb)
  into summary
  from (
    select
      logged.emotion,
      jsonb_build_object('times', count(*), 'average_intensity', round(avg(logged.intensity), 1)) as figures
    from public.emotion_logs as logged
    where logged.child_id = child_id_param
      and logged.created_at >= now() - make_interval(days => days_param)
    group by logged.emotion
  ) as felt;

  return summary;
end;
$$;

revoke all on function public.get_emotion_summary(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.get_emotion_summary(uuid, integer) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.get_emotion_summary(uuid, integer) is
  'How often and how strongly a child felt what in the last days: {"calm": {"times": 3, "average_intensity": 4.7}}';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.get_emotion_summary(uuid, integer);
