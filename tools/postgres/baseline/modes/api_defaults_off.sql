-- The other mode of [api].auto_expose_new_tables: new objects in public reach the API roles only through a GRANT.
-- Run in the database that shall have it. What Supabase leaves stays: TRUNCATE, REFERENCES, TRIGGER and MAINTAIN on
-- tables, UPDATE on sequences, and EXECUTE for PUBLIC on functions.

alter default privileges for role postgres in schema public
    revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
    revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
    revoke execute on functions from anon, authenticated, service_role;
