-- Migration: Say what badges are
-- Created: 2026-12-07
-- Purpose: Tell who reads the schema what a badge is for.

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

/* What a badge is for */
comment on table public.badges is 'What a child has reached, to be seen on its wall (значок, شارة)';

-- Rollback
-- To reverse this migration, run:
--
-- comment on table public.badges is 'Badges that children can earn, the same for all families';
