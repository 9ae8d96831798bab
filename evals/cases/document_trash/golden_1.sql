-- Migration: Add a trash for documents
-- Created: 2026-11-22
-- Purpose: Let owners and admins put documents in a trash and restore them, instead of deleting them for good together with versions and comments.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

set local lock_timeout = '5s';

alter table public.documents
  add column if not exists trashed_at timestamptz,
  add column if not exists trashed_by uuid;

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.documents'::regclass and conname = 'documents_trashed_by_fkey'
  ) then
    alter table public.documents add constraint documents_trashed_by_fkey
      foreign key (trashed_by) references auth.users (id) on delete set null not valid;
  end if;

  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.documents'::regclass and conname = 'documents_trash_check'
  ) then
    alter table public.documents add constraint documents_trash_check
      check (trashed_by is null or trashed_at is not null) not valid;
  end if;
end;
$$;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

revoke delete on table public.documents from authenticated;

drop policy if exists "Admins can delete documents" on public.documents;

drop policy if exists "Members can read documents" on public.documents;
create policy "Members can read documents"
on public.documents for select to authenticated
using (
  (trashed_at is null and private.is_member(organization_id))
  or private.has_role(organization_id, 'owner', 'admin')
);

drop policy if exists "Editors can write documents" on public.documents;
create policy "Editors can write documents"
on public.documents for insert to authenticated
with check (
  created_by = (select auth.uid())
  and trashed_at is null
  and private.has_role(organization_id, 'owner', 'admin', 'editor')
);

drop policy if exists "Editors can update documents" on public.documents;
create policy "Editors can update documents"
on public.documents for update to authenticated
using (
  (trashed_at is null and private.has_role(organization_id, 'editor'))
  or private.has_role(organization_id, 'owner', 'admin')
)
with check (
  (trashed_at is null and private.has_role(organization_id, 'editor'))
  or private.has_role(organization_id, 'owner', 'admin')
);

drop policy if exists "Members can see the labels of documents" on public.document_labels;
create policy "Members can see the labels of documents"
on public.document_labels for select to authenticated
using (
  private.is_member(organization_id)
  and exists (select 1 from public.documents where documents.id = document_labels.document_id)
);

drop policy if exists "Editors can label documents" on public.document_labels;
create policy "Editors can label documents"
on public.document_labels for insert to authenticated
with check (
  private.has_role(organization_id, 'owner', 'admin', 'editor')
  and exists (select 1 from public.documents where documents.id = document_labels.document_id)
);

drop policy if exists "Editors can take labels off documents" on public.document_labels;
create policy "Editors can take labels off documents"
on public.document_labels for delete to authenticated
using (
  private.has_role(organization_id, 'owner', 'admin', 'editor')
  and exists (select 1 from public.documents where documents.id = document_labels.document_id)
);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function private.search_documents(organization_param uuid, query_param text)
returns table (document_id uuid, title text, rank real)
language plpgsql
stable
security definer
set search_path = ''
as $function$
declare
  words tsquery := websearch_to_tsquery('english', query_param);
begin
  if not private.is_member(organization_param) then
    raise exception 'Access denied' using errcode = '42501';
  end if;

  return query
  select
    found.id,
    found.title,
    ts_rank(to_tsvector('english', found.title || ' ' || found.body), words) as relevance
  from public.documents as found
  where found.organization_id = organization_param
    and found.trashed_at is null
    and to_tsvector('english', found.title || ' ' || found.body) @@ words
  order by relevance desc, found.id
  limit 50;
end;
$function$;

revoke all on function private.search_documents(uuid, text) from public, anon, authenticated, service_role;
grant execute on function private.search_documents(uuid, text) to authenticated;

create or replace function private.stamp_document_trash()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.trashed_at is null then
    new.trashed_by := null;
  elsif (select auth.uid()) is not null then
    -- A signed-in user decides whether, but not when or by whom.
    new.trashed_at := coalesce(old.trashed_at, now());
    new.trashed_by := (
      select users.id
      from auth.users
      where users.id = case when old.trashed_at is null then (select auth.uid()) else old.trashed_by end
    );
  end if;
  return new;
end;
$$;

revoke all on function private.stamp_document_trash() from public, anon, authenticated, service_role;

create or replace trigger stamp_document_trash
  before update of trashed_at, trashed_by on public.documents
  for each row
  execute function private.stamp_document_trash();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.documents.trashed_at is 'When the document was put in the trash; empty while it is not there. Set and emptied by owners and admins, the only members who see a trashed document';
comment on column public.documents.trashed_by is 'Who put the document in the trash, stamped by a trigger; empty while it is not there and once that account is gone';
comment on function private.stamp_document_trash() is 'Trigger: records when and by whom a document was put in the trash';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
--
-- drop trigger if exists stamp_document_trash on public.documents;
-- drop function if exists private.stamp_document_trash();
--
-- create or replace function private.search_documents(organization_param uuid, query_param text)
-- returns table (document_id uuid, title text, rank real)
-- language plpgsql
-- stable
-- security definer
-- set search_path = ''
-- as $function$
-- declare
--   words tsquery := websearch_to_tsquery('english', query_param);
-- begin
--   if not private.is_member(organization_param) then
--     raise exception 'Access denied' using errcode = '42501';
--   end if;
--
--   return query
--   select
--     found.id,
--     found.title,
--     ts_rank(to_tsvector('english', found.title || ' ' || found.body), words) as relevance
--   from public.documents as found
--   where found.organization_id = organization_param
--     and to_tsvector('english', found.title || ' ' || found.body) @@ words
--   order by relevance desc, found.id
--   limit 50;
-- end;
-- $function$;
-- revoke all on function private.search_documents(uuid, text) from public, anon, authenticated, service_role;
-- grant execute on function private.search_documents(uuid, text) to authenticated;
--
-- drop policy if exists "Editors can take labels off documents" on public.document_labels;
-- create policy "Editors can take labels off documents"
-- on public.document_labels for delete to authenticated
-- using (private.has_role(organization_id, 'owner', 'admin', 'editor'));
--
-- drop policy if exists "Editors can label documents" on public.document_labels;
-- create policy "Editors can label documents"
-- on public.document_labels for insert to authenticated
-- with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));
--
-- drop policy if exists "Members can see the labels of documents" on public.document_labels;
-- create policy "Members can see the labels of documents"
-- on public.document_labels for select to authenticated
-- using (private.is_member(organization_id));
--
-- drop policy if exists "Editors can update documents" on public.documents;
-- create policy "Editors can update documents"
-- on public.documents for update to authenticated
-- using (private.has_role(organization_id, 'owner', 'admin', 'editor'))
-- with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));
--
-- drop policy if exists "Editors can write documents" on public.documents;
-- create policy "Editors can write documents"
-- on public.documents for insert to authenticated
-- with check (
--   created_by = (select auth.uid())
--   and private.has_role(organization_id, 'owner', 'admin', 'editor')
-- );
--
-- drop policy if exists "Members can read documents" on public.documents;
-- create policy "Members can read documents"
-- on public.documents for select to authenticated
-- using (private.is_member(organization_id));
--
-- drop policy if exists "Admins can delete documents" on public.documents;
-- create policy "Admins can delete documents"
-- on public.documents for delete to authenticated
-- using (private.has_role(organization_id, 'owner', 'admin'));
--
-- grant delete on table public.documents to authenticated;
--
-- alter table public.documents
--   drop column if exists trashed_by,
--   drop column if exists trashed_at;
