-- Migration: Detail child audit
-- Created: 2026-10-05
-- Purpose: Record which columns of a child were changed, not only that something was.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.audit_log add column if not exists details jsonb not null default '{}'::jsonb;

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.log_child_change()
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
    coalesce(new.id, old.id),
    tg_op,
    (select auth.uid()),
    jsonb_build_object('changed', changed)
  );
  return null;
end;
$$;

revoke all on function public.log_child_change() from public, anon, authenticated, service_role;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.audit_log.details is 'Names of the changed columns, no values: {"changed": ["name"]}';

-- Rollback
-- To reverse this migration, run:
--
-- create or replace function public.log_child_change()
-- returns trigger
-- language plpgsql
-- security definer
-- set search_path = ''
-- as $$
-- begin
--   insert into public.audit_log (table_name, record_id, action, user_id)
--   values (tg_table_name, coalesce(new.id, old.id), tg_op, (select auth.uid()));
--   return null;
-- end;
-- $$;
-- revoke all on function public.log_child_change() from public, anon, authenticated, service_role;
-- alter table public.audit_log drop column if exists details;
