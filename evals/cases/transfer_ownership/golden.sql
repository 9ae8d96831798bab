-- Migration: Add the transfer of ownership
-- Created: 2026-11-22
-- Purpose: Let the owner of an organization hand it over to another member in one step, without support.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function private.transfer_ownership(organization_param uuid, new_owner_param uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
begin
  if not private.has_role(organization_param, 'owner') then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  -- One order for everybody, so that two owners who hand over to each other cannot deadlock.
  perform
  from public.memberships
  where organization_id = organization_param
    and user_id in (caller, new_owner_param)
  order by id
  for update;

  if new_owner_param = caller then
    raise exception 'The new owner must be another member' using errcode = '22023';
  end if;

  -- Asked again under the lock: a second click waits above and finds that its caller is no longer owner.
  update public.memberships
  set role = 'admin'
  where organization_id = organization_param
    and user_id = caller
    and role = 'owner';

  if not found then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  update public.memberships
  set role = 'owner'
  where organization_id = organization_param
    and user_id = new_owner_param;

  if not found then
    raise exception 'The new owner must already be a member of the organization' using errcode = '22023';
  end if;
end;
$$;

revoke all on function private.transfer_ownership(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function private.transfer_ownership(uuid, uuid) to authenticated;

create or replace function public.transfer_ownership(organization_param uuid, new_owner_param uuid)
returns void
language sql
set search_path = ''
as $$
  select private.transfer_ownership(organization_param, new_owner_param);
$$;

revoke all on function public.transfer_ownership(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.transfer_ownership(uuid, uuid) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function private.transfer_ownership(uuid, uuid) is 'Makes a member owner of an organization and the calling owner its admin';
comment on function public.transfer_ownership(uuid, uuid) is 'Makes a member owner of an organization and the calling owner its admin';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop function if exists public.transfer_ownership(uuid, uuid);
-- drop function if exists private.transfer_ownership(uuid, uuid);
