-- Notes what it is given; EXPLAIN does not see it. Extensions that require hypopg can be created.

create table hypopg_noted (indexrelid oid primary key, index_name text not null, definition text not null);
create sequence hypopg_numbers start 14000;

create function hypopg_create_index(sql_order text, out indexrelid oid, out indexname text) returns record
language sql
begin atomic
    insert into hypopg_noted
    select number::oid,
        '<' || number || '>' || regexp_replace(sql_order, '^.*\mon\s+(only\s+)?([\w."]+).*$', '\2', 'i'),
        sql_order
    from nextval('hypopg_numbers') as number
    returning hypopg_noted.indexrelid, index_name;
end;
create function hypopg_drop_index(indexid oid) returns boolean language sql
begin atomic
    with gone as (delete from hypopg_noted where indexrelid = indexid returning 1) select exists (select from gone);
end;
create function hypopg_reset() returns void language sql begin atomic delete from hypopg_noted; end;
create view hypopg_list_indexes as select indexrelid, index_name, definition from hypopg_noted;
