-- What a database holds: rows of each catalog, and the last transaction that wrote one that is still there.
select 'pg_class', count(*), max(xmin::text::bigint) from pg_class
union all select 'pg_attribute', count(*), max(xmin::text::bigint) from pg_attribute
union all select 'pg_constraint', count(*), max(xmin::text::bigint) from pg_constraint
union all select 'pg_proc', count(*), max(xmin::text::bigint) from pg_proc
union all select 'pg_type', count(*), max(xmin::text::bigint) from pg_type
union all select 'pg_trigger', count(*), max(xmin::text::bigint) from pg_trigger
union all select 'pg_event_trigger', count(*), max(xmin::text::bigint) from pg_event_trigger
union all select 'pg_extension', count(*), max(xmin::text::bigint) from pg_extension
union all select 'pg_policy', count(*), max(xmin::text::bigint) from pg_policy
union all select 'pg_namespace', count(*), max(xmin::text::bigint) from pg_namespace
union all select 'pg_operator', count(*), max(xmin::text::bigint) from pg_operator
union all select 'pg_cast', count(*), max(xmin::text::bigint) from pg_cast
union all select 'pg_description', count(*), max(xmin::text::bigint) from pg_description
union all select 'pg_largeobject_metadata', count(*), max(xmin::text::bigint) from pg_largeobject_metadata
union all select 'pg_foreign_server', count(*), max(xmin::text::bigint) from pg_foreign_server
union all select 'pg_publication', count(*), max(xmin::text::bigint) from pg_publication
union all select 'history', count(*), max(xmin::text::bigint) from supabase_migrations.schema_migrations
union all select 'rows', count(*), max(xmin::text::bigint) from public.first
