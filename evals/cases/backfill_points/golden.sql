-- Migration: Correct summer points
-- Created: 2026-12-17
-- Purpose: The app of July gave no points for lessons that were completed; give what the lesson is worth, in batches.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
declare
  changed integer;
begin
  loop
    with batch as (
      select progress.id, greatest(lessons.points, 0) as points
      from public.user_progress as progress
      join public.lessons on lessons.id = progress.lesson_id
      where progress.status = 'completed' and progress.points_earned = 0 and lessons.points > 0
      limit 1000
      for update of progress skip locked
    )
    update public.user_progress
    set points_earned = batch.points
    from batch
    where user_progress.id = batch.id;
    get diagnostics changed = row_count;
    exit when changed = 0;
    perform pg_sleep(0.1);
  end loop;
end;
$$;

-- Rollback
-- Irreversible: rows that had no points are not told from those that had them
