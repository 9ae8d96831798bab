"""Functions do what they say, for whom they should: their search_path is pinned, SECURITY DEFINER ones check who is
calling, and their bodies name only what is there. Bodies are not only read: each statement in them is planned by
Postgres, and what users may execute is called as they would call it.

## functions/search-path

A new or changed function does not set its `search_path`.

Why: names without a schema are looked up in the caller's search_path. Somebody who can put a table or
function of the same name in front gets it run, with SECURITY DEFINER even as the owner. It also breaks functions that
work in the SQL editor and not through the API, whose search_path is another.

Bad:

    create or replace function public.count_children() returns bigint
    language sql stable
    as $$ select count(*) from children $$;

Good: an empty search_path, and every name with its schema (`extensions.crypt(...)` too; pg_catalog is always found).

    create or replace function public.count_children() returns bigint
    language sql stable set search_path = ''
    as $$ select count(*) from public.children $$;

Allow: `-- allow: functions/search-path on public.count_children(): REASON`.

## functions/caller

A SECURITY DEFINER function that signed-in users may execute does not look at who is calling.

Why: it runs with its owner's rights, past row level security. Whoever passes somebody else's id gets their data.

Bad:

    create function public.get_child_stats(child_id_param uuid) returns jsonb
    language sql stable security definer set search_path = ''
    as $$ select jsonb_build_object('points', sum(points_earned))
          from public.user_progress where child_id = child_id_param $$;

Good: leave out SECURITY DEFINER, so that row level security answers; or check first.

    if not exists (
      select from public.children where id = child_id_param and parent_id = (select auth.uid())
    ) then
      raise exception 'Access denied' using errcode = '42501';
    end if;

A function for the server alone is not for users to execute: `revoke execute ... from public, anon, authenticated`.

Allow: `-- allow: functions/caller on public.get_price_list(): the same for everybody`.

## functions/body

A function names a table, column or function that is not there, or a name that could be a variable or a column.
Functions that exist already are looked at too, where the migration drops or renames something that they name.

Why: Postgres looks at the statements of a plpgsql body only when they run, so the migration applies and the
first user gets the error.

Bad: `child_id` could be the parameter or the column.

    create function public.get_points(child_id uuid) returns bigint language plpgsql set search_path = ''
    as $$ begin
      return (select sum(points_earned) from public.user_progress where child_id = child_id);
    end $$;

Good: name parameters so that no column has the name (`child_id_param`), and qualify columns.

A trigger on auth.users runs as the Auth service, whose search_path and privileges are its own: somebody is signed up as
that service does.

The rule also speaks where the function, called as its rightful user with ids of that user's rows, fails for the same
reasons: in a statement that is built at run time, or in a function that it calls.

Allow: `-- allow: functions/body on public.f(uuid): the table is made by the job that calls it`.

## functions/leak

A user calls the function with an id of somebody else's row and gets another answer than with an id of no row, or
changes that row; or a function gives rows of other users to whoever calls it. Seen by calling it through the API as
the owner of the rows, as another user, as a stranger who owns nothing and, where `anon` may, without signing in.

Why: it runs with its owner's rights, past row level security, so nothing else stands before those rows. Ids are no
secrets: they are in addresses, logs and other answers.

Bad: it asks whether somebody is signed in, which everybody is.

    if (select auth.uid()) is null then
      raise exception 'Access denied' using errcode = '42501';
    end if;
    return (select sum(points_earned) from public.user_progress where child_id = child_id_param);

Good: it asks whose the row is.

    if not exists (
      select from public.children where id = child_id_param and parent_id = (select auth.uid())
    ) then
      raise exception 'Access denied' using errcode = '42501';
    end if;

What the caller may read in the tables anyway is no leak, nor is a row that says itself that it is for everybody
(`where visibility = 'public'`), nor what a function hands out whose name says that (get_public_profile,
get_published_post).

Allow: `-- allow: functions/leak on public.get_leaderboard(uuid): scores are shown to everybody`.

## functions/endless

A function, or a trigger or policy that calls one, does not come back when it is used on a few rows, or calls itself
until the server stops it.

Why: every request that meets it waits until it is cancelled, and holds its locks as long.

Bad: the trigger writes to the table that it watches.

    create function public.copy_badge() returns trigger language plpgsql set search_path = '' as $$
    begin
      insert into public.badges (name) values (new.name || ' (copy)');
      return new;
    end $$;
    create trigger copy_badge after insert on public.badges for each row execute function public.copy_badge();

Good: it changes the row that it is given (BEFORE, `new.name := ...`), writes to another table, or asks
`pg_trigger_depth() = 0` first.

Allow: `-- allow: functions/endless on public.f(uuid): REASON`.
"""

import re
from collections.abc import Collection, Iterator

from tools.checks._access import CALLERS, exposed, privileges
from tools.checks._calls import evidence as calls_made
from tools.checks._calls import failing, function_line, leak, says_public, signing_up
from tools.checks._endless import endless
from tools.checks._plpgsql import ENDS_TRANSACTION, Problem, Routine, problems
from tools.checks._sources import Sources
from tools.checks._statements import bare
from tools.checks.base import Outcome, Rule, finding
from tools.observe import Observed
from tools.render.plain import counted
from tools.report import Finding, Status

