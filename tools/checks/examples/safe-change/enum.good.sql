-- Migration: Add a hopeful emotion
-- Created: 2026-11-20
-- Purpose: Let children say that they feel hopeful.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter type public.emotion_type add value if not exists 'hopeful' after 'excited';

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on type public.emotion_type is 'Feelings a child can pick, from bright to heavy; hopeful since November 2026';

-- Rollback
-- To reverse this migration, run:
--
-- Irreversible: a value cannot be taken out of an enum
-- comment on type public.emotion_type is 'Feelings a child can pick, from bright to heavy';
