-- Migration: Add welcome emails
-- Created: 2026-12-03
-- Purpose: Note for whom a welcome email is still to be sent, as soon as somebody signs up.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.welcome_emails (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references auth.users (id) on delete cascade,
  sent_at timestamptz,
  created_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.welcome_emails enable row level security;

-- Only the server sends them.
revoke all on table public.welcome_emails from anon, authenticated, service_role;
grant select, update on table public.welcome_emails to service_role;

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.queue_welcome_email()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.welcome_emails (user_id) values (new.id) on conflict (user_id) do nothing;
  return new;
end;
$$;

revoke all on function public.queue_welcome_email() from public, anon, authenticated, service_role;

create or replace trigger queue_welcome_email
  after insert on auth.users
  for each row
  execute function public.queue_welcome_email();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.welcome_emails is 'Welcome emails, one for each new user; made at sign-up, never by users';
comment on function public.queue_welcome_email() is 'Trigger: queues the welcome email of a new user';

-- To reverse this migration, run:
--
-- drop trigger if exists queue_welcome_email on auth.users;
-- drop function if exists public.queue_welcome_email();
-- drop table if exists public.welcome_emails;
