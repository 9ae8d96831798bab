-- The functions that migrations and tests call, with the options that people give by name.

create function plpgsql_check_function(
    funcoid regprocedure, relid regclass default 0, format text default 'text', fatal_errors boolean default true,
    other_warnings boolean default true, performance_warnings boolean default false,
    extra_warnings boolean default true, security_warnings boolean default false,
    compatibility_warnings boolean default false
) returns setof text language sql stable as 'select null::text limit 0';

create function plpgsql_check_function_tb(
    funcoid regprocedure, relid regclass default 0, fatal_errors boolean default true,
    other_warnings boolean default true, performance_warnings boolean default false,
    extra_warnings boolean default true, security_warnings boolean default false,
    compatibility_warnings boolean default false
) returns table (
    functionid regproc, lineno integer, statement text, sqlstate text, message text, detail text, hint text,
    level text, "position" integer, query text, context text
) language sql stable as $$
    select null::regproc, 0, '', '', '', '', '', '', 0, '', '' limit 0
$$;
