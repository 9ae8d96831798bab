-- Migration: Add lesson video
-- Created: 2026-11-24
-- Purpose: Let editors attach a video to a lesson, with its length for the lesson card.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons add column if not exists video_url text;
alter table public.lessons add column if not exists video_seconds integer;

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.lessons'::regclass and conname = 'lessons_video_url_check'
  ) then
    alter table public.lessons
      add constraint lessons_video_url_check check (video_url ~ '^https://[^ ]+$' and char_length(video_url) <= 500);
  end if;
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.lessons'::regclass and conname = 'lessons_video_seconds_check'
  ) then
    alter table public.lessons
      add constraint lessons_video_seconds_check check (video_seconds between 1 and 7200);
  end if;
end
$$;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.lessons.video_url is 'Video shown above the lesson; https, at most 500 characters';
comment on column public.lessons.video_seconds is 'Length of the video in seconds, up to two hours';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- The constraints go with their columns.
--
-- alter table public.lessons drop column if exists video_seconds;
-- alter table public.lessons drop column if exists video_url;
