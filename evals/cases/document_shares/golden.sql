-- Migration: Add document shares
-- Created: 2026-11-23
-- Purpose: Let editors share a single document with somebody outside the organization.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.document_shares (
  id uuid primary key default gen_random_uuid(),
  document_id uuid not null references public.documents (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  shared_by uuid references auth.users (id) on delete set null,
  permission text not null default 'read' check (permission in ('read', 'comment')),
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (document_id, user_id),
  constraint document_shares_expiry_check check (expires_at is null or expires_at > created_at)
);

-- The policies of documents and of document_shares ask each other; these two read past row level security.
create or replace function private.is_shared_with_me(document uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.document_shares as shares
    where shares.document_id = document
      and shares.user_id = (select auth.uid())
      and (shares.expires_at is null or shares.expires_at > now())
  );
$$;

create or replace function private.can_edit_document(document uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.documents
    join public.memberships on memberships.organization_id = documents.organization_id
    where documents.id = document
      and memberships.user_id = (select auth.uid())
      and memberships.role in ('owner', 'admin', 'editor')
  );
$$;

revoke all on function private.is_shared_with_me(uuid) from public, anon, authenticated, service_role;
grant execute on function private.is_shared_with_me(uuid) to authenticated;
revoke all on function private.can_edit_document(uuid) from public, anon, authenticated, service_role;
grant execute on function private.can_edit_document(uuid) to authenticated;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_document_shares_user_id on public.document_shares (user_id);
create index if not exists idx_document_shares_shared_by on public.document_shares (shared_by);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.document_shares enable row level security;

revoke all on table public.document_shares from anon, authenticated, service_role;
grant select, insert, delete on table public.document_shares to authenticated;
grant update (permission, expires_at) on table public.document_shares to authenticated;
grant all on table public.document_shares to service_role;

drop policy if exists "Editors and the invited can see shares" on public.document_shares;
create policy "Editors and the invited can see shares"
on public.document_shares for select to authenticated
using (user_id = (select auth.uid()) or private.can_edit_document(document_id));

drop policy if exists "Editors can share documents" on public.document_shares;
create policy "Editors can share documents"
on public.document_shares for insert to authenticated
with check (shared_by = (select auth.uid()) and private.can_edit_document(document_id));

drop policy if exists "Editors can change shares" on public.document_shares;
create policy "Editors can change shares"
on public.document_shares for update to authenticated
using (private.can_edit_document(document_id))
with check (private.can_edit_document(document_id));

drop policy if exists "Editors can end shares and the invited can leave" on public.document_shares;
create policy "Editors can end shares and the invited can leave"
on public.document_shares for delete to authenticated
using (user_id = (select auth.uid()) or private.can_edit_document(document_id));

drop policy if exists "Members can read documents" on public.documents;
drop policy if exists "Members and the invited can read documents" on public.documents;
create policy "Members and the invited can read documents"
on public.documents for select to authenticated
using (private.is_member(organization_id) or private.is_shared_with_me(id));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_document_shares_updated_at on public.document_shares;
create trigger update_document_shares_updated_at
  before update on public.document_shares
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.document_shares is 'Who may see a document without being a member; once for each person';
comment on column public.document_shares.permission is 'read, or comment for reading and discussing';
comment on column public.document_shares.expires_at is 'Until when it holds; for good where it is empty';
comment on function private.is_shared_with_me(uuid) is 'Whether the document is shared with the caller';
comment on function private.can_edit_document(uuid) is 'Whether the caller may write in the document''s organization';

-- Rollback
-- To reverse this migration, run:
--
-- drop policy if exists "Members and the invited can read documents" on public.documents;
-- drop policy if exists "Members can read documents" on public.documents;
-- create policy "Members can read documents"
-- on public.documents for select to authenticated
-- using (private.is_member(organization_id));
-- drop table if exists public.document_shares;
-- drop function if exists private.can_edit_document(uuid);
-- drop function if exists private.is_shared_with_me(uuid);
