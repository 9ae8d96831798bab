-- Migration: Make a child's grade a number
-- Created: 2026-11-22
-- Purpose: Last step: the number takes the place and the name of the text column grade_level, so that grades sort and compare as numbers.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

set local lock_timeout = '5s';

do $$
begin
  if exists (
    select from information_schema.columns
    where table_schema = 'public' and table_name = 'children' and column_name = 'grade_number'
  ) then
    if exists (select from public.children where grade_level is not null and grade_number is null) then
      raise exception 'public.children has grades that were not converted to a number';
    end if;

    drop trigger if exists sync_children_grade_number on public.children;
    alter table public.children drop column grade_level;
    alter table public.children rename column grade_number to grade_level;
    alter table public.children rename constraint children_grade_number_check to children_grade_level_check;
  end if;
end;
$$;

drop function if exists public.sync_children_grade_number();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.children.grade_level is 'School grade: 0 for kindergarten, then 1 to 12';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- Irreversible: updated_at of the children and the entries that their triggers wrote to audit_log stay
-- set local lock_timeout = '5s';
-- alter table public.children rename constraint children_grade_level_check to children_grade_number_check;
-- alter table public.children rename column grade_level to grade_number;
-- alter table public.children add column grade_level text;
-- update public.children
-- set grade_level = case when grade_number = 0 then 'K' else grade_number::text end
-- where grade_number is not null;
-- alter table public.children add constraint children_grade_level_check
--   check (grade_level in ('K', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'));
-- comment on column public.children.grade_level is 'School grade: K for kindergarten, then 1 to 12';
-- create or replace function public.sync_children_grade_number()
-- returns trigger
-- language plpgsql
-- set search_path = ''
-- as $$
-- begin
--   new.grade_number = case
--     when new.grade_level = 'K' then 0
--     when new.grade_level ~ '^([1-9]|1[0-2])$' then new.grade_level::integer
--   end;
--   return new;
-- end;
-- $$;
--
-- revoke all on function public.sync_children_grade_number() from public, anon, authenticated, service_role;
--
-- create or replace trigger sync_children_grade_number
--   before insert or update of grade_level on public.children
--   for each row
--   execute function public.sync_children_grade_number();
-- comment on function public.sync_children_grade_number() is 'Trigger: keeps children.grade_number in step with grade_level until the columns are swapped';
