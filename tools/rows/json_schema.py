"""A value that a JSON Schema describes, as far as its plain keywords go."""

import json
from typing import Any

from tools.rows.pattern import matching

_FORMATS = {
    "date-time": "2026-01-31T12:00:00Z", "date": "2026-01-31", "time": "12:00:00Z", "email": "user@example.com",
    "uri": "https://example.com/a", "uuid": "00000000-0000-4000-8000-000000000001", "ipv4": "10.0.0.1",
    "hostname": "example.com",
}  # fmt: skip
_DEEP = 20


def instance(schema: Any, whole: Any = None, deep: int = 0) -> Any:
    """`whole` is the document that references are looked up in."""
    whole = schema if whole is None else whole
    if not isinstance(schema, dict) or deep > _DEEP:
        return None
    if isinstance(reference := schema.get("$ref"), str):
        found = whole
        for step in reference.removeprefix("#").strip("/").split("/"):
            found = found.get(step, {}) if step and isinstance(found, dict) else found
        return instance(found, whole, deep + 1)
    for fixed in ("const", "default"):
        if fixed in schema:
            return schema[fixed]
    if schema.get("enum"):
        return schema["enum"][0]
    for parts in (schema.get("allOf"), (schema.get("oneOf") or schema.get("anyOf") or [])[:1]):
        if parts:
            rest = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
            return instance(_merged([rest, *(part for part in parts if isinstance(part, dict))]), whole, deep + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    return _plain(kind[0] if isinstance(kind, list) else kind, schema, whole, deep)


def _plain(kind: str, schema: dict[str, Any], whole: Any, deep: int) -> Any:
    match kind:
        case "object":
            known = schema.get("properties", {})
            return {key: instance(known.get(key, {}), whole, deep + 1) for key in schema.get("required", known)}
        case "array":
            return [instance(schema.get("items", {}), whole, deep + 1)] * schema.get("minItems", 0)
        case "number" | "integer":
            least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema))
            step = schema.get("multipleOf", 1)
            number = -(-least // step) * step if least else min(step, schema.get("maximum", step))
            return int(number) if kind == "integer" else number
        case "boolean":
            return True
        case "null":
            return None
    if pattern := schema.get("pattern"):
        return matching(pattern, 0, long=max(2, schema.get("minLength", 0)))
    text = _FORMATS.get(schema.get("format", ""), "text")
    return text.ljust(schema.get("minLength", 0), "a")[: schema.get("maxLength")]


def _merged(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for schema in schemas:
        for key, value in schema.items():
            if key == "properties":
                merged[key] = merged.get(key, {}) | value
            elif key == "required":
                merged[key] = [*merged.get(key, []), *value]
            else:
                merged[key] = value
    return merged


def read(text: str) -> dict[str, Any] | None:
    """The schema that a text is, if it looks like one."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if found.keys() & {"type", "properties", "oneOf", "anyOf", "allOf", "$ref", "required"} else None
