-- Migration: Add organization usage
-- Created: 2026-12-02
-- Purpose: Show members how many documents and people their organizations have.

-- SECTION 1: CREATE/ALTER TABLES

create or replace view public.organization_usage
with (security_invoker = true)
as
select
  organizations.id as organization_id,
  organizations.plan,
  (select count(*) from public.documents where documents.organization_id = organizations.id) as document_count,
  (select count(*) from public.memberships where memberships.organization_id = organizations.id) as member_count
from public.organizations;

-- SECTION 3: ROW LEVEL SECURITY (RLS)

revoke all on public.organization_usage from anon, authenticated, service_role;
grant select on public.organization_usage to authenticated;
grant select on public.organization_usage to service_role;

-- SECTION 5: COMMENTS

comment on view public.organization_usage is 'Documents and members of each organization that the caller belongs to';

-- Rollback
-- drop view if exists public.organization_usage;
