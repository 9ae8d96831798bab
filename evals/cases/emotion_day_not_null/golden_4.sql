-- Migration: Require emotion day
-- Created: 2026-11-27
-- Purpose: NOT NULL proper, which the validated constraint makes free of charge; the constraint may go.

-- SECTION 1: CREATE/ALTER TABLES

alter table public.emotion_logs alter column logged_on set not null;
alter table public.emotion_logs drop constraint if exists emotion_logs_logged_on_check;

-- Rollback
-- alter table public.emotion_logs add constraint emotion_logs_logged_on_check check (logged_on is not null);
-- alter table public.emotion_logs alter column logged_on drop not null;
