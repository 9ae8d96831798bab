-- Migration: Add reviews
-- Created: 2026-12-01
-- Purpose: Let families say what they think of a lesson, and read what others think.
--
-- allow: grants/anon on public.reviews: the landing page counts reviews

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.reviews (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  stars integer not null check (stars between 1 and 5),
  body text not null check (char_length(body) between 1 and 2000),
  is_approved boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint reviews_profile_id_lesson_id_key unique (profile_id, lesson_id)
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_reviews_lesson_id on public.reviews (lesson_id);

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.reviews enable row level security;

revoke all on table public.reviews from anon, authenticated, service_role;
grant select on table public.reviews to anon;
grant select, insert, update on table public.reviews to authenticated;
grant all on table public.reviews to service_role;

drop policy if exists "Families can read approved reviews and their own" on public.reviews;
create policy "Families can read approved reviews and their own"
on public.reviews for select
using (is_approved or profile_id = (select auth.uid()));

drop policy if exists "Parents can write their own reviews" on public.reviews;
create policy "Parents can write their own reviews"
on public.reviews for insert to authenticated
with check (profile_id = (select auth.uid()) and not is_approved);

drop policy if exists "Parents can correct their own reviews" on public.reviews;
create policy "Parents can correct their own reviews"
on public.reviews for update to authenticated
using (profile_id = (select auth.uid()))
with check (profile_id = (select auth.uid()) and not is_approved);

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_reviews_updated_at on public.reviews;
create trigger update_reviews_updated_at
  before update on public.reviews
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.reviews is 'What families think of a lesson; shown to others once approved';
comment on column public.reviews.stars is '1 to 5 stars';
comment on column public.reviews.body is 'The review, 1 to 2000 characters';
comment on column public.reviews.is_approved is 'True once an editor has read it';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.reviews;
