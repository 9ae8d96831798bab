-- Migration: Index completed progress
-- Created: 2026-07-02
-- Purpose: Show a child's latest completed lessons without reading all of the child's progress.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_user_progress_child_id_completed_at
on public.user_progress (child_id, completed_at desc)
where completed_at is not null;

-- Rollback
-- To reverse this migration, run:
--
-- drop index concurrently if exists public.idx_user_progress_child_id_completed_at;
