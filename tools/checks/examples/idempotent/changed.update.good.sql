-- Migration: Raise points for math
-- Created: 2026-11-26
-- Purpose: Make math lessons worth a little more.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

update public.lessons set points = 12 where subject = 'math' and points = 10;

-- Rollback
-- To reverse this migration, run:
--
-- update public.lessons set points = 10 where subject = 'math' and points = 12;
