-- Migration: Add child skills
-- Created: 2026-11-24
-- Purpose: Show parents how far each child has come in each skill.

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.child_skills (
  child_id uuid not null references public.children (id) on delete cascade,
  skill_id uuid not null references public.skills (id) on delete cascade,
  proficiency_level smallint not null default 1 check (proficiency_level between 1 and 5),
  last_practiced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (child_id, skill_id)
);

-- SECTION 2: INDEXES (for performance)

-- The primary key begins with child_id and serves the policies.
create index if not exists idx_child_skills_skill_id on public.child_skills (skill_id);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.child_skills enable row level security;

revoke all on public.child_skills from anon, authenticated, service_role;
grant select, insert, update on public.child_skills to authenticated;
grant select, insert, update, delete on public.child_skills to service_role;

drop policy if exists "Parents can view the skills of their children" on public.child_skills;
create policy "Parents can view the skills of their children" on public.child_skills
for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can note a skill of their children" on public.child_skills;
create policy "Parents can note a skill of their children" on public.child_skills
for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can update the skills of their children" on public.child_skills;
create policy "Parents can update the skills of their children" on public.child_skills
for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- SECTION 4: FUNCTIONS AND TRIGGERS

create or replace trigger update_child_skills_updated_at
before update on public.child_skills
for each row execute function public.update_updated_at_column();

-- SECTION 5: COMMENTS

comment on table public.child_skills is 'How well a child has mastered a skill: one row per child and skill';
comment on column public.child_skills.proficiency_level is '1 (first steps) to 5 (mastered)';

-- Rollback
-- drop table if exists public.child_skills;
