-- Migration: Add lesson share keys
-- Created: 2026-11-20
-- Purpose: Let editors share a draft by a link.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists share_key uuid not null default gen_random_uuid();

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.lessons drop column if exists share_key;
