-- Migration: Add a function for a child's daily progress
-- Created: 2026-11-22
-- Purpose: Let the app show a parent how many lessons their child completed and how many points it earned on each of the last days.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.get_daily_progress(child_id_param uuid, days_param integer default 30)
returns table (day date, lessons_completed bigint, points_earned bigint)
language plpgsql
stable
set search_path = ''
as $$
declare
  family_timezone text;
  today date;
begin
  if not exists (
    select from public.children where id = child_id_param and parent_id = (select auth.uid())
  ) then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  if days_param is null or days_param not between 1 and 365 then
    raise exception 'days_param must be between 1 and 365' using errcode = '22023';
  end if;

  select profile.timezone
  into family_timezone
  from public.profiles as profile
  where profile.id = (select auth.uid());

  -- profiles.timezone is not checked: a name that Postgres does not know counts as UTC
  begin
    today := (now() at time zone family_timezone)::date;
  exception
    when invalid_parameter_value then
      family_timezone := 'UTC';
      today := (now() at time zone family_timezone)::date;
  end;

  return query
  select
    calendar.on_day,
    count(progress.id),
    coalesce(sum(progress.points_earned), 0)
  from (
    select today - days_ago as on_day
    from generate_series(0, days_param - 1) as days_ago
  ) as calendar
  left join public.user_progress as progress
    on progress.child_id = child_id_param
    and progress.completed_at >= calendar.on_day::timestamp at time zone family_timezone
    and progress.completed_at < (calendar.on_day + 1)::timestamp at time zone family_timezone
  group by calendar.on_day
  order by calendar.on_day;
end;
$$;

revoke all on function public.get_daily_progress(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.get_daily_progress(uuid, integer) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.get_daily_progress(uuid, integer) is 'Lessons completed and points earned by a child on each of the last days (1 to 365, today included, days without lessons as 0); a day begins at midnight in the time zone of the parent, who alone may call it';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop function if exists public.get_daily_progress(uuid, integer);
