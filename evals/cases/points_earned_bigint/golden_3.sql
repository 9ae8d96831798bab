-- Migration: Widen points_earned, step 3: validate the copy
-- Created: 2026-11-22
-- Purpose: Proves with a lock that lets reads and writes pass that every row has its copy, so that the swap need not read the table.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.user_progress validate constraint user_progress_points_earned_bigint_check;
alter table public.user_progress validate constraint user_progress_points_earned_bigint_not_null;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- alter table public.user_progress drop constraint if exists user_progress_points_earned_bigint_not_null;
-- alter table public.user_progress
--   add constraint user_progress_points_earned_bigint_not_null check (points_earned_bigint is not null) not valid;
-- alter table public.user_progress drop constraint if exists user_progress_points_earned_bigint_check;
-- alter table public.user_progress
--   add constraint user_progress_points_earned_bigint_check check (points_earned_bigint >= 0) not valid;
