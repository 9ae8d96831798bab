-- Migration: Limit document tags
-- Created: 2026-10-12
-- Purpose: Refuse more than 20 tags on a document; existing ones are looked at in the next migration.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if not exists (
    select 1
    from pg_catalog.pg_constraint
    where conrelid = 'public.documents'::regclass and conname = 'documents_tags_check'
  ) then
    alter table public.documents
      add constraint documents_tags_check check (cardinality(tags) <= 20) not valid;
  end if;
end;
$$;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.documents.tags is 'Up to 20 free tags in lower case, such as {handbook,legal}';

-- Rollback
-- To reverse this migration, run:
--
-- comment on column public.documents.tags is 'Free tags in lower case, such as {handbook,legal}';
-- alter table public.documents drop constraint if exists documents_tags_check;
