-- Migration: Widen points_earned, step 1: a bigint copy beside it
-- Created: 2026-11-22
-- Purpose: points_earned is running out of integer. A bigint copy, kept in step by a trigger, prepares the swap without blocking anybody.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.user_progress add column if not exists points_earned_bigint bigint;

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.user_progress'::regclass and conname = 'user_progress_points_earned_bigint_check'
  ) then
    alter table public.user_progress
      add constraint user_progress_points_earned_bigint_check check (points_earned_bigint >= 0) not valid;
  end if;
end;
$$;

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.user_progress'::regclass and conname = 'user_progress_points_earned_bigint_not_null'
  ) then
    alter table public.user_progress
      add constraint user_progress_points_earned_bigint_not_null check (points_earned_bigint is not null) not valid;
  end if;
end;
$$;

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.copy_points_earned()
returns trigger
language plpgsql
set search_path = ''
as $function$
begin
  -- An update that only fills the copy of an old row is no change of the child's progress.
  if tg_op = 'UPDATE' and old.points_earned_bigint is null
    and to_jsonb(new) - array['points_earned_bigint', 'updated_at']
      = to_jsonb(old) - array['points_earned_bigint', 'updated_at']
  then
    new.updated_at = old.updated_at;
  end if;

  new.points_earned_bigint = new.points_earned;
  return new;
end;
$function$;

revoke all on function public.copy_points_earned() from public, anon, authenticated, service_role;

-- The name sorts behind update_user_progress_updated_at, so this one has the last word on updated_at.
create or replace trigger widen_user_progress_points_earned
  before insert or update on public.user_progress
  for each row
  execute function public.copy_points_earned();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.user_progress.points_earned_bigint is 'Copy of points_earned as bigint, never negative; kept by a trigger until it takes its place';
comment on function public.copy_points_earned() is 'Trigger: keeps points_earned_bigint in step with points_earned until the two are swapped';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop trigger if exists widen_user_progress_points_earned on public.user_progress;
-- drop function if exists public.copy_points_earned();
-- alter table public.user_progress drop column if exists points_earned_bigint;
