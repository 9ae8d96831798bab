-- Migration: Add import runs
-- Created: 2026-12-01
-- Purpose: Record the nightly imports of lessons, for the team alone.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.import_runs (
  id uuid primary key default gen_random_uuid(),
  source text not null check (source in ('editor', 'partner')),
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.import_runs enable row level security;

revoke all on table public.import_runs from anon, authenticated, service_role;
grant select on table public.import_runs to authenticated;
grant all on table public.import_runs to service_role;

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_import_runs_updated_at on public.import_runs;
create trigger update_import_runs_updated_at
  before update on public.import_runs
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.import_runs is 'Nightly imports of lessons; internal';
comment on column public.import_runs.source is 'editor or partner';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.import_runs;
