-- Migration: Index lessons by length
-- Created: 2026-11-25
-- Purpose: Find lessons that fit into a short break.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lessons_estimated_minutes on public.lessons (estimated_minutes);

-- Rollback
-- To reverse this migration, run:
--
-- drop index if exists public.idx_lessons_estimated_minutes;
