-- What all databases of a server share, by name.
select 'databases', string_agg(concat_ws(' ', datname, datdba, datistemplate, datacl), ',' order by datname)
from pg_database
union all select 'roles', string_agg(a::text, ',' order by oid) from pg_authid a
union all select 'members', string_agg(m::text, ',' order by m::text) from pg_auth_members m
union all select 'settings', string_agg(s::text, ',' order by setdatabase, setrole) from pg_db_role_setting s
union all select 'comments', coalesce(string_agg(d::text, ',' order by objoid), '') from pg_shdescription d
union all select 'tablespaces', string_agg(spcname, ',' order by spcname) from pg_tablespace
union all select 'slots', count(*)::text from pg_replication_slots
union all select 'subscriptions', count(*)::text from pg_subscription
union all select 'prepared', count(*)::text from pg_prepared_xacts
union all select 'advisory locks', count(*)::text from pg_locks where locktype = 'advisory'
union all select 'at work', count(*)::text from pg_stat_activity
          where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()
union all select 'temporary files', count(*)::text from pg_ls_tmpdir()
union all select 'configuration', string_agg(name || '=' || setting, ',' order by name) from pg_settings
          where source in ('configuration file', 'command line')