ID = "functions"
PREFIX = "functions"
TITLE = "Functions are safe and valid"
RULES = (Rule("search-path"), Rule("caller"), Rule("body"), Rule("leak"), Rule("endless"))

_DEFINING = frozenset({"body", "config", "security definer", "arguments", "returns", "language"})
_TRIGGERS = ("trigger", "event_trigger")
_HINTS = {
    "42P01": "Look up its name, and qualify it with its schema; with search_path = '' nothing but pg_catalog is "
    "searched.",
    "42703": "Look up the table's columns; perhaps this one was renamed or dropped.",
    "42883": "Look up its name and the types of its arguments. With search_path = '' functions of extensions need "
    "their schema: extensions.crypt(...).",
    "42704": "Qualify the type with its schema.",
    ENDS_TRANSACTION: "Take COMMIT and ROLLBACK out: a function runs inside its caller's transaction, and only "
    "procedures may end one.",
    "42702": "Rename the variable or parameter (child_id_param), and qualify the column with its table.",
}
_BRINGING = (
    r"(?:\bcreate\s+(?:or\s+replace\s+|materialized\s+|unlogged\s+)*(?:table|view|type|domain|function|sequence)\s+"
    r"|\badd\s+(?:column\s+)?|\brename\s+(?:column\s+\w+\s+)?to\s+)(?:if\s+not\s+exists\s+)?"
)
"""What stands before the name of something that a statement makes."""


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "not looked at: the migration did not apply", "not-checked")
    functions = _changed(seen)
    opened = _newly_granted(seen)
    dropped = _dropped(seen)
    broken_door = seen.proofs.sign_up.broken if seen.proofs and seen.proofs.sign_up else ""
    unable = [] if _follows(seen, Problem("", broken_door, 1)) else list(signing_up(seen))
    stuck = list(endless(seen))
    if not (functions or opened or dropped or unable or stuck):
        return Outcome([], "no function made or changed, nothing dropped that one could name", "n/a")
    sources = Sources.read(seen)
    findings = [*stuck, *(f for name in functions for f in _search_path(seen, name))]
    called = {one.routine: one for one in seen.proofs.calls if exposed(seen, one.routine)} if seen.proofs else {}
    leaking = {name for name, one in called.items() if one.leak}
    findings += [leak(seen, called[name]) for name in sorted(leaking)]
    unmeant = {name for name in leaking if not says_public(name)}
    findings += [f for name in sorted({*functions, *opened} - unmeant) for f in _caller(seen, name, sources)]
    planned, unread = 0, []
    for name in functions:
        routine = Routine.read(seen.live, name)
        found = problems(seen.live, routine) if routine else None
        if routine is None or found is None:
            unread.append(name)
            continue
        planned += 1
        findings += [_body(seen, name, routine, problem) for problem in found if not _follows(seen, problem)]
    known = {f.object for f in findings if f.rule == "functions/body"}
    broken = [one for name, one in called.items() if one.broken and name not in known]
    findings += [failing(seen, one) for one in broken if not _follows(seen, Problem(one.sqlstate, one.message, 1))]
    others = [name for name in _naming(sources, dropped) if name not in functions]
    findings += [f for name in others for f in _broken(seen, name, dropped)]
    evidence = f"catalog: {counted(len(functions), 'function')} read; planned: the statements of "
    evidence += counted(planned, "body", "bodies")
    findings += unable if not any(f.rule == "functions/body" for f in findings) else []
    evidence += f", and of {counted(len(others), 'older function')} that name what was dropped" if others else ""
    evidence += f"; not planned: {', '.join(unread)}" if unread else ""
    reached = [n for n in functions if exposed(seen, n) and not _is_trigger(seen.after.get("function", n))]
    status: Status = "not-checked" if reached and seen.unproved("functions") else "pass"
    return Outcome(findings, f"{evidence}; {calls_made(seen, called)}", status)


def _is_trigger(facts: dict[str, str]) -> bool:
    return facts.get("returns") in _TRIGGERS


def _changed(seen: Observed) -> list[str]:
    """New functions and procedures, and those that are not as they were; owners, comments and privileges aside."""
    names = {f.object for f in seen.diff.added if f.kind == "function" and f.attribute in _DEFINING}
    names |= {f.object for f in seen.diff.removed if f.kind == "function" and f.attribute in _DEFINING}
    return sorted(n for n in names if seen.after.get("function", n).get("kind") in ("function", "procedure"))


def _newly_granted(seen: Observed) -> list[str]:
    """Functions that users may execute since this migration."""
    objects = {f.object for f in seen.diff.added if f.kind == "grant" and f.object.startswith("function ")}
    return sorted(name.removeprefix("function ") for name in objects)


def _follows(seen: Observed, problem: Problem) -> bool:
    """A file that comes after this one in the same change brings what is missing."""
    missing = re.match(r'(?:relation|type|function|column) "?([\w.]+)', problem.message)
    if missing is None:
        return False
    name = rf'(?:"?\w+"?\.)?"?{re.escape(bare(missing[1]))}"?(?!\w|\.)'
    brings = re.compile(rf"{_BRINGING}{name}", re.IGNORECASE)
    return any(
        brings.search(statement.text) for m in seen.following if not m.syntax_error for statement in m.statements
    )


