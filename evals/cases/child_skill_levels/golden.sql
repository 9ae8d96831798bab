-- Migration: Add child skills
-- Created: 2026-11-22
-- Purpose: Let parents note how far each of their children is with a skill, and count confident children per skill.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.child_skills (
  id uuid primary key default extensions.uuid_generate_v4(),
  child_id uuid not null references public.children (id) on delete cascade,
  skill_id uuid not null references public.skills (id) on delete cascade,
  level text not null check (level in ('beginner', 'practising', 'confident')),
  comment text check (char_length(comment) <= 300),
  since date not null check (since <= current_date),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint child_skills_child_id_skill_id_key unique (child_id, skill_id)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_child_skills_skill_id_level
  on public.child_skills (skill_id, level);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.child_skills enable row level security;

revoke all on table public.child_skills from anon, authenticated, service_role;
grant select, insert, update, delete on table public.child_skills to authenticated;
grant all on table public.child_skills to service_role;

drop policy if exists "Parents can view their children's skills" on public.child_skills;
create policy "Parents can view their children's skills"
on public.child_skills for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can add their children's skills" on public.child_skills;
create policy "Parents can add their children's skills"
on public.child_skills for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can update their children's skills" on public.child_skills;
create policy "Parents can update their children's skills"
on public.child_skills for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can remove their children's skills" on public.child_skills;
create policy "Parents can remove their children's skills"
on public.child_skills for delete to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_child_skills_updated_at
  before update on public.child_skills
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.child_skills is 'How far a child is with a skill, noted by the parent; seen and changed by the own parent only';
comment on column public.child_skills.level is 'beginner, practising or confident';
comment on column public.child_skills.comment is 'Remark of the parent, at most 300 characters';
comment on column public.child_skills.since is 'Day since when the child is at this level, never in the future';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop table if exists public.child_skills;
