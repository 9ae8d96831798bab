"""Names that nobody asked for: of policies, indexes, constraints, triggers and helper functions."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Original, below
from evals.rewordings.base import Files, named


@named
def policies_renamed(files: Sequence[Original]) -> Files:
    """Policies have other names."""
    found = _made(files, "CreatePolicyStmt", lambda node: [node.policy_name])
    return _renamed(files, {name: f"{name} (as agreed)" if " " in name else f"{name}_as_agreed" for name in found})


@named
def indexes_renamed(files: Sequence[Original]) -> Files:
    """Indexes have other names."""
    found = _made(files, "IndexStmt", lambda node: [node.idxname])
    return _renamed(files, {name: f"{name}_btree" for name in found if not re.search(r"_(btree|gin|gist|key)$", name)})


@named
def constraints_renamed(files: Sequence[Original]) -> Files:
    """Constraints have other names."""
    kinds = ("CreateStmt", "AlterTableStmt")
    found = _made(files, kinds, lambda node: [c.conname for c in _constraints(node) if c.conname])
    indexes = _made(files, "IndexStmt", lambda node: [node.idxname])
    return _renamed(files, {name: f"{name}_rule" for name in found if name not in indexes})


@named
def triggers_renamed(files: Sequence[Original]) -> Files:
    """Triggers have other names."""
    found = _made(files, "CreateTrigStmt", lambda node: [node.trigname])
    functions = _made(files, "CreateFunctionStmt", lambda node: [node.funcname[-1].string.sval])
    return _renamed(files, {name: f"{name}_row" for name in found if name not in functions})


@named
def helpers_renamed(files: Sequence[Original]) -> Files:
    """Functions of triggers, and those of a private schema that nothing else is named like, have other names."""
    helpers = _made(files, "CreateFunctionStmt", _helper)
    offered = _made(files, "CreateFunctionStmt", lambda node: [] if _helper(node) else [node.funcname[-1].string.sval])
    triggers = _made(files, "CreateTrigStmt", lambda node: [node.trigname])
    return _renamed(files, {name: f"{name}_now" for name in helpers if name not in (*offered, *triggers)})


def _helper(node: Any) -> list[str]:
    name = [part.string.sval for part in node.funcname]
    returns = node.return_type.names[-1].string.sval if node.HasField("return_type") else ""
    return [name[-1]] if returns == "trigger" or name[0] == "private" else []


def _constraints(node: Any) -> Iterator[Any]:
    return (part for part in below(node) if isinstance(part, pg_query_pb2.Constraint))


def _made(files: Sequence[Original], kinds: str | Sequence[str], names: Any) -> list[str]:
    listed = [kinds] if isinstance(kinds, str) else kinds
    return list(dict.fromkeys(n for good in files for piece in good.pieces(*listed) for n in names(piece.node)))


def _renamed(files: Sequence[Original], names: dict[str, str]) -> Files:
    """Everywhere, in comments that run on the way back too."""
    if not names:
        return tuple(good.text for good in files)
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest))
    return tuple(pattern.sub(lambda found: names[found[0]], good.text) for good in files)
