"""Migrations in other words that mean the same, made by machine: what a grade must not hold against an answer.

    for name, files in reworded(case.golden, most=10): ...

`REWORDINGS` holds the ways to say it otherwise; `base` says what one is.
"""

from evals.rewordings import layout, names, predicates, tables
from evals.rewordings.base import REWORDINGS, Rewording, reworded

__all__ = ["REWORDINGS", "Rewording", "layout", "names", "predicates", "reworded", "tables"]
