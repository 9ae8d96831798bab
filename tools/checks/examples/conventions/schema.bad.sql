-- Migration: Create teacher notes
-- Created: 2026-11-20
-- Purpose: Let parents keep what teachers tell them about their children.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create schema if not exists internal;

create table if not exists internal.teacher_notes (
  id uuid primary key default gen_random_uuid(),
  child_id uuid not null references public.children (id) on delete cascade,
  note text not null check (char_length(note) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create index if not exists teacher_notes_child_id_idx on internal.teacher_notes (child_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY
-- ============================================================================

alter table internal.teacher_notes enable row level security;

grant usage on schema internal to authenticated, service_role;
revoke all on table internal.teacher_notes from anon, authenticated, service_role;
grant select, insert, update, delete on table internal.teacher_notes to authenticated;
grant all on table internal.teacher_notes to service_role;

drop policy if exists "Parents can view their children's teacher notes" on internal.teacher_notes;
create policy "Parents can view their children's teacher notes"
on internal.teacher_notes for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can add their children's teacher notes" on internal.teacher_notes;
create policy "Parents can add their children's teacher notes"
on internal.teacher_notes for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can change their children's teacher notes" on internal.teacher_notes;
create policy "Parents can change their children's teacher notes"
on internal.teacher_notes for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can remove their children's teacher notes" on internal.teacher_notes;
create policy "Parents can remove their children's teacher notes"
on internal.teacher_notes for delete to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_teacher_notes_updated_at on internal.teacher_notes;
create trigger update_teacher_notes_updated_at
  before update on internal.teacher_notes
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on schema internal is 'Not shown by the API';
comment on table internal.teacher_notes is 'What a teacher tells the parents of a child';
comment on column internal.teacher_notes.note is 'The note itself, at most 500 characters';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists internal.teacher_notes;
-- drop schema if exists internal;
