-- Migration: Create organizations
-- Created: 2026-01-26
-- Purpose: Introduce organizations and their members, on whose role every other permission rests.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if to_regtype('public.member_role') is null then
    create type public.member_role as enum ('owner', 'admin', 'editor', 'viewer');
  end if;
end;
$$;

create table if not exists public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 2 and 80),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  plan text not null default 'free' check (plan in ('free', 'team', 'business')),
  settings jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.memberships (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role public.member_role not null default 'viewer',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, user_id)
);

-- The policies below ask these two. They read memberships as their owner, so that the policies of
-- memberships do not ask themselves.
create or replace function private.is_member(organization uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.memberships
    where organization_id = organization and user_id = (select auth.uid())
  );
$$;

create or replace function private.has_role(organization uuid, variadic roles public.member_role[])
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.memberships
    where organization_id = organization and user_id = (select auth.uid()) and role = any (roles)
  );
$$;

revoke all on function private.is_member(uuid) from public, anon, authenticated, service_role;
grant execute on function private.is_member(uuid) to authenticated;

revoke all on function private.has_role(uuid, public.member_role[]) from public, anon, authenticated, service_role;
grant execute on function private.has_role(uuid, public.member_role[]) to authenticated;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_memberships_user_id on public.memberships (user_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.organizations enable row level security;

revoke all on table public.organizations from anon, authenticated, service_role;
grant select, delete on table public.organizations to authenticated;
grant update (name, slug, settings) on table public.organizations to authenticated;
grant all on table public.organizations to service_role;

drop policy if exists "Members can view their organizations" on public.organizations;
create policy "Members can view their organizations"
on public.organizations for select to authenticated
using (private.is_member(id));

drop policy if exists "Admins can update their organizations" on public.organizations;
create policy "Admins can update their organizations"
on public.organizations for update to authenticated
using (private.has_role(id, 'owner', 'admin'))
with check (private.has_role(id, 'owner', 'admin'));

drop policy if exists "Owners can delete their organizations" on public.organizations;
create policy "Owners can delete their organizations"
on public.organizations for delete to authenticated
using (private.has_role(id, 'owner'));

alter table public.memberships enable row level security;

revoke all on table public.memberships from anon, authenticated, service_role;
grant select, insert, update, delete on table public.memberships to authenticated;
grant all on table public.memberships to service_role;

drop policy if exists "Members can view fellow members" on public.memberships;
create policy "Members can view fellow members"
on public.memberships for select to authenticated
using (private.is_member(organization_id));

-- Admins manage everybody but owners; only an owner makes or unmakes an owner.
drop policy if exists "Admins can add members" on public.memberships;
create policy "Admins can add members"
on public.memberships for insert to authenticated
with check (
  private.has_role(organization_id, 'owner')
  or (role <> 'owner' and private.has_role(organization_id, 'admin'))
);

drop policy if exists "Admins can change members" on public.memberships;
create policy "Admins can change members"
on public.memberships for update to authenticated
using (
  private.has_role(organization_id, 'owner')
  or (role <> 'owner' and private.has_role(organization_id, 'admin'))
)
with check (
  private.has_role(organization_id, 'owner')
  or (role <> 'owner' and private.has_role(organization_id, 'admin'))
);

drop policy if exists "Admins can remove members and members can leave" on public.memberships;
create policy "Admins can remove members and members can leave"
on public.memberships for delete to authenticated
using (
  user_id = (select auth.uid())
  or private.has_role(organization_id, 'owner')
  or (role <> 'owner' and private.has_role(organization_id, 'admin'))
);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_organizations_updated_at on public.organizations;
create trigger update_organizations_updated_at
  before update on public.organizations
  for each row
  execute function public.update_updated_at_column();

drop trigger if exists update_memberships_updated_at on public.memberships;
create trigger update_memberships_updated_at
  before update on public.memberships
  for each row
  execute function public.update_updated_at_column();

create or replace function private.create_organization(name_param text, slug_param text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  organization uuid;
begin
  if caller is null then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  insert into public.organizations (name, slug)
  values (name_param, slug_param)
  returning id into organization;

  insert into public.memberships (organization_id, user_id, role)
  values (organization, caller, 'owner');

  return organization;
end;
$$;

revoke all on function private.create_organization(text, text) from public, anon, authenticated, service_role;
grant execute on function private.create_organization(text, text) to authenticated;

create or replace function public.create_organization(name_param text, slug_param text)
returns uuid
language sql
set search_path = ''
as $$
  select private.create_organization(name_param, slug_param);
$$;

revoke all on function public.create_organization(text, text) from public, anon, authenticated, service_role;
grant execute on function public.create_organization(text, text) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on type public.member_role is 'What a member may do, from everything (owner) to reading (viewer)';

comment on table public.organizations is 'Tenants: everything else belongs to exactly one of them';
comment on column public.organizations.name is 'Name, 2 to 80 characters';
comment on column public.organizations.slug is 'Name in addresses: lower case words joined by hyphens, unique';
comment on column public.organizations.plan is 'free, team or business; set by billing, not by members';
comment on column public.organizations.settings is 'Preferences of the organization: {"default_status": "draft"}';

comment on table public.memberships is 'Who belongs to which organization, and as what; once each';
comment on column public.memberships.role is 'What this member may do in this organization';

comment on function private.is_member(uuid) is 'Whether the caller belongs to the organization';
comment on function private.has_role(uuid, public.member_role[]) is
  'Whether the caller has one of the roles in the organization';
comment on function public.create_organization(text, text) is 'Makes an organization whose owner is the caller';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.create_organization(text, text);
-- drop function if exists private.create_organization(text, text);
-- drop table if exists public.memberships;
-- drop table if exists public.organizations;
-- drop function if exists private.has_role(uuid, public.member_role[]);
-- drop function if exists private.is_member(uuid);
-- drop type if exists public.member_role;
