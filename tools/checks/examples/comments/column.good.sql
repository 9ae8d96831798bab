-- Migration: Add lesson resources
-- Created: 2026-11-20
-- Purpose: Point families to further reading.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists further_reading jsonb not null default '{}'::jsonb;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.further_reading is 'Where to go on: {"resources": [{"title": "Breathing for beginners", "url": "https://..."}]}';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists further_reading;
