"""Rows of sums are put together, held against the rows that they sum up, and made anew where they are declared anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import structlog
from peewee import Expression, Value, fn

from models.core import clock
from models.core.db.bulk import insert_all, insert_new
from models.core.db.connection import in_transaction, is_sqlite
from models.core.views.declaration import Kept, Statistic, all_views
from models.core.views.kept_sums import words as of
from models.core.views.kept_sums.adding import INSERTED, is_ready
from models.core.views.records import KeptKind, KeptSum

log = structlog.get_logger("kept_sums")
_RECOUNTED_DAYS = 8


def all_kept() -> list[Kept]:
    """Every kind of sums that some statistic names."""
    found = [kept for view in all_views() if isinstance(view, Statistic) for kept in view.kept]
    return list({kept.name: kept for kept in found}.values())


def fold(limit: int) -> int:
    """Put rows of the same words together, of up to `limit` fresh ones; gives how many rows were looked at (a job)."""
    fresh = KeptSum.select(KeptSum.name, *(getattr(KeptSum, name) for name in of.WORDS)).where(
        KeptSum.fresh == 1
    )
    keys = in_transaction(lambda: list(fresh.order_by(KeptSum.id).limit(limit).tuples()), write=False)
    for key in dict.fromkeys(keys):
        in_transaction(_fold_one, key)
    return len(keys)


def _fold_one(key: tuple[Any, ...]) -> None:
    """One row instead of all of a key. Who comes second finds that the rows are gone, and leaves it."""
    same = [getattr(KeptSum, name) == value for name, value in zip(("name", *of.WORDS), key, strict=True)]
    rows = list(KeptSum.select(KeptSum.id, KeptSum.count).where(*same).order_by(KeptSum.id).tuples())
    if not rows:
        return
    ids = [row[0] for row in rows]
    gone = KeptSum.delete().where(KeptSum.id.in_(ids)).execute()
    if gone != len(ids):
        raise RuntimeError("somebody else puts these sums together")
    total = sum(row[1] for row in rows)
    if total:
        KeptSum.insert(dict(zip(INSERTED, (*key, False, total), strict=True))).execute()


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
