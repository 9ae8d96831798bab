"""Row level security decides, row by row, what each signed-in user reaches through the API. It is on for every new
table, and the policies let users reach their own rows and no others.

Everybody who opens your app holds the key of the API: the role `anon`, and after signing in `authenticated`. Without
row level security, a table in an exposed schema is open to all of them, whatever the app's screens show.

## rls/disabled

A new table in an exposed schema, or one that the API's roles have privileges on, has row level security off;
or the migration turns it off on a table that had it, or publishes the changes of one without it to Realtime.

Why: anybody may then read, change and delete every row through the REST API.

Fix, also for a table that is internal:

    alter table public.quests enable row level security;

This rule cannot be allowed.

## rls/bypass

A role as which the API asks (`anon`, `authenticated`, `authenticator`) is given BYPASSRLS, or made a member of a role
that row level security does not hold for: `service_role`, `postgres`, the owner of a table, pg_read_all_data.

Why: no policy of any table is asked any more, and everybody reads everything.

Fix: leave these roles as they are. What has to pass the policies is done by `service_role` on a server, or by a
SECURITY DEFINER function that asks who is calling.

This rule cannot be allowed.

## rls/no-policy

Row level security is on, `anon` or `authenticated` have privileges on the table, and no policy lets anybody in.

Why: every query of the app comes back empty, without an error. If that is meant, the privileges are not.

Fix: one policy for each verb that the app needs, or, for an internal table, no privileges:

    revoke all on table public.job_runs from anon, authenticated;

Allow: `-- allow: rls/no-policy on public.job_runs: REASON`.

## rls/anon

A policy lets somebody who has not signed in reach rows: it is for `anon` or, without a TO clause, for everybody,
its expression can be true without a user, and `anon` has the privilege.

Why: the key for `anon` is in every copy of the app. Rows under such a policy are published.

Bad:

    create policy "Read reviews" on public.reviews for select using (is_approved);

Good: name the role; and give `anon` nothing.

    create policy "Read reviews" on public.reviews for select to authenticated using (is_approved);

Allow: `-- allow: rls/anon on public.reviews: the shop's landing page shows them` for data that is meant to be public.

## rls/always-true

A policy for INSERT, UPDATE, DELETE or ALL is true for every row and every signed-in user: `true`, `1 = 1`,
`auth.uid() is not null`, `auth.role() = 'authenticated'`.

Why: any user can then change or delete the rows of all others. (Reading rows that are the same for
everybody, `for select to authenticated using (true)`, is fine.)

Bad:

    create policy "Edit" on public.quests for update to authenticated using (true) with check (true);

Good: compare with who is calling, in both clauses. USING picks the rows that may be changed, WITH CHECK says how they
may look afterwards.

    create policy "Parents can update their children's quests"
    on public.quests for update to authenticated
    using (child_id in (select id from public.children where parent_id = (select auth.uid())))
    with check (child_id in (select id from public.children where parent_id = (select auth.uid())));

Server-side jobs need no policy: `service_role` passes row level security by.

Allow: `-- allow: rls/always-true on public.feedback: anybody signed in may write to us`.

## rls/initplan

A policy calls `auth.uid()`, `auth.jwt()` or `current_setting(...)` bare, so Postgres calls it for every row.

Why: on a large table that is the difference between milliseconds and seconds.

Bad: `using (user_id = auth.uid())`

Good: `using (user_id = (select auth.uid()))`; the subquery runs once for the whole statement.

Allow: `-- allow: rls/initplan on public.small_table: REASON`.

## rls/role

A policy has no TO clause, so it holds for every role, also for `anon`.

Why: who may come in is then said only by its expression, and is evaluated for everybody. The next GRANT to `anon`
opens what nobody meant to open.

Bad:

    create policy "Read" on public.quests for select using (owner_id = (select auth.uid()));

Good:

    create policy "Read" on public.quests for select to authenticated using (owner_id = (select auth.uid()));

Allow: `-- allow: rls/role on public.quests/Read: REASON`.

## rls/verb

A policy is FOR ALL (or says no verb).

Why: reading, writing and deleting rarely have the same condition for long, and a policy for all verbs lets users
delete as soon as DELETE is granted, whoever grants it.

Fix: one policy for each verb that the app needs.

Allow: `-- allow: rls/verb on public.quests/Manage: REASON`.

## rls/with-check

A policy FOR UPDATE has no WITH CHECK.

Why: Postgres then applies USING to the new row too, which nobody sees in the text: whoever loosens USING later also
loosens what rows may become.

Good:

    create policy "Edit" on public.quests for update to authenticated
      using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));

Allow: `-- allow: rls/with-check on public.quests/Edit: REASON`.

## rls/user-metadata

A policy, or a function that a policy calls, decides by `user_metadata` (in the token) or `raw_user_meta_data`.

Why: users write their own metadata, with one call from the browser. Whoever likes is an admin.

Bad: `using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin')`

Good: what only the server can write, which is `app_metadata`, or better a table of roles:

    using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin')

Allow: `-- allow: rls/user-metadata on public.themes: it only picks a colour`.

## rls/recursion

Reading the table as `authenticated` fails: its policy reads the table itself, directly or through the policy
of another table.

Why: CREATE POLICY does not notice. The first query fails with "infinite recursion detected in policy".

Bad:

    create policy "Members see members" on public.memberships for select to authenticated
    using (organization_id in (select organization_id from public.memberships where user_id = (select auth.uid())));

Good: a helper that reads past row level security and asks only about the caller.

    create or replace function public.my_organizations() returns setof uuid
    language sql stable security definer set search_path = ''
    as $$ select organization_id from public.memberships where user_id = (select auth.uid()) $$;

    create policy "Members see members" on public.memberships for select to authenticated
    using (organization_id in (select public.my_organizations()));

Allow: `-- allow: rls/recursion on TABLE: REASON`.

## rls/leak-read

A user reads rows of another user, in a table or through a view, seen by acting as both on rows of two families; or
what a trigger has carried from such rows into rows that others read.

Why and how to fix: the policy does not tie the row to the caller. Follow the foreign keys from the table to the user,
and compare at the end with `(select auth.uid())`. A view reads with its owner's rights, past row level security,
unless it says otherwise:

    create or replace view public.progress_overview with (security_invoker = true) as select ...;

This rule cannot be allowed.

Rows that belong to somebody and that everybody may read nonetheless (a public profile, a published post) are no leak
where the policy says so: in its name ("Everyone can read profiles"), by a column of the row (`using (is_published)`)
or of the one that it hangs on (a comment on a published post), or by allowing `rls/public-read` with a reason. It is
tried: the rows take it back, and who read them must not read them any more. A new column opens rows one by one: where
its default opens those that are there already, the reason has to stand in the file.

## rls/public-read

The migration declares that everybody may read rows that belong to somebody.

Why: whoever reads the migration, and the report, shall see that it is meant, and why.

Allow: `-- allow: rls/public-read on public.profiles: names and pictures are shown beside comments`. Without that line
(and without a policy whose name says it) the same is `rls/leak-read`.

## rls/leak-write

A user inserts, changes or deletes rows of another user, seen by acting as both.

Why and how to fix: as for reading; INSERT needs WITH CHECK, UPDATE needs USING and WITH CHECK.

This rule cannot be allowed.

## rls/reassign

A user hands an own row over to somebody else by changing its owner column.

Why: points, messages or blame end up in another family, and the row is out of reach of its author.

Fix: repeat the condition in WITH CHECK, or grant UPDATE on the other columns only.

Allow: `-- allow: rls/reassign on public.documents: owners may pass a document on`.

## rls/locked-out

A user cannot reach the own rows with a verb that is granted.

Why: the app's query succeeds and finds nothing, which looks like lost data.

Fix: a policy for the verb, or no grant for it.

Allow: `-- allow: rls/locked-out on public.quests: REASON`.
"""