def _dropped(seen: Observed) -> dict[str, set[str]]:
    """Bare names of tables, views, columns and functions that are gone; for columns with those of their tables."""
    found: dict[str, set[str]] = {}
    for kind in ("table", "view", "column", "function"):
        for name in {f.object for f in seen.diff.removed if f.kind == kind}:
            if not seen.after.get(kind, name):
                owners = found.setdefault(bare(name.partition("(")[0]), set())
                owners.update([bare(name.rpartition(".")[0])] if kind == "column" else [""])
    return found


def _naming(sources: Sources, words: Collection[str]) -> list[str]:
    if not words:
        return []
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", re.IGNORECASE)
    return sorted(signature for signature, body in sources.bodies.items() if pattern.search(body))


def _search_path(seen: Observed, name: str) -> Iterator[Finding]:
    facts = seen.after.get("function", name)
    if facts["language"] in ("c", "internal") or "search_path=" in facts.get("config", ""):
        return
    if facts["language"] == "sql" and _is_bound(seen, name):
        return
    line, column = function_line(seen, name)
    fix = f"alter {facts['kind']} {name} set search_path = '';"
    yield finding(
        "functions/search-path",
        f"{name} does not set its search_path.",
        hint="Add SET search_path = '' to it and write every name with its schema.",
        fix=fix if _works_after(seen, name, fix) else "",
        object=name,
        line=line,
        column=column,
    )


def _works_after(seen: Observed, name: str, statement: str) -> bool:
    """Whether the body still finds all its names."""
    with seen.live.savepoint() as conn:
        conn.execute(statement.encode())
        routine = Routine.read(seen.live, name)
        return routine is not None and problems(seen.live, routine) == []


def _is_bound(seen: Observed, name: str) -> bool:
    """Its body is kept parsed (RETURN ..., BEGIN ATOMIC), so names were looked up when it was made."""
    with seen.live.savepoint() as conn:
        row = conn.execute(
            "select prosqlbody is not null from pg_catalog.pg_proc where oid = to_regprocedure(%s)", [name]
        ).fetchone()
    return bool(row and row[0])


def _caller(seen: Observed, name: str, sources: Sources) -> Iterator[Finding]:
    facts = seen.after.get("function", name)
    if facts.get("security definer") != "true" or _is_trigger(facts) or not exposed(seen, name):
        return
    roles = [role for role in CALLERS if "EXECUTE" in privileges(seen.after, "function", name, role)]
    if roles and not sources.asks_caller(name) and _passes_policies(seen, facts["owner"]):
        line, column = function_line(seen, name)
        yield finding(
            "functions/caller",
            f"{name} runs with its owner's rights for {' and '.join(roles)} and does not look at who is calling.",
            hint="Leave out SECURITY DEFINER, so that row level security answers; or compare with (select auth.uid()) "
            "first; or take EXECUTE away from users.",
            fix=f"alter {facts['kind']} {name} security invoker;",
            object=name,
            line=line,
            column=column,
        )


def _passes_policies(seen: Observed, owner: str) -> bool:
    """Row level security does not hold for the role; for one made for the purpose it does, with the caller's token."""
    with seen.live.savepoint() as conn:
        query = "select rolbypassrls or rolsuper from pg_catalog.pg_roles where rolname = %s"
        return conn.execute(query, [bare(owner)]).fetchone() != (False,)


def _body(seen: Observed, name: str, routine: Routine, problem: Problem) -> Finding:
    line, column = function_line(seen, name)
    if line is not None and (inside := _line_in_body(seen, name, routine, problem.line)):
        line, column = inside, 1
    return finding(
        "functions/body",
        f"{name} will fail when it gets to line {problem.line} of its body: {problem.message}.",
        hint=_HINTS[problem.sqlstate],
        object=name,
        line=line,
        column=column,
    )


def _broken(seen: Observed, name: str, dropped: dict[str, set[str]]) -> Iterator[Finding]:
    """An older function that fails since the migration, going by what the error and the body name."""
    routine = Routine.read(seen.live, name)
    if routine is None:
        return
    for problem in problems(seen.live, routine) or ():
        gone = sorted(
            word
            for word, owners in dropped.items()
            if re.search(rf"\b{re.escape(word)}\b", problem.message) and any(owner in routine.body for owner in owners)
        )
        if gone:
            line, column = seen.line_of(gone[0])
            yield finding(
                "functions/body",
                f"The existing function {name} fails since this migration: {problem.message}.",
                hint="Replace the function in the same migration, and put the old one back in the rollback.",
                object=name,
                line=line,
                column=column,
            )


def _line_in_body(seen: Observed, name: str, routine: Routine, line: int) -> int | None:
    """The file's line of a line in the body."""
    start = seen.migration.text.find(routine.body) if routine.body else -1
    return seen.migration.script.position(start)[0] + line - 1 if start >= 0 else None
