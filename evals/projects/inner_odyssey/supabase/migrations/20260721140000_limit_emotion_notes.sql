-- Migration: Limit emotion notes
-- Created: 2026-07-21
-- Purpose: Refuse new notes of more than 2000 characters; existing ones are looked at in the next migration.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

do $$
begin
  if not exists (
    select 1
    from pg_catalog.pg_constraint
    where conrelid = 'public.emotion_logs'::regclass and conname = 'emotion_logs_notes_check'
  ) then
    alter table public.emotion_logs
      add constraint emotion_logs_notes_check check (char_length(notes) <= 2000) not valid;
  end if;
end;
$$;

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on column public.emotion_logs.notes is 'The child''s own words, at most 2000 characters';

-- Rollback
-- To reverse this migration, run:
--
-- comment on column public.emotion_logs.notes is 'The child''s own words';
-- alter table public.emotion_logs drop constraint if exists emotion_logs_notes_check;
