-- Migration: Widen points_earned, step 2: fill the copy
-- Created: 2026-11-22
-- Purpose: Rows from before step 1 get their copy of points_earned, in batches along the primary key, so that every row is visited once.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
declare
  last_id uuid := '00000000-0000-0000-0000-000000000000';
  touched integer;
begin
  loop
    with batch as (
      select id from public.user_progress
      where points_earned_bigint is null and id > last_id
      order by id
      limit 5000
      for update skip locked
    ), filled as (
      update public.user_progress as progress
      set points_earned_bigint = progress.points_earned
      from batch
      where progress.id = batch.id
      returning progress.id
    )
    select count(*), (array_agg(filled.id order by filled.id desc))[1]
    into touched, last_id
    from filled;

    if touched = 0 then
      -- Rows that somebody held in the meantime: go round once more until none is left.
      exit when not exists (select from public.user_progress where points_earned_bigint is null);
      last_id := '00000000-0000-0000-0000-000000000000';
      perform pg_sleep(0.5);
    end if;

    perform pg_sleep(0.05);
  end loop;
end;
$$;

analyze public.user_progress;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- Irreversible: the copies stay filled; each equals points_earned of its row, and they go with the column in step 1's rollback
