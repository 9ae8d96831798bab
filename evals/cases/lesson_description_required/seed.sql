-- Three families to try the app with, the lessons they read, and what their children have done so far.
-- Sign in with a magic link: nobody here has a password.

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
  confirmation_token, recovery_token, email_change_token_new, email_change,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at
)
select
  '00000000-0000-0000-0000-000000000000', parent.id::uuid, 'authenticated', 'authenticated', parent.email, '',
  parent.joined::timestamptz, '', '', '', '',
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', parent.name),
  parent.joined::timestamptz, parent.joined::timestamptz
from (
  values
    ('a0000000-0000-4000-8000-000000000001', 'maria.silva@example.com', 'Maria Silva', '2026-02-20 08:12:00+00'),
    ('a0000000-0000-4000-8000-000000000002', 'james.okafor@example.com', 'James Okafor', '2026-03-05 19:40:00+00'),
    ('a0000000-0000-4000-8000-000000000003', 'hana.novak@example.com', 'Hana Nováková', '2026-04-18 06:55:00+00')
) as parent (id, email, name, joined)
on conflict (id) do nothing;

insert into public.profiles (id, display_name, country_code, onboarded_at, timezone, wants_weekly_report, created_at)
values
  ('a0000000-0000-4000-8000-000000000001', 'Maria', 'PT', '2026-02-20 08:20:00+00', 'Europe/Lisbon', true,
   '2026-02-20 08:13:00+00'),
  ('a0000000-0000-4000-8000-000000000002', 'James', 'US', '2026-03-06 01:02:00+00', 'America/Chicago', false,
   '2026-03-05 19:41:00+00'),
  ('a0000000-0000-4000-8000-000000000003', 'Hana', null, null, 'Europe/Prague', true,
   '2026-04-18 06:56:00+00')
on conflict (id) do nothing;

-- Lea (first family) and Noor (second) have never logged an emotion.
insert into public.children (id, parent_id, name, birth_date, grade_level, preferences, created_at)
values
  ('b0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'Tiago', '2018-05-14', '2',
   '{"theme": "forest", "read_aloud": true}', '2026-02-20 08:25:00+00'),
  ('b0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', 'Lea', '2021-01-30', 'K',
   '{}', '2026-02-20 08:27:00+00'),
  ('b0000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000002', 'Ada', '2015-09-02', '5',
   '{"theme": "space"}', '2026-03-05 19:50:00+00'),
  ('b0000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000002', 'Chidi', '2012-11-21', '8',
   '{}', '2026-03-05 19:52:00+00'),
  ('b0000000-0000-4000-8000-000000000005', 'a0000000-0000-4000-8000-000000000002', 'Noor', null, null,
   '{}', '2026-03-05 19:55:00+00'),
  ('b0000000-0000-4000-8000-000000000006', 'a0000000-0000-4000-8000-000000000003', 'Matěj', '2009-03-08', '12',
   '{"theme": "dark"}', '2026-04-18 07:01:00+00')
on conflict (id) do nothing;

insert into public.lessons (
  id, title, description, content_markdown, subject, grade_level, points, estimated_minutes,
  is_active, is_published, published_at, tags, created_at
)
select
  ('c0000000-0000-4000-8000-' || lpad(lesson.number::text, 12, '0'))::uuid,
  lesson.title,
  lesson.description,
  '# ' || lesson.title || E'\n\nRead together, then talk about it.\n',
  lesson.subject,
  lesson.grade_level,
  lesson.points,
  lesson.minutes,
  lesson.is_active,
  lesson.is_published,
  case when lesson.is_published then timestamptz '2026-03-15 09:00:00+00' end,
  lesson.tags::text[],
  '2026-03-03 10:00:00+00'
