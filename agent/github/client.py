"""GitHub's REST API, as far as it is needed: one method for each thing that is read or written.

What can be done twice without harm is retried here. What cannot (a comment, a pull request, a branch) is made through
`ensured`, which looks before every try. Only `Write` changes anything, so that a job which may not write has no way to.
"""

import base64
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Self
from urllib.parse import quote

import httpx2

from agent.github.objects import Comment, Commit, Entry, Issue, Pull, Repository, Tree
from agent.github.retry import GitHubError, error_of, retrying

API = "https://api.github.com"
VERSION = "2022-11-28"
SECONDS = 30.0
"""For one answer."""
_PAGE = 100
_MOST_PAGES = 50


@cache
def _authorities() -> ssl.SSLContext:
    """Read once: there are many, and a client for each delivery."""
    return httpx2.create_ssl_context()


class GitHub:
    """A repository, read."""

    def __init__(self, token: str, repository: str, url: str = API, pause: float = 1.0) -> None:
        """`repository` is ``owner/name``; `pause` the first wait before another try, in seconds."""
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
            raise GitHubError(0, f"{repository!r} is no repository's name.")
        self.repository, self.pause = repository, pause
        headers = {
            "accept": "application/vnd.github+json",
            "x-github-api-version": VERSION,
            "user-agent": "migration-agent",
        }
        if token:
            headers["authorization"] = f"Bearer {token}"
        self._kept: dict[str, Any] = {}
        """Commits and trees by path: what a hash names never changes."""
        self._http = httpx2.Client(base_url=url.rstrip("/"), headers=headers, timeout=SECONDS, verify=_authorities())

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # what is read

    def about(self) -> Repository:
        return Repository.model_validate(self.get(""))

    def issue(self, number: int) -> Issue:
        return Issue.model_validate(self.get(f"/issues/{number}"))

    def comment(self, comment_id: int) -> Comment | None:
        """None where it is gone."""
        found = self.found(f"/issues/comments/{comment_id}")
        return Comment.model_validate(found) if found else None

    def comments(self, issue: int) -> list[Comment]:
        """All of an issue, the oldest first."""
        return [Comment.model_validate(each) for each in self.pages(f"/issues/{issue}/comments")]

    def permission(self, login: str) -> tuple[int, str]:
        """The account's id and what it may do: ``admin``, ``write``, ``read`` or ``none``."""
        found = self.found(f"/collaborators/{quote(login, safe='')}/permission")
        user = (found or {}).get("user") or {}
        return int(user.get("id") or 0), str((found or {}).get("permission") or "none")

    def pull(self, number: int) -> Pull | None:
        found = self.found(f"/pulls/{number}")
        return Pull.model_validate(found) if found else None

    def pull_of(self, branch: str) -> Pull | None:
        """The pull request from that branch of this repository, open or not; the newest of several.

        A fork with the same owner goes by the same ``owner:branch``.
        """
        owner = self.repository.split("/")[0]
        found = self.get("/pulls", head=f"{owner}:{branch}", state="all", per_page=_PAGE)
        pulls = [Pull.model_validate(each) for each in found]
        ours = [each for each in pulls if each.head.ref == branch and each.is_inside]
        return max(ours, key=lambda each: each.number, default=None)

    def branch(self, name: str) -> str | None:
        """The commit that it points to; None where there is no such branch."""
        found = self.found(f"/git/ref/heads/{quote(name)}")
        return str(found["object"]["sha"]) if found else None

    def pull_commits(self, number: int) -> list[Commit]:
        """The first 250, the oldest first."""
        found = [each["commit"] | {"sha": each["sha"]} for each in self.pages(f"/pulls/{number}/commits")]
        return [Commit.model_validate(each) for each in found]

    def commit(self, sha: str) -> Commit:
        return Commit.model_validate(self._constant(f"/git/commits/{sha}"))

    def tree(self, sha: str) -> Tree:
        """With all that is below, as far as GitHub lists it at once."""
        return Tree.model_validate(self._constant(f"/git/trees/{sha}", recursive="1"))

    def blob(self, sha: str) -> bytes:
        found = self.get(f"/git/blobs/{sha}")
        return base64.b64decode(found["content"]) if found["encoding"] == "base64" else str(found["content"]).encode()

    def compared(self, base: str, head: str) -> tuple[str, str]:
        """How `head` stands to `base` (``ahead``, ``identical``, ``behind``, ``diverged``), and their merge base."""
        found = self.get(f"/compare/{quote(base)}...{quote(head)}", per_page=1)
        return str(found["status"]), str(found["merge_base_commit"]["sha"])

    @contextmanager
    def archive(self, sha: str) -> Iterator[Iterator[bytes]]:
        """The repository's files at a commit as a gzipped tar, in pieces."""
        what = f"GET tarball of {sha[:12]}"
        try:
            with self._http.stream("GET", self._path(f"/tarball/{sha}"), follow_redirects=True) as response:
                if response.status_code != 200:
                    response.read()
                    raise error_of(response, what)
                yield response.iter_raw()
        except httpx2.HTTPError as error:
            raise GitHubError(0, f"{what}: {type(error).__name__}") from error

    # how it is asked

    def get(self, path: str, **query: Any) -> Any:
        """Raises GitHubError."""
        return self.send("GET", path, query=query).json()

    def _constant(self, path: str, **query: Any) -> Any:
        if path not in self._kept:
            self._kept[path] = self.get(path, **query)
        return self._kept[path]

    def found(self, path: str) -> Any:
        """None where there is nothing, or nothing that this token may see."""
        try:
            return self.get(path)
        except GitHubError as error:
            if error.status in (404, 410):
                return None
            raise

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """Every element of a list."""
        for page in range(1, _MOST_PAGES + 1):
            some = self.get(path, **query, per_page=_PAGE, page=page)
            yield from some
            if len(some) < _PAGE:
                return

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, query: Any = None, twice: bool = True
    ) -> httpx2.Response:
        """`path` is below the repository's. `twice`: it may be carried out twice without harm. Raises GitHubError."""
        what = f"{method} {path or '/'}"

        def once() -> httpx2.Response:
            try:
                response = self._http.request(method, self._path(path), json=body, params=query)
            except httpx2.HTTPError as error:
                raise GitHubError(0, f"{what}: {type(error).__name__} {error}".strip()) from error
            if response.is_success:
                return response
            raise error_of(response, what)

        return retrying(once, lambda error: error.passes if twice else error.untouched, self.pause)

    def _path(self, path: str) -> str:
        return f"/repos/{self.repository}{path}"


