-- Migration: Add reminders
-- Created: 2026-11-26
-- Purpose: Remind families of a lesson at the time they choose.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if to_regtype('public.reminder_channel') is null then
    create type public.reminder_channel as enum ('push', 'email');
  end if;
end;
$$;

create table if not exists public.reminders (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  channel public.reminder_channel not null default 'push',
  remind_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_reminders_profile_id_remind_at on public.reminders (profile_id, remind_at);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.reminders enable row level security;

revoke all on table public.reminders from anon, authenticated, service_role;
grant select, insert, delete on table public.reminders to authenticated;
grant all on table public.reminders to service_role;

drop policy if exists "Parents can view their own reminders" on public.reminders;
create policy "Parents can view their own reminders"
on public.reminders for select to authenticated
using (profile_id = (select auth.uid()));

drop policy if exists "Parents can add their own reminders" on public.reminders;
create policy "Parents can add their own reminders"
on public.reminders for insert to authenticated
with check (profile_id = (select auth.uid()));

drop policy if exists "Parents can remove their own reminders" on public.reminders;
create policy "Parents can remove their own reminders"
on public.reminders for delete to authenticated
using (profile_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_reminders_updated_at
  before update on public.reminders
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on type public.reminder_channel is 'How a reminder reaches the family';
comment on table public.reminders is 'Reminders that families set for themselves';
comment on column public.reminders.channel is 'push or email';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.reminders;
-- drop type if exists public.reminder_channel;
