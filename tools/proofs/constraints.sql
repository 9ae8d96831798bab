-- What rows of some tables must meet, as (table, name, kind, columns, definition, condition of a partial index).
-- Kinds as in pg_constraint. Parameters: of all, or the oids of relations; only what the running transaction wrote.
with chosen as (
  select c.oid, format('%%I.%%I', n.nspname, c.relname) as name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where (%(all)s or c.oid = any (%(relations)s)) and c.relkind in ('r', 'p') and not c.relispartition
    and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway', 'auth', 'storage', 'realtime', 'cron',
                          'pgmq', 'vault', 'net', 'supabase_migrations', 'extensions', 'graphql')
)
select t.name, k.conname::text, k.contype::text,
       array(select a.attname::text from unnest(k.conkey) with ordinality u (number, place)
             join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place),
       pg_catalog.pg_get_constraintdef(k.oid), ''
from chosen t join pg_catalog.pg_constraint k on k.conrelid = t.oid
where (not %(fresh)s or age(k.xmin) <= 0) and k.contype in ('c', 'f', 'p', 'u', 'x') and to_jsonb(k) ->> 'conenforced' is distinct from 'false'
union all
select t.name, x.relname::text, 'u',
       array(select a.attname::text from pg_catalog.pg_depend d
             join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
             where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = i.indexrelid and d.refobjid = t.oid
               and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjsubid > 0
             order by a.attnum),
       pg_catalog.pg_get_indexdef(i.indexrelid), coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '')
from chosen t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
where (not %(fresh)s or age(i.xmin) <= 0) and i.indisunique and not exists (
  select from pg_catalog.pg_constraint k where k.conrelid = i.indrelid and k.conindid = i.indexrelid)
union all
select t.name, a.attname::text, 'n', array[a.attname::text], 'NOT NULL', ''
from chosen t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and a.attnotnull
where (not %(fresh)s or age(a.xmin) <= 0) and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
  and not exists (select from pg_catalog.pg_index i where i.indrelid = t.oid and i.indisprimary and a.attnum = any (i.indkey))
order by 1, 3, 2
