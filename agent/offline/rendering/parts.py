"""One file of a draft while it grows, and how changes that may share a transaction become one file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.draft import DraftFile, Query, Waiver
from agent.offline import regex

SHARED = ("tables", "indexes", "security", "functions", "comments")


@dataclass
class Part:
    """Statements by section; `undo` in the order in which they run."""

    name: str
    title: str
    tables: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    security: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    undo: list[str] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    allow: list[Waiver] = field(default_factory=list)
    alone: bool = False
    """It has to be a file of its own: built CONCURRENTLY, or a later step of a staged change."""
    purpose: str = ""
    """What this step is for, where the request's words do not say it."""

    def file(self, purpose: str) -> DraftFile:
        """The draft's file; `purpose` is the request in its own words."""
        return DraftFile(
            name=_slug(self.name),
            title=self.title[:120],
            purpose=(f"{self.purpose} Request: {purpose}"[:400] if self.purpose else purpose),
            rollback="\n".join(self.undo),
            queries=self.queries,
            allow=self.allow,
            **{section: _joined(section, getattr(self, section)) for section in SHARED},
        )


def merged(parts: Sequence[Part]) -> list[Part]:
    """Parts in order, those joined that may share a file with the one before."""
    found: list[Part] = []
    for part in parts:
        if found and not part.alone and not found[-1].alone:
            last = found[-1]
            for section in SHARED:
                getattr(last, section).extend(getattr(part, section))
            last.undo[:0] = part.undo
            last.queries += part.queries
            last.allow += part.allow
            last.name, last.title = _both(last.name, part.name, "_and_"), _both(last.title, part.title, "; ")
        else:
            found.append(part)
    return found


def _both(first: str, second: str, between: str) -> str:
    return first if second in first else f"{first}{between}{second}"


def _joined(section: str, statements: Iterable[str]) -> str:
    between = "\n" if section == "comments" else "\n\n"
    return between.join(statements)


def _slug(name: str) -> str:
    slug = regex.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return slug[:80].rstrip("_")
