-- Migration: Add the welcome lesson
-- Created: 2026-11-26
-- Purpose: Greet every family with the same first lesson.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

insert into public.lessons (title, content_markdown, subject, grade_level, is_published, published_at)
select 'Welcome aboard', '# Welcome aboard', 'emotions', 'K', true, timestamptz '2026-11-26 00:00:00+00';

-- Rollback
-- To reverse this migration, run:
--
-- delete from public.lessons where title = 'Welcome aboard';
