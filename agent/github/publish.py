"""The publishing half: it has the right to write, no model, and believes nothing but GitHub and its own check.

What the drafting job hands over is taken if it is for this command, for this conversation and on this branch, if every
path may be in a pull request, and if the checklist passes once more. Then: branch, pull request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.github import command as commands
from agent.github import paths, pull_body
from agent.github.artefact import Artefact, ArtefactError, Manifest
from agent.github.branch import Change, begin, differing, files_at, go_on, made_for
from agent.github.client import GitHub, Write
from agent.github.objects import Pull
from agent.github.pull_body import Origin
from agent.github.retry import ensured
from agent.github.scratch import scratch
from agent.github.snapshot import take
from agent.github.target import Target
from agent.github.thread import BRANCHES, Thread
from agent.github.verify import NotPublishable, Verified, allowed, verify


def mark(comment: int) -> str:
    """In the text of a pull request: the command that it was last written for."""
    return f"<!-- migration-agent:pull comment={comment} -->"


@dataclass(frozen=True)
class Proposal:
    """Files that shall become a pull request, or part of one."""

    base: str
    """The commit that they are on top of."""
    files: Mapping[str, bytes]
    removed: Sequence[str] = ()
    manifest: Manifest | None = None
    """What the drafting job says of it; None for what an earlier job left on a branch."""


def proposal_of(artefact: Artefact, thread: Thread, target: Target, github: GitHub) -> Proposal:
    """What a drafting job hands over. Raises ArtefactError where it is for something else, NotPublishable where the
    branch has moved since."""
    manifest = artefact.manifest
    expected = {
        "repository": (manifest.repository.lower(), github.repository.lower()),
        "issue": (manifest.issue, thread.issue),
        "comment": (manifest.comment, thread.origin.id),
        "answer": (manifest.latest, thread.latest.id),
        "request": (manifest.request, thread.words),
    }
    if wrong := [what for what, (told, known) in expected.items() if told != known]:
        raise ArtefactError(f"it is for another {wrong[0]}")
    if manifest.outcome == "ready" and manifest.base != target.base:
        stands = "" if target.pull else github.compared(manifest.base, target.into)[0]
        if stands not in ("ahead", "identical"):
            raise NotPublishable("the branch has moved since it was drafted; give the command once more")
    return Proposal(manifest.base, artefact.files, manifest.removed, manifest)


def waiting(thread: Thread, target: Target, github: GitHub) -> Proposal | None:
    """What an earlier job put on the branch of this command without coming to open the pull request."""
    if target.pull or not (tip := github.branch(thread.branch)):
        return None
    _, common = github.compared(target.into, tip)
    blobs = differing(github, common, tip)
    files = {path: github.blob(sha) for path, sha in blobs.items() if sha}
    return Proposal(common, files, [path for path, sha in blobs.items() if sha is None])


def publish(proposal: Proposal, thread: Thread, target: Target, github: Write, where: str) -> Pull:
    """One branch and one pull request, whatever is there of them already.

    Raises ArtefactError for a file that may not be there, NotPublishable, GitHubError, and what `check` raises.
    """
    verified, seeds = _checked(proposal, thread, target, github, where)
    change = Change(pull_body.title(verified), thread.origin.id, proposal.files, proposal.removed)
    if target.pull:
        return _revised(proposal, thread, target.pull, github, change, verified, seeds)
    if not begin(github, thread.branch, proposal.base, change):
        there = waiting(thread, target, github)
        if there is None or there.files != proposal.files:  # another job was quicker: what it put there counts
            if there is None:
                raise NotPublishable("the branch went away again")
            return publish(there, thread, target, github, where)
    origin = Origin(thread.issue, _login(thread), thread.words)
    body = pull_body.render(verified, origin, mark(thread.origin.id), proposal.manifest, seeds)
    title = change.headline
    return ensured(
        lambda: github.pull_of(thread.branch),
        lambda: github.open_pull(thread.branch, target.into, title, body),
        github.pause,
    )


def _checked(
    proposal: Proposal, thread: Thread, target: Target, github: GitHub, where: str, said: str = ""
) -> tuple[Verified, list[str]]:
    """The publisher's check, and which of the files are seeds."""
    with scratch() as folder:
        snapshot = take(github, proposal.base, folder, where)
        old = target.revised(snapshot)
        there = target.there if target.pull or proposal.base == target.base else files_at(github, proposal.base)
        kept = {path: (snapshot.root / path).read_bytes() for path in old if path not in proposal.removed}
        files = {**kept, **proposal.files}
        allowed(snapshot, files, there)
        strange = set(proposal.removed) - {path for path in snapshot.files - there if target.pull}
        if strange:
            raise ArtefactError(f"{sorted(strange)[0]}: it may not be removed")
        verified = verify(snapshot, files, said or thread.words, old, proposal.manifest)
        known = (snapshot.prefix + paths.MIGRATIONS, snapshot.prefix + "supabase/tests/", snapshot.prefix + "docs/")
        return verified, [path for path in proposal.files if not path.startswith(known)]


def _revised(
    proposal: Proposal,
    thread: Thread,
    pull: Pull,
    github: Write,
    change: Change,
    verified: Verified,
    seeds: Sequence[str],
) -> Pull:
    go_on(github, pull.head.ref, proposal.base, change)
    _tell(proposal, thread, pull, github, verified, seeds)
    return pull


def retell(thread: Thread, pull: Pull, target: Target, github: Write, where: str) -> None:
    """Writes the pull request's text where an earlier job changed the branch and got no further.

    Raises what `publish` raises.
    """
    made = [comment for commit in github.pull_commits(pull.number) if (comment := made_for(commit))]
    if mark(thread.origin.id) in (pull.body or "") or made[-1:] != [thread.origin.id]:
        return
    _, common = github.compared(pull.base.ref, pull.head.sha)
    blobs = differing(github, common, pull.head.sha)
    proposal = Proposal(common, {path: github.blob(sha) for path, sha in blobs.items() if sha})
    said = "\n".join(words for _, _, words in history(pull, github))
    verified, seeds = _checked(proposal, thread, target, github, where, f"{said}\n{thread.words}")
    _tell(proposal, thread, pull, github, verified, seeds)


def _tell(
    proposal: Proposal, thread: Thread, pull: Pull, github: Write, verified: Verified, seeds: Sequence[str]
) -> None:
    first, *later = history(pull, github)
    origin = Origin(first[0], first[1], first[2], (*(words for _, _, words in later),))
    github.edit_pull(pull.number, pull_body.render(verified, origin, mark(thread.origin.id), proposal.manifest, seeds))


def history(pull: Pull, github: GitHub) -> list[tuple[int, str, str]]:
    """Issue, login and words of the command that the pull request was opened for, and of each that changed it."""
    number = pull.head.ref.removeprefix(f"{BRANCHES}comment-")
    ids = [int(number)] if number.isascii() and number.isdigit() else []
    ids += [made for commit in github.pull_commits(pull.number) if (made := made_for(commit))]
    found = []
    for comment_id in dict.fromkeys(ids):
        comment = github.comment(comment_id)
        command = commands.parse(comment.text) if comment else None
        if comment and command:
            issue = comment.issue_url.rpartition("/")[2]
            login = comment.user.login if comment.user else "ghost"
            found.append((int(issue) if issue.isdigit() else pull.number, login, command.words))
    return found or [(pull.number, "somebody", "")]


def _login(thread: Thread) -> str:
    return thread.origin.user.login if thread.origin.user else "ghost"
