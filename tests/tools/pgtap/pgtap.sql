-- The functions of pgTAP that the files call, for a server on which it is not installed; .ci/pgtap.py runs the real one.
-- They go before those of the stand-in extension, and answer with TAP lines.

create function public.plan(integer) returns text language sql as $$ select '1..' || $1 $$;

create function public.finish() returns setof text language sql as $$ select ''::text where false $$;

create function public.ok(boolean, text) returns text language sql as
$$ select case when $1 then 'ok ' else 'not ok ' end || $2 $$;

create function public.is(anyelement, anyelement, text) returns text language sql as
$$ select public.ok($1 is not distinct from $2, $3) $$;

create function public.is_empty(statement text, words text) returns text language plpgsql as $$
declare
  found_one record;
begin
  for found_one in execute statement loop
    return public.ok(false, words);
  end loop;
  return public.ok(true, words);
end $$;

create function public.isnt_empty(statement text, words text) returns text language sql as
$$ select case public.is_empty($1, $2) when 'ok ' || $2 then 'not ok ' else 'ok ' end || $2 $$;

create function public.lives_ok(statement text, words text) returns text language plpgsql as $$
begin
  execute statement;
  return public.ok(true, words);
exception when others then
  return public.ok(false, words);
end $$;

create function public.throws_ok(statement text, state character, message text, words text) returns text
language plpgsql as $$
begin
  execute statement;
  return public.ok(false, words);
exception when others then
  return public.ok(sqlstate = state, words);
end $$;
