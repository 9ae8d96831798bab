-- What Supabase installs in every project. They belong to postgres, so that it may drop them, as supautils lets it.

set role postgres;
create extension "uuid-ossp" with schema extensions;
create extension pgcrypto with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension supabase_vault with schema vault;
reset role;
