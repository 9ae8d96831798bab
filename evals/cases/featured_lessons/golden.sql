-- Migration: Add featured lessons
-- Created: 2026-11-22
-- Purpose: Let marketing feature lessons on the start page with a switch per lesson. The five most recently published lessons begin.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists is_featured boolean not null default false;

-- Only while nothing is featured yet, so that a repeated run does not overrule marketing.
update public.lessons
set is_featured = true
where id in (
    select id from public.lessons
    where is_active and is_published and published_at is not null
    order by published_at desc, id
    limit 5
  )
  and not exists (select from public.lessons where is_featured);

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.is_featured is 'True while the lesson is featured on the start page; shown only if it is also active and published';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- Irreversible: updated_at of the lessons that were switched on was stamped by its trigger
-- alter table public.lessons drop column if exists is_featured;
