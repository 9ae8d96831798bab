"""The endpoints, each as GitHub's documentation describes it: what it answers, and what it refuses."""

import base64
from collections.abc import Callable
from typing import Any

from tests.agent.github.server import BOT, FULL_NAME, OWNER, Answer, GitHubServer, Json, Refuse, encoded, match, user

Query = dict[str, str]
Route = Callable[..., Answer]
_ROUTES: list[tuple[str, str, Route]] = []
LONGEST = 65_536


def answer(server: GitHubServer, method: str, path: str, query: Query, body: Json) -> Answer:
    for wanted, pattern, route in _ROUTES:
        found = match(pattern, path)
        if wanted == method and found is not None:
            return route(server, *found, query=query, body=body)
    raise Refuse(404, "Not Found")


def all_of() -> list[tuple[str, str, Route]]:
    """Method, path with parts in braces, what answers."""
    return _ROUTES


def _on(method: str, pattern: str, whole: bool = False) -> Callable[[Route], Route]:
    def register(route: Route) -> Route:
        _ROUTES.append((method, pattern if whole else f"/repos/{FULL_NAME}{pattern}", route))
        return route

    return register


def _page(found: list[Json], query: Query) -> Answer:
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    return Answer(200, found[(number - 1) * size : number * size])


@_on("GET", "")
def about(server: GitHubServer, **_: Any) -> Answer:
    return Answer(200, server.about())


@_on("GET", "/collaborators/{login}/permission")
def permission(server: GitHubServer, login: str, **_: Any) -> Answer:
    if login.endswith("[bot]"):
        raise Refuse(404, f"{login} is not a user")
    level = server.people.get(login, "none" if server.about()["private"] else "read")
    return Answer(200, {"permission": level, "role_name": level, "user": user(login)})


@_on("GET", "/issues/{number}")
def issue(server: GitHubServer, number: str, **_: Any) -> Answer:
    return Answer(200, _known(server.issues, number))


@_on("GET", "/issues/{number}/comments")
def comments(server: GitHubServer, number: str, query: Query, **_: Any) -> Answer:
    _known(server.issues, number)
    return _page([c for c in server.comments.values() if c["issue_url"].endswith(f"/{number}")], query)


@_on("POST", "/issues/{number}/comments")
def comment_on(server: GitHubServer, number: str, body: Json, **_: Any) -> Answer:
    _known(server.issues, number)
    comment = server.comment(int(number), _body(body), user(BOT))
    server.comments[comment["id"]] = comment
    return Answer(201, comment)


@_on("GET", "/issues/comments/{number}")
def comment(server: GitHubServer, number: str, **_: Any) -> Answer:
    return Answer(200, _known(server.comments, number))


@_on("PATCH", "/issues/comments/{number}")
def edit_comment(server: GitHubServer, number: str, body: Json, **_: Any) -> Answer:
    _known(server.comments, number)
    server.edit(int(number), _body(body))
    return Answer(200, server.comments[int(number)])


@_on("DELETE", "/issues/comments/{number}")
def delete_comment(server: GitHubServer, number: str, **_: Any) -> Answer:
    _known(server.comments, number)
    del server.comments[int(number)]
    return Answer(204)


@_on("POST", "/issues/comments/{number}/reactions")
def react(server: GitHubServer, number: str, body: Json, **_: Any) -> Answer:
    _known(server.comments, number)
    kinds = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
    if body["content"] not in kinds:
        raise Refuse(422, "Validation Failed")
    mine = (int(number), BOT, body["content"])
    status = 200 if mine in server.reactions else 201
    if status == 201:
        server.reactions.append(mine)
    made = {"id": 1 + server.reactions.index(mine), "node_id": "REA_1", "user": user(BOT), "content": body["content"]}
    return Answer(status, made | {"created_at": server.now()})


@_on("GET", "/pulls")
def pulls(server: GitHubServer, query: Query, **_: Any) -> Answer:
    state, head = query.get("state", "open"), query.get("head", "")
    found = [
        server.shown(pull)
        for pull in server.pulls.values()
        if state in ("all", pull["state"]) and head in ("", f"{OWNER}:{pull['head_ref']}")
    ]
    return _page(found[::-1], query)


@_on("POST", "/pulls")
def open_pull(server: GitHubServer, body: Json, **_: Any) -> Answer:
    head, base = body["head"], body["base"]
    tips = [server.repository.find(f"refs/heads/{ref}") for ref in (head, base)]
    problem = ""
    if not all(tips):
        problem = f"{'head' if not tips[0] else 'base'} invalid"
    elif any(pull["head_ref"] == head and pull["state"] == "open" for pull in server.pulls.values()):
        problem = f"A pull request already exists for {OWNER}:{head}."
    elif server.repository.line("merge-base", *tips) == tips[0]:
        problem = f"No commits between {base} and {head}"
    if problem:
        raise Refuse(422, "Validation Failed", {"resource": "PullRequest", "code": "custom", "message": problem})
    if len(body["title"]) > 256:
        raise Refuse(422, "Validation Failed", {"field": "title", "message": "title is too long"})
    return Answer(201, server.shown(server.pull(body["title"], _body(body), head, base, user(BOT))))


