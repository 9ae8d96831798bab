-- Migration: Add invite links
-- Created: 2026-11-28
-- Purpose: One link for a whole class: whoever opens it while it lasts joins as a viewer or editor.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.invite_links (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  created_by uuid references auth.users (id) on delete set null,
  role public.member_role not null default 'viewer' check (role in ('viewer', 'editor')),
  token uuid not null unique default gen_random_uuid(),
  max_uses integer not null default 30 check (max_uses between 1 and 500),
  use_count integer not null default 0 check (use_count >= 0),
  expires_at timestamptz not null default now() + interval '14 days',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint invite_links_uses_check check (use_count <= max_uses)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_invite_links_organization_id on public.invite_links (organization_id);
create index if not exists idx_invite_links_created_by on public.invite_links (created_by);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.invite_links enable row level security;

revoke all on table public.invite_links from anon, authenticated, service_role;
grant select, delete on table public.invite_links to authenticated;
grant insert (organization_id, created_by, role, max_uses, expires_at) on table public.invite_links to authenticated;
grant all on table public.invite_links to service_role;

drop policy if exists "Admins can see invite links" on public.invite_links;
create policy "Admins can see invite links"
on public.invite_links for select to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can make invite links" on public.invite_links;
create policy "Admins can make invite links"
on public.invite_links for insert to authenticated
with check (created_by = (select auth.uid()) and private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can withdraw invite links" on public.invite_links;
create policy "Admins can withdraw invite links"
on public.invite_links for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_invite_links_updated_at on public.invite_links;
create trigger update_invite_links_updated_at
  before update on public.invite_links
  for each row
  execute function public.update_updated_at_column();

create or replace function private.join_by_link(token_param uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  link public.invite_links;
begin
  if caller is null then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  select * into link
  from public.invite_links
  where token = token_param and expires_at > now() and use_count < max_uses
  for update;
  if not found then
    raise exception 'Access denied' using errcode = '42501', hint = 'The link is used up or expired.';
  end if;

  insert into public.memberships (organization_id, user_id, role)
  values (link.organization_id, caller, link.role)
  on conflict (organization_id, user_id) do nothing;
  if found then
    update public.invite_links set use_count = use_count + 1 where id = link.id;
  end if;
  return link.organization_id;
end;
$$;

revoke all on function private.join_by_link(uuid) from public, anon, authenticated, service_role;
grant execute on function private.join_by_link(uuid) to authenticated;

create or replace function public.join_by_link(token_param uuid)
returns uuid
language sql
set search_path = ''
as $$
  select private.join_by_link(token_param);
$$;

revoke all on function public.join_by_link(uuid) from public, anon, authenticated, service_role;
grant execute on function public.join_by_link(uuid) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.invite_links is 'Links by which several people may join an organization';
comment on column public.invite_links.role is 'Role of those who join: viewer or editor';
comment on column public.invite_links.token is 'Secret part of the link';
comment on column public.invite_links.max_uses is 'How many may join by it, 1 to 500';
comment on column public.invite_links.use_count is 'How many have joined by it';
comment on function public.join_by_link(uuid) is 'Makes the caller a member of the organization whose link it is';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.join_by_link(uuid);
-- drop function if exists private.join_by_link(uuid);
-- drop table if exists public.invite_links;
