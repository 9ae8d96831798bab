-- Migration: Add lesson tags
-- Created: 2026-08-10
-- Purpose: Let editors tag lessons, and show families the newest lessons first.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists tags text[] not null default array[]::text[];

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lessons_published_at on public.lessons (published_at desc);

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.tags is 'Free tags in lower case, such as {breathing,bedtime}';

-- Rollback
-- To reverse this migration, run:
--
-- drop index if exists public.idx_lessons_published_at;
-- alter table public.lessons drop column if exists tags;
