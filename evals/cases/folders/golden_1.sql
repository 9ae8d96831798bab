-- Migration: Add folders
-- Created: 2026-12-04
-- Purpose: A tree of folders in each organization; documents may be put into one, once the next files are through.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.folders (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  parent_id uuid,
  name text not null check (char_length(name) between 1 and 80),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint folders_organization_id_id_key unique (organization_id, id),
  constraint folders_parent_fkey foreign key (organization_id, parent_id)
    references public.folders (organization_id, id) on delete cascade,
  constraint folders_parent_check check (parent_id <> id)
);

alter table public.documents add column if not exists folder_id uuid;

do $$
begin
  if not exists (
    select 1 from pg_catalog.pg_constraint
    where conrelid = 'public.documents'::regclass and conname = 'documents_folder_id_fkey'
  ) then
    alter table public.documents
      add constraint documents_folder_id_fkey
      foreign key (organization_id, folder_id) references public.folders (organization_id, id)
      on delete set null (folder_id) not valid;
  end if;
end;
$$;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_folders_organization_id_parent_id on public.folders (organization_id, parent_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.folders enable row level security;

revoke all on table public.folders from anon, authenticated, service_role;
grant select, insert, update, delete on table public.folders to authenticated;
grant all on table public.folders to service_role;

drop policy if exists "Members can view folders" on public.folders;
create policy "Members can view folders"
on public.folders for select to authenticated
using (organization_id in (select organization_id from public.memberships where user_id = (select auth.uid())));

drop policy if exists "Editors can add folders" on public.folders;
create policy "Editors can add folders"
on public.folders for insert to authenticated
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Editors can change folders" on public.folders;
create policy "Editors can change folders"
on public.folders for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin', 'editor'))
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists "Admins can delete folders" on public.folders;
create policy "Admins can delete folders"
on public.folders for delete to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_folders_updated_at on public.folders;
create trigger update_folders_updated_at
  before update on public.folders
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.folders is 'Folders of an organization, one in another';
comment on column public.folders.name is 'Name, 1 to 80 characters';
comment on column public.folders.parent_id is 'The folder it is in, of the same organization; empty at the top';
comment on column public.documents.folder_id is 'The folder it is in, of the same organization; empty at the top';

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.documents drop constraint if exists documents_folder_id_fkey;
-- alter table public.documents drop column if exists folder_id;
-- drop table if exists public.folders;
