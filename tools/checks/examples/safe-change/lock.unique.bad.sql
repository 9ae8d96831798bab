-- Migration: One progress row per lesson
-- Created: 2026-11-20
-- Purpose: Keep one row for a child and a lesson.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if not exists (
    select 1
    from pg_catalog.pg_constraint
    where conrelid = 'public.user_progress'::regclass and conname = 'user_progress_child_id_lesson_id_key'
  ) then
    alter table public.user_progress
      add constraint user_progress_child_id_lesson_id_key unique (child_id, lesson_id);
  end if;
end;
$$;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.user_progress drop constraint if exists user_progress_child_id_lesson_id_key;
