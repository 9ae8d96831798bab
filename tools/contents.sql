-- Ordinary tables that hold user data and that the running transaction wrote to, with their row traffic so far.
-- Whoever writes holds a lock to the end of the transaction.
select format('%I.%I', n.nspname, c.relname) as name,
       pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
           + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as written
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid in (select l.relation from pg_catalog.pg_locks l
                where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation')
  and c.relkind in ('r', 'm')
  and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway')
  and n.nspname !~ '^pg_(temp|toast)'
  and (pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) > 0 or pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) > 0
       or pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) > 0)
