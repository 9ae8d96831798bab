-- The catalogs that are small enough to be read whole whenever one of them is in play. See the head of facts.sql.


--- constraint  when: pg_constraint
select k.contypid::regtype::text || '/' || k.conname as object,
       'check' as type,
       pg_get_constraintdef(k.oid) as definition,
       k.convalidated as validated,
       obj_description(k.oid, 'pg_constraint') as comment
from pg_constraint k
join pg_type t on t.oid = k.contypid
join pg_namespace n on n.oid = t.typnamespace
where k.conrelid = 0 and k.contype = 'c'
  and not starts_with(n.nspname, 'pg_') and n.nspname not in ('information_schema', '_throwaway')
  and not exists (select from pg_depend e
                  where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e' and t.typowner = 10)

--- schema  when: pg_namespace
select n.oid::regnamespace::text as object,
       pg_get_userbyid(n.nspowner) as owner,
       obj_description(n.oid, 'pg_namespace') as comment
from pg_namespace n
where not starts_with(n.nspname, 'pg_') and n.nspname not in ('information_schema', '_throwaway')
  and not exists (select from pg_depend e
                  where e.classid = 'pg_namespace'::regclass and e.objid = n.oid
                    and e.deptype = 'e' and n.nspowner = 10)

--- extension  when: pg_extension
select x.extname as object,
       pg_get_userbyid(x.extowner) as owner,
       x.extnamespace::regnamespace::text as schema,
       x.extversion as version,
       obj_description(x.oid, 'pg_extension') as comment
from pg_extension x

--- publication  when: pg_publication, pg_publication_namespace
select p.pubname as object,
       pg_get_userbyid(p.pubowner) as owner,
       p.puballtables as "all tables",
       array(select o.name
             from (values ('insert', p.pubinsert), ('update', p.pubupdate), ('delete', p.pubdelete),
                          ('truncate', p.pubtruncate)) o(name, published)
             where o.published) as operations,
       p.pubviaroot as "via root",
       case to_jsonb(p) ->> 'pubgencols' when 'n' then 'none' when 's' then 'stored' end
           as "generated columns", -- from Postgres 18
       array(select s.pnnspid::regnamespace::text from pg_publication_namespace s where s.pnpubid = p.oid order by 1)
           as schemas,
       obj_description(p.oid, 'pg_publication') as comment
from pg_publication p

--- publication table  when: pg_publication, pg_publication_rel
select p.pubname || '/' || r.prrelid::regclass::text as object,
       case when r.prattrs is null then 'all' else
           (select json_agg(a.attname order by a.attnum)::text from pg_attribute a
            where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)) end as columns,
       pg_get_expr(r.prqual, r.prrelid) as "where"
from pg_publication_rel r
join pg_publication p on p.oid = r.prpubid

--- event trigger  when: pg_event_trigger
select t.evtname as object,
       pg_get_userbyid(t.evtowner) as owner,
       t.evtevent as event,
       t.evtfoid::regprocedure::text as function,
       case t.evtenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end
           as enabled,
       t.evttags as tags,
       obj_description(t.oid, 'pg_event_trigger') as comment
from pg_event_trigger t
join pg_proc p on p.oid = t.evtfoid
join pg_namespace n on n.oid = p.pronamespace
where n.nspname <> '_throwaway'
  and not exists (select from pg_depend e
                  where e.classid = 'pg_event_trigger'::regclass and e.objid = t.oid and e.deptype = 'e')

--- cast  when: pg_cast
select format('(%%s AS %%s)', format_type(k.castsource, null), format_type(k.casttarget, null)) as object,
       nullif(k.castfunc, 0)::regprocedure::text as function,
       case k.castcontext when 'e' then 'explicit' when 'a' then 'assignment' else 'implicit' end as context,
       case k.castmethod when 'f' then 'function' when 'i' then 'inout' else 'binary' end as method,
       obj_description(k.oid, 'pg_cast') as comment
from pg_cast k
where k.oid >= 16384
  -- 'i': what comes with a range type
  and not exists (select from pg_depend e
                  where e.classid = 'pg_cast'::regclass and e.objid = k.oid and e.deptype in ('e', 'i'))

