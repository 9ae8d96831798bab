-- What decides how rows of the tables in play are found: (table, kind, row level security, columns that a signed-in user may
-- read, policies that decide about reading, indexes, foreign keys). Parameters: all of them, or the oids of relations.
select format('%%I.%%I', n.nspname, c.relname), c.relkind::text, c.relrowsecurity,
  (select array_agg(a.attname::text order by a.attnum) from pg_catalog.pg_attribute a
   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     and (has_table_privilege('authenticated', c.oid, 'select')
          or has_column_privilege('authenticated', c.oid, a.attnum, 'select'))),
  (select array_agg(pg_catalog.pg_get_expr(p.polqual, p.polrelid) order by p.polname) from pg_catalog.pg_policy p
   where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
     and p.polroles && array[0::oid, 'authenticated'::regrole]),
  (select json_agg(json_build_array(
      x.relname, row(i.indkey, i.indclass, i.indcollation, i.indoption, i.indisvalid, i.indexprs, i.indpred)::text, i.indisunique,
      (select json_agg(coalesce(a.attname, '') order by k.place)
       from unnest(i.indkey) with ordinality k (number, place)
       left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.number and k.number > 0
       where k.place <= i.indnkeyatts)))
   from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid),
  (select json_agg(json_build_array(
      k.conname, k.confrelid::regclass::text,
      (select json_agg(a.attname order by o.place)
       from unnest(k.conkey) with ordinality o (number, place)
       join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = o.number),
      (select json_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by o.place)
       from unnest(k.conkey) with ordinality o (number, place)
       join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = o.number)) order by k.conname)
   from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where (%(all)s or c.oid = any (%(relations)s)) and c.relkind in ('r', 'p') and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway', 'auth', 'storage', 'realtime', 'cron',
                        'pgmq', 'vault', 'net', 'supabase_migrations', 'extensions', 'graphql')
