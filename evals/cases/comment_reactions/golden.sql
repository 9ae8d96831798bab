-- Migration: Add comment reactions
-- Created: 2026-11-26
-- Purpose: Say thanks with a thumb instead of one more comment.

-- SECTION 1: CREATE/ALTER TABLES

do $$
begin
  create type public.reaction as enum ('thumbs_up', 'heart', 'eyes', 'tada');
exception
  when duplicate_object then null;
end
$$;

create table if not exists public.comment_reactions (
  comment_id uuid not null references public.comments (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  reaction public.reaction not null,
  created_at timestamptz not null default now(),
  primary key (comment_id, user_id, reaction)
);

-- SECTION 2: INDEXES (for performance)

create index if not exists idx_comment_reactions_user_id on public.comment_reactions (user_id);

-- SECTION 3: ROW LEVEL SECURITY (RLS)

alter table public.comment_reactions enable row level security;

revoke all on public.comment_reactions from anon, authenticated, service_role;
grant select, insert, delete on public.comment_reactions to authenticated;
grant all on public.comment_reactions to service_role;

-- Whoever may read a comment may see and add reactions: the inner query runs under the policies of comments.
drop policy if exists "Readers of a comment see its reactions" on public.comment_reactions;
create policy "Readers of a comment see its reactions"
  on public.comment_reactions for select to authenticated
  using (exists (select 1 from public.comments where comments.id = comment_reactions.comment_id));

drop policy if exists "Readers of a comment react to it" on public.comment_reactions;
create policy "Readers of a comment react to it"
  on public.comment_reactions for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select 1 from public.comments where comments.id = comment_reactions.comment_id)
  );

drop policy if exists "People take back their own reactions" on public.comment_reactions;
create policy "People take back their own reactions"
  on public.comment_reactions for delete to authenticated
  using (user_id = (select auth.uid()));

-- SECTION 5: COMMENTS

comment on type public.reaction is 'The little pictures below a comment';
comment on table public.comment_reactions is 'Who reacted to which comment with what; added and taken back, never changed';
comment on column public.comment_reactions.reaction is 'The picture that was picked';

-- Down
-- drop table if exists public.comment_reactions;
-- drop type if exists public.reaction;