--- operator  when: pg_operator
select p.oid::regoperator::text as object,
       pg_get_userbyid(p.oprowner) as owner,
       format_type(nullif(p.oprresult, 0), null) as returns,
       nullif(p.oprcode::oid, 0)::regprocedure::text as function,
       nullif(p.oprcom, 0)::regoperator::text as commutator,
       nullif(p.oprnegate, 0)::regoperator::text as negator,
       nullif(p.oprrest::oid, 0)::regprocedure::text as "restrict",
       nullif(p.oprjoin::oid, 0)::regprocedure::text as "join",
       p.oprcanmerge as merges,
       p.oprcanhash as hashes,
       obj_description(p.oid, 'pg_operator') as comment
from pg_operator p
where p.oid >= 16384
  and not exists (select from pg_depend e
                  where e.classid = 'pg_operator'::regclass and e.objid = p.oid and e.deptype = 'e')

--- collation  when: pg_collation
select c.oid::regcollation::text as object,
       pg_get_userbyid(c.collowner) as owner,
       case c.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' else 'default' end
           as provider,
       c.collisdeterministic as deterministic,
       c.collcollate as "collate",
       c.collctype as ctype,
       coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale') as locale, -- renamed in Postgres 17
       to_jsonb(c) ->> 'collicurules' as rules, -- from Postgres 16
       obj_description(c.oid, 'pg_collation') as comment
from pg_collation c
where c.oid >= 16384
  and not exists (select from pg_depend e
                  where e.classid = 'pg_collation'::regclass and e.objid = c.oid and e.deptype = 'e')

--- conversion  when: pg_conversion
select format('%%I.%%I', n.nspname, c.conname) as object,
       pg_get_userbyid(c.conowner) as owner,
       pg_encoding_to_char(c.conforencoding) as "from",
       pg_encoding_to_char(c.contoencoding) as "to",
       c.conproc::oid::regprocedure::text as function,
       c.condefault as "default",
       obj_description(c.oid, 'pg_conversion') as comment
from pg_conversion c
join pg_namespace n on n.oid = c.connamespace
where c.oid >= 16384
  and not exists (select from pg_depend e
                  where e.classid = 'pg_conversion'::regclass and e.objid = c.oid and e.deptype = 'e')

--- text search configuration  when: pg_ts_config, pg_ts_config_map
select c.oid::regconfig::text as object,
       pg_get_userbyid(c.cfgowner) as owner,
       (select format('%%I.%%I', n.nspname, p.prsname)
        from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace where p.oid = c.cfgparser) as parser,
       array(select format('%%s: %%s', t.alias, string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno))
             from pg_ts_config_map m join ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype
             where m.mapcfg = c.oid group by t.alias order by t.alias) as mappings,
       obj_description(c.oid, 'pg_ts_config') as comment
from pg_ts_config c
where c.oid >= 16384
  and not exists (select from pg_depend e
                  where e.classid = 'pg_ts_config'::regclass and e.objid = c.oid and e.deptype = 'e')

--- text search dictionary  when: pg_ts_dict
select d.oid::regdictionary::text as object,
       pg_get_userbyid(d.dictowner) as owner,
       (select format('%%I.%%I', n.nspname, t.tmplname)
        from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace where t.oid = d.dicttemplate) as template,
       d.dictinitoption as options,
       obj_description(d.oid, 'pg_ts_dict') as comment
from pg_ts_dict d
where d.oid >= 16384
  and not exists (select from pg_depend e
                  where e.classid = 'pg_ts_dict'::regclass and e.objid = d.oid and e.deptype = 'e')

--- statistics  when: pg_statistic_ext
select format('%%I.%%I', n.nspname, s.stxname) as object,
       pg_get_userbyid(s.stxowner) as owner,
       s.stxrelid::regclass::text as "table",
       pg_get_statisticsobjdef(s.oid) as definition,
       nullif(s.stxstattarget, -1) as target,
       obj_description(s.oid, 'pg_statistic_ext') as comment
from pg_statistic_ext s
join pg_namespace n on n.oid = s.stxnamespace
where not exists (select from pg_depend e
                  where e.classid = 'pg_statistic_ext'::regclass and e.objid = s.oid and e.deptype = 'e')

--- foreign data wrapper  when: pg_foreign_data_wrapper
select w.fdwname as object,
       pg_get_userbyid(w.fdwowner) as owner,
       nullif(w.fdwhandler, 0)::regprocedure::text as handler,
       nullif(w.fdwvalidator, 0)::regprocedure::text as validator,
       w.fdwoptions as options,
       obj_description(w.oid, 'pg_foreign_data_wrapper') as comment
