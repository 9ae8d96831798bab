-- Migration: Say what badges are
-- Created: 2026-12-07
-- Purpose: Tell who reads the schema what a badge is for.

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

do $$
begin
  if current_setting('server_version_num')::integer >= 150000 then
    comment on table public.badges is 'What a child has reached, to be seen on its wall';
  end if;
end $$;

-- Rollback
-- To reverse this migration, run:
--
-- comment on table public.badges is 'Badges that children can earn, the same for all families';
