-- Ours, and last: the event triggers that stand for supautils.
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

-- Nothing else may be done in that role: a draft could take it on by itself.

create function _throwaway.refuse_role() returns event_trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if current_setting('role') = '_throwaway_policies' then
        raise insufficient_privilege using message = 'permission denied to use role "_throwaway_policies"';
    end if;
end $$;

revoke all on all functions in schema _throwaway from public;

-- In the order of their names: the role is given back before it is looked for.
create event trigger _throwaway_1_borrow on ddl_command_start
    when tag in ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER')
    execute function _throwaway.borrow_ownership();
create event trigger _throwaway_1_return on ddl_command_end
    when tag in ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER')
    execute function _throwaway.return_ownership();
create event trigger _throwaway_2_refuse on ddl_command_end execute function _throwaway.refuse_role();
alter event trigger _throwaway_1_borrow enable always;
alter event trigger _throwaway_1_return enable always;
alter event trigger _throwaway_2_refuse enable always;

-- 3. What others would get.
-- Each statement is run as a role with the claims of a token (role `none`: as ourselves), with its constraints at once,
-- looked at as ourselves (`witnesses`, one value each), and taken back. One round trip for all. The first value is the
-- answer, where the rows are not merely `counted`. One that takes too long is the last: the caller asks for the rest
-- again. Whoever calls it acts with no rights but the own.
create function _throwaway.answers(roles text[], claims text[], statements text[], witnesses text[], counted boolean[])
returns table (state text, object text, answer text, number bigint, seen text, said text) language plpgsql as $$
begin
    for place in 1 .. cardinality(statements) loop
        state := ''; object := ''; answer := null; number := 0; seen := null; said := '';
        begin
            perform pg_catalog.set_config('request.jwt.claims', claims[place], true),
                    pg_catalog.set_config('role', roles[place], true);
            if counted[place] then
                execute statements[place];
            else
                execute statements[place] into answer;
            end if;
            get diagnostics number = row_count;
            set constraints all immediate;
            if witnesses[place] is not null then
                perform pg_catalog.set_config('role', 'none', true);
                execute witnesses[place] into seen;
            end if;
            raise exception sqlstate 'TAKE0';
        exception
            when sqlstate 'TAKE0' then
                null;
            when query_canceled or others then
                get stacked diagnostics state = returned_sqlstate, object = constraint_name, said = message_text;
                if object = '' then
                    get stacked diagnostics object = column_name;
                end if;
                answer := null; number := 0;
        end;
        return next;
        exit when state = '57014';
    end loop;
end $$;

-- 4. Signing up.
-- As the Auth service does it, and with its rights and search_path, for what the project's triggers then do. `columns`
-- are texts by column. Rights that postgres inherits anyway.
create function _throwaway.sign_up(columns jsonb) returns void
language plpgsql security definer set search_path = auth as $$
begin
    execute (
        select pg_catalog.format('insert into auth.users (%s) select %s',
            pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum),
            pg_catalog.string_agg(
                pg_catalog.format('($1 ->> %L)::%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)),
                ', ' order by a.attnum))
        from pg_catalog.pg_attribute a
        where a.attrelid = 'auth.users'::pg_catalog.regclass and a.attnum > 0 and not a.attisdropped and columns ? a.attname
    ) using columns;
end $$;
alter function _throwaway.sign_up owner to supabase_auth_admin;

-- 5. Other sessions are ours: a verdict has several, and a migration that ends those of its own role would end them.
-- Its own it may end or cancel, as it likes; of others it hears that they were told.
-- Postgres calls what is built in by its number, whatever the catalog says: so the names are taken off.

alter function pg_catalog.pg_terminate_backend(integer, bigint) rename to _throwaway_terminate_backend;
alter function pg_catalog.pg_cancel_backend(integer) rename to _throwaway_cancel_backend;
revoke execute on function
    pg_catalog._throwaway_terminate_backend(integer, bigint), pg_catalog._throwaway_cancel_backend(integer) from public;

create function pg_catalog.pg_terminate_backend(pid integer, timeout bigint default 0) returns boolean
language plpgsql volatile strict parallel restricted set search_path = pg_catalog as $$
begin
    if pid = pg_backend_pid() then
        raise exception using errcode = '57P01', message = 'terminating connection due to administrator command';
    end if;
    return true;
end $$;

create function pg_catalog.pg_cancel_backend(pid integer) returns boolean
language plpgsql volatile strict parallel restricted set search_path = pg_catalog as $$
begin
    if pid = pg_backend_pid() then
        raise exception using errcode = '57014', message = 'canceling statement due to user request';
    end if;
    return true;
end $$;
