-- Migration: Add lesson resources
-- Created: 2026-11-20
-- Purpose: Point families to further reading.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists further_reading jsonb not null default '{}'::jsonb;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists further_reading;
