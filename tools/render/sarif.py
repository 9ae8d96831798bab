"""The report as SARIF 2.1.0, for code scanning and editors.

What a waiver allows is left out: GitHub raises an alert for suppressed results too. A finding's key is its fingerprint,
so that an alert stays the same when lines move; where a file has the same finding twice, they are numbered.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from tools import checks
from tools.render.plain import harmless
from tools.report import Finding, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"

Json = dict[str, Any]


def render(reports: Sequence[Report], failure: Finding | None = None, failed_in: str = "") -> str:
    """`migration` of each report is a path from the repository's root.

    `failure` is why nothing could be judged, and `failed_in` the file that it is in. Ends with a newline.
    """
    titles = {check.PREFIX: check.TITLE for check in checks.CHECKS}
    found = [
        (part.migration, finding) for report in reports for part in (report, *report.parts) for finding in _open(part)
    ]
    known = {*(finding.rule for _, finding in found)} & {*checks.rules()}
    names = [rule for rule in checks.rules() if rule in known]
    names += sorted({finding.rule for _, finding in found} - known)
    run: Json = {
        "tool": {
            "driver": {
                "name": "migration-agent",
                "semanticVersion": version("migration-agent"),
                "rules": [_rule(name, titles) for name in names],
            }
        },
        "invocations": [_invocation(failure, failed_in)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(found, names)),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _open(report: Report) -> Iterator[Finding]:
    for check in report.checks:
        yield from (finding for finding in check.findings if finding.waived is None)


def _rule(name: str, titles: Mapping[str, str]) -> Json:
    told: Json = {"id": name}
    if (declared := checks.rules().get(name)) is None:
        return told
    heading, _, explained = checks.explain(name).partition("\n")
    text = explained.strip() if heading.strip("# ") == name else checks.explain(name)
    waivable = "" if declared.waivable else " Cannot be waived."
    return told | {
        "name": name.replace("/", "-"),
        "shortDescription": {"text": f"{name}: {titles[name.partition('/')[0]]}"},
        "fullDescription": {"text": text.partition("\n\n")[0].replace("\n", " ") + waivable},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": declared.severity},
    }


def _results(found: Sequence[tuple[str, Finding]], names: Sequence[str]) -> Iterator[Json]:
    seen: Counter[tuple[str, str]] = Counter()
    for path, finding in found:
        seen[path, finding.key] += 1
        key = f"{finding.key}:{seen[path, finding.key]}"
        yield {
            "ruleId": finding.rule,
            "ruleIndex": names.index(finding.rule),
            "level": finding.severity,
            "message": {"text": _said(finding)},
            "locations": [_location(path, finding)],
            "fingerprints": {"migration-agent/v1": key},
            "partialFingerprints": {"primaryLocationLineHash": key},
        }


def _said(finding: Finding) -> str:
    """Nothing in it is taken for a link."""
    return harmless("\n".join(filter(None, [finding.message, finding.hint]))).replace("](", "] (")


def _location(path: str, finding: Finding) -> Json:
    region = {"startLine": finding.line or 1}
    if finding.line and finding.column:
        region["startColumn"] = finding.column
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> Json:
    uri = quote(path.encode("utf-8", "surrogateescape"))
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": ROOT}


def _invocation(failure: Finding | None, failed_in: str) -> Json:
    told: Json = {"executionSuccessful": failure is None}
    if failure:
        notification: Json = {"level": "error", "message": {"text": _said(failure)}}
        if failed_in:
            notification["locations"] = [_location(failed_in, failure)]
        told["toolExecutionNotifications"] = [notification]
    return told
