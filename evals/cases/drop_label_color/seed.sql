-- Two organizations and five people: Ben belongs to both, Eve to none (she is invited to one).
-- Sign in with a magic link: nobody here has a password. Profiles come from the sign-up trigger.

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
  confirmation_token, recovery_token, email_change_token_new, email_change,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at
)
select
  '00000000-0000-0000-0000-000000000000', person.id::uuid, 'authenticated', 'authenticated', person.email, '',
  person.joined::timestamptz, '', '', '', '',
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', person.name),
  person.joined::timestamptz, person.joined::timestamptz
from (
  values
    ('a0000000-0000-4000-8000-000000000001', 'ana@northwind.example', 'Ana Duarte', '2026-01-28 09:00:00+00'),
    ('a0000000-0000-4000-8000-000000000002', 'ben@freelance.example', 'Ben Achterberg', '2026-01-29 10:30:00+00'),
    ('a0000000-0000-4000-8000-000000000003', 'chloe@northwind.example', 'Chloé Martin', '2026-02-02 08:15:00+00'),
    ('a0000000-0000-4000-8000-000000000004', 'dmitri@harbor.example', 'Dmitri Sokolov', '2026-02-11 14:00:00+00'),
    ('a0000000-0000-4000-8000-000000000005', 'eve@elsewhere.example', 'Eve Kaplan', '2026-04-09 16:45:00+00')
) as person (id, email, name, joined)
on conflict (id) do nothing;

insert into public.organizations (id, name, slug, plan, settings, created_at)
values
  ('b0000000-0000-4000-8000-000000000001', 'Northwind Labs', 'northwind-labs', 'team',
   '{"default_status": "draft"}', '2026-01-28 09:05:00+00'),
  ('b0000000-0000-4000-8000-000000000002', 'Harbor Collective', 'harbor-collective', 'free',
   '{}', '2026-02-11 14:10:00+00')
on conflict (id) do nothing;

insert into public.memberships (id, organization_id, user_id, role, created_at)
values
  ('c0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000001', 'owner', '2026-01-28 09:05:00+00'),
  ('c0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000002', 'editor', '2026-01-29 10:31:00+00'),
  ('c0000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000003', 'viewer', '2026-02-02 08:16:00+00'),
  ('c0000000-0000-4000-8000-000000000004', 'b0000000-0000-4000-8000-000000000002',
   'a0000000-0000-4000-8000-000000000004', 'owner', '2026-02-11 14:10:00+00'),
  ('c0000000-0000-4000-8000-000000000005', 'b0000000-0000-4000-8000-000000000002',
   'a0000000-0000-4000-8000-000000000002', 'admin', '2026-02-12 09:00:00+00')
on conflict (id) do nothing;

insert into public.documents (
  id, organization_id, created_by, title, body, status, tags, metadata, published_at, created_at
)
values
  ('d0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000001', 'Handbook', 'How we work, decide and take time off.', 'published',
   '{handbook}', '{"language": "en"}', '2026-02-16 12:00:00+00', '2026-02-10 09:00:00+00'),
  ('d0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000002', 'Sensor calibration', 'Warm up for ten minutes, then zero twice.', 'draft',
   '{lab,howto}', '{}', null, '2026-02-17 15:20:00+00'),
  ('d0000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000001',
   null, 'Old price list', 'Replaced in March.', 'archived',
   '{}', '{"source": "import"}', '2026-02-10 09:30:00+00', '2026-02-10 09:30:00+00'),
  ('d0000000-0000-4000-8000-000000000004', 'b0000000-0000-4000-8000-000000000002',
   'a0000000-0000-4000-8000-000000000004', 'Berth rota', 'Who moors where, week by week.', 'published',
   '{rota}', '{}', '2026-02-20 07:00:00+00', '2026-02-19 18:00:00+00'),
  ('d0000000-0000-4000-8000-000000000005', 'b0000000-0000-4000-8000-000000000002',
   'a0000000-0000-4000-8000-000000000002', 'Grant application', '', 'draft',
   '{money}', '{}', null, '2026-03-01 11:00:00+00')
on conflict (id) do nothing;

-- The edit leaves version 1 behind.
update public.documents
set body = 'Warm up for fifteen minutes, then zero twice.'
where id = 'd0000000-0000-4000-8000-000000000002' and body = 'Warm up for ten minutes, then zero twice.';

insert into public.comments (id, document_id, author_id, parent_id, body, resolved_at, created_at)
values
  ('e0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000003', null, 'Is the day after a holiday off as well?', '2026-03-12 10:00:00+00',
   '2026-03-11 08:00:00+00'),
  ('e0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000000001', 'No, but ask your team.', null,
   '2026-03-11 09:30:00+00'),
  ('e0000000-0000-4000-8000-000000000003', 'd0000000-0000-4000-8000-000000000004',
   'a0000000-0000-4000-8000-000000000002', null, 'Week 23 has two boats on berth 4.', null, '2026-05-18 06:40:00+00')
on conflict (id) do nothing;

insert into public.invitations (id, organization_id, email, role, token, invited_by, expires_at, accepted_at, created_at)
values
  ('f0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002', 'eve@elsewhere.example', 'viewer',
   '70000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000004', '2036-04-16 16:00:00+00', null,
   '2026-04-09 16:00:00+00'),
  ('f0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001', 'gone@northwind.example', 'editor',
   '70000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', '2026-04-15 09:00:00+00', null,
   '2026-04-08 09:00:00+00')
on conflict (id) do nothing;

insert into public.labels (id, organization_id, name, created_at)
values
  ('80000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', 'Policy',
   '2026-05-05 09:00:00+00'),
  ('80000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001', 'Lab',
   '2026-05-05 09:01:00+00'),
  ('80000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000002', 'Policy',
   '2026-05-06 17:00:00+00')
on conflict (id) do nothing;

insert into public.document_labels (organization_id, document_id, label_id, created_at)
values
  ('b0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000001',
   '80000000-0000-4000-8000-000000000001', '2026-05-05 09:02:00+00'),
  ('b0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000002',
   '80000000-0000-4000-8000-000000000002', '2026-05-05 09:02:00+00'),
  ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-000000000004',
   '80000000-0000-4000-8000-000000000003', '2026-05-06 17:01:00+00')
on conflict (document_id, label_id) do nothing;
