"""Which of the rows that got lines in their trails are followed: of those it is announced (H04, J05).

Asked in the transaction that wrote the lines, once for each table and 500 rows; nothing is written for a row that
nobody follows. Whatever is said of a change, and to whom, the relay works out (telling_rows.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from models.core.events.listeners import Noted, hearer
from models.core.events.outbox import announce_rows
from models.core.history import Change
from models.tasks.notify.subscriptions import followed_among

_CHUNK = 500


@hearer
def hear(table: str, noted: Noted) -> None:
    """Announce `row.changed` {table, lines, by} of each row that is followed, once, with the lines it got."""
    ids = list(noted)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        followed = followed_among(table, chunk)
        if followed:
            announce_rows(
                "row.changed", _news(table, _lines(noted, (row_id for row_id in chunk if row_id in followed)))
            )


def _lines(noted: Noted, followed: Iterable[int]) -> list[Change]:
    """The lines as they were written; none of a savepoint that was rolled back."""
    wanted = [line for row_id in followed for line in noted[row_id]]
    return list(Change.select().where(Change.id.in_(wanted)).order_by(Change.id))


def _news(table: str, lines: Iterable[Change]) -> Iterable[tuple[int | None, int, dict[str, object]]]:
    by_row: dict[int, list[Change]] = {}
    for line in lines:
        if line.table == table:
            by_row.setdefault(line.row_id, []).append(line)
    for row_id, own in by_row.items():
        doers = list(dict.fromkeys(line.account_id for line in own))
        yield own[0].company_id, row_id, {"table": table, "lines": [line.id for line in own], "by": doers}
