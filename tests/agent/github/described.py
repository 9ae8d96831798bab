"""What was asked and answered, held against GitHub's published description of its API (`openapi.json`, reduced).

So neither does the client send what GitHub does not take, nor does the server of the tests make up an answer.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

ANYWHERE = {401, 403, 404, 422}
"""Statuses that an operation may have though its description does not say so."""


def as_described(answers: Iterable[tuple[str, str, Any, int, Any]]) -> None:
    """Each is (method, path, the request's body, status, the answer's body)."""
    for method, path, body, status, answer in answers:
        if not path.startswith("/repos/"):
            continue  # where an archive is fetched from
        name, told = operation(method, path)
        assert status in ANYWHERE | {*told["statuses"]}, (name, status)
        if "body" in told:
            assert body.keys() <= told["body"]["properties"].keys(), (name, body.keys())
            holds(f"{name} body", body)
        elif method != "GET":
            assert body is None, name
        if "answer" in told and status < 300:
            holds(f"{name} answer", answer)


def operation(method: str, path: str) -> tuple[str, Any]:
    """The one that is described most closely."""
    found = [name for name, pattern in patterns().items() if name.startswith(f"{method} ") and pattern.fullmatch(path)]
    assert found, f"{method} {path} is not described"
    name = min(found, key=lambda name: name.count("{"))
    return name, described()[name]


@cache
def described() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "openapi.json").read_text())


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Of each operation's path; a ref, or two of them, may have slashes."""
    found = {}
    for name in described():
        path = re.sub(r"\{(ref|basehead)\}", "(.+)", name.partition(" ")[2])
        found[name] = re.compile(re.sub(r"\{\w+\}", "([^/]+)", path))
    return found


@cache
def validator(name: str) -> Draft202012Validator:
    operation_name, _, part = name.rpartition(" ")
    return Draft202012Validator(described()[operation_name][part])


def holds(name: str, value: Any) -> None:
    errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator(name).iter_errors(value)]
    assert not errors, (name, errors[:3])
