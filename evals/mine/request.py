"""What somebody asked for, out of a commit's message: as a sentence, without what git, GitHub and habits put around it.

feat(db): add tags to documents (#41)        Add tags to documents (documents' own words, no number)
Merge pull request #12 from acme/tags        the title below it, or what the merged commits say
wip                                          the migration's own purpose, or its name in words: proposed
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.mine.repository import Commit
from tools.config import ProjectError
from tools.migration import Migration

_SHORTEST, _LONGEST = 8, 2_000
_MERGE = re.compile(r"^Merge (?:pull request #\d+|(?:remote-tracking )?branch|commit|tag|PR)\b.*$", re.IGNORECASE)
_TRAILER = re.compile(r"^[A-Z][A-Za-z]*(?:-[A-Za-z]+)+: \S.*$")
_ABOUT_GIT = re.compile(
    r"^(?:\(cherry picked from .*\)|This reverts commit .*|(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|see)"
    r":? (?:[\w.-]+/[\w.-]+)?#\d+.*|[🤖\W]*Generated with .*|https?://\S+|#+ ?\S* *)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*[(\[](?:[\w.-]+/[\w.-]+)?(?:#|GH-|[A-Z][A-Z0-9]+-)\d+[)\]]|^\[?[A-Z][A-Z0-9]+-\d+\]?[:\s]\s*")
_MARK = re.compile(r"^(?:[^\w\s\"'`(\[*/.-]+|:\w+:|\[[A-Z ]+\]:?)\s*")
"""A picture or a tag in front."""
_BRANCH = re.compile(r"^(feat|feature|fix|bugfix|hotfix|chore|refactor|perf)/(?=\w)", re.IGNORECASE)
"""GitHub makes a title of a branch's name."""
_CONVENTIONAL = re.compile(r"^(?P<type>[a-zA-Z]*)(?:\((?P<scope>[^)]*)\))?!?:\s+(?P<rest>\S.*)$")
_KINDS = {
    "feat": "Feature",
    "feature": "Feature",
    "fix": "Fix",
    "hotfix": "Fix",
    "bugfix": "Fix",
    "perf": "Speed-up",
    "refactor": "Rework",
}
_TYPES = {
    *_KINDS,
    "chore",
    "build",
    "ci",
    "docs",
    "style",
    "test",
    "tests",
    "revert",
    "db",
    "sql",
    "migration",
    "wip",
    "",
}
_SCOPES = {"db", "database", "sql", "supabase", "schema", "migration", "migrations", "backend", "api", "core", "deps"}
_DOING = re.compile(
    r"^(?:re)?(?:add|allow|alter|apply|archive|backfill|block|bump|change|clean|convert|correct|create|deny|disable|"
    r"drop|enable|enforce|ensure|expose|extend|fix|forbid|give|grant|handle|harden|implement|improve|index|introduce|"
    r"keep|let|limit|link|lock|make|merge|migrate|mov|normali[sz]e|optimi[sz]e|persist|prevent|project|protect|repair|"
    r"recreate|refactor|remov|renam|repeat|replac|requir|restrict|restor|revok|rework|seed|separat|set|split|stor|"
    r"support|switch|sync|track|tighten|tune|turn|unify|update|upgrade|use|validate)(?:e|es|ed|s|ing)?\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"^(?:(?:wip|tmp|temp|test|tests|testing|stuff|misc|minor|save|checkpoint|sync|progress|more|another|some|the|new|"
    r"latest|final|small|quick|all|of|for|in|to|and|a|an|run|apply|add|adds|added|create|created|update|updates|updated|"
    r"change|changes|changed|fix|fixes|fixed|bug|bugs|bugfix|hotfix|fixup|edit|edits|work|push|commit|initial|init|"
    r"first|release|deploy|lint|format|cleanup|clean|up|refactor|merge|prod|production|dev|main|master|staging|"
    r"sql|db|database|supabase|schema|remote|migration|migrations|migrate|file|files|code|backend|types?|"
    r"implement|plan|broken|site|app|web|feature|rework|speed|v?\d[\d.]*)[\s.!,:;/&+-]*)*$",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}([-_])[0-9a-f]{4}(\1[0-9a-f]{4}){2}\1[0-9a-f]{12}|[0-9a-f]{16,}")


@dataclass(frozen=True)
class Request:
    """The words that a case gives as the request."""

    text: str
    proposed: bool = False
    """The commit did not say it: the words are the migration's own, and somebody should look at them."""


def request(
    commit: Commit, merged: Iterable[Commit], files: Sequence[Migration], *, body: bool = False
) -> Request | None:
    """What was asked for; with `body`, all that the message says, and not the first line alone.

    None where neither the message nor the files say anything.
    """
    names = {file.slug for file in files} | {file.file_name for file in files}
    said = _said(commit.message, body)
    if not _tells(said, names):
        others = dict.fromkeys(_said(one.message, body) for one in merged)
        said = "\n".join(text for text in others if _tells(text, names))
    if said:
        return Request(_cut(said))
    proposal = "\n".join(dict.fromkeys(text for file in files if (text := _purpose(file))))
    return Request(_cut(proposal), proposed=True) if len(proposal) >= _SHORTEST else None


def texts_in(path: Path) -> dict[str, str]:
    """Requests that a TOML file gives: a commit, the number of an issue or a migration's file name = the text.

    Raises ProjectError.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProjectError(f"Could not read {path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} is not TOML: {error}.") from None
    for key, value in told.items():
        if not isinstance(value, str) or len(value.strip()) < _SHORTEST:
            raise ProjectError(f'{path}: {key!r}: expected a text, as in "#41" = "Add tags to documents ...".')
    return told


def given(texts: Mapping[str, str], commit: Commit, files: Sequence[Migration]) -> Request | None:
    """The text that such a file has for a commit: by its id, by a file, or by the first issue that it names."""
    for key, text in texts.items():
        bare = key.lstrip("#")
        by_id = len(key) >= 7 and commit.id.startswith(key.lower())
        by_issue = bare.isdigit() and len(bare) < 7 and re.search(rf"(?:#|GH-){bare}\b", commit.message)
        if by_id or by_issue or any(key in (file.file_name, file.version, file.slug) for file in files):
            return Request(_cut(text.strip()))
    return None


def _said(message: str, body: bool) -> str:
    """The message's first line that is one, as a sentence; with `body`, the lines below it as well."""
    lines = [line.strip() for line in message.replace("\r", "\n").replace("\t", " ").split("\n")]
    while lines and (not lines[0] or _MERGE.match(lines[0])):
        lines.pop(0)
    if not lines:
        return ""
    subject = _worded(_plain(lines[0]))
    if not body:
        return subject
    rest = [
        _plain(line)
        for line in lines[1:]
        if not (_TRAILER.match(line) or _ABOUT_GIT.match(line) or _MERGE.match(line) or line.startswith("```"))
    ]
    below = re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).strip()
    return f"{subject}\n\n{below}" if below else subject


def _plain(line: str) -> str:
    """Without numbers of pull requests and what cannot be seen."""
    visible = "".join(char for char in line if char.isprintable())
    return re.sub(r"\s+", " ", _NUMBER.sub("", visible)).strip()


def _worded(subject: str) -> str:
    """A Conventional Commits prefix turned into words."""
    subject = _BRANCH.sub(r"\1: ", _MARK.sub("", subject))
    found = _CONVENTIONAL.match(subject)
    if not found or found["type"].lower() not in _TYPES:
        return _sentence(subject)
    rest, kind = found["rest"], _KINDS.get(found["type"].lower(), "")
    if kind and not _DOING.match(rest):
        rest = f"{kind}: {rest}"
    scope = (found["scope"] or "").strip()
    about = f" ({scope})" if scope and scope.lower() not in _SCOPES and scope.lower() not in rest.lower() else ""
    return _sentence(rest + about)


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".…")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _tells(text: str, names: Iterable[str]) -> bool:
    """More than that something was done."""
    first = text.split("\n")[0].rstrip(".")
    bare = re.sub(r"[\W_]+", " ", re.sub(r"\b[\w-]+\.sql\b", " ", first)).strip()
    known = {re.sub(r"[\W_]+", " ", re.sub(r"^[0-9]+_|\.sql$", "", name)).strip().lower() for name in names}
    if not bare or _NOTHING.match(bare) or len(text) < _SHORTEST:
        return False
    return bare.lower() not in known


def _purpose(file: Migration) -> str:
    """What the file says of itself: its header's purpose, its first comment, or its name in words."""
    if purpose := file.header.get("purpose"):
        return _sentence(_plain(purpose))
    name = re.sub(r"[\W_]+", " ", _UUID.sub("", file.slug)).strip()
    if name and not _NOTHING.match(name):
        return _sentence(name)
    first = file.statements[0].start if not file.syntax_error and file.statements else len(file.text)
    for comment in file.script.comments:
        words = _plain(comment.text.strip(" \n=-*#"))
        if comment.start < first and len(words) >= 12 and not _NOTHING.match(words):
            return _sentence(words)
    return ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
