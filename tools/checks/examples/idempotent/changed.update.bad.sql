-- Migration: Raise points for math
-- Created: 2026-11-26
-- Purpose: Make math lessons worth a little more.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

update public.lessons set points = points + 5 where subject = 'math';

-- Rollback
-- To reverse this migration, run:
--
-- update public.lessons set points = points - 5 where subject = 'math';
