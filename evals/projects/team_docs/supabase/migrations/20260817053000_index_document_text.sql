-- Migration: Index document text
-- Created: 2026-08-17
-- Purpose: Make the words of documents searchable without blocking editors while the index is built.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_documents_title_body_gin
on public.documents using gin (to_tsvector('english', title || ' ' || body));

-- Rollback
-- To reverse this migration, run:
--
-- drop index concurrently if exists public.idx_documents_title_body_gin;
