-- Migration: Add the platinum tier
-- Created: 2026-11-27
-- Purpose: Reward children who stay for a whole year.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.badges drop constraint if exists badges_tier_check;
alter table public.badges
  add constraint badges_tier_check check (tier in ('bronze', 'silver', 'gold', 'platinum'));

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.badges.tier is 'bronze, silver, gold or platinum';

-- Rollback
-- To reverse this migration, run:
--
-- comment on column public.badges.tier is 'bronze, silver or gold';
-- alter table public.badges drop constraint if exists badges_tier_check;
-- alter table public.badges
--   add constraint badges_tier_check check (tier in ('bronze', 'silver', 'gold'));