@_on("GET", "/pulls/{number}")
def pull(server: GitHubServer, number: str, **_: Any) -> Answer:
    return Answer(200, server.shown(_known(server.pulls, number)))


@_on("PATCH", "/pulls/{number}")
def edit_pull(server: GitHubServer, number: str, body: Json, **_: Any) -> Answer:
    _known(server.pulls, number).update({"body": _body(body), "updated_at": server.now()})
    return Answer(200, server.shown(server.pulls[int(number)]))


@_on("GET", "/pulls/{number}/commits")
def pull_commits(server: GitHubServer, number: str, query: Query, **_: Any) -> Answer:
    ends = server.shown(_known(server.pulls, number))
    shas = server.repository.line("rev-list", "--reverse", f"{ends['base']['sha']}..{ends['head']['sha']}").split()
    found = [_commit(server, sha) for sha in shas]
    return _page(
        [{"sha": c["sha"], "node_id": c["node_id"], "commit": {k: c[k] for k in _INSIDE}} for c in found], query
    )


_INSIDE = ("message", "tree", "author", "committer")


@_on("GET", "/git/ref/heads/{name+}")
def branch(server: GitHubServer, name: str, **_: Any) -> Answer:
    return Answer(200, _ref(server, name))


@_on("POST", "/git/refs")
def make_branch(server: GitHubServer, body: Json, **_: Any) -> Answer:
    if server.repository.find(body["ref"]):
        raise Refuse(422, "Reference already exists")
    if not server.repository.has(body["sha"], "commit"):
        raise Refuse(422, "Object does not exist")
    server.repository("update-ref", body["ref"], body["sha"])
    return Answer(201, _ref(server, body["ref"].removeprefix("refs/heads/")))


@_on("PATCH", "/git/refs/heads/{name+}")
def move_branch(server: GitHubServer, name: str, body: Json, **_: Any) -> Answer:
    old = _ref(server, name)["object"]["sha"]
    if server.repository.line("merge-base", old, body["sha"]) != old and not body.get("force"):
        raise Refuse(422, "Update is not a fast forward")
    server.repository("update-ref", f"refs/heads/{name}", body["sha"])
    return Answer(200, _ref(server, name))


@_on("GET", "/git/commits/{sha}")
def commit(server: GitHubServer, sha: str, **_: Any) -> Answer:
    return Answer(200, _commit(server, sha))


@_on("POST", "/git/commits")
def make_commit(server: GitHubServer, body: Json, **_: Any) -> Answer:
    parents = [part for parent in body.get("parents", []) for part in ("-p", parent)]
    sha = server.repository.line("commit-tree", body["tree"], *parents, given=body["message"].encode())
    return Answer(201, _commit(server, sha))


@_on("GET", "/git/trees/{sha}")
def tree(server: GitHubServer, sha: str, query: Query, **_: Any) -> Answer:
    return Answer(200, _tree(server, sha, bool(query.get("recursive"))))


@_on("POST", "/git/trees")
def make_tree(server: GitHubServer, body: Json, **_: Any) -> Answer:
    listed = {
        entry["path"]: entry for entry in _tree(server, body["base_tree"], True)["tree"] if entry["type"] != "tree"
    }
    for entry in body["tree"]:
        if entry["sha"] is None:
            if not listed.pop(entry["path"], None):
                raise Refuse(422, "GitRPC::BadObjectState")
        elif not server.repository.has(entry["sha"], "blob"):
            raise Refuse(422, "tree.sha is not a valid blob")
        else:
            listed[entry["path"]] = entry
    lines = "".join(f"{e['mode']} {e['sha']}\t{e['path']}\0" for e in listed.values())
    index = {"GIT_INDEX_FILE": str(server.repository.folder / "index-tree")}
    from tests.agent.github.repository import git

    base = ("--git-dir", str(server.repository.folder))
    git(*base, "read-tree", "--empty", environ=index)
    git(*base, "update-index", "-z", "--index-info", given=lines.encode(), environ=index)
    return Answer(201, _tree(server, git(*base, "write-tree", environ=index).decode().strip(), False))


@_on("GET", "/git/blobs/{sha}")
def blob(server: GitHubServer, sha: str, **_: Any) -> Answer:
    if not server.repository.has(sha, "blob"):
        raise Refuse(404, "Not Found")
    url = f"{server.url}/repos/{FULL_NAME}/git/blobs/{sha}"
    return Answer(
        200, {"sha": sha, "node_id": f"B_{sha}", "url": url, **encoded(server.repository("cat-file", "blob", sha))}
    )


