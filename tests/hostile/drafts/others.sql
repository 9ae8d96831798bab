-- draft: everybody's connections end
-- expect: applies/error: terminating connection
select pg_terminate_backend(pid), pg_cancel_backend(pid) from pg_stat_activity;

-- draft: everybody's connections end, from a function that is called later
-- expect: functions/caller: public.kill_all
create or replace function public.kill_all() returns void language sql security definer set search_path = ''
as $$ select pg_terminate_backend(pid) from pg_stat_activity $$;

-- draft: its own connection ends
-- expect: applies/error: terminating connection
select pg_terminate_backend(pg_backend_pid());

-- draft: a replication slot
-- expect: applies/error: permission denied|replication slots can only be used
select pg_create_physical_replication_slot('hostile');

-- draft: a publication of all there is
-- expect: applies/error: must be superuser
create publication everything for all tables;

-- draft: a comment on what all databases share
-- expect: applies/error: must be (owner|member|superuser)|permission denied|must have
comment on role supabase_admin is 'hostile';

-- draft: a label on a database
-- expect: applies/error: must be owner|does not exist
comment on database template1 is 'hostile';

-- draft: another database's settings
-- expect: applies/error: must be owner
alter database template1 set search_path = 'hostile';

-- draft: a lock that stays
-- expect: safe-change/lock: advisory
select pg_advisory_lock(42);

-- draft: the copy next door is looked for
-- expect: applies/error: cross-database references are not implemented
insert into aside.public.first values (gen_random_uuid(), 1);

-- draft: two-phase commit
-- expect: file/escape: PREPARE TRANSACTION
prepare transaction 'hostile';

-- draft: out of the transaction
-- expect: file/escape: COMMIT
drop table public.first;
commit;
select 1;

-- draft: out of the transaction, in a block
-- expect: file/escape: COMMIT
do $$ begin commit; drop table public.first; end $$;

-- draft: out of the transaction, in a block that is put together
-- expect: applies/error: (COMMIT|EXECUTE)
do $$ begin execute 'com' || 'mit'; drop table public.first; end $$;

-- draft: back before the transaction
-- expect: file/escape: ROLLBACK
create table public.x (id integer);
rollback;

-- draft: marks of the tool's own
-- expect: file/escape: SAVEPOINT
savepoint run;
release savepoint at_once;
