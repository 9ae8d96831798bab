-- The catalog as facts: one block per kind of object, all in one style. Here are relations, functions and types, which
-- are read one by one; facts_small.sql has the catalogs that are read whole, facts_grants.sql who may do what.
--
--   --- KIND  of: GROUP, ...      reads the objects in play of these groups; %(oids)s holds their oids
--   --- KIND  when: CATALOG, ...  is small and read whole, but only when one of these catalogs is in play
--
-- A block returns a row per object, "object" first and then a column per attribute, NULL where there is nothing
-- to say; or (object, attribute, value) where the attributes are not known beforehand. A block "grant" returns
-- (object, owner, acl, standard) and is read through "expand grants". Blocks of one kind add up.
-- What a schema holds is printed as an identifier (regclass, regtype, ...); what hangs on it (a column, policy,
-- constraint, index, ...) and what has no schema stands behind or alone, bare. Lists are arrays.
--
-- While these run, search_path holds nothing but pg_catalog: a bare name is the catalog's, and every other name
-- is printed qualified. join_collapse_limit is 1: joins run in the order written, from the oids outwards.
-- An object below 16384 was made by initdb. deptype 'e' marks what belongs to an extension; its script runs as the
-- bootstrap superuser, 10, and what somebody else owns was only slipped in with ALTER EXTENSION ... ADD.


