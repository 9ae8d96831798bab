-- Of %(tables)s, those from which some table of %(roots)s is reached over foreign keys whose columns are all NOT NULL.
with recursive way (start, here) as (
    select name, name::regclass::oid
    from unnest(%(tables)s::text[]) as given (name)
    where to_regclass(name) is not null
    union
    select way.start, k.confrelid
    from way
    join pg_catalog.pg_constraint k on k.conrelid = way.here and k.contype = 'f'
    where not exists (
        select from unnest(k.conkey) as key (number)
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.number
        where not a.attnotnull
    )
)
select distinct start
from way
where here = any (array(select root::regclass::oid from unnest(%(roots)s::text[]) as given (root)));
