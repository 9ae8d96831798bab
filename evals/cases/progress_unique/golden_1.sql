-- Migration: Index progress once
-- Created: 2026-11-28
-- Purpose: Build what finds a second row for the same child and lesson, without stopping anybody.

-- SECTION 2: INDEXES (for performance)

create unique index concurrently if not exists idx_user_progress_child_id_lesson_id
on public.user_progress (child_id, lesson_id);

-- To undo:
-- drop index concurrently if exists public.idx_user_progress_child_id_lesson_id;
