-- Two questions about the tables that a migration has to do with, as (oid, name, written, shape).
-- Parameter: oids of relations, or null for those that the running transaction holds a lock on that a reader never takes.
-- `written`: it was opened to have rows inserted, updated or deleted, be it that none matched.
-- `shape`: columns, constraints, the number of indexes, and the file, which a rewrite makes anew. A foreign key that
-- leads here is no part of it, nor is a policy.
with held as (
  select l.relation as oid, bool_or(l.mode = 'RowExclusiveLock') as written
  from pg_catalog.pg_locks l
  where %(oids)s::oid[] is null and l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation'
    and l.relation >= 16384 and l.mode not in ('AccessShareLock', 'RowShareLock')
  group by l.relation
  union all
  select oid, false from unnest(%(oids)s::oid[]) o (oid)
)
select h.oid::bigint,
       case when c.relkind in ('r', 'p') and not c.relispartition and n.nspname <> '_throwaway'
            then pg_catalog.format('%%I.%%I', n.nspname, c.relname) end,
       h.written,
       (select pg_catalog.string_agg(
            pg_catalog.concat_ws(' ', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated),
            ',' order by a.attnum)
        from pg_catalog.pg_attribute a where a.attrelid = h.oid and a.attnum > 0 and not a.attisdropped)
       || (select pg_catalog.concat(pg_catalog.string_agg(
            pg_catalog.concat_ws(' ', k.conname, k.contype, k.convalidated, k.conkey), ',' order by k.conname))
           from pg_catalog.pg_constraint k where k.conrelid = h.oid and k.contype <> 't')
       || (select pg_catalog.count(*) from pg_catalog.pg_index i where i.indrelid = h.oid)
       || pg_catalog.concat(' ', pg_catalog.pg_relation_filenode(h.oid))
from held h
left join pg_catalog.pg_class c on c.oid = h.oid
left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
