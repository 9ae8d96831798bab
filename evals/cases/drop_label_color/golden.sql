-- Migration: Drop the colour of labels
-- Created: 2026-11-22
-- Purpose: The new design shows labels without colours, so the column and its values are no longer needed.

-- allow: safe-change/destructive on public.labels.color: The request drops the column and says that its values can go: the new design has no colours.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.labels drop column if exists color;

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- Irreversible: the values of public.labels.color are gone; every label gets the default #808080
-- alter table public.labels
--   add column if not exists color text not null default '#808080'
--     constraint labels_color_check check (color ~ '^#[0-9a-f]{6}$');
-- comment on column public.labels.color is 'Colour as #rrggbb in lower case';
