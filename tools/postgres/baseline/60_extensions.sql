-- What Supabase installs in every project, made by postgres, so that it may drop them, as supautils lets it.
-- Before Postgres 18 the stand-ins are out of reach (extension_control_path is new): there, what the server has is made.

do $$
declare
    name text;
    home text;
begin
    for name, home in values
        ('uuid-ossp', 'extensions'), ('pgcrypto', 'extensions'), ('pg_stat_statements', 'extensions'),
        ('supabase_vault', 'vault')
    loop
        begin
            set local role postgres;
            execute format('create extension %I with schema %I', name, home);
        exception
            when insufficient_privilege then  -- a real one that Postgres does not trust everybody with
                execute format('create extension %I with schema %I', name, home);
            when feature_not_supported or undefined_file then
                null;
        end;
        set local role none;
    end loop;
end $$;
