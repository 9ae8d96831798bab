-- Migration: Add lesson format
-- Created: 2026-11-20
-- Purpose: Say whether a lesson is read or watched.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists format text
  constraint lessons_format_check check (format in ('text', 'video', null));

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.format is 'text or video; not known for old lessons';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists format;
