-- What the running transaction wrote, as (catalog, oid). Relations, functions and types are told one by one;
-- of the small catalogs (see the head of facts.sql) only that they were written, with oid 0.
-- Three witnesses, none of which a draft can bend: counters, locks and row versions.


--- counters
-- Catalogs with rows inserted, updated or deleted here, and how many row versions that made: they may be too many,
-- never too few. The first row says whether the transaction wrote anything at all.
select 'transaction' as catalog, 0::bigint as made where pg_current_xact_id_if_assigned() is not null
union all
select c.name, m.made
from unnest(%(catalogs)s::text[]) c(name)
cross join lateral (values (pg_stat_get_xact_tuples_inserted(c.name::regclass)
                            + pg_stat_get_xact_tuples_updated(c.name::regclass))) m(made)
where m.made + pg_stat_get_xact_tuples_deleted(c.name::regclass) > 0

--- witnesses
-- Locks: DDL holds a strong one on a relation or object to the end, also on what it drops or merely comments on.
select case l.locktype when 'relation' then 'pg_class' else l.classid::regclass::text end as catalog,
       case l.locktype when 'relation' then l.relation else l.objid end as oid
from pg_locks l
where l.pid = pg_backend_pid() and l.locktype in ('relation', 'object')
  and l.database in (0, (select d.oid from pg_database d where d.datname = current_database()))
  and l.mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
union
-- Row versions: GRANT locks nothing, functions are not locked. What this transaction or a part of it wrote has an
-- xmin that is not older than it. A catalog where none was made, by the counters, is not read.
select 'pg_class', c.oid from pg_class c where 'pg_class' = any (%(made)s) and age(c.xmin) <= 0
union
select 'pg_class', a.attrelid from pg_attribute a where 'pg_attribute' = any (%(made)s) and age(a.xmin) <= 0
union
select 'pg_proc', p.oid from pg_proc p where 'pg_proc' = any (%(made)s) and age(p.xmin) <= 0
union
select 'pg_type', t.oid from pg_type t where 'pg_type' = any (%(made)s) and age(t.xmin) <= 0

--- closure
-- An index, policy, trigger, rule or constraint counts as its table; a table brings the sequences that it owns;
-- a composite type is a relation and a type.
with object as (select * from unnest(%(catalogs)s::text[], %(oids)s::oid[]) o(catalog, oid))
select o.catalog, case when o.catalog in ('pg_class', 'pg_proc', 'pg_type') then o.oid else 0 end from object o
union
select 'pg_class', i.indrelid from object o join pg_index i on i.indexrelid = o.oid where o.catalog = 'pg_class'
union
select 'pg_class', d.objid
from object o
join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = o.oid and d.refobjsubid > 0
where o.catalog = 'pg_class' and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
union
select 'pg_type', c.reltype from object o join pg_class c on c.oid = o.oid
where o.catalog = 'pg_class' and c.relkind = 'c'
union
select 'pg_class', t.typrelid from object o join pg_type t on t.oid = o.oid
where o.catalog = 'pg_type' and t.typrelid <> 0
union
select 'pg_class', p.polrelid from object o join pg_policy p on p.oid = o.oid where o.catalog = 'pg_policy'
union
select 'pg_class', t.tgrelid from object o join pg_trigger t on t.oid = o.oid where o.catalog = 'pg_trigger'
union
select 'pg_class', w.ev_class from object o join pg_rewrite w on w.oid = o.oid where o.catalog = 'pg_rewrite'
union
select 'pg_class', k.conrelid from object o join pg_constraint k on k.oid = o.oid where o.catalog = 'pg_constraint'
