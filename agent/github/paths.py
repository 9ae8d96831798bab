"""Which files a pull request of the agent's may bring: what the publishing job holds every path to.

New files in ``supabase/migrations`` and ``supabase/tests``, and ``docs/DATABASE_SCHEMA.md``. Of what was there before,
a seed file may be edited where the migration leaves its rows invalid (`agent.seed_edits` says how far), and a test file
that the agent wrote may be written anew; nothing else.
"""

import re

_NEW = re.compile(
    r"supabase/migrations/[0-9]{14}_[a-z0-9]+(?:_[a-z0-9]+)*\.sql"
    r"|supabase/tests/[a-z0-9]+(?:_[a-z0-9]+)*\.test\.sql",
    re.ASCII,
)
MIGRATIONS = "supabase/migrations/"
DOCUMENT = "docs/DATABASE_SCHEMA.md"
LONGEST = 255


def fault(path: str, prefix: str, there: frozenset[str], seeds: frozenset[str]) -> str:
    """Why the file may not be in a pull request; empty where it may.

    `there` are the files of the branch that it goes to, and `seeds` those that the project's configuration names, all
    from the repository's root.
    """
    if not path.startswith(prefix):
        return "it is outside of the project"
    inside = path.removeprefix(prefix)
    if len(path) > LONGEST:
        return "its name is too long"
    if inside == DOCUMENT or path in seeds:
        return ""
    if not _NEW.fullmatch(inside):
        return "only new files in supabase/migrations and supabase/tests, and docs/DATABASE_SCHEMA.md, are published"
    if any(path.lower() == other.lower() for other in there):
        return "it is there already"
    return ""


def is_migration(path: str, prefix: str) -> bool:
    return path.startswith(prefix + MIGRATIONS)
