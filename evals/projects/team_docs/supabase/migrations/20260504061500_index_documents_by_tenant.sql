-- Migration: Index documents by tenant
-- Created: 2026-05-04
-- Purpose: Let other tables point at a document together with its organization, so that tenants cannot mix.

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create unique index concurrently if not exists idx_documents_organization_id_id
on public.documents (organization_id, id);

-- Rollback
-- To reverse this migration, run:
--
-- drop index concurrently if exists public.idx_documents_organization_id_id;
