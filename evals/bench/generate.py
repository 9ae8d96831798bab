"""Supabase projects of any size, for measuring: N tables spread over M migrations."""

from pathlib import Path

_TABLE = """create table if not exists public.t{n} (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  title text not null check (length(title) between 1 and 200),
  score integer not null default 0 check (score >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index if not exists idx_t{n}_owner_id on public.t{n} (owner_id);
alter table public.t{n} enable row level security;
drop policy if exists "Owners read" on public.t{n};
create policy "Owners read" on public.t{n} for select to authenticated using (owner_id = (select auth.uid()));
"""

_FIRST = """create or replace function public.update_updated_at_column() returns trigger
language plpgsql set search_path = '' as $$ begin new.updated_at = now(); return new; end $$;
"""


def generate(folder: Path, tables: int, migrations: int) -> Path:
    """Writes the project into an empty folder and returns it."""
    target = folder / "supabase" / "migrations"
    target.mkdir(parents=True)
    for number in range(migrations):
        first, last = number * tables // migrations, (number + 1) * tables // migrations
        body = "".join(_TABLE.format(n=n) for n in range(first, last)) or "select 1;\n"
        body = body if number else _FIRST + body
        day, second = divmod(number, 86_400)
        stamp = f"2026{1 + day:02d}01{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}"
        (target / f"{stamp}_part_{number}.sql").write_text(body)
    return folder
