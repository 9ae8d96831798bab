-- Migration: Add testimonials
-- Created: 2026-12-14
-- Purpose: The landing page shows what families say, to visitors who have not signed in.
--
-- allow: rls/anon on public.testimonials: asked for; approved ones are on the landing page
-- allow: grants/anon on public.testimonials: asked for; the landing page reads them before anybody signs in

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

create table if not exists public.testimonials (
  id uuid primary key default extensions.uuid_generate_v4(),
  author_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  quote text not null check (char_length(quote) between 10 and 500),
  rating integer not null check (rating between 1 and 5),
  approved_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- ============================================================================
-- SECTION 2: INDEXES (for performance)
-- ============================================================================

create index if not exists idx_testimonials_author_id on public.testimonials (author_id);
create index if not exists idx_testimonials_approved_at on public.testimonials (approved_at desc)
where approved_at is not null;

-- ============================================================================
-- SECTION 3: ROW LEVEL SECURITY (RLS)
-- ============================================================================

alter table public.testimonials enable row level security;

revoke all on table public.testimonials from anon, authenticated, service_role;
grant select (id, quote, rating, approved_at) on table public.testimonials to anon;
grant select, delete on table public.testimonials to authenticated;
grant insert (quote, rating) on table public.testimonials to authenticated;
grant all on table public.testimonials to service_role;

drop policy if exists "Public: anybody can read approved testimonials" on public.testimonials;
create policy "Public: anybody can read approved testimonials"
on public.testimonials for select to anon
using (approved_at is not null);

drop policy if exists "Families can read approved testimonials and their own" on public.testimonials;
create policy "Families can read approved testimonials and their own"
on public.testimonials for select to authenticated
using (approved_at is not null or author_id = (select auth.uid()));

drop policy if exists "Families can write a testimonial" on public.testimonials;
create policy "Families can write a testimonial"
on public.testimonials for insert to authenticated
with check (author_id = (select auth.uid()) and approved_at is null);

drop policy if exists "Families can withdraw their testimonial" on public.testimonials;
create policy "Families can withdraw their testimonial"
on public.testimonials for delete to authenticated
using (author_id = (select auth.uid()));

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

drop trigger if exists update_testimonials_updated_at on public.testimonials;
create trigger update_testimonials_updated_at
  before update on public.testimonials
  for each row
  execute function public.update_updated_at_column();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on table public.testimonials is 'What families say about us; public once an editor has approved it';
comment on column public.testimonials.quote is 'The family''s words, 10 to 500 characters';
comment on column public.testimonials.rating is 'Stars, 1 to 5';
comment on column public.testimonials.approved_at is 'When an editor approved it; empty until then';

-- Rollback
-- To reverse this migration, run:
--
-- drop table if exists public.testimonials;
