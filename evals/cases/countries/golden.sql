-- Migration: Add countries
-- Created: 2026-12-13
-- Purpose: One list of countries for every form, the same for all families.
--
-- allow: columns/id on public.countries: the ISO code is the key
-- allow: columns/created-at on public.countries: filled here once, by this migration

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.countries (
  code text primary key check (code ~ '^[A-Z]{2}$'),
  name text not null unique check (char_length(name) between 2 and 80)
);

insert into public.countries (code, name)
values
  ('BR', 'Brazil'),
  ('DE', 'Germany'),
  ('PT', 'Portugal'),
  ('US', 'United States')
on conflict (code) do nothing;

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.countries enable row level security;

revoke all on table public.countries from anon, authenticated, service_role;
grant select on table public.countries to authenticated;
grant all on table public.countries to service_role;

drop policy if exists "Everybody signed in can read countries" on public.countries;
create policy "Everybody signed in can read countries"
on public.countries for select to authenticated
using (true);

-- SECTION 5: COMMENTS

comment on table public.countries is 'Countries that families can pick';
comment on column public.countries.code is 'ISO 3166-1 alpha-2 code, in capitals';
comment on column public.countries.name is 'English name, 2 to 80 characters';

-- Rollback
-- drop table if exists public.countries;
