-- One object of every kind that facts know.

create role zoo_keeper;
create role zoo_guest;
create role zoo_boss superuser;
grant zoo_guest to zoo_keeper;
alter role zoo_guest set statement_timeout = '3s';
create schema zoo;
set search_path = zoo, public;
create type mood as enum ('calm', 'wild');
create type address as (street text, city text);
create domain score as integer default 1 constraint score_positive check (value > 0);
create type size as (width integer, height integer);
create type place as (street text, city text);
create type span as range (subtype = integer);
create type parcel;
create function parcel_in(cstring) returns parcel language internal immutable strict as 'textin';
create function parcel_out(parcel) returns cstring language internal immutable strict as 'textout';
create function parcel_receive(internal) returns parcel language internal immutable strict as 'textrecv';
create function parcel_send(parcel) returns bytea language internal immutable strict as 'textsend';
create type parcel (input = parcel_in, output = parcel_out, like = text);
create type chip;
create function chip_in(cstring) returns chip language internal immutable strict as 'int4in';
create function chip_out(chip) returns cstring language internal immutable strict as 'int4out';
create type chip (input = chip_in, output = chip_out, internallength = 4);
create function add(a integer, b integer default 1) returns integer language sql immutable as 'select a + b';
create function many() returns setof integer language sql as 'select 1';
create function stamp() returns trigger language plpgsql as 'begin return new; end';
create function watch() returns event_trigger language plpgsql as 'begin end';
create function low(a mood) returns integer language sql as 'select 1';
create function same(a mood, b mood) returns boolean language sql as 'select true';
create function differ(a mood, b mood) returns boolean language sql as 'select true';
create procedure tidy() language sql as 'select 1';
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0');
create aggregate average(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg,
    combinefunc = numeric_avg_combine, serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize);
create aggregate pick(integer order by integer) (sfunc = int4pl, stype = integer);
create table parents (id uuid primary key, other uuid unique, name text not null unique);
create table guardians (id uuid primary key);
create table children (
    id bigint generated always as identity primary key,
    parent_id uuid constraint children_parent references parents,
    name varchar(20) not null,
    age integer default 3 constraint children_age check (age > 0),
    twice integer generated always as (age * 2) stored,
    shape text,
    serial_no serial,
    during int4range,
    mood mood,
    constraint children_during exclude using gist (during with &&)
);
create index children_name on children (lower(name), age) where age > 1;
create unique index children_serial on children (serial_no);
create policy "Own" on children for select to zoo_guest using (age > 1);
create policy "New" on children for insert with check (age > 1);
create trigger stamped before update on children for each row execute function stamp();
create rule quiet as on delete to children do also select 1;
create table logs (at timestamptz not null, note text constraint noted check (note <> '')) partition by range (at);
create table logs_1 partition of logs for values from ('2026-01-01') to ('2027-01-01');
create index logs_note on only logs (note);
create index logs_1_note on logs_1 (note);
create table beasts (legs integer);
create table cats (claws integer) inherits (beasts);
create table typed of address;
create view names as select name, age from children;
create materialized view totals as select count(*) as n from children;
create unique index totals_n on totals (n);
create sequence tickets;
create publication news for table children (id, name) where (age > 1);
create publication wide for tables in schema zoo;
create event trigger watching on ddl_command_start when tag in ('CREATE CAST') execute function watch();
create cast (mood as integer) with function low(mood) as assignment;
create operator === (leftarg = mood, rightarg = mood, function = same, restrict = eqsel);
create operator !== (leftarg = mood, rightarg = mood, function = differ);
create collation plain (locale = 'C');
create conversion latin for 'LATIN2' to 'UTF8' from iso8859_to_utf8;
create text search dictionary words (template = simple, accept = false);
create text search configuration speech (copy = simple);
create statistics links (dependencies) on age, serial_no from children;
create foreign data wrapper wires options (a '1');
create foreign data wrapper cables;
create server remote type 'x' version '1' foreign data wrapper wires options (host 'h');
create server distant foreign data wrapper wires;
create user mapping for zoo_guest server remote options (name 'n');
create foreign table far (id integer options (c 'd')) server remote options (t 'u');
create access method tableau type table handler heap_tableam_handler;
create language talk handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
create trusted language trusty handler plpgsql_call_handler;
alter default privileges for role zoo_keeper in schema zoo grant select on tables to zoo_guest;
alter default privileges for role zoo_keeper revoke execute on functions from public;
create extension citext schema zoo;
grant select on children to zoo_guest;
comment on column parents.name is 'what they are called';
comment on table parents is 'grown up';
comment on function same is 'alike';
comment on schema zoo is 'beware';
comment on policy "New" on children is 'anyone';
comment on index children_serial is 'in order';
comment on role zoo_keeper is 'holds the keys';
alter table parents owner to postgres;
alter table children owner to postgres;
alter function add owner to postgres;
