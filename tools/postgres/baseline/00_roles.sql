-- Supabase's roles: attributes, settings, memberships. Cluster-wide, so written to be run again: running it once
-- more also puts back what a migration changed with ALTER ROLE.
-- supabase_admin is the bootstrap superuser and exists already.

do $$
declare
    spec record;
begin
    for spec in select * from (values
        ('postgres', 'login inherit createdb createrole replication bypassrls'),
        ('anon', 'nologin inherit nocreatedb nocreaterole noreplication nobypassrls'),
        ('authenticated', 'nologin inherit nocreatedb nocreaterole noreplication nobypassrls'),
        ('service_role', 'nologin inherit nocreatedb nocreaterole noreplication bypassrls'),
        ('authenticator', 'login noinherit nocreatedb nocreaterole noreplication nobypassrls'),
        ('supabase_auth_admin', 'login noinherit nocreatedb createrole noreplication nobypassrls'),
        ('supabase_storage_admin', 'login noinherit nocreatedb createrole noreplication nobypassrls'),
        ('supabase_realtime_admin', 'nologin noinherit nocreatedb nocreaterole noreplication nobypassrls'),
        ('supabase_functions_admin', 'login noinherit nocreatedb createrole noreplication nobypassrls'),
        ('supabase_replication_admin', 'login inherit nocreatedb nocreaterole replication nobypassrls'),
        ('supabase_etl_admin', 'login inherit nocreatedb nocreaterole replication nobypassrls'),
        ('supabase_read_only_user', 'login inherit nocreatedb nocreaterole noreplication bypassrls'),
        ('dashboard_user', 'nologin inherit createdb createrole replication nobypassrls'),
        ('pgbouncer', 'login inherit nocreatedb nocreaterole noreplication nobypassrls'),
        -- Ours, for policies on managed tables: see 90_throwaway.sql.
        ('_throwaway_gate', 'nologin noinherit nocreatedb nocreaterole noreplication nobypassrls'),
        ('_throwaway_policies', 'nologin inherit nocreatedb nocreaterole noreplication nobypassrls')
    ) as specs (name, attributes)
    loop
        -- Before 16, CREATEROLE lets a role join pg_execute_server_program: supautils forbids it, here nothing would.
        if current_setting('server_version_num')::int < 160000 then
            spec.attributes := replace(spec.attributes, ' createrole', ' nocreaterole');
        end if;
        if pg_catalog.to_regrole(spec.name) is null then
            execute format('create role %I nosuperuser %s', spec.name, spec.attributes);
        else
            execute format('alter role %I nosuperuser %s', spec.name, spec.attributes);
            execute format('alter role %I reset all', spec.name);
        end if;
    end loop;
end $$;

-- The backslash is upstream's, and harmless: no schema has that name.
alter role postgres set search_path = "\$user", public, extensions;
-- Upstream has public and auth here. This superuser works in databases whose public schema belongs to a draft: a
-- function or operator planted there must never be found by name.
alter role supabase_admin set search_path = '';
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
-- No session_preload_libraries: supautils and safeupdate are not here, and a login would fail on them.
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin set search_path = storage;
alter role supabase_functions_admin set search_path = supabase_functions;

set client_min_messages = warning;  -- "is already a member" on a second run
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
grant authenticator to supabase_storage_admin;  -- once anon, authenticated and service_role one by one
grant pg_read_all_data to supabase_read_only_user;
reset client_min_messages;

-- Settings that supautils lets postgres change, for a session or with ALTER ROLE. The pgrst ones are listed because
-- Postgres has no wildcard; log_min_messages is left out, for a draft could fill the disk with it.
grant set on parameter
    session_replication_role, track_io_timing, log_lock_waits, safeupdate.enabled,
    auto_explain.log_min_duration, auto_explain.log_nested_statements, pg_net.batch_size, pg_net.ttl,
    pgaudit.log, pgaudit.log_catalog, pgaudit.log_client, pgaudit.log_level, pgaudit.log_relation, pgaudit.log_rows,
    pgaudit.log_statement, pgaudit.log_statement_once, pgaudit.role,
    pgrst.db_aggregates_enabled, pgrst.db_anon_role, pgrst.db_extra_search_path, pgrst.db_hoisted_tx_settings,
    pgrst.db_max_rows, pgrst.db_plan_enabled, pgrst.db_pre_request, pgrst.db_prepared_statements, pgrst.db_root_spec,
    pgrst.db_schemas, pgrst.db_tx_end, pgrst.jwt_aud, pgrst.jwt_role_claim_key, pgrst.jwt_secret,
    pgrst.jwt_secret_is_base64, pgrst.log_level, pgrst.openapi_mode, pgrst.openapi_security_active,
    pgrst.openapi_server_proxy_uri, pgrst.server_timing_enabled
to postgres;

-- postgres -> gate -> policies -> owners of the managed tables. The gate does not inherit, so postgres has none of
-- their rights, but may SET ROLE as far as _throwaway_policies, which is what the event trigger does around a policy
-- command. That role must also own what postgres owns, which makes a circle that GRANT refuses and the catalog bears:
-- membership look-ups visit each role once.
do $$
declare
    modern constant boolean := current_setting('server_version_num')::int >= 160000;
    owner text;
begin
    if exists (select from pg_catalog.pg_auth_members where member = '_throwaway_gate'::regrole) then
        return;
    end if;
    if modern then
        -- So that ALTER ROLE authenticator SET pgrst... works, as it does through supautils.
        execute 'grant authenticator to postgres with admin true, inherit false, set false';
    end if;
    grant _throwaway_policies to _throwaway_gate;
    grant _throwaway_gate to postgres;
    foreach owner in array array['supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin'] loop
        execute format('grant %I to _throwaway_policies', owner)
            || case when modern then ' with inherit true, set false' else '' end;
    end loop;
    if modern then
        insert into pg_catalog.pg_auth_members
            (oid, roleid, member, grantor, admin_option, inherit_option, set_option)
        values (
            pg_catalog.pg_nextoid('pg_catalog.pg_auth_members', 'oid', 'pg_catalog.pg_auth_members_oid_index'),
            'postgres'::regrole, '_throwaway_policies'::regrole, 10, false, true, false
        );
    else
        insert into pg_catalog.pg_auth_members (roleid, member, grantor, admin_option)
        values ('postgres'::regrole, '_throwaway_policies'::regrole, 10, false);
    end if;
end $$;
