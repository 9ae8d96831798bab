-- Migration: Add document pins
-- Created: 2026-11-22
-- Purpose: Let members pin documents for themselves and keep their pins of an organization in an order of their own.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.document_pins (
  organization_id uuid not null,
  document_id uuid not null,
  user_id uuid not null,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint document_pins_pkey primary key (document_id, user_id),
  constraint document_pins_organization_id_document_id_fkey
    foreign key (organization_id, document_id)
    references public.documents (organization_id, id) on delete cascade,
  constraint document_pins_organization_id_user_id_fkey
    foreign key (organization_id, user_id)
    references public.memberships (organization_id, user_id) on delete cascade,
  constraint document_pins_position_check check (position >= 0)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_document_pins_user_id_organization_id_position
on public.document_pins (user_id, organization_id, position);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.document_pins enable row level security;

revoke all on table public.document_pins from anon, authenticated, service_role;
grant select, insert, update, delete on table public.document_pins to authenticated;
grant all on table public.document_pins to service_role;

drop policy if exists "Members can view their own pins" on public.document_pins;
create policy "Members can view their own pins"
on public.document_pins for select to authenticated
using (user_id = (select auth.uid()));

drop policy if exists "Members can pin documents they can see" on public.document_pins;
create policy "Members can pin documents they can see"
on public.document_pins for insert to authenticated
with check (
  user_id = (select auth.uid())
  and exists (select 1 from public.documents where documents.id = document_pins.document_id)
);

drop policy if exists "Members can reorder their own pins" on public.document_pins;
create policy "Members can reorder their own pins"
on public.document_pins for update to authenticated
using (user_id = (select auth.uid()))
with check (
  user_id = (select auth.uid())
  and exists (select 1 from public.documents where documents.id = document_pins.document_id)
);

drop policy if exists "Members can remove their own pins" on public.document_pins;
create policy "Members can remove their own pins"
on public.document_pins for delete to authenticated
using (user_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace trigger update_document_pins_updated_at
  before update on public.document_pins
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.document_pins is 'Documents that a member pinned, each once; seen and managed by that member only, gone with the document or the membership';
comment on column public.document_pins.organization_id is 'Organization of the document, of which the person is a member';
comment on column public.document_pins.user_id is 'Whose pin this is';
comment on column public.document_pins.position is 'Place among the person''s pins of the organization, 0 or more, lowest first; equal places by created_at';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop table if exists public.document_pins;
