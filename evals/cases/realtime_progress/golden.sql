-- Migration: Publish progress
-- Created: 2026-12-10
-- Purpose: Parents' dashboards move while their children learn.

-- SECTION 1: CREATE/ALTER TABLES

do $$
begin
  if not exists (
    select 1
    from pg_catalog.pg_publication_tables
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'user_progress'
  ) then
    alter publication supabase_realtime add table public.user_progress;
  end if;
end;
$$;

-- Rollback
-- alter publication supabase_realtime drop table public.user_progress;
