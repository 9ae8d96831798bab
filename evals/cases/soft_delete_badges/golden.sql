-- Migration: Archive badges
-- Created: 2026-12-12
-- Purpose: Editors retire a badge without taking it away from those who have earned it.

-- SECTION 1: CREATE/ALTER TABLES

alter table public.badges add column if not exists deleted_at timestamptz;

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_badges_tier_name on public.badges (tier, name) where deleted_at is null;

-- SECTION 3: ROW LEVEL SECURITY (RLS)

drop policy if exists "Families can read badges" on public.badges;
drop policy if exists "Families can read badges in use" on public.badges;
create policy "Families can read badges in use"
on public.badges for select to authenticated
using (deleted_at is null);

-- SECTION 5: COMMENTS

comment on column public.badges.deleted_at is 'When the badge was retired; empty while it can be earned';

-- Rollback
-- drop policy if exists "Families can read badges in use" on public.badges;
-- drop policy if exists "Families can read badges" on public.badges;
-- create policy "Families can read badges"
-- on public.badges for select to authenticated
-- using (true);
-- drop index if exists public.idx_badges_tier_name;
-- alter table public.badges drop column if exists deleted_at;
