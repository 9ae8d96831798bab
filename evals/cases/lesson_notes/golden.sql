-- Migration: Add lesson notes
-- Created: 2026-11-23
-- Purpose: Parents note what helped a child with a lesson.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.lesson_notes (
  child_id uuid not null references public.children (id) on delete cascade,
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  body text not null check (char_length(body) between 1 and 2000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (child_id, lesson_id)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lesson_notes_lesson_id on public.lesson_notes (lesson_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.lesson_notes enable row level security;

revoke all on table public.lesson_notes from anon, authenticated, service_role;
grant select, insert, update, delete on table public.lesson_notes to authenticated;
grant all on table public.lesson_notes to service_role;

drop policy if exists "Parents can read their own notes" on public.lesson_notes;
create policy "Parents can read their own notes"
on public.lesson_notes for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can write notes on their own children" on public.lesson_notes;
create policy "Parents can write notes on their own children"
on public.lesson_notes for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can change their own notes" on public.lesson_notes;
create policy "Parents can change their own notes"
on public.lesson_notes for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can delete their own notes" on public.lesson_notes;
create policy "Parents can delete their own notes"
on public.lesson_notes for delete to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_lesson_notes_updated_at
  before update on public.lesson_notes
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.lesson_notes is 'What a parent noted on a child and a lesson; private to the parent';
comment on column public.lesson_notes.body is 'The note, 1 to 2000 characters';

-- Rollback
-- drop table if exists public.lesson_notes;
