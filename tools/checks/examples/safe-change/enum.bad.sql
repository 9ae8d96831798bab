-- Migration: Add a hopeful emotion
-- Created: 2026-11-20
-- Purpose: Let children say that they feel hopeful, and where they were.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter type public.emotion_type add value if not exists 'hopeful' after 'excited';
alter table public.emotion_logs add column if not exists place text;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.emotion_logs.place is 'Where the child was, in its own words';

-- Rollback
-- To reverse this migration, run:
--
-- Irreversible: a value cannot be taken out of an enum
-- alter table public.emotion_logs drop column if exists place;
