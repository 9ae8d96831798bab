-- Migration: Index document folders
-- Created: 2026-12-04
-- Purpose: List a folder without reading all documents.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_documents_organization_id_folder_id
on public.documents (organization_id, folder_id);

-- Rollback
-- To reverse this migration, run:
--
-- drop index concurrently if exists public.idx_documents_organization_id_folder_id;