@_on("POST", "/git/blobs")
def make_blob(server: GitHubServer, body: Json, **_: Any) -> Answer:
    data = base64.b64decode(body["content"]) if body["encoding"] == "base64" else body["content"].encode()
    sha = server.repository.line("hash-object", "-w", "--stdin", given=data)
    return Answer(201, {"sha": sha, "url": f"{server.url}/repos/{FULL_NAME}/git/blobs/{sha}"})


@_on("GET", "/compare/{ends+}")
def compare(server: GitHubServer, ends: str, **_: Any) -> Answer:
    base, head = (_resolved(server, end) for end in ends.split("..."))
    common = server.repository.line("merge-base", base, head)
    behind, ahead = (
        int(n) for n in server.repository.line("rev-list", "--left-right", "--count", f"{base}...{head}").split()
    )
    state = "identical" if base == head else "diverged" if ahead and behind else "ahead" if ahead else "behind"
    found = {"status": state, "ahead_by": ahead, "behind_by": behind, "total_commits": ahead}
    return Answer(200, found | {"merge_base_commit": {"sha": common, "node_id": f"C_{common}"}, "commits": []})


@_on("GET", "/tarball/{sha}")
def tarball(server: GitHubServer, sha: str, **_: Any) -> Answer:
    return Answer(302, b"", {"location": f"{server.url}/codeload/{sha}"})


@_on("GET", "/codeload/{sha}", whole=True)
def codeload(server: GitHubServer, sha: str, **_: Any) -> Answer:
    name = f"--prefix={FULL_NAME.replace('/', '-')}-{sha[:7]}/"
    return Answer(
        200, server.repository("archive", "--format=tar.gz", name, sha), {"content-type": "application/x-gzip"}
    )


def _known(some: dict[int, Json], number: str) -> Json:
    if not number.isdigit() or int(number) not in some:
        raise Refuse(404, "Not Found")
    return some[int(number)]


def _body(body: Json) -> str:
    if len(body["body"].encode("utf-16-le")) // 2 > LONGEST:
        raise Refuse(422, "Validation Failed", {"field": "body", "message": f"body is too long (maximum is {LONGEST})"})
    return str(body["body"])


def _ref(server: GitHubServer, name: str) -> Json:
    sha = server.repository.find(f"refs/heads/{name}")
    if not sha:
        raise Refuse(404, "Not Found")
    url = f"{server.url}/repos/{FULL_NAME}/git"
    target = {"type": "commit", "sha": sha, "url": f"{url}/commits/{sha}"}
    return {"ref": f"refs/heads/{name}", "node_id": "REF_1", "url": f"{url}/refs/heads/{name}", "object": target}


def _commit(server: GitHubServer, sha: str) -> Json:
    if not server.repository.has(sha, "commit"):
        raise Refuse(404, "Not Found")
    form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%B"
    told = server.repository("show", "--no-patch", f"--format={form}", sha).decode().split("\0")
    url = f"{server.url}/repos/{FULL_NAME}/git"
    by = {"name": told[3], "email": told[4], "date": told[5]}
    return {
        "sha": told[0],
        "node_id": f"C_{told[0]}",
        "url": f"{url}/commits/{told[0]}",
        "html_url": f"https://github.example/{FULL_NAME}/commit/{told[0]}",
        "author": by,
        "committer": by,
        "tree": {"sha": told[1], "url": f"{url}/trees/{told[1]}"},
        "message": told[6].rstrip("\n"),
        "parents": [{"sha": parent, "url": f"{url}/commits/{parent}", "html_url": ""} for parent in told[2].split()],
    }


def _tree(server: GitHubServer, sha: str, recursive: bool) -> Json:
    url = f"{server.url}/repos/{FULL_NAME}/git"
    listed = server.repository("ls-tree", "-z", "-l", *(("-r", "-t") if recursive else ()), sha).decode()
    found = []
    for line in filter(None, listed.split("\0")):
        about, path = line.split("\t", 1)
        mode, kind, blob_sha, size = about.split()
        entry = {"path": path, "mode": mode, "type": kind, "sha": blob_sha, "url": f"{url}/{kind}s/{blob_sha}"}
        found.append(entry | ({"size": int(size)} if kind == "blob" else {}))
    root = server.repository.line("rev-parse", f"{sha}^{{tree}}")
    return {"sha": root, "url": f"{url}/trees/{root}", "tree": found, "truncated": False}


def _resolved(server: GitHubServer, end: str) -> str:
    found = server.repository.find(f"refs/heads/{end}") or end
    if not server.repository.has(found, "commit"):
        raise Refuse(404, "Not Found")
    return found
