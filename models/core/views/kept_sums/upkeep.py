"""Rows of sums are put together, held against the rows that they sum up, and made anew where they are declared anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import structlog
from peewee import Expression, Value, fn

from models.core import clock
from models.core.db.bulk import change_in, insert_all, insert_new, select_in
from models.core.db.connection import in_transaction, is_sqlite
from models.core.views.declaration import Kept, Statistic, all_views
from models.core.views.kept_sums import words as of
from models.core.views.kept_sums.adding import INSERTED, is_ready
from models.core.views.records import KeptKind, KeptSum

log = structlog.get_logger("kept_sums")
_RECOUNTED_DAYS = 8
_FOLDED_AT_ONCE = (
    500  # rows of a transaction: a change of a hazard leaves two dozen, a commit for each would cost more
)
_SAME = (
    "SELECT DISTINCT s.id, s.name, {words}, s.count FROM kept_sum f JOIN kept_sum s ON s.name = f.name AND {same}"
    " WHERE f.id IN ({{keys}}) ORDER BY s.id"
).format(
    words=", ".join(f"s.{name}" for name in of.WORDS),
    same=" AND ".join(f"s.{name} = f.{name}" for name in of.WORDS),
)


def all_kept() -> list[Kept]:
    """Every kind of sums that some statistic names."""
    found = [kept for view in all_views() if isinstance(view, Statistic) for kept in view.kept]
    return list({kept.name: kept for kept in found}.values())


def fold(limit: int) -> int:
    """Put rows of the same words together, of up to `limit` fresh ones; gives how many rows were looked at (a job)."""
    fresh = KeptSum.select(KeptSum.id).where(KeptSum.fresh == 1).order_by(KeptSum.id).limit(limit)
    ids = in_transaction(lambda: [row_id for (row_id,) in fresh.tuples()], write=False)
    for start in range(0, len(ids), _FOLDED_AT_ONCE):
        in_transaction(_fold_all, ids[start : start + _FOLDED_AT_ONCE])
    return len(ids)


def _fold_all(fresh: Sequence[int]) -> None:
    """One row instead of all of its words, for the words of these rows. Who comes second finds some gone, and leaves it."""
    rows = select_in(_SAME, fresh)
    if not rows:
        return
    gone = change_in("DELETE FROM kept_sum WHERE id IN ({ids})", ids=[row[0] for row in rows])
    if gone != len(rows):
        raise RuntimeError("somebody else puts these sums together")
    totals: Counter[tuple[Any, ...]] = Counter()
    for _, name, company, day, *numbers, count in rows:
        totals[(name, company, of.as_day(day), *numbers)] += count
    insert_all("kept_sum", INSERTED, [(*key, 0, total) for key, total in sorted(totals.items()) if total])


def recount(kept: Kept, first: date | None = None, last: date | None = None) -> int:
    """Compare the sums of some days (all without) with the rows, and correct them; gives how many words were wrong.

    Both are read in one statement, so in one moment: what others write meanwhile is in both or in neither. One at a time, as
    two would correct the same.
    """
    _alone(kept)
    wrong = 0
    for name, whole_months in of.grains(kept):
        days = _months(first, last) if whole_months else (first, last)
        found = list(_differences(kept, name, whole_months, *days).tuples())
        rows = [(name, row[0], of.as_day(row[1]), *map(int, row[2:7]), 1, int(row[7])) for row in found]
        for start in range(0, len(rows), 1000):
            insert_all("kept_sum", INSERTED, rows[start : start + 1000])
        wrong += len(rows)
    if first is None and last is None:
        counted = of.definition_of(kept)
        KeptKind.update(definition=counted).where(KeptKind.name == kept.name).execute()
    return wrong


def _alone(kept: Kept) -> None:
    """Wait for who else recounts these sums, and have others wait until the end of the transaction."""
    insert_new("kept_kind", ("name", "definition"), [(kept.name, 0)])
    if not is_sqlite():
        list(KeptKind.select().where(KeptKind.name == kept.name).for_update())


def _months(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    return first and first.replace(day=1), last and of.month_end(last)


def _differences(kept: Kept, name: str, whole_months: bool, first: date | None, last: date | None) -> Any:
    """By words, how many rows there are more than the sums say; nothing where they agree."""
    day = of.day_of(kept)
    if whole_months:
        day = (
            Expression(fn.SUBSTR(day, 1, 7), "||", "-01") if is_sqlite() else fn.DATE_FORMAT(day, "%Y-%m-01")
        )
    rows = kept.record.select(*_named([of.company_of(kept), day, *of.numbers_of(kept), Value(1)]))
    limits = of.between(kept, first, last)
    limits += [~of.waiting(kept)] if kept.later else []
    rows = rows.where(*limits) if limits else rows
    summed = KeptSum.select(*_named([getattr(KeptSum, each) for each in of.WORDS] + [0 - KeptSum.count]))
    here = [KeptSum.name == name]
    here += [] if first is None else [KeptSum.day >= first]
    here += [] if last is None else [KeptSum.day <= last]
    both = rows.union_all(summed.where(*here)).alias("both_of_them")
    words: Sequence[Any] = [getattr(both.c, each) for each in of.WORDS]
    more = fn.SUM(both.c.n)
    return KeptSum.select(*words, more).from_(both).group_by(*words).having(more != 0)


def _named(columns: Sequence[Any]) -> list[Any]:
    return [one.alias(name) for one, name in zip(columns, (*of.WORDS, "n"), strict=True)]


def wrong_sums() -> dict[str, int]:
    """By kind of sums, how many words say another number than the rows; those that were never counted are not asked."""
    found = {}
    for kept in all_kept():
        if is_ready(kept):
            found[kept.name] = sum(
                len(_differences(kept, *each, None, None).tuples()) for each in of.grains(kept)
            )
    return {name: words for name, words in found.items() if words}


def make_ready() -> int:
    """Count from the rows what was declared anew since (a sweep); gives how many kinds of sums there were."""
    lacking = [kept for kept in all_kept() if not in_transaction(is_ready, kept, write=False)]
    for kept in lacking:
        log.info("sums_made", kind=kept.name, words=in_transaction(recount, kept))
    return len(lacking)


def recount_lately() -> int:
    """Hold the sums of the last days against the rows (a sweep); gives how many were wrong: none, if all is well."""
    since = clock.today() - timedelta(days=_RECOUNTED_DAYS)
    wrong = {kept.name: words for kept in all_kept() if (words := recount(kept, since))}
    if wrong:
        log.warning("sums_corrected", words=wrong)
    return sum(wrong.values())


def recount_all() -> int:
    """Hold all sums against the rows, after rows were brought in beside the rules; gives how many were wrong."""
    return sum(recount(kept) for kept in all_kept())
