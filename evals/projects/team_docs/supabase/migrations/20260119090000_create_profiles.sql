-- Migration: Create profiles
-- Created: 2026-01-19
-- Purpose: Give everyone who signs up a profile, and the project a schema that the API does not show.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create schema if not exists private;

revoke all on schema private from public, anon, authenticated, service_role;
grant usage on schema private to authenticated;

create table if not exists public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  full_name text not null default '' check (char_length(full_name) <= 120),
  avatar_url text check (avatar_url ~ '^https://'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.profiles enable row level security;

revoke all on table public.profiles from anon, authenticated, service_role;
grant select, update on table public.profiles to authenticated;
grant all on table public.profiles to service_role;

drop policy if exists "Users can view their own profile" on public.profiles;
create policy "Users can view their own profile"
on public.profiles for select to authenticated
using (id = (select auth.uid()));

drop policy if exists "Users can update their own profile" on public.profiles;
create policy "Users can update their own profile"
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

create or replace function private.handle_new_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.profiles (id, full_name)
  values (new.id, left(coalesce(new.raw_user_meta_data ->> 'full_name', ''), 120))
  on conflict (id) do nothing;
  return new;
end;
$$;

revoke all on function private.handle_new_user() from public, anon, authenticated, service_role;

create or replace trigger on_auth_user_created
  after insert on auth.users
  for each row
  execute function private.handle_new_user();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on schema private is 'Helpers for policies and the inner half of RPCs; never listed in [api] schemas';
comment on table public.profiles is 'Public face of an auth user; made by a trigger at sign-up';
comment on column public.profiles.full_name is 'Name as others see it, at most 120 characters';
comment on column public.profiles.avatar_url is 'Picture, https only';
comment on function public.update_updated_at_column() is 'Trigger: stamps updated_at on every update';
comment on function private.handle_new_user() is 'Trigger: makes the profile of a new auth user';

-- Rollback
-- To reverse this migration, run:
--
-- drop trigger if exists on_auth_user_created on auth.users;
-- drop function if exists private.handle_new_user();
-- drop table if exists public.profiles;
-- drop function if exists public.update_updated_at_column();
-- drop schema if exists private;
