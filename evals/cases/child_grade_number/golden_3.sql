-- Migration: Validate the number of a child's grade
-- Created: 2026-11-22
-- Purpose: Third step: check the converted grades without blocking anybody.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.children validate constraint children_grade_number_check;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
-- alter table public.children drop constraint if exists children_grade_number_check;
-- alter table public.children
--   add constraint children_grade_number_check check (grade_number between 0 and 12) not valid;
