-- Migration: Add lesson start
-- Created: 2026-11-20
-- Purpose: Open a lesson to all families at the same moment.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists opens_at timestamptz;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.opens_at is 'When families see the lesson; at once where empty';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists opens_at;
