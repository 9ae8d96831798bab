-- Migration: Add glossary
-- Created: 2026-12-05
-- Purpose: Words that an organization uses in its own way, found by any word of their explanation.

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.glossary_entries (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  term text not null,
  explanation text not null,
  usage_count bigint not null default 0,
  words tsvector generated always as (to_tsvector('english', term || ' ' || explanation)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

do $$
begin
  if not exists (select from pg_catalog.pg_constraint where conname = 'glossary_entries_term_check') then
    alter table public.glossary_entries
      add constraint glossary_entries_term_check check (char_length(term) between 1 and 80),
      add constraint glossary_entries_usage_count_check check (usage_count >= 0);
  end if;
end;
$$;

-- SECTION 2: INDEXES (for performance)

create unique index if not exists idx_glossary_entries_organization_id_lower_term
  on public.glossary_entries (organization_id, lower(term));
create index if not exists idx_glossary_entries_words_gin on public.glossary_entries using gin (words);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.glossary_entries enable row level security;

revoke all on table public.glossary_entries from anon, authenticated, service_role;
grant select, insert, update, delete on table public.glossary_entries to authenticated;
grant all on table public.glossary_entries to service_role;

drop policy if exists glossary_entries_select on public.glossary_entries;
create policy glossary_entries_select on public.glossary_entries
for select to authenticated using (private.is_member(organization_id));

drop policy if exists glossary_entries_insert on public.glossary_entries;
create policy glossary_entries_insert on public.glossary_entries
for insert to authenticated with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists glossary_entries_update on public.glossary_entries;
create policy glossary_entries_update on public.glossary_entries
for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin', 'editor'))
with check (private.has_role(organization_id, 'owner', 'admin', 'editor'));

drop policy if exists glossary_entries_delete on public.glossary_entries;
create policy glossary_entries_delete on public.glossary_entries
for delete to authenticated using (private.has_role(organization_id, 'owner', 'admin', 'editor'));

-- SECTION 4: FUNCTIONS AND TRIGGERS

create or replace trigger update_glossary_entries_updated_at
  before update on public.glossary_entries
  for each row execute function public.update_updated_at_column();

-- Under the caller's own rights: row level security picks the organizations.
create or replace function public.find_terms(words_param text)
returns table (term text, explanation text)
language sql
stable
set search_path = ''
as $$
  select entries.term, entries.explanation
  from public.glossary_entries as entries
  where entries.words @@ websearch_to_tsquery('english', words_param)
  order by entries.term
  limit 20;
$$;

revoke all on function public.find_terms(text) from public, anon, authenticated, service_role;
grant execute on function public.find_terms(text) to authenticated;

-- SECTION 5: COMMENTS

comment on table public.glossary_entries is 'Words of an organization and what they mean there';
comment on column public.glossary_entries.term is 'The word, 1 to 80 characters, once in an organization whatever its case';
comment on column public.glossary_entries.usage_count is 'How many documents use it, counted at night';
comment on column public.glossary_entries.words is 'Term and explanation as search words; kept by Postgres';
comment on function public.find_terms(text) is 'Up to 20 entries of the caller''s organizations that hold the words';

-- Rollback
-- drop function if exists public.find_terms(text);
-- drop table if exists public.glossary_entries;
