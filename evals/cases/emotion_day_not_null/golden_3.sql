-- Migration: Validate emotion day
-- Created: 2026-11-27
-- Purpose: Read all emotions once, while families go on logging.

-- SECTION 1: CREATE/ALTER TABLES

alter table public.emotion_logs validate constraint emotion_logs_logged_on_check;

-- Rollback
-- alter table public.emotion_logs drop constraint if exists emotion_logs_logged_on_check;
-- alter table public.emotion_logs
--   add constraint emotion_logs_logged_on_check check (logged_on is not null) not valid;
