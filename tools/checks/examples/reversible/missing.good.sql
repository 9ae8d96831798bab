-- Migration: Add skill icons
-- Created: 2026-11-27
-- Purpose: Show a picture for each skill.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.skills add column if not exists icon_url text check (icon_url ~ '^https://');

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.skills.icon_url is 'Picture of the skill, https only';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.skills drop column if exists icon_url;
