"""GitHub's REST API on loopback, with kept state: what the client is tested against.

    with GitHubServer(tmp_path) as github:
        github.repository.import_folder(project)
        event = github.say("/migrate add a table", "maria")       # the payload of the comment's event
        ...                                                       # point GITHUB_API_URL at github.url
        github.writes                                             # (method, path) of all that changed anything

Tokens: ``reads`` may only read, ``writes`` is the app's. `fault` says what becomes of a request, to make trouble.
"""

import base64
import copy
import json
import re
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tests.agent.github.repository import Repository

Json = Any
Fault = Literal["", "drop", "lose", "500", "429", "403"]
"""Nothing; no answer and nothing done; done but no answer; an error before anything is done."""
OWNER, NAME = "acme", "app"
FULL_NAME = f"{OWNER}/{NAME}"
BOT = "github-actions[bot]"


def no_fault(_method: str, _path: str) -> Fault:
    return ""


class Refuse(Exception):  # noqa: N818
    """An answer that is no success."""

    def __init__(self, status: int, message: str, *errors: Json) -> None:
        super().__init__(message)
        self.status, self.body = status, {"message": message, **({"errors": list(errors)} if errors else {})}


@dataclass
class Answer:
    status: int
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)


class GitHubServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path, copied: Path | None = None) -> None:
        """With a new repository in `folder`, or a copy of the one in `copied`."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.repository = Repository(folder / "server.git", copied)
        self.lock = threading.Lock()
        self.clock = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        self.number = 900
        self.people = {"maria": "write", "otto": "admin", "rita": "read", "tom": "read"}
        self.issues: dict[int, Json] = {}
        self.comments: dict[int, Json] = {}
        self.pulls: dict[int, Json] = {}
        self.reactions: list[tuple[int, str, str]] = []
        """Comment, account, content."""
        self.requests: list[tuple[str, str]] = []
        self.writes: list[tuple[str, str]] = []
        self.answers: list[tuple[str, str, Json, int, Json]] = []
        """Method, path, request's body, status, answer's body: what the published description is held against."""
        self.fault: Callable[[str, str], Fault] = no_fault

    def __enter__(self) -> "GitHubServer":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def copy(self, folder: Path) -> "GitHubServer":
        """One more with the same state."""
        folder.mkdir(exist_ok=True)
        other = GitHubServer(folder, self.repository.folder)
        for name in ("clock", "number", "people", "issues", "comments", "pulls", "reactions", "writes"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        return other

    # what people do

    def issue(self, title: str = "Quests", body: str = "", login: str = "maria") -> int:
        number = max([*self.issues, 11]) + 1
        self.issues[number] = self._issue(number, title, body, user(login))
        return number

    def say(self, body: str, login: str = "maria", issue: int | None = None, **more: Json) -> Json:
        """Somebody comments; the event's payload. `more` replaces fields of the comment."""
        issue = issue or next(iter(self.issues), None) or self.issue()
        comment = self.comment(issue, body, user(login)) | more
        self.comments[comment["id"]] = comment
        return self.event(comment)

    def event(self, comment: Json, action: str = "created") -> Json:
        issue = self.issues[int(comment["issue_url"].rsplit("/", 1)[1])]
        about = self.about() | {"private": False}
        return json.loads(
            json.dumps(
                {"action": action, "issue": issue, "comment": comment, "repository": about, "sender": comment["user"]}
            )
        )

    def edit(self, comment_id: int, body: str) -> None:
        self.comments[comment_id] |= {"body": body, "updated_at": self.now()}

    # what it looks like

    def statuses(self) -> list[str]:
        """Bodies of the agent's comments."""
        return [each["body"] for each in self.comments.values() if (each["user"] or {}).get("login") == BOT]

    def seen(self) -> Json:
        """All that anybody can see of it."""
        refs = self.repository.line("for-each-ref")
        return [refs, {**self.comments}, {**self.pulls}, [*self.reactions]]

    def now(self) -> str:
        self.clock += timedelta(seconds=1)
        return f"{self.clock:%Y-%m-%dT%H:%M:%SZ}"

    def about(self) -> Json:
        return {
            "id": 186853002,
            "node_id": "R_186853002",
            "name": NAME,
            "full_name": FULL_NAME,
            "private": True,
            "owner": user(OWNER) | {"type": "Organization"},
            "html_url": f"https://github.example/{FULL_NAME}",
            "description": None,
            "fork": False,
            "url": f"{self.url}/repos/{FULL_NAME}",
            "default_branch": "main",
        }

    def comment(self, issue: int, body: str, by: Json) -> Json:
        self.number += 1
        now = self.now()
        return {
            "id": self.number,
            "node_id": f"IC_{self.number}",
            "url": f"{self.url}/repos/{FULL_NAME}/issues/comments/{self.number}",
            "html_url": f"https://github.example/{FULL_NAME}/issues/{issue}#issuecomment-{self.number}",
            "issue_url": f"{self.url}/repos/{FULL_NAME}/issues/{issue}",
            "user": by,
            "created_at": now,
            "updated_at": now,
            "author_association": "MEMBER",
            "body": body,
            "performed_via_github_app": None,
        }

    def _issue(self, number: int, title: str, body: str, by: Json) -> Json:
        now = self.now()
        return {
            "id": 444500000 + number,
            "node_id": f"I_{number}",
            "url": f"{self.url}/repos/{FULL_NAME}/issues/{number}",
            "html_url": f"https://github.example/{FULL_NAME}/issues/{number}",
            "number": number,
            "title": title,
            "user": by,
            "labels": [],
            "state": "open",
            "locked": False,
            "comments": 0,
            "created_at": now,
            "updated_at": now,
            "closed_at": None,
            "author_association": "MEMBER",
            "body": body,
        }

    def pull(self, title: str, body: str, head: str, base: str, by: Json) -> Json:
        number = max([*self.issues, 11]) + 1
        issue = self._issue(number, title, body, by)
        linked = {
            "url": f"{self.url}/repos/{FULL_NAME}/pulls/{number}",
            "html_url": issue["html_url"],
            "merged_at": None,
        }
        self.issues[number] = issue | {"pull_request": linked}
        self.pulls[number] = {
            **{key: issue[key] for key in ("number", "title", "body", "user", "state", "locked", "created_at")},
            "id": 700000 + number,
            "node_id": f"PR_{number}",
            "url": linked["url"],
            "html_url": f"https://github.example/{FULL_NAME}/pull/{number}",
            "updated_at": issue["updated_at"],
            "draft": False,
            "head_ref": head,
            "base_ref": base,
        }
        return self.pulls[number]

    def shown(self, pull: Json) -> Json:
        """A pull request as it is sent: its ends point to where the branches are now."""
        ends = {}
        for end in ("head", "base"):
            ref = pull[f"{end}_ref"]
            sha = pull.get(f"{end}_sha") or self.repository.find(f"refs/heads/{ref}")
            about = pull.get(f"{end}_repo", self.about())
            ends[end] = {"label": f"{OWNER}:{ref}", "ref": ref, "sha": sha, "user": user(OWNER), "repo": about}
        return {key: value for key, value in pull.items() if not key.endswith(("_ref", "_sha", "_repo"))} | ends


