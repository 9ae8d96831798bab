-- Migration: Create badges and skills
-- Created: 2026-03-11
-- Purpose: List the badges that children can earn and the skills that lessons train.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.badges (
  id uuid primary key default extensions.uuid_generate_v4(),
  name text not null unique check (char_length(name) between 2 and 80),
  description text not null,
  icon_url text check (icon_url ~ '^https://'),
  tier text not null default 'bronze' check (tier in ('bronze', 'silver', 'gold')),
  criteria jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.skills (
  id uuid primary key default extensions.uuid_generate_v4(),
  name text not null unique check (char_length(name) between 2 and 80),
  description text not null,
  subject text not null check (subject in ('emotions', 'math', 'reading', 'science', 'life_skills')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_skills_subject on public.skills (subject);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.badges enable row level security;

revoke all on table public.badges from anon, authenticated, service_role;
grant select on table public.badges to authenticated;
grant all on table public.badges to service_role;

drop policy if exists "Families can read badges" on public.badges;
create policy "Families can read badges"
on public.badges for select to authenticated
using (true);

alter table public.skills enable row level security;

revoke all on table public.skills from anon, authenticated, service_role;
grant select on table public.skills to authenticated;
grant all on table public.skills to service_role;

drop policy if exists "Families can read skills" on public.skills;
create policy "Families can read skills"
on public.skills for select to authenticated
using (true);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_badges_updated_at on public.badges;
create trigger update_badges_updated_at
  before update on public.badges
  for each row
  execute function public.update_updated_at_column();

drop trigger if exists update_skills_updated_at on public.skills;
create trigger update_skills_updated_at
  before update on public.skills
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.badges is 'Badges that children can earn, the same for all families';
comment on column public.badges.name is 'Name on the badge, 2 to 80 characters, unique';
comment on column public.badges.icon_url is 'Picture of the badge, https only';
comment on column public.badges.tier is 'bronze, silver or gold';
comment on column public.badges.criteria is 'What earns it: {"lessons_completed": 10, "subject": "math"}';

comment on table public.skills is 'Skills that lessons train, the same for all families';
comment on column public.skills.name is 'Name of the skill, 2 to 80 characters, unique';
comment on column public.skills.subject is 'emotions, math, reading, science or life_skills';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.skills;
-- drop table if exists public.badges;
