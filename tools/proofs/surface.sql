-- What the API's roles may do with some tables and views, and what their policies ask, as one row for each.
with chosen as materialized (
  select c.oid, format('%%I.%%I', n.nspname, c.relname) as name, c.relkind, c.relrowsecurity
  from unnest(%(tables)s::text[]) t (name)
  join pg_catalog.pg_class c on c.oid = to_regclass(t.name)
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
),
reached (role, name) as (values ('anon'::regrole, 'anon'), ('authenticated', 'authenticated'), ('service_role', 'service_role'))
select c.name, c.relkind::text, c.relrowsecurity,
  (select json_agg(json_build_object(
      'name', p.polname,
      'command', case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE'
                               else 'ALL' end,
      'roles', (select json_agg(case when r = 0 then 'public' else r::regrole::text end)
                from unnest(p.polroles) r),
      'permissive', p.polpermissive,
      'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
      'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
      'functions', (select json_agg(distinct f.oid::regprocedure::text)
                    from pg_catalog.pg_depend d join pg_catalog.pg_proc f on f.oid = d.refobjid
                    where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
                      and d.refclassid = 'pg_catalog.pg_proc'::regclass and f.pronamespace <> 'auth'::regnamespace))
      order by p.polname)
   from pg_catalog.pg_policy p where p.polrelid = c.oid) as policies,
  (select json_object_agg(r.name, json_build_object(
      'delete', has_table_privilege(r.role, c.oid, 'delete'),
      'select', has_table_privilege(r.role, c.oid, 'select'),
      'insert', has_table_privilege(r.role, c.oid, 'insert'),
      'update', has_table_privilege(r.role, c.oid, 'update'),
      'columns', (select json_object_agg(a.attname, array_remove(array[
              case when has_column_privilege(r.role, c.oid, a.attnum, 'select') then 'select' end,
              case when has_column_privilege(r.role, c.oid, a.attnum, 'insert') then 'insert' end,
              case when has_column_privilege(r.role, c.oid, a.attnum, 'update') then 'update' end], null))
          from pg_catalog.pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and exists (select from pg_catalog.pg_attribute b where b.attrelid = c.oid and b.attacl is not null))))
   from reached r) as privileges,
  (select string_agg(concat_ws(' ', pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled, f.prosecdef, f.prosrc), chr(10)
                     order by t.tgname)
   from pg_catalog.pg_trigger t join pg_catalog.pg_proc f on f.oid = t.tgfoid
   where t.tgrelid = c.oid and not t.tgisinternal) as triggers
from chosen c
