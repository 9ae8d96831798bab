-- Migration: Create comments
-- Created: 2026-03-10
-- Purpose: Let members discuss a document in threads.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.comments (
  id uuid primary key default gen_random_uuid(),
  document_id uuid not null references public.documents (id) on delete cascade,
  author_id uuid not null references auth.users (id) on delete cascade,
  parent_id uuid,
  body text not null check (char_length(body) between 1 and 5000),
  resolved_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (document_id, id),
  foreign key (document_id, parent_id) references public.comments (document_id, id) on delete cascade
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_comments_document_id_parent_id on public.comments (document_id, parent_id);
create index if not exists idx_comments_author_id on public.comments (author_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.comments enable row level security;

revoke all on table public.comments from anon, authenticated, service_role;
grant select, insert, update, delete on table public.comments to authenticated;
grant all on table public.comments to service_role;

-- The inner queries run under the policies of documents.
drop policy if exists "Members can read comments" on public.comments;
create policy "Members can read comments"
on public.comments for select to authenticated
using (exists (select 1 from public.documents where documents.id = comments.document_id));

drop policy if exists "Members can comment" on public.comments;
create policy "Members can comment"
on public.comments for insert to authenticated
with check (
  author_id = (select auth.uid())
  and exists (select 1 from public.documents where documents.id = comments.document_id)
);

drop policy if exists "Authors can edit their comments" on public.comments;
create policy "Authors can edit their comments"
on public.comments for update to authenticated
using (
  author_id = (select auth.uid())
  and exists (select 1 from public.documents where documents.id = comments.document_id)
)
with check (
  author_id = (select auth.uid())
  and exists (select 1 from public.documents where documents.id = comments.document_id)
);

drop policy if exists "Authors and admins can delete comments" on public.comments;
create policy "Authors and admins can delete comments"
on public.comments for delete to authenticated
using (
  exists (
    select 1
    from public.documents
    where documents.id = comments.document_id
      and (
        comments.author_id = (select auth.uid())
        or private.has_role(documents.organization_id, 'owner', 'admin')
      )
  )
);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_comments_updated_at on public.comments;
create trigger update_comments_updated_at
  before update on public.comments
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.comments is 'Threads below a document';
comment on column public.comments.parent_id is 'The comment this one answers, in the same document; else empty';
comment on column public.comments.body is 'Text, 1 to 5000 characters';
comment on column public.comments.resolved_at is 'When the thread was settled; empty while it is open';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.comments;
