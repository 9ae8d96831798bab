-- Migration: Stamp changes with the clock
-- Created: 2026-12-04
-- Purpose: Tell apart changes that happen in the same transaction.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.update_updated_at_column()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at = clock_timestamp();
  return new;
end;
$$;

revoke all on function public.update_updated_at_column() from public, anon, authenticated, service_role;

-- Rollback
-- To reverse this migration, run:
--
-- create or replace function public.update_updated_at_column()
-- returns trigger
-- language plpgsql
-- set search_path = ''
-- as $$
-- begin
--   new.updated_at = now();
--   return new;
-- end;
-- $$;
