-- A list of the packages that were installed. CREATE EXTENSION of one of them fails: it reads control files only.
-- Upstream has a role pgtle_admin; roles outlive a throwaway database, so postgres has its rights directly.

set local search_path = pg_catalog, pg_temp;  -- a draft's own operators must not be found while this runs as superuser

create table pgtle.noted (name text primary key, default_version text not null, description text, body text not null);

create function pgtle.install_extension(
    name text, version text, description text, ext text, requires text[] default null
) returns boolean language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into pgtle.noted values (name, version, description, ext);
    select true
$$;
create function pgtle.install_update_path(name text, fromvers text, tovers text, ext text) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as 'select true';
create function pgtle.uninstall_extension(extname text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from pgtle.noted where noted.name = extname;
    if not found then
        raise exception 'Extension % does not exist', extname;
    end if;
    return true;
end $$;
create function pgtle.uninstall_extension_if_exists(extname text) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (delete from pgtle.noted where name = extname returning 1) select exists (select from gone)
$$;
create function pgtle.set_default_version(name text, version text) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update pgtle.noted set default_version = version where noted.name = set_default_version.name;
    select true
$$;
create function pgtle.available_extensions(out name text, out default_version text, out comment text)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select name, default_version, description from pgtle.noted
$$;

revoke all on all functions in schema pgtle from public;
grant usage on schema pgtle to postgres with grant option;
grant execute on all functions in schema pgtle to postgres with grant option;
