-- Migration: Add premium lessons
-- Created: 2026-11-23
-- Purpose: Mark the lessons that only paying families will see.


alter table public.lessons add column if not exists is_premium boolean not null default false;


create index if not exists idx_lessons_is_premium on public.lessons (is_premium);


comment on column public.lessons.is_premium is 'True for lessons that only paying families see';

-- Rollback
-- To reverse this migration, run:
--
-- drop index if exists public.idx_lessons_is_premium;
-- alter table public.lessons drop column if exists is_premium;