from (
  values
    (1, 'Faces and feelings', 'Match faces to feelings.', 'emotions', 'K', 10, 10, true, true, '{faces,feelings}'),
    (2, 'Counting pebbles', 'Count to ten with pebbles.', 'math', 'K', 10, 10, true, true, '{counting}'),
    (3, 'The breathing balloon', 'Breathe slowly when things get big.', 'emotions', '1', 10, 10, true, true, '{breathing,calm}'),
    (4, 'Rhymes on the road', 'No description yet.', 'reading', '1', 15, 15, true, true, '{rhymes}'),
    (5, 'Saying sorry', 'When and how to apologise.', 'life_skills', '2', 15, 15, true, true, '{friends}'),
    (6, 'Adding on a number line', 'Jump along the line.', 'math', '2', 15, 20, true, true, '{addition}'),
    (7, 'Why leaves turn red', 'What happens in autumn.', 'science', '3', 20, 20, true, true, '{plants,seasons}'),
    (8, 'Naming worries', 'Worries shrink when they have a name.', 'emotions', '3', 20, 15, true, true, '{worries,feelings}'),
    (9, 'Reading maps', 'No description yet.', 'reading', '4', 20, 25, true, true, '{maps}'),
    (10, 'Fair shares', 'Fractions with pizza.', 'math', '4', 20, 25, true, true, '{fractions}'),
    (11, 'Anger as a signal', 'What anger wants to tell you.', 'emotions', '5', 25, 20, true, true, '{anger,feelings}'),
    (12, 'Shadows and light', 'Measure the sun with a stick.', 'science', '5', 25, 30, true, true, '{light}'),
    (13, 'Decimals at the market', 'Prices, change and rounding.', 'math', '6', 25, 30, true, true, '{decimals,money}'),
    (14, 'Listening well', 'Listen so that others talk.', 'life_skills', '6', 25, 20, true, true, '{friends,listening}'),
    (15, 'Poems that argue', 'Finding a voice in a poem.', 'reading', '7', 30, 30, true, true, '{poems}'),
    (16, 'Cells under the lens', 'What living things are made of.', 'science', '7', 30, 35, true, true, '{cells}'),
    (17, 'Pressure and friends', 'Saying no without losing face.', 'emotions', '8', 30, 25, true, true, '{friends,courage}'),
    (18, 'Straight lines', 'Slope and intercept.', 'math', '8', 30, 35, true, true, '{algebra}'),
    (19, 'Sources you can trust', 'No description yet.', 'reading', '9', 35, 35, true, true, '{media}'),
    (20, 'Energy never gets lost', 'From food to movement.', 'science', '9', 35, 40, true, true, '{energy}'),
    (21, 'First pay slip', 'Gross, net and why.', 'life_skills', '10', 35, 30, true, true, '{money}'),
    (22, 'Chance and risk', 'Probability in daily life.', 'math', '10', 35, 40, true, true, '{probability}'),
    (23, 'Grief has no clock', 'Living with loss.', 'emotions', '11', 40, 30, true, true, '{loss,feelings}'),
    (24, 'Genes and chance', 'Heredity in pedigrees.', 'science', '11', 40, 45, true, true, '{genes}'),
    (25, 'Choosing a path', 'Study, work or a year abroad.', 'life_skills', '12', 40, 40, true, true, '{future}'),
    (26, 'Essays with a spine', 'From claim to conclusion.', 'reading', '12', 40, 45, true, true, '{writing}'),
    (27, 'Tangrams', 'Shapes from seven pieces.', 'math', '3', 0, 20, true, false, '{shapes}'),
    (28, 'Volcano in a jar', 'Retired after complaints about the carpet.', 'science', '4', 20, 30, false, true, '{}')
) as lesson (
  number, title, description, subject, grade_level, points, minutes, is_active, is_published, tags
)
on conflict (id) do nothing;

insert into public.badges (id, name, description, tier, criteria, created_at)
values
  ('d0000000-0000-4000-8000-000000000001', 'First steps', 'Completed the first lesson', 'bronze',
   '{"lessons_completed": 1}', '2026-03-12 09:00:00+00'),
  ('d0000000-0000-4000-8000-000000000002', 'Number explorer', 'Completed ten lessons in math', 'silver',
   '{"lessons_completed": 10, "subject": "math"}', '2026-03-12 09:00:00+00'),
  ('d0000000-0000-4000-8000-000000000003', 'Heart reader', 'Logged an emotion on thirty days', 'silver',
   '{"emotion_days": 30}', '2026-04-14 09:00:00+00'),
  ('d0000000-0000-4000-8000-000000000004', 'Odyssey', 'Completed a lesson in every subject', 'gold',
   '{"subjects": 5}', '2026-03-12 09:00:00+00')
on conflict (id) do nothing;

