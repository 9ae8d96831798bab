-- Migration: Add guardians
-- Created: 2026-12-02
-- Purpose: Let several grown-ups look after the same child, and see each other.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.guardians (
  child_id uuid not null references public.children (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (child_id, profile_id)
);

-- A policy cannot read its own table, so it asks this function.
create or replace function public.is_guardian(child_id_param uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.guardians as g where g.child_id = child_id_param and g.profile_id = (select auth.uid())
  );
$$;

revoke all on function public.is_guardian(uuid) from public, anon, authenticated, service_role;
grant execute on function public.is_guardian(uuid) to authenticated;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_guardians_profile_id on public.guardians (profile_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.guardians enable row level security;

revoke all on table public.guardians from anon, authenticated, service_role;
grant select on table public.guardians to authenticated;
grant all on table public.guardians to service_role;

drop policy if exists "Guardians can view each other" on public.guardians;
create policy "Guardians can view each other"
on public.guardians for select to authenticated
using (public.is_guardian(child_id));

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.guardians is 'Who looks after which child, besides the parent; rows are added and removed by the server';
comment on function public.is_guardian(uuid) is 'Whether the caller looks after the child';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.guardians;
-- drop function if exists public.is_guardian(uuid);
