-- Migration: Create keepsakes
-- Created: 2026-11-20
-- Purpose: Let parents keep what they want to remember.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.keepsakes (
  id uuid primary key default gen_random_uuid(),
  parent_id uuid not null references public.profiles (id) on delete cascade,
  note text not null check (char_length(note) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create index if not exists idx_keepsakes_parent_id on public.keepsakes (parent_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY
-- ============================================================================

alter table public.keepsakes enable row level security;

revoke all on table public.keepsakes from anon, authenticated, service_role;
grant select on table public.keepsakes to authenticated;
grant all on table public.keepsakes to service_role;

drop policy if exists "Parents can view their own keepsakes" on public.keepsakes;
create policy "Parents can view their own keepsakes"
on public.keepsakes for select to authenticated
using (parent_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_keepsakes_updated_at on public.keepsakes;
create trigger update_keepsakes_updated_at
  before update on public.keepsakes
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.keepsakes is 'Moments that a parent wants to remember; theirs alone';
comment on column public.keepsakes.note is 'What happened, at most 500 characters';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.keepsakes;
