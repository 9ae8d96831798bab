-- Migration: Create invitations
-- Created: 2026-04-07
-- Purpose: Let admins invite people by email, and the invited join with the link they were sent.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.invitations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  email text not null check (email = lower(email) and email like '_%@_%'),
  role public.member_role not null default 'viewer' check (role <> 'owner'),
  token uuid not null unique default gen_random_uuid(),
  invited_by uuid references auth.users (id) on delete set null,
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint invitations_expiry_check check (expires_at > created_at)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_invitations_organization_id on public.invitations (organization_id);
create index if not exists idx_invitations_invited_by on public.invitations (invited_by);
create unique index if not exists idx_invitations_organization_id_email
on public.invitations (organization_id, email)
where accepted_at is null;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.invitations enable row level security;

revoke all on table public.invitations from anon, authenticated, service_role;
grant select, insert, update, delete on table public.invitations to authenticated;
grant all on table public.invitations to service_role;

drop policy if exists "Admins can view invitations" on public.invitations;
create policy "Admins can view invitations"
on public.invitations for select to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can invite" on public.invitations;
create policy "Admins can invite"
on public.invitations for insert to authenticated
with check (invited_by = (select auth.uid()) and private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can change invitations" on public.invitations;
create policy "Admins can change invitations"
on public.invitations for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin'))
with check (private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can withdraw invitations" on public.invitations;
create policy "Admins can withdraw invitations"
on public.invitations for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_invitations_updated_at on public.invitations;
create trigger update_invitations_updated_at
  before update on public.invitations
  for each row
  execute function public.update_updated_at_column();

create or replace function private.accept_invitation(token_param uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  invitation public.invitations;
begin
  update public.invitations
  set accepted_at = now()
  where token = token_param
    and accepted_at is null
    and expires_at > now()
    and email = (select lower(users.email) from auth.users where users.id = caller)
  returning * into invitation;

  if invitation.id is null then
    raise exception 'Access denied'
      using errcode = '42501', hint = 'The invitation is used, expired or for someone else.';
  end if;

  insert into public.memberships (organization_id, user_id, role)
  values (invitation.organization_id, caller, invitation.role)
  on conflict (organization_id, user_id) do nothing;

  return invitation.organization_id;
end;
$$;

revoke all on function private.accept_invitation(uuid) from public, anon, authenticated, service_role;
grant execute on function private.accept_invitation(uuid) to authenticated;

create or replace function public.accept_invitation(token_param uuid)
returns uuid
language sql
set search_path = ''
as $$
  select private.accept_invitation(token_param);
$$;

revoke all on function public.accept_invitation(uuid) from public, anon, authenticated, service_role;
grant execute on function public.accept_invitation(uuid) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.invitations is 'Invitations to join an organization; one open invitation per address';
comment on column public.invitations.email is 'Address in lower case; only its owner can accept';
comment on column public.invitations.role is 'Role the invited gets; never owner';
comment on column public.invitations.token is 'Secret part of the link in the mail';
comment on column public.invitations.expires_at is 'Until when the link works; later than created_at';
comment on column public.invitations.accepted_at is 'When the invited joined; empty until then';
comment on function public.accept_invitation(uuid) is 'Makes the caller a member of the organization that invited them';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.accept_invitation(uuid);
-- drop function if exists private.accept_invitation(uuid);
-- drop table if exists public.invitations;
