-- Migration: Validate document tags
-- Created: 2026-10-12
-- Purpose: Check the tags that were set before the limit, while editors go on writing.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.documents validate constraint documents_tags_check;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.documents drop constraint if exists documents_tags_check;
-- alter table public.documents
--   add constraint documents_tags_check check (cardinality(tags) <= 20) not valid;
