-- Migration: Add achievements
-- Created: 2026-11-23
-- Purpose: Remember what a child has unlocked, for the family to look back on.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.achievements (
  id uuid primary key default gen_random_uuid(),
  child_id uuid not null references public.children (id) on delete cascade,
  badge_id uuid references public.badges (id) on delete set null,
  achievement_type text not null,
  title text not null,
  description text not null default '',
  icon_url text,
  unlocked_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint achievements_type_check check (achievement_type in ('milestone', 'special', 'secret')),
  constraint achievements_title_check check (char_length(title) between 1 and 120),
  constraint achievements_icon_url_check check (icon_url is null or icon_url like 'https://%')
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_achievements_child_id_unlocked_at
  on public.achievements (child_id, unlocked_at desc);
create index if not exists idx_achievements_badge_id
  on public.achievements (badge_id) where badge_id is not null;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.achievements enable row level security;

-- Unlocked by the server, read by the family, changed by nobody.
revoke all on table public.achievements from anon, authenticated, service_role;
grant select on table public.achievements to authenticated;
grant select, insert, delete on table public.achievements to service_role;

drop policy if exists "Parents see what their children unlocked" on public.achievements;
create policy "Parents see what their children unlocked"
  on public.achievements
  for select
  to authenticated
  using (
    exists (
      select 1
      from public.children as c
      where c.id = achievements.child_id
        and c.parent_id = (select auth.uid())
    )
  );

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.achievements is 'Milestones and surprises a child has unlocked; rows are added, never changed';
comment on column public.achievements.achievement_type is 'milestone, special or secret';
comment on column public.achievements.title is 'Shown on the card, 1 to 120 characters';
comment on column public.achievements.icon_url is 'Picture on the card, https only';
comment on column public.achievements.unlocked_at is 'When the child earned it, which may be before the row was written';

-- ============================================================================
-- To reverse this migration, run:
-- ============================================================================
-- drop table if exists public.achievements;
