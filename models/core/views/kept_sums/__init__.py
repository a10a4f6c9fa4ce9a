"""Sums that are kept: big counts answered from small tables (I01).

Rows of a sum only ever add up, also to corrections: what is no more is a row of its own that takes away. So a writer never
waits for another one's commit, and a reader sees exactly the rows that it would count: both were written in the same
transaction.
"""

from models.core.views.kept_sums.adding import Changes, add
from models.core.views.kept_sums.later import sum_up
from models.core.views.kept_sums.numbers import KeptNumbers, known_by
from models.core.views.kept_sums.upkeep import (
    all_kept,
    fold,
    make_ready,
    recount,
    recount_all,
    recount_lately,
    wrong_sums,
)

__all__ = [
    "Changes",
    "KeptNumbers",
    "add",
    "all_kept",
    "fold",
    "known_by",
    "make_ready",
    "recount",
    "recount_all",
    "recount_lately",
    "sum_up",
    "wrong_sums",
]
