-- Who may do what, and who shall by default. See the head of facts.sql.
-- What Postgres grants unasked (EXECUTE and USAGE to PUBLIC) is spelled out; what an owner holds by default is not,
-- but what was taken from an owner is "revoked".


--- expand grants
select g.object,
       case p.grantee when 0 then 'public' else pg_get_userbyid(p.grantee) end || '/' || p.privilege_type as attribute,
       case when bool_or(p.is_grantable) then 'with grant option' else '' end as value
from granted g
cross join lateral aclexplode(coalesce(g.acl, g.standard)) p
-- an owner's own rights go without saying
where p.grantee is distinct from g.owner or p.is_grantable
group by g.object, p.grantee, p.privilege_type
union all
select g.object, pg_get_userbyid(g.owner) || '/' || s.privilege_type, 'revoked'
from granted g
cross join lateral aclexplode(g.standard) s
where s.grantee = g.owner and not g.acl @> g.standard[array_upper(g.standard, 1)]
  and not exists (select from aclexplode(g.acl) p where p.grantee = g.owner and p.privilege_type = s.privilege_type)

--- grant  of: table, view, sequence
select case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass::text as object,
       c.relowner as owner,
       c.relacl as acl,
       acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner) as standard
from unnest(%(oids)s::oid[]) o(oid)
join pg_class c on c.oid = o.oid
union all
select 'column ' || a.attrelid::regclass::text || '.' || a.attname, null, a.attacl, '{}'
from unnest(%(oids)s::oid[]) o(oid)
join pg_attribute a on a.attrelid = o.oid and not a.attisdropped and a.attacl is not null

--- grant  of: function
select 'function ' || p.oid::regprocedure::text as object,
       p.proowner as owner,
       p.proacl as acl,
       acldefault('f', p.proowner) as standard
from unnest(%(oids)s::oid[]) o(oid)
join pg_proc p on p.oid = o.oid

--- grant  of: type
select 'type ' || t.oid::regtype::text as object,
       t.typowner as owner,
       t.typacl as acl,
       acldefault('T', t.typowner) as standard
from unnest(%(oids)s::oid[]) o(oid)
join pg_type t on t.oid = o.oid

--- grant  when: pg_namespace
select 'schema ' || n.oid::regnamespace::text as object,
       n.nspowner as owner,
       n.nspacl as acl,
       acldefault('n', n.nspowner) as standard
from pg_namespace n
where not starts_with(n.nspname, 'pg_') and n.nspname not in ('information_schema', '_throwaway')
  and not exists (select from pg_depend e
                  where e.classid = 'pg_namespace'::regclass and e.objid = n.oid
                    and e.deptype = 'e' and n.nspowner = 10)

--- grant  when: pg_database
select 'database current' as object,
       d.datdba as owner,
       d.datacl as acl,
       acldefault('d', d.datdba) as standard
from pg_database d
where d.datname = current_database()

--- grant  when: pg_language
select 'language ' || l.lanname as object,
       l.lanowner as owner,
       l.lanacl as acl,
       acldefault('l', l.lanowner) as standard
from pg_language l
where l.oid >= 16384 and l.lanpltrusted
  and not exists (select from pg_depend e
                  where e.classid = 'pg_language'::regclass and e.objid = l.oid and e.deptype = 'e')

--- grant  when: pg_foreign_data_wrapper
select 'foreign data wrapper ' || w.fdwname as object,
       w.fdwowner as owner,
       w.fdwacl as acl,
       acldefault('F', w.fdwowner) as standard
from pg_foreign_data_wrapper w

--- grant  when: pg_foreign_server
select 'foreign server ' || s.srvname as object,
       s.srvowner as owner,
       s.srvacl as acl,
       acldefault('S', s.srvowner) as standard
from pg_foreign_server s


--- default privileges  when: pg_default_acl
with standing as (
    select format('%%s by %%s', case a.defaclobjtype
                                    when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                                    when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end,
                  a.defaclrole::regrole)
           || coalesce(' in ' || nullif(a.defaclnamespace, 0)::regnamespace::text, '') as object,
           a.defaclacl as acl,
           a.defaclnamespace = 0 as everywhere
    from pg_default_acl a
)
select s.object,
       case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end || '/' || g.privilege_type as attribute,
       case when bool_or(g.is_grantable) then 'with grant option' else '' end as value
from standing s
cross join lateral aclexplode(s.acl) g
group by s.object, g.grantee, g.privilege_type
union all
-- one that holds in every schema replaces the built-in one, even when it grants nothing
select s.object, 'replaces the built-in', 'true' from standing s where s.everywhere
