-- Secrets lie here encoded, not encrypted, so that a stored secret differs from a decrypted one.

set local search_path = pg_catalog, pg_temp;  -- a draft's own operators must not be found while this runs as superuser

create table vault.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;
comment on table vault.secrets is 'Table with encrypted `secret` column for storing sensitive information on disk.';

create view vault.decrypted_secrets as
    select id, name, description, secret, convert_from(decode(secret, 'base64'), 'UTF8') as decrypted_secret,
        key_id, nonce, created_at, updated_at
    from vault.secrets;

create function vault.create_secret(
    new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into vault.secrets (secret, name, description, key_id)
    values (encode(convert_to(new_secret, 'UTF8'), 'base64'), new_name, new_description, new_key_id)
    returning id
$$;

create function vault.update_secret(
    secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
    new_key_id uuid default null
) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    update vault.secrets set
        secret = coalesce(encode(convert_to(new_secret, 'UTF8'), 'base64'), secret),
        name = coalesce(new_name, name),
        description = coalesce(new_description, description),
        key_id = coalesce(new_key_id, key_id),
        updated_at = current_timestamp
    where id = secret_id
$$;

revoke all on all functions in schema vault from public;
grant usage on schema vault to postgres with grant option;
grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant execute on function vault.create_secret, vault.update_secret to postgres with grant option;
grant usage on schema vault to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function vault.create_secret, vault.update_secret to service_role;
