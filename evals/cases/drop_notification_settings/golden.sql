-- Migration: Drop notification settings
-- Created: 2026-12-07
-- Purpose: Quiet hours moved to the devices in October; drop the copy here, as asked.
--
-- allow: safe-change/destructive on public.profiles.notification_settings: asked for; unread since October

-- SECTION 1: CREATE/ALTER TABLES

alter table public.profiles drop column if exists notification_settings;

-- Rollback
-- Irreversible: what families had set is gone; the column comes back with its default
-- alter table public.profiles add column if not exists notification_settings jsonb not null default '{}'::jsonb;
-- comment on column public.profiles.notification_settings is
--   'Quiet hours and channels: {"quiet_from": "20:00", "quiet_to": "07:00", "push": false}';
