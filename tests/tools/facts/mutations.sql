-- Changes to the zoo, one after the other, each undone. The heading names every fact that changes, as KIND: ATTRIBUTE, ...;
-- a star stands for a whole object that comes, goes or is renamed.

-- access method: comment; cast: comment; collation: comment; constraint: comment; conversion: comment; event
-- trigger: comment; extension: comment; foreign data wrapper: comment; foreign server: comment; function: comment;
-- index: comment; language: comment; operator: comment; policy: comment; publication: comment; role: comment; rule:
-- comment; schema: comment; sequence: comment; statistics: comment; table: comment; text search configuration:
-- comment; text search dictionary: comment; trigger: comment; type: comment; view: comment
comment on schema zoo is 'x';
comment on table parents is 'x';
comment on constraint children_age on children is 'x';
comment on index children_name is 'x';
comment on policy "Own" on children is 'x';
comment on trigger stamped on children is 'x';
comment on rule quiet on children is 'x';
comment on view names is 'x';
comment on sequence tickets is 'x';
comment on function add is 'x';
comment on procedure tidy is 'x';
comment on aggregate total(integer) is 'x';
comment on type mood is 'x';
comment on constraint score_positive on domain score is 'x';
comment on domain score is 'x';
comment on extension citext is 'x';
comment on publication news is 'x';
comment on event trigger watching is 'x';
comment on cast (mood as integer) is 'x';
comment on operator === (mood, mood) is 'x';
comment on collation plain is 'x';
comment on conversion latin is 'x';
comment on text search dictionary words is 'x';
comment on text search configuration speech is 'x';
comment on statistics links is 'x';
comment on foreign data wrapper wires is 'x';
comment on server remote is 'x';
comment on access method tableau is 'x';
comment on language talk is 'x';
comment on role zoo_guest is 'x';

-- column: comment; function: comment; index: comment; policy: comment; role: comment; schema: comment; table:
-- comment
comment on column parents.name is null;
comment on table parents is null;
comment on function same is null;
comment on schema zoo is null;
comment on policy "New" on children is null;
comment on index children_serial is null;
comment on role zoo_keeper is null;

-- collation: owner; conversion: owner; event trigger: owner; foreign data wrapper: owner; foreign server: owner;
-- function: owner; language: owner; operator: owner; publication: owner; schema: owner; sequence: owner; statistics:
-- owner; table: owner; text search configuration: owner; text search dictionary: owner; type: owner; view: owner
alter schema zoo owner to zoo_keeper;
alter table parents owner to zoo_keeper;
alter view names owner to zoo_keeper;
alter sequence tickets owner to zoo_keeper;
alter function add owner to zoo_keeper;
alter type mood owner to zoo_keeper;
alter publication news owner to zoo_keeper;
alter operator === (mood, mood) owner to zoo_keeper;
alter collation plain owner to zoo_keeper;
alter conversion latin owner to zoo_keeper;
alter text search dictionary words owner to zoo_keeper;
alter text search configuration speech owner to zoo_keeper;
alter statistics links owner to zoo_keeper;
alter server remote owner to zoo_keeper;
alter language talk owner to zoo_keeper;
alter event trigger watching owner to zoo_boss;
alter foreign data wrapper wires owner to zoo_boss;

-- role: bypassrls, connection limit, createdb, createrole, inherit, login, replication, superuser, valid until;
-- setting: statement_timeout
alter role zoo_guest login;
alter role zoo_guest superuser;
alter role zoo_guest createrole;
alter role zoo_guest createdb;
alter role zoo_guest noinherit;
alter role zoo_guest replication;
alter role zoo_guest bypassrls;
alter role zoo_guest connection limit 3;
alter role zoo_guest valid until '2030-01-01';
alter role zoo_guest set statement_timeout = '4s';

-- column: *; role: *; schema: *; table: *; view: *
create schema den;
create role zoo_cub;
create schema authorization zoo_keeper;
create table food (id integer);
create view meals as select 1 as one;

-- table: force rls, rls
alter table children enable row level security;
alter table children force row level security;

-- table: persistence
alter table beasts set unlogged;

-- table: replica identity
alter table children replica identity full;

-- index: replica identity; table: replica identity
alter table children replica identity using index children_serial;

-- table: options
alter table children set (fillfactor = 50);

-- table: toast options
alter table children set (toast.autovacuum_enabled = false);

-- table: access method
alter table beasts set access method tableau;

-- column: inherited; table: inherits
alter table cats no inherit beasts;

