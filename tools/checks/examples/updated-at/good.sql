-- Migration: Add quests
-- Created: 2026-11-30
-- Purpose: Give children small daily, weekly and special tasks that earn points.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.quests (
  id uuid primary key default gen_random_uuid(),
  child_id uuid not null references public.children (id) on delete cascade,
  badge_id uuid references public.badges (id) on delete set null,
  title text not null check (char_length(title) between 3 and 200),
  quest_type text not null check (quest_type in ('daily', 'weekly', 'special')),
  progress integer not null default 0 check (progress between 0 and 100),
  points_reward integer not null check (points_reward between 1 and 1000),
  requirements jsonb not null default '[]'::jsonb,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint quests_expires_at_check check (expires_at is null or expires_at > created_at)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_quests_child_id on public.quests (child_id);
create index if not exists idx_quests_badge_id on public.quests (badge_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.quests enable row level security;

revoke all on table public.quests from anon, authenticated, service_role;
grant select, insert, update on table public.quests to authenticated;
grant all on table public.quests to service_role;

drop policy if exists "Parents can view their children's quests" on public.quests;
create policy "Parents can view their children's quests"
on public.quests for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can give their children quests" on public.quests;
create policy "Parents can give their children quests"
on public.quests for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can update their children's quests" on public.quests;
create policy "Parents can update their children's quests"
on public.quests for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_quests_updated_at on public.quests;
create trigger update_quests_updated_at
  before update on public.quests
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.quests is 'Daily, weekly and special tasks for a child';
comment on column public.quests.title is 'Title, 3 to 200 characters';
comment on column public.quests.quest_type is 'daily, weekly or special';
comment on column public.quests.progress is 'How far the child is, 0 to 100 percent';
comment on column public.quests.points_reward is 'Points for finishing it, 1 to 1000';
comment on column public.quests.requirements is 'What has to be done: [{"type": "lesson", "count": 3}]';
comment on column public.quests.expires_at is 'When it can no longer be finished; always after it was made';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.quests;
