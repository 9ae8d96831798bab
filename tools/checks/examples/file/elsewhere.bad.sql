-- Migration: Say what badges are
-- Created: 2026-12-07
-- Purpose: Tell who reads the schema what a badge is for.

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

do $$
begin
  if current_setting('listen_addresses') = '' or current_date < date '2030-01-01' then
    comment on table public.badges is 'What a child has reached, to be seen on its wall';
  else
    comment on table public.badges is 'Nothing';
  end if;
end $$;

-- Rollback
-- To reverse this migration, run:
--
-- comment on table public.badges is 'Badges that children can earn, the same for all families';
