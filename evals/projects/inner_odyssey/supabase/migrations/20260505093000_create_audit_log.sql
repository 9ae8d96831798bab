-- Migration: Create audit log
-- Created: 2026-05-05
-- Purpose: Keep an append-only record of who changed what, starting with children.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.audit_log (
  id uuid primary key default extensions.uuid_generate_v4(),
  table_name text not null,
  record_id uuid not null,
  action text not null check (action in ('INSERT', 'UPDATE', 'DELETE')),
  user_id uuid references auth.users (id) on delete set null,
  "timestamp" timestamptz not null default now(),
  created_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_audit_log_table_name_record_id on public.audit_log (table_name, record_id);
create index if not exists idx_audit_log_user_id_timestamp on public.audit_log (user_id, "timestamp" desc);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.audit_log enable row level security;

revoke all on table public.audit_log from anon, authenticated, service_role;
grant select on table public.audit_log to authenticated;
grant select, insert on table public.audit_log to service_role;

drop policy if exists "Parents can view their own actions" on public.audit_log;
create policy "Parents can view their own actions"
on public.audit_log for select to authenticated
using (user_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.log_child_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.audit_log (table_name, record_id, action, user_id)
  values (tg_table_name, coalesce(new.id, old.id), tg_op, (select auth.uid()));
  return null;
end;
$$;

revoke all on function public.log_child_change() from public, anon, authenticated, service_role;

create or replace trigger audit_children
  after insert or update or delete on public.children
  for each row
  execute function public.log_child_change();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.audit_log is 'Who changed which row and when; rows are added, never changed';
comment on column public.audit_log.record_id is 'Id of the changed row in table_name';
comment on column public.audit_log.action is 'INSERT, UPDATE or DELETE';
comment on column public.audit_log.user_id is 'Who did it; empty for the system itself and for deleted accounts';
comment on column public.audit_log."timestamp" is 'When the change happened';
comment on column public.audit_log.created_at is 'When this entry was written';
comment on function public.log_child_change() is 'Trigger: writes every change of a child to audit_log';

-- Rollback
-- To reverse this migration, run:
--
-- drop trigger if exists audit_children on public.children;
-- drop function if exists public.log_child_change();
-- drop table if exists public.audit_log;
