-- Migration: Index who put documents in the trash
-- Created: 2026-11-22
-- Purpose: Let the deletion of an account find the documents that it put in the trash, without blocking writes to documents.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_documents_trashed_by on public.documents (trashed_by);

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop index concurrently if exists public.idx_documents_trashed_by;
