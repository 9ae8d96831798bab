-- Migration: Widen lesson points
-- Created: 2026-11-25
-- Purpose: Seasonal lessons give more points than an integer is meant to carry in sums.
--
-- The table is small, so it is rewritten in place in a moment.

-- SECTION 1: CREATE/ALTER TABLES

do $$
begin
  if (
    select data_type
    from information_schema.columns
    where table_schema = 'public' and table_name = 'lessons' and column_name = 'points'
  ) = 'integer' then
    alter table public.lessons alter column points type bigint;
  end if;
end;
$$;

-- SECTION 5: COMMENTS

comment on column public.lessons.points is 'Points for completing the lesson; seasonal lessons give millions';

-- To reverse this migration, run:
--
-- comment on column public.lessons.points is 'Points for completing the lesson';
-- alter table public.lessons alter column points type integer;
