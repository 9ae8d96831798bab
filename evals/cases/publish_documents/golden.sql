-- Migration: Publish documents on the web
-- Created: 2026-11-22
-- Purpose: Let admins of an organization make single documents readable for anybody, even without an account, and take that back.

-- allow: grants/public-execute on public.get_published_document(uuid): The request opens published documents to anybody on the web, without an account: anon must be able to execute the one function that serves them, and reaches no table.
-- allow: functions/caller on public.get_published_document(uuid): The request opens published documents to anybody on the web, without an account: who calls does not matter, only whether an admin has published the document, which the function checks first. Its owner's rights keep documents, comments and versions closed to strangers.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.document_publications (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  document_id uuid not null,
  published_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint document_publications_document_id_key unique (document_id),
  constraint document_publications_organization_id_document_id_fkey
    foreign key (organization_id, document_id) references public.documents (organization_id, id) on delete cascade
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_document_publications_organization_id_document_id
  on public.document_publications (organization_id, document_id);
create index if not exists idx_document_publications_published_by
  on public.document_publications (published_by);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.document_publications enable row level security;

revoke all on table public.document_publications from anon, authenticated, service_role;
grant select, insert, delete on table public.document_publications to authenticated;
grant select, insert, delete on table public.document_publications to service_role;

drop policy if exists "Members can see which documents are on the web" on public.document_publications;
create policy "Members can see which documents are on the web"
on public.document_publications for select to authenticated
using (private.is_member(organization_id));

drop policy if exists "Admins can publish documents on the web" on public.document_publications;
create policy "Admins can publish documents on the web"
on public.document_publications for insert to authenticated
with check (
  published_by = (select auth.uid())
  and private.has_role(organization_id, 'owner', 'admin')
);

drop policy if exists "Admins can take documents off the web" on public.document_publications;
create policy "Admins can take documents off the web"
on public.document_publications for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.get_published_document(document_param uuid)
returns table (document_id uuid, title text, body text, updated_at timestamptz)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from public.document_publications as publication where publication.document_id = document_param
  ) then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  return query
  select found.id, found.title, found.body, found.updated_at
  from public.documents as found
  where found.id = document_param;
end;
$$;

revoke all on function public.get_published_document(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_published_document(uuid) to anon, authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.document_publications is 'Documents that an admin has put on the web: while a row is here, anybody can read the document with public.get_published_document(); members see the row, admins add and remove it, nobody changes it';
comment on column public.document_publications.published_by is 'Which admin put the document on the web; empty once that account is gone';
comment on function public.get_published_document(uuid) is 'Title and current text of a document that is published on the web, for anybody; an error for every other document';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop function if exists public.get_published_document(uuid);
-- drop table if exists public.document_publications;
