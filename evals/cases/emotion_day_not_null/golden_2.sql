-- Migration: Fill emotion day
-- Created: 2026-11-27
-- Purpose: Emotions from before belong to the day on which they were logged.

-- SECTION 1: CREATE/ALTER TABLES

do $$
declare
  filled integer;
begin
  loop
    update public.emotion_logs
    set logged_on = created_at::date
    where id in (
      select id from public.emotion_logs where logged_on is null limit 2000 for update skip locked
    );
    get diagnostics filled = row_count;
    exit when filled = 0;
    perform pg_sleep(0.05);
  end loop;
end;
$$;

-- Rollback
-- Irreversible: which days were filled here is not recorded; dropping the column takes them along
