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
using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

drop policy if exists "Parents can upload their own avatars" on storage.objects;
create policy "Parents can upload their own avatars"
on storage.objects for insert to authenticated
with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

drop policy if exists "Parents can replace their own avatars" on storage.objects;
create policy "Parents can replace their own avatars"
on storage.objects for update to authenticated
using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

drop policy if exists "Parents can delete their own avatars" on storage.objects;
create policy "Parents can delete their own avatars"
on storage.objects for delete to authenticated
using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

-- Rollback
-- Irreversible: Supabase lets nobody delete a bucket in SQL; remove the empty bucket "avatars" in the dashboard
--
-- drop policy if exists "Parents can delete their own avatars" on storage.objects;
-- drop policy if exists "Parents can replace their own avatars" on storage.objects;
-- drop policy if exists "Parents can upload their own avatars" on storage.objects;
-- drop policy if exists "Parents can see their own avatars" on storage.objects;
