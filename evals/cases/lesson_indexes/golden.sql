-- Migration: Index lessons
-- Created: 2026-11-30
-- Purpose: Find lessons by word, by tag, by subject and date, and badges by what they ask for.

-- SECTION 2: INDEXES (for performance)

-- All small tables: built in a moment.
create index if not exists idx_lessons_tags_gin on public.lessons using gin (tags);
create index if not exists idx_lessons_title_description_gin
  on public.lessons using gin (to_tsvector('english', title || ' ' || coalesce(description, '')));
create index if not exists idx_lessons_subject_published_at
  on public.lessons (subject, published_at desc nulls last)
  where is_active and is_published;
create index if not exists idx_badges_criteria_gin on public.badges using gin (criteria jsonb_path_ops);
create index if not exists idx_skills_lower_name on public.skills (lower(name));

-- Rollback
-- drop index if exists public.idx_skills_lower_name;
-- drop index if exists public.idx_badges_criteria_gin;
-- drop index if exists public.idx_lessons_subject_published_at;
-- drop index if exists public.idx_lessons_title_description_gin;
-- drop index if exists public.idx_lessons_tags_gin;
