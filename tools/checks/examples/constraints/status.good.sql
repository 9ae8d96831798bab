-- Migration: Add lesson review status
-- Created: 2026-11-20
-- Purpose: Let editors see which lessons wait for a second pair of eyes.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists review_status text not null default 'draft'
  check (review_status in ('draft', 'in_review', 'approved'));

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.review_status is 'draft, in_review or approved';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists review_status;
