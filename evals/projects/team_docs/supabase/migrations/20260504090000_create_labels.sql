-- Migration: Create labels
-- Created: 2026-05-04
-- Purpose: Let editors sort documents by labels of their own organization.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.labels (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 40),
  color text not null default '#808080' check (color ~ '^#[0-9a-f]{6}$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name),
  unique (organization_id, id)
);

create table if not exists public.document_labels (
  organization_id uuid not null,
  document_id uuid not null,
  label_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (document_id, label_id),
  foreign key (organization_id, document_id) references public.documents (organization_id, id) on delete cascade,
  foreign key (organization_id, label_id) references public.labels (organization_id, id) on delete cascade
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_document_labels_organization_id_document_id
on public.document_labels (organization_id, document_id);
create index if not exists idx_document_labels_organization_id_label_id
on public.document_labels (organization_id, label_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.labels enable row level security;

revoke all on table public.labels from anon, authenticated, service_role;
grant select, insert, update, delete on table public.labels to authenticated;
grant all on table public.labels to service_role;

drop policy if exists "Members can see labels" on public.labels;
create policy "Members can see labels"
on public.labels for select to authenticated
using (private.is_member(organization_id));

drop policy if exists "Editors can add labels" on public.labels;
create policy "Editors can add labels"
on public.labels for insert to authenticated
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Editors can change labels" on public.labels;
create policy "Editors can change labels"
on public.labels for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin', 'editor'))
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Editors can delete labels" on public.labels;
create policy "Editors can delete labels"
on public.labels for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin', 'editor'));

alter table public.document_labels enable row level security;

revoke all on table public.document_labels from anon, authenticated, service_role;
grant select, insert, delete on table public.document_labels to authenticated;
grant select, insert, delete on table public.document_labels to service_role;

drop policy if exists "Members can see the labels of documents" on public.document_labels;
create policy "Members can see the labels of documents"
on public.document_labels for select to authenticated
using (private.is_member(organization_id));

drop policy if exists "Editors can label documents" on public.document_labels;
create policy "Editors can label documents"
on public.document_labels for insert to authenticated
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Editors can take labels off documents" on public.document_labels;
create policy "Editors can take labels off documents"
on public.document_labels for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin', 'editor'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_labels_updated_at on public.labels;
create trigger update_labels_updated_at
  before update on public.labels
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.labels is 'Labels of an organization';
comment on column public.labels.name is 'Name, 1 to 40 characters, unique within the organization';
comment on column public.labels.color is 'Colour as #rrggbb in lower case';
comment on table public.document_labels is
  'Which document carries which label, both of one organization; added and removed, never changed';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.document_labels;
-- drop table if exists public.labels;
