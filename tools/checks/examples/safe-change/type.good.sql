-- Migration: Add lesson language
-- Created: 2026-11-20
-- Purpose: Offer lessons in more than one language.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists language_code text
  check (language_code ~ '^[a-z]{2}$');

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.language_code is 'ISO 639-1 code in lower case, such as pt';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists language_code;
