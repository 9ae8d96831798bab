-- Migration: Validate emotion notes
-- Created: 2026-07-21
-- Purpose: Check the notes that were written before the limit, while families go on logging emotions.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.emotion_logs validate constraint emotion_logs_notes_check;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.emotion_logs drop constraint if exists emotion_logs_notes_check;
-- alter table public.emotion_logs
--   add constraint emotion_logs_notes_check check (char_length(notes) <= 2000) not valid;
