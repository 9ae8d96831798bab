-- Migration: Add recommended age
-- Created: 2026-11-20
-- Purpose: Suggest lessons that fit a child's age.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists recommended_age smallint not null default 3
  constraint lessons_recommended_age_check check (recommended_age >= 3 and recommended_age <= 18);

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.recommended_age is 'Age in years from which the lesson fits, 3 to 18';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists recommended_age;
