-- Migration: Index the trash of an organization
-- Created: 2026-11-22
-- Purpose: Serve the trash screen of an organization without blocking writes to documents.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index concurrently if not exists idx_documents_organization_id_trashed_at_partial
on public.documents (organization_id, trashed_at desc)
where trashed_at is not null;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop index concurrently if exists public.idx_documents_organization_id_trashed_at_partial;
