-- Real: digest, hmac, gen_random_bytes, gen_random_uuid. Of the right form only: crypt (what it hashes it verifies, but
-- it is no bcrypt, md5-crypt or DES, so hashes from elsewhere do not match), encrypt and pgp_sym_encrypt (a keyed
-- stream of SHA-256, so no other program can read them). Absent: pgp_pub_*, pgp_key_id, pgp_armor_headers.
-- SQL bodies (RETURN, BEGIN ATOMIC) are bound when they are made, so the extension may move to another schema.

create function gen_random_uuid() returns uuid language sql volatile parallel safe return pg_catalog.gen_random_uuid();

create function gen_random_bytes(count integer) returns bytea language plpgsql volatile strict parallel safe
set search_path = pg_catalog, pg_temp as $$
declare
    drawn bytea := '';
    part bytea;
begin
    if count not between 1 and 1024 then
        raise exception 'Length not in range' using errcode = '39000';
    end if;
    while length(drawn) < count loop
        part := uuid_send(gen_random_uuid());
        drawn := drawn || substr(part, 1, 6) || substr(part, 10, 7);  -- without the bytes of version and variant
    end loop;
    return substr(drawn, 1, count);
end $$;

create function pgcrypto_refuse(name text, kind text) returns bytea language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'Cannot use "%": No such % algorithm', name, kind using errcode = '22023';
end $$;

create function pgcrypto_sha1(data bytea) returns bytea language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp as $$
declare  -- FIPS 180-4; Postgres has SHA-2 built in, but not this
    mask constant bigint := 4294967295;
    message constant bytea := data || '\x80'::bytea
        || decode(repeat('00', (119 - length(data) % 64) % 64), 'hex') || int8send(length(data)::bigint * 8);
    h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
begin
    for block in 0..length(message) / 64 - 1 loop
        for i in 0..15 loop
            w[i] := ('x' || encode(substr(message, block * 64 + i * 4 + 1, 4), 'hex'))::bit(32)::bigint;
        end loop;
        for i in 16..79 loop
            t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
            w[i] := ((t << 1) | (t >> 31)) & mask;
        end loop;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        for i in 0..79 loop
            if i < 20 then
                f := (b & c) | (~b & mask & d); k := 1518500249;
            elsif i < 40 then
                f := b # c # d; k := 1859775393;
            elsif i < 60 then
                f := (b & c) | (b & d) | (c & d); k := 2400959708;
            else
                f := b # c # d; k := 3395469782;
            end if;
            t := (((a << 5) | (a >> 27)) & mask) + f + e + k + w[i] & mask;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := t;
        end loop;
        h := array[h[1] + a & mask, h[2] + b & mask, h[3] + c & mask, h[4] + d & mask, h[5] + e & mask];
    end loop;
    return substr(int8send(h[1]), 5) || substr(int8send(h[2]), 5) || substr(int8send(h[3]), 5)
        || substr(int8send(h[4]), 5) || substr(int8send(h[5]), 5);
end
$$;

create function digest(data bytea, type text) returns bytea language sql immutable strict parallel safe
return case lower(type)
    when 'md5' then decode(md5(data), 'hex')
    when 'sha1' then pgcrypto_sha1(data)
    when 'sha224' then sha224(data)
    when 'sha256' then sha256(data)
    when 'sha384' then sha384(data)
    when 'sha512' then sha512(data)
    else pgcrypto_refuse(type, 'hash')
end;
create function digest(data text, type text) returns bytea language sql immutable strict parallel safe
return digest(convert_to(data, 'UTF8'), type);

-- data xor a key that is repeated; hmac's pads and the streams below.
create function pgcrypto_xor(data bytea, mask bytea) returns bytea language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp as $$
declare
    mixed bytea := data;
