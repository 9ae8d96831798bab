-- Migration: Shorten lesson descriptions
-- Created: 2026-11-20
-- Purpose: Show short descriptions on the cards.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

update public.lessons
set description = left(description, 60)
where char_length(description) > 60;

-- Rollback
-- To reverse this migration, run:
--
-- Irreversible: what was cut off is not kept
