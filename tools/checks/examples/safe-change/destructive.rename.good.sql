-- Migration: Rename badge pictures
-- Created: 2026-11-20
-- Purpose: Call the picture of a badge what the app calls it; the old name goes when nobody asks for it.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.badges add column if not exists image_url text generated always as (icon_url) stored;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.badges drop column if exists image_url;
