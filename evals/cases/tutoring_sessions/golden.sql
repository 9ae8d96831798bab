-- Migration: Add tutoring sessions
-- Created: 2026-11-22
-- Purpose: Store the tutoring sessions that families book for their children with human tutors (IO-412).

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.tutoring_sessions (
  id uuid primary key default extensions.uuid_generate_v4(),
  child_id uuid not null references public.children (id) on delete cascade,
  lesson_id uuid references public.lessons (id) on delete set null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null default 'requested'
    check (status in ('requested', 'confirmed', 'completed', 'cancelled')),
  topics text[] not null default array[]::text[],
  parent_note text check (char_length(parent_note) <= 500),
  room_settings jsonb not null default '{}'::jsonb,
  completed_at timestamptz,
  valid_until timestamptz not null default (now() + interval '3 days'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tutoring_sessions_duration_check
    check (ends_at > starts_at and ends_at <= starts_at + interval '2 hours'),
  constraint tutoring_sessions_topics_check
    check (
      cardinality(topics) <= 5
      and array_position(topics, null) is null
      and char_length(array_to_string(topics, '')) <= 200
    ),
  constraint tutoring_sessions_completion_check
    check ((status = 'completed') = (completed_at is not null)),
  constraint tutoring_sessions_valid_until_check check (valid_until > created_at)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create unique index if not exists idx_tutoring_sessions_child_id_starts_at_unique
  on public.tutoring_sessions (child_id, starts_at)
  where status <> 'cancelled';

create index if not exists idx_tutoring_sessions_child_id_starts_at
  on public.tutoring_sessions (child_id, starts_at);

create index if not exists idx_tutoring_sessions_lesson_id
  on public.tutoring_sessions (lesson_id);

create index if not exists idx_tutoring_sessions_valid_until_partial
  on public.tutoring_sessions (valid_until)
  where status = 'requested';

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.tutoring_sessions enable row level security;

revoke all on table public.tutoring_sessions from anon, authenticated, service_role;
grant select, insert, update on table public.tutoring_sessions to authenticated;
grant all on table public.tutoring_sessions to service_role;

drop policy if exists "Parents can view their children's tutoring sessions" on public.tutoring_sessions;
create policy "Parents can view their children's tutoring sessions"
on public.tutoring_sessions for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can book their children's tutoring sessions" on public.tutoring_sessions;
create policy "Parents can book their children's tutoring sessions"
on public.tutoring_sessions for insert to authenticated
with check (
  status = 'requested'
  and child_id in (select id from public.children where parent_id = (select auth.uid()))
);

drop policy if exists "Parents can change their children's tutoring sessions" on public.tutoring_sessions;
create policy "Parents can change their children's tutoring sessions"
on public.tutoring_sessions for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_tutoring_sessions_updated_at
  before update on public.tutoring_sessions
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.tutoring_sessions is 'Sessions with a human tutor, booked for a child; seen, booked and changed by the own parent only, cancelled instead of deleted';
comment on column public.tutoring_sessions.lesson_id is 'Lesson that the session is about; empty if none or if the lesson was deleted';
comment on column public.tutoring_sessions.starts_at is 'Start; a child has one session at a moment, cancelled ones aside';
comment on column public.tutoring_sessions.ends_at is 'End, after the start and at most 2 hours later';
comment on column public.tutoring_sessions.status is 'requested, confirmed, completed or cancelled';
comment on column public.tutoring_sessions.topics is 'Up to 5 short words, 200 characters altogether, such as {fractions,reading}';
comment on column public.tutoring_sessions.parent_note is 'Note from the parent, at most 500 characters';
comment on column public.tutoring_sessions.room_settings is 'Free settings of the video room, such as {"camera": true, "whiteboard": false}';
comment on column public.tutoring_sessions.completed_at is 'When the session was completed; set exactly when the status is completed';
comment on column public.tutoring_sessions.valid_until is 'Until when the request is valid, after created_at; 3 days after the booking unless given';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop table if exists public.tutoring_sessions;