--- groups of relations
select g.name, c.oid
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (values
    ('table', c.relkind in ('r', 'p', 'f')),
    ('view', c.relkind in ('v', 'm')),
    ('sequence', c.relkind = 'S'),
    ('composite', c.relkind = 'c'),
    ('foreign', c.relkind = 'f'),
    ('ruled', c.relhasrules)
) g(name, member)
where g.member
  and c.oid = any (%(oids)s)
  and not starts_with(n.nspname, 'pg_') and n.nspname not in ('information_schema', '_throwaway')
  and not exists (select from pg_depend e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e' and c.relowner = 10)

--- groups of functions
select g.name, p.oid
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
cross join lateral (values ('function', true), ('aggregate', p.prokind = 'a')) g(name, member)
where g.member
  and p.oid = any (%(oids)s)
  and not starts_with(n.nspname, 'pg_') and n.nspname not in ('information_schema', '_throwaway')
  -- 'i': what comes with a range type
  and not exists (select from pg_depend e
                  where e.classid = 'pg_proc'::regclass and e.objid = p.oid
                    and (e.deptype = 'e' and p.proowner = 10 or e.deptype = 'i'))

--- groups of types
select g.name, t.oid
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
cross join lateral (values
    ('type', true),
    ('range', t.typtype = 'r'),
    ('base', t.typtype = 'b')
) g(name, member)
where g.member
  and t.oid = any (%(oids)s)
  and not starts_with(n.nspname, 'pg_') and n.nspname not in ('information_schema', '_throwaway')
  -- neither arrays and multiranges, which come with their type, nor the row types of tables
  and t.typsubscript <> 'array_subscript_handler'::regproc and t.typtype <> 'm'
  and (t.typrelid = 0 or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
  and not exists (select from pg_depend e
                  where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e' and t.typowner = 10)


--- table  of: table
select c.oid::regclass::text as object,
       case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' else 'foreign table' end as kind,
       pg_get_userbyid(c.relowner) as owner,
       c.relrowsecurity as rls,
       c.relforcerowsecurity as "force rls",
       case c.relpersistence when 'u' then 'unlogged' end as persistence,
       case c.relreplident when 'f' then 'full' when 'n' then 'nothing' when 'i' then 'index' end
           as "replica identity",
       (select m.amname from pg_am m where m.oid = c.relam and m.amname <> 'heap') as "access method",
       nullif(c.reloftype, 0)::regtype::text as "of type",
       (select array_agg(i.inhparent::regclass::text order by i.inhseqno)
        from pg_inherits i where i.inhrelid = c.oid) as inherits,
       pg_get_partkeydef(c.oid) as "partition key",
       pg_get_expr(c.relpartbound, c.oid) as "partition bound",
       c.reloptions as options,
       (select t.reloptions from pg_class t where t.oid = c.reltoastrelid) as "toast options",
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_class c on c.oid = o.oid
left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0

--- table  of: foreign
select f.ftrelid::regclass::text as object,
       s.srvname as server,
       f.ftoptions as "foreign options"
from unnest(%(oids)s::oid[]) o(oid)
join pg_foreign_table f on f.ftrelid = o.oid
join pg_foreign_server s on s.oid = f.ftserver

--- view  of: view
select c.oid::regclass::text as object,
       c.relkind = 'm' as materialized,
       pg_get_userbyid(c.relowner) as owner,
       pg_get_viewdef(c.oid) as definition,
       c.reloptions as options,
       case c.relkind when 'm' then c.relispopulated end as populated,
       (select m.amname from pg_am m where m.oid = c.relam and m.amname <> 'heap') as "access method",
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_class c on c.oid = o.oid
left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0

--- column  of: table, view, composite
select a.attrelid::regclass::text || '.' || a.attname as object,
       -- among the living: a column dropped and added again at the end stands where it stood
       row_number() over (partition by a.attrelid order by a.attnum) as position,
       case when a.atttypmod > 0 and t.typname in ('geometry', 'geography')
            and t.typmodout = 0 then  -- PostGIS's stand-in cannot print it
           format_type(a.atttypid, null) || format('(%%s%%s%%s)',
               (array['Geometry', 'Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon',
                      'GeometryCollection'])[a.atttypmod %% 8 + 1],
               (array['', 'Z', 'M', 'ZM'])[a.atttypmod / 8 %% 8 + 1], ',' || nullif(a.atttypmod / 64, 0))
       else format_type(a.atttypid, a.atttypmod) end as type,
       a.attnotnull as "not null",
       case a.attgenerated when '' then pg_get_expr(x.adbin, x.adrelid) end as "default",
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
       case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as generated,
       case when a.attgenerated <> '' then pg_get_expr(x.adbin, x.adrelid) end as expression,
       case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end as collation,
       case when a.attstorage <> t.typstorage then
           case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end
       end as storage,
       case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
       nullif(a.attstattarget, -1) as statistics,
       a.attoptions as options,
       a.attfdwoptions as "foreign options",
       case when a.attinhcount > 0 then case when a.attislocal then 'merged' else 'yes' end end as inherited,
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
left join pg_attrdef x on x.adrelid = a.attrelid and x.adnum = a.attnum
left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = a.attrelid and d.objsubid = a.attnum

--- constraint  of: table
select k.conrelid::regclass::text || '/' || k.conname as object,
       case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'c' then 'check'
                      when 'f' then 'foreign key' when 'x' then 'exclude' when 'n' then 'not null' end as type,
       pg_get_constraintdef(k.oid) as definition,
       array(select a.attname from unnest(k.conkey) with ordinality u(number, place)
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place) as columns,
       nullif(k.confrelid, 0)::regclass::text as "references",
       case k.contype when 'f' then
           array(select a.attname from unnest(k.confkey) with ordinality u(number, place)
                 join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number order by u.place)
       end as "referenced columns",
       k.convalidated as validated,
       case when k.coninhcount > 0 then case when k.conislocal then 'merged' else 'yes' end end as inherited,
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_constraint k on k.conrelid = o.oid and k.contype <> 't'
left join pg_description d on d.classoid = 'pg_constraint'::regclass and d.objoid = k.oid
-- from Postgres 18 NOT NULL is a constraint too; it is a fact of its own where the column does not say it all
where k.contype <> 'n' or not k.convalidated or k.connoinherit or d.description is not null

--- index  of: table, view
select i.indrelid::regclass::text || '/' || c.relname as object,
       pg_get_indexdef(i.indexrelid) as definition,
       m.amname as method,
       -- the key's columns; an expression, which has no name, is ''
       array(select coalesce(a.attname, '') from unnest(i.indkey) with ordinality u(number, place)
             left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.number
             where u.place <= i.indnkeyatts order by u.place) as columns,
       pg_get_expr(i.indpred, i.indrelid) as predicate,
       i.indisunique as "unique",
       i.indisvalid as valid,
       case when not i.indisready then false end as ready,
       case when i.indisclustered then true end as clustered,
       case when i.indisreplident then true end as "replica identity",
       k.conname as "constraint",
       (select array_agg(a.attname || '=' || a.attstattarget order by a.attnum)
        from pg_attribute a where a.attrelid = i.indexrelid and a.attstattarget >= 0) as statistics,
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_index i on i.indrelid = o.oid
join pg_class c on c.oid = i.indexrelid
join pg_am m on m.oid = c.relam
left join pg_constraint k on k.conrelid = i.indrelid and k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0

--- policy  of: table
select p.polrelid::regclass::text || '/' || p.polname as object,
       case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE'
                     else 'ALL' end as command,
       p.polpermissive as permissive,
       array(select case u.role when 0 then 'public' else pg_get_userbyid(u.role) end
             from unnest(p.polroles) u(role) order by 1) as roles,
       pg_get_expr(p.polqual, p.polrelid) as "using",
       pg_get_expr(p.polwithcheck, p.polrelid) as "check",
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_policy p on p.polrelid = o.oid
left join pg_description d on d.classoid = 'pg_policy'::regclass and d.objoid = p.oid

--- trigger  of: table, view
select t.tgrelid::regclass::text || '/' || t.tgname as object,
       pg_get_triggerdef(t.oid) as definition,
       t.tgfoid::regprocedure::text as function,
       case t.tgenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end
           as enabled,
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_trigger t on t.tgrelid = o.oid and not t.tgisinternal
left join pg_description d on d.classoid = 'pg_trigger'::regclass and d.objoid = t.oid

--- rule  of: ruled
select w.ev_class::regclass::text || '/' || w.rulename as object,
       pg_get_ruledef(w.oid) as definition,
       case w.ev_enabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end
           as enabled,
       obj_description(w.oid, 'pg_rewrite') as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_rewrite w on w.ev_class = o.oid and w.rulename <> '_RETURN'

--- sequence  of: sequence
select c.oid::regclass::text as object,
       pg_get_userbyid(c.relowner) as owner,
       format_type(s.seqtypid, null) as type,
       s.seqstart as start,
       s.seqincrement as increment,
       s.seqmin as minimum,
       s.seqmax as maximum,
       s.seqcache as cache,
       s.seqcycle as cycle,
       case c.relpersistence when 'u' then 'unlogged' end as persistence,
       (select d.refobjid::regclass::text || '.' || a.attname
        from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
          and d.deptype in ('a', 'i')) as "owned by",
       obj_description(c.oid, 'pg_class') as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_class c on c.oid = o.oid
join pg_sequence s on s.seqrelid = c.oid

--- function  of: function
select p.oid::regprocedure::text as object,
       case p.prokind when 'f' then 'function' when 'p' then 'procedure' when 'a' then 'aggregate' else 'window' end
           as kind,
       pg_get_userbyid(p.proowner) as owner,
       pg_get_function_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as returns,
       l.lanname as language,
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as parallel,
       p.prosecdef as "security definer",
       p.proleakproof as leakproof,
       p.proisstrict as strict,
       p.proconfig as config,
       p.procost::text as cost,
       case when p.proretset then p.prorows::text end as rows,
       nullif(p.prosupport, 0)::regprocedure::text as support,
       nullif(array(select t::regtype::text from unnest(p.protrftypes) t), '{}') as transforms,
       md5(concat_ws(chr(10), p.prosrc, p.probin, pg_get_function_sqlbody(p.oid))) as body,
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_proc p on p.oid = o.oid
join pg_language l on l.oid = p.prolang
left join pg_description d on d.classoid = 'pg_proc'::regclass and d.objoid = p.oid

--- function  of: aggregate
select a.aggfnoid::regprocedure::text as object,
       case a.aggkind when 'n' then 'normal' when 'o' then 'ordered set' else 'hypothetical set' end as aggregate,
       a.aggnumdirectargs as "direct arguments",
       a.aggtransfn::regprocedure::text as transition,
       format_type(a.aggtranstype, null) as "state type",
       a.aggtransspace as "state size",
       a.agginitval as "initial state",
       nullif(a.aggfinalfn::oid, 0)::regprocedure::text as final,
       a.aggfinalextra as "final extra",
       a.aggfinalmodify::text as "final modify",
       nullif(a.aggcombinefn::oid, 0)::regprocedure::text as combine,
       nullif(a.aggserialfn::oid, 0)::regprocedure::text as serialize,
       nullif(a.aggdeserialfn::oid, 0)::regprocedure::text as deserialize,
       nullif(a.aggmtransfn::oid, 0)::regprocedure::text as "moving transition",
       nullif(a.aggminvtransfn::oid, 0)::regprocedure::text as "moving inverse",
       nullif(a.aggmfinalfn::oid, 0)::regprocedure::text as "moving final",
       case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end as "moving state type",
       a.aggminitval as "moving initial state",
       nullif(a.aggsortop, 0)::regoperator::text as "sort operator"
from unnest(%(oids)s::oid[]) o(oid)
join pg_aggregate a on a.aggfnoid = o.oid

--- type  of: type
select t.oid::regtype::text as object,
       case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' when 'r' then 'range'
                      when 'p' then 'shell' else 'base' end as kind,
       pg_get_userbyid(t.typowner) as owner,
       case t.typtype when 'e' then
           array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) end as labels,
       case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) end as "base type",
       case t.typtype when 'd' then t.typnotnull end as "not null",
       t.typdefault as "default",
       case when t.typtype = 'd' and t.typcollation <> b.typcollation then t.typcollation::regcollation::text end
           as collation,
       d.description as comment
from unnest(%(oids)s::oid[]) o(oid)
join pg_type t on t.oid = o.oid
left join pg_type b on b.oid = t.typbasetype
left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid

--- type  of: range
select r.rngtypid::regtype::text as object,
       format_type(r.rngsubtype, null) as subtype,
       nullif(r.rngcollation, 0)::regcollation::text as collation,
       (select format('%%I.%%I', n.nspname, q.opcname) from pg_opclass q join pg_namespace n on n.oid = q.opcnamespace
        where q.oid = r.rngsubopc) as "operator class",
       nullif(r.rngcanonical::oid, 0)::regprocedure::text as canonical,
       nullif(r.rngsubdiff::oid, 0)::regprocedure::text as difference,
       r.rngmultitypid::regtype::text as multirange
from unnest(%(oids)s::oid[]) o(oid)
join pg_range r on r.rngtypid = o.oid

--- type  of: base
select t.oid::regtype::text as object,
       t.typinput::oid::regprocedure::text as input,
       t.typoutput::oid::regprocedure::text as output,
       nullif(t.typreceive::oid, 0)::regprocedure::text as receive,
       nullif(t.typsend::oid, 0)::regprocedure::text as send,
       nullif(t.typmodin::oid, 0)::regprocedure::text as "modifier input",
       nullif(t.typmodout::oid, 0)::regprocedure::text as "modifier output",
       nullif(t.typanalyze::oid, 0)::regprocedure::text as "analyze",
       nullif(t.typsubscript::oid, 0)::regprocedure::text as subscript,
       t.typlen as length,
       t.typbyval as "by value",
       t.typalign::text as alignment,
       t.typstorage::text as storage,
       t.typcategory::text as category,
       t.typispreferred as preferred,
       t.typdelim::text as delimiter,
       case when t.typelem <> 0 then format_type(t.typelem, null) end as element,
       t.typcollation <> 0 as collatable
from unnest(%(oids)s::oid[]) o(oid)
join pg_type t on t.oid = o.oid