-- column: inherited; constraint: inherited; table: inherits, partition bound
alter table logs detach partition logs_1;

-- table: partition bound
alter table logs_1 drop constraint if exists logs_bound;
alter table logs detach partition logs_1;
alter table logs attach partition logs_1 for values from ('2025-01-01') to ('2027-01-01');

-- table: of type
alter table typed not of;

-- column: *; table: *
drop table beasts cascade;

-- column: foreign options; foreign data wrapper: options; foreign server: options, version; table: foreign options;
-- user mapping: options
alter foreign table far options (set t 'v');
alter foreign table far alter id options (set c 'e');
alter foreign data wrapper wires options (set a '2');
alter server remote version '2';
alter server remote options (set host 'i');
alter user mapping for zoo_guest server remote options (set name 'm');

-- column: *
alter table children add nickname text;

-- column: *
alter table children drop mood;

-- column: *; constraint: columns, definition; index: columns, definition
alter table parents rename name to title;

-- column: type
alter table children alter shape type varchar(30);

-- column: not null
alter table children alter name drop not null;

-- column: default
alter table children alter age set default 4;

-- column: default
alter table children alter age drop default;

-- column: identity
alter table children alter id set generated by default;

-- column: identity; sequence: *
alter table children alter id drop identity;

-- column: expression
alter table children alter twice set expression as (age * 3);

-- column: expression, generated
alter table children alter twice drop expression;

-- column: collation
alter table children alter shape type text collate "C";

-- column: compression, options, statistics, storage
alter table children alter shape set storage external;
alter table children alter shape set compression pglz;
alter table children alter shape set statistics 7;
alter table children alter shape set (n_distinct = 5);

-- column: default
alter table cats alter legs set default 1;

-- column: comment
comment on column children.shape is 'x';
comment on column names.age is 'x';
comment on column address.city is 'x';

-- column: default
alter view names alter age set default 2;

-- constraint: *
alter table children add check (age < 9);

-- constraint: *
alter table children drop constraint children_age;

-- constraint: *
alter table children rename constraint children_age to children_years;

-- constraint: definition
alter table children drop constraint children_parent, add constraint children_parent foreign key (parent_id) references parents on delete cascade;

-- constraint: definition, validated
alter table children drop constraint children_parent, add constraint children_parent foreign key (parent_id) references parents not valid;

-- constraint: definition
alter table children alter constraint children_parent deferrable;

-- constraint: definition, validated
alter table children alter constraint children_parent not enforced;

-- constraint: *
alter table children add constraint shaped check (shape <> '') no inherit;

-- column: not null; constraint: *
alter table children add constraint shaped not null shape not valid;

-- column: not null; constraint: *
alter table children add constraint shaped not null shape no inherit;

-- constraint: definition
alter table children drop constraint children_during, add constraint children_during exclude using gist (during with =);

-- constraint: definition; index: definition
alter table parents drop constraint parents_name_key, add constraint parents_name_key unique nulls not distinct (name);

-- index: *
drop index children_name;

-- index: *
alter index children_name rename to children_naming;

-- index: definition, predicate
drop index children_name;
create index children_name on children (lower(name), age) where age > 2;

-- index: columns, definition
drop index children_name;
create index children_name on children (lower(name), serial_no) where age > 1;

-- index: definition
drop index children_name;
create index children_name on children (lower(name), age desc) where age > 1;

-- index: columns, definition, method
drop index children_name;
create index children_name on children using brin (age) where age > 1;

-- index: comment, definition, unique
drop index children_serial;
create index children_serial on children (serial_no);

-- index: clustered
alter table children cluster on children_serial;

-- index: statistics
alter index children_name alter column 1 set statistics 9;

-- index: definition
alter index children_name set (fillfactor = 50);

-- constraint: *; index: constraint
alter table children add constraint children_serial unique using index children_serial;

-- policy: *
drop policy "Own" on children;

-- policy: *
alter policy "Own" on children rename to "Mine";

-- policy: roles
alter policy "Own" on children to zoo_keeper, zoo_guest;

-- policy: using
alter policy "Own" on children using (age > 2);

-- policy: check
alter policy "New" on children with check (age > 2);

-- policy: command
drop policy "Own" on children;
create policy "Own" on children for delete to zoo_guest using (age > 1);

-- policy: permissive
drop policy "Own" on children;
create policy "Own" on children as restrictive for select to zoo_guest using (age > 1);

-- trigger: *
drop trigger stamped on children;

-- trigger: *
alter trigger stamped on children rename to punched;

