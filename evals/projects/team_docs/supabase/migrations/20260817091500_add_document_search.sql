-- Migration: Add document search
-- Created: 2026-08-17
-- Purpose: Let members search the text of their organization's documents, best match first.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

-- Under row level security a text match may not use the index before the policy was asked about every row,
-- so the inner half asks once, for the organization, and then reads as its owner.
create or replace function private.search_documents(organization_param uuid, query_param text)
returns table (document_id uuid, title text, rank real)
language plpgsql
stable
security definer
set search_path = ''
as $$
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
    and to_tsvector('english', found.title || ' ' || found.body) @@ words
  order by relevance desc, found.id
  limit 50;
end;
$$;

revoke all on function private.search_documents(uuid, text) from public, anon, authenticated, service_role;
grant execute on function private.search_documents(uuid, text) to authenticated;

create or replace function public.search_documents(organization_param uuid, query_param text)
returns table (document_id uuid, title text, rank real)
language sql
stable
set search_path = ''
as $$
  select document_id, title, rank from private.search_documents(organization_param, query_param);
$$;

revoke all on function public.search_documents(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.search_documents(uuid, text) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.search_documents(uuid, text) is
  'The 50 best matches among the documents of an organization that the caller belongs to';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.search_documents(uuid, text);
-- drop function if exists private.search_documents(uuid, text);
