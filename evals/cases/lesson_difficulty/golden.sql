-- Migration: Add lesson difficulty
-- Created: 2026-11-24
-- Purpose: Let families pick lessons that are neither too easy nor too hard.

-- SECTION 1: CREATE/ALTER TABLES

alter table public.lessons
  add column if not exists difficulty text not null default 'medium'
    constraint lessons_difficulty_check check (difficulty in ('easy', 'medium', 'hard'));

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_lessons_subject_difficulty on public.lessons (subject, difficulty);

-- SECTION 5: COMMENTS

comment on column public.lessons.difficulty is 'easy, medium or hard, as editors see it';

-- ROLLBACK
--
-- drop index if exists public.idx_lessons_subject_difficulty;
-- alter table public.lessons drop column if exists difficulty;
