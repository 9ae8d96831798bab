-- Migration: Add complete lesson
-- Created: 2026-12-04
-- Purpose: Let the app finish a lesson in one step, with the points that the lesson gives and no others.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

-- Points come from the lesson, which parents cannot write; hence SECURITY DEFINER, after asking whose child it is.
create or replace function public.complete_lesson(child_id_param uuid, lesson_id_param uuid, score_param integer)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  earned integer;
begin
  perform 1
  from public.children
  where id = child_id_param and parent_id = (select auth.uid());
  if not found then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  select points into earned
  from public.lessons
  where id = lesson_id_param and is_active and is_published;
  if earned is null then
    raise exception 'No such lesson' using errcode = 'P0002';
  end if;

  update public.user_progress
  set status = 'completed', score = score_param, points_earned = greatest(earned, 0), completed_at = now()
  where child_id = child_id_param and lesson_id = lesson_id_param and status <> 'completed';
  if not found then
    insert into public.user_progress (child_id, lesson_id, status, score, points_earned, completed_at)
    select child_id_param, lesson_id_param, 'completed', score_param, greatest(earned, 0), now()
    where not exists (
      select 1 from public.user_progress as done
      where done.child_id = child_id_param and done.lesson_id = lesson_id_param
    );
  end if;
  return earned;
end;
$$;

revoke execute on function public.complete_lesson(uuid, uuid, integer) from public, anon;
grant execute on function public.complete_lesson(uuid, uuid, integer) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.complete_lesson(uuid, uuid, integer) is 'Completes a lesson for one of the caller''s children; returns its points';

-- To reverse this migration, run:
--
-- drop function if exists public.complete_lesson(uuid, uuid, integer);
