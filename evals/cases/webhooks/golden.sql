-- Migration: Add webhook deliveries
-- Created: 2026-12-03
-- Purpose: A queue for the worker that calls webhooks; internal, users never see it.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if not exists (
    select 1
    from pg_catalog.pg_type
    join pg_catalog.pg_namespace on pg_namespace.oid = pg_type.typnamespace
    where pg_namespace.nspname = 'public' and pg_type.typname = 'delivery_status'
  ) then
    create type public.delivery_status as enum ('pending', 'sending', 'delivered', 'failed');
  end if;
end;
$$;

create table if not exists public.webhook_deliveries (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  target_url text not null check (target_url ~ '^https://'),
  body jsonb not null,
  status public.delivery_status not null default 'pending',
  attempt_count integer not null default 0 check (attempt_count between 0 and 20),
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_webhook_deliveries_organization_id on public.webhook_deliveries (organization_id);
create index if not exists idx_webhook_deliveries_next_attempt_at
on public.webhook_deliveries (next_attempt_at)
where status in ('pending', 'sending');

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

-- No policy: only the server, which passes row level security by, has business here.
alter table public.webhook_deliveries enable row level security;

revoke all on table public.webhook_deliveries from anon, authenticated, service_role;
grant select, insert, update, delete on table public.webhook_deliveries to service_role;

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_webhook_deliveries_updated_at
  before update on public.webhook_deliveries
  for each row
  execute function public.update_updated_at_column();

create or replace function public.claim_webhook_deliveries(limit_param integer default 20)
returns setof public.webhook_deliveries
language sql
set search_path = ''
as $$
  update public.webhook_deliveries
  set status = 'sending', attempt_count = attempt_count + 1
  where id in (
    select id
    from public.webhook_deliveries
    where status = 'pending' and next_attempt_at <= now()
    order by next_attempt_at
    limit limit_param
    for update skip locked
  )
  returning *;
$$;

revoke all on function public.claim_webhook_deliveries(integer) from public, anon, authenticated, service_role;
grant execute on function public.claim_webhook_deliveries(integer) to service_role;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on type public.delivery_status is 'Where a delivery stands';
comment on table public.webhook_deliveries is 'Calls to webhooks that are due or done; internal to the worker';
comment on column public.webhook_deliveries.target_url is 'Where it goes, https only';
comment on column public.webhook_deliveries.body is 'What is sent: {"event": "document.published", "id": "..."}';
comment on column public.webhook_deliveries.status is 'pending, sending, delivered or failed';
comment on column public.webhook_deliveries.attempt_count is 'How often it was tried, up to 20';
comment on function public.claim_webhook_deliveries(integer) is 'The worker''s next deliveries, marked as being sent';

-- Rollback
-- To reverse this migration, run:
--
-- drop function if exists public.claim_webhook_deliveries(integer);
-- drop table if exists public.webhook_deliveries;
-- drop type if exists public.delivery_status;
