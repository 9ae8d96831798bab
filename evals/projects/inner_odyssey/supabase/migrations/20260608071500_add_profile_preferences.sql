-- Migration: Add profile preferences
-- Created: 2026-06-08
-- Purpose: Send the weekly report at breakfast time wherever the family lives, to those who want it.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.profiles add column if not exists timezone text not null default 'UTC';
alter table public.profiles add column if not exists wants_weekly_report boolean not null default true;
alter table public.profiles add column if not exists notification_settings jsonb not null default '{}'::jsonb;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.profiles.timezone is 'IANA time zone of the family, such as Europe/Lisbon';
comment on column public.profiles.wants_weekly_report is 'Whether the weekly report is mailed';
comment on column public.profiles.notification_settings is
  'Quiet hours and channels: {"quiet_from": "20:00", "quiet_to": "07:00", "push": false}';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.profiles drop column if exists notification_settings;
-- alter table public.profiles drop column if exists wants_weekly_report;
-- alter table public.profiles drop column if exists timezone;
