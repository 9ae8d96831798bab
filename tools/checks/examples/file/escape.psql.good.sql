-- Migration: Add badge categories
-- Created: 2026-11-24
-- Purpose: Group badges on the child's wall.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.badges add column if not exists category text not null default 'general'
  check (category in ('general', 'reading', 'kindness'));

update public.badges set category = 'reading' where name ilike '%read%' and category = 'general';

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.badges.category is 'general, reading or kindness';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.badges drop column if exists category;
