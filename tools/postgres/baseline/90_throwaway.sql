-- Ours, and last: the event triggers that stand for supautils, and the memory of what a transaction touched.
-- All are ENABLE ALWAYS, because postgres may SET session_replication_role = replica.

create schema _throwaway;
grant usage on schema _throwaway to postgres;

-- 1. Policies on managed tables.
-- Supabase's postgres may CREATE, ALTER and DROP POLICY and DROP TRIGGER on tables of auth, storage and realtime that
-- it does not own, also from DO and EXECUTE, and nothing else there. So it is no member of their owners (then it could
-- do all the rest), but takes on a role that is, from ddl_command_start to ddl_command_end of these four commands.
-- All else is refused by Postgres itself, in its own words and at its own time.

create function _throwaway.borrow_ownership() returns event_trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if current_user = 'postgres' then
        perform set_config('_throwaway.role', current_setting('role'), true);
        perform set_config('role', '_throwaway_policies', true);
    end if;
exception when insufficient_privilege then
    null;  -- within a SECURITY DEFINER function no role can be taken on; Postgres's own rules decide
end $$;

create function _throwaway.return_ownership() returns event_trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    tab name;
begin
    if current_user <> '_throwaway_policies' then
        return;
    end if;
    perform set_config('role', coalesce(nullif(current_setting('_throwaway.role', true), ''), 'none'), true);
    -- Only on the tables of supautils.policy_grants, as seen on a hosted project in September 2026.
    select class.relname into tab
    from pg_event_trigger_ddl_commands() as command
    join pg_policy as policy on policy.oid = command.objid
    join pg_class as class on class.oid = policy.polrelid
    where command.classid = 'pg_policy'::regclass
        and case class.relnamespace::regnamespace::text
            when 'auth' then class.relname not in (
                'audit_log_entries', 'flow_state', 'identities', 'instances', 'mfa_amr_claims', 'mfa_challenges',
                'mfa_factors', 'oauth_clients', 'one_time_tokens', 'refresh_tokens', 'saml_providers',
                'saml_relay_states', 'sessions', 'sso_domains', 'sso_providers', 'users')
            when 'realtime' then class.relname not in ('messages', 'subscription')
            when 'storage' then class.relname not in (
                'buckets', 'buckets_analytics', 'objects', 's3_multipart_uploads', 's3_multipart_uploads_parts')
            else false end;
    if found then
        raise insufficient_privilege using message = format('must be owner of table %s', tab);
    end if;
end $$;

-- 2. What was touched: whoever compares the catalog before and after need only look at these objects.
-- Rows go with the transaction that is rolled back. Nobody but the owner can write: a draft could hide its work.

create unlogged table _throwaway.touched (classid oid not null, objid oid not null, objsubid integer not null);
create unlogged table _throwaway.dropped (classid oid not null, objid oid not null, objsubid integer not null);

create function _throwaway.record_touched() returns event_trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    if current_setting('role') = '_throwaway_policies' then
        raise insufficient_privilege using message = 'permission denied to use role "_throwaway_policies"';
    end if;
    insert into _throwaway.touched
    select classid, objid, objsubid from pg_event_trigger_ddl_commands() where objid is not null;
end $$;

create function _throwaway.record_dropped() returns event_trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    insert into _throwaway.dropped
    select classid, objid, objsubid from pg_event_trigger_dropped_objects() where not is_temporary;
end $$;

-- Objects that DDL made, altered or dropped since forget(). Not those that were only granted, revoked or written.
create function _throwaway.touched() returns table (classid oid, objid oid) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
    select touched.classid, touched.objid from _throwaway.touched
    union
    select dropped.classid, dropped.objid from _throwaway.dropped
$$;

create function _throwaway.dropped() returns table (classid oid, objid oid, objsubid integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from _throwaway.dropped
$$;

-- For the superuser, once a history has been replayed and before its database becomes a template.
create function _throwaway.forget() returns void language sql set search_path = pg_catalog, pg_temp as $$
    truncate _throwaway.touched, _throwaway.dropped
$$;

revoke all on all functions in schema _throwaway from public;
grant execute on function _throwaway.touched(), _throwaway.dropped() to postgres;

-- In the order of their names: the role is given back before anything is recorded.
create event trigger _throwaway_1_borrow on ddl_command_start
    when tag in ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER')
    execute function _throwaway.borrow_ownership();
create event trigger _throwaway_1_return on ddl_command_end
    when tag in ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER')
    execute function _throwaway.return_ownership();
create event trigger _throwaway_2_touched on ddl_command_end execute function _throwaway.record_touched();
create event trigger _throwaway_3_dropped on sql_drop execute function _throwaway.record_dropped();
alter event trigger _throwaway_1_borrow enable always;
alter event trigger _throwaway_1_return enable always;
alter event trigger _throwaway_2_touched enable always;
alter event trigger _throwaway_3_dropped enable always;
