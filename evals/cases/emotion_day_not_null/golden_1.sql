-- Migration: Add emotion day
-- Created: 2026-11-27
-- Purpose: Give new emotions the day they belong to; those before are filled and looked at in the next migrations.

-- SECTION 1: CREATE/ALTER TABLES

alter table public.emotion_logs add column if not exists logged_on date;
alter table public.emotion_logs alter column logged_on set default current_date;

do $$
begin
  if not exists (
    select 1 from pg_catalog.pg_constraint
    where conrelid = 'public.emotion_logs'::regclass and conname = 'emotion_logs_logged_on_check'
  ) then
    alter table public.emotion_logs
      add constraint emotion_logs_logged_on_check check (logged_on is not null) not valid;
  end if;
end;
$$;

-- SECTION 5: COMMENTS

comment on column public.emotion_logs.logged_on is 'Day of the feeling, as the family''s calendar has it';

-- Rollback
-- alter table public.emotion_logs drop column if exists logged_on;
