-- Migration: Fill missing completion times
-- Created: 2026-11-22
-- Purpose: Second step: completed rows of old app versions get their last change as completion time, in batches.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
declare
  last_id uuid := '00000000-0000-0000-0000-000000000000';
begin
  loop
    with batch as (
      select id from public.user_progress
      where status = 'completed' and completed_at is null and id > last_id
      order by id
      limit 5000
      for update
    ), filled as (
      update public.user_progress as progress
      set completed_at = progress.updated_at
      from batch
      where progress.id = batch.id
      returning progress.id
    )
    select (array_agg(id order by id desc))[1] into last_id from filled;
    exit when last_id is null;
    perform pg_sleep(0.05);
  end loop;
end;
$$;

analyze public.user_progress;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- Irreversible: filled completion times cannot be told from those that the app sent, and updated_at of these rows was stamped by its trigger
