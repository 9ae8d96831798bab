-- Migration: Widen points_earned, step 4: the bigint takes its place
-- Created: 2026-11-22
-- Purpose: The bigint copy becomes points_earned, with the same default, NOT NULL, check and comment. Changes the catalog only, so the lock is held for an instant.


-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if exists (
    select from information_schema.columns
    where table_schema = 'public' and table_name = 'user_progress' and column_name = 'points_earned_bigint'
  ) then
    drop trigger if exists widen_user_progress_points_earned on public.user_progress;
    -- The validated check spares set not null the reading of the table.
    alter table public.user_progress alter column points_earned_bigint set not null;
    alter table public.user_progress drop constraint if exists user_progress_points_earned_bigint_not_null;
    alter table public.user_progress alter column points_earned_bigint set default 0;
    alter table public.user_progress drop column points_earned;
    alter table public.user_progress rename column points_earned_bigint to points_earned;
    alter table public.user_progress
      rename constraint user_progress_points_earned_bigint_check to user_progress_points_earned_check;
  end if;
end;
$$;

drop function if exists public.copy_points_earned();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.user_progress.points_earned is 'Points the child got for this lesson, never negative';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- -- Copies every row back to integer under the table's lock, and stops where a value no longer fits: for a quiet hour.
-- alter table public.user_progress
--   rename constraint user_progress_points_earned_check to user_progress_points_earned_bigint_check;
-- alter table public.user_progress rename column points_earned to points_earned_bigint;
-- alter table public.user_progress alter column points_earned_bigint drop default;
-- alter table public.user_progress alter column points_earned_bigint drop not null;
-- alter table public.user_progress
--   add constraint user_progress_points_earned_bigint_not_null check (points_earned_bigint is not null);
-- alter table public.user_progress
--   add column if not exists points_earned integer not null default 0;
-- alter table public.user_progress disable trigger update_user_progress_updated_at;
-- update public.user_progress set points_earned = points_earned_bigint where points_earned <> points_earned_bigint;
-- alter table public.user_progress enable trigger update_user_progress_updated_at;
-- alter table public.user_progress
--   add constraint user_progress_points_earned_check check (points_earned >= 0);
-- comment on column public.user_progress.points_earned is 'Points the child got for this lesson, never negative';
-- comment on column public.user_progress.points_earned_bigint is 'Copy of points_earned as bigint, never negative; kept by a trigger until it takes its place';
-- create or replace function public.copy_points_earned()
-- returns trigger
-- language plpgsql
-- set search_path = ''
-- as $function$
-- begin
--   -- An update that only fills the copy of an old row is no change of the child's progress.
--   if tg_op = 'UPDATE' and old.points_earned_bigint is null
--     and to_jsonb(new) - array['points_earned_bigint', 'updated_at']
--       = to_jsonb(old) - array['points_earned_bigint', 'updated_at']
--   then
--     new.updated_at = old.updated_at;
--   end if;
--
--   new.points_earned_bigint = new.points_earned;
--   return new;
-- end;
-- $function$;
--
-- revoke all on function public.copy_points_earned() from public, anon, authenticated, service_role;
--
-- comment on function public.copy_points_earned() is 'Trigger: keeps points_earned_bigint in step with points_earned until the two are swapped';
-- create or replace trigger widen_user_progress_points_earned
--   before insert or update on public.user_progress
--   for each row
--   execute function public.copy_points_earned();
