-- Migration: Add member directory
-- Created: 2026-06-09
-- Purpose: Show members the names of the people they work with, and nobody else's.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create or replace function private.shares_organization(person uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.memberships as mine
    join public.memberships as theirs on theirs.organization_id = mine.organization_id
    where mine.user_id = (select auth.uid()) and theirs.user_id = person
  );
$$;

revoke all on function private.shares_organization(uuid) from public, anon, authenticated, service_role;
grant execute on function private.shares_organization(uuid) to authenticated;

create or replace view public.organization_members
with (security_invoker = true)
as
select
  memberships.organization_id,
  memberships.user_id,
  memberships.role,
  profiles.full_name,
  profiles.avatar_url,
  memberships.created_at as joined_at
from public.memberships
join public.profiles on profiles.id = memberships.user_id;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

revoke all on table public.organization_members from anon, authenticated, service_role;
grant select on table public.organization_members to authenticated;
grant select on table public.organization_members to service_role;

drop policy if exists "Users can view their own profile" on public.profiles;
drop policy if exists "Users can view their own and fellow members' profiles" on public.profiles;
create policy "Users can view their own and fellow members' profiles"
on public.profiles for select to authenticated
using (id = (select auth.uid()) or private.shares_organization(id));

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on view public.organization_members is 'Members with their names; shows the organizations of whoever asks';
comment on function private.shares_organization(uuid) is
  'Whether the caller and the person belong to a common organization';

-- Rollback
-- To reverse this migration, run:
--
-- drop policy if exists "Users can view their own and fellow members' profiles" on public.profiles;
-- drop policy if exists "Users can view their own profile" on public.profiles;
-- create policy "Users can view their own profile"
-- on public.profiles for select to authenticated
-- using (id = (select auth.uid()));
-- drop view if exists public.organization_members;
-- drop function if exists private.shares_organization(uuid);
