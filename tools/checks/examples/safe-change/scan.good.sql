-- Migration: Check progress times
-- Created: 2026-11-20
-- Purpose: Refuse results that were completed before they were started; the next file validates it for the old ones.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if not exists (
    select 1
    from pg_catalog.pg_constraint
    where conrelid = 'public.user_progress'::regclass and conname = 'user_progress_started_check'
  ) then
    alter table public.user_progress
      add constraint user_progress_started_check check (completed_at is null or completed_at >= started_at) not valid;
  end if;
end;
$$;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.user_progress drop constraint if exists user_progress_started_check;
