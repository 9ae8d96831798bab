-- The package manager of database.dev: every package is said to be installed, none is there for CREATE EXTENSION.

create function dbdev.install(
    package_name text, base_url text default 'https://api.database.dev/rest/v1/', api_key text default null
) returns boolean language sql return true;

grant usage on schema dbdev to postgres with grant option;
