-- Tables that tie users to what the tables in play hang on: foreign keys to both. Parameters: the names of the tables
-- (with all that their foreign keys lead to), and of those among them that stand for users. What refers to a table is
-- found through pg_depend, which has an index for that.
with given as materialized (
  select array(select to_regclass(t)::oid from unnest(%(tables)s::text[]) t) as tables,
         array(select to_regclass(t)::oid from unnest(%(users)s::text[]) t) as users
),
hanging as materialized (
  select distinct k.conrelid as oid
  from (select unnest(tables) from given) t (oid)
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
    and d.classid = 'pg_catalog.pg_constraint'::regclass
  join pg_catalog.pg_constraint k on k.oid = d.objid and k.contype = 'f' and k.confrelid = t.oid
)
select format('%%I.%%I', n.nspname, c.relname)
from hanging h
join pg_catalog.pg_class c on c.oid = h.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname not in ('auth', 'storage', 'realtime')
  and exists (
    select from pg_catalog.pg_constraint u
    where u.conrelid = h.oid and u.contype = 'f'
      and (u.confrelid = any (array(select unnest(users) from given))
           or exists (  -- a table with at most one row for each user
             select from pg_catalog.pg_constraint a
             join pg_catalog.pg_index i
               on i.indrelid = a.conrelid and i.indisunique and i.indpred is null and i.indnkeyatts = 1
             where a.conrelid = u.confrelid and a.contype = 'f' and a.confrelid = 'auth.users'::regclass
               and cardinality(a.conkey) = 1 and i.indkey[0] = a.conkey[1])))
  and (exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and i.indnkeyatts > 1)
       or exists (select from pg_catalog.pg_attribute a
                  where a.attrelid = c.oid and a.attname ~ '(role|permission|access_level)'))
