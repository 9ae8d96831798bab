-- Migration: Add lesson stickers
-- Created: 2026-11-22
-- Purpose: Let the server hand out stickers to children who finish a lesson, for their parents to look at.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.lesson_stickers (
  id uuid primary key default extensions.uuid_generate_v4(),
  child_id uuid not null references public.children (id) on delete cascade,
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  sticker text not null check (sticker in ('star', 'rocket', 'heart', 'trophy')),
  earned_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint lesson_stickers_child_id_lesson_id_sticker_key unique (child_id, lesson_id, sticker)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lesson_stickers_lesson_id on public.lesson_stickers (lesson_id);
create index if not exists idx_lesson_stickers_child_id_earned_at on public.lesson_stickers (child_id, earned_at desc);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.lesson_stickers enable row level security;

revoke all on table public.lesson_stickers from anon, authenticated, service_role;
grant select on table public.lesson_stickers to authenticated;
grant select, insert, delete on table public.lesson_stickers to service_role;

drop policy if exists "Parents can view their children's stickers" on public.lesson_stickers;
create policy "Parents can view their children's stickers"
on public.lesson_stickers for select to authenticated
using (child_id in (select id from public.children where parent_id = (select auth.uid())));

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.lesson_stickers is 'Stickers that a child earned by finishing a lesson; handed out by the server, seen by the own parent only';
comment on column public.lesson_stickers.sticker is 'star, rocket, heart or trophy; each once per child and lesson';
comment on column public.lesson_stickers.earned_at is 'When the child earned the sticker';
comment on column public.lesson_stickers.created_at is 'When this entry was written';

-- ============================================================================
-- ROLLBACK
-- ============================================================================
-- To reverse this migration, run:
-- drop table if exists public.lesson_stickers;
