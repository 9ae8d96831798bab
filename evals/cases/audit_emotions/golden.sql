-- Migration: Audit emotion logs
-- Created: 2026-12-02
-- Purpose: Record corrections and deletions of what children felt.

-- ============================================================================
-- SECTION 4: FUNCTIONS AND TRIGGERS
-- ============================================================================

-- Written past row level security: nobody may add to the log by hand.
create or replace function public.log_emotion_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.audit_log (table_name, record_id, action, user_id, details)
  values (tg_table_name, old.id, tg_op, (select auth.uid()), jsonb_build_object('child_id', old.child_id));
  return null;
end;
$$;

revoke all on function public.log_emotion_change() from public, anon, authenticated, service_role;

drop trigger if exists audit_emotion_logs on public.emotion_logs;
create trigger audit_emotion_logs
  after update or delete on public.emotion_logs
  for each row
  execute function public.log_emotion_change();

-- ============================================================================
-- SECTION 5: COMMENTS
-- ============================================================================

comment on function public.log_emotion_change() is 'Trigger: writes corrections and deletions of emotions to audit_log';

-- Down
--
-- drop trigger if exists audit_emotion_logs on public.emotion_logs;
-- drop function if exists public.log_emotion_change();
