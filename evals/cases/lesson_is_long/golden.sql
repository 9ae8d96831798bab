-- Migration: Add lesson is long
-- Created: 2026-11-23
-- Purpose: List the lessons that take more than half an hour.
--
-- The table is small, so it is rewritten in a moment.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons
  add column if not exists is_long boolean not null generated always as (estimated_minutes > 30) stored;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lessons_subject_is_long on public.lessons (subject) where is_long;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.is_long is 'Takes more than 30 minutes; computed from estimated_minutes';

-- Rollback
-- drop index if exists public.idx_lessons_subject_is_long;
-- alter table public.lessons drop column if exists is_long;
