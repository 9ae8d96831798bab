-- Migration: Add full text search to lessons
-- Created: 2026-11-22
-- Purpose: Let lessons be searched by English words in title and description without reading and parsing every text at each search.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons
  add column if not exists search_vector tsvector not null
  generated always as (
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', coalesce(description, '')), 'B')
  ) stored;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lessons_search_vector_gin on public.lessons using gin (search_vector);

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.search_vector is 'English words of title (weight A) and description (weight B) for full text search; kept by Postgres, never written';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- alter table public.lessons drop column if exists search_vector;
