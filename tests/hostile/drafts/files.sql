-- draft: copy from a program
-- expect: applies/error: permission denied to COPY to or from an external program|must be superuser
copy public.first from program 'touch /tmp/hostile-was-here';

-- draft: copy to a file
-- expect: applies/error: permission denied to COPY to a file|must be superuser
copy public.first to '/tmp/hostile-was-here';

-- draft: copy from a file
-- expect: applies/error: permission denied to COPY from a file|must be superuser
create table if not exists public.stolen (line text);
copy public.stolen from '/etc/passwd';

-- draft: a file is read
-- expect: applies/error: permission denied for function pg_read_file
select pg_read_file('/etc/passwd');

-- draft: a file is read in a block that swallows the refusal
-- expect: applies/error: permission denied for function pg_read_binary_file
do $$ begin
  begin perform pg_ls_dir('/'); exception when insufficient_privilege then null; end;
  execute 'select pg_read_bin' || 'ary_file(''/etc/passwd'')';
end $$;

-- draft: a file becomes a large object
-- expect: applies/error: permission denied for function lo_import
select lo_import('/etc/passwd');

-- draft: a large object becomes a file
-- expect: applies/error: permission denied for function lo_export
select lo_export(lo_from_bytea(0, 'x'), '/tmp/hostile-was-here');

-- draft: another Postgres is called by dblink
-- expect: applies/error: permission denied to create extension|not available
create extension if not exists dblink;
select dblink_exec('host=/tmp dbname=postgres', 'create table public.x (id int)');

-- draft: another Postgres is called by a foreign server
-- expect: applies/error: permission denied to create extension|not available
create extension if not exists postgres_fdw;
create server itself foreign data wrapper postgres_fdw options (host '/tmp', dbname 'postgres');

-- draft: files as foreign tables
-- expect: applies/error: permission denied to create extension|not available
create extension if not exists file_fdw;

-- draft: a foreign data wrapper of its own
-- expect: applies/error: permission denied to create foreign-data wrapper
create foreign data wrapper mine;

-- draft: a subscription to somebody
-- expect: applies/error: permission denied to create subscription|only roles with privileges|must be superuser
create subscription s connection 'host=/tmp dbname=postgres' publication p with (connect = false);

-- draft: a tablespace
-- expect: applies/error: cannot make or drop databases and tablespaces
create tablespace mine location '/tmp';

-- draft: a database
-- expect: applies/error: cannot make or drop databases and tablespaces
create database mine template postgres;

-- draft: the database that everything starts from
-- expect: applies/error: cannot make or drop databases and tablespaces
drop database template1;

-- draft: a library is loaded
-- expect: applies/error: access to library "/tmp/evil" is not allowed
load '/tmp/evil';

-- draft: a function of the C library
-- expect: applies/error: permission denied for language c
create function public.run(text) returns integer language c as 'libc.so.6', 'system';

-- draft: a function of the server's own
-- expect: applies/error: permission denied for language internal
create function public.exit(integer) returns void language internal as 'proc_exit';

-- draft: an untrusted language
-- expect: applies/error: not available|permission denied
create extension if not exists plpython3u;
do language plpython3u $$ import os; os.system('touch /tmp/hostile-was-here') $$;

-- draft: a language of its own
-- expect: applies/error: permission denied|must be superuser|no longer supported|does not exist
create language mine handler plpgsql_call_handler;

-- draft: the server's log is turned
-- expect: applies/error: permission denied for function pg_rotate_logfile
select pg_rotate_logfile();

-- draft: psql opens a shell
-- expect: file/escape: is a command of psql
\! touch /tmp/hostile-was-here
select 1;

-- draft: psql copies
-- expect: file/escape: is a command of psql
\copy public.first to '/tmp/hostile-was-here'
select 1;

-- draft: data that a client would have to send
-- expect: file/escape: waits for data
copy public.first from stdin;
1	2
\.
