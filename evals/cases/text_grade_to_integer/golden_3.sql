-- Migration: Drop lesson grade level
-- Created: 2026-11-26
-- Purpose: Take the text grade away; the editor and the app read grade since the last release.
--
-- allow: safe-change/destructive on public.lessons.grade_level: asked for; grade holds the same, nothing reads it

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

drop trigger if exists set_lesson_grade on public.lessons;
drop function if exists public.set_lesson_grade();
alter table public.lessons drop column if exists grade_level;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons
--   add column if not exists grade_level text
--     check (grade_level in ('K', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'));
-- update public.lessons set grade_level = case grade when 0 then 'K' else grade::text end where grade_level is null;
-- alter table public.lessons alter column grade_level set not null;
-- comment on column public.lessons.grade_level is 'School grade: K for kindergarten, then 1 to 12';
--
-- create or replace function public.set_lesson_grade()
-- returns trigger
-- language plpgsql
-- set search_path = ''
-- as $$
-- begin
--   new.grade = case when new.grade_level = 'K' then 0 else new.grade_level::smallint end;
--   return new;
-- end;
-- $$;
-- revoke all on function public.set_lesson_grade() from public, anon, authenticated, service_role;
-- comment on function public.set_lesson_grade() is 'Trigger: keeps grade in step with grade_level';
-- create or replace trigger set_lesson_grade
--   before insert or update of grade_level on public.lessons
--   for each row
--   execute function public.set_lesson_grade();
