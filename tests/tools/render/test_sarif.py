"""SARIF: what code scanning goes by. The official schema is held against it in .ci/sarif.py."""

import json
from typing import Any

from tools import checks
from tools.render import sarif
from tools.report import CheckResult, Finding, Report


def run(*findings: Finding, path: str = "apps/my db/supabase/migrations/1_ä.sql") -> Any:
    report = Report.of(path, [CheckResult.of("x", "X", findings, "read")], postgres="18.6", seconds=0.1)
    told = json.loads(sarif.render([report]))
    assert told["version"] == "2.1.0"
    return told["runs"][0]


def finding(message: str = "m", **more: Any) -> Finding:
    return Finding(**{"rule": "rls/disabled", "severity": "error", "message": message, "object": "public.t"} | more)


def test_a_finding_is_a_result_of_its_rule_at_its_place() -> None:
    told = run(finding(line=3, column=7), finding("n", rule="columns/id", severity="warning"))
    rules = told["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["rls/disabled", "columns/id"]
    assert rules[0]["help"]["text"] in checks.explain("rls/disabled")
    assert all(rule["shortDescription"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    first, second = told["results"]
    assert (first["ruleIndex"], first["level"], second["level"]) == (0, "error", "warning")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "apps/my%20db/supabase/migrations/1_%C3%A4.sql",
        "uriBaseId": "%SRCROOT%",
    }
    assert place["region"] == {"startLine": 3, "startColumn": 7}
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_a_file_outside_of_the_repository_is_named_as_it_is() -> None:
    (result,) = run(finding(), path="/tmp/a b.sql")["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///tmp/a%20b.sql"}


def fingerprints(told: Any) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in told["results"]]


def test_fingerprints_stay_when_lines_move_and_tell_twins_apart() -> None:
    assert fingerprints(run(finding(line=3), finding("n"))) == fingerprints(
        run(finding(line=30, column=2), finding("n"))
    )
    twins = fingerprints(run(finding(line=1), finding(line=2)))
    assert len(set(twins)) == 2


def test_what_is_allowed_raises_no_alert_and_nothing_becomes_a_link() -> None:
    assert run(finding(waived="reference data"))["results"] == []
    (result,) = run(finding("[click](https://evil.example)"))["results"]
    assert "](" not in result["message"]["text"]


def test_a_history_that_stops_is_no_result_but_a_failed_invocation() -> None:
    told = json.loads(sarif.render([], finding(rule="applies/history", line=2), "supabase/migrations/1_a.sql"))
    (invocation,) = told["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["locations"]
    assert told["runs"][0]["results"] == []


def test_every_rule_can_be_told() -> None:
    every = [finding(rule=rule) for rule in checks.rules()]
    told = run(*every)["tool"]["driver"]["rules"]
    assert len(told) == len(every)
    assert all(rule["help"]["markdown"] for rule in told)
