-- Migration: Add quests
-- Created: 2026-11-22
-- Purpose: Quests for children, with rewards

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if not exists (select from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
                 where n.nspname = 'public' and t.typname = 'quest_status') then
    create type public.quest_status as enum ('available', 'active', 'completed', 'expired');
  end if;
end $$;

create table if not exists public.quests (
  id uuid primary key default gen_random_uuid(),
  child_id uuid not null references public.children (id) on delete cascade,
  title text not null check (length(title) between 3 and 200),
  description text not null check (length(description) <= 1000),
  quest_type text not null check (quest_type in ('daily', 'weekly', 'special')),
  status public.quest_status not null default 'available',
  progress integer not null default 0 check (progress between 0 and 100),
  points_reward integer not null check (points_reward > 0),
  badge_id uuid references public.badges (id) on delete set null,
  requirements jsonb not null default '[]'::jsonb,
  metadata jsonb not null default '{}'::jsonb,
  available_at timestamptz not null default now(),
  expires_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint quests_valid_completion check ((status = 'completed') = (completed_at is not null)),
  constraint quests_valid_expiry check (expires_at is null or expires_at > available_at)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_quests_badge_id on public.quests (badge_id);
create index if not exists idx_quests_child_id_status on public.quests (child_id, status);
create index if not exists idx_quests_expires_at on public.quests (expires_at) where expires_at is not null;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.quests enable row level security;

revoke all on table public.quests from anon, authenticated, service_role;
grant select, insert, update on table public.quests to authenticated;
grant select, insert, update, delete on table public.quests to service_role;

drop policy if exists "Parents view quests of own children" on public.quests;
create policy "Parents view quests of own children" on public.quests
  for select to authenticated
  using (child_id in (select c.id from public.children c where c.parent_id = (select auth.uid())));

drop policy if exists "Parents add quests for own children" on public.quests;
create policy "Parents add quests for own children" on public.quests
  for insert to authenticated
  with check (child_id in (select c.id from public.children c where c.parent_id = (select auth.uid())));

drop policy if exists "Parents update quests of own children" on public.quests;
create policy "Parents update quests of own children" on public.quests
  for update to authenticated
  using (child_id in (select c.id from public.children c where c.parent_id = (select auth.uid())))
  with check (child_id in (select c.id from public.children c where c.parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_quests_updated_at on public.quests;
create trigger update_quests_updated_at
  before update on public.quests
  for each row execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.quests is 'Daily, weekly and special quests that a child can complete for points';
comment on type public.quest_status is 'Where a quest stands, from available to completed or expired';
comment on column public.quests.title is '3 to 200 characters';
comment on column public.quests.description is 'At most 1000 characters';
comment on column public.quests.quest_type is 'How often it comes: daily, weekly or special';
comment on column public.quests.status is 'Where the quest stands; completed exactly when completed_at is set';
comment on column public.quests.progress is 'Percent done, 0 to 100';
comment on column public.quests.points_reward is 'Points earned on completion, above 0';
comment on column public.quests.requirements is 'List of requirements: [{"type": "lesson", "count": 3}]';
comment on column public.quests.metadata is 'Free-form settings of the quest';
comment on column public.quests.expires_at is 'After available_at; never when empty';
comment on column public.quests.completed_at is 'Set exactly when the status is completed';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop table if exists public.quests;
-- drop type if exists public.quest_status;
