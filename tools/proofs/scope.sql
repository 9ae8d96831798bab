-- Tables and views that the migration made or whose access it changed, as (name, kind).
-- Parameters: all of them, or the oids of relations and of functions that it touched.
with chosen (oid) as materialized (
  select unnest(%(relations)s::oid[])
  union
  select p.polrelid
  from pg_catalog.pg_depend d join pg_catalog.pg_policy p on p.oid = d.objid
  where d.classid = 'pg_catalog.pg_policy'::regclass
    and d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = any (%(functions)s::oid[])
  union
  -- those whose triggers run such a function; a few, since what breaks one of them breaks the others
  select t.tgrelid
  from (
    select g.tgrelid, row_number() over (partition by g.tgfoid order by g.tgrelid) as place
    from pg_catalog.pg_depend d join pg_catalog.pg_trigger g on g.oid = d.objid and not g.tgisinternal
    where d.classid = 'pg_catalog.pg_trigger'::regclass
      and d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = any (%(functions)s::oid[])
  ) t
  where t.place <= 6
  union
  select oid from pg_catalog.pg_class where %(all)s
)
select format('%%I.%%I', n.nspname, c.relname), c.relkind::text
from chosen o
join pg_catalog.pg_class c on c.oid = o.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway', 'auth', 'storage', 'realtime', 'cron',
                        'pgmq', 'vault', 'net', 'supabase_migrations', 'extensions', 'graphql')
order by 1