from pg_foreign_data_wrapper w
where not exists (select from pg_depend e
                  where e.classid = 'pg_foreign_data_wrapper'::regclass and e.objid = w.oid and e.deptype = 'e')

--- foreign server  when: pg_foreign_server
select s.srvname as object,
       pg_get_userbyid(s.srvowner) as owner,
       w.fdwname as wrapper,
       s.srvtype as type,
       s.srvversion as version,
       s.srvoptions as options,
       obj_description(s.oid, 'pg_foreign_server') as comment
from pg_foreign_server s
join pg_foreign_data_wrapper w on w.oid = s.srvfdw
where not exists (select from pg_depend e
                  where e.classid = 'pg_foreign_server'::regclass and e.objid = s.oid and e.deptype = 'e')

--- user mapping  when: pg_user_mapping
select m.srvname || '/' || m.usename as object,
       coalesce(m.umoptions, '{}') as options
from pg_user_mappings m

--- access method  when: pg_am
select m.amname as object,
       m.amhandler::oid::regprocedure::text as handler,
       case m.amtype when 't' then 'table' else 'index' end as type,
       obj_description(m.oid, 'pg_am') as comment
from pg_am m
where m.oid >= 16384
  and not exists (select from pg_depend e
                  where e.classid = 'pg_am'::regclass and e.objid = m.oid and e.deptype = 'e')

--- language  when: pg_language
select l.lanname as object,
       pg_get_userbyid(l.lanowner) as owner,
       l.lanpltrusted as trusted,
       nullif(l.lanplcallfoid, 0)::regprocedure::text as handler,
       nullif(l.laninline, 0)::regprocedure::text as inline,
       nullif(l.lanvalidator, 0)::regprocedure::text as validator,
       obj_description(l.oid, 'pg_language') as comment
from pg_language l
where l.oid >= 16384
  and not exists (select from pg_depend e
                  where e.classid = 'pg_language'::regclass and e.objid = l.oid and e.deptype = 'e')

--- role  when: pg_authid, pg_shdescription
select r.rolname as object,
       r.rolsuper as superuser,
       r.rolinherit as inherit,
       r.rolcreaterole as createrole,
       r.rolcreatedb as createdb,
       r.rolcanlogin as login,
       r.rolreplication as replication,
       r.rolbypassrls as bypassrls,
       nullif(r.rolconnlimit, -1) as "connection limit",
       r.rolvaliduntil::text as "valid until",
       shobj_description(r.oid, 'pg_authid') as comment
from pg_roles r
where not starts_with(r.rolname, 'pg_') and r.rolname not in ('_throwaway_gate', '_throwaway_policies')

--- membership  when: pg_authid, pg_auth_members
select pg_get_userbyid(m.member) || '/' || pg_get_userbyid(m.roleid) as object,
       bool_or(m.admin_option) as admin,
       bool_or((to_jsonb(m) ->> 'inherit_option')::boolean) as inherit, -- this and the next from Postgres 16
       bool_or((to_jsonb(m) ->> 'set_option')::boolean) as set
from pg_auth_members m
where not starts_with(pg_get_userbyid(m.member), 'pg_')
  and pg_get_userbyid(m.member) not in ('_throwaway_gate', '_throwaway_policies')
  and pg_get_userbyid(m.roleid) not in ('_throwaway_gate', '_throwaway_policies')
group by m.member, m.roleid

--- setting  when: pg_authid, pg_db_role_setting
select concat_ws(' in ', case when s.setrole <> 0 then 'role ' || pg_get_userbyid(s.setrole) end,
                 case when s.setdatabase <> 0 then 'database' end) as object,
       split_part(c.setting, '=', 1) as attribute,
       substr(c.setting, strpos(c.setting, '=') + 1) as value
from pg_db_role_setting s
cross join lateral unnest(s.setconfig) c(setting)
where s.setdatabase = 0 or s.setdatabase = (select oid from pg_database where datname = current_database())

--- database  when: pg_database, pg_shdescription
select 'current' as object, -- copies of one database compare equal
       pg_get_userbyid(d.datdba) as owner,
       nullif(d.datconnlimit, -1) as "connection limit",
       shobj_description(d.oid, 'pg_database') as comment
from pg_database d
where d.datname = current_database()
