-- Migration: Add document templates
-- Created: 2026-11-22
-- Purpose: Let editors start documents from templates of their organization, and let a document remember the template it was started from.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

set local lock_timeout = '5s';

create table if not exists public.document_templates (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  created_by uuid references auth.users (id) on delete set null,
  name text not null check (char_length(name) between 1 and 100),
  body text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint document_templates_organization_id_id_key unique (organization_id, id)
);

alter table public.documents add column if not exists template_id uuid;

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.documents'::regclass
      and conname = 'documents_organization_id_template_id_fkey'
  ) then
    alter table public.documents
      add constraint documents_organization_id_template_id_fkey
      foreign key (organization_id, template_id)
      references public.document_templates (organization_id, id)
      on delete set null (template_id)
      not valid;
  end if;
end;
$$;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create unique index if not exists idx_document_templates_organization_id_name
on public.document_templates (organization_id, lower(name));

create index if not exists idx_document_templates_created_by
on public.document_templates (created_by);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.document_templates enable row level security;

revoke all on table public.document_templates from anon, authenticated, service_role;
grant select, insert, update, delete on table public.document_templates to authenticated;
grant all on table public.document_templates to service_role;

drop policy if exists "Members can read document templates" on public.document_templates;
create policy "Members can read document templates"
on public.document_templates for select to authenticated
using (private.is_member(organization_id));

drop policy if exists "Editors can write document templates" on public.document_templates;
create policy "Editors can write document templates"
on public.document_templates for insert to authenticated
with check (
  created_by = (select auth.uid())
  and private.has_role(organization_id, 'owner', 'admin', 'editor')
);

drop policy if exists "Editors can update document templates" on public.document_templates;
create policy "Editors can update document templates"
on public.document_templates for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin', 'editor'))
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Admins can delete document templates" on public.document_templates;
create policy "Admins can delete document templates"
on public.document_templates for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_document_templates_updated_at
  before update on public.document_templates
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.document_templates is 'Templates that documents of an organization are started from; read by its members, written by its owners, admins and editors';
comment on column public.document_templates.created_by is 'Who made the template; empty once that account is gone';
comment on column public.document_templates.name is 'Name, 1 to 100 characters, unique within the organization whatever the case';
comment on column public.document_templates.body is 'Text in Markdown that a new document begins with';
comment on column public.documents.template_id is 'Template of the same organization that the document was started from; empty without one or once it is deleted';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
-- alter table public.documents drop constraint if exists documents_organization_id_template_id_fkey;
-- alter table public.documents drop column if exists template_id;
-- drop table if exists public.document_templates;
