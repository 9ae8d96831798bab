-- Migration: Add the number of a child's grade beside its text
-- Created: 2026-11-22
-- Purpose: First of four steps that turn children.grade_level into a number: a helper column, kept in step by a trigger.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

set local lock_timeout = '5s';

alter table public.children add column if not exists grade_number integer;

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.children'::regclass and conname = 'children_grade_number_check'
  ) then
    alter table public.children
      add constraint children_grade_number_check check (grade_number between 0 and 12) not valid;
  end if;
end;
$$;

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.sync_children_grade_number()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.grade_number = case
    when new.grade_level = 'K' then 0
    when new.grade_level ~ '^([1-9]|1[0-2])$' then new.grade_level::integer
  end;
  return new;
end;
$$;

revoke all on function public.sync_children_grade_number() from public, anon, authenticated, service_role;

create or replace trigger sync_children_grade_number
  before insert or update of grade_level on public.children
  for each row
  execute function public.sync_children_grade_number();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.children.grade_number is 'School grade: 0 for kindergarten, then 1 to 12';
comment on function public.sync_children_grade_number() is 'Trigger: keeps children.grade_number in step with grade_level until the columns are swapped';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- set local lock_timeout = '5s';
-- drop trigger if exists sync_children_grade_number on public.children;
-- drop function if exists public.sync_children_grade_number();
-- alter table public.children drop column if exists grade_number;
