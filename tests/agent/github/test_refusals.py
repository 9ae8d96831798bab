"""Who gets no answer at all, and which artefact is not used: whatever it is, nothing is written anywhere."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.github import jobs
from agent.github.client import Write
from agent.github.event import Event
from tests.agent.github.conftest import BUILT_IN, REQUEST, draft, handle, nothing_changed, publish
from tests.agent.github.server import BOT, FULL_NAME, GitHubServer, Json, user

COMMAND = f"/migrate {REQUEST}"
APP = {"id": 7, "slug": "some-app", "node_id": "A_7", "name": "Some app"}


def _edited_after_the_event(server: GitHubServer) -> Json:
    event = server.say(COMMAND)
    server.edit(event["comment"]["id"], "/migrate drop the lessons table")
    return event


def _edited_back(server: GitHubServer) -> Json:
    event = server.say(COMMAND)
    server.edit(event["comment"]["id"], COMMAND)
    return event


def _deleted(server: GitHubServer) -> Json:
    event = server.say(COMMAND)
    del server.comments[event["comment"]["id"]]
    return event


def _edited_event(server: GitHubServer) -> Json:
    event = server.say(COMMAND)
    server.edit(event["comment"]["id"], COMMAND)
    return server.event(server.comments[event["comment"]["id"]], "edited")


def _forged_body(server: GitHubServer) -> Json:
    event = server.say("Thanks!")
    event["comment"]["body"] = COMMAND
    return event


def _forged_sender(server: GitHubServer) -> Json:
    return server.say(COMMAND, "rita") | {"sender": user("maria")}


def _other_repository(server: GitHubServer) -> Json:
    event = server.say(COMMAND)
    event["repository"]["full_name"] = "acme/other"
    return event


def _other_issue(server: GitHubServer) -> Json:
    event = server.say(COMMAND)
    event["issue"]["number"] = server.issue("Another")
    return event


def _renamed(server: GitHubServer) -> Json:
    """Somebody else has taken over the name of one who may write."""
    return server.say(COMMAND, user=user("maria") | {"id": 5})


def _on_a_fork(server: GitHubServer) -> Json:
    server.repository("branch", "patch", "main")
    pull = server.pull("A patch", "", "patch", "main", user("tom"))
    pull["head_repo"] = server.about() | {"id": 99, "full_name": "tom/app", "fork": True}
    event = server.say("/migrate revise drop the lessons table", "otto", pull["number"])
    server.repository("update-ref", "-d", "refs/heads/patch")
    pull["head_sha"] = server.repository.find("refs/heads/main")
    return event


STRANGERS: dict[str, Callable[[GitHubServer], Json]] = {
    "a bot": lambda server: server.say(COMMAND, "helper[bot]"),
    "the agent itself": lambda server: server.say(COMMAND, BOT),
    "an app in somebody's name": lambda server: server.say(COMMAND, performed_via_github_app=APP),
    "who may read": lambda server: server.say(COMMAND, "rita"),
    "nobody known": lambda server: server.say(COMMAND, "mallory"),
    "a vanished account": lambda server: server.say(COMMAND, user=None) | {"sender": user("ghost")},
    "edited before": lambda server: server.say(COMMAND, updated_at="2026-11-22T09:00:00Z"),
    "edited after the event": _edited_after_the_event,
    "edited and back": _edited_back,
    "an edit": _edited_event,
    "deleted": _deleted,
    "another body in the event": _forged_body,
    "another sender in the event": _forged_sender,
    "another repository": _other_repository,
    "another issue": _other_issue,
    "another account of that name": _renamed,
    "a pull request from a fork": _on_a_fork,
    "a fork, a new request": lambda server: _on_a_fork(server) and server.say(COMMAND, issue=13),
    "a command in a fence": lambda server: server.say(f"```\n{COMMAND}\n```"),
    "a quoted command": lambda server: server.say(f"> {COMMAND}"),
    "a command in a remark": lambda server: server.say(f"<!--\n{COMMAND}\n-->"),
    "a command below": lambda server: server.say(f"Hello\n{COMMAND}"),
    "an indented command": lambda server: server.say(f"    {COMMAND}"),
    "another command": lambda server: server.say("/migrated it yesterday"),
    "an answer to nothing": lambda server: server.say("/migrate answer the second"),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_no_answer(github: GitHubServer, tmp_path: Path, who: str) -> None:
    event = STRANGERS[who](github)
    assert handle(github, event) == 0
    assert draft(github, event, tmp_path / "artefact") is False
    assert publish(github, event, tmp_path / "artefact") == 0
    with Write("writes", FULL_NAME, github.url, 0.0) as client:
        assert jobs.acknowledge(Event.model_validate(event), client, BUILT_IN) is False
    assert nothing_changed(github)
    assert not (tmp_path / "artefact").exists()


class Tamper:
    """Changes an artefact, with a manifest that fits unless it is meant not to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.migration = next(file["path"] for file in self.manifest["files"] if file["path"].endswith(".sql"))

    def set(self, **values: Json) -> None:
        self.manifest |= values
        (self.folder / "manifest.json").write_text(json.dumps(self.manifest))

    def add(self, path: str, data: bytes, listed: str = "") -> None:
        target = self.folder / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        others = [file for file in self.manifest["files"] if file["path"] != path]
        told = {"path": listed or path, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        self.set(files=[*others, told])

    def edit(self, data: bytes) -> None:
        (self.folder / "files" / self.migration).write_bytes(data)

    def link(self, path: str, target: str) -> None:
        (self.folder / "files" / path).unlink(missing_ok=True)
        os.symlink(target, self.folder / "files" / path)


_MORE = b"-- more\n"
TAMPERED: dict[str, Callable[[Tamper], None]] = {
    "a file changed": lambda it: it.edit(_MORE),
    "a file gone": lambda it: (it.folder / "files" / it.migration).unlink(),
    "a file more": lambda it: it.edit(_MORE) or ((it.folder / "files" / "more").write_bytes(_MORE) and None),
    "a workflow": lambda it: it.add(".github/workflows/x.yml", _MORE),
    "a file outside": lambda it: it.add("supabase/functions/x/index.ts", _MORE),
    "the configuration": lambda it: it.add("migration-agent.toml", _MORE),
    "an older migration": lambda it: it.add("supabase/migrations/20260209083000_create_profiles.sql", _MORE),
    "another case": lambda it: it.add("supabase/migrations/20270209083000_Add.sql", _MORE),
    "a deeper folder": lambda it: it.add("supabase/migrations/x/20270209083000_add.sql", _MORE),
    "a way up": lambda it: it.add("x.sql", _MORE, "supabase/migrations/../../x.sql"),
    "an absolute path": lambda it: it.add("x.sql", _MORE, "/etc/x.sql"),
    "a doubled slash": lambda it: it.add("x.sql", _MORE, "supabase//migrations/20270209083000_add.sql"),
    "a back slash": lambda it: it.add("x.sql", _MORE, "supabase\\migrations\\20270209083000_add.sql"),
    "a line break": lambda it: it.add("x.sql", _MORE, "supabase/migrations/20270209083000_add.sql\n"),
    "other digits": lambda it: it.add("supabase/migrations/２0270209083000_add.sql", _MORE),
    "twice the same": lambda it: it.set(files=it.manifest["files"] * 2),
    "a link": lambda it: it.link(it.migration, "/etc/hostname"),
    "a link for a folder": lambda it: (it.folder / "files" / "supabase" / "tests").symlink_to("/etc"),
    "too large": lambda it: it.add(it.migration, b"-- " + b"x" * 2_100_000),
    "too many": lambda it: (
        [it.add(f"supabase/migrations/202702090830{n:02}_add.sql", _MORE) for n in range(24)] and None
    ),
    "no text": lambda it: it.add(it.migration, b"\xff\xfe"),
    "a NUL": lambda it: it.add(it.migration, b"select 1;\0"),
    "no migration": lambda it: (
        it.set(files=[f for f in it.manifest["files"] if f["path"] != it.migration])
        or (it.folder / "files" / it.migration).unlink()
    ),
    "something to remove": lambda it: it.set(removed=["supabase/config.toml"]),
    "another seed": lambda it: it.add("supabase/seed.sql", b"delete from public.lessons;" * 2),
    "another request": lambda it: it.set(request="drop everything"),
    "another comment": lambda it: it.set(comment=1),
    "another answer": lambda it: it.set(latest=1),
    "another issue": lambda it: it.set(issue=1),
    "another repository": lambda it: it.set(repository="acme/other"),
    "another version": lambda it: it.set(version=2),
    "an unknown key": lambda it: it.set(more=1),
    "no object": lambda it: (it.folder / "manifest.json").write_text("[]") and None,
    "no JSON": lambda it: (it.folder / "manifest.json").write_text("[" * 100_000) and None,
    "a huge manifest": lambda it: it.set(summary="x" * 1_100_000),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_an_artefact_that_the_first_job_did_not_write(
    github: GitHubServer, drafted: tuple[Json, Path], tmp_path: Path, what: str
) -> None:
    event, made = drafted
    github.say(event["comment"]["body"])
    folder = tmp_path / "artefact"
    shutil.copytree(made, folder)
    TAMPERED[what](Tamper(folder))
    assert publish(github, event, folder) == 1
    assert nothing_changed(github)
