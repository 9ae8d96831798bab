-- Migration: Validate the constraints of the trash
-- Created: 2026-11-22
-- Purpose: Check the documents that are already there against the new constraints, without blocking writes.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

set local lock_timeout = '5s';

alter table public.documents validate constraint documents_trashed_by_fkey;
alter table public.documents validate constraint documents_trash_check;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
--
-- alter table public.documents drop constraint if exists documents_trash_check;
-- alter table public.documents add constraint documents_trash_check
--   check (trashed_by is null or trashed_at is not null) not valid;
--
-- alter table public.documents drop constraint if exists documents_trashed_by_fkey;
-- alter table public.documents add constraint documents_trashed_by_fkey
--   foreign key (trashed_by) references auth.users (id) on delete set null not valid;
