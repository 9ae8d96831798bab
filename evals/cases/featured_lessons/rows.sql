-- Published last, and not live: retired, and taken back.
update public.lessons
set is_published = true, published_at = '2026-06-01 09:00:00+00'
where id = 'c0000000-0000-4000-8000-000000000028';
update public.lessons
set published_at = '2026-06-02 09:00:00+00'
where id = 'c0000000-0000-4000-8000-000000000026';
