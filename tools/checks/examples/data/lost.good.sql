-- Migration: Add lesson teasers
-- Created: 2026-11-20
-- Purpose: Show short texts on the cards.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists teaser text check (char_length(teaser) <= 60);

update public.lessons
set teaser = left(description, 60)
where teaser is null and description is not null;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.teaser is 'The beginning of the description, for the cards';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists teaser;
