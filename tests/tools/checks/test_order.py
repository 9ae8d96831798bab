"""In a DO block what comes before the first lock stops nobody."""

import pytest

from tests.tools.checks.judged import findings
from tools.workbench import Workbench

READ = """  if exists (select from public.user_progress where score > 1000) then
    raise exception 'too much';
  end if;"""
LOCK = "  alter table public.user_progress alter column score drop default;"
FILL = "  update public.user_progress set score = 1 where score > 2000;"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"begin\n{READ}\n{LOCK}\nend", None),
        (f"begin\n{LOCK}\n{READ}\nend", (4, 3)),
        (f"begin\nfor i in 1..2 loop\n{READ}\n{LOCK}\nend loop;\nend", (4, 7)),
        (f"begin\nfor i in 1..2 loop\n{READ}\nend loop;\n{LOCK}\nend", None),
        (f"begin\n{READ}\n{LOCK}\n  alter table public.user_progress alter status type varchar;\nend", (7, 6)),
        (f"begin\n{LOCK}\n  execute 'select count(*) from ' || 'public.user_progress';\nend", (4, 3)),
        (f"begin\n  execute 'alter table public.lessons ' || 'alter title drop default';\n{READ}\n{LOCK}\nend", (4, 3)),
    ],
)
def test_order_in_a_block_decides_what_is_read_under_a_lock(
    bench: Workbench, body: str, expected: tuple[int, int] | None
) -> None:
    """(line that reads, line that locks)"""
    found = [f for f in findings(bench, "safe-change", f"do $$\n{body} $$;") if f.rule == "safe-change/scan"]
    assert [one.line for one in found] == ([expected[0]] if expected else [])
    if expected:
        assert f"locked since line {expected[1]}." in found[0].message
        assert f"read at line {expected[0]} " in found[0].message


@pytest.mark.parametrize(
    ("body", "locked_by"),
    [
        (f"begin\n{FILL}\n{LOCK}\nend", None),
        (f"begin\n{LOCK}\n{FILL}\nend", 3),
        (f"begin\nfor i in 1..2 loop\n{FILL}\n{LOCK}\nend loop;\nend", 5),
    ],
)
def test_order_in_a_block_decides_what_is_changed_under_a_lock(
    bench: Workbench, body: str, locked_by: int | None
) -> None:
    (found,) = findings(bench, "safe-change", f"do $$\n{body} $$;")
    assert found.rule == "safe-change/unbatched"
    assert (f"locked by line {locked_by} " in found.message) == (locked_by is not None)
    assert ("out of reach" in found.message) == (locked_by is not None)
