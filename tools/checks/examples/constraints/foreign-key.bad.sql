-- Migration: Link lessons to skills
-- Created: 2026-11-20
-- Purpose: Show which skill a lesson trains.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists skill_id uuid;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.skill_id is 'The skill that the lesson trains most';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists skill_id;
