-- Migration: Create activity log
-- Created: 2026-07-13
-- Purpose: Show owners and admins who changed documents and memberships.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.activity_log (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  actor_id uuid references auth.users (id) on delete set null,
  table_name text not null,
  record_id uuid not null,
  action text not null check (action in ('INSERT', 'UPDATE', 'DELETE')),
  created_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_activity_log_organization_id_created_at
on public.activity_log (organization_id, created_at desc);
create index if not exists idx_activity_log_actor_id on public.activity_log (actor_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.activity_log enable row level security;

revoke all on table public.activity_log from anon, authenticated, service_role;
grant select on table public.activity_log to authenticated;
grant select, insert on table public.activity_log to service_role;

drop policy if exists "Admins can view the activity of their organizations" on public.activity_log;
create policy "Admins can view the activity of their organizations"
on public.activity_log for select to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

-- An organization or account that is being deleted takes its rows along: there is nothing left to log for.
create or replace function private.log_activity()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.activity_log (organization_id, actor_id, table_name, record_id, action)
  select
    organizations.id,
    (select users.id from auth.users where users.id = (select auth.uid())),
    tg_table_name,
    coalesce(new.id, old.id),
    tg_op
  from public.organizations
  where organizations.id = coalesce(new.organization_id, old.organization_id);
  return null;
end;
$$;

revoke all on function private.log_activity() from public, anon, authenticated, service_role;

create or replace trigger log_document_activity
  after insert or update or delete on public.documents
  for each row
  execute function private.log_activity();

create or replace trigger log_membership_activity
  after insert or update or delete on public.memberships
  for each row
  execute function private.log_activity();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.activity_log is 'Who changed what in an organization; added by triggers, never changed';
comment on column public.activity_log.actor_id is 'Who did it; empty for the system itself and for deleted accounts';
comment on column public.activity_log.record_id is 'Id of the changed row in table_name';
comment on column public.activity_log.action is 'INSERT, UPDATE or DELETE';
comment on function private.log_activity() is 'Trigger: writes a change to activity_log';

-- Rollback
-- To reverse this migration, run:
--
-- drop trigger if exists log_membership_activity on public.memberships;
-- drop trigger if exists log_document_activity on public.documents;
-- drop function if exists private.log_activity();
-- drop table if exists public.activity_log;
