-- Migration: Add private storage for files of documents
-- Created: 2026-11-22
-- Purpose: Keep PDF, PNG and JPEG files with a document: whoever reads the document can download them, editors upload and replace, admins delete.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'document-files',
  'document-files',
  false,
  20971520,
  array['application/pdf', 'image/png', 'image/jpeg']
)
on conflict do nothing;

create or replace function private.document_file_key(path_param text, part_param integer)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case
    when path_param ~ '^([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/){2}[^/]+$' and part_param in (1, 2)
      then split_part(path_param, '/', part_param)::uuid
  end;
$$;

revoke all on function private.document_file_key(text, integer) from public, anon, authenticated, service_role;
grant execute on function private.document_file_key(text, integer) to authenticated;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

drop policy if exists "Members can download files of documents they can read" on storage.objects;
create policy "Members can download files of documents they can read"
on storage.objects for select to authenticated
using (
  bucket_id = 'document-files'
  and exists (
    select 1
    from public.documents
    where documents.id = private.document_file_key(objects.name, 2)
      and documents.organization_id = private.document_file_key(objects.name, 1)
  )
);

drop policy if exists "Editors can upload files of documents" on storage.objects;
create policy "Editors can upload files of documents"
on storage.objects for insert to authenticated
with check (
  bucket_id = 'document-files'
  and private.has_role(private.document_file_key(name, 1), 'owner', 'admin', 'editor')
  and exists (
    select 1
    from public.documents
    where documents.id = private.document_file_key(objects.name, 2)
      and documents.organization_id = private.document_file_key(objects.name, 1)
  )
);

drop policy if exists "Editors can replace files of documents" on storage.objects;
create policy "Editors can replace files of documents"
on storage.objects for update to authenticated
using (
  bucket_id = 'document-files'
  and private.has_role(private.document_file_key(name, 1), 'owner', 'admin', 'editor')
  and exists (
    select 1
    from public.documents
    where documents.id = private.document_file_key(objects.name, 2)
      and documents.organization_id = private.document_file_key(objects.name, 1)
  )
)
with check (
  bucket_id = 'document-files'
  and private.has_role(private.document_file_key(name, 1), 'owner', 'admin', 'editor')
  and exists (
    select 1
    from public.documents
    where documents.id = private.document_file_key(objects.name, 2)
      and documents.organization_id = private.document_file_key(objects.name, 1)
  )
);

drop policy if exists "Admins can delete files of documents" on storage.objects;
create policy "Admins can delete files of documents"
on storage.objects for delete to authenticated
using (
  bucket_id = 'document-files'
  and private.has_role(private.document_file_key(name, 1), 'owner', 'admin')
  and exists (
    select 1
    from public.documents
    where documents.id = private.document_file_key(objects.name, 2)
      and documents.organization_id = private.document_file_key(objects.name, 1)
  )
);

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function private.document_file_key(text, integer) is 'Key in the path {organization_id}/{document_id}/{filename} of a file: part 1 the organization, part 2 the document; null for any other path';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop policy if exists "Admins can delete files of documents" on storage.objects;
-- drop policy if exists "Editors can replace files of documents" on storage.objects;
-- drop policy if exists "Editors can upload files of documents" on storage.objects;
-- drop policy if exists "Members can download files of documents they can read" on storage.objects;
-- drop function if exists private.document_file_key(text, integer);
-- set local storage.allow_delete_query = 'true';
-- delete from storage.buckets
-- where id = 'document-files'
--   and not exists (select from storage.objects where objects.bucket_id = buckets.id);
