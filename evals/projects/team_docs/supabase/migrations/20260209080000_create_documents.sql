-- Migration: Create documents
-- Created: 2026-02-09
-- Purpose: Hold what an organization writes: read by its members, written by its editors.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.documents (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  created_by uuid references auth.users (id) on delete set null,
  title text not null check (char_length(title) between 1 and 200),
  body text not null default '',
  status text not null default 'draft' check (status in ('draft', 'published', 'archived')),
  tags text[] not null default '{}'::text[],
  metadata jsonb not null default '{}'::jsonb,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint documents_publication_check check (status <> 'published' or published_at is not null)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_documents_organization_id_status on public.documents (organization_id, status);
create index if not exists idx_documents_created_by on public.documents (created_by);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.documents enable row level security;

revoke all on table public.documents from anon, authenticated, service_role;
grant select, insert, update, delete on table public.documents to authenticated;
grant all on table public.documents to service_role;

drop policy if exists "Members can read documents" on public.documents;
create policy "Members can read documents"
on public.documents for select to authenticated
using (private.is_member(organization_id));

drop policy if exists "Editors can write documents" on public.documents;
create policy "Editors can write documents"
on public.documents for insert to authenticated
with check (created_by = (select auth.uid()) and private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Editors can update documents" on public.documents;
create policy "Editors can update documents"
on public.documents for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin', 'editor'))
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Admins can delete documents" on public.documents;
create policy "Admins can delete documents"
on public.documents for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_documents_updated_at on public.documents;
create trigger update_documents_updated_at
  before update on public.documents
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.documents is 'Documents of an organization';
comment on column public.documents.created_by is 'Who started the document; empty once that account is gone';
comment on column public.documents.title is 'Title, 1 to 200 characters';
comment on column public.documents.body is 'Current text in Markdown; earlier ones are in document_versions';
comment on column public.documents.status is 'draft, published or archived';
comment on column public.documents.tags is 'Free tags in lower case, such as {handbook,legal}';
comment on column public.documents.metadata is 'What integrations note down: {"source": "import", "language": "en"}';
comment on column public.documents.published_at is 'First publication; always set when the status is published';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.documents;
