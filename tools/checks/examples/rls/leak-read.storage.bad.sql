-- Migration: Add avatar bucket
-- Created: 2026-12-09
-- Purpose: Families keep pictures of their children in a folder of their own, which nobody else opens.

-- SECTION 1: CREATE/ALTER TABLES

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('avatars', 'avatars', false, 2097152, array['image/png', 'image/jpeg', 'image/webp'])
on conflict (id) do nothing;

-- SECTION 3: ROW LEVEL SECURITY (RLS)

-- The first folder of a path is the id of its owner: <user>/<child>.png
drop policy if exists "Parents can see their own avatars" on storage.objects;
create policy "Parents can see their own avatars"
on storage.objects for select to authenticated
using (bucket_id = 'avatars' and (select auth.uid()) is not null);

-- Rollback
-- Irreversible: Supabase lets nobody delete a bucket in SQL; remove the empty bucket "avatars" in the dashboard
--
-- drop policy if exists "Parents can see their own avatars" on storage.objects;
