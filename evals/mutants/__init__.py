"""Good migrations broken in one place by machine, to see whether the checks notice.

`OPERATORS` holds the ways to break one; `kills` runs them on the goldens and counts.
"""

from evals.mutants import (
    changes,
    conditions,
    files,
    functions,
    guards,
    indexes,
    policies,
    privileges,
    rollbacks,
    tables,
    triggers,
)
from evals.mutants.base import OPERATORS, Mutant, Operator, Original

__all__ = [
    "OPERATORS",
    "Mutant",
    "Operator",
    "Original",
    "changes",
    "conditions",
    "files",
    "functions",
    "guards",
    "indexes",
    "policies",
    "privileges",
    "rollbacks",
    "tables",
    "triggers",
]
