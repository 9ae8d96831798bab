-- Migration: Time for reports
-- Created: 2026-11-30
-- Purpose: Give the queries of signed-in users twenty seconds.

-- ============================================================================
-- SECTION 1: ROLES
-- ============================================================================

alter role authenticated set statement_timeout = '20s';

-- Rollback
-- To reverse this migration, run:
--
-- alter role authenticated set statement_timeout = '8s';
