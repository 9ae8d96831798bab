-- Migration: Index progress scores
-- Created: 2026-12-01
-- Purpose: Best results of a lesson first, on a table of millions, without blocking writes.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_user_progress_lesson_id_score
  on public.user_progress (lesson_id, score desc)
  where score is not null;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- drop index concurrently if exists public.idx_user_progress_lesson_id_score;
