-- Migration: Share progress
-- Created: 2026-11-20
-- Purpose: Let a family share one result by a link.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.user_progress add column if not exists share_key uuid not null default gen_random_uuid();

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.user_progress drop column if exists share_key;
