"""The report for machines: what `eval report --json` prints."""

from dataclasses import is_dataclass
from typing import Any

from evals.report.summary import Summary


def as_json(summary: Summary) -> dict[str, Any]:
    """Shares from 0 to 1, US dollars, seconds; a rate is ``{"value", "interval": {"low", "high"}, "cases"}``."""
    told: dict[str, Any] = plain(summary)
    return told


def plain(value: Any) -> Any:
    """Dataclasses and named tuples as objects, all the way down."""
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, tuple | list) else value
