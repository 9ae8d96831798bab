-- Migration: Add lesson likes
-- Created: 2026-12-16
-- Purpose: Children like lessons; the list shows how often without counting each time.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter table public.lessons
  add column if not exists like_count integer not null default 0
    constraint lessons_like_count_check check (like_count >= 0);

create table if not exists public.lesson_likes (
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  child_id uuid not null references public.children (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint lesson_likes_pkey primary key (lesson_id, child_id)
);

-- Asked by the policies below.
create or replace function public.is_own_child(child_id_param uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.children where id = child_id_param and parent_id = (select auth.uid())
  );
$$;

revoke all on function public.is_own_child(uuid) from public, anon, authenticated, service_role;
grant execute on function public.is_own_child(uuid) to authenticated;

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_lesson_likes_child_id on public.lesson_likes (child_id);
create index if not exists idx_lessons_like_count on public.lessons (like_count desc);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.lesson_likes enable row level security;

revoke all on table public.lesson_likes from anon, authenticated, service_role;
grant select, insert, delete on table public.lesson_likes to authenticated;
grant all on table public.lesson_likes to service_role;

drop policy if exists "Parents can see the likes of their children" on public.lesson_likes;
create policy "Parents can see the likes of their children"
on public.lesson_likes for select to authenticated
using (public.is_own_child(child_id));

drop policy if exists "Parents can like for their children" on public.lesson_likes;
create policy "Parents can like for their children"
on public.lesson_likes for insert to authenticated
with check (public.is_own_child(child_id));

drop policy if exists "Parents can take back likes of their children" on public.lesson_likes;
create policy "Parents can take back likes of their children"
on public.lesson_likes for delete to authenticated
using (public.is_own_child(child_id));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

create or replace function public.count_lesson_likes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    update public.lessons set like_count = like_count + 1 where id = new.lesson_id;
  else
    update public.lessons set like_count = greatest(like_count - 1, 0) where id = old.lesson_id;
  end if;
  return null;
end;
$$;

revoke all on function public.count_lesson_likes() from public, anon, authenticated, service_role;

drop trigger if exists count_lesson_likes on public.lesson_likes;
create trigger count_lesson_likes
  after insert or delete on public.lesson_likes
  for each row
  execute function public.count_lesson_likes();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.lesson_likes is 'Which child likes which lesson; added and taken back, never changed';
comment on column public.lessons.like_count is 'Number of likes, kept by a trigger on lesson_likes; never negative';
comment on function public.is_own_child(uuid) is 'Whether the child belongs to the caller';
comment on function public.count_lesson_likes() is 'Trigger: keeps lessons.like_count';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.lesson_likes;
-- drop function if exists public.count_lesson_likes();
-- drop function if exists public.is_own_child(uuid);
-- drop index if exists public.idx_lessons_like_count;
-- alter table public.lessons drop column if exists like_count;
