-- Migration: Allow progress once
-- Created: 2026-11-28
-- Purpose: One row for each child and lesson, so that the app can upsert.

-- SECTION 1: CREATE/ALTER TABLES

do $$
begin
  if not exists (
    select 1 from pg_catalog.pg_constraint
    where conrelid = 'public.user_progress'::regclass and conname = 'idx_user_progress_child_id_lesson_id'
  ) then
    alter table public.user_progress
      add constraint idx_user_progress_child_id_lesson_id
      unique using index idx_user_progress_child_id_lesson_id;
  end if;
end;
$$;

-- To undo:
-- alter table public.user_progress drop constraint if exists idx_user_progress_child_id_lesson_id;
-- create unique index if not exists idx_user_progress_child_id_lesson_id
-- on public.user_progress (child_id, lesson_id);