-- trigger: enabled
alter table children disable trigger stamped;

-- function: *; grant: public/EXECUTE; trigger: definition, function
create function punch() returns trigger language plpgsql as 'begin return new; end';
create or replace trigger stamped before update on children for each row execute function punch();

-- trigger: definition
drop trigger stamped on children;
create trigger stamped after update on children for each row execute function stamp();

-- rule: *
drop rule quiet on children;

-- rule: enabled
alter table children enable always rule quiet;

-- rule: definition
create or replace rule quiet as on delete to children do also select 2;

-- view: definition
create or replace view names as select name, age + 1 as age from children;

-- view: options
alter view names set (security_invoker = true);

-- index: *; view: populated
drop materialized view totals;
create materialized view totals as select count(*) as n from children with no data;

-- view: access method
alter materialized view totals set access method tableau;

-- view: populated
refresh materialized view totals with no data;

-- sequence: maximum, type
alter sequence tickets as integer;

-- sequence: cache, cycle, increment, minimum, persistence, start
alter sequence tickets start 5;
alter sequence tickets increment 5;
alter sequence tickets minvalue -5;
alter sequence tickets cache 5;
alter sequence tickets cycle;
alter sequence tickets set unlogged;

-- sequence: maximum
alter sequence tickets maxvalue 500;

-- sequence: owned by
alter sequence children_serial_no_seq owned by children.age;

-- sequence: owned by
alter sequence children_serial_no_seq owned by none;

-- function: body
create or replace function add(a integer, b integer default 1) returns integer language sql immutable as 'select a - b';

-- function: arguments
create or replace function add(a integer, b integer default 2) returns integer language sql immutable as 'select a + b';

-- function: body
create or replace function add(a integer, b integer default 1) returns integer language sql immutable return a + b;

-- function: language
create or replace function add(a integer, b integer default 1) returns integer language trusty immutable as 'select a + b';

-- function: arguments, owner
drop function add;
create function add(a integer, b integer) returns integer language sql immutable as 'select a + b';

-- function: owner, returns
drop function add;
create function add(a integer, b integer default 1) returns bigint language sql immutable as 'select a + b';

-- function: arguments, kind, owner, returns, volatility
drop function add;
create procedure add(a integer, b integer default 1) language sql as 'select a + b';

-- function: config, cost, leakproof, parallel, rows, security definer, strict, support, volatility
alter function add stable;
alter function add security definer;
alter function add leakproof;
alter function add strict;
alter function add parallel safe;
alter function add set search_path = '';
alter function add cost 5;
alter function many rows 5;
alter function add support generate_series_int4_support;

-- function: *; grant: public/EXECUTE
alter function add(integer, integer) rename to plus;

-- function: transforms
create transform for mood language sql (from sql with function generate_series_int4_support(internal));
create or replace function add(a integer, b integer default 1) returns integer transform for type mood language sql immutable as 'select a + b';

-- function: initial state
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '1');

-- function: transition
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4mul, stype = integer, initcond = '0');

-- type: labels
alter type mood add value 'sly' before 'wild';

-- type: labels
alter type mood rename value 'wild' to 'fierce';

-- column: *
alter type size add attribute depth integer;

-- column: type
alter type size alter attribute width type bigint;

-- type: default, not null
alter domain score set default 2;
alter domain score set not null;

-- constraint: *
alter domain score drop constraint score_positive;

-- constraint: *
alter domain score add constraint score_small check (value < 9) not valid;

-- constraint: *
alter domain score rename constraint score_positive to score_above;

-- type: base type
drop domain score;
create domain score as bigint default 1 constraint score_positive check (value > 0);

-- type: operator class, subtype
drop type span;
create type span as range (subtype = bigint);

-- type: difference
drop type span;
create type span as range (subtype = integer, subtype_diff = int4range_subdiff);

-- type: storage
alter type parcel set (storage = external);

-- grant: public/USAGE; type: *
create type stub;

-- extension: schema
alter extension citext set schema public;

-- extension: *
drop extension citext;

-- publication: generated columns, operations, via root
alter publication news set (publish = 'insert');
alter publication news set (publish_via_partition_root = true);
alter publication news set (publish_generated_columns = stored);

-- publication table: columns
alter publication news set table children (id, age) where (age > 1);

-- publication table: where
alter publication news set table children (id, name) where (age > 2);

-- publication table: *
alter publication news add table parents;

-- publication table: *
alter publication news drop table children;

-- publication: schemas
alter publication wide drop tables in schema zoo;

