-- Migration: Add bookmarks
-- Created: 2026-11-23
-- Purpose: Let families keep the lessons they want to come back to.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.bookmarks (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  note text check (char_length(note) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bookmarks_profile_id_lesson_id_key unique (profile_id, lesson_id)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_bookmarks_lesson_id on public.bookmarks (lesson_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.bookmarks enable row level security;

revoke all on table public.bookmarks from anon, authenticated, service_role;
grant select, insert, update, delete on table public.bookmarks to authenticated;
grant all on table public.bookmarks to service_role;

drop policy if exists "Parents can view their own bookmarks" on public.bookmarks;
create policy "Parents can view their own bookmarks"
on public.bookmarks for select to authenticated
using (profile_id = (select auth.uid()));

drop policy if exists "Parents can add their own bookmarks" on public.bookmarks;
create policy "Parents can add their own bookmarks"
on public.bookmarks for insert to authenticated
with check (profile_id = (select auth.uid()));

drop policy if exists "Parents can update their own bookmarks" on public.bookmarks;
create policy "Parents can update their own bookmarks"
on public.bookmarks for update to authenticated
using (profile_id = (select auth.uid()))
with check (profile_id = (select auth.uid()));

drop policy if exists "Parents can remove their own bookmarks" on public.bookmarks;
create policy "Parents can remove their own bookmarks"
on public.bookmarks for delete to authenticated
using (profile_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_bookmarks_updated_at on public.bookmarks;
create trigger update_bookmarks_updated_at
  before update on public.bookmarks
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.bookmarks is 'Lessons that a family wants to come back to';
comment on column public.bookmarks.note is 'Why it was kept, at most 500 characters';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.bookmarks;
