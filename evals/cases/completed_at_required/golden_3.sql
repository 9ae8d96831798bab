-- Migration: Validate the completion times
-- Created: 2026-11-22
-- Purpose: Last step: prove for all rows, without blocking reads or writes, that completed progress has a completion time.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.user_progress validate constraint user_progress_completed_at_check;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
-- alter table public.user_progress drop constraint if exists user_progress_completed_at_check;
-- alter table public.user_progress
--   add constraint user_progress_completed_at_check
--   check (status <> 'completed' or completed_at is not null) not valid;
