-- Migration: Round lesson minutes
-- Created: 2026-11-27
-- Purpose: Show families a length in quarter hours.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists quarter_hours integer check (quarter_hours between 1 and 12);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.set_quarter_hours()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.quarter_hours = ceil(new.estimated_minutes / 15.0);
  return new;
end;
$$;

revoke all on function public.set_quarter_hours() from public, anon, authenticated, service_role;

create or replace trigger set_lessons_quarter_hours
  before insert or update of estimated_minutes on public.lessons
  for each row
  execute function public.set_quarter_hours();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.quarter_hours is 'Length in started quarter hours, 1 to 12; kept by a trigger';
comment on function public.set_quarter_hours() is 'Trigger: works out the length of a lesson in quarter hours';

-- Rollback
-- To reverse this migration, run:
--
-- drop trigger if exists set_lessons_quarter_hours on public.lessons;
-- alter table public.lessons drop column if exists quarter_hours;
