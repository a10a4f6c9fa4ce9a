"""What became of what came in, written down once (L01).

A press may be decided by the callback that brought it, by its repetition in another process, or by the inbound worker
that took it up when it was long under way. Whoever commits first has decided it; what comes after shows the card as it
is, and leaves the result alone. `handled_at` says that it is decided; a state of LATE that its card is still to change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from bots.incoming.pressing import Pressed
from models.core import clock
from models.messages.records import LATE, Inbound

_FINAL = {late: state for state, late in LATE.items()}


def decided_of(row_ids: Collection[int]) -> frozenset[int]:
    """Those of these rows of which it is written down what became of them."""
    rows = Inbound.select(Inbound.id).where(Inbound.id.in_(list(row_ids)), Inbound.handled_at.is_null(False))
    return frozenset(row.id for row in rows)


def settle(decided: Iterable[tuple[int, Pressed]], *, late: bool = False) -> None:
    """Write down what became of presses, in the transaction that decided them. Of one that came twice the first stays.

    `late` for those whose card is still to be changed: the inbound worker has them until then.
    """
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    seen: set[int] = set()
    for row_id, done in decided:
        if row_id not in seen:
            seen.add(row_id)
            alike["refused" if done.refused else "handled", done.result[:300]].append(row_id)
    for (state, result), ids in alike.items():
        _undecided(ids, state=LATE[state] if late else state, result=result, handled_at=clock.now())


def put_off(row_id: int) -> None:
    """The answer to a press came too late to be heard: the inbound worker changes the card, and decides what is not."""
    now = clock.now()
    if _undecided([row_id], state="failed", due_at=now):
        return
    for state, late in LATE.items():
        mine = (Inbound.id == row_id) & (Inbound.state == state)
        if Inbound.update(state=late, due_at=now).where(mine).execute():
            return


def finish(row: Inbound, state: str, result: str, again_at: datetime | None = None) -> None:
    """The worker is through with a row, or (`again_at`) tries it again then. What was decided before stays so."""
    later = {} if again_at is None else {"due_at": again_at}
    done = {} if again_at else {"handled_at": clock.now()}
    if _undecided([row.id], state=state, result=result[:300], **later, **done):
        return
    for late, final in _FINAL.items():
        mine = (Inbound.id == row.id) & (Inbound.state == late)
        Inbound.update({Inbound.state: late if again_at else final, **later}).where(mine).execute()


def _undecided(ids: list[int], **values: object) -> int:
    """Change rows of which nothing is written down yet; gives how many there were."""
    where = Inbound.id.in_(ids) & Inbound.handled_at.is_null()
    return int(Inbound.update(**values).where(where).execute())


__all__ = ["decided_of", "finish", "put_off", "settle"]
