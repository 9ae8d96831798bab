-- Tables of these names into which nobody gets a row but by a migration, or by hand: no user of the API may insert, be it
-- for want of a privilege or of a policy, and no function does.
select pg_catalog.format('%%I.%%I', n.nspname, c.relname)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.oid >= 16384 and not c.relispartition and c.relname = any (%s)
  and n.nspname not in ('auth', 'storage', 'realtime', 'supabase_migrations', '_throwaway')
  and not exists (
    select from pg_catalog.pg_roles r
    where r.rolname in ('anon', 'authenticated')
      and (pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT')
           or pg_catalog.has_any_column_privilege(r.oid, c.oid, 'INSERT'))
      and (not c.relrowsecurity or exists (
        select from pg_catalog.pg_policy p
        where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('a', '*')
          and (p.polroles = '{0}' or exists (
            select from unnest(p.polroles) o (oid) where pg_catalog.pg_has_role(r.oid, o.oid, 'MEMBER')))))
  )
  and not exists (
    select from pg_catalog.pg_proc f
    where f.oid >= 16384
      and coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc)
          ~* ('(insert|merge)\s+into\s+("?' || n.nspname || '"?\.)?"?' || c.relname || '\y')
  )
order by c.oid
