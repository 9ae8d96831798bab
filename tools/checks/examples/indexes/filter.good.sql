-- Migration: Create family invitations
-- Created: 2026-11-20
-- Purpose: Show parents the invitations that other families sent to their address.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.family_invitations (
  id uuid primary key default gen_random_uuid(),
  recipient_email text not null check (recipient_email ~ '^[^@]+@[^@]+$'),
  message text not null check (char_length(message) <= 500),
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES
-- ============================================================================

create index if not exists idx_family_invitations_recipient_email on public.family_invitations (recipient_email);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY
-- ============================================================================

alter table public.family_invitations enable row level security;

revoke all on table public.family_invitations from anon, authenticated, service_role;
grant select on table public.family_invitations to authenticated;
grant all on table public.family_invitations to service_role;

drop policy if exists "Parents can view invitations sent to them" on public.family_invitations;
create policy "Parents can view invitations sent to them"
on public.family_invitations for select to authenticated
using (recipient_email = (select auth.jwt() ->> 'email'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_family_invitations_updated_at on public.family_invitations;
create trigger update_family_invitations_updated_at
  before update on public.family_invitations
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.family_invitations is 'Invitations to share a family''s children with a second parent';
comment on column public.family_invitations.recipient_email is 'Whom it was sent to; they see it once they have signed in';
comment on column public.family_invitations.message is 'A word from the sender, at most 500 characters';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.family_invitations;
