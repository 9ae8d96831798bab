-- Migration: Add badge hint
-- Created: 2026-11-23
-- Purpose: Tell children how a badge can be earned.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.badges
  add column if not exists hint text
    constraint badges_hint_check check (char_length(hint) <= 200);

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.badges.hint is 'How the badge can be earned, at most 200 characters';

-- Rollback
-- alter table public.badges drop column if exists hint;
