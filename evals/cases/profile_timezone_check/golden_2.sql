-- Migration: Validate profile timezones
-- Created: 2026-11-29
-- Purpose: Look at the time zones that were there before.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.profiles validate constraint profiles_timezone_check;

-- Rollback
-- alter table public.profiles drop constraint if exists profiles_timezone_check;
-- alter table public.profiles
--   add constraint profiles_timezone_check check (timezone ~ '^[A-Za-z0-9_+/-]{1,64}$') not valid;
