-- Migration: Add teams
-- Created: 2026-11-27
-- Purpose: Divide an organization into teams; a team is seen by its organization and filled by admins.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.teams (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 60),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name)
);

create table if not exists public.team_members (
  team_id uuid not null references public.teams (id) on delete cascade,
  membership_id uuid not null references public.memberships (id) on delete cascade,
  is_lead boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (team_id, membership_id)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_team_members_membership_id on public.team_members (membership_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.teams enable row level security;
alter table public.team_members enable row level security;

revoke all on table public.teams, public.team_members from anon, authenticated, service_role;
grant select, insert, update, delete on table public.teams to authenticated;
grant select, insert, delete on table public.team_members to authenticated;
grant all on table public.teams, public.team_members to service_role;

drop policy if exists "Members can view teams" on public.teams;
create policy "Members can view teams" on public.teams
for select to authenticated
using (private.is_member(organization_id));

drop policy if exists "Admins can add teams" on public.teams;
create policy "Admins can add teams" on public.teams
for insert to authenticated
with check (private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can rename teams" on public.teams;
create policy "Admins can rename teams" on public.teams
for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin'))
with check (private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can delete teams" on public.teams;
create policy "Admins can delete teams" on public.teams
for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- The inner query runs under the policies of teams.
drop policy if exists "Members can view who is in a team" on public.team_members;
create policy "Members can view who is in a team" on public.team_members
for select to authenticated
using (team_id in (select teams.id from public.teams));

-- A team takes members of its own organization only.
drop policy if exists "Admins can put members into teams" on public.team_members;
create policy "Admins can put members into teams" on public.team_members
for insert to authenticated
with check (
  exists (
    select 1
    from public.teams
    join public.memberships on memberships.organization_id = teams.organization_id
    where teams.id = team_members.team_id
      and memberships.id = team_members.membership_id
      and private.has_role(teams.organization_id, 'owner', 'admin')
  )
);

drop policy if exists "Admins can take members out of teams" on public.team_members;
create policy "Admins can take members out of teams" on public.team_members
for delete to authenticated
using (
  exists (
    select 1
    from public.teams
    where teams.id = team_members.team_id and private.has_role(teams.organization_id, 'owner', 'admin')
  )
);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_teams_updated_at on public.teams;
create trigger update_teams_updated_at
  before update on public.teams
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.teams is 'Teams within an organization';
comment on column public.teams.name is 'Name, 1 to 60 characters, unique within the organization';
comment on table public.team_members is 'Which member is in which team, both of one organization';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.team_members;
-- drop table if exists public.teams;
