-- Migration: Fill progress start times
-- Created: 2026-11-20
-- Purpose: Give results from before the start was recorded a start time.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

update public.user_progress
set started_at = created_at
where started_at is null and status <> 'not_started';

-- Rollback
-- To reverse this migration, run:
--
-- Irreversible: which rows were empty before is not kept
