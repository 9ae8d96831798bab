-- Migration: Purge expired invitations
-- Created: 2026-11-23
-- Purpose: Keep the list of invitations short, every night.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create extension if not exists pg_cron with schema pg_catalog;

select cron.schedule(
  'purge-expired-invitations',
  '0 3 * * *',
  $job$
  delete from public.invitations where accepted_at is null and expires_at < now() - interval '30 days'
  $job$
);

-- Rollback
-- select cron.unschedule('purge-expired-invitations');
-- drop extension if exists pg_cron;
