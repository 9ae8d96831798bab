-- Migration: Add projects
-- Created: 2026-11-25
-- Purpose: Group the work of an organization: viewers read, editors write, admins archive, owners delete.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.projects (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  lead_id uuid references public.profiles (id) on delete set null,
  name text not null check (char_length(name) between 2 and 100),
  status text not null default 'active' check (status in ('active', 'paused', 'archived')),
  budget_hours integer check (budget_hours between 0 and 100000),
  starts_on date,
  ends_on date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint projects_dates_check check (ends_on >= starts_on),
  constraint projects_organization_id_name_key unique (organization_id, name)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_projects_organization_id_status on public.projects (organization_id, status);
create index if not exists idx_projects_lead_id on public.projects (lead_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.projects enable row level security;

revoke all on table public.projects from anon, authenticated, service_role;
grant select, insert, update, delete on table public.projects to authenticated;
grant all on table public.projects to service_role;

drop policy if exists "Members can view projects" on public.projects;
create policy "Members can view projects"
on public.projects for select to authenticated
using (
  exists (
    select 1
    from public.memberships as m
    where m.organization_id = projects.organization_id and m.user_id = (select auth.uid())
  )
);

drop policy if exists "Editors can add projects" on public.projects;
create policy "Editors can add projects"
on public.projects for insert to authenticated
with check (
  exists (
    select 1
    from public.memberships as m
    where m.organization_id = projects.organization_id
      and m.user_id = (select auth.uid())
      and m.role in ('owner', 'admin', 'editor')
  )
);

drop policy if exists "Editors can update projects" on public.projects;
create policy "Editors can update projects"
on public.projects for update to authenticated
using (
  exists (
    select 1
    from public.memberships as m
    where m.organization_id = projects.organization_id
      and m.user_id = (select auth.uid())
      and m.role in ('owner', 'admin', 'editor')
  )
)
with check (
  exists (
    select 1
    from public.memberships as m
    where m.organization_id = projects.organization_id
      and m.user_id = (select auth.uid())
      and m.role in ('owner', 'admin', 'editor')
  )
);

drop policy if exists "Owners can delete projects" on public.projects;
create policy "Owners can delete projects"
on public.projects for delete to authenticated
using (
  exists (
    select 1
    from public.memberships as m
    where m.organization_id = projects.organization_id
      and m.user_id = (select auth.uid())
      and m.role = 'owner'
  )
);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_projects_updated_at on public.projects;
create trigger update_projects_updated_at
  before update on public.projects
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.projects is 'Projects of an organization';
comment on column public.projects.name is 'Name, 2 to 100 characters, unique within the organization';
comment on column public.projects.status is 'active, paused or archived';
comment on column public.projects.budget_hours is 'Hours that were agreed, 0 to 100000; empty where nothing was';
comment on column public.projects.ends_on is 'Last day; not before starts_on';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.projects;
