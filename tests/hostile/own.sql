-- What a database holds: counts and sums.
select count(*), md5(string_agg(c::text, ',' order by oid)) from (
    select oid, relname, relowner, relacl, relrowsecurity, relfilenode from pg_class
    union all select oid, proname, proowner, proacl, prosecdef, pronamespace from pg_proc
    union all select oid, evtname, evtowner, null, null, evtfoid from pg_event_trigger
    union all select oid, extname, extowner, null, null, extnamespace from pg_extension
    union all select oid, polname, null, null, polpermissive, polrelid from pg_policy
    union all select oid, nspname, nspowner, nspacl, null, null from pg_namespace
    union all select oid, '', lomowner, lomacl, null, null from pg_largeobject_metadata
) c
union all select count(*), md5(string_agg(m::text, ',' order by version)) from supabase_migrations.schema_migrations m
union all select count(*), md5(string_agg(f::text, ',')) from public.first f
