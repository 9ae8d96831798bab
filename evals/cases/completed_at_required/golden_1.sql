-- Migration: Refuse completed progress without a completion time
-- Created: 2026-11-22
-- Purpose: First of three steps: the streak counter needs completed_at, so new and changed rows must have it once they are completed. The rows that are there follow.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

set local lock_timeout = '5s';

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.user_progress'::regclass and conname = 'user_progress_completed_at_check'
  ) then
    alter table public.user_progress
      add constraint user_progress_completed_at_check
      check (status <> 'completed' or completed_at is not null) not valid;
  end if;
end;
$$;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
-- alter table public.user_progress drop constraint if exists user_progress_completed_at_check;
