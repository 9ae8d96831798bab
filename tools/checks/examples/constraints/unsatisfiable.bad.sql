-- Migration: Add lesson corrections
-- Created: 2026-11-20
-- Purpose: Note how far a lesson's text was off, for the editors.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.lesson_corrections (
  id uuid primary key default gen_random_uuid(),
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  weight integer constraint lesson_corrections_weight_check check (weight > 10 and weight < 0),
  created_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lesson_corrections_lesson_id on public.lesson_corrections (lesson_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.lesson_corrections enable row level security;

revoke all on table public.lesson_corrections from anon, authenticated, service_role;
grant all on table public.lesson_corrections to service_role;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.lesson_corrections is 'What editors corrected; internal';
comment on column public.lesson_corrections.weight is 'How bad it was, 0 to 10';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.lesson_corrections;
