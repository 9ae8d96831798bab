-- Migration: Add badge mottos
-- Created: 2026-11-25
-- Purpose: Print a line of encouragement under each badge.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.badges add column if not exists motto text not null;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.badges.motto is 'Line of encouragement under the badge';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.badges drop column if exists motto;
