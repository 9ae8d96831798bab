-- Tables that tie users to what the tables in play hang on: foreign keys to both. Parameters: the names of the tables
-- (with all that their foreign keys lead to), and of those among them that stand for users.
with users (oid) as (
  select to_regclass(t)::oid from unnest(%(users)s::text[]) t
  union
  select k.conrelid  -- at most one row for each user
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_index i on i.indrelid = k.conrelid and i.indisunique and i.indpred is null and i.indnkeyatts = 1
  where k.contype = 'f' and k.confrelid = 'auth.users'::regclass and cardinality(k.conkey) = 1
    and i.indkey[0] = k.conkey[1]
)
select distinct format('%%I.%%I', n.nspname, c.relname)
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where k.contype = 'f' and k.confrelid in (select to_regclass(t) from unnest(%(tables)s::text[]) t)
  and n.nspname not in ('auth', 'storage', 'realtime')
  and exists (select from pg_catalog.pg_constraint u
              where u.conrelid = k.conrelid and u.contype = 'f' and u.confrelid in (select oid from users))
  and (exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and i.indnkeyatts > 1)
       or exists (select from pg_catalog.pg_attribute a
                  where a.attrelid = c.oid and a.attname ~ '(role|permission|access_level)'))
