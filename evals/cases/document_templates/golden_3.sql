-- Migration: Validate the template of documents
-- Created: 2026-11-22
-- Purpose: Check the documents that are already there against the new foreign key, without blocking writes.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

set local lock_timeout = '5s';

alter table public.documents validate constraint documents_organization_id_template_id_fkey;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
-- alter table public.documents drop constraint if exists documents_organization_id_template_id_fkey;
-- alter table public.documents
--   add constraint documents_organization_id_template_id_fkey
--   foreign key (organization_id, template_id)
--   references public.document_templates (organization_id, id)
--   on delete set null (template_id)
--   not valid;
