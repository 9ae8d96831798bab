-- Migration: Add announcements
-- Created: 2026-12-02
-- Purpose: Let editors announce things to all families.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.announcements (
  id uuid primary key default gen_random_uuid(),
  title text not null check (char_length(title) between 3 and 120),
  is_draft boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.announcements enable row level security;

revoke all on table public.announcements from anon, authenticated, service_role;
grant select, insert, update on table public.announcements to authenticated;
grant all on table public.announcements to service_role;

drop policy if exists "Families can read announcements" on public.announcements;
create policy "Families can read announcements"
on public.announcements for select to authenticated
using (not is_draft or (select auth.jwt()) -> 'app_metadata' ->> 'role' = 'editor');

drop policy if exists "Editors can write announcements" on public.announcements;
create policy "Editors can write announcements"
on public.announcements for insert to authenticated
with check ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'editor');

drop policy if exists "Editors can change announcements" on public.announcements;
create policy "Editors can change announcements"
on public.announcements for update to authenticated
using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'editor')
with check ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'editor');

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_announcements_updated_at on public.announcements;
create trigger update_announcements_updated_at
  before update on public.announcements
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.announcements is 'News from the editors to all families';
comment on column public.announcements.title is 'Headline, 3 to 120 characters';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.announcements;
