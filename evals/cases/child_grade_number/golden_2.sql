-- Migration: Fill the number of a child's grade
-- Created: 2026-11-22
-- Purpose: Second step: convert the grades that are there, in batches. Children without a grade stay without one.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
declare
  last_id uuid := '00000000-0000-0000-0000-000000000000';
begin
  loop
    with batch as (
      select id from public.children
      where grade_level is not null and grade_number is null and id > last_id
      order by id
      limit 5000
      for update
    ), changed as (
      update public.children as child
      set grade_number = case
        when child.grade_level = 'K' then 0
        when child.grade_level ~ '^([1-9]|1[0-2])$' then child.grade_level::integer
      end
      from batch
      where child.id = batch.id
      returning child.id
    )
    select (array_agg(id order by id desc))[1] into last_id from changed;
    exit when last_id is null;
    perform pg_sleep(0.05);
  end loop;
end;
$$;

analyze public.children;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- Irreversible: updated_at of the children and the entries that their triggers wrote to audit_log stay
-- do $$
-- declare
--   last_id uuid := '00000000-0000-0000-0000-000000000000';
-- begin
--   loop
--     with batch as (
--       select id from public.children
--       where grade_number is not null and id > last_id
--       order by id
--       limit 5000
--       for update
--     ), changed as (
--       update public.children as child
--       set grade_number = null
--       from batch
--       where child.id = batch.id
--       returning child.id
--     )
--     select (array_agg(id order by id desc))[1] into last_id from changed;
--     exit when last_id is null;
--     perform pg_sleep(0.05);
--   end loop;
-- end;
-- $$;
