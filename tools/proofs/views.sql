-- Views that the API's users may read, with the tables beneath. Parameters: of all, or the oids of relations.
with recursive chosen as (
  select c.oid, format('%%I.%%I', n.nspname, c.relname) as name, c.relkind,
         coalesce('security_invoker=true' = any (c.reloptions) or 'security_invoker=on' = any (c.reloptions)
                  or 'security_invoker=1' = any (c.reloptions) or 'security_invoker=yes' = any (c.reloptions), false) as invoker,
         array(select r.name from (values ('anon'::regrole, 'anon'), ('authenticated'::regrole, 'authenticated')) r (role, name)
               where pg_catalog.has_any_column_privilege(r.role, c.oid, 'select')
                 and pg_catalog.has_schema_privilege(r.role, c.relnamespace, 'usage')) as roles
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where (%(all)s or c.oid = any (%(relations)s)) and c.relkind in ('v', 'm')
    and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway', 'auth', 'storage', 'realtime', 'cron',
                          'pgmq', 'vault', 'net', 'supabase_migrations', 'extensions', 'graphql')
),
beneath (root, oid) as (
  select c.oid, c.oid from chosen c
  union
  select b.root, d.refobjid
  from beneath b
  join pg_catalog.pg_rewrite w on w.ev_class = b.oid
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> b.oid
)
select c.name, c.relkind = 'm', c.invoker, c.roles, pg_catalog.pg_get_viewdef(c.oid),
       array(select distinct format('%%I.%%I', n.nspname, t.relname)
             from beneath b join pg_catalog.pg_class t on t.oid = b.oid and t.relkind in ('r', 'p')
             join pg_catalog.pg_namespace n on n.oid = t.relnamespace where b.root = c.oid)
from chosen c
where cardinality(c.roles) > 0
order by 1
