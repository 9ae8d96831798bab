"""Which migrations may run in two databases of a server at once."""

import pytest

from tools.proofs.prove import shares_roles


@pytest.mark.parametrize(
    ("sql", "shares"),
    [
        ("grant select, insert on table public.quests to authenticated;", False),
        ("grant usage on schema private to authenticated;", False),
        ("revoke all on function public.f(uuid) from public, anon;", False),
        ("revoke all on all tables in schema public from anon;", False),
        ("grant service_role to authenticated;", True),
        ('revoke "a role", another from authenticated;', True),
        ("alter role authenticated set statement_timeout = '20s';", True),
        ("do $$ begin create role reporter; end $$;", True),
        ("alter database postgres set timezone = 'UTC';", True),
    ],
)
def test_what_belongs_to_the_whole_server(sql: str, shares: bool) -> None:
    assert shares_roles(sql) is shares
