-- Migration: Index comments by document and time
-- Created: 2026-11-22
-- Purpose: Let the comments of a document be loaded in order of time straight from an index, without sorting them at each load.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_comments_document_id_created_at
  on public.comments (document_id, created_at);

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop index concurrently if exists public.idx_comments_document_id_created_at;
