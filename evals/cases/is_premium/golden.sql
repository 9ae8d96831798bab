-- Migration: Add lesson is premium
-- Created: 2026-12-06
-- Purpose: Mark the lessons that come with a subscription.

-- SECTION 1: CREATE/ALTER TABLES

alter table public.lessons add column if not exists is_premium boolean not null default false;

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_lessons_is_premium on public.lessons (is_premium) where is_premium;

-- SECTION 5: COMMENTS

comment on column public.lessons.is_premium is 'True for lessons that only subscribers may open';

-- To reverse this migration, run:
--
-- drop index if exists public.idx_lessons_is_premium;
-- alter table public.lessons drop column if exists is_premium;
