-- Migration: Index lesson length
-- Created: 2026-11-20
-- Purpose: Find short lessons for the evening.

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create index if not exists lessons_by_length on public.lessons (estimated_minutes);

-- Rollback
-- To reverse this migration, run:
--
-- drop index if exists public.lessons_by_length;
