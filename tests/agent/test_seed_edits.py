"""A seed that a change makes invalid is mended with it, and only mended."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.draft import SeedEdit
from agent.edits import EditError
from agent.seed_edits import seeded
from agent.tools import Toolbox
from tests.agent.command import check_draft, cli
from tests.agent.messages_api import MessagesApi, use
from tools.project import Project
from tools.workbench import Workbench

DROP: dict[str, Any] = {
    "name": "drop_badge_icons",
    "title": "Drop badge icons",
    "purpose": "Badges are drawn by the app now.",
    "tables": "alter table public.badges drop column if exists icon_url;",
    "rollback": "alter table public.badges add column if not exists icon_url text check (icon_url ~ '^https://');\n"
    "comment on column public.badges.icon_url is 'Picture of the badge, https only';\n"
    "-- Irreversible: the values of public.badges.icon_url are gone",
    "allow": [{"rule": "safe-change/destructive", "object": "public.badges.icon_url", "reason": "asked for"}],
}


@pytest.fixture
def named(sample: Path) -> Path:
    """The sample with a seed that names the column."""
    seed = sample / "supabase" / "seed.sql"
    row = "insert into public.badges (name, description, icon_url) values ('Owl', 'Reads at night', 'https://x.org/a.png');\n"
    seed.write_text(seed.read_text() + row)
    return sample


EDIT = {
    "old": "(name, description, icon_url) values ('Owl', 'Reads at night', 'https://x.org/a.png')",
    "new": "(name, description) values ('Owl', 'Reads at night')",
}


def test_it_is_judged_and_written_with_the_draft(named: Path) -> None:
    with MessagesApi([check_draft(DROP), use("edit_draft", {"seed": [EDIT]})]) as api:
        environ = {"ANTHROPIC_BASE_URL": api.url, "NO_PROXY": "127.0.0.1", "COLUMNS": "160"}
        result = cli("new", "drop the icon_url of badges", project=named, **environ)
    assert result.exit_code == 0
    assert "error applies/seed on seed" in json.dumps(api.requests[1])
    assert "(name, description) values ('Owl', 'Reads at night');" in (named / "supabase" / "seed.sql").read_text()
    assert "-insert into public.badges (name, description, icon_url)" in result.stdout
    assert "\nWrote supabase/seed.sql\n" in result.stdout
    assert cli("check", "--json", project=named).exit_code == 0


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"old": "nowhere to be found", "new": ""}, "seed.0: its `old` does not stand in supabase/seed.sql."),
        ({"old": "insert into", "new": ""}, "times in supabase/seed.sql; take more"),
        ({"file": "supabase/other.sql", "old": "a", "new": ""}, "there is no seed 'supabase/other.sql'; there are: "),
        (
            {"old": "values ('Owl', 'Reads at night', ", "new": "select 1; delete from public.badges; --"},
            "mends statements and adds none",
        ),
    ],
)
def test_what_does_not_fit_is_refused(named: Path, edit: dict[str, str], said: str) -> None:
    with pytest.raises(EditError) as refused:
        seeded(Project.find(named), [SeedEdit(**edit)])
    assert said in str(refused.value)


def test_an_edit_that_is_written_already_is_done(named: Path) -> None:
    seed = named / "supabase" / "seed.sql"
    seed.write_text(seed.read_text().replace(EDIT["old"], EDIT["new"]))
    project = Project.find(named)
    assert seeded(project, [SeedEdit(**EDIT)]).seeds == project.seeds


def test_its_lines_can_be_read(bench: Workbench) -> None:
    box = Toolbox(bench, "2026-11-22")
    whole = (bench.project.root / "supabase" / "seed.sql").read_text().splitlines()
    told = box.call("describe", {"names": ["supabase/seed.sql:3-5"]}).text.splitlines()[1:-1]
    assert told == [f"supabase/seed.sql, lines 3 to 5 of {len(whole)}:", *whole[2:5]]
