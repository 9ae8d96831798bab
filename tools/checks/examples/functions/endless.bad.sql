-- Migration: Count a child's steps
-- Created: 2026-12-07
-- Purpose: Tell how many lessons a child took to get somewhere.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.steps_to(points_wanted integer)
returns integer
language plpgsql
stable
set search_path = ''
as $$
begin
  return 1 + public.steps_to(points_wanted - 10);
end;
$$;

revoke all on function public.steps_to(integer) from public, anon, authenticated, service_role;
grant execute on function public.steps_to(integer) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.steps_to(integer) is 'How many lessons of ten points it takes';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.steps_to(integer);
