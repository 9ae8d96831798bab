-- Migration: Add lesson grade
-- Created: 2026-11-26
-- Purpose: Give lessons a grade that can be compared and sorted; the text one is kept in step meanwhile.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists grade smallint
  constraint lessons_grade_check check (grade between 0 and 12);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lessons_grade on public.lessons (grade);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

-- Yesterday's editor writes grade_level only.
create or replace function public.set_lesson_grade()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.grade = case when new.grade_level = 'K' then 0 else new.grade_level::smallint end;
  return new;
end;
$$;

revoke all on function public.set_lesson_grade() from public, anon, authenticated, service_role;

drop trigger if exists set_lesson_grade on public.lessons;
create trigger set_lesson_grade
  before insert or update of grade_level on public.lessons
  for each row
  execute function public.set_lesson_grade();

update public.lessons
set grade = case when grade_level = 'K' then 0 else grade_level::smallint end
where grade is null;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.grade is 'School grade: 0 for kindergarten, then 1 to 12';
comment on function public.set_lesson_grade() is 'Trigger: keeps grade in step with grade_level';

-- Rollback
-- To reverse this migration, run:
--
-- drop trigger if exists set_lesson_grade on public.lessons;
-- drop function if exists public.set_lesson_grade();
-- drop index if exists public.idx_lessons_grade;
-- alter table public.lessons drop column if exists grade;
