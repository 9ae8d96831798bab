-- Migration: Create emotion logs
-- Created: 2026-04-13
-- Purpose: Let children say how they feel and how strongly, visible to their own parents only.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if to_regtype('public.emotion_type') is null then
    create type public.emotion_type as enum (
      'happy', 'excited', 'proud', 'calm', 'neutral', 'tired', 'worried', 'sad', 'frustrated', 'angry'
    );
  end if;
end;
$$;

create table if not exists public.emotion_logs (
  id uuid primary key default extensions.uuid_generate_v4(),
  child_id uuid not null references public.children (id) on delete cascade,
  emotion public.emotion_type not null,
  intensity integer not null check (intensity between 1 and 10),
  context text not null default 'check_in' check (context in ('check_in', 'before_lesson', 'after_lesson')),
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_emotion_logs_child_id_created_at
on public.emotion_logs (child_id, created_at desc);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.emotion_logs enable row level security;

revoke all on table public.emotion_logs from anon, authenticated, service_role;
grant select, insert, update, delete on table public.emotion_logs to authenticated;
grant all on table public.emotion_logs to service_role;

drop policy if exists "Parents can view their children's emotions" on public.emotion_logs;
create policy "Parents can view their children's emotions"
on public.emotion_logs for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can log their children's emotions" on public.emotion_logs;
create policy "Parents can log their children's emotions"
on public.emotion_logs for insert to authenticated
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can correct their children's emotions" on public.emotion_logs;
create policy "Parents can correct their children's emotions"
on public.emotion_logs for update to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())))
with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

drop policy if exists "Parents can delete their children's emotions" on public.emotion_logs;
create policy "Parents can delete their children's emotions"
on public.emotion_logs for delete to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_emotion_logs_updated_at on public.emotion_logs;
create trigger update_emotion_logs_updated_at
  before update on public.emotion_logs
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on type public.emotion_type is 'Feelings a child can pick, from bright to heavy';
comment on table public.emotion_logs is 'What a child felt and when; seen by the own parent only';
comment on column public.emotion_logs.emotion is 'The feeling that was picked';
comment on column public.emotion_logs.intensity is 'How strong the feeling was, 1 (faint) to 10 (overwhelming)';
comment on column public.emotion_logs.context is 'When it was asked: check_in, before_lesson or after_lesson';
comment on column public.emotion_logs.notes is 'The child''s own words';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.emotion_logs;
-- drop type if exists public.emotion_type;
