-- Migration: Index progress by score
-- Created: 2026-11-20
-- Purpose: Find the best results of a lesson.

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create index if not exists idx_user_progress_lesson_id_score
on public.user_progress (lesson_id, score desc);

-- Rollback
-- To reverse this migration, run:
--
-- drop index if exists public.idx_user_progress_lesson_id_score;
