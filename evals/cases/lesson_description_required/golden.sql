-- Migration: Require lesson description
-- Created: 2026-11-23
-- Purpose: No empty lesson cards.
--
-- The table is small, so it is filled and read in a moment.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

update public.lessons set description = 'No description yet.' where description is null;

alter table public.lessons alter column description set not null;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.description is 'Teaser on the lesson card, at most 1000 characters; always there';

-- Rollback
-- Irreversible: which descriptions were filled in here is not recorded
-- comment on column public.lessons.description is 'Teaser on the lesson card, at most 1000 characters';
-- alter table public.lessons alter column description drop not null;
