-- Migration: Add consents
-- Created: 2026-12-15
-- Purpose: Prove who agreed to what and when: a log that can only grow.

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.consents (
  id uuid primary key default gen_random_uuid(),
  parent_id uuid not null references public.profiles (id) on delete cascade,
  document text not null check (document in ('terms', 'privacy', 'newsletter')),
  document_version integer not null check (document_version > 0),
  agreed boolean not null,
  created_at timestamptz not null default now()
);

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_consents_parent_id_document_created_at
on public.consents (parent_id, document, created_at desc);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.consents enable row level security;

revoke all on table public.consents from anon, authenticated, service_role;
grant select, insert on table public.consents to authenticated;
grant select, insert on table public.consents to service_role;

drop policy if exists "Parents can see what they agreed to" on public.consents;
create policy "Parents can see what they agreed to"
on public.consents for select to authenticated
using ((select auth.uid()) = parent_id);

drop policy if exists "Parents can agree for themselves" on public.consents;
create policy "Parents can agree for themselves"
on public.consents for insert to authenticated
with check ((select auth.uid()) = parent_id);

-- SECTION 5: COMMENTS

comment on table public.consents is 'Every yes and no to our terms; rows are added, never changed';
comment on column public.consents.document is 'terms, privacy or newsletter';
comment on column public.consents.document_version is 'Version that was on the screen, from 1';
comment on column public.consents.agreed is 'False where consent was withdrawn';

-- Rollback
-- drop table if exists public.consents;
