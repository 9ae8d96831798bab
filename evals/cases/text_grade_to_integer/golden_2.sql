-- Migration: Require lesson grade
-- Created: 2026-11-26
-- Purpose: Every lesson has a grade by now; keep it that way.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons alter column grade set not null;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons alter column grade drop not null;
