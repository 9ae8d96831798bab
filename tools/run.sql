-- What the running transaction has done so far to tables that existed before it: one row for each that is locked.
-- Parameter: the highest oid and file number of pg_class when it began.
select format('%%I.%%I', n.nspname, c.relname) as name,
       array_agg(distinct l.mode order by l.mode) as modes,
       pg_catalog.pg_relation_filenode(c.oid) as file,
       pg_catalog.pg_stat_get_xact_tuples_returned(c.oid) as read,
       pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
           + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as written
from pg_catalog.pg_locks l
join pg_catalog.pg_class c on c.oid = l.relation
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where l.pid = pg_catalog.pg_backend_pid()
  and l.locktype = 'relation'
  and l.relation <= %s
  and c.relkind in ('r', 'p', 'm')
  and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway')
group by c.oid, n.nspname, c.relname
