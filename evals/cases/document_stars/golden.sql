-- Migration: Add document stars
-- Created: 2026-11-29
-- Purpose: Keep the documents that a person comes back to within reach.

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.document_stars (
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  document_id uuid not null references public.documents (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, document_id)
);

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_document_stars_document_id on public.document_stars (document_id);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.document_stars enable row level security;

revoke all on table public.document_stars from anon, authenticated, service_role;
grant select, insert, delete on table public.document_stars to authenticated;
grant all on table public.document_stars to service_role;

drop policy if exists "Own stars only" on public.document_stars;
create policy "Own stars only" on public.document_stars
  for select to authenticated
  using (user_id = (select auth.uid()));

drop policy if exists "Star documents that one can read" on public.document_stars;
create policy "Star documents that one can read" on public.document_stars
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and document_id in (select documents.id from public.documents)
  );

drop policy if exists "Take back own stars" on public.document_stars;
create policy "Take back own stars" on public.document_stars
  for delete to authenticated
  using (user_id = (select auth.uid()));

-- SECTION 5: COMMENTS

comment on table public.document_stars is 'Documents that a person has starred';

-- To undo this migration:
--
-- drop table if exists public.document_stars;
