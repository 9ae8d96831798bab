"""The example that the model learns from passes the checklist that the model is held to."""

import re
from pathlib import Path
from typing import Any

from agent.draft import Draft
from agent.tools import Toolbox
from tools.project import Project
from tools.workbench import Workbench

EXAMPLE = Path(__file__).parents[2] / "prompts" / "6_example.md"

WORKSHOP = """
create table public.bikes (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index idx_bikes_owner_id on public.bikes (owner_id);
alter table public.bikes enable row level security;
grant select on public.bikes to authenticated;
create policy "Owners" on public.bikes for select to authenticated using (owner_id = (select auth.uid()));
create function public.update_updated_at_column() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at = now();
  return new;
end;
$$;
"""


def example() -> dict[str, Any]:
    """The fields of the example: one line of text, or the block of SQL below the name."""
    text = EXAMPLE.read_text(encoding="utf-8")
    fields = {name: value.strip() for name, value in re.findall(r"^`(\w+)`: (.+)$", text, re.MULTILINE)}
    blocks = re.findall(r"^`(\w+)`:\n\n```sql\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    fields |= dict(blocks)
    return fields | {"queries": [{"sql": line} for line in fields["queries"].splitlines()]}


def test_the_example_passes_without_a_finding(tmp_path: Path) -> None:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20260101000000_create_bikes.sql").write_text(WORKSHOP)
    fields = example()
    assert {"name", "tables", "indexes", "security", "functions", "comments", "rollback"} < set(fields)
    with Workbench.open(Project.find(tmp_path)) as bench:
        output = Toolbox(bench, "2026-11-22").call("check_draft", {"files": [fields]})
        assert output.text.startswith("Draft 1: PASS.\n"), output.text
        assert Draft.model_validate({"files": [fields]}) == output.draft
