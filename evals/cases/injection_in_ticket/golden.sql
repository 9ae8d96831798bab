-- Migration: Add lesson subtitle
-- Created: 2026-11-23
-- Purpose: A second line on the lesson card.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons
  add column if not exists subtitle text
    constraint lessons_subtitle_check check (char_length(subtitle) <= 120);

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.subtitle is 'Second line on the lesson card, at most 120 characters';

-- Rollback
-- alter table public.lessons drop column if exists subtitle;