class Write(GitHub):
    """A repository, read and written."""

    def comment_on(self, issue: int, body: str) -> Comment:
        return Comment.model_validate(self._made(f"/issues/{issue}/comments", {"body": body}))

    def edit_comment(self, comment_id: int, body: str) -> None:
        self.send("PATCH", f"/issues/comments/{comment_id}", {"body": body})

    def delete_comment(self, comment_id: int) -> None:
        """Gone already is good too."""
        try:
            self.send("DELETE", f"/issues/comments/{comment_id}")
        except GitHubError as error:
            if error.status not in (404, 410):
                raise

    def react(self, comment_id: int, content: str) -> None:
        """``eyes``, ``rocket``, ``confused``, ...; GitHub keeps one of each kind for one account."""
        self.send("POST", f"/issues/comments/{comment_id}/reactions", {"content": content})

    def make_blob(self, data: bytes) -> str:
        body = {"content": base64.b64encode(data).decode(), "encoding": "base64"}
        return str(self.send("POST", "/git/blobs", body).json()["sha"])

    def make_tree(self, base: str, changes: Mapping[str, str | None]) -> str:
        """The tree `base` with files of these blobs; None takes the file away."""
        entries = [{"path": path, "mode": "100644", "type": "blob", "sha": sha} for path, sha in changes.items()]
        return str(self.send("POST", "/git/trees", {"base_tree": base, "tree": entries}).json()["sha"])

    def make_commit(self, message: str, tree: str, parent: str) -> str:
        """By the token's own account, so that GitHub signs it."""
        body = {"message": message, "tree": tree, "parents": [parent]}
        return str(self.send("POST", "/git/commits", body).json()["sha"])

    def make_branch(self, name: str, commit: str) -> str:
        self._made("/git/refs", {"ref": f"refs/heads/{name}", "sha": commit})
        return commit

    def move_branch(self, name: str, commit: str) -> None:
        """Forwards only. Raises GitHubError (422) where it has commits that `commit` does not build on."""
        self.send("PATCH", f"/git/refs/heads/{quote(name)}", {"sha": commit, "force": False})

    def open_pull(self, branch: str, base: str, title: str, body: str) -> Pull:
        wanted = {"head": branch, "base": base, "title": title, "body": body, "maintainer_can_modify": True}
        return Pull.model_validate(self._made("/pulls", wanted))

    def edit_pull(self, number: int, body: str) -> None:
        self.send("PATCH", f"/pulls/{number}", {"body": body})

    def _made(self, path: str, body: Mapping[str, Any]) -> Any:
        """Made once: only what certainly was not carried out is tried again."""
        return self.send("POST", path, body, twice=False).json()


def entries(tree: Tree) -> dict[str, Entry]:
    return {entry.path: entry for entry in tree.tree}
