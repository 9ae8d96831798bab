-- Migration: Add find child
-- Created: 2026-12-03
-- Purpose: Let a parent find a child by its name.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.find_child(name_param text)
returns setof public.children
language sql
stable
security definer
set search_path = ''
as $$
  select *
  from public.children
  where children.name = name_param
$$;

revoke all on function public.find_child(text) from public, anon, authenticated, service_role;
grant execute on function public.find_child(text) to authenticated;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.find_child(text) is 'The children of that name';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.find_child(text);
