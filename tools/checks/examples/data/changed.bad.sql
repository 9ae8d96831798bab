-- Migration: Describe lessons
-- Created: 2026-11-20
-- Purpose: Have a description on each lesson's card.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

update public.lessons set description = title;

-- Rollback
-- To reverse this migration, run:
--
-- Irreversible: which lessons had none before is not kept
