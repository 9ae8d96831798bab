"""Workflow commands, read back the way the runner reads them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.render.annotations import SHOWN, command, render
from tools.report import CheckResult, Finding, Report

_COMMAND = re.compile(r"::(?P<kind>\w+) (?P<properties>[^:]*)::(?P<data>.*)")


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """Kind, properties and message, as the runner takes them apart."""
    found = _COMMAND.fullmatch(line)
    assert found, line
    pairs = (pair.split("=", 1) for pair in found["properties"].split(","))
    plain = {name: unescaped(value.replace("%3A", ":").replace("%2C", ",")) for name, value in pairs}
    return found["kind"], plain, unescaped(found["data"])


def unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def report(*findings: Finding) -> Report:
    checks = [CheckResult.of("rls", "RLS", findings, "read")]
    return Report.of("supabase/migrations/1_a.sql", checks, postgres="18.6", seconds=0.1)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_no_text_ends_a_command_or_begins_another(message: str, file: str, title: str) -> None:
    line = command("error", message, file=file, title=title, line=3)
    assert line.splitlines() == [line]
    kind, properties, said = parsed(line)
    assert (kind, properties["line"], "col" in properties) == ("error", "3", False)
    if re.fullmatch(r"[ -~]*", message):
        assert said == message


@pytest.mark.parametrize(
    "hostile", ["a\n::set-env name=X::y", "100%0A::error::", "x::stop-commands::t", "\r\n##[error]"]
)
def test_what_a_migration_says_stays_in_its_annotation(hostile: str) -> None:
    told = render([report(Finding(rule="rls/disabled", severity="error", message=hostile, object="t"))])
    (line,) = told.splitlines()
    kind, properties, _ = parsed(line)
    assert (kind, properties["title"]) == ("error", "rls/disabled")
    assert properties["file"] == "supabase/migrations/1_a.sql"


def test_the_worst_come_first_as_many_as_are_shown_and_the_rest_is_counted() -> None:
    findings = [
        Finding(rule="columns/id", severity="warning", message="w", waived="it is a log"),
        *(Finding(rule="columns/id", severity="warning", message=f"w{n}", line=n + 1) for n in range(3)),
        *(Finding(rule="rls/disabled", severity="error", message=f"e{n}", hint="Do it.") for n in range(SHOWN + 2)),
    ]
    *lines, last = render([report(*findings)]).splitlines()
    assert [parsed(line)[0] for line in lines] == ["error"] * SHOWN + ["warning"] * 3 + ["notice"]
    assert parsed(lines[0])[2] == "e0\nDo it."
    assert parsed(lines[-1])[2].startswith("Allowed: it is a log")
    assert last.startswith("2 errors more")
    assert render([report()]) == ""
