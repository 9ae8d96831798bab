-- Migration: Add lesson difficulty
-- Created: 2026-11-24
-- Purpose: Let families pick lessons by how hard they are.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons
  add column if not exists difficulty text not null default 'medium'
  check (difficulty in ('easy', 'medium', 'hard'));

commit;

update public.lessons
set difficulty = 'easy'
where estimated_minutes <= 10 and difficulty = 'medium';

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.difficulty is 'easy, medium or hard';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists difficulty;