-- publication: all tables; publication table: *
drop publication news;
create publication news for all tables;

-- event trigger: enabled
alter event trigger watching disable;

-- event trigger: event
drop event trigger watching;
create event trigger watching on ddl_command_end when tag in ('CREATE CAST') execute function watch();

-- event trigger: tags
drop event trigger watching;
create event trigger watching on ddl_command_start when tag in ('DROP CAST') execute function watch();

-- cast: context
drop cast (mood as integer);
create cast (mood as integer) with function low(mood);

-- cast: function, method
drop cast (mood as integer);
create cast (mood as integer) with inout as assignment;

-- operator: commutator, hashes, join, merges, negator, restrict
alter operator === (mood, mood) set (restrict = neqsel);
alter operator === (mood, mood) set (join = eqjoinsel);
alter operator === (mood, mood) set (commutator = operator(zoo.===));
alter operator === (mood, mood) set (hashes, merges);
alter operator === (mood, mood) set (negator = operator(zoo.!==));

-- collation: collate, ctype
drop collation plain;
create collation plain (locale = 'POSIX');

-- text search dictionary: options
alter text search dictionary words (accept = true);

-- text search configuration: mappings
alter text search configuration speech alter mapping for word with words;

-- text search configuration: mappings
alter text search configuration speech drop mapping for word;

-- statistics: target
alter statistics links set statistics 9;

-- statistics: definition
drop statistics links;
create statistics links (ndistinct) on age, serial_no from children;

-- extension: *; foreign data wrapper: handler
create extension file_fdw;
alter foreign data wrapper wires handler file_fdw_handler;

-- user mapping: *
drop user mapping for zoo_guest server remote;

-- access method: *
drop access method tableau;

-- language: *
drop language talk;

-- default privileges: zoo_guest/INSERT
alter default privileges for role zoo_keeper in schema zoo grant insert on tables to zoo_guest;

-- default privileges: *
alter default privileges for role zoo_keeper in schema zoo revoke select on tables from zoo_guest;

-- default privileges: *
alter default privileges for role zoo_keeper grant execute on functions to public;

-- default privileges: zoo_keeper/EXECUTE
alter default privileges for role zoo_keeper revoke all on functions from zoo_keeper;

-- membership: admin, inherit, set
grant zoo_guest to zoo_keeper with admin option;
grant zoo_guest to zoo_keeper with inherit false;
grant zoo_guest to zoo_keeper with set false;

-- membership: *
revoke zoo_guest from zoo_keeper;

-- setting: statement_timeout
alter role zoo_guest reset statement_timeout;

-- database: comment, connection limit, owner; grant: zoo_guest/CREATE; setting: work_mem
do 'begin execute format(''alter database %I set work_mem = %L'', current_database(), ''5MB''); end';
do 'begin execute format(''alter database %I connection limit 5'', current_database()); end';
do 'begin execute format(''comment on database %I is %L'', current_database(), ''x''); end';
do 'begin execute format(''alter database %I owner to zoo_keeper'', current_database()); end';
do 'begin execute format(''grant create on database %I to zoo_guest'', current_database()); end';

-- grant: zoo_guest/SELECT
grant select on parents to zoo_guest;

-- grant: zoo_guest/SELECT
grant select on parents to zoo_guest with grant option;

-- grant: public/SELECT, zoo_guest/EXECUTE, zoo_guest/USAGE
grant select on parents to public;
grant usage on sequence tickets to zoo_guest;
grant execute on function add to zoo_guest;
grant usage on schema zoo to zoo_guest;
grant usage on foreign data wrapper wires to zoo_guest;
grant usage on foreign server remote to zoo_guest;

-- grant: postgres/DELETE, postgres/EXECUTE, public/EXECUTE, public/USAGE
revoke delete on parents from postgres;
revoke execute on function add from public;
revoke execute on function add from postgres;
revoke usage on type mood from public;
revoke usage on type score from public;
revoke usage on language trusty from public;

-- column: generated, position
alter table children drop twice, add twice integer generated always as (age * 2) virtual;

-- event trigger: function; function: *; grant: public/EXECUTE
create function look() returns event_trigger language plpgsql as 'begin end';
drop event trigger watching;
create event trigger watching on ddl_command_start when tag in ('CREATE CAST') execute function look();

-- collation: collate, ctype, locale, provider
drop collation plain;
create collation plain (provider = builtin, locale = 'C');

-- function: state size
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0', sspace = 8);

-- function: combine
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0', combinefunc = int4pl);

-- function: final
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0', finalfunc = int4abs);

