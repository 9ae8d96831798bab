-- Migration: Reports for staff
-- Created: 2026-11-30
-- Purpose: Let the reporting server, which asks as its own role, be known to the API.

-- ============================================================================
-- SECTION 1: ROLES
-- ============================================================================

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'reporter') then
    create role reporter nologin;
  end if;
end
$$;

grant reporter to authenticator;

-- Rollback
-- To reverse this migration, run:
--
-- revoke reporter from authenticator;
-- drop role if exists reporter;
