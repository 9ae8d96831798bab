-- Migration: Add API keys
-- Created: 2026-11-24
-- Purpose: Let admins hand out keys to integrations; only the hash of a key is kept, and nobody reads it back.

-- SECTION 1: CREATE/ALTER TABLES

create table if not exists public.api_keys (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  created_by uuid references auth.users (id) on delete set null,
  name text not null check (char_length(name) between 1 and 60),
  key_prefix text not null check (key_prefix ~ '^td_[a-z0-9]{6}$'),
  key_hash text not null unique check (char_length(key_hash) = 64),
  scopes text[] not null default '{read}'::text[]
    check (scopes <@ array['read', 'write', 'export'] and cardinality(scopes) > 0),
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_api_keys_organization_id on public.api_keys (organization_id);
create index if not exists idx_api_keys_created_by on public.api_keys (created_by);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.api_keys enable row level security;

revoke all on table public.api_keys from anon, authenticated, service_role;
grant select (id, organization_id, created_by, name, key_prefix, scopes, last_used_at, revoked_at, created_at, updated_at)
on table public.api_keys to authenticated;
grant update (name, revoked_at) on table public.api_keys to authenticated;
grant all on table public.api_keys to service_role;

drop policy if exists "Admins can list keys" on public.api_keys;
create policy "Admins can list keys"
on public.api_keys for select to authenticated
using (private.has_role(organization_id, 'owner', 'admin'));

drop policy if exists "Admins can rename and revoke keys" on public.api_keys;
create policy "Admins can rename and revoke keys"
on public.api_keys for update to authenticated
using (private.has_role(organization_id, 'owner', 'admin'))
with check (private.has_role(organization_id, 'owner', 'admin'));

-- SECTION 4: FUNCTIONS AND TRIGGERS

create or replace trigger update_api_keys_updated_at
  before update on public.api_keys
  for each row
  execute function public.update_updated_at_column();

-- SECTION 5: COMMENTS

comment on table public.api_keys is 'Keys of integrations; made by the server, listed and revoked by admins';
comment on column public.api_keys.name is 'What the key is for, 1 to 60 characters';
comment on column public.api_keys.key_prefix is 'The first characters, to tell keys apart: td_3fa9c1';
comment on column public.api_keys.key_hash is 'SHA-256 of the key in hex; no API role of users can read it';
comment on column public.api_keys.scopes is 'What the key may do, out of {read,write,export}';

-- Rollback
-- drop table if exists public.api_keys;
