-- Migration: Create children
-- Created: 2026-02-16
-- Purpose: Let parents add the children who learn with the platform.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.children (
  id uuid primary key default extensions.uuid_generate_v4(),
  parent_id uuid not null references public.profiles (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 60),
  birth_date date check (birth_date >= date '2000-01-01'),
  grade_level text check (grade_level in ('K', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12')),
  avatar_url text check (avatar_url ~ '^https://'),
  preferences jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_children_parent_id on public.children (parent_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.children enable row level security;

revoke all on table public.children from anon, authenticated, service_role;
grant select, insert, update, delete on table public.children to authenticated;
grant all on table public.children to service_role;

drop policy if exists "Parents can view their own children" on public.children;
create policy "Parents can view their own children"
on public.children for select to authenticated
using (parent_id = (select auth.uid()));

drop policy if exists "Parents can add their own children" on public.children;
create policy "Parents can add their own children"
on public.children for insert to authenticated
with check (parent_id = (select auth.uid()));

drop policy if exists "Parents can update their own children" on public.children;
create policy "Parents can update their own children"
on public.children for update to authenticated
using (parent_id = (select auth.uid()))
with check (parent_id = (select auth.uid()));

drop policy if exists "Parents can remove their own children" on public.children;
create policy "Parents can remove their own children"
on public.children for delete to authenticated
using (parent_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_children_updated_at on public.children;
create trigger update_children_updated_at
  before update on public.children
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.children is 'Children who learn with the platform, each belonging to one parent';
comment on column public.children.name is 'First name or nickname, 1 to 60 characters';
comment on column public.children.birth_date is 'Date of birth, used to suggest a grade';
comment on column public.children.grade_level is 'School grade: K for kindergarten, then 1 to 12';
comment on column public.children.avatar_url is 'Picture chosen by the family, https only';
comment on column public.children.preferences is 'Reader settings: {"theme": "forest", "read_aloud": true}';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.children;