-- function: final modify
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0', finalfunc_modify = read_write);

-- function: sort operator
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0', sortop = <);

-- function: moving final, moving initial state, moving inverse, moving state type, moving transition
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0', msfunc = int4pl, minvfunc = int4mi, mstype = integer, minitcond = '0', mfinalfunc = int4abs);

-- function: returns, state type, transition
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int84pl, stype = bigint, initcond = '0');

-- function: deserialize, serialize
drop aggregate average(numeric);
create aggregate average(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg, combinefunc = numeric_avg_combine);

-- operator: function
drop operator ===(mood, mood);
create operator === (leftarg = mood, rightarg = mood, function = differ, restrict = eqsel);

-- table: of type
alter table typed not of;
alter table typed of place;

-- column: *; constraint: *; index: *; table: *, partition key
drop table logs;
create table logs (at timestamptz not null, note text) partition by list (at);

-- table: server
drop foreign table far;
create foreign table far (id integer options (c 'd')) server distant options (t 'u');

-- statistics: definition, table
drop statistics links;
create statistics links (dependencies) on id, name from parents;

-- text search configuration: mappings, parser
create text search parser split (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
drop text search configuration speech;
create text search configuration speech (parser = split);

-- text search dictionary: options, template
drop text search dictionary words;
create text search dictionary words (template = synonym, synonyms = 'synonym_sample');

-- type: analyze, modifier input, modifier output, receive, send, subscript
alter type parcel set (receive = parcel_receive, send = parcel_send, typmod_in = varchartypmodin, typmod_out = varchartypmodout, analyze = array_typanalyze, subscript = raw_array_subscript_handler);

-- type: multirange
drop type span;
create type span as range (subtype = integer, multirange_type_name = spans);

-- type: collation, operator class, subtype
drop type span;
create type span as range (subtype = text, collation = "C");

-- function: *; grant: public/EXECUTE; type: canonical
drop type span;
create type span;
create function tidied(span) returns span language internal immutable strict as 'int4range_canonical';
create type span as range (subtype = integer, canonical = tidied);

-- constraint: definition; type: base type, collation
drop domain score;
create domain score as text collate "C" default 1 constraint score_positive check (value > '0');

-- cast: *; column: *; function: *; grant: public/EXECUTE; operator: *; type: base type, kind, labels, not null
drop type mood cascade;
create domain mood as text;

-- foreign data wrapper: validator
alter foreign data wrapper wires validator postgresql_fdw_validator;

-- foreign server: type
drop server distant;
create server distant type 'y' foreign data wrapper wires;

-- access method: handler, type
drop access method tableau;
create access method tableau type index handler bthandler;

-- grant: public/USAGE; language: trusted
drop language talk;
create trusted language talk handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;

-- language: inline, validator
drop language talk;
create language talk handler plpgsql_call_handler;

-- view: materialized, populated
drop view names;
create materialized view names as select name, age from children;

-- column: *; constraint: *; grant: zoo_guest/SELECT; index: *; policy: *; publication table: *; rule: *; sequence:
-- *; statistics: *; table: *; trigger: *; view: *
drop table children cascade;

-- cast: *; collation: *; column: *; constraint: *; conversion: *; default privileges: *; event trigger: *;
-- extension: *; function: *; grant: public/EXECUTE, public/USAGE, zoo_guest/SELECT; index: *; operator: *; policy:
-- *; publication: schemas; publication table: *; rule: *; schema: *; sequence: *; statistics: *; table: *; text
-- search configuration: *; text search dictionary: *; trigger: *; type: *; view: *
drop schema zoo cascade;

-- function: *; grant: public/EXECUTE; trigger: *
drop function stamp cascade;

-- cast: *; function: *; grant: public/EXECUTE
drop function low(mood) cascade;

-- cast: *; column: *; function: *; grant: public/EXECUTE, public/USAGE; operator: *; type: *
drop type mood cascade;

-- constraint: *; grant: public/USAGE; type: *
drop domain score;

-- sequence: *
drop sequence tickets;

-- column: *; view: *
drop view names;

-- column: *; index: *; view: *
drop materialized view totals;

-- column: *; foreign data wrapper: *; foreign server: *; table: *; user mapping: *
drop foreign data wrapper wires cascade;

-- role: *
drop role zoo_boss;

-- text search dictionary: *
drop text search dictionary words;

-- text search configuration: *
drop text search configuration speech;

-- event trigger: *
drop event trigger watching;

-- publication: *
drop publication wide;

-- default privileges: *; grant: zoo_guest/SELECT; policy: *; user mapping: *
drop owned by zoo_guest;

-- column: *
alter table beasts add horns integer;

-- column: *
truncate parents cascade;
alter table parents add hat text;

-- constraint: definition, references
alter table children drop constraint children_parent, add constraint children_parent foreign key (parent_id) references guardians;

-- constraint: definition, referenced columns
alter table children drop constraint children_parent, add constraint children_parent foreign key (parent_id) references parents (other);

-- constraint: definition, type; index: *
alter table parents drop constraint parents_name_key, add constraint parents_name_key check (name <> '');

-- conversion: default
drop conversion latin;
create default conversion latin for 'LATIN2' to 'UTF8' from iso8859_to_utf8;

-- conversion: from
drop conversion latin;
create conversion latin for 'LATIN3' to 'UTF8' from iso8859_to_utf8;

-- conversion: from, function
drop conversion latin;
create conversion latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;

-- conversion: from, function, to
drop conversion latin;
create conversion latin for 'UTF8' to 'LATIN2' from utf8_to_iso8859;

-- extension: version
drop extension citext;
create extension citext schema zoo version '1.4';

-- extension: owner; grant: zoo_keeper/CREATE
drop extension citext;
grant create on schema zoo to zoo_keeper;
do 'begin execute format(''grant create on database %I to zoo_keeper'', current_database()); end';
set local role zoo_keeper;
create extension citext schema zoo;
reset role;

-- foreign server: wrapper
drop server distant;
create server distant foreign data wrapper cables;

-- function: aggregate, arguments, final modify
drop aggregate total(integer);
create aggregate total(order by integer) (sfunc = int4pl, stype = integer, initcond = '0');

-- function: *, arguments, direct arguments, transition; grant: public/EXECUTE
create function add(integer, integer, integer) returns integer language sql as 'select 1';
drop aggregate pick(integer order by integer);
create aggregate pick(order by integer, integer) (sfunc = add, stype = integer);

-- function: *, final, final extra; grant: public/EXECUTE
create function last(integer, integer) returns integer language sql as 'select 1';
drop aggregate total(integer);
create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0', finalfunc = last, finalfunc_extra);

-- index: valid
alter index logs_note attach partition logs_1_note;

-- function: *; grant: public/EXECUTE; language: handler
create function hold() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
drop language talk;
create language talk handler hold inline plpgsql_inline_handler validator plpgsql_validator;

-- function: *; grant: public/EXECUTE; operator: function, restrict, returns
create function alike(a mood, b mood) returns integer language sql as 'select 1';
drop operator ===(mood, mood);
create operator === (leftarg = mood, rightarg = mood, function = alike);

-- column: *, position; table: inherits, kind, partition key
drop table beasts cascade;
create table beasts (legs integer) partition by hash (legs);
create table cats (claws integer);

-- function: body; type: alignment, by value, category, collatable, delimiter, element, length, preferred, subscript
drop type chip cascade;
create type chip;
create function chip_in(cstring) returns chip language internal immutable strict as 'int8in';
create function chip_out(chip) returns cstring language internal immutable strict as 'int8out';
create type chip (input = chip_in, output = chip_out, internallength = 8, passedbyvalue, alignment = double, category = 'N', preferred, delimiter = ';', subscript = raw_array_subscript_handler, element = integer, collatable);

-- function: *; grant: public/EXECUTE, public/USAGE; type: *
create type stub;
create function stub_in(cstring) returns stub language internal as 'int4in';
create function stub_out(stub) returns cstring language internal as 'int4out';
create type stub (input = stub_in, output = stub_out, like = integer);

-- function: *; grant: public/EXECUTE; type: input, output
drop type chip cascade;
create type chip;
create function chips_in(cstring) returns chip language internal immutable strict as 'int4in';
create function chips_out(chip) returns cstring language internal immutable strict as 'int4out';
create type chip (input = chips_in, output = chips_out, internallength = 4);

-- membership: *
grant zoo_keeper to zoo_boss;

-- index: *
create index children_age on children (age) include (name);

-- function: *; grant: public/EXECUTE
create function eat() returns void language sql as '';

-- grant: zoo_guest/SELECT
grant select (name) on parents to zoo_guest;

-- policy: comment
comment on policy "New" on children is 'x';

-- trigger: comment
comment on trigger stamped on children is 'x';

-- rule: comment
comment on rule quiet on children is 'x';

-- constraint: comment
comment on constraint children_age on children is 'x';
