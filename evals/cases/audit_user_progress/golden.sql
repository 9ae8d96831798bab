-- Migration: Audit changes and deletions of user progress
-- Created: 2026-11-22
-- Purpose: Let us tell who changed or deleted a row of user_progress and what was in it before, in the audit log that is already there.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.log_user_progress_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  changed jsonb := '[]'::jsonb;
begin
  if tg_op = 'UPDATE' then
    select coalesce(jsonb_agg(field.key order by field.key), '[]'::jsonb)
    into changed
    from jsonb_each(to_jsonb(new)) as field
    where field.key <> 'updated_at' and field.value is distinct from to_jsonb(old) -> field.key;
  end if;

  insert into public.audit_log (table_name, record_id, action, user_id, details)
  values (
    tg_table_name,
    old.id,
    tg_op,
    (select auth.uid()),
    jsonb_build_object('changed', changed, 'old', to_jsonb(old))
  );
  return null;
end;
$$;

revoke all on function public.log_user_progress_change() from public, anon, authenticated, service_role;

create or replace trigger audit_user_progress
  after update or delete on public.user_progress
  for each row
  execute function public.log_user_progress_change();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.log_user_progress_change() is 'Trigger: writes every update and delete of user_progress to audit_log, with the whole row as it was before';
comment on column public.audit_log.details is 'Names of the changed columns, no values: {"changed": ["name"]}; for user_progress also the row as it was before: {"changed": ["score"], "old": {"score": 80, "status": "completed"}}';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- comment on column public.audit_log.details is 'Names of the changed columns, no values: {"changed": ["name"]}';
-- drop trigger if exists audit_user_progress on public.user_progress;
-- drop function if exists public.log_user_progress_change();
