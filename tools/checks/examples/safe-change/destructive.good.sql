-- Migration: Drop notification settings
-- Created: 2026-11-20
-- Purpose: Leave quiet hours to the phone.
--
-- allow: safe-change/destructive on public.profiles.notification_settings: asked for; no client has read it since May

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.profiles drop column if exists notification_settings;

-- Rollback
-- To reverse this migration, run:
--
-- Irreversible: the settings that parents made are gone
-- alter table public.profiles add column if not exists notification_settings jsonb not null default '{}'::jsonb;
-- comment on column public.profiles.notification_settings is
--   'Quiet hours and channels: {"quiet_from": "20:00", "quiet_to": "07:00", "push": false}';
