-- Migration: Create profiles
-- Created: 2026-02-09
-- Purpose: Give every parent who signs up a profile of their own, and every later table its updated_at trigger.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (char_length(display_name) between 1 and 80),
  country_code text check (country_code ~ '^[A-Z]{2}$'),
  onboarded_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.profiles enable row level security;

revoke all on table public.profiles from anon, authenticated, service_role;
grant select, insert, update on table public.profiles to authenticated;
grant all on table public.profiles to service_role;

drop policy if exists "Parents can view their own profile" on public.profiles;
create policy "Parents can view their own profile"
on public.profiles for select to authenticated
using (id = (select auth.uid()));

drop policy if exists "Parents can create their own profile" on public.profiles;
create policy "Parents can create their own profile"
on public.profiles for insert to authenticated
with check (id = (select auth.uid()));

drop policy if exists "Parents can update their own profile" on public.profiles;
create policy "Parents can update their own profile"
on public.profiles for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.update_updated_at_column()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at = now();
  return new;
end;
$$;

revoke all on function public.update_updated_at_column() from public, anon, authenticated, service_role;

drop trigger if exists update_profiles_updated_at on public.profiles;
create trigger update_profiles_updated_at
  before update on public.profiles
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.profiles is 'Parents: one row per auth user, made by the app right after sign-up';
comment on column public.profiles.id is 'The auth user that this profile belongs to';
comment on column public.profiles.display_name is 'Name shown in the app, 1 to 80 characters';
comment on column public.profiles.country_code is 'ISO 3166-1 alpha-2 country, in capitals';
comment on column public.profiles.onboarded_at is 'When the parent finished the welcome tour; empty until then';
comment on function public.update_updated_at_column() is 'Trigger: stamps updated_at on every update';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.profiles;
-- drop function if exists public.update_updated_at_column();