import postgast

from tools.checks._access import changed_policies
from tools.checks._matrix import leaks, proved
from tools.checks._rls_policies import form, initplan, metadata, metadata_behind, surroundings, too_open
from tools.checks._rls_tables import disabled, no_policy, published
from tools.checks._roles import changed_roles, past_policies
from tools.checks._sources import Sources
from tools.checks._views import view_leaks
from tools.checks.base import Outcome, Rule
from tools.observe import Observed
from tools.render.plain import counted

ID = "rls"
PREFIX = "rls"
TITLE = "Row level security: each user reaches their own rows"
RULES = (
    Rule("disabled", waivable=False),
    Rule("bypass", waivable=False),
    Rule("no-policy"),
    Rule("anon"),
    Rule("always-true"),
    Rule("initplan", "warning"),
    Rule("role", "warning"),
    Rule("verb", "warning"),
    Rule("with-check", "warning"),
    Rule("user-metadata"),
    Rule("recursion"),
    Rule("leak-read", waivable=False),
    Rule("public-read", "warning"),
    Rule("leak-write", waivable=False),
    Rule("reassign"),
    Rule("locked-out"),
)


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "not looked at: the migration did not apply", "not-checked")
    tables, policies = _tables(seen), changed_policies(seen)
    functions = sorted({f.object for f in seen.diff.added if f.kind == "function" and f.attribute == "body"})
    attacked = (seen.proofs.access or seen.proofs.views) if seen.proofs else ()
    if not (tables or policies or functions or attacked or changed_roles(seen)):
        return Outcome([], "no new table, no change to policies or to functions they call", "n/a")
    sources = Sources.read(seen) if policies or functions else Sources({}, {})
    findings = [*past_policies(seen)]
    findings += [f for table in tables for f in (*disabled(seen, table), *no_policy(seen, table))]
    unread = []
    always: set[tuple[str, str]] = set()
    for policy in policies:
        around = surroundings(seen, policy, sources)
        try:
            open_to = list(too_open(seen, policy, around))
            if any(f.rule == "rls/always-true" for f in open_to):
                always |= {(policy.table, verb.lower()) for verb in policy.commands}
            findings += [*open_to, *initplan(seen, policy), *metadata(seen, policy, sources)]
            findings += form(seen, policy) if not open_to else []
        except postgast.PgQueryError:  # syntax of a Postgres that is newer than the parser
            unread.append(policy.object)
    for function in functions:
        findings += metadata_behind(seen, function, sources)
    findings += [*leaks(seen, always), *view_leaks(seen)]
    on = [t for t in tables if seen.after.get("table", t).get("rls") == "true"]
    evidence = (
        f"catalog: row level security on for {len(on)} of {counted(len(tables), 'table')}, "
        f"{len(policies) - len(unread)} of {counted(len(policies), 'policy', 'policies')} read; {proved(seen)}"
    )
    unproved = bool(seen.unproved("access", "views"))
    if seen.proofs and seen.proofs.access:
        unproved = unproved or all(access.missing for access in seen.proofs.access.values())
    return Outcome(findings, evidence, "not-checked" if unproved and (tables or policies) else "pass")


def _tables(seen: Observed) -> list[str]:
    """New tables, and old ones whose row level security or last policies the migration touches."""
    touched = {f.object for f in (*seen.news.added, *seen.news.removed) if f.kind == "table" and f.attribute == "rls"}
    touched |= {f.object.partition("/")[0] for f in seen.news.removed if f.kind == "policy"}
    touched |= published(seen)
    return sorted(t for t in touched | set(seen.new_tables) if seen.after.get("table", t))
