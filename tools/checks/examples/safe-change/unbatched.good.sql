-- Migration: Fill progress start times
-- Created: 2026-11-20
-- Purpose: Give results from before the start was recorded a start time.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
declare
  changed integer;
begin
  loop
    update public.user_progress
    set started_at = created_at
    where id in (
      select id
      from public.user_progress
      where started_at is null and status <> 'not_started'
      limit 5000
      for update skip locked
    );
    get diagnostics changed = row_count;
    exit when changed = 0;
    perform pg_sleep(0.1);
  end loop;
end;
$$;

-- Rollback
-- To reverse this migration, run:
--
-- Irreversible: which rows were empty before is not kept
