-- Migration: Log labels, invitations and the labelling of documents
-- Created: 2026-11-22
-- Purpose: Show in the activity log who changed labels, who invited somebody, and who put a label on a document or took it off.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

set local lock_timeout = '5s';

-- document_labels has no id of its own, so private.log_activity() cannot serve it.
create or replace function private.log_document_label_activity()
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
    coalesce(new.document_id, old.document_id),
    tg_op
  from public.organizations
  where organizations.id = coalesce(new.organization_id, old.organization_id);
  return null;
end;
$$;

revoke all on function private.log_document_label_activity() from public, anon, authenticated, service_role;

create or replace trigger log_label_activity
  after insert or update or delete on public.labels
  for each row
  execute function private.log_activity();

create or replace trigger log_invitation_activity
  after insert or update or delete on public.invitations
  for each row
  execute function private.log_activity();

create or replace trigger log_document_label_activity
  after insert or delete on public.document_labels
  for each row
  execute function private.log_document_label_activity();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function private.log_document_label_activity() is 'Trigger: writes a label put on or taken off a document to activity_log';
comment on column public.activity_log.record_id is 'Id of the changed row in table_name; for document_labels, which has none, the id of the document';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
-- comment on column public.activity_log.record_id is 'Id of the changed row in table_name';
-- drop trigger if exists log_document_label_activity on public.document_labels;
-- drop trigger if exists log_invitation_activity on public.invitations;
-- drop trigger if exists log_label_activity on public.labels;
-- drop function if exists private.log_document_label_activity();
