"""The report as JSON: the contract of ``--json``, one object for one file and a list for several.

Keys are those of `tools.report.Report`, in its order.
"""

from collections.abc import Sequence

from pydantic import TypeAdapter

from tools.report import Report

_MANY = TypeAdapter(list[Report])


def render(reports: Report | Sequence[Report]) -> str:
    """A single report as an object, a sequence (of any length) as a list; ends with a newline."""
    if isinstance(reports, Report):
        return reports.model_dump_json(indent=2) + "\n"
    return _MANY.dump_json(list(reports), indent=2).decode() + "\n"
