-- Migration: Index skills by subject
-- Created: 2026-11-20
-- Purpose: List the skills of a subject in alphabetical order.

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create index if not exists idx_skills_by_subject on public.skills (subject);

-- Rollback
-- To reverse this migration, run:
--
-- drop index if exists public.idx_skills_by_subject;
