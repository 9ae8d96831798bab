-- Migration: Add page views
-- Created: 2026-12-01
-- Purpose: Count how often documents are opened, a month at a time, so that old months can be dropped whole.
--
-- allow: columns/id on public.page_views: counted and never referred to, so it has no key of its own

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.page_views (
  document_id uuid not null references public.documents (id) on delete cascade,
  user_id uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now()
) partition by range (created_at);

create table if not exists public.page_views_2026_12
  partition of public.page_views for values from ('2026-12-01') to ('2027-01-01');
create table if not exists public.page_views_2027_01
  partition of public.page_views for values from ('2027-01-01') to ('2027-02-01');

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_page_views_document_id_created_at on public.page_views (document_id, created_at);
create index if not exists idx_page_views_user_id on public.page_views (user_id);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

-- Partitions are tables of their own to the API.
alter table public.page_views enable row level security;
alter table public.page_views_2026_12 enable row level security;
alter table public.page_views_2027_01 enable row level security;

revoke all on table public.page_views from anon, authenticated, service_role;
revoke all on table public.page_views_2026_12 from anon, authenticated, service_role;
revoke all on table public.page_views_2027_01 from anon, authenticated, service_role;
grant select, insert on table public.page_views to service_role;

-- SECTION 5: COMMENTS

comment on table public.page_views is 'One row each time a document is opened; by month, written and read by the server';
comment on table public.page_views_2026_12 is 'Page views of December 2026';
comment on table public.page_views_2027_01 is 'Page views of January 2027';

-- Rollback
-- drop table if exists public.page_views;
