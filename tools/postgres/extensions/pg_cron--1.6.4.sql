-- Jobs are kept in cron.job; no worker runs them.

set local search_path = pg_catalog, pg_temp;  -- a draft's own operators must not be found while this runs as superuser

create schema cron;

-- supautils puts pg_cron into pg_catalog whatever the SCHEMA clause says. A control file that says so would refuse any
-- other clause, so this one says nothing and the catalog is set right here.
update pg_catalog.pg_extension set extnamespace = 'pg_catalog'::regnamespace where extname = 'pg_cron';
delete from pg_catalog.pg_depend
where classid = 'pg_catalog.pg_extension'::regclass and refclassid = 'pg_catalog.pg_namespace'::regclass
    and objid = (select oid from pg_catalog.pg_extension where extname = 'pg_cron');

create sequence cron.jobid_seq;
create table cron.job (
    jobid bigint primary key default nextval('cron.jobid_seq'),
    schedule text not null,
    command text not null,
    nodename text not null default 'localhost',
    nodeport integer not null default 5432,
    database text not null default current_database(),
    username text not null default current_user,
    active boolean not null default true,
    jobname text
);
create unique index jobname_username_uniq on cron.job (jobname, username);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create sequence cron.runid_seq;
create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default nextval('cron.runid_seq'),
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

-- Five fields (minute, hour, day of month, month, day of week), "30 seconds", or "@daily" and the like.
create function cron._valid(schedule text) returns boolean language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
declare
    fields constant text[] := regexp_split_to_array(trim(lower(schedule)), '\s+');
    lowest constant integer[] := array[0, 0, 1, 1, 0];
    highest constant integer[] := array[59, 23, 31, 12, 7];
    name constant text := '(sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d+)';
    number integer;
begin
    if trim(lower(schedule)) ~ '^([1-9]|[1-5]\d) seconds?$'
        or trim(lower(schedule)) ~ '^@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)$' then
        return true;
    elsif array_length(fields, 1) <> 5 then
        return false;
    end if;
    for place in 1..5 loop
        if fields[place] !~ format('^(\*|\$|%1$s(-%1$s)?)(/\d+)?(,(\*|%1$s(-%1$s)?)(/\d+)?)*$', name) then
            return false;
        end if;
        for number in
            select digits[1]::integer from regexp_matches(fields[place], '(?<![/\d])(\d{1,4})', 'g') as digits
        loop
            if number not between lowest[place] and highest[place] then
                return false;
            end if;
        end loop;
    end loop;
    return true;
end $$;

-- The real one is written in C and acts for the current user, whom a SECURITY DEFINER function cannot see.
create function cron._save(job_name text, schedule text, command text, database text, owner text, active boolean)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    id bigint;
begin
    if not cron._valid(schedule) then
        raise exception 'invalid schedule: %', schedule using
            errcode = '22023', hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
    end if;
    insert into cron.job as job (jobname, schedule, command, database, username, active)
    values (job_name, schedule, command, coalesce(database, current_database()), coalesce(owner, session_user), active)
    on conflict (jobname, username) do update set
        schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
    returning job.jobid into id;
    return id;
end $$;

create function cron.schedule(schedule text, command text) returns bigint language sql
set search_path = pg_catalog, pg_temp as $$
    select cron._save(null, schedule, command, null, null, true)
$$;
create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql set search_path = pg_catalog, pg_temp as $$
    select cron._save(job_name, schedule, command, null, null, true)
$$;
create function cron.schedule_in_database(
    job_name text, schedule text, command text, database text, username text default null, active boolean default true
) returns bigint language sql set search_path = pg_catalog, pg_temp as $$
    select cron._save(job_name, schedule, command, database, username, active)
$$;

create function cron.alter_job(
    job_id bigint, schedule text default null, command text default null, database text default null,
    username text default null, active boolean default null
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if schedule is not null and not cron._valid(schedule) then
        raise exception 'invalid schedule: %', schedule using errcode = '22023';
    end if;
    update cron.job as job set
        schedule = coalesce(alter_job.schedule, job.schedule),
        command = coalesce(alter_job.command, job.command),
        database = coalesce(alter_job.database, job.database),
        username = coalesce(alter_job.username, job.username),
        active = coalesce(alter_job.active, job.active)
    where job.jobid = job_id;
    if not found then
        raise exception 'Job % does not exist or you don''t own it', job_id;
    end if;
end $$;

create function cron.unschedule(job_id bigint) returns boolean language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    delete from cron.job where jobid = job_id;
    if not found then
        raise exception 'could not find valid entry for job %', job_id using errcode = 'XX000';
    end if;
    return true;
end $$;
create function cron.unschedule(job_name text) returns boolean language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    delete from cron.job where jobname = job_name;
    if not found then
        raise exception 'could not find valid entry for job ''%''', job_name using errcode = 'XX000';
    end if;
    return true;
end $$;

revoke all on all functions in schema cron from public;
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
-- No TRIGGER (upstream took it back in 2026 too): the functions above write as superuser, and would run it.
grant select, insert, update, delete on cron.job_run_details to postgres with grant option;
grant select on cron.job to postgres with grant option;
