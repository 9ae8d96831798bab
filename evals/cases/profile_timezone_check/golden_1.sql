-- Migration: Limit profile timezones
-- Created: 2026-11-29
-- Purpose: Refuse new time zones that cannot be one; existing ones are looked at in the next migration.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $migration$
begin
  alter table public.profiles
    add constraint profiles_timezone_check check (timezone ~ '^[A-Za-z0-9_+/-]{1,64}$') not valid;
exception
  when duplicate_object then null;
end;
$migration$;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.profiles.timezone is 'IANA time zone of the family, such as Europe/Lisbon; letters and _ + / -';

-- Rollback
-- comment on column public.profiles.timezone is 'IANA time zone of the family, such as Europe/Lisbon';
-- alter table public.profiles drop constraint if exists profiles_timezone_check;
