-- Migration: Add favorite emotion
-- Created: 2026-11-23
-- Purpose: Greet a child with what it likes to feel.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.children add column if not exists favorite_emotion public.emotion_type;
alter table public.children alter column favorite_emotion set default 'curious';

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.children.favorite_emotion is 'What the child likes to feel; curious for new children';

-- Rollback
-- alter table public.children drop column if exists favorite_emotion;
