-- What has to be known to write rows into some tables: these, and all that their foreign keys lead to, as one JSON
-- document of tables and types. Costs what the tables cost, whatever the size of the database: by index,
-- which the planner does not choose by itself while the catalogs are small or their statistics unknown.
{begin};
set local enable_seqscan = off;
set local enable_hashjoin = off;
set local enable_mergejoin = off;
with recursive family (oid) as (
  select c.oid from unnest({tables}::text[]) t (name) join pg_catalog.pg_class c on c.oid = to_regclass(t.name)
  union
  select k.confrelid from family f join pg_catalog.pg_constraint k on k.conrelid = f.oid and k.contype = 'f'
),
members as materialized (
  select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind, c.relispartition as partition,
         exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal
                                                     and t.tgenabled in ('O', 'A')
                                                     and t.tgtype & 4 <> 0) as triggers
  from family f join pg_catalog.pg_class c on c.oid = f.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
),
columns as materialized (
  select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated,
         pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression
  from members m
  join pg_catalog.pg_attribute a on a.attrelid = m.oid and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
),
types (oid) as (
  select atttypid from columns
  union
  select part.oid
  from types s
  join pg_catalog.pg_type t on t.oid = s.oid
  cross join lateral (
    select t.typbasetype union all
    select t.typelem where t.typcategory = 'A' union all
    select r.rngsubtype from pg_catalog.pg_range r where t.oid in (r.rngtypid, r.rngmultitypid) union all
    select a.atttypid from pg_catalog.pg_attribute a
    where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
  ) part (oid)
  where part.oid <> 0
)
select json_build_object(
  'tables', (select json_agg(json_build_object(
      'name', m.name, 'kind', m.relkind, 'triggers', m.triggers,
      'columns', (select json_agg(json_build_array(
          c.attnum, c.attname, c.atttypid::int8, c.atttypmod, pg_catalog.format_type(c.atttypid, c.atttypmod),
          c.attnotnull, c.attidentity, c.attgenerated <> '', c.expression) order by c.attnum)
        from columns c where c.attrelid = m.oid),
      'constraints', (select json_agg(json_build_array(
          k.conname, k.contype, k.condeferrable,
          case k.contype when 'c' then pg_catalog.pg_get_expr(k.conbin, k.conrelid)
                         when 'x' then pg_catalog.pg_get_constraintdef(k.oid) end,
          k.conkey, (select p.name from members p where p.oid = k.confrelid), k.confkey) order by k.conname)
        from pg_catalog.pg_constraint k
        where k.conrelid = m.oid and k.contype in ('c', 'f', 'x')
          and not exists (select from pg_catalog.pg_constraint whole
                          where whole.oid = k.conparentid and whole.conrelid = k.conrelid)),
      'uniques', (select json_agg(json_build_array(
          x.relname, i.indisprimary, i.indpred is not null,
          (to_jsonb(i) ->> 'indnullsnotdistinct') is distinct from 'true',
          i.indexprs is not null, i.indkey::int2[], i.indnkeyatts,
          case when i.indexprs is not null then
            (select json_agg(distinct d.refobjsubid) from pg_catalog.pg_depend d
             where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = i.indexrelid
               and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid > 0)
          end) order by not i.indisprimary, x.relname)
        from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
        where i.indrelid = m.oid and i.indisunique),
      'partitions', case
        when m.relkind = 'p' then
          (select json_agg(pg_catalog.pg_get_partition_constraintdef(p.relid))
           from pg_catalog.pg_partition_tree(m.oid) p where p.isleaf and p.relid <> m.oid)
        when m.partition then json_build_array(pg_catalog.pg_get_partition_constraintdef(m.oid))
      end)
    order by m.name) from members m),
  'types', (select json_agg(json_build_object(
      'oid', t.oid::int8, 'name', t.typname, 'schema', n.nspname, 'type', t.typtype, 'category', t.typcategory,
      'spelled', pg_catalog.format_type(t.oid, null),
      'base', t.typbasetype::int8, 'typmod', t.typtypmod, 'not_null', t.typnotnull, 'element', t.typelem::int8,
      'default', case when t.typtype = 'd' then t.typdefault end,
      'range_of', (select r.rngsubtype::int8 from pg_catalog.pg_range r where t.oid in (r.rngtypid, r.rngmultitypid)),
      'labels', (select json_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e
                 where t.typtype = 'e' and e.enumtypid = t.oid),
      'checks', (select json_agg(json_build_array(k.conname, pg_catalog.pg_get_expr(k.conbin, 0)) order by k.conname)
                 from pg_catalog.pg_constraint k where t.typtype = 'd' and k.contypid = t.oid and k.contype = 'c'),
      'attributes', (select json_agg(json_build_array(a.atttypid::int8, a.atttypmod) order by a.attnum)
                     from pg_catalog.pg_attribute a
                     where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)))
    from types s join pg_catalog.pg_type t on t.oid = s.oid
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace)
);
{end}
