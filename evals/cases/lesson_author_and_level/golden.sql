-- Migration: Add author, transcript link and reading level to lessons
-- Created: 2026-11-22
-- Purpose: Record for each lesson who wrote it, where its transcript is and which reading level it asks for.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons
  add column if not exists author_name text check (char_length(author_name) between 1 and 80),
  add column if not exists transcript_url text check (transcript_url ~ '^https://'),
  add column if not exists reading_level text not null default 'A1' check (reading_level in ('A1', 'A2', 'B1', 'B2'));

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.author_name is 'Who wrote the lesson, free text of 1 to 80 characters; empty where unknown';
comment on column public.lessons.transcript_url is 'Link to the transcript, https only; empty without one';
comment on column public.lessons.reading_level is 'Reading level: A1, A2, B1 or B2';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- alter table public.lessons
--   drop column if exists reading_level,
--   drop column if exists transcript_url,
--   drop column if exists author_name;
