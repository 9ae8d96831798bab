-- The project's seed after this change, as far as lessons go.

insert into public.lessons (id, title, content_markdown, subject, grade, points, is_published, published_at)
values
  ('c0000000-0000-4000-8000-000000000001', 'Name that feeling', '# Name that feeling', 'emotions', 0, 10, true,
   '2026-03-15 09:00:00+00'),
  ('c0000000-0000-4000-8000-000000000002', 'Counting leaves', '# Counting leaves', 'math', 1, 10, true,
   '2026-03-15 09:00:00+00'),
  ('c0000000-0000-4000-8000-000000000003', 'Why it rains', '# Why it rains', 'science', 12, 10, false, null)
on conflict (id) do nothing;
