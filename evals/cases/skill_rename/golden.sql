-- Migration: Rename skill name
-- Created: 2026-11-23
-- Purpose: Skills have a label; the app of before reads them under the old name until it is gone.
--
-- allow: safe-change/destructive on public.skills.name: asked for; skills_v1 has it under its old name

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if exists (
    select from information_schema.columns
    where table_schema = 'public' and table_name = 'skills' and column_name = 'name'
  ) then
    alter table public.skills rename column name to label;
  end if;
end;
$$;

create or replace view public.skills_v1
with (security_invoker = true)
as
select skills.id, skills.label as name, skills.description, skills.subject
from public.skills;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

revoke all on table public.skills_v1 from anon, authenticated, service_role;
grant select on table public.skills_v1 to authenticated, service_role;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on view public.skills_v1 is 'Skills as the app of before reads them';

-- Rollback
-- drop view if exists public.skills_v1;
-- alter table public.skills rename column label to name;
