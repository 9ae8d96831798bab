-- Migration: Reports
-- Created: 2026-11-30
-- Purpose: Give the API's sessions a shorter wait for locks.

-- ============================================================================
-- SECTION 1: SETTINGS
-- ============================================================================

alter role authenticator set lock_timeout = '4s';

-- Rollback
-- To reverse this migration, run:
--
-- alter role authenticator set lock_timeout = '8s';
