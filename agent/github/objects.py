"""What GitHub sends, as far as it is read: the objects of its REST API and of its events."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Object(BaseModel):
    """Other fields than those named are passed over: GitHub adds some every month."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class User(_Object):
    id: int
    login: str
    type: str = "User"
    """``User``, ``Bot`` or ``Organization``."""


class App(_Object):
    id: int
    slug: str = ""


class Comment(_Object):
    """Of an issue, or of a pull request's conversation, which GitHub keeps as one."""

    id: int
    user: User | None
    """None for an account that is gone."""
    body: str | None = ""
    created_at: datetime
    updated_at: datetime
    html_url: str = ""
    issue_url: str = ""
    performed_via_github_app: App | None = None

    @property
    def text(self) -> str:
        return self.body or ""


class Linked(_Object):
    """What an issue says of the pull request that it is."""

    url: str = ""


class Issue(_Object):
    number: int
    title: str = ""
    body: str | None = ""
    user: User | None = None
    pull_request: Linked | None = None


class Repository(_Object):
    id: int
    full_name: str
    default_branch: str = "main"


class End(_Object):
    """Head or base of a pull request."""

    ref: str
    sha: str
    repo: Repository | None
    """None where the fork is gone."""


class Pull(_Object):
    number: int
    state: str
    """``open`` or ``closed``."""
    html_url: str
    title: str = ""
    body: str | None = ""
    user: User | None = None
    head: End
    base: End

    @property
    def is_inside(self) -> bool:
        """From a branch of the repository itself, not of a fork."""
        return self.head.repo is not None and self.base.repo is not None and self.head.repo.id == self.base.repo.id


class Entry(_Object):
    """A file or folder of a git tree."""

    path: str
    mode: str
    """``100644`` file, ``100755`` executable, ``040000`` folder, ``120000`` link, ``160000`` submodule."""
    type: str
    sha: str
    size: int = 0


class Tree(_Object):
    sha: str
    tree: list[Entry]
    truncated: bool = False


class Hash(_Object):
    sha: str


class Commit(_Object):
    sha: str
    message: str
    tree: Hash
