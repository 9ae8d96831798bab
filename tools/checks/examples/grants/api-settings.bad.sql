-- Migration: Reports
-- Created: 2026-11-30
-- Purpose: Serve the schema of reports.

-- ============================================================================
-- SECTION 1: SETTINGS
-- ============================================================================

alter role authenticator set pgrst.db_schemas = 'public, graphql_public, reports';

-- Rollback
-- To reverse this migration, run:
--
-- alter role authenticator reset pgrst.db_schemas;
