"""What others read through a view: rls/leak-read, and the view's part of the access matrix."""

import re
from collections.abc import Iterator

from tools.checks._reached import WHO
from tools.checks._statements import bare
from tools.checks.base import finding
from tools.observe import Observed
from tools.proofs.views import Viewed
from tools.report import Access, Finding


def view_leaks(seen: Observed) -> Iterator[Finding]:
    """The first outsider who finds rows of the family's in a view, and not in its tables."""
    for viewed in seen.proofs.views if seen.proofs else ():
        actor = next((a for name in WHO for a in viewed.leaks if a.name == name), None)
        if actor is None:
            continue
        view = viewed.view
        if _says_public(viewed):
            yield finding(
                "rls/public-read",
                f"{WHO[actor.name]} reads rows of {' and '.join(viewed.owned)} through {view.name}.",
                hint="Keep the reason for this in the file.",
                object=view.name,
                waived="its name says that it is for everybody",
            )
            continue
        kind = "materialized view" if view.materialized else "view"
        line, column = seen.line_of("view", bare(view.name))
        yield finding(
            "rls/leak-read",
            f"{WHO[actor.name]} reads rows of {' and '.join(viewed.owned)} that belong to somebody else through the "
            f"{kind} {view.name}: {viewed.leaks[actor]}.",
            hint="A materialized view has no row level security: take its privileges away from users, and give them a "
            "function or view that asks whose the rows are."
            if view.materialized
            else "Write `with (security_invoker = true)`, so that row level security of its tables holds for whoever "
            "reads it. Where everybody may read it, let its name say so (public_...).",
            fix="" if view.materialized or view.invoker else f"alter view {view.name} set (security_invoker = true);",
            object=view.name,
            line=line,
            column=column,
        )


def view_access(seen: Observed) -> Iterator[Access]:
    """Who found rows of the family's in each view."""
    for viewed in seen.proofs.views if seen.proofs else ():
        for actor, found in viewed.seen.items():
            outcome = "not tried" if found is None else "allowed" if found else "denied"
            leaked = actor in viewed.leaks and not _says_public(viewed)
            yield Access(
                table=viewed.view.name,
                actor=actor.name,
                verb="select",
                outcome=outcome,
                expected="denied" if leaked else outcome,
            )


def _says_public(viewed: Viewed) -> bool:
    return bool(re.search(r"(^|_)public(_|$)", bare(viewed.view.name)))
