-- SQL bodies (RETURN, BEGIN ATOMIC) are bound when they are made, so the extension may move to another schema.

create function uuid_nil() returns uuid language sql immutable strict parallel safe
return uuid '00000000-0000-0000-0000-000000000000';
create function uuid_ns_dns() returns uuid language sql immutable strict parallel safe
return uuid '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
create function uuid_ns_url() returns uuid language sql immutable strict parallel safe
return uuid '6ba7b811-9dad-11d1-80b4-00c04fd430c8';
create function uuid_ns_oid() returns uuid language sql immutable strict parallel safe
return uuid '6ba7b812-9dad-11d1-80b4-00c04fd430c8';
create function uuid_ns_x500() returns uuid language sql immutable strict parallel safe
return uuid '6ba7b814-9dad-11d1-80b4-00c04fd430c8';

create function uuid_generate_v4() returns uuid language sql volatile strict parallel safe return gen_random_uuid();

-- RFC 9562, version 1: 100 ns ticks since 1582, a random clock sequence, a random node with the multicast bit set.
create function uuid_generate_v1mc() returns uuid language plpgsql volatile strict parallel safe
set search_path = pg_catalog, pg_temp as $$
declare
    ticks constant text := lpad(to_hex(
        (extract(epoch from clock_timestamp()) * 10000000)::bigint + 122192928000000000), 15, '0');
    random constant text := replace(gen_random_uuid()::text, '-', '');
begin
    return substr(ticks, 8, 8) || substr(ticks, 4, 4) || '1' || substr(ticks, 1, 3)
        || substr('89ab', 1 + get_byte(decode(random, 'hex'), 0) % 4, 1) || substr(random, 3, 3)
        || to_hex(get_byte(decode(random, 'hex'), 10) | 1 | 16) || substr(random, 23, 10);
end $$;

-- Postgres cannot know the machine's address.
create function uuid_generate_v1() returns uuid language sql volatile strict parallel safe return uuid_generate_v1mc();

create function uuid_ossp_sha1(data bytea) returns bytea language plpgsql immutable strict parallel safe
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

-- The first 16 bytes of a hash, with version and variant.
create function uuid_ossp_from_hash(hash bytea, version integer) returns uuid
language sql immutable strict parallel safe
return (
    substr(encode(hash, 'hex'), 1, 12) || version || substr(encode(hash, 'hex'), 14, 3)
    || substr('89ab', 1 + (get_byte(hash, 8) >> 4) % 4, 1) || substr(encode(hash, 'hex'), 18, 15)
)::uuid;

create function uuid_generate_v3(namespace uuid, name text) returns uuid language sql immutable strict parallel safe
return uuid_ossp_from_hash(decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex'), 3);
create function uuid_generate_v5(namespace uuid, name text) returns uuid language sql immutable strict parallel safe
return uuid_ossp_from_hash(uuid_ossp_sha1(uuid_send(namespace) || convert_to(name, 'UTF8')), 5);
