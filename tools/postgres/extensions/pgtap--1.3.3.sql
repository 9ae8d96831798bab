-- Every assertion answers 'ok' and looks at nothing, so that what calls it can be made. Of upstream's thousand
-- functions those that migrations and seeds call; tests are not run here.

do $do$
declare
    spec text;
begin
    foreach spec in array array[
        'ok(boolean)', 'ok(boolean, text)', 'is(anyelement, anyelement)', 'is(anyelement, anyelement, text)',
        'isnt(anyelement, anyelement)', 'isnt(anyelement, anyelement, text)', 'pass()', 'pass(text)', 'fail()',
        'fail(text)', 'matches(anyelement, text)', 'matches(anyelement, text, text)', 'alike(anyelement, text)',
        'alike(anyelement, text, text)', 'unalike(anyelement, text)', 'unalike(anyelement, text, text)',
        'cmp_ok(anyelement, text, anyelement)', 'cmp_ok(anyelement, text, anyelement, text)',
        'isa_ok(anyelement, regtype)', 'isa_ok(anyelement, regtype, text)', 'diag(text)', 'diag(variadic text[])',
        'diag(anyelement)', 'skip(text, integer)', 'skip(text)', 'skip(integer)', 'plan(integer)',
        'throws_ok(text)', 'throws_ok(text, text)', 'throws_ok(text, text, text)', 'throws_ok(text, integer)',
        'throws_ok(text, character, text, text)', 'throws_like(text, text)', 'throws_like(text, text, text)',
        'throws_matching(text, text)', 'throws_matching(text, text, text)', 'lives_ok(text)', 'lives_ok(text, text)',
        'performs_ok(text, numeric)', 'performs_ok(text, numeric, text)', 'is_empty(text)', 'is_empty(text, text)',
        'isnt_empty(text)', 'isnt_empty(text, text)', 'results_eq(text, text)', 'results_eq(text, text, text)',
        'results_eq(text, anyarray)', 'results_eq(text, anyarray, text)', 'results_eq(refcursor, refcursor, text)',
        'results_ne(text, text)', 'results_ne(text, text, text)', 'results_ne(text, anyarray, text)',
        'set_eq(text, text)', 'set_eq(text, text, text)', 'set_eq(text, anyarray)', 'set_eq(text, anyarray, text)',
        'bag_eq(text, text)', 'bag_eq(text, text, text)', 'bag_eq(text, anyarray)', 'bag_eq(text, anyarray, text)',
        'row_eq(text, anyelement)', 'row_eq(text, anyelement, text)',
        'has_schema(name)', 'has_schema(name, text)', 'has_extension(name)', 'has_extension(name, text)',
        'has_table(name)', 'has_table(name, text)', 'has_table(name, name)', 'has_table(name, name, text)',
        'hasnt_table(name, name)', 'hasnt_table(name, name, text)', 'has_view(name, name)',
        'has_view(name, name, text)', 'has_column(name, name)', 'has_column(name, name, text)',
        'has_column(name, name, name, text)', 'hasnt_column(name, name, name, text)', 'col_not_null(name, name)',
        'col_not_null(name, name, name, text)', 'col_type_is(name, name, text)',
        'col_type_is(name, name, name, text, text)', 'has_index(name, name, name)',
        'has_index(name, name, name, text)', 'has_trigger(name, name)', 'has_trigger(name, name, name)',
        'has_trigger(name, name, name, text)', 'has_function(name)', 'has_function(name, text)',
        'has_function(name, name)', 'has_function(name, name, text)', 'has_function(name, name, name[])',
        'has_function(name, name, name[], text)', 'function_returns(name, name, name[], text)', 'has_enum(name)',
        'has_enum(name, name)', 'has_enum(name, name, text)', 'enum_has_labels(name, name[])',
        'enum_has_labels(name, name, name[], text)', 'has_role(name)', 'has_role(name, text)',
        'tables_are(name, name[])', 'tables_are(name, name[], text)', 'columns_are(name, name, name[])',
        'columns_are(name, name, name[], text)', 'policies_are(name, name, name[])',
        'policies_are(name, name, name[], text)', 'policy_cmd_is(name, name, name, text)',
        'policy_cmd_is(name, name, name, text, text)', 'policy_roles_are(name, name, name, name[])',
        'policy_roles_are(name, name, name, name[], text)', 'table_privs_are(name, name, name, name[])',
        'table_privs_are(name, name, name, name[], text)', 'function_privs_are(name, name, name[], name, name[])',
        'function_privs_are(name, name, name[], name, name[], text)'
    ]
    loop
        execute format($$create function %s returns text language sql as 'select ''ok''::text'$$, spec);
    end loop;
end $do$;

create function no_plan() returns setof boolean language sql as 'select true limit 0';
create function finish(exception_on_failure boolean default null) returns setof text language sql
as 'select null::text limit 0';
create function todo(why text, how_many integer) returns setof boolean language sql as 'select true limit 0';
create function collect_tap(variadic text[]) returns text language sql as $$select array_to_string($1, e'\n')$$;
create function runtests() returns setof text language sql as 'select null::text limit 0';
create function runtests(text) returns setof text language sql as 'select null::text limit 0';
create function runtests(name) returns setof text language sql as 'select null::text limit 0';
create function runtests(name, text) returns setof text language sql as 'select null::text limit 0';