def user(login: str) -> Json:
    number = sum(ord(char) * 31**place for place, char in enumerate(login)) % 10**8
    return {
        "login": login,
        "id": number,
        "node_id": f"U_{number}",
        "avatar_url": f"https://avatars.example/u/{number}",
        "gravatar_id": "",
        "url": f"https://api.github.example/users/{login}",
        "html_url": f"https://github.example/{login}",
        "type": "Bot" if login.endswith("[bot]") else "User",
        "site_admin": False,
    }


class _Handler(BaseHTTPRequestHandler):
    server: GitHubServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        from tests.agent.github.routes import answer

        where = urlsplit(self.path)
        path = unquote(where.path)
        query = {key: values[0] for key, values in parse_qs(where.query).items()}
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.loads(data) if data else None
        server, what = self.server, (self.command, path)
        with server.lock:
            server.requests.append(what)
            fault = server.fault(*what)
            if fault == "drop":
                return self._hang_up()
            if fault in ("500", "429", "403"):
                headers = {"retry-after": "0"} if fault != "500" else {}
                said = {"message": "You have exceeded a secondary rate limit." if headers else "Server Error"}
                return self._send(Answer(int(fault), said, headers))
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                if token not in ("reads", "writes"):
                    raise Refuse(401, "Bad credentials")
                if self.command != "GET":
                    if token != "writes":
                        raise Refuse(403, "Resource not accessible by integration")
                    server.writes.append(what)
                told = answer(server, self.command, path, query, body)
            except Refuse as refused:
                told = Answer(refused.status, refused.body)
            except subprocess.CalledProcessError as error:
                told = Answer(422, {"message": error.stderr.decode()[:200]})
            server.answers.append((self.command, path, body, told.status, told.body))
            if fault == "lose":
                return self._hang_up()
        return self._send(told)

    def _send(self, told: Answer) -> None:
        data = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
        data = b"" if told.status == 204 else data
        self.send_response(told.status)
        headers = {"content-type": "application/json; charset=utf-8", "content-length": str(len(data)), **told.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()


def encoded(data: bytes) -> Json:
    return {"content": base64.encodebytes(data).decode(), "encoding": "base64", "size": len(data)}


def match(pattern: str, path: str) -> list[str] | None:
    """What stands for the parts in braces."""
    found = re.fullmatch(re.sub(r"\{(\w+)\+\}", r"(.+)", re.sub(r"\{(\w+)\}", r"([^/]+)", pattern)), path)
    return list(found.groups()) if found else None