begin
    for i in 0..length(data) - 1 loop
        mixed := set_byte(mixed, i, get_byte(data, i) # get_byte(mask, i % length(mask)));
    end loop;
    return mixed;
end $$;

create function hmac(data bytea, key bytea, type text) returns bytea language sql immutable strict parallel safe
begin atomic
    select digest(pgcrypto_xor(padded, '\x5c') || digest(pgcrypto_xor(padded, '\x36') || data, type), type)
    from (
        select short || decode(repeat('00', block - length(short)), 'hex') as padded
        from (
            select case when length(key) > block then digest(key, type) else key end as short, block
            from (select case when lower(type) in ('sha384', 'sha512') then 128 else 64 end as block) as blocks
        ) as shorts
    ) as pads;
end;
create function hmac(data text, key text, type text) returns bytea language sql immutable strict parallel safe
return hmac(convert_to(data, 'UTF8'), convert_to(key, 'UTF8'), type);

-- Bytes in the alphabet of password hashes.
create function pgcrypto_letters(data bytea, count integer) returns text language sql immutable strict parallel safe
return left(translate(encode(data, 'base64'), E'+/=\n', './'), count);

create function pgcrypto_salt(type text, rounds integer, random text) returns text
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    case lower(type)
        when 'bf' then
            if rounds not in (0) and rounds not between 4 and 31 then
                raise exception 'gen_salt: Incorrect number of rounds' using errcode = '22023';
            end if;
            return '$2a$' || lpad(coalesce(nullif(rounds, 0), 6)::text, 2, '0') || '$' || left(random, 22);
        when 'md5' then return '$1$' || left(random, 8);
        when 'xdes' then return '_J9..' || left(random, 4);
        when 'des' then return left(random, 2);
        else raise exception 'gen_salt: Unknown salt algorithm' using errcode = '22023';
    end case;
end $$;
create function gen_salt(type text) returns text language sql volatile strict parallel safe
return pgcrypto_salt(type, 0, pgcrypto_letters(gen_random_bytes(24), 24));
create function gen_salt(type text, rounds integer) returns text language sql volatile strict parallel safe
return pgcrypto_salt(type, rounds, pgcrypto_letters(gen_random_bytes(24), 24));

-- A stored hash begins with its setting (algorithm, rounds, salt), so that crypt(password, stored) = stored.
create function pgcrypto_setting(salt text) returns text language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp as $$
begin
    if salt ~ '^\$2[abxy]\$\d\d\$[./0-9A-Za-z]{22}' then
        return left(salt, 29);
    elsif salt ~ '^\$1\$' then
        return '$1$' || left(split_part(salt, '$', 3), 8) || '$';
    elsif salt ~ '^_[./0-9A-Za-z]{8}' then
        return left(salt, 9);
    elsif salt ~ '^[./0-9A-Za-z]{2}' then
        return left(salt, 2);
    end if;
    raise exception 'invalid salt' using errcode = '22023';
end $$;
create function crypt(password text, salt text) returns text language sql immutable strict parallel safe
begin atomic
    select setting || pgcrypto_letters(
        sha512(convert_to(setting || password, 'UTF8')),
        case when setting like '$2%' then 31 when setting like '$1%' then 22 else 11 end)
    from (select pgcrypto_setting(salt) as setting) as settings;
end;

create function pgcrypto_stream(data bytea, key bytea) returns bytea language sql immutable strict parallel safe
begin atomic
    select pgcrypto_xor(data, string_agg(sha256(key || int4send(block)), '' order by block))
    from generate_series(0, length(data) / 32) as block;
end;

create function encrypt(data bytea, key bytea, type text) returns bytea language sql immutable strict parallel safe
return case when lower(type) ~ '^(aes|bf)(-(cbc|ecb))?(/pad:(pkcs|none))?$' then pgcrypto_stream(data, key)
    else pgcrypto_refuse(type, 'cipher') end;
create function decrypt(data bytea, key bytea, type text) returns bytea language sql immutable strict parallel safe
return encrypt(data, key, type);
create function encrypt_iv(data bytea, key bytea, iv bytea, type text) returns bytea
language sql immutable strict parallel safe return encrypt(data, key || iv, type);
create function decrypt_iv(data bytea, key bytea, iv bytea, type text) returns bytea
language sql immutable strict parallel safe return encrypt(data, key || iv, type);

-- A message is 16 random bytes, a check of 16 bytes, and the data under both keys.
create function pgcrypto_seal(data bytea, password text, nonce bytea) returns bytea
language sql immutable strict parallel safe
return nonce || substr(hmac(nonce || data, convert_to(password, 'UTF8'), 'sha256'), 1, 16)
    || pgcrypto_stream(data, nonce || convert_to(password, 'UTF8'));

create function pgcrypto_checked(data bytea, good boolean) returns bytea language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp as $$
begin
    if good then
        return data;
    end if;
    raise exception 'Wrong key or corrupt data' using errcode = '39000';
end $$;
create function pgcrypto_open(message bytea, password text) returns bytea language sql immutable strict parallel safe
begin atomic
    select pgcrypto_checked(data, pgcrypto_seal(data, password, substr(message, 1, 16)) = message)
    from (
        select pgcrypto_stream(substr(message, 33), substr(message, 1, 16) || convert_to(password, 'UTF8')) as data
    ) as streams;
end;

create function pgp_sym_encrypt(data text, psw text) returns bytea language sql volatile strict parallel safe
return pgcrypto_seal(convert_to(data, 'UTF8'), psw, gen_random_bytes(16));
create function pgp_sym_encrypt(data text, psw text, options text) returns bytea
language sql volatile strict parallel safe
return pgp_sym_encrypt(data, psw);
create function pgp_sym_encrypt_bytea(data bytea, psw text) returns bytea language sql volatile strict parallel safe
return pgcrypto_seal(data, psw, gen_random_bytes(16));
create function pgp_sym_encrypt_bytea(data bytea, psw text, options text) returns bytea
language sql volatile strict parallel safe return pgp_sym_encrypt_bytea(data, psw);
create function pgp_sym_decrypt(message bytea, psw text) returns text language sql immutable strict parallel safe
return convert_from(pgcrypto_open(message, psw), 'UTF8');
create function pgp_sym_decrypt(message bytea, psw text, options text) returns text
language sql immutable strict parallel safe return pgp_sym_decrypt(message, psw);
create function pgp_sym_decrypt_bytea(message bytea, psw text) returns bytea language sql immutable strict parallel safe
return pgcrypto_open(message, psw);
create function pgp_sym_decrypt_bytea(message bytea, psw text, options text) returns bytea
language sql immutable strict parallel safe return pgcrypto_open(message, psw);

-- Without the checksum line, which readers must not insist on.
create function armor(data bytea) returns text language sql immutable strict parallel safe
return E'-----BEGIN PGP MESSAGE-----\n\n' || encode(data, 'base64') || E'\n-----END PGP MESSAGE-----\n';
create function dearmor(data text) returns bytea language sql immutable strict parallel safe
return decode(regexp_replace(data, '(?n)^(-.*|=.*|[A-Za-z]+: .*)$', '', 'g'), 'base64');
