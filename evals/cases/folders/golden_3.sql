-- Migration: Validate document folders
-- Created: 2026-12-04
-- Purpose: Look at the documents from before, which are in no folder, without stopping editors.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.documents validate constraint documents_folder_id_fkey;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.documents drop constraint if exists documents_folder_id_fkey;
-- alter table public.documents
--   add constraint documents_folder_id_fkey
--   foreign key (organization_id, folder_id) references public.folders (organization_id, id)
--   on delete set null (folder_id) not valid;
