-- Migration: Create document versions
-- Created: 2026-02-23
-- Purpose: Keep the text that an edit replaces, so that nothing written is lost.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.document_versions (
  id uuid primary key default gen_random_uuid(),
  document_id uuid not null references public.documents (id) on delete cascade,
  version_number integer not null check (version_number > 0),
  title text not null,
  body text not null,
  replaced_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  unique (document_id, version_number)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_document_versions_replaced_by on public.document_versions (replaced_by);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.document_versions enable row level security;

revoke all on table public.document_versions from anon, authenticated, service_role;
grant select on table public.document_versions to authenticated;
grant select, insert on table public.document_versions to service_role;

-- The inner query runs under the policies of documents.
drop policy if exists "Members can read versions of their documents" on public.document_versions;
create policy "Members can read versions of their documents"
on public.document_versions for select to authenticated
using (exists (select 1 from public.documents where documents.id = document_versions.document_id));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function private.save_document_version()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.document_versions (document_id, version_number, title, body, replaced_by)
  select
    old.id,
    coalesce(max(saved.version_number), 0) + 1,
    old.title,
    old.body,
    (select auth.uid())
  from public.document_versions as saved
  where saved.document_id = old.id;
  return null;
end;
$$;

revoke all on function private.save_document_version() from public, anon, authenticated, service_role;

create or replace trigger save_document_version
  after update of title, body on public.documents
  for each row
  when (old.title is distinct from new.title or old.body is distinct from new.body)
  execute function private.save_document_version();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.document_versions is 'Texts that edits replaced; added by a trigger, never changed';
comment on column public.document_versions.version_number is 'Counts from 1 within a document';
comment on column public.document_versions.replaced_by is 'Whose edit replaced this text';
comment on function private.save_document_version() is 'Trigger: keeps the text that an update replaces';

-- Rollback
-- To reverse this migration, run:
--
-- drop trigger if exists save_document_version on public.documents;
-- drop function if exists private.save_document_version();
-- drop table if exists public.document_versions;
