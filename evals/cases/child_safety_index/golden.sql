-- Migration: Add index for the child-safety desk's distress query
-- Created: 2026-11-22
-- Purpose: The child-safety desk's list of the newest strong sad, worried or angry entries reads the whole table (about 14 s); a partial index lets it read just the newest 100.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_emotion_logs_created_at_partial
on public.emotion_logs (created_at desc)
where emotion in ('sad', 'worried', 'angry') and intensity >= 8;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop index concurrently if exists public.idx_emotion_logs_created_at_partial;
