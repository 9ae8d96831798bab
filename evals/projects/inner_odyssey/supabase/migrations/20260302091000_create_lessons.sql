-- Migration: Create lessons
-- Created: 2026-03-02
-- Purpose: Hold the lessons that editors write and every family reads.
--
-- allow: constraints/range on lessons.points: review lessons take points away, and by how much is not settled

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.lessons (
  id uuid primary key default extensions.uuid_generate_v4(),
  title text not null check (char_length(title) between 3 and 200),
  description text check (char_length(description) <= 1000),
  content_markdown text not null,
  subject text not null check (subject in ('emotions', 'math', 'reading', 'science', 'life_skills')),
  grade_level text not null
    check (grade_level in ('K', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12')),
  points integer not null default 10,
  estimated_minutes integer not null default 15 check (estimated_minutes between 1 and 180),
  is_active boolean not null default true,
  is_published boolean not null default false,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lessons_subject on public.lessons (subject);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.lessons enable row level security;

revoke all on table public.lessons from anon, authenticated, service_role;
grant select on table public.lessons to authenticated;
grant all on table public.lessons to service_role;

drop policy if exists "Families can read published lessons" on public.lessons;
create policy "Families can read published lessons"
on public.lessons for select to authenticated
using (is_active and is_published);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_lessons_updated_at on public.lessons;
create trigger update_lessons_updated_at
  before update on public.lessons
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.lessons is 'Lessons, the same for all families; written by editors through the service role';
comment on column public.lessons.title is 'Title, 3 to 200 characters';
comment on column public.lessons.description is 'Teaser on the lesson card, at most 1000 characters';
comment on column public.lessons.content_markdown is 'The lesson itself, in Markdown';
comment on column public.lessons.subject is 'emotions, math, reading, science or life_skills';
comment on column public.lessons.grade_level is 'School grade: K for kindergarten, then 1 to 12';
comment on column public.lessons.points is 'Points for completing the lesson';
comment on column public.lessons.estimated_minutes is 'Time a child usually needs, 1 to 180 minutes';
comment on column public.lessons.is_active is 'False once the lesson is retired';
comment on column public.lessons.is_published is 'False while the lesson is a draft';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.lessons;
