"""Files in Storage and tables in Realtime, reached by those whom they do not belong to."""

import pytest

from tests.tools.checks.judged import draft, findings, result
from tools.workbench import Workbench

UID = "(select auth.uid())::text"
MINE = f"bucket_id = 'kids' and (storage.foldername(name))[1] = {UID}"
OWNED = f"bucket_id = 'kids' and owner_id = {UID}"


def policy(verb: str, condition: str, name: str = "Files", to: str = "authenticated") -> str:
    clauses = {"insert": f"with check ({condition})", "update": f"using ({condition}) with check ({condition})"}
    return (
        f'create policy "{name} {verb}" on storage.objects for {verb} to {to} '
        f"{clauses.get(verb, f'using ({condition})')};"
    )


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (policy("select", MINE), []),
        (policy("select", OWNED), []),
        (policy("select", MINE.replace("[1]", "[2]")), []),
        (policy("select", f"bucket_id = 'kids' and path_tokens[1] = {UID}"), []),
        (policy("select", f"bucket_id = 'kids' and name like {UID} || '%'"), []),
        (policy("select", f"{MINE} and storage.extension(name) = 'pdf'"), []),
        (policy("select", f"bucket_id in ('kids', 'parents') and (storage.foldername(name))[1] = {UID}"), []),
        (policy("select", "bucket_id = 'kids'"), ["rls/leak-read"]),
        (policy("select", "bucket_id = 'kids'", "Everyone can see pictures:"), []),
        (policy("select", "bucket_id = 'kids' and (storage.foldername(name))[1] = 'public'"), []),
        (policy("select", "bucket_id = 'kids' and (select auth.uid()) is not null"), ["rls/leak-read"]),
        ("insert into storage.buckets (id, name, public) values ('kids', 'kids', true);"
         + policy("select", "bucket_id = 'kids'"), []),
        # a folder for each child
        (policy("select", "bucket_id = 'kids' and (storage.foldername(name))[1] in "
                "(select id::text from public.children where parent_id = (select auth.uid()))"), []),
        (policy("insert", MINE), []),
        (policy("select", MINE) + policy("insert", MINE), []),
        (policy("select", MINE) + policy("insert", "bucket_id = 'kids'"), ["rls/leak-write"]),
        (policy("select", OWNED) + policy("insert", "bucket_id = 'kids'"), []),  # it is theirs then
        (policy("select", MINE) + policy("update", MINE), []),
        (policy("select", MINE) + policy("delete", "bucket_id = 'kids'"), ["rls/leak-write"]),
        (policy("select", MINE) + policy("update", "bucket_id = 'kids'"), ["rls/leak-write"]),
        (policy("select", f"bucket_id = {UID}"), ["rls/locked-out"]),
        (policy("select", f"bucket_id = 'kids' and (storage.foldername(name))[1] = 'a' || {UID} || 'b'"),
         ["rls/locked-out"]),
        (policy("select", "bucket_id = 'kids' and public.nobody_knows(name)"), []),
    ],
)  # fmt: skip
def test_policies(bench: Workbench, sql: str, expected: list[str]) -> None:
    helper = "create function public.nobody_knows(text) returns boolean language sql as 'select auth.uid() is null';"
    found = [f.rule for f in findings(bench, "rls", helper + sql)]
    assert [rule for rule in found if rule.startswith(("rls/le", "rls/lo"))] == expected


def test_what_was_open_before_is_not_news(bench: Workbench) -> None:
    first = policy("select", "bucket_id = 'kids'")
    second = policy("select", MINE, "More") + policy("delete", "bucket_id = 'kids'")
    report = bench.judge([draft(first), draft(second, 1)])
    found = [[f.rule for f in r.findings() if f.rule.startswith("rls/leak")] for r in (*report.parts,)]
    assert found == [["rls/leak-write"]]


def test_the_matrix_has_the_bucket(bench: Workbench) -> None:
    report = bench.judge([draft(policy("select", MINE) + policy("insert", MINE))])
    cells = {(a.actor, a.verb): a.outcome for a in report.access if a.table == "storage.objects (kids)"}
    assert cells["owner", "select"] == cells["owner", "insert"] == "allowed"
    assert cells["stranger", "select"] == cells["anon", "insert"] == cells["owner", "delete"] == "denied"
    assert "proved on rows of two families" in result(bench, "rls", policy("select", MINE)).evidence


@pytest.mark.parametrize(
    ("before", "leaks"),
    [
        ("grant select on public.old to authenticated;", True),
        ("revoke all on public.old from anon, authenticated;", False),
        ("alter table public.old enable row level security;", False),
        ("alter publication supabase_realtime add table public.old;", False),
    ],
)
def test_realtime(bench: Workbench, before: str, leaks: bool) -> None:
    """The changes of an old table without row level security are published."""
    publish = "alter publication supabase_realtime add table public.old;"
    first = f"create table public.old (id integer primary key); {before}"
    second = publish if publish not in before else "comment on table public.old is 'old';"
    (part,) = bench.judge([draft(first), draft(second, 1)]).parts
    assert [(f.rule, f.line) for f in part.findings() if f.rule == "rls/disabled"] == [("rls/disabled", 1)] * leaks
