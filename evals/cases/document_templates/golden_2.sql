-- Migration: Index documents by their template
-- Created: 2026-11-22
-- Purpose: Serve the list of documents on a template's page and the deletion of a template, without blocking writes to documents.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_documents_template_id on public.documents (template_id);

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop index concurrently if exists public.idx_documents_template_id;
