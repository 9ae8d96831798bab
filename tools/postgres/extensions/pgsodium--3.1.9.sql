-- Keys can be made and used; what is "encrypted" is only marked, and comes back as it was.
-- Upstream's roles (pgsodium_keyholder and others) are not made: roles outlive a throwaway database.

set local search_path = pg_catalog, pg_temp;  -- a draft's own operators must not be found while this runs as superuser

create table pgsodium.key (
    id uuid primary key default gen_random_uuid(),
    status text not null default 'valid',
    created timestamptz not null default now(),
    expires timestamptz,
    key_type text default 'aead-det',
    name text unique,
    comment text
);
create view pgsodium.valid_key as
    select id, name, status, key_type, created, expires from pgsodium.key
    where status = 'valid' and (expires is null or expires > now());

create function pgsodium.create_key(key_type text default 'aead-det', name text default null) returns pgsodium.valid_key
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into pgsodium.key (key_type, name) values (key_type, name)
    returning id, name, status, key_type, created, expires
$$;
create function pgsodium.randombytes_buf(size integer) returns bytea language sql volatile
set search_path = pg_catalog, pg_temp as $$
    select substr(string_agg(sha256(uuid_send(gen_random_uuid())), ''), 1, size) from generate_series(0, size / 32)
$$;
create function pgsodium.crypto_aead_det_noncegen() returns bytea language sql volatile
set search_path = pg_catalog, pg_temp as $$
    select pgsodium.randombytes_buf(16)
$$;
create function pgsodium.crypto_aead_det_keygen() returns bytea language sql volatile
set search_path = pg_catalog, pg_temp as $$
    select pgsodium.randombytes_buf(32)
$$;
create function pgsodium.crypto_aead_det_encrypt(
    message bytea, additional bytea, key_uuid uuid, nonce bytea default null
) returns bytea language sql stable set search_path = pg_catalog, pg_temp as $$
    select sha256(uuid_send(key_uuid) || coalesce(additional, '') || coalesce(nonce, '')) || message
$$;
create function pgsodium.crypto_aead_det_decrypt(
    message bytea, additional bytea, key_uuid uuid, nonce bytea default null
) returns bytea language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if substr(message, 1, 32) <> sha256(uuid_send(key_uuid) || coalesce(additional, '') || coalesce(nonce, '')) then
        raise exception 'pgsodium_crypto_aead_det_decrypt_by_id: invalid ciphertext' using errcode = '22000';
    end if;
    return substr(message, 33);
end $$;

revoke all on all functions in schema pgsodium from public;
grant usage on schema pgsodium to postgres with grant option;
grant usage on schema pgsodium to service_role;
grant select, insert, update, delete on pgsodium.key to postgres;
grant select on pgsodium.valid_key to postgres;
grant execute on all functions in schema pgsodium to postgres with grant option;
grant execute on function pgsodium.crypto_aead_det_encrypt, pgsodium.crypto_aead_det_decrypt,
    pgsodium.crypto_aead_det_keygen to service_role;
