-- Migration: Rename badge pictures
-- Created: 2026-11-20
-- Purpose: Call the picture of a badge what the app calls it.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if exists (
    select 1
    from information_schema.columns
    where table_schema = 'public' and table_name = 'badges' and column_name = 'icon_url'
  ) then
    alter table public.badges rename column icon_url to image_url;
  end if;
end;
$$;

-- Rollback
-- To reverse this migration, run:
--
-- alter table public.badges rename column image_url to icon_url;
