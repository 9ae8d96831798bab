-- Migration: Add welcome lesson
-- Created: 2026-12-05
-- Purpose: Every child finds a first lesson on the list.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

insert into public.lessons (
  title, description, content_markdown, subject, grade_level, points, is_published, published_at
)
select 'Welcome aboard', 'A first look around', '# Welcome aboard', 'emotions', 'K', 5, true, now()
where not exists (select 1 from public.lessons where title = 'Welcome aboard');

insert into public.user_progress (child_id, lesson_id)
select children.id, lessons.id
from public.children
cross join public.lessons
where lessons.title = 'Welcome aboard'
  and not exists (
    select 1
    from public.user_progress
    where user_progress.child_id = children.id and user_progress.lesson_id = lessons.id
  );

-- To reverse this migration, run:
--
-- delete from public.user_progress
-- where lesson_id in (select id from public.lessons where title = 'Welcome aboard');
-- delete from public.lessons where title = 'Welcome aboard';