insert into public.skills (id, name, description, subject, created_at)
values
  ('e0000000-0000-4000-8000-000000000001', 'Naming feelings', 'Finds a word for what is felt', 'emotions',
   '2026-03-12 09:00:00+00'),
  ('e0000000-0000-4000-8000-000000000002', 'Calming down', 'Knows a way back from big feelings', 'emotions',
   '2026-03-12 09:00:00+00'),
  ('e0000000-0000-4000-8000-000000000003', 'Mental arithmetic', 'Adds and subtracts without paper', 'math',
   '2026-03-12 09:00:00+00'),
  ('e0000000-0000-4000-8000-000000000004', 'Close reading', 'Finds what the text says, and what it does not', 'reading',
   '2026-03-12 09:00:00+00'),
  ('e0000000-0000-4000-8000-000000000005', 'Observing', 'Describes before explaining', 'science',
   '2026-03-12 09:00:00+00'),
  ('e0000000-0000-4000-8000-000000000006', 'Listening', 'Lets others finish', 'life_skills',
   '2026-03-12 09:00:00+00')
on conflict (id) do nothing;

insert into public.user_progress (
  id, child_id, lesson_id, status, points_earned, score, started_at, completed_at, created_at
)
select
  ('f0000000-0000-4000-8000-' || lpad(progress.number::text, 12, '0'))::uuid,
  ('b0000000-0000-4000-8000-' || lpad(progress.child::text, 12, '0'))::uuid,
  ('c0000000-0000-4000-8000-' || lpad(progress.lesson::text, 12, '0'))::uuid,
  progress.status,
  progress.points_earned,
  progress.score,
  progress.started_at::timestamptz,
  progress.completed_at::timestamptz,
  coalesce(progress.started_at::timestamptz, timestamptz '2026-06-01 12:00:00+00')
from (
  values
    (1, 1, 3, 'completed', 10, 90, '2026-03-30 16:00:00+00', '2026-03-30 16:11:00+00'),
    (2, 1, 5, 'completed', 15, null, '2026-04-02 16:05:00+00', '2026-04-02 16:20:00+00'),
    (3, 1, 6, 'in_progress', 5, null, '2026-04-09 16:00:00+00', null),
    (4, 2, 1, 'completed', 10, 100, '2026-04-01 09:00:00+00', '2026-04-01 09:09:00+00'),
    (5, 3, 11, 'completed', 25, 76, '2026-05-11 20:10:00+00', '2026-05-11 20:41:00+00'),
    (6, 3, 12, 'completed', 20, 64, '2026-05-12 20:00:00+00', '2026-05-12 20:38:00+00'),
    (7, 3, 13, 'not_started', 0, null, null, null),
    (8, 4, 17, 'in_progress', 0, null, '2026-05-20 21:00:00+00', null),
    (9, 4, 18, 'completed', 30, 100, '2026-05-21 21:00:00+00', '2026-05-21 21:29:00+00'),
    (10, 6, 25, 'completed', 40, 0, '2026-09-01 15:00:00+00', '2026-09-01 15:48:00+00'),
    (11, 6, 26, 'not_started', 0, null, null, null)
) as progress (number, child, lesson, status, points_earned, score, started_at, completed_at)
on conflict (id) do nothing;

insert into public.emotion_logs (id, child_id, emotion, intensity, context, notes, created_at)
values
  ('90000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', 'happy', 8, 'after_lesson',
   'The balloon went whoosh', '2026-04-14 16:12:00+00'),
  ('90000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001', 'worried', 6, 'check_in',
   'New teacher tomorrow', '2026-08-30 18:30:00+00'),
  ('90000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000003', 'proud', 10, 'after_lesson',
   null, '2026-05-11 20:42:00+00'),
  ('90000000-0000-4000-8000-000000000004', 'b0000000-0000-4000-8000-000000000003', 'tired', 3, 'before_lesson',
   null, '2026-05-12 19:59:00+00'),
  ('90000000-0000-4000-8000-000000000005', 'b0000000-0000-4000-8000-000000000004', 'angry', 9, 'check_in',
   'It was not my fault', '2026-05-20 20:58:00+00'),
  ('90000000-0000-4000-8000-000000000006', 'b0000000-0000-4000-8000-000000000004', 'calm', 5, 'check_in',
   null, '2026-05-21 22:10:00+00'),
  ('90000000-0000-4000-8000-000000000007', 'b0000000-0000-4000-8000-000000000006', 'neutral', 1, 'check_in',
   null, '2026-09-01 15:50:00+00')
on conflict (id) do nothing;
