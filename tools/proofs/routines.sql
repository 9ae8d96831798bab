-- Functions that the API's users may execute, with what they reach: tables that their bodies name, and those of the
-- functions that they name. One row each. Parameters: of all, or the oids of functions; the roles that count.
with recursive project as materialized (
  select p.oid, p.proname, p.prosecdef, n.nspname,
         s.source, lower(s.source) as body
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  cross join lateral (select coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as source) s
  where p.prokind = 'f' and p.oid >= 16384
    and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway', 'auth', 'storage', 'realtime', 'cron',
                          'pgmq', 'vault', 'net', 'supabase_migrations', 'extensions', 'graphql', 'graphql_public', 'pgbouncer')
    and not exists (select from pg_catalog.pg_depend d
                    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
),
chosen as (
  select f.oid, array(select r.name from (values ('anon'::regrole, 'anon'), ('authenticated'::regrole, 'authenticated'),
                                                 ('service_role'::regrole, 'service_role')) r (role, name)
                      where r.name = any (%(roles)s)
                        and pg_catalog.has_function_privilege(r.role, f.oid, 'execute')
                        and pg_catalog.has_schema_privilege(r.role, f.nspname, 'usage')) as roles
  from project f join pg_catalog.pg_proc p on p.oid = f.oid
  where (%(all)s or f.oid = any (%(functions)s))
    and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
),
reach (root, oid, depth) as (
  select c.oid, c.oid, 0 from chosen c where cardinality(c.roles) > 0
  union
  select r.root, f.oid, r.depth + 1
  from reach r join project me on me.oid = r.oid join project f on f.oid <> r.oid and strpos(me.body, lower(f.proname)) > 0
  where r.depth < 3
)
select format('%%I.%%I(%%s)', f.nspname, f.proname, (
         select string_agg(case t.typnamespace when 'pg_catalog'::regnamespace then pg_catalog.format_type(a.type, null)
                           else format('%%I.%%I', t.typnamespace::regnamespace, t.typname) end, ',' order by a.place)
         from unnest(p.proargtypes) with ordinality a (type, place) join pg_catalog.pg_type t on t.oid = a.type)),
       format('%%I.%%I', f.nspname, f.proname),
       coalesce(p.proargnames, '{}'),
       array(select pg_catalog.format_type(a.type, null)
             from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a (type, place) order by a.place),
       coalesce(p.proargmodes::text[], '{}'),
       p.pronargdefaults::int, pg_catalog.format_type(p.prorettype, null), c.roles, md5(pg_catalog.pg_get_functiondef(p.oid)),
       (select bool_or(g.prosecdef) from reach r join project g on g.oid = r.oid where r.root = c.oid),
       array(select distinct format('%%I.%%I', n.nspname, t.relname)
             from reach r join project g on g.oid = r.oid
             join pg_catalog.pg_class t on t.relkind in ('r', 'p') and not t.relispartition
               and strpos(g.body, lower(t.relname)) > 0
               and g.body ~ ('\y' || regexp_replace(lower(t.relname), '(\W)', '\\\1', 'g') || '\y')
             join pg_catalog.pg_namespace n on n.oid = t.relnamespace
             where r.root = c.oid
               and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway', 'auth', 'storage', 'realtime', 'cron',
                                     'pgmq', 'vault', 'net', 'supabase_migrations', 'extensions', 'graphql')),
       (select string_agg(g.source, E'\n') from reach r join project g on g.oid = r.oid where r.root = c.oid),
       p.prorettype = 'boolean'::regtype and exists (
         select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_policy'::regclass
           and d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = p.oid)
from chosen c join project f on f.oid = c.oid join pg_catalog.pg_proc p on p.oid = c.oid
where cardinality(c.roles) > 0
order by 1
