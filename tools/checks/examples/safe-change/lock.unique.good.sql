-- Migration: One progress row per lesson
-- Created: 2026-11-20
-- Purpose: Keep one row for a child and a lesson; the next file makes this index a constraint.

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create unique index concurrently if not exists idx_user_progress_child_id_lesson_id
on public.user_progress (child_id, lesson_id);

-- Rollback
-- To reverse this migration, run:
--
-- drop index concurrently if exists public.idx_user_progress_child_id_lesson_id;
