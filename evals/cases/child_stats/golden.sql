-- Migration: Add child stats
-- Created: 2026-12-03
-- Purpose: Fill the parent dashboard with one call: lessons done, points, average score.

-- SECTION 4: FUNCTIONS AND TRIGGERS

create or replace function public.get_child_stats(child_id_param uuid)
returns table (lessons_completed bigint, points_total bigint, average_score numeric)
language plpgsql
stable
security invoker
set search_path = ''
as $function$
begin
  if not exists (
    select 1
    from public.children
    where children.id = child_id_param and children.parent_id = (select auth.uid())
  ) then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  return query
  select
    count(*) filter (where progress.status = 'completed'),
    coalesce(sum(progress.points_earned), 0)::bigint,
    round(avg(progress.score), 1)
  from public.user_progress as progress
  where progress.child_id = child_id_param;
end;
$function$;

revoke all on function public.get_child_stats(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_child_stats(uuid) to authenticated;

-- SECTION 5: COMMENTS

comment on function public.get_child_stats(uuid) is 'Completed lessons, points and average score of one of the caller''s children';

-- Rollback
-- drop function if exists public.get_child_stats(uuid);
