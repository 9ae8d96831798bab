-- Migration: Add notifications
-- Created: 2026-11-30
-- Purpose: Tell people what happened; they may only mark it as read.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  kind text not null check (kind in ('comment', 'mention', 'share', 'invitation')),
  payload jsonb not null default '{}'::jsonb check (jsonb_typeof(payload) = 'object'),
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_notifications_user_id_created_at on public.notifications (user_id, created_at desc);
create index if not exists idx_notifications_organization_id on public.notifications (organization_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.notifications enable row level security;

revoke all on table public.notifications from anon, authenticated, service_role;
grant select on table public.notifications to authenticated;
grant update (read_at) on table public.notifications to authenticated;
grant all on table public.notifications to service_role;

drop policy if exists "People see their own notifications" on public.notifications;
create policy "People see their own notifications"
on public.notifications for select to authenticated
using (user_id = (select auth.uid()));

drop policy if exists "People mark their own notifications" on public.notifications;
create policy "People mark their own notifications"
on public.notifications for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

-- Written past row level security: nobody may notify somebody else by hand.
create or replace function private.notify_about_comment()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.notifications (user_id, organization_id, kind, payload)
  select documents.created_by, documents.organization_id, 'comment',
    jsonb_build_object('document_id', documents.id, 'comment_id', new.id)
  from public.documents
  join public.profiles on profiles.id = documents.created_by
  where documents.id = new.document_id and documents.created_by <> new.author_id;
  return null;
end;
$$;

revoke all on function private.notify_about_comment() from public, anon, authenticated, service_role;

drop trigger if exists notify_about_comment on public.comments;
create trigger notify_about_comment
  after insert on public.comments
  for each row
  execute function private.notify_about_comment();

drop trigger if exists update_notifications_updated_at on public.notifications;
create trigger update_notifications_updated_at
  before update on public.notifications
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.notifications is 'What happened that a person should know; written by triggers and the server';
comment on column public.notifications.kind is 'comment, mention, share or invitation';
comment on column public.notifications.payload is 'What it is about: {"document_id": "...", "comment_id": "..."}';
comment on column public.notifications.read_at is 'When it was read; empty until then';
comment on function private.notify_about_comment() is 'Trigger: tells the author of a document about a comment';

-- Rollback
-- To reverse this migration, run:
--
-- drop trigger if exists notify_about_comment on public.comments;
-- drop function if exists private.notify_about_comment();
-- drop table if exists public.notifications;
